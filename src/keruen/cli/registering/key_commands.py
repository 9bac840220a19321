"""`keruen register keys …`: the commands about keys with their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command, new_group
from keruen.cli.options import group_alone
from keruen.cli.registering.opening import open_writer


def group_of(name: str) -> typer.Typer:
    """A group of commands of the register, which alone shows its help."""
    below = new_group(f"register.{name}")
    below.callback(invoke_without_command=True)(group_alone)
    return below


keys = group_of("keys")


@keys.command("list", cls=Command, help="register.keys_list")
def list_keys(
    *,
    folder: options.Folder = None,
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Show the keys in force."""
    from keruen.cli.registering.keeping import list_keys as listed

    return listed(folder, as_json=as_json, language=language)


@keys.command("annex", cls=Command, help="register.keys_annex")
def annex(*, folder: options.Folder = None, language: options.Language) -> int:
    """Print what belongs in the annex of the paper memorandum."""
    from keruen.cli.registering.keeping import print_annex

    return print_annex(folder, language)


@keys.command("rotate", cls=Command, help="register.keys_rotate")
def rotate(
    *,
    offices: options.Offices,
    threshold: options.Threshold = 1,
    allowed: options.Allowed,
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    language: options.Language,
) -> int:
    """Replace the keys of this side."""
    from keruen.cli.registering.keeping import rotate as rotated

    register = open_writer(folder, passphrase_file, language, allowed)
    return rotated(register, tuple(offices), threshold, language)


@keys.command("sign", cls=Command, help="register.keys_sign")
def sign(
    *,
    pending: options.Pending,
    read: options.Read,
    allowed: options.Allowed,
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    language: options.Language,
) -> int:
    """Add signatures to what waits for them."""
    from keruen.cli.registering.keeping import sign as signed

    return signed(folder, pending, passphrase_file, read=read, allowed=allowed, language=language)


@keys.command("request", cls=Command, help="register.keys_request")
def request(
    *,
    folder: Annotated[Path, typer.Argument(help="register.argument_office_folder")],
    office: Annotated[str, typer.Option("--office", help="register.option_one_office")],
    passphrase_file: options.PassphraseFile = None,
    language: options.Language,
) -> int:
    """Make the key of an office at its own place, and the card to carry."""
    from keruen.cli.registering.keeping import request as requested

    return requested(folder, office, passphrase_file, language)


@keys.command("admit", cls=Command, help="register.keys_admit")
def admit(
    *,
    cards: Annotated[list[Path], typer.Argument(help="register.argument_key_cards")],
    threshold: options.Threshold = 1,
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    language: options.Language,
) -> int:
    """Add the keys of other offices to those in force."""
    from keruen.cli.registering.keeping import admit as admitted

    return admitted(folder, cards, threshold, passphrase_file, language)


@keys.command("drop", cls=Command, help="register.keys_drop")
def drop(
    *, pending: options.Pending, folder: options.Folder = None, language: options.Language
) -> int:
    """Give up what waits for signatures."""
    from keruen.cli.registering.keeping import drop as dropped

    return dropped(folder, pending, language)
