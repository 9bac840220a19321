"""What waits for signatures here: signed by the keys that are here, and entered when they suffice.

A statement takes no place in the log while it waits, so any number of them may wait and none keeps
this side from writing. Only a change of keys waits with its place. Knows the files in which they
wait; knows nothing of what entries mean. The caller holds the lock where it writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from keruen.domain.joint import OTHER_SIDE
from keruen.errors import InputError, Problem, RegisterError
from keruen.register import asking, guard, opening
from keruen.register.entry_bodies import change_of
from keruen.register.joint_list import rules
from keruen.register.log import new_entries as writing
from keruen.register.log.logs import Log, PairLogs
from keruen.register.log.new_entries import Written
from keruen.register.log.signing import PrivateKey, statement_problem
from keruen.register.reading import InstallationReading
from keruen.register.record.canonical import canonical, fingerprint, read_waiting
from keruen.register.record.entries import (
    BODIES,
    Envelope,
    Keys,
    Offer,
    OfficeStatement,
    SignedStatement,
)
from keruen.register.waiting import WaitingEntry, described
from keruen.store import JointFolder
from keruen.store.register.intents import Change

Signer = tuple[Mapping[str, PrivateKey], asking.Ask | None]
"""The private keys that are open, by their ids, and who is asked before they sign."""


def left_waiting(folder: JointFolder, held: PairLogs, made: Sequence[Written]) -> Change:
    """The files of what waits for more signatures.

    Parameters
    ----------
    held : both logs; a countersignature travels with the offer that it consents to.
    made : all that was to be written in one.

    Raises
    ------
    RegisterError
        When only some of it must wait: the rest may name what is not in the log then.
    """
    if not all(one.missing for one in made):
        first = made[0].entry
        raise RegisterError.of("register_many_pending", f"{first.side} {first.seq}")
    waiting = frozenset(folder.names("pending"))
    put = {}
    for one in made:
        name, page = opening.pending_name(one.name), one.line
        if one.entry.type == "countersign":
            signed = msgspec.json.decode(page, type=SignedStatement)
            offered = held.entry(str(one.entry.body["offer"])).body
            page = canonical(msgspec.structs.replace(signed, offered=offered))
        # The same words drafted in the same second: what waits already may have more signatures.
        if name not in waiting:
            put[name] = page
    return Change(put=put)


def all_that_wait(folder: JointFolder, reading: InstallationReading) -> tuple[WaitingEntry, ...]:
    """Everything that waits here, by the names of the files: who signed, and whether it still may.

    A file that cannot be read is named too, with what is wrong with it.
    """
    names = folder.names("pending")
    if not names:
        return ()
    log = reading.logs().logs[reading.settings.side]
    found = []
    for name in names:
        path = folder.path / name
        try:
            held = read_waiting(opening.pending_page(path), str(path))
        except (RegisterError, InputError) as wrong:
            found.append(WaitingEntry(path=path, void=Problem(wrong.key, wrong.parameters)))
            continue
        void = void_problem(log, held, str(path))
        found.append(replace(described(held, path), needed=_needed(log, held), void=void))
    return tuple(found)


def _needed(log: Log, held: SignedStatement | Envelope) -> int:
    threshold = log.chain.keys.threshold
    if isinstance(held, SignedStatement) or held.entry.type != "policy":
        return threshold
    # A change of keys is signed by the old ones and by the new ones.
    return max(threshold, msgspec.convert(held.entry.body, Keys).threshold)


def void_problem(log: Log, held: SignedStatement | Envelope, place: str) -> Problem | None:
    """Why what waits can never be entered any more, or None.

    Parameters
    ----------
    log : of this side.
    place : of the file, for the message.
    """
    if isinstance(held, Envelope):
        return opening.pending_problem(log, held, place)
    said = held.statement
    named: dict[str, str | int] = {"place": place}
    if said.pair != log.chain.pair:
        return Problem("problem.other_pair", named)
    if said.side != log.side:
        return Problem("problem.other_side", {**named, "wanted": log.side})
    if said.policy != log.chain.keys.number:
        numbers = {"found": said.policy, "wanted": log.chain.keys.number}
        return Problem("problem.statement_policy", {**named, **numbers})
    if fingerprint(said) in log.chain.stated:
        return Problem("problem.statement_repeated", named)
    return None


def sign_more(
    folder: JointFolder, reading: InstallationReading, signer: Signer, path: Path, at: str
) -> str:
    """Add signatures to what waits, and enter it when they are enough.

    Parameters
    ----------
    path : of the file in which it waits, here or carried back from another office.
    at : the moment at which it is entered.

    Returns
    -------
    The entry's id when it is in the log now; empty while more signatures are needed.

    Raises
    ------
    InputError
        When there is no such file.
    RegisterError
        When it can no longer be entered, a signature is wrong, or what it says must be asked about.
    """
    held, side = reading.logs_to_write(), reading.settings.side
    guard.check_logs(folder, held, side)
    found = read_waiting(opening.pending_page(path), str(path))
    wrong = void_problem(held.logs[side], found, str(path))
    if wrong is not None:
        raise RegisterError((wrong,))
    if isinstance(found, Envelope):
        return _sign_entry(folder, reading, signer, found, str(path))
    return _sign_statement(folder, reading, signer, (found, str(path)), at)


def _sign_entry(
    folder: JointFolder, reading: InstallationReading, signer: Signer, found: Envelope, place: str
) -> str:
    """A change of keys, or the first entry: signed with its place."""
    ring, ask = signer
    held, side = reading.logs_now(), reading.settings.side
    log, entry = held.logs[side], found.entry
    # Another office made it, perhaps with a program that knew fewer rules.
    body = msgspec.convert(entry.body, BODIES[entry.type])
    rules.refuse_form(body, place)
    asking.refuse_unless_meant(ask, [*asking.personal_questions(body, place)])
    added = writing.more_signatures(log, found, ring)
    made = writing.completed(log, entry, (*found.signatures, *added), is_from_file=True)
    name = opening.pending_name(made.name)
    if made.missing:
        folder.carry_out(Change(put={name: made.line}))
        return ""
    return _enter(folder, reading, made, name)


def _sign_statement(
    folder: JointFolder,
    reading: InstallationReading,
    signer: Signer,
    carried: tuple[SignedStatement, str],
    at: str,
) -> str:
    ring, ask = signer
    found, place = carried
    held, side = reading.logs_now(), reading.settings.side
    log, said = held.logs[side], found.statement
    guard.check_may_write(folder, held, side)
    _refuse_what_fits_no_more(reading, ask, said, (place, at[:10]))
    name = opening.pending_name(fingerprint(said))
    here = read_waiting(folder.read(name) or canonical(found), name)
    if not isinstance(here, SignedStatement) or here.statement != said:
        raise RegisterError.of("register_named", name)
    keys = log.chain.keys
    # Copies may have gone to several offices at once: each brings its own signature back.
    whole = writing.more_of_statement(keys, writing.with_signatures(found, here.signatures), ring)
    wrong = statement_problem(said, whole.signatures, keys, place)
    if wrong is None:
        seen = held.logs[OTHER_SIDE[side]].head
        return _enter(folder, reading, writing.sealed(log, whole, seen, at, ring), name)
    if wrong.key != "problem.signatures_few":
        raise RegisterError((wrong,))
    folder.carry_out(Change(put={name: canonical(whole)}))
    return ""


def _refuse_what_fits_no_more(
    reading: InstallationReading,
    ask: asking.Ask | None,
    said: OfficeStatement,
    where: tuple[str, str],
) -> None:
    """Refuse to sign or enter what this side would not write now; ask what must be asked."""
    place, today = where
    side = reading.settings.side
    view = rules.view_of(reading.state_to_write(today), side)
    first = reading.logs_now().logs[side].head.seq + 1
    record = msgspec.convert(said.body, BODIES[said.type])
    bodies = [(said.type, record)]
    problems = rules.problems_together(view, bodies, first)
    if isinstance(record, Offer) and not problems:
        in_force = rules.parent_of(view, record.kind, record.subject)
        if in_force != record.parent:
            words = {"place": place, "subject": record.subject, "parent": in_force[:12] or "–"}
            problems = (Problem("problem.statement_parent", words),)
    if problems:
        raise RegisterError(problems)
    asking.settle(ask, view, bodies, first)


def _enter(folder: JointFolder, reading: InstallationReading, made: Written, name: str) -> str:
    """Write an entry into the log, and take away the file in which it waited."""
    held, side = reading.logs_now(), reading.settings.side
    log = held.logs[side].grown()
    log.add(made.chain, made.name, made.entry, made.line)
    change = replace(change_of(side, [made]), removed=(name,))
    folder.carry_out(opening.with_heads(folder, change, held.with_grown(log)))
    reading.take(log)
    return made.name
