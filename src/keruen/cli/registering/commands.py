"""All commands of the register with their options, in the reader's language. Options only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from keruen.cli.registering.content_commands import add_content
from keruen.cli.registering.exchange_commands import add_exchange
from keruen.cli.registering.options import new_group, say, shared, wrapped
from keruen.cli.registering.reading_commands import add_reading


def add_register(
    app: typer.Typer, kind: type[TyperCommand], group_class: Any, language: str
) -> None:
    """Add the group `register` to the command group."""
    group = new_group(app, "register", group_class, language)
    command = wrapped(kind)
    _add_beginning(group, command, language)
    keys = new_group(group, "keys", group_class, language)
    _add_keys(keys, command, language)
    add_content(group, command, language)
    add_reading(group, command, language)
    add_exchange(group, command, group_class, language)


def _add_beginning(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("demo", cls=kind, help=say("demo", language))
    def demo_command(
        *,
        folder: Path = typer.Argument(Path("register-demo"), help=say("argument_demo", language)),
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.demonstration import show_demo

        return show_demo(folder, as_json=as_json, language=language_)

    @group.command("init", cls=kind, help=say("init", language))
    def init_command(
        *,
        side: str = typer.Option(..., "--side", help=say("option_side", language)),
        name: list[str] = typer.Option(..., "--name", help=say("option_name", language)),
        office: list[str] = typer.Option(..., "--office", help=say("option_office", language)),
        threshold: int = typer.Option(1, help=say("option_threshold", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.beginning import Founding, begin

        wish = Founding(
            side=side, names=tuple(name), offices=tuple(office), threshold=threshold, folder=folder
        )
        return begin(wish, passphrase_file, language_)

    @group.command("join", cls=kind, help=say("join", language))
    def join_command(
        *,
        card: Path = typer.Argument(..., help=say("argument_card", language)),
        pair_name: str = typer.Option(..., "--pair-name", help=say("option_pair_name", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.beginning import join

        return join(folder, card, pair_name, passphrase_file, language_)


def _add_keys(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("list", cls=kind, help=say("keys_list", language))
    def list_command(
        *,
        folder: Path | None = common.folder,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.keeping import list_keys

        return list_keys(folder, as_json=as_json, language=language_)

    @group.command("annex", cls=kind, help=say("keys_annex", language))
    def annex_command(
        *,
        folder: Path | None = common.folder,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.keeping import print_annex

        return print_annex(folder, language_)

    @group.command("rotate", cls=kind, help=say("keys_rotate", language))
    def rotate_command(
        *,
        office: list[str] = typer.Option(..., "--office", help=say("option_office", language)),
        threshold: int = typer.Option(1, help=say("option_threshold", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.keeping import rotate

        return rotate(folder, tuple(office), threshold, passphrase_file, language_)

    @group.command("sign", cls=kind, help=say("keys_sign", language))
    def sign_command(
        *,
        pending: Path = typer.Argument(..., help=say("argument_pending", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.keeping import sign

        return sign(folder, pending, passphrase_file, language_)

    @group.command("drop", cls=kind, help=say("keys_drop", language))
    def drop_command(
        *,
        pending: Path = typer.Argument(..., help=say("argument_pending", language)),
        folder: Path | None = common.folder,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.keeping import drop

        return drop(folder, pending, language_)
