"""Help pages and complaints about the command line itself, in the reader's language.

Typer would write both in English. Knows how commands are described; knows no command.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from keruen.errors import UsageError
from keruen.i18n import text

ClickPart = Any
"""A command, context, parameter, formatter or error of Click: Typer moved these classes between its
versions, and tells a checker other types in each."""

reader_language: Final[ContextVar[str]] = ContextVar("reader_language", default="en")
"""The language that the reader asked for: help is looked up in it when it is printed."""


class Command(TyperCommand):
    """A command that explains itself in the reader's language; its help texts are keys."""

    def format_help(self, ctx: ClickPart, formatter: ClickPart) -> None:
        """Write the help page."""
        _write_help(self, ctx, formatter)


class Group(TyperGroup):
    """A group of commands that explains itself in the reader's language."""

    def format_help(self, ctx: ClickPart, formatter: ClickPart) -> None:
        """Write the help page."""
        _write_help(self, ctx, formatter)


def new_group(key: str) -> typer.Typer:
    """A group of commands that shows its help when it is called alone.

    Parameters
    ----------
    key : catalogue key of what the group says of itself.
    """
    return typer.Typer(
        cls=Group,
        help=key,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def _write_help(command: ClickPart, ctx: ClickPart, formatter: ClickPart) -> None:
    def say(key: str) -> str:
        return text(key, reader_language.get())

    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    inside = getattr(command, "commands", {})
    pieces = [f"[{p.name.upper()}]" if not p.required else p.name.upper() for p in arguments]
    tail = [say("cli.metavar_command")] if inside else pieces
    usage = " ".join([say("cli.metavar_options"), *tail])
    formatter.write_usage(ctx.command_path, usage, prefix=f"{say('cli.usage')} ")
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(say(command.help))
    rows = [(p.name.upper(), say(p.help)) for p in arguments]
    _write_rows(formatter, say("cli.arguments"), rows)
    rows = [(", ".join(p.opts), say(p.help)) for p in options]
    _write_rows(formatter, say("cli.options"), [*rows, ("--help", say("cli.option_help"))])
    rows = [(name, say(one.help)) for name, one in inside.items()]
    _write_rows(formatter, say("cli.commands"), rows)


def _write_rows(formatter: ClickPart, title: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)


def as_usage_error(wrong: ClickPart) -> UsageError:
    """A complaint of Typer's parser as an error of ours, without a word of its English.

    Parameters
    ----------
    wrong : its exception; told apart by class name, because Typer moved the classes.
    """
    kind = type(wrong).__name__
    context = getattr(wrong, "ctx", None)
    path = context.command_path if context is not None else "keruen"
    known = sorted(getattr(getattr(context, "command", None), "commands", {}))
    parameter = getattr(wrong, "param", None)
    name = _spelled(parameter) if parameter is not None else ""
    name = name or getattr(wrong, "option_name", None) or getattr(wrong, "param_hint", None) or ""
    if kind == "NoSuchOption":
        nearest = ", ".join(sorted(wrong.possibilities or ())) or "--help"
        return UsageError("error.no_option", option=wrong.option_name, nearest=nearest)
    if kind == "MissingParameter":
        return UsageError("error.missing_argument", name=name, command=path)
    if kind in {"BadParameter", "BadOptionUsage", "BadArgumentUsage"}:
        return UsageError("error.bad_value", name=str(name), command=path)
    if known:
        return UsageError("error.unknown_command", command=path, known=", ".join(known))
    return UsageError("error.usage", command=path)


def _spelled(parameter: ClickPart) -> str:
    is_option = parameter.param_type_name == "option"
    return str(parameter.opts[-1] if is_option else parameter.name.upper())
