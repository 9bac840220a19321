"""New entries of this side: signed with the keys that are here, or left as a statement for more.

Knows keys, policies and the form of entries; knows nothing of files and of what is allowed to be
said.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from keruen.domain.joint import MText, Side
from keruen.errors import Problem, RegisterError
from keruen.register.log.chain import Chain, extend, is_moment, place_of
from keruen.register.log.logs import Log
from keruen.register.log.signing import ENTRY, STATEMENT, PrivateKey, sign_bytes
from keruen.register.record import canonical
from keruen.register.record.entries import (
    ALGORITHM,
    BINDING,
    STATEABLE,
    STATED,
    VERSION,
    Drafted,
    Entry,
    Envelope,
    Head,
    Keys,
    Offer,
    OfficeStatement,
    Signature,
    SignedStatement,
)

OpenKeys = Mapping[str, PrivateKey]
"""The private keys that are here and open, by their ids."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry of this side.

    Parameters
    ----------
    name : its id; the fingerprint of its statement while signatures of that are missing.
    line : as it stands in the log, without its end; else what its file holds.
    missing : how many signatures it still lacks.
    chain : the log's end with it; the old end while signatures are missing.
    """

    name: str
    entry: Entry
    line: bytes
    missing: int
    chain: Chain


def offer_of(
    kind: Any, core: Any, *, parent: str, answers: str = "", lapses: str = "", reason: MText | None
) -> Offer:
    """The body of an offer: a core in its plain form, and its fingerprint."""
    plain = canonical.plain(core)
    # What does not fit its kind is left as it is: the rules say what is wrong, with its place.
    with contextlib.suppress(msgspec.ValidationError, KeyError):
        plain = canonical.plain(msgspec.convert(plain, canonical.CORES[kind]))
    is_table = isinstance(plain, dict)
    return Offer(
        kind=kind,
        subject=str(plain.get("id", "")) if is_table else "",
        core=plain if is_table else {},
        core_hash=canonical.fingerprint(plain),
        parent=parent,
        answers=answers,
        lapses=lapses,
        reason=reason,
    )


def built(log: Log, seen: Head, kind: Any, record: Any, at: str) -> Entry:
    """The next entry of a log, not signed yet.

    Raises
    ------
    RegisterError
        When `at` is no moment.
    """
    if not is_moment(at):
        raise RegisterError.of("moment", f"{log.side} {log.head.seq + 1}", value=at[:40])
    return Entry(
        v=VERSION,
        alg=ALGORITHM,
        pair=log.chain.pair,
        side=log.side,
        seq=log.head.seq + 1,
        prev=log.head.id,
        seen=seen,
        at=at,
        policy=log.chain.keys.number,
        type=kind,
        body=canonical.plain(record),
    )


def signed(log: Log, entry: Entry, ring: OpenKeys) -> Written:
    """Sign an entry with as many of the keys that are here as it needs.

    Where they are too few, only its text is signed, as a statement that takes no place in the log.
    A change of keys is signed with its place: it says whose signatures count from there on.

    Raises
    ------
    RegisterError
        When none of its keys is here, the line would be too long, or the log has the statement.
    """
    keys = log.chain.keys
    private = _chosen(keys, entry, ring)
    if not private:
        raise RegisterError((_no_key(entry.side),))
    if entry.type in STATEABLE and len(private) < keys.threshold:
        return _stated(log, entry, private)
    return completed(log, entry, sign_bytes(ENTRY, canonical.canonical(entry), private))


def _stated(log: Log, entry: Entry, private: Sequence[PrivateKey]) -> Written:
    statement = OfficeStatement(
        pair=entry.pair,
        side=entry.side,
        policy=entry.policy,
        type=entry.type,
        body=entry.body,
        drafted=Drafted(at=entry.at, seen=entry.seen),
    )
    name = canonical.fingerprint(statement)
    place = f"{entry.side} {entry.type} {name}"
    if name in log.chain.stated:
        raise RegisterError.of("statement_repeated", place)
    signatures = sign_bytes(STATEMENT, canonical.canonical(statement), private)
    page = canonical.canonical(SignedStatement(statement=statement, signatures=signatures))
    # Nobody shall sign what no line of the log can hold in the end.
    if len(page) + _ROOM + _ROOM_OF_KEY * len(log.chain.keys.keys) > canonical.MOST_LINE:
        raise RegisterError.of("line_too_long", place, most=canonical.MOST_LINE)
    return Written(name, entry, page, log.chain.keys.threshold - len(private), log.chain)


_ROOM: Final = 1024
"""Most bytes that the place adds to a statement: two ids, numbers, a moment, names of fields."""
_ROOM_OF_KEY: Final = 192
"""Bytes of one signature in a line: 128 digits, the key's 16, and what stands around them."""


def sealed(log: Log, signed: SignedStatement, seen: Head, at: str, ring: OpenKeys) -> Written:
    """Give a statement that has its signatures the next place of the log, under one key's seal.

    Parameters
    ----------
    seen : the end of the other log.
    at : the moment of the entry.

    Raises
    ------
    RegisterError
        When no key is here, or the statement does not fit there: all of it is checked.
    """
    said = signed.statement
    entry = msgspec.structs.replace(
        built(log, seen, said.type, said.body, at),
        v=STATED,
        drafted=said.drafted,
        offices=signed.signatures,
    )
    private = one_key(log.chain.keys, ring, log.side)
    seal = sign_bytes(ENTRY, canonical.canonical(entry), private)
    return completed(log, entry, seal, is_from_file=True)


def completed(
    log: Log, entry: Entry, signatures: Sequence[Signature], *, is_from_file: bool = False
) -> Written:
    """An entry with the signatures that it has now.

    Parameters
    ----------
    is_from_file : some of them were made elsewhere: all are checked before the log has them.

    Raises
    ------
    RegisterError
        When the line would be too long, or the entry does not fit the log.
    """
    ordered = tuple(sorted(signatures, key=lambda one: one.key))
    envelope = Envelope(entry=entry, signatures=ordered)
    line = canonical.line(envelope)
    name = canonical.entry_id(entry)
    if len(line) > canonical.MOST_LINE:
        raise RegisterError.of("line_too_long", place_of(entry, name), most=canonical.MOST_LINE)
    missing = _missing(log.chain.keys, entry, {one.key for one in ordered})
    chain = log.chain
    if not missing and (is_from_file or entry.type in _CHECKED):
        chain, _ = extend(log.chain, envelope)
    elif not missing:
        # Made here a moment ago: what `extend` would look at is what it was made from.
        chain = replace(log.chain, head=Head(seq=entry.seq, id=name), seen=entry.seen)
    return Written(name, entry, line, missing, chain)


_CHECKED: Final = frozenset({"genesis", "policy"})


def _policies(keys: Keys, entry: Entry) -> tuple[Keys, ...]:
    """The policies whose keys must sign: the one in force, and a new one that the entry brings."""
    if entry.type != "policy":
        return (keys,)
    return (keys, msgspec.convert(entry.body, Keys))


def _needed(keys: Keys, entry: Entry) -> int:
    return keys.threshold if entry.type in BINDING and entry.v != STATED else 1


def _chosen(keys: Keys, entry: Entry, ring: OpenKeys) -> list[PrivateKey]:
    chosen: dict[str, PrivateKey] = {}
    for policy in _policies(keys, entry):
        here = [key.id for key in policy.keys if key.id in ring]
        chosen.update({name: ring[name] for name in here[: _needed(policy, entry)]})
    return list(chosen.values())


def _missing(keys: Keys, entry: Entry, names: set[str]) -> int:
    """How many signatures are missing, under all policies together."""
    missing = 0
    for policy in _policies(keys, entry):
        n_here = sum(key.id in names for key in policy.keys)
        missing += max(0, _needed(policy, entry) - n_here)
    return missing


def more_signatures(log: Log, envelope: Envelope, ring: OpenKeys) -> tuple[Signature, ...]:
    """The signatures that the keys here can add to those that an entry has."""
    entry = envelope.entry
    names = {one.key for one in envelope.signatures}
    private: list[PrivateKey] = []
    for policy in _policies(log.chain.keys, entry):
        private += _lacking(policy, _needed(policy, entry), names, ring)
    return sign_bytes(ENTRY, canonical.canonical(entry), private)


def more_of_statement(keys: Keys, signed: SignedStatement, ring: OpenKeys) -> SignedStatement:
    """A statement with the signatures too that the keys here can add to those that it has."""
    names = {one.key for one in signed.signatures}
    private = _lacking(keys, keys.threshold, names, ring)
    added = sign_bytes(STATEMENT, canonical.canonical(signed.statement), private)
    return with_signatures(signed, added)


def with_signatures(signed: SignedStatement, more: Sequence[Signature]) -> SignedStatement:
    """A statement with other signatures of it too, each once, in the order of the keys."""
    both = {(one.key, one.sig): one for one in (*signed.signatures, *more)}
    ordered = tuple(both[name] for name in sorted(both))
    return msgspec.structs.replace(signed, signatures=ordered)


def _lacking(keys: Keys, n_needed: int, names: set[str], ring: OpenKeys) -> list[PrivateKey]:
    """The keys here that must still sign under a policy; `names` has them too afterwards."""
    lacking = n_needed - sum(key.id in names for key in keys.keys)
    here = [key.id for key in keys.keys if key.id in ring and key.id not in names]
    added = here[: max(0, lacking)]
    names.update(added)
    return [ring[name] for name in added]


def one_key(keys: Keys, ring: OpenKeys, side: Side) -> list[PrivateKey]:
    """Any one key in force that is here.

    Raises
    ------
    RegisterError
        When there is none.
    """
    for key in keys.keys:
        if key.id in ring:
            return [ring[key.id]]
    raise RegisterError((_no_key(side),))


def _no_key(side: Side) -> Problem:
    return Problem("problem.register_no_key", {"place": f"keys {side}"})
