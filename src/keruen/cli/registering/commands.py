"""`keruen register …`: all commands with their options; what they do is loaded on call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command
from keruen.cli.options import asking
from keruen.cli.registering.appraisal_commands import add_to as add_appraisals
from keruen.cli.registering.import_options import PackageImport, SheetImport
from keruen.cli.registering.key_commands import group_of, keys
from keruen.cli.registering.opening import open_writer

group = group_of("register")


@group.command("demo", cls=Command, help="register.demo")
def demo(
    *,
    folder: Annotated[Path, typer.Argument(help="register.argument_demo")] = Path("register-demo"),
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Make a register of each side from published sources, and show the list."""
    from keruen.cli.registering.demonstration import show_demo

    return show_demo(folder, as_json=as_json, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitOptions:
    """The options of `keruen register init`."""

    side: Annotated[str, typer.Option("--side", help="register.option_side")]
    names: Annotated[list[str], typer.Option("--name", help="register.option_name")]
    offices: options.Offices
    threshold: options.Threshold = 1
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("init", cls=Command, help="register.init")
@asking(InitOptions)
def init(asked: InitOptions) -> int:
    """Make the keys and the card of one side."""
    from keruen.cli.registering.keeping import begin

    return begin(asked)


@group.command("join", cls=Command, help="register.join")
def join(
    *,
    card: Annotated[Path, typer.Argument(help="register.argument_card")],
    pair_name: Annotated[str, typer.Option("--pair-name", help="register.option_pair_name")],
    allowed: options.Allowed,
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    language: options.Language,
) -> int:
    """Take the other side's card and write the first entry."""
    from keruen.cli.registering.keeping import join as joined

    return joined(
        open_writer(folder, passphrase_file, language, allowed), card, pair_name, language
    )


group.add_typer(keys, name="keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOptions:
    """The options of `keruen register offer`."""

    kind: Annotated[str, typer.Argument(help="register.argument_kind")]
    content: options.Content = None
    changes: options.Changes
    confirm: options.Confirm
    lapses: options.Lapses = ""
    reason: options.Reason
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("offer", cls=Command, help="register.offer")
@asking(OfferOptions)
def offer(asked: OfferOptions) -> int:
    """Offer a text; of one that is in force, a new revision."""
    from keruen.cli.registering.writing import offer as offered

    return offered(asked, asked.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterOptions:
    """The options of `keruen register counter`."""

    entry: options.Offer
    content: options.Content = None
    changes: options.Changes
    confirm: options.Confirm
    reason: options.Reason
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("counter", cls=Command, help="register.counter")
@asking(CounterOptions)
def counter(asked: CounterOptions) -> int:
    """Put another text in place of the other side's."""
    from keruen.cli.registering.writing import counter as countered

    return countered(asked)


@group.command("countersign", cls=Command, help="register.countersign")
def countersign(
    *,
    entry: Annotated[list[str], typer.Argument(help="register.argument_offers")],
    read: options.Read,
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    language: options.Language,
) -> int:
    """Sign what the other side offered."""
    from keruen.cli.registering.writing import countersign as countersigned

    return countersigned(folder, passphrase_file, entry, read=read, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalOptions:
    """The options of `decline` and `withdraw`."""

    entry: options.Offer
    reason: options.Reason
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOptions:
    """The options of `keruen register dispute`: it may be about any entry."""

    entry: options.Entry
    reason: options.Reason
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("decline", cls=Command, help="register.decline")
@asking(RefusalOptions)
def decline(asked: RefusalOptions) -> int:
    """Decline an offer, with the reason."""
    from keruen.cli.registering.writing import refuse

    return refuse(asked, "decline")


@group.command("withdraw", cls=Command, help="register.withdraw")
@asking(RefusalOptions)
def withdraw(asked: RefusalOptions) -> int:
    """Withdraw an own offer, with the reason."""
    from keruen.cli.registering.writing import refuse

    return refuse(asked, "withdraw")


@group.command("dispute", cls=Command, help="register.dispute")
@asking(DisputeOptions)
def dispute(asked: DisputeOptions) -> int:
    """Dispute an entry, with the reason."""
    from keruen.cli.registering.writing import refuse

    return refuse(asked, "dispute")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptions:
    """The options of `commit` and `decide`: to offer a text of their own kind."""

    content: options.Content = None
    changes: options.Changes
    confirm: options.Confirm
    lapses: options.Lapses = ""
    reason: options.Reason
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("commit", cls=Command, help="register.commit")
@asking(RecordOptions)
def commit(asked: RecordOptions) -> int:
    """Offer a commitment."""
    from keruen.cli.registering.writing import offer as offered

    return offered(asked, "commitment")


@group.command("decide", cls=Command, help="register.decide")
@asking(RecordOptions)
def decide(asked: RecordOptions) -> int:
    """Offer a decision on the list."""
    from keruen.cli.registering.writing import offer as offered

    return offered(asked, "decision")


@dataclass(frozen=True, slots=True, kw_only=True)
class SayingOptions:
    """The options of `claim` and `report`."""

    content: options.Content = None
    changes: options.Changes
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("claim", cls=Command, help="register.claim")
@asking(SayingOptions)
def claim(asked: SayingOptions) -> int:
    """Write down what a source claims."""
    from keruen.cli.registering.writing import say_it

    return say_it(asked, "claim")


@group.command("report", cls=Command, help="register.report")
@asking(SayingOptions)
def report(asked: SayingOptions) -> int:
    """Report on a quarter of a project."""
    from keruen.cli.registering.writing import say_it

    return say_it(asked, "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOptions:
    """The options of `keruen register move`."""

    project: options.ListedProject
    to: Annotated[str, typer.Argument(help="register.argument_to")]
    evidence: Annotated[
        list[str],
        typer.Option("--evidence", help="register.option_gate_evidence", default_factory=list),
    ]
    review: Annotated[str, typer.Option("--review", help="register.option_review")] = ""
    reason: options.Reason
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("move", cls=Command, help="register.move")
@asking(MoveOptions)
def move(asked: MoveOptions) -> int:
    """Offer a step of a project's life."""
    from keruen.cli.registering.writing import move as moved

    return moved(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOptions:
    """The options of `keruen register evidence`."""

    file: Annotated[Path, typer.Argument(help="register.argument_evidence")]
    about: Annotated[str, typer.Option("--about", help="register.option_about")]
    type: Annotated[str, typer.Option("--type", help="register.option_type")]
    title: Annotated[list[str], typer.Option("--title", help="register.option_title")]
    claims_met: Annotated[bool, typer.Option("--claims-met", help="register.option_met")] = False
    document_language: Annotated[
        str, typer.Option("--document-language", help="register.option_document_language")
    ] = ""
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@group.command("evidence", cls=Command, help="register.evidence")
@asking(EvidenceOptions)
def evidence(asked: EvidenceOptions) -> int:
    """Keep a file in the register and say what it shows."""
    from keruen.cli.registering.writing import give_evidence

    return give_evidence(asked)


add_appraisals(group)


@group.command("accept", cls=Command, help="register.accept")
def accept(
    *,
    entry: options.Entry,
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    language: options.Language,
) -> int:
    """Accept evidence of the other side."""
    from keruen.cli.registering.writing import accept as accepted

    return accepted(folder, passphrase_file, entry, language)


@group.command("template", cls=Command, help="register.template")
def template(
    *,
    kind: Annotated[str, typer.Argument(help="register.argument_form")],
    language: options.Language,
) -> int:
    """Print a form to fill."""
    from keruen.cli.registering.templates import form

    typer.echo(form(kind, language), nl=False)
    return 0


@group.command("status", cls=Command, help="register.status")
def status(
    *,
    folder: options.Folder = None,
    today: options.Today = "",
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Show what waits for whom, what is late, what contradicts."""
    from keruen.cli.registering.showing import status as standing

    return standing(folder, today, as_json=as_json, language=language)


@group.command("list", cls=Command, help="register.list")
def list_(
    *,
    folder: options.Folder = None,
    today: options.Today = "",
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Show the joint list."""
    from keruen.cli.registering.showing import listing

    return listing(folder, today, as_json=as_json, language=language)


@group.command("show", cls=Command, help="register.show")
def show(
    *,
    name: Annotated[str, typer.Argument(help="register.argument_show")],
    folder: options.Folder = None,
    today: options.Today = "",
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Show everything about one thing of the register."""
    from keruen.cli.registering.detail import show as shown

    return shown(folder, name, today, as_json=as_json, language=language)


@group.command("text", cls=Command, help="register.text")
def text(
    *,
    name: Annotated[str, typer.Argument(help="register.argument_text")],
    folder: options.Folder = None,
    language: options.Language,
) -> int:
    """Print the present text as a form."""
    from keruen.cli.registering.reading import print_form

    return print_form(folder, name, language)


@group.command("diff", cls=Command, help="register.diff")
def diff(
    *,
    editions: Annotated[
        list[str], typer.Argument(help="register.argument_editions", default_factory=list)
    ],
    since: Annotated[str, typer.Option("--since", help="register.option_since")] = "",
    against: Annotated[
        Path | None, typer.Option("--against", help="register.option_against")
    ] = None,
    folder: options.Folder = None,
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Show what changed, where two editions of a text differ, or two registers."""
    if editions:
        from keruen.cli.registering.reading import compare_editions

        return compare_editions(folder, editions, as_json=as_json, language=language)
    from keruen.cli.registering.comparing import difference

    return difference(folder, since, against, as_json=as_json, language=language)


@group.command("verify", cls=Command, help="register.verify")
def verify(
    *,
    folder: options.Folder = None,
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Check everything that is signed."""
    from keruen.cli.registering.comparing import verify as verified

    return verified(folder, as_json=as_json, language=language)


@group.command("fiche", cls=Command, help="register.fiche")
def fiche(
    *,
    project: options.ListedProject,
    out: options.Papers = None,
    folder: options.Folder = None,
    today: options.Today = "",
    language: options.Language,
) -> int:
    """Write the fiche of one project, to print."""
    from keruen.cli.registering.showing import fiche as written

    return written(folder, project, out, today, language)


@group.command("meeting", cls=Command, help="register.meeting")
def meeting(
    *,
    out: options.Papers = None,
    folder: options.Folder = None,
    today: options.Today = "",
    language: options.Language,
) -> int:
    """Write the sheet for the meeting, to print."""
    from keruen.cli.registering.showing import meeting as written

    return written(folder, out, today, language)


@group.command("export", cls=Command, help="register.export")
def export(
    *,
    target: Annotated[Path, typer.Argument(help="register.argument_bundle_out")] = Path(),
    is_whole: Annotated[bool, typer.Option("--whole", help="register.option_whole")] = False,
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Write a bundle for the other side."""
    from keruen.cli.registering.forms import export_bundle

    register = open_writer(folder, passphrase_file, language)
    return export_bundle(register, target, is_whole=is_whole, as_json=as_json, language=language)


@group.command("import", cls=Command, help="register.import")
def import_(
    *,
    source: Annotated[str, typer.Argument(help="register.argument_bundle_in")],
    folder: options.Folder = None,
    passphrase_file: options.PassphraseFile = None,
    as_json: options.RegisterAsJson = False,
    language: options.Language,
) -> int:
    """Take in a bundle, or every bundle of a folder."""
    from keruen.cli.registering.forms import import_bundles

    register = open_writer(folder, passphrase_file, language)
    return import_bundles(register, source, as_json=as_json, language=language)


sheet = group_of("sheet")
group.add_typer(sheet, name="sheet")


@sheet.command("export", cls=Command, help="register.sheet_export")
def sheet_export(
    *,
    target: Annotated[Path, typer.Argument(help="register.argument_sheet_out")],
    folder: options.Folder = None,
    is_empty: Annotated[bool, typer.Option("--empty", help="register.option_empty")] = False,
    language: options.Language,
) -> int:
    """Write the list, or the empty form, as a workbook or as tables."""
    from keruen.cli.registering.forms import write_list_sheet

    return write_list_sheet(folder, target, is_empty=is_empty, language=language)


oc4ids = group_of("oc4ids")
group.add_typer(oc4ids, name="oc4ids")


@oc4ids.command("export", cls=Command, help="register.oc4ids_export")
def oc4ids_export(
    *,
    target: Annotated[Path, typer.Argument(help="register.argument_package_out")],
    profile: Annotated[str, typer.Option("--profile", help="register.option_profile")] = "public",
    folder: options.Folder = None,
    language: options.Language,
) -> int:
    """Write the list as an OC4IDS package."""
    from keruen.cli.registering.forms import write_package

    return write_package(folder, target, profile, language)


@sheet.command("import", cls=Command, help="register.sheet_import")
@asking(SheetImport)
def sheet_import(asked: SheetImport) -> int:
    """Read a filled sheet."""
    from keruen.cli.registering.forms import take_in

    return take_in(asked)


@oc4ids.command("import", cls=Command, help="register.oc4ids_import")
@asking(PackageImport)
def oc4ids_import(asked: PackageImport) -> int:
    """Read a package."""
    from keruen.cli.registering.forms import take_in

    return take_in(asked)
