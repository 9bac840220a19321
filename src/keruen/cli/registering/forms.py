"""`keruen register sheet|oc4ids|export|import`: the list in other formats, and bundles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec
import typer

from keruen.cli.options import check_language
from keruen.cli.registering.import_options import PackageImport, SheetImport
from keruen.cli.registering.opening import day, now, open_reader, open_writer, proxy_for
from keruen.cli.registering.showing import print_form_problems
from keruen.cli.registering.words import short, tell, tell_json, tell_signed, title_of
from keruen.cli.week_files import write_whole
from keruen.domain.joint import Claim
from keruen.domain.untyped import JointRecord
from keruen.errors import InputError, UsageError
from keruen.i18n import describe, text
from keruen.register.joint_list import new_records
from keruen.report.joint.sentences import id_in_words
from keruen.tabular.decoding import check_encoding

if TYPE_CHECKING:
    from keruen.domain.joint_state import JointState
    from keruen.formats import Content
    from keruen.formats.access_profiles import Profile
    from keruen.register import Register

REFUSAL: Final = "error.file_out"
"""Key of the sentence about a file that the disk refuses."""


def content_of(state: JointState) -> Content:
    """The list as records: of each subject the text in force, else the newest offered."""
    from keruen.formats import Content

    return Content(
        projects=tuple(one.core for one in state.projects.values()),
        commitments=tuple(one.core for one in state.commitments.values()),
        claims=tuple(one.body for one in state.claims if isinstance(one.body, Claim)),
        decisions=tuple(decision for decision, _ in state.decisions.values()),
    )


def put_sheet(state: JointState | None, path: Path, language: str) -> None:
    """Write the list as a workbook; of no state, the empty form."""
    from keruen.formats import Content, list_workbook

    content = Content() if state is None else content_of(state)
    write_whole(path, list_workbook(content, language=language, say=text), REFUSAL)


def put_tables(state: JointState | None, folder: Path, language: str) -> None:
    """Write the list as CSV tables with names and codes, one file each.

    Raises
    ------
    UsageError
        When the empty form is asked for: it is a workbook.
    """
    from keruen.formats import list_tables

    if state is None:
        raise UsageError("error.empty_form_is_workbook", path=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sorted(list_tables(state, language=language, say=text).items()):
        write_whole(folder / name, content, REFUSAL)


def write_list_sheet(folder: Path | None, target: Path, *, is_empty: bool, language: str) -> int:
    """Write the list, or the empty form, as a workbook."""
    state = None if is_empty else open_reader(folder).state(day(""))
    if target.is_dir() or not target.suffix:
        put_tables(state, target, language)
    else:
        put_sheet(state, target, language)
    if state is not None:
        print_form_problems(state, language)
    tell("written", language, path=str(target))
    return 0


def put_package(state: JointState, path: Path, profile: str, language: str) -> None:
    """Write the list as an OC4IDS package."""
    from keruen.formats import package, written_package

    packed = package(
        state,
        # An unknown one is refused there, with the known ones named.
        profile=cast("Profile", profile),
        language=language,
        uri=f"urn:sha256:{state.pair}",
        published=now(),
    )
    write_whole(path, written_package(packed), REFUSAL)


def write_package(folder: Path | None, target: Path, profile: str, language: str) -> int:
    """Write the list as an OC4IDS package, as much of it as the profile shows."""
    register = open_reader(folder)
    # A partner sees nothing that was not sent yet.
    is_partner = profile == "partner"
    state = register.shared_state(day("")) if is_partner else register.state(day(""))
    put_package(state, target, profile, language)
    tell("written", language, path=str(target))
    return 0


def take_in(asked: SheetImport | PackageImport) -> int:
    """Read a filled sheet or a package; name what is new; offer it when that was asked for."""
    language = asked.language
    opened = (
        open_writer(asked.folder, asked.passphrase_file, language, asked.allowed)
        if asked.is_offered
        else open_reader(asked.folder)
    )
    state = opened.state(day(""))
    content = _read(asked, state)
    for note in content.notes:
        typer.echo(describe(note, language))
    records: dict[str, tuple[JointRecord, ...]] = {
        "project": content.projects,
        "commitment": content.commitments,
        "decision": content.decisions,
        "claim": content.claims,
    }
    new = new_records(state, records, str(asked.source))
    for kind, record in new:
        title = title_of(kind, msgspec.to_builtins(record), language)
        tell("found_new", language, subject=f"{id_in_words(record.id, language)} {title}".strip())
    if not new:
        tell("found_nothing_new", language)
    elif asked.is_offered:
        _offer(opened, new, language)
    else:
        tell("found_next", language, n=len(new))
    return 0


def _read(asked: SheetImport | PackageImport, state: JointState) -> Content:
    from keruen import formats

    if not asked.source.is_file():
        raise InputError("error.file_in", path=str(asked.source))
    claims = (one.body.id for one in state.claims if isinstance(one.body, Claim))
    known = {*state.projects, *state.commitments, *claims}
    if isinstance(asked, SheetImport):
        check_encoding(asked.encoding)
        return formats.read_list(asked.source, text, asked.encoding, known)
    if asked.text_language:
        check_language(asked.text_language)
    return formats.read_package(asked.source, asked.text_language, known)


def _offer(register: Register, new: Sequence[tuple[str, JointRecord]], language: str) -> None:
    """Write everything at once: all of it or, when one of them is refused, nothing."""
    written = register.append_many(new, at=now())
    waiting = {one.fingerprint: one for one in register.waiting()}
    for entry, (kind, record) in zip(written, new, strict=True):
        if entry in waiting:
            tell_signed(waiting[entry], "pending", language)
            continue
        title = title_of(kind, msgspec.to_builtins(record), language)
        key = "claim_written" if kind == "claim" else "offered"
        more = {} if kind == "claim" else {"title": title}
        tell(key, language, id=short(entry), **more)
    if not waiting.keys() & set(written):
        tell("export_next", language)


def export_bundle(
    register: Register, target: Path, *, is_whole: bool, as_json: bool, language: str
) -> int:
    """Write a bundle for the other side."""
    path = register.export(target, at=now(), whole=is_whole)
    if as_json:
        tell_json({"path": str(path), "bytes": path.stat().st_size})
        return 0
    tell("exported", language, path=str(path), size=max(1, path.stat().st_size // 1024))
    return 0


def import_bundles(register: Register, source: str, *, as_json: bool, language: str) -> int:
    """Take in a bundle, or every bundle of a folder in the order of their names."""
    from keruen.store.register.carrier import shown

    path = Path(source)
    sources = sorted(str(one) for one in path.glob("*.jlb")) if path.is_dir() else [source]
    results = []
    for one in sources or [source]:
        taken = register.import_(one, at=now(), proxy=proxy_for(one))
        place = shown(one)
        results.append({"source": place, "result": taken})
        if not as_json:
            tell(
                "imported",
                language,
                source=place,
                applied=taken.applied,
                parked=taken.parked,
                duplicates=taken.duplicates,
            )
            if taken.receipt:
                tell("receipt_written", language, id=short(taken.receipt))
    if as_json:
        tell_json(results)
    return 0
