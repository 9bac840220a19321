"""The entry: choose the language, build the commands, turn errors into sentences.

Exit codes: 0 done, 2 something that a person can mend, 130 stopped by a person, 1 a fault of ours.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import traceback
from collections.abc import Sequence

from keruen import i18n
from keruen.cli import console
from keruen.errors import KeruenError, UsageError

_VARIABLES = ("KERUEN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def main() -> None:
    """Run the command line and exit."""
    console.open_streams()
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    language = chosen_language(arguments)
    console.show_every_letter()
    code = _answered(arguments, language)
    console.tell_of_escapes(language)
    return code


def _answered(arguments: Sequence[str], language: str) -> int:
    try:
        try:
            return _call(list(arguments), language)
        finally:
            # Whatever went wrong: when it was the output that was refused, that is the news.
            console.settle_output()
    except KeruenError as wrong:
        _complain(wrong, language)
        return wrong.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception:
        command = shlex.join(["keruen", *arguments])
        console.complain(traceback.format_exc().rstrip())
        console.complain(i18n.text("cli.fault", language, command=command))
        return 1


def chosen_language(arguments: Sequence[str]) -> str:
    """The language asked for on the command line, else by the environment, else English."""
    for index, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in ("--language", "-l"):
            following = value if equals else "".join(arguments[index + 1 : index + 2])
            return following if following in i18n.LANGUAGES else "en"
    # The first that is set decides, as for every program: `LC_ALL=C` means English.
    locale = next(filter(None, map(os.environ.get, _VARIABLES)), "")
    code = re.split("[_.@-]", locale, maxsplit=1)[0].lower()
    return code if code in i18n.LANGUAGES else "en"


def _call(arguments: list[str], language: str) -> int:
    import typer

    from keruen.cli.commands import app
    from keruen.cli.help import as_usage_error, reader_language

    # Typer carries its parser inside since 0.29 and had it beside itself before.
    refusals: type[Exception] = next(
        kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
    )
    for argument in arguments:
        # Bytes that are no text come as surrogates, which neither tables nor pages can hold.
        if not _is_text(argument):
            raise UsageError("error.argument_no_text", argument=argument)
    command = typer.main.get_command(app)
    before = reader_language.set(language)
    try:
        code = command(arguments or ["--help"], prog_name="keruen", standalone_mode=False)
    except typer.Abort:
        return 130
    except SystemExit:
        # Typer's way to say that the reader of a pipe has left (``| head``): nothing is wrong.
        return 0
    except refusals as wrong:
        if type(wrong).__name__ == "NoArgsIsHelpError":
            typer.echo(str(wrong))
            return 0
        raise as_usage_error(wrong) from None
    finally:
        reader_language.reset(before)
    return code if isinstance(code, int) else 0


def _is_text(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def _complain(wrong: KeruenError, language: str) -> None:
    head = i18n.text("cli.error", language)
    for problem in wrong.problems:
        console.complain(f"{head}: {i18n.describe(problem, language)}")
