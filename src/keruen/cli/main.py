"""The entry: choose the language, build the commands, turn errors into sentences.

Exit codes: 0 done, 2 something that a person can mend, 130 stopped by a person, 1 a fault of ours.
"""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Sequence

from keruen import i18n
from keruen.errors import KeruenError

_VARIABLES = ("KERUEN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def main() -> None:
    """Run the command line and exit."""
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    language = chosen_language(arguments)
    try:
        return _call(list(arguments), language)
    except KeruenError as wrong:
        _complain(wrong, language)
        return wrong.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe has left (``| head``); nothing is wrong, and nothing more is said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        command = shlex.join(["keruen", *arguments])
        sys.stderr.write(i18n.text("cli.fault", language, command=command) + "\n")
        return 1


def chosen_language(arguments: Sequence[str]) -> str:
    """The language asked for on the command line, else by the environment, else English."""
    for index, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in ("--language", "-l"):
            following = value if equals else "".join(arguments[index + 1 : index + 2])
            return following if following in i18n.LANGUAGES else "en"
    for variable in _VARIABLES:
        code = os.environ.get(variable, "")[:2].lower()
        if code in i18n.LANGUAGES:
            return code
    return "en"


def _call(arguments: list[str], language: str) -> int:
    from keruen.cli.commands import build

    try:
        build(language)(arguments, prog_name="keruen")
    except SystemExit as finished:
        # Typer ends every command so, also with its own complaints about options (code 2).
        return finished.code if isinstance(finished.code, int) else 0
    return 0


def _complain(wrong: KeruenError, language: str) -> None:
    head = i18n.text("cli.error", language)
    for problem in wrong.problems:
        sys.stderr.write(f"{head}: {i18n.describe(problem, language)}\n")
