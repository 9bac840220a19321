"""`keruen web account …`: accounts of a shared server, kept by whoever has the machine.

A password is asked for, or is the first line of what is piped in: never a word of the command,
which other users of the machine can read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import typer

from keruen.cli.registering.opening import existing
from keruen.cli.serving import check_extra
from keruen.errors import UsageError
from keruen.i18n import text

if TYPE_CHECKING:
    from keruen.web.accounts import AccountDesk

_WHO: Final = "local"
"""Who changes accounts here, as the audit says it: whoever sits at the machine."""


def add_account(folder: Path | None, name: str, roles: list[str], language: str) -> int:
    """Make an account."""
    desk = _desk(folder)
    from keruen.web.accounts import checked_name, checked_roles

    # Before anybody types a password twice.
    known, given = checked_name(name), checked_roles(frozenset(roles))
    desk.add(known, given, _new_password(language), who=_WHO)
    return _told(language, "account_added", known)


def show_accounts(folder: Path | None, language: str) -> int:
    """Show all accounts with their roles."""
    desk = _desk(folder)
    from keruen.web.accounts import ROLES

    accounts = desk.accounts()
    for one in accounts:
        roles = ", ".join(text(f"web.role_{role}", language) for role in ROLES if role in one.roles)
        state = "" if one.is_open else f" ({text('web.account_is_closed', language)})"
        typer.echo(f"{one.name}: {roles}{state}")
    if not accounts:
        typer.echo(text("web.nothing", language))
    return 0


def close_account(folder: Path | None, name: str, language: str) -> int:
    """Close an account."""
    _desk(folder).close(name, who=_WHO)
    return _told(language, "account_closed", name)


def open_account(folder: Path | None, name: str, language: str) -> int:
    """Open a closed account again."""
    _desk(folder).reopen(name, who=_WHO)
    return _told(language, "account_reopened", name)


def set_password(folder: Path | None, name: str, language: str) -> int:
    """Give an account another password."""
    _desk(folder).set_password(name, _new_password(language), who=_WHO)
    return _told(language, "password_set", name)


def _desk(folder: Path | None) -> AccountDesk:
    check_extra()
    from keruen.web import WebSettings
    from keruen.web.accounts import AccountDesk

    return AccountDesk(WebSettings(register=existing(folder), runs=Path("runs")))


def _new_password(language: str) -> str:
    if not sys.stdin.isatty():
        words = sys.stdin.readline().rstrip("\r\n")
        if not words:
            raise UsageError("error.account_no_password")
        return words
    question, again = text("web.new_password", language), text("web.new_password_again", language)
    words = cast("str", typer.prompt(question, hide_input=True))
    if typer.prompt(again, hide_input=True) != words:
        raise UsageError("error.account_differs")
    return words


def _told(language: str, what: str, name: str) -> int:
    typer.echo(f"{name}: {text(f'web.audit_{what}', language)}")
    return 0
