"""`keruen register start|backup|restore`: what concerns a register as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command
from keruen.cli.registering.commands import group

__all__ = ["group"]


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
