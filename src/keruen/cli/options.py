"""The options that several commands share, each once: its spelling, its type, the key of its help.

A command takes one by naming its type; the default stands in the command where it is not always the
same. Knows no command.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from keruen.cli.help import reader_language
from keruen.errors import UsageError
from keruen.i18n import LANGUAGES
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE

Asked = TypeVar("Asked")

_TIME = re.compile(r"^(\d+(?:\.\d+)?)(min|h|d)$")
_SHARE = re.compile(r"^(\d+(?:\.\d+)?)(%?)$")
_UNITS = {"min": MS_PER_MINUTE, "h": MS_PER_HOUR, "d": MS_PER_DAY}

PACKAGED: Final = "kostanay-hefei"
"""The scenario of a command that names none."""


def check_language(language: str) -> str:
    """The language, if Keruen speaks it.

    Raises
    ------
    UsageError
        Naming the languages that it does.
    """
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UsageError("error.unknown_language", language=language, known=known)
    return language


TyperOption = Any
"""What `typer.Option` returns: it may stand as the default of an option of any type."""


def _option(name: str, key: str) -> TyperOption:
    return typer.Option(name, help=key)


def _repeated(name: str, key: str) -> TyperOption:
    # A list as a default would be one list for all calls.
    return typer.Option(name, help=key, default_factory=list)


def _language(check: Callable[[str], str] | None) -> TyperOption:
    key, of_reader = "cli.option_language", reader_language.get
    return typer.Option("--language", help=key, default_factory=of_reader, callback=check)


Language = Annotated[str, _language(check_language)]
UncheckedLanguage = Annotated[str, _language(None)]
"""For the door, whose version is told in any language."""

# What is run.
Scenario = Annotated[str, typer.Argument(help="cli.option_scenario")]
Case = Annotated[str, _option("--case", "cli.option_case")]
Cases = Annotated[list[str], _repeated("--case", "cli.option_case")]
OneCase = Annotated[str, _option("--case", "cli.option_one_case")]
Overrides = Annotated[list[str], _repeated("--set", "cli.option_set")]
Days = Annotated[int | None, _option("--days", "cli.option_days")]
Workbook = Annotated[Path | None, _option("--workbook", "cli.option_workbook")]
Yard = Annotated[Path | None, _option("--yard", "cli.option_yard")]
Encoding = Annotated[str, _option("--encoding", "cli.option_encoding")]

# How it is run.
Replications = Annotated[int | None, _option("--replications", "cli.option_replications")]
Seed = Annotated[int | None, _option("--seed", "cli.option_seed")]
Executor = Annotated[str, _option("--executor", "cli.option_executor")]
PLAN_SECONDS: Final = 86_400.0
PLAN_GAP_PERCENT: Final = 1.0
"""Those of `study.limits`, which loads what the help does not need."""
PlanSeconds = Annotated[float, _option("--seconds", "cli.option_plan_seconds")]
PlanGap = Annotated[float, _option("--gap", "cli.option_plan_gap")]

# What comes of it.
Out = Annotated[Path | None, _option("--out", "cli.option_out")]
ReportFormat = Annotated[str, _option("--format", "cli.option_format")]
AsJson = Annotated[bool, _option("--json", "cli.option_json")]
Verbose = Annotated[bool, _option("--verbose", "cli.option_verbose")]
SaveWorkbook = Annotated[Path | None, _option("--save-workbook", "cli.option_save_workbook")]
Gtfs = Annotated[Path | None, _option("--gtfs", "cli.option_gtfs")]

# The register.
Folder = Annotated[Path | None, _option("--folder", "register.option_folder")]
PassphraseFile = Annotated[
    Path | None, _option("--passphrase-file", "register.option_passphrase_file")
]
RegisterAsJson = Annotated[bool, _option("--json", "register.option_json")]
Content = Annotated[Path | None, _option("--from", "register.option_from")]
Changes = Annotated[list[str], _repeated("--set", "register.option_set")]
Confirm = Annotated[list[str], _repeated("--confirm", "register.option_confirm")]
Allowed = Annotated[list[str], _repeated("--allow", "register.option_allow")]
Read = Annotated[list[str], _repeated("--yes", "register.option_yes")]
ReadTexts = Annotated[list[str], _repeated("--read", "register.option_yes")]
"""As `Read`, where ``--yes`` answers another question."""
Reason = Annotated[list[str], _repeated("--reason", "register.option_reason")]
Lapses = Annotated[str, _option("--lapses", "register.option_lapses")]
Today = Annotated[str, _option("--today", "register.option_today")]
Papers = Annotated[Path | None, _option("--out", "register.option_out")]
Offices = Annotated[list[str], _option("--office", "register.option_office")]
OfficesLater = Annotated[list[str], _repeated("--office", "register.option_office")]
Names = Annotated[list[str], _repeated("--name", "register.option_name")]
Threshold = Annotated[int, _option("--threshold", "register.option_threshold")]
ListedProject = Annotated[str, typer.Argument(help="register.argument_project")]
Offer = Annotated[str, typer.Argument(help="register.argument_offer")]
Entry = Annotated[str, typer.Argument(help="register.argument_entry")]
Pending = Annotated[Path, typer.Argument(help="register.argument_pending")]


def stacked(case: str) -> tuple[str, ...]:
    """The cases of ``a+b``; none of an empty word or ``base``.

    Examples
    --------
    >>> stacked("nameplate+stage-2")
    ('nameplate', 'stage-2')
    """
    return tuple(part for part in case.split("+") if part and part != "base")


def parse_time_ms(words: str) -> int:
    """Simulated time from ``30min``, ``12h`` or ``2d``, in ms.

    Raises
    ------
    UsageError
        When it is none of these.

    Examples
    --------
    >>> parse_time_ms("1.5 h")
    5400000
    """
    match = _TIME.match(words.replace(" ", ""))
    if match is None:
        raise UsageError("error.until", found=words)
    return round(float(match[1]) * _UNITS[match[2]])


def parse_share(words: str) -> float:
    """A share from ``2%`` or ``0.02``.

    Raises
    ------
    UsageError
        When it is neither.

    Examples
    --------
    >>> parse_share("2 %")
    0.02
    """
    match = _SHARE.match(words.replace(" ", ""))
    if match is None:
        raise UsageError("error.tolerance", found=words)
    value = float(match[1])
    return value / 100 if match[2] else value


def asking(
    kind: Callable[..., Asked],
) -> Callable[[Callable[[Asked], int]], Callable[..., int]]:
    """Make a command of a function that takes all its options as one value.

    Parameters
    ----------
    kind : a dataclass; its fields are typed by options and become the command's parameters.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Wanted:
    ...     seed: int = 3
    >>> asking(Wanted)(lambda wanted: wanted.seed)(seed=4)
    4
    """

    def wrapped(answer: Callable[[Asked], int]) -> Callable[..., int]:
        def command(**values: object) -> int:
            return answer(kind(**values))

        # Typer reads parameters from the signature, whose types may be written as strings.
        signature = inspect.signature(kind, eval_str=True)
        command.__signature__ = signature  # type: ignore[attr-defined]
        return command

    return wrapped


def group_alone(ctx: typer.Context, language: Language) -> None:  # noqa: ARG001 - checked by its type
    """What a group does when no command of it is named: it shows its help."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
