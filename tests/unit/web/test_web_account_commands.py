"""Accounts from the command line: no password is a word of a command, and the first administrator."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from keruen.cli.commands import app
from keruen.i18n import text
from keruen.store.accounts import accounts_in
from keruen.store.notebook import Notebook
from made_up_pairs import two
from writing_pages import PASSWORD, Clerk


def _run(*words: str, piped: str = "") -> Result:
    return CliRunner().invoke(app, ["web", *words, "--language", "ru"], input=piped)


def test_accounts_are_kept_by_commands(tmp_path: Path) -> None:
    """Make, list, close, open, another password; each with its line of the audit."""
    pair = two(tmp_path)
    there = ("--folder", str(pair.b.path))
    made = _run("account", "add", "Dana", "--role", "administrator", *there, piped=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    _run(
        "account",
        "add",
        "erlan",
        "--role",
        "clerk",
        "--role",
        "signatory",
        *there,
        piped=f"{PASSWORD}\n",
    )
    listed = _run("account", "list", *there).output
    assert f"dana: {text('web.role_administrator', 'ru')}" in listed
    assert f"erlan: {text('web.role_clerk', 'ru')}, {text('web.role_signatory', 'ru')}" in listed
    assert _run("account", "disable", "erlan", *there).exit_code == 0
    assert text("web.account_is_closed", "ru") in _run("account", "list", *there).output
    assert _run("account", "enable", "erlan", *there).exit_code == 0
    _run("account", "password", "erlan", *there, piped="four other plain words\n")
    notebook = Notebook(pair.b.path.with_name("b-web.sqlite3"))
    assert [(one.who, one.what, one.subject) for one in notebook.deeds()] == [
        ("local", "account_added", "dana"),
        ("local", "account_added", "erlan"),
        ("local", "account_closed", "erlan"),
        ("local", "account_reopened", "erlan"),
        ("local", "password_set", "erlan"),
    ]
    person = Clerk(pair.b.path, place="shared", base="https://register.example.kz", roles=())
    assert person.sign_in("erlan").status_code == 422
    assert person.sign_in("erlan", "four other plain words").status_code == 200


def test_no_command_takes_a_password() -> None:
    """Neither an option nor an argument: other users of a machine read command lines."""
    group = typer.main.get_command(app).commands["web"]  # type: ignore[attr-defined]
    for name, command in group.commands["account"].commands.items():
        names = {parameter.name for parameter in command.params}
        assert names <= {"name", "roles", "folder", "language"}, name


@pytest.mark.parametrize(
    ("words", "piped", "key"),
    [
        (("account", "add", "dana", "--role", "clerk"), "", "error.account_no_password"),
        (("account", "add", "dana", "--role", "king"), "", "error.account_role"),
        (("account", "disable", "nobody"), "", "error.account_unknown"),
        (("--shared", "register.example.kz"), "", "error.web_no_account"),
        (("--shared", "x.kz", "--host", "0.0.0.0"), "", "error.web_in_clear"),
        (("--certificate", "none.pem"), "", "error.web_certificate"),
    ],
)
def test_what_commands_refuse(tmp_path: Path, words: tuple[str, ...], piped: str, key: str) -> None:
    """…and nothing is kept, and no server begins."""
    pair = two(tmp_path)
    refused = _run(*words, "--folder", str(pair.b.path), piped=piped)
    assert refused.exception is not None
    assert getattr(refused.exception, "key", "") == key
    assert not accounts_in(Notebook(pair.b.path.with_name("b-web.sqlite3")))
