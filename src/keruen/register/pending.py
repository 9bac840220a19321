"""An entry that waits for signatures, signed by the keys that are here.

Knows the file in which it waits; knows nothing of what the entry means. The caller holds the lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from keruen.register import asking, guard, opening
from keruen.register.entry_bodies import change_of
from keruen.register.joint_list import rules
from keruen.register.log import new_entries as writing
from keruen.register.log.signing import PrivateKey
from keruen.register.reading import InstallationReading
from keruen.register.record.canonical import read_envelope
from keruen.register.record.entries import BODIES
from keruen.store import JointFolder
from keruen.store.register.intents import Change


def sign_more(
    folder: JointFolder,
    reading: InstallationReading,
    signer: tuple[Mapping[str, PrivateKey], asking.Ask | None],
    path: Path,
) -> str:
    """Add signatures to an entry that waits, and write it when they are enough.

    Parameters
    ----------
    signer : the private keys that are open, by their ids, and who is asked before they sign.
    path : of the file in which it waits, here or copied from another office's machine.

    Returns
    -------
    The entry's id when it is in the log now; empty while more signatures are needed.

    Raises
    ------
    InputError
        When there is no such file.
    RegisterError
        When the log has grown since the entry was made, or a signature is wrong.
    """
    held, side = reading.logs_to_write(), reading.settings.side
    guard.check_logs(folder, held, side)
    log = held.logs[side]
    envelope = read_envelope(opening.pending_page(path), str(path))
    opening.check_pending(log, envelope, str(path))
    # Another office made it, perhaps with a program that knew fewer rules.
    ring, ask = signer
    body = msgspec.convert(envelope.entry.body, BODIES[envelope.entry.type])
    rules.refuse_form(body, str(path))
    asking.refuse_unless_meant(ask, [*asking.personal_questions(body, str(path))])
    added = writing.more_signatures(log, envelope, ring)
    signatures = (*envelope.signatures, *added)
    made = writing.completed(log, envelope.entry, signatures, is_from_file=True)
    name = opening.pending_name(made.name)
    if made.missing:
        folder.carry_out(Change(put={name: made.line}))
        return ""
    log = log.grown()
    log.add(made.chain, made.name, envelope.entry, made.line)
    change = replace(change_of(side, [made]), removed=(name,))
    folder.carry_out(opening.with_heads(folder, change, held.with_grown(log)))
    reading.take(log)
    return made.name
