"""What every command of the register begins with: the folder, the clock, the passphrase.

Knows the environment and the person at the terminal; knows nothing of entries.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import typer

from keruen.errors import InputError, Problem, UsageError
from keruen.i18n import describe, text
from keruen.tabular import day_of
from keruen.tabular.dates import DateError

if TYPE_CHECKING:
    from keruen.register import Register

FOLDER_VARIABLE: Final = "KERUEN_REGISTER"
PASSPHRASE_VARIABLE: Final = "KERUEN_PASSPHRASE"
FOLDER: Final = "register"

_PASSPHRASE_BYTES: Final = 4096


def now() -> str:
    """The wall clock as entries write it: UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(words: str) -> str:
    """The day that was asked for; of no words, today's.

    Raises
    ------
    UsageError
        When it is no day of the calendar.
    """
    if not words:
        return now()[:10]
    return check_day(words, "--today")


def check_day(words: str, option: str) -> str:
    """The day in ISO form, written as people of four languages write days.

    Raises
    ------
    UsageError
        Naming the option.
    """
    try:
        return day_of(words).isoformat()
    except DateError as wrong:
        if wrong.readings:
            first, second = wrong.readings
            two = {"option": option, "found": words, "first": first, "second": second}
            raise UsageError("error.day_two_ways", **two) from None
        raise UsageError("error.no_day", option=option, found=words) from None


def chosen_folder(folder: Path | None) -> Path:
    """The folder of the installation: asked for, else of the environment, else ``register``."""
    return folder or Path(os.environ.get(FOLDER_VARIABLE) or FOLDER)


def open_reader(folder: Path | None) -> Register:
    """The installation, to read: no passphrase is asked for."""
    installation = existing(folder)
    from keruen.register import Register

    return Register.open(installation)


def open_writer(
    folder: Path | None,
    passphrase_file: Path | None,
    language: str,
    allowed: Sequence[str] = (),
) -> Register:
    """The installation, to sign with its keys.

    Parameters
    ----------
    allowed : kinds of what would else be asked about before it is signed.

    Raises
    ------
    UsageError
        When the keys are locked and there is nobody to ask for the passphrase, or a kind that is
        allowed is none.
    """
    installation = existing(folder)
    from keruen.register import Register

    register = Register.open(installation, passphrase_for(installation, passphrase_file, language))
    register.ask = asker(allowed, language)
    return register


def passphrase_for(folder: Path, passphrase_file: Path | None, language: str) -> str | None:
    """The passphrase of the keys in a folder; none where they are open.

    Raises
    ------
    UsageError
        When the keys are locked and there is nobody to ask for it.
    """
    passphrase = given_passphrase(passphrase_file)
    if passphrase is None and keys_are_locked(folder):
        if not sys.stdin.isatty():
            raise UsageError("error.passphrase_needed", variable=PASSPHRASE_VARIABLE)
        asked: str = typer.prompt(text("register.ask_passphrase", language), hide_input=True)
        return asked
    return passphrase


def asker(allowed: Sequence[str], language: str) -> Callable[[tuple[Problem, ...]], bool]:
    """Ask the person at the terminal about what is not allowed; with nobody there it is refused.

    Raises
    ------
    UsageError
        When a kind that is allowed is none.
    """
    from keruen.cli.registering.words import is_confirmed
    from keruen.register import asking

    for kind in allowed:
        if kind not in asking.KINDS:
            raise UsageError("error.unknown_allowed", kind=kind, known=", ".join(asking.KINDS))

    def ask(questions: tuple[Problem, ...]) -> bool:
        left = [one for one in questions if asking.kind_of(one) not in allowed]
        if not left or not sys.stdin.isatty():
            return not left
        for one in left:
            typer.echo(describe(one, language))
        if not is_confirmed("ask_meant", language):
            raise typer.Abort
        return True

    return ask


def proxy_for(source: str) -> str:
    """The office's proxy for an address (``HTTPS_PROXY``, ``NO_PROXY``); empty for none."""
    from urllib.request import getproxies, proxy_bypass

    host = urlsplit(source).netloc.rpartition("@")[2] if "://" in source else ""
    if not host or proxy_bypass(host):
        return ""
    return getproxies().get("https", "")


def existing(folder: Path | None) -> Path:
    """The folder, if an installation lies in it.

    Raises
    ------
    InputError
        When there is no such folder, or no register in it.
    """
    installation = chosen_folder(folder)
    if not installation.exists():
        raise InputError("error.register_no_folder", path=str(installation))
    if not (installation / "register.toml").is_file():
        raise InputError("error.register_not_here", path=str(installation))
    return installation


def keys_are_locked(folder: Path) -> bool:
    """One of the private keys here is encrypted."""
    from keruen.register import waiting

    return waiting.keys_are_locked(folder)


def given_passphrase(passphrase_file: Path | None) -> str | None:
    """The passphrase from the file that was named, else from the environment; none of neither.

    Raises
    ------
    UsageError
        When the file cannot be read, is empty or is no text.
    """
    if passphrase_file is None:
        return os.environ.get(PASSPHRASE_VARIABLE) or None
    try:
        with passphrase_file.open("rb") as page:
            words = page.read(_PASSPHRASE_BYTES).decode("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        words = ""
    if not words or "\n" in words:
        raise UsageError("error.passphrase_file", path=str(passphrase_file))
    return words


def new_passphrase(passphrase_file: Path | None, language: str) -> str | None:
    """The passphrase for keys that are made now; a person may leave it empty."""
    given = given_passphrase(passphrase_file)
    if given is not None or not sys.stdin.isatty():
        return given
    question = text("register.ask_new_passphrase", language)
    again = text("register.ask_again", language)
    words: str = typer.prompt(question, default="", show_default=False, hide_input=True)
    if words and typer.prompt(again, default="", show_default=False, hide_input=True) != words:
        raise UsageError("error.passphrase_differs")
    return words or None
