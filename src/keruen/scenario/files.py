"""One TOML file from the disk, or the reason why it cannot be read.

Knows encodings, sizes and the grammar's complaints; knows nothing of scenarios.
"""

from __future__ import annotations

import errno
import pickle
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

from keruen.scenario.reading import Document, ScenarioReading, TomlValue

MOST_BYTES: Final = 5_000_000
"""Largest file that is read: a scenario is written by people."""

MOST_LEVELS: Final = 12
"""Deepest nesting of tables and lists; a scenario has six levels."""

_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)$")
_TWICE = re.compile(r"overwrite|twice|Duplicate|redefine|mutate immutable")
_REASONS: Final = {
    errno.EACCES: "problem.reason_permission",
    errno.EPERM: "problem.reason_permission",
    errno.ENOENT: "problem.reason_gone",
    errno.ELOOP: "problem.reason_gone",
    errno.EISDIR: "problem.reason_not_a_file",
}


def parse(reading: ScenarioReading, file: Path, name: str) -> Document:
    """The tables of a file; empty, with a problem noted, when it cannot be read.

    Parameters
    ----------
    name : what a problem calls the file.
    """
    n_problems = len(reading.problems)
    document = _document_of(reading, file, name)
    reading.is_cut = reading.is_cut or len(reading.problems) > n_problems
    return document


def _document_of(reading: ScenarioReading, file: Path, name: str) -> Document:
    text = text_of(reading, file, name)
    return {} if text is None else _tables(reading, text, name)


def text_of(reading: ScenarioReading, file: Path, name: str) -> str | None:
    """The text of a file, kept with the scenario; None, with a problem noted, when there is none.

    Parameters
    ----------
    name : what a problem calls the file.
    """
    raw = bytes_of(reading, file, name)
    if raw is None:
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        reading.complain("not_utf8", place=f"{name}:{line}")
        return None
    if "\0" in text:
        # Plain letters in UTF-16 without a mark are valid UTF-8, with a zero after each.
        reading.complain(
            "not_utf8", place=f"{name}:{text[: text.index(chr(0))].count(chr(10)) + 1}"
        )
        return None
    reading.texts[name] = text
    return text


def bytes_of(reading: ScenarioReading, file: Path, name: str) -> bytes | None:
    """The bytes of a file; None, with a problem noted, when it cannot be read."""
    try:
        if not file.is_file() and file.exists():
            reason = "problem.reason_not_a_file"
            reading.complain("file_unreadable", place=name, reason=reason)
            return None
        if file.stat().st_size > MOST_BYTES:
            reading.complain("file_too_large", place=name, most_mb=MOST_BYTES // 1_000_000)
            return None
        return file.read_bytes()
    except OSError as fault:
        reason = _REASONS.get(fault.errno or 0, "problem.reason_disk")
        reading.complain("file_unreadable", place=name, reason=reason)
        return None


def _tables(reading: ScenarioReading, text: str, name: str) -> Document:
    try:
        document: Document = pickle.loads(_parsed(text))
    except tomllib.TOMLDecodeError as fault:
        _complain_of_grammar(reading, str(fault), text, name)
    except RecursionError:
        reading.complain("too_deep", place=name, most=MOST_LEVELS)
    except ValueError:  # a number with more digits than the interpreter will read
        reading.complain("toml_syntax", place=name)
    else:
        if _depth(document) <= MOST_LEVELS:
            return document
        reading.complain("too_deep", place=name, most=MOST_LEVELS)
    return {}


@lru_cache(maxsize=32)
def _parsed(text: str) -> bytes:
    """The tables of a text; packed, since who reads them may change them.

    A study of ranges reads the same files hundreds of times, with other changes each time.
    """
    return pickle.dumps(tomllib.loads(text))


def _complain_of_grammar(reading: ScenarioReading, fault: str, text: str, name: str) -> None:
    """The parser's complaint in our own words: only its position is taken from it."""
    position = _POSITION.search(fault)
    if position is None:
        reading.complain("toml_cut_off", place=f"{name}:{text.rstrip().count(chr(10)) + 1}")
        return
    place = f"{name}:{position[1]}:{position[2]}"
    reading.complain("toml_key_twice" if _TWICE.search(fault) else "toml_syntax", place=place)


def _depth(document: Document) -> int:
    """Levels of tables and lists, without recursion: the document may be hostile."""
    depth = 0
    level: list[TomlValue] = [document]
    while level and depth <= MOST_LEVELS:
        depth += 1
        children = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        level = children
    return depth
