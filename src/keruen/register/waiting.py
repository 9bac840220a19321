"""What an entry that waits for signatures says, before its next office signs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import to_builtins

from keruen.register import opening
from keruen.register.record.canonical import entry_id, read_envelope
from keruen.register.record.entries import BODIES


def waiting_entry(path: Path | str) -> tuple[str, str, dict[str, Any]]:
    """Fingerprint, type and body of the entry in a file.

    Raises
    ------
    InputError
        When there is no such file.
    RegisterError
        When it is no entry.
    """
    envelope = read_envelope(opening.pending_page(Path(path)), str(path))
    return entry_id(envelope.entry), envelope.entry.type, to_builtins(envelope.entry.body)


def record_name(kind: str) -> str:
    """The record that the body of a type of entry is, as the names of fields know it."""
    return BODIES[kind].__name__.lower()
