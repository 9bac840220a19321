"""`keruen register appraise` and `reproduce`: their options; what they do is loaded on call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command
from keruen.cli.options import asking


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraiseOptions:
    """The options of `keruen register appraise`."""

    project: options.ListedProject
    scenario: options.Scenario = "kostanay-hefei"
    case: options.OneCase = ""
    together: Annotated[
        list[str],
        typer.Option("--project", help="register.option_together", default_factory=list),
    ]
    own_year: Annotated[bool, typer.Option("--own-year", help="register.option_own_year")] = False
    replications: options.Replications = None
    seed: options.Seed = None
    days: options.Days = None
    executor: options.Executor = "processes"
    read: options.Read
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproduceOptions:
    """The options of `keruen register reproduce`."""

    name: Annotated[str, typer.Argument(help="register.argument_reproduce")]
    scenario: Annotated[str, typer.Argument(help="register.argument_own_scenario")] = ""
    own_seed: Annotated[int | None, typer.Option("--own-seed", help="register.option_own_seed")] = (
        None
    )
    executor: options.Executor = "processes"
    read: options.Read
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


def add_to(group: typer.Typer) -> None:
    """Add both commands to a group."""

    @group.command("appraise", cls=Command, help="register.appraise")
    @asking(AppraiseOptions)
    def appraise(asked: AppraiseOptions) -> int:
        """Appraise a project and write what came out."""
        from keruen.cli.registering.appraising import appraise as appraised

        return appraised(asked)

    @group.command("reproduce", cls=Command, help="register.reproduce")
    @asking(ReproduceOptions)
    def reproduce(asked: ReproduceOptions) -> int:
        """Run an appraisal of the other side again."""
        from keruen.cli.registering.appraising import reproduce as reproduced

        return reproduced(asked)
