"""`keruen register countersign|decline|withdraw|dispute|accept`: answers to what was said."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from keruen.cli.arguments import check_language
from keruen.cli.registering.opening import day, now, open_writer
from keruen.cli.registering.words import short, tell, tell_written, title_of
from keruen.cli.registering.writing import needed_text
from keruen.i18n import text


def countersign(
    folder: Path | None,
    passphrase_file: Path | None,
    entries: Sequence[str],
    *,
    is_sure: bool,
    language: str,
) -> int:
    """Show each text by its name and fingerprint, ask once more, and sign."""
    check_language(language)
    register = open_writer(folder, passphrase_file, language)
    found = [register.find_offer(entry, day("")) for entry in entries]
    for one in found:
        title = title_of(one.kind, one.core, language)
        tell("to_sign", language, id=short(one.entry), title=title, hash=one.core_hash)
    question = text("register.ask_sign", language)
    if not is_sure and sys.stdin.isatty() and not typer.confirm(question):
        tell("not_signed", language)
        return 130
    for one in found:
        entry = register.countersign(one.entry, at=now())
        tell_written(register, entry, "countersigned", language, offer=short(one.entry))
    return 0


def refuse(
    folder: Path | None,
    passphrase_file: Path | None,
    name: str,
    entry: str,
    reason: Sequence[str],
    language: str,
) -> int:
    """Decline, withdraw or dispute, with the reason."""
    check_language(language)
    why = needed_text(reason, "--reason")
    register = open_writer(folder, passphrase_file, language)
    find = register.find_entry if name == "dispute" else register.find_offer
    target = find(entry, day(""))
    write = {
        "decline": register.decline,
        "withdraw": register.withdraw,
        "dispute": register.dispute,
    }[name]
    written = write(target.entry, why, at=now())
    tell_written(register, written, f"{name}_written", language, entry=short(target.entry))
    return 0


def accept(folder: Path | None, passphrase_file: Path | None, entry: str, language: str) -> int:
    """Accept evidence of the other side."""
    check_language(language)
    register = open_writer(folder, passphrase_file, language)
    target = register.find_entry(entry, day("")).entry
    written = register.accept(target, at=now())
    tell_written(register, written, "accept_written", language, entry=short(target))
    return 0
