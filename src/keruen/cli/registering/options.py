"""Options that several commands of the register share, and how each command is wrapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand

from keruen.cli.arguments import check_language
from keruen.cli.registering.opening import with_extra
from keruen.i18n import text


@dataclass(frozen=True, slots=True)
class Shared:
    """The shared options in one language, as Typer wants them: defaults of parameters."""

    folder: Any
    as_json: Any
    language: Any
    passphrase_file: Any
    content: Any
    changes: Any
    confirm: Any
    reason: Any
    today: Any
    out: Any


def say(key: str, language: str) -> str:
    """A text of the register's command line."""
    return text(f"register.{key}", language)


def shared(language: str) -> Shared:
    """The shared options, explained in `language`."""

    def option(default: Any, *names: str, key: str) -> Any:
        return typer.Option(default, *names, help=say(f"option_{key}", language))

    return Shared(
        folder=option(None, "--folder", key="folder"),
        as_json=option(False, "--json", key="json"),
        language=typer.Option(language, "--language", help=text("cli.option_language", language)),
        passphrase_file=option(None, "--passphrase-file", key="passphrase_file"),
        content=option(None, "--from", key="from"),
        changes=option([], "--set", key="set"),
        confirm=option([], "--confirm", key="confirm"),
        reason=option([], "--reason", key="reason"),
        today=option("", "--today", key="today"),
        out=option(None, "--out", key="out"),
    )


def wrapped(kind: type[TyperCommand]) -> type[TyperCommand]:
    """Commands of `kind` that say in one sentence when the packages of the register are missing."""

    class Command(kind):  # type: ignore[misc, valid-type]
        """A command that needs the register's packages."""

        def invoke(self, ctx: Any) -> Any:
            with with_extra():
                return super().invoke(ctx)

    return Command


def new_group(parent: typer.Typer, name: str, group_class: Any, language: str) -> typer.Typer:
    """A group of commands below `parent`; alone it shows its help."""
    help_ = say(name, language)
    group = typer.Typer(cls=group_class, help=help_, no_args_is_help=True, rich_markup_mode=None)

    @group.callback(invoke_without_command=True)
    def about(
        ctx: typer.Context,
        language_: str = typer.Option(
            language, "--language", help=text("cli.option_language", language)
        ),
    ) -> None:
        check_language(language_)
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    parent.add_typer(group, name=name)
    return group
