"""The streams of a command as its caller left them: closed, full, or without the letters.

Knows streams and encodings; knows no command. People read what a console can show; machines read
UTF-8, whatever the console (docs/conventions.md).
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

from keruen.errors import StorageError
from keruen.i18n import text

_SHOWN: Final = "keruen-shown"
"""Name of the error handler that writes a letter otherwise where an encoding has it not."""

_STAND_INS: Final = {
    **dict.fromkeys("\u00a0\u2009\u202f", " "),
    **dict.fromkeys("–—−\u2010\u2011─━", "-"),
    "…": "...",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "×": "x",
    "±": "+-",
    "·": ".",
    "•": "*",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "’": "'",
    "№": "No.",
    "²": "2",
    "³": "3",
    "₂": "2",
}
"""Signs that read the same in ASCII: nothing is lost, and nothing need be said about them."""

_ORNAMENTS: Final = range(0x2500, 0x2900)
"""Frames, bars and the turning dots of progress: no letters."""

_MOST_NAMED: Final = 3
"""Escaped letters that the reader is told by number."""

_escaped: Final[set[str]] = set()
"""Letters that were escaped since the last `tell_of_escapes`."""


class _Stream(io.TextIOWrapper):
    """A stream whose encoding never goes by the name of ASCII.

    Typer takes a stream of that name to be misconfigured and writes UTF-8 past it.
    """

    @property
    def encoding(self) -> str:  # type: ignore[override]  # is read-only in fact, too
        name = super().encoding
        return "us-ascii with escapes" if codecs.lookup(name).name == "ascii" else name


class _Output(_Stream):
    """Standard output: that it is full or broken is an error with a sentence, no fault of ours."""

    def write(self, words: str) -> int:
        if words == "":  # Typer's way to ask what kind of stream it is: it hides refusals
            return 0
        with _writing():
            return super().write(words)

    def flush(self) -> None:
        with _writing():
            super().flush()


class _Complaints(_Stream):
    """Standard error: what it cannot take has no other place, and is no reason to stop."""

    def write(self, words: str) -> int:
        with suppress(OSError):
            super().write(words)
        return len(words)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def open_streams() -> None:
    """Give the process the three streams that every part of it counts on.

    A stream that the caller closed is opened on nothing: otherwise the next file would get its
    number, and what is printed would be written into that file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            _put_nothing(number)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
    sys.stdout, sys.stderr = _as(_Output, sys.stdout), _as(_Complaints, sys.stderr)


def _as(kind: type[_Stream], stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    is_by_line, is_direct = stream.line_buffering, stream.write_through
    encoding = stream.encoding
    return kind(stream.detach(), encoding, line_buffering=is_by_line, write_through=is_direct)


def show_every_letter() -> None:
    """Have letters that a console cannot show written as escapes, never as question marks."""
    codecs.register_error(_SHOWN, _shown)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_SHOWN)


def tell_of_escapes(language: str) -> None:
    """Say once on standard error that letters were escaped, in letters that it can show."""
    if not _escaped:
        return
    codes = ", ".join(f"U+{ord(letter):04X}" for letter in sorted(_escaped)[:_MOST_NAMED])
    sentence = text("cli.letters_escaped", language, codes=codes)
    try:
        sentence.encode(getattr(sys.stderr, "encoding", None) or "ascii")
    except (LookupError, UnicodeEncodeError):
        sentence = text("cli.letters_escaped", "en", codes=codes)
    complain(sentence)
    _escaped.clear()


def complain(line: str) -> None:
    """Write a line on standard error; one that cannot be written has no other place."""
    with suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")


def print_machine_words(words: str) -> None:
    """Print what programs read: UTF-8 with plain line ends on every system and console."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # a Python program that collects what is printed as text
        sys.stdout.write(words + "\n")
        return
    sys.stdout.flush()
    # Bytes of a path that are no text come as surrogates, and as `\udcff` JSON can hold them.
    with _writing():
        buffer.write((words + "\n").encode("utf-8", "backslashreplace"))
        buffer.flush()


def settle_output() -> None:
    """Have everything printed reach where it goes; a reader that left (``| head``) is no error.

    Raises
    ------
    StorageError
        When it cannot be written.
    """
    try:
        with _writing():
            sys.stdout.flush()
    except BrokenPipeError:
        _forget(sys.stdout)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as refused:
        _forget(sys.stdout)
        reason = refused.strerror or str(refused)
        raise StorageError("error.output_refused", reason=reason) from refused


def _forget(stream: TextIO) -> None:
    """Let what still waits go nowhere: Python would try once more at its end, and complain."""
    with suppress(OSError, ValueError):
        _put_nothing(stream.fileno())


def _put_nothing(number: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    if nothing != number:
        os.dup2(nothing, number)
        os.close(nothing)


def _shown(refused: UnicodeError) -> tuple[str, int]:
    if not isinstance(refused, UnicodeEncodeError):
        raise refused
    letters = refused.object[refused.start : refused.end]
    return "".join(_shown_letter(letter) for letter in letters), refused.end


def _shown_letter(letter: str) -> str:
    if letter in _STAND_INS:
        return _STAND_INS[letter]
    number = ord(letter)
    if number in _ORNAMENTS:
        return "-"
    if 0xDC80 <= number <= 0xDCFF:  # a byte of a file's name that is no text: no console shows it
        return f"\\x{number - 0xDC00:02x}"
    _escaped.add(letter)
    return letter.encode("ascii", "backslashreplace").decode()
