"""Commands that only look: status, list, show, diff, verify, papers. Options only."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.core import TyperCommand

from keruen.cli.registering.options import say, shared


def add_reading(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Add the commands that look to the group."""
    _add_views(group, kind, language)
    _add_histories(group, kind, language)
    _add_papers(group, kind, language)


def _add_views(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("status", cls=kind, help=say("status", language))
    def status_command(
        *,
        folder: Path | None = common.folder,
        today: str = common.today,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.showing import status

        return status(folder, today, as_json=as_json, language=language_)

    @group.command("list", cls=kind, help=say("list", language))
    def list_command(
        *,
        folder: Path | None = common.folder,
        today: str = common.today,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.showing import listing

        return listing(folder, today, as_json=as_json, language=language_)

    @group.command("show", cls=kind, help=say("show", language))
    def show_command(
        *,
        name: str = typer.Argument(..., help=say("argument_show", language)),
        folder: Path | None = common.folder,
        today: str = common.today,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.detail import show

        return show(folder, name, today, as_json=as_json, language=language_)


def _add_histories(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("diff", cls=kind, help=say("diff", language))
    def diff_command(
        *,
        since: str = typer.Option("", "--since", help=say("option_since", language)),
        against: Path | None = typer.Option(
            None, "--against", help=say("option_against", language)
        ),
        folder: Path | None = common.folder,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.comparing import difference

        return difference(folder, since, against, as_json=as_json, language=language_)

    @group.command("verify", cls=kind, help=say("verify", language))
    def verify_command(
        *,
        folder: Path | None = common.folder,
        as_json: bool = common.as_json,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.comparing import verify

        return verify(folder, as_json=as_json, language=language_)


def _add_papers(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("fiche", cls=kind, help=say("fiche", language))
    def fiche_command(
        *,
        project: str = typer.Argument(..., help=say("argument_project", language)),
        out: Path | None = common.out,
        folder: Path | None = common.folder,
        today: str = common.today,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.papers import fiche

        return fiche(folder, project, out, today, language_)

    @group.command("meeting", cls=kind, help=say("meeting", language))
    def meeting_command(
        *,
        out: Path | None = common.out,
        folder: Path | None = common.folder,
        today: str = common.today,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.papers import meeting

        return meeting(folder, out, today, language_)
