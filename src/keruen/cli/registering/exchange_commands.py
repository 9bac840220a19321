"""Commands between installations and with other programs: bundles, sheets, OC4IDS. Options only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from keruen.cli.registering.options import new_group, say, shared


def add_exchange(
    group: typer.Typer, kind: type[TyperCommand], group_class: Any, language: str
) -> None:
    """Add the commands that exchange to the group."""
    _add_bundles(group, kind, language)
    for name in ("sheet", "oc4ids"):
        inner = new_group(group, name, group_class, language)
        _add_out(inner, kind, language, name)
        _add_in(inner, kind, language, name)


def _add_bundles(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("export", cls=kind, help=say("export", language))
    def export_command(
        *,
        target: Path = typer.Argument(Path(), help=say("argument_bundle_out", language)),
        whole: bool = typer.Option(False, "--whole", help=say("option_whole", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.bundling import Sending, export

        wish = Sending(folder, target, passphrase_file, whole)
        return export(wish, as_json=as_json, language=language_)

    @group.command("import", cls=kind, help=say("import", language))
    def import_command(
        *,
        source: str = typer.Argument(..., help=say("argument_bundle_in", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.bundling import take_in

        return take_in(folder, source, passphrase_file, as_json=as_json, language=language_)


def _add_out(group: typer.Typer, kind: type[TyperCommand], language: str, name: str) -> None:
    common = shared(language)
    profile_option = typer.Option("public", "--profile", help=say("option_profile", language))

    if name == "sheet":

        @group.command("export", cls=kind, help=say("sheet_export", language))
        def sheet_command(
            *,
            target: Path = typer.Argument(..., help=say("argument_sheet_out", language)),
            folder: Path | None = common.folder,
            empty: bool = typer.Option(False, "--empty", help=say("option_empty", language)),
            language_: str = common.language,
        ) -> int:
            from keruen.cli.registering.forms import write_list_sheet

            return write_list_sheet(folder, target, is_empty=empty, language=language_)

        return

    @group.command("export", cls=kind, help=say("oc4ids_export", language))
    def package_command(
        *,
        target: Path = typer.Argument(..., help=say("argument_package_out", language)),
        profile: str = profile_option,
        folder: Path | None = common.folder,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.forms import write_package

        return write_package(folder, target, profile, language_)


def _add_in(group: typer.Typer, kind: type[TyperCommand], language: str, name: str) -> None:
    common = shared(language)
    source_argument = typer.Argument(..., help=say("argument_file_in", language))
    offer_option = typer.Option(False, "--offer", help=say("option_offer", language))

    if name == "sheet":

        @group.command("import", cls=kind, help=say("sheet_import", language))
        def sheet_command(
            *,
            source: Path = source_argument,
            offer: bool = offer_option,
            encoding: str = typer.Option("", "--encoding", help=say("option_encoding", language)),
            folder: Path | None = common.folder,
            passphrase_file: Path | None = common.passphrase_file,
            language_: str = common.language,
        ) -> int:
            from keruen.cli.registering.forms import Filled, take_in

            wish = Filled(name, source, offer, folder, passphrase_file, encoding=encoding)
            return take_in(wish, language_)

        return

    language_option = typer.Option(
        "", "--text-language", help=say("option_text_language", language)
    )

    @group.command("import", cls=kind, help=say("oc4ids_import", language))
    def package_command(
        *,
        source: Path = source_argument,
        offer: bool = offer_option,
        text_language: str = language_option,
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.forms import Filled, take_in

        wish = Filled(name, source, offer, folder, passphrase_file, text_language=text_language)
        return take_in(wish, language_)
