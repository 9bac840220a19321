"""Commands that write: offers and answers to them, claims, reports, evidence. Options only."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.core import TyperCommand

from keruen.cli.registering.options import say, shared


def add_content(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Add the commands that write to the group."""
    _add_offers(group, kind, language)
    _add_answers(group, kind, language)
    for name in ("commit", "decide"):
        _add_record(group, kind, language, name)
    for name in ("claim", "report"):
        _add_saying(group, kind, language, name)
    _add_move(group, kind, language)
    _add_evidence(group, kind, language)
    _add_verdicts(group, kind, language)
    _add_template(group, kind, language)


def _add_offers(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)
    lapses_option = typer.Option("", "--lapses", help=say("option_lapses", language))

    @group.command("offer", cls=kind, help=say("offer", language))
    def offer_command(
        *,
        kind: str = typer.Argument(..., help=say("argument_kind", language)),
        content: Path | None = common.content,
        changes: list[str] = common.changes,
        confirm: list[str] = common.confirm,
        lapses: str = lapses_option,
        reason: list[str] = common.reason,
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.writing import Writing, offer

        wish = Writing(folder, passphrase_file, content, tuple(changes), tuple(confirm), language_)
        return offer(wish, kind, tuple(reason), lapses)

    @group.command("counter", cls=kind, help=say("counter", language))
    def counter_command(
        *,
        entry: str = typer.Argument(..., help=say("argument_offer", language)),
        content: Path | None = common.content,
        changes: list[str] = common.changes,
        confirm: list[str] = common.confirm,
        reason: list[str] = common.reason,
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.writing import Writing, counter

        wish = Writing(folder, passphrase_file, content, tuple(changes), tuple(confirm), language_)
        return counter(wish, entry, tuple(reason))


def _add_answers(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)
    offers_argument = typer.Argument(..., help=say("argument_offers", language))

    @group.command("countersign", cls=kind, help=say("countersign", language))
    def countersign_command(
        *,
        entry: list[str] = offers_argument,
        yes: bool = typer.Option(False, "--yes", help=say("option_yes", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.answering import countersign

        return countersign(folder, passphrase_file, tuple(entry), is_sure=yes, language=language_)

    for name in ("decline", "withdraw", "dispute"):
        _add_refusal(group, kind, language, name)


def _add_refusal(group: typer.Typer, kind: type[TyperCommand], language: str, name: str) -> None:
    common = shared(language)
    argument = "argument_entry" if name == "dispute" else "argument_offer"

    @group.command(name, cls=kind, help=say(name, language))
    def refuse_command(
        *,
        entry: str = typer.Argument(..., help=say(argument, language)),
        reason: list[str] = common.reason,
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.answering import refuse

        return refuse(folder, passphrase_file, name, entry, tuple(reason), language_)


def _add_record(group: typer.Typer, kind: type[TyperCommand], language: str, name: str) -> None:
    common = shared(language)
    content_kind = {"commit": "commitment", "decide": "decision"}[name]

    @group.command(name, cls=kind, help=say(name, language))
    def record_command(
        *,
        content: Path | None = common.content,
        changes: list[str] = common.changes,
        confirm: list[str] = common.confirm,
        lapses: str = typer.Option("", "--lapses", help=say("option_lapses", language)),
        reason: list[str] = common.reason,
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.writing import Writing, offer

        wish = Writing(folder, passphrase_file, content, tuple(changes), tuple(confirm), language_)
        return offer(wish, content_kind, tuple(reason), lapses)


def _add_saying(group: typer.Typer, kind: type[TyperCommand], language: str, name: str) -> None:
    common = shared(language)

    @group.command(name, cls=kind, help=say(name, language))
    def saying_command(
        *,
        content: Path | None = common.content,
        changes: list[str] = common.changes,
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.writing import Writing, say_it

        wish = Writing(folder, passphrase_file, content, tuple(changes), (), language_)
        return say_it(wish, name)


def _add_move(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("move", cls=kind, help=say("move", language))
    def move_command(
        *,
        project: str = typer.Argument(..., help=say("argument_project", language)),
        to: str = typer.Argument(..., help=say("argument_to", language)),
        evidence: list[str] = typer.Option([], help=say("option_gate_evidence", language)),
        review: str = typer.Option("", help=say("option_review", language)),
        reason: list[str] = common.reason,
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.writing import Step, Writing, move

        wish = Writing(folder, passphrase_file, None, (), (), language_)
        step = Step(project, to, tuple(evidence), tuple(reason), review)
        return move(wish, step)


def _add_evidence(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("evidence", cls=kind, help=say("evidence", language))
    def evidence_command(
        *,
        file: Path = typer.Argument(..., help=say("argument_evidence", language)),
        about: str = typer.Option(..., "--about", help=say("option_about", language)),
        type_: str = typer.Option(..., "--type", help=say("option_type", language)),
        title: list[str] = typer.Option(..., "--title", help=say("option_title", language)),
        claims_met: bool = typer.Option(False, "--claims-met", help=say("option_met", language)),
        document_language: str = typer.Option(
            "", "--document-language", help=say("option_document_language", language)
        ),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.writing import Showing, Writing, give_evidence

        wish = Writing(folder, passphrase_file, None, (), (), language_)
        showing = Showing(file, about, type_, tuple(title), claims_met, document_language)
        return give_evidence(wish, showing)


def _add_verdicts(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("accept", cls=kind, help=say("accept", language))
    def accept_command(
        *,
        entry: str = typer.Argument(..., help=say("argument_entry", language)),
        folder: Path | None = common.folder,
        passphrase_file: Path | None = common.passphrase_file,
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.answering import accept

        return accept(folder, passphrase_file, entry, language_)


def _add_template(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    common = shared(language)

    @group.command("template", cls=kind, help=say("template", language))
    def template_command(
        *,
        kind: str = typer.Argument(..., help=say("argument_form", language)),
        language_: str = common.language,
    ) -> int:
        from keruen.cli.registering.templates import form

        typer.echo(form(kind, language_), nl=False)
        return 0
