"""`keruen register sheet|oc4ids`: the list in other people's formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import typer

from keruen.cli.arguments import check_language
from keruen.cli.registering.opening import day, now, open_reader, open_writer
from keruen.cli.registering.words import short, tell, title_of
from keruen.domain.joint import Claim
from keruen.errors import InputError, UsageError
from keruen.i18n import describe, text
from keruen.register.joint_list.lookup import new_records
from keruen.report.joint.sentences import plain

if TYPE_CHECKING:
    from keruen.domain.joint_state import JointState
    from keruen.formats import Content
    from keruen.formats.access_profiles import Profile
    from keruen.register import Register


@dataclass(frozen=True, slots=True)
class Filled:
    """What an import of a sheet or package was asked for."""

    format: str
    source: Path
    is_offered: bool
    folder: Path | None
    passphrase_file: Path | None


def put_file(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    InputError
        When the disk refuses.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        raise InputError("error.file_out", path=str(path), reason=reason) from refused


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
    put_file(path, list_workbook(content, language=language, say=text))


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
        put_file(folder / name, content)


def write_list_sheet(folder: Path | None, target: Path, *, is_empty: bool, language: str) -> int:
    """Write the list, or the empty form, as a workbook."""
    check_language(language)
    state = None if is_empty else open_reader(folder).state(day(""))
    if target.is_dir() or not target.suffix:
        put_tables(state, target, language)
    else:
        put_sheet(state, target, language)
    tell("written", language, path=str(target))
    return 0


def put_package(state: JointState, path: Path, profile: str, language: str) -> None:
    """Write the list as an OC4IDS package."""
    from keruen.formats import package, written_package

    found = package(
        state,
        # An unknown one is refused there, with the known ones named.
        profile=cast("Profile", profile),
        language=language,
        uri=f"urn:sha256:{state.pair}",
        published=now(),
    )
    put_file(path, written_package(found))


def write_package(folder: Path | None, target: Path, profile: str, language: str) -> int:
    """Write the list as an OC4IDS package, as much of it as the profile shows."""
    check_language(language)
    register = open_reader(folder)
    # A partner sees nothing that was not sent yet.
    is_partner = profile == "partner"
    state = register.shared_state(day("")) if is_partner else register.state(day(""))
    put_package(state, target, profile, language)
    tell("written", language, path=str(target))
    return 0


def take_in(wish: Filled, language: str) -> int:
    """Read a filled sheet or a package; name what is new; offer it when that was asked for."""
    check_language(language)
    opened = (
        open_writer(wish.folder, wish.passphrase_file, language)
        if wish.is_offered
        else open_reader(wish.folder)
    )
    content = _read(wish)
    for note in content.notes:
        typer.echo(describe(note, language))
    records: dict[str, tuple[Any, ...]] = {
        "project": content.projects,
        "commitment": content.commitments,
        "decision": content.decisions,
        "claim": content.claims,
    }
    found = new_records(opened.state(day("")), records, str(wish.source))
    for kind, record in found:
        title = title_of(kind, msgspec.to_builtins(record), language)
        tell("found_new", language, subject=f"{plain(record.id)} {title}".strip())
    if not found:
        tell("found_nothing_new", language)
    elif wish.is_offered:
        _offer(opened, found, language)
    else:
        tell("found_next", language, n=len(found))
    return 0


def _read(wish: Filled) -> Content:
    from keruen import formats

    if not wish.source.is_file():
        raise InputError("error.file_in", path=str(wish.source))
    if wish.format == "sheet":
        return formats.read_list(wish.source, text)
    return formats.read_package(wish.source)


def _offer(register: Register, found: Sequence[tuple[str, Any]], language: str) -> None:
    """Write everything at once: all of it or, when one of them is refused, nothing."""
    for entry, (kind, record) in zip(register.append_many(found, at=now()), found, strict=True):
        title = title_of(kind, msgspec.to_builtins(record), language)
        key = "claim_written" if kind == "claim" else "offered"
        more = {} if kind == "claim" else {"title": title}
        tell(key, language, id=short(entry), **more)
    tell("export_next", language)
