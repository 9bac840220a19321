"""`keruen register start|backup|restore`: what concerns a register as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command
from keruen.cli.options import asking
from keruen.cli.registering.commands import group

__all__ = ["group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOptions:
    """The options of `keruen register start`."""

    mail: Annotated[Path, typer.Option("--mail", help="register.option_mail")] = Path("mail")
    side: Annotated[str, typer.Option("--side", help="register.option_side")] = ""
    names: options.Names
    offices: options.OfficesLater
    threshold: options.Threshold = 1
    pair_name: Annotated[str, typer.Option("--pair-name", help="register.option_pair_name")] = ""
    content: options.Content = None
    changes: options.Changes
    read: options.ReadTexts
    allowed: options.Allowed
    is_sure: Annotated[bool, typer.Option("--yes", help="register.option_yes_start")] = False
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("start", cls=Command, help="register.start")
@asking(StartOptions)
def start(asked: StartOptions) -> int:
    """Go from nothing to an agreed project, step by step."""
    from keruen.cli.registering.starting import start as started

    return started(asked)


@group.command("backup", cls=Command, help="register.backup")
def backup(
    *,
    file: Annotated[Path, typer.Argument(help="register.argument_backup")],
    folder: options.Folder = None,
    language: options.Language,
) -> int:
    """Write the whole register into one file."""
    from keruen.cli.registering.safekeeping import back_up

    return back_up(folder, file, language)


@group.command("restore", cls=Command, help="register.restore")
def restore(
    *,
    file: Annotated[Path, typer.Argument(help="register.argument_restore")],
    folder: options.Folder = None,
    language: options.Language,
) -> int:
    """Bring a register back from its file."""
    from keruen.cli.registering.safekeeping import restore as restored

    return restored(folder, file, language)
