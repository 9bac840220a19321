"""`keruen web` and `keruen web account …`: their options; what they do is loaded on call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command, Group, new_group
from keruen.cli.options import asking, group_alone

group = typer.Typer(
    cls=Group,
    help="cli.web",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
account = new_group("cli.web_account")
account.callback(invoke_without_command=True)(group_alone)
group.add_typer(account, name="account")

WebFolder = Annotated[Path | None, typer.Option("--folder", help="register.option_folder")]
AccountName = Annotated[str, typer.Argument(help="cli.argument_account")]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """The options of `keruen web`."""

    context: typer.Context
    folder: WebFolder = None
    runs: Annotated[Path, typer.Option("--runs", help="cli.option_web_runs")] = Path("runs")
    port: Annotated[int, typer.Option("--port", help="cli.option_port")] = 8420
    host: Annotated[str, typer.Option("--host", help="cli.option_host")] = "127.0.0.1"
    shared: Annotated[
        list[str], typer.Option("--shared", help="cli.option_web_shared", default_factory=list)
    ]
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="cli.option_web_certificate")
    ] = None
    certificate_key: Annotated[
        Path | None, typer.Option("--certificate-key", help="cli.option_web_certificate_key")
    ] = None
    is_demo: Annotated[bool, typer.Option("--demo", help="cli.option_web_demo")] = False
    language: options.Language


@group.callback(invoke_without_command=True)
@asking(WebOptions)
def web(asked: WebOptions) -> int:
    """Serve the pages, unless a command about accounts follows."""
    if asked.context.invoked_subcommand is not None:
        return 0
    from keruen.cli.serving import serve_pages

    return serve_pages(asked)


@account.command("add", cls=Command, help="cli.web_account_add")
def add(
    name: AccountName,
    *,
    roles: Annotated[list[str], typer.Option("--role", help="cli.option_account_role")],
    folder: WebFolder = None,
    language: options.Language,
) -> int:
    """Make an account; its password is asked for."""
    from keruen.cli.web_accounts import add_account

    return add_account(folder, name, roles, language)


@account.command("list", cls=Command, help="cli.web_account_list")
def list_accounts(*, folder: WebFolder = None, language: options.Language) -> int:
    """Show all accounts with their roles."""
    from keruen.cli.web_accounts import show_accounts

    return show_accounts(folder, language)


@account.command("disable", cls=Command, help="cli.web_account_disable")
def disable(name: AccountName, *, folder: WebFolder = None, language: options.Language) -> int:
    """Close an account; whoever is signed in to it is signed out."""
    from keruen.cli.web_accounts import close_account

    return close_account(folder, name, language)


@account.command("enable", cls=Command, help="cli.web_account_enable")
def enable(name: AccountName, *, folder: WebFolder = None, language: options.Language) -> int:
    """Open a closed account again."""
    from keruen.cli.web_accounts import open_account

    return open_account(folder, name, language)


@account.command("password", cls=Command, help="cli.web_account_password")
def password(name: AccountName, *, folder: WebFolder = None, language: options.Language) -> int:
    """Give an account another password, which is asked for."""
    from keruen.cli.web_accounts import set_password

    return set_password(folder, name, language)
