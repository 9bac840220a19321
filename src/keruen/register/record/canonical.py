"""One form for each record, and its fingerprint.

Knows RFC 8785 (JSON Canonicalization Scheme) and the form of entries; knows nothing of signatures.
Fractions are refused: a figure is a decimal string, so that no machine's way of writing one can
change a signature.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
import rfc8785

from keruen.domain.joint import Charter, Commitment, Decision, Project, Transition
from keruen.errors import Problem, RegisterError
from keruen.register.record.entries import (
    ALGORITHM,
    BODIES,
    STATEABLE,
    STATED,
    VERSION,
    Entry,
    Envelope,
    Offer,
    OfficeStatement,
    SignedStatement,
)

MOST_LINE: Final = 1 << 20
"""Most bytes of one line of a log."""
_WHOLE: Final = 2**53
"""Whole numbers beyond are not written alike everywhere (RFC 8785, 3.2.2.3)."""

CORES: Final[dict[str, type[Any]]] = {
    "charter": Charter,
    "project": Project,
    "commitment": Commitment,
    "decision": Decision,
    "transition": Transition,
}
"""The record that the core of each kind of subject must be."""

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Envelope)
_statement_decoder = msgspec.json.Decoder(SignedStatement)


def plain(value: Any) -> Any:
    """A record as plain JSON data, exactly as it will be read from a log: lists, no tuples."""
    return msgspec.json.decode(msgspec.json.encode(value))


def canonical(value: Any) -> bytes:
    """The canonical bytes of a record or of plain JSON data.

    Raises
    ------
    RegisterError
        When it holds a fraction or a whole number beyond 2**53.

    Examples
    --------
    >>> canonical({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    data = msgspec.to_builtins(value)
    if _is_plain_enough(data):
        # Small texts of plain letters are written alike by both, and this is thirty times faster.
        return _encoder.encode(data)
    return rfc8785.dumps(data)


def _is_plain_enough(value: Any) -> bool:
    """Whether sorting by code point and plain escapes are what RFC 8785 asks for.

    Raises
    ------
    RegisterError
        When a number is not allowed.
    """
    if isinstance(value, str):
        return value.isprintable()
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        if abs(value) >= _WHOLE:
            raise RegisterError((Problem("problem.whole_too_large", {"value": str(value)}),))
        return True
    # Every part is looked at, so that no fraction hides behind a strange letter.
    is_plain = True
    if isinstance(value, dict):
        for key, item in value.items():
            # Keys beyond the basic plane sort otherwise in UTF-16, which RFC 8785 asks for.
            is_plain &= key.isascii() and key.isprintable()
            is_plain &= _is_plain_enough(item)
        return is_plain
    if isinstance(value, list | tuple):
        for item in value:
            is_plain &= _is_plain_enough(item)
        return is_plain
    raise RegisterError((Problem("problem.fraction", {"value": str(value)}),))


def fingerprint(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def entry_id(entry: Entry) -> str:
    """The name of an entry: its fingerprint."""
    return fingerprint(entry)


def statement_of(entry: Entry) -> OfficeStatement:
    """The statement that the offices of an entry of version 2 have signed."""
    assert entry.drafted is not None, "an entry of version 1 brings no statement"
    return OfficeStatement(
        pair=entry.pair,
        side=entry.side,
        policy=entry.policy,
        type=entry.type,
        body=entry.body,
        drafted=entry.drafted,
    )


def line(envelope: Envelope) -> bytes:
    """An entry with its signatures as one line of a log, without the line's end."""
    return canonical(envelope)


def read_waiting(content: bytes, place: str) -> SignedStatement | Envelope:
    """Read a file that waits for signatures: a statement, or an entry that already has its place.

    Parameters
    ----------
    place : of the file, for the message.

    Raises
    ------
    RegisterError
        When it is neither, or not as `read_envelope` asks for.
    """
    if content.startswith(b'{"entry":'):
        return read_envelope(content, place)
    try:
        found = _statement_decoder.decode(content)
        is_canonical = canonical(found) == content
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, RegisterError) as wrong:
        raise RegisterError.of("statement_unreadable", place) from wrong
    if not is_canonical:
        raise RegisterError.of("line_not_canonical", place)
    said = found.statement
    if said.type not in STATEABLE or (said.type == "countersign") != (found.offered is not None):
        raise RegisterError.of("statement_unreadable", place)
    _check_body(said, place)
    if found.offered is not None:
        _check_offered(found, place)
    return found


def _check_offered(found: SignedStatement, place: str) -> None:
    """Nobody is shown another text than the one that he consents to."""
    try:
        offered = msgspec.convert(found.offered, Offer)
    except msgspec.ValidationError as wrong:
        raise RegisterError.of("statement_unreadable", place) from wrong
    check_core(offered, place)
    if offered.core_hash != found.statement.body["core_hash"]:
        raise RegisterError.of("core_hash", place)


def read_envelope(content: bytes, place: str) -> Envelope:
    """Read one line of a log.

    Parameters
    ----------
    content : one line without its end.
    place : where it stands, for the message.

    Raises
    ------
    RegisterError
        When it is too long, not canonical, of a future version, or not an entry; or when its body
        is not what its type says.
    """
    if len(content) > MOST_LINE:
        raise RegisterError.of("line_too_long", place, most=MOST_LINE)
    try:
        envelope = _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        _check_version(content, place)
        raise RegisterError.of("line_unreadable", place) from wrong
    try:
        is_canonical = line(envelope) == content
    except RegisterError as wrong:
        raise RegisterError.of("line_unreadable", place) from wrong
    if not is_canonical:
        raise RegisterError.of("line_not_canonical", place)
    _check_form(envelope.entry, place)
    return envelope


def _check_version(content: bytes, place: str) -> None:
    """A future version is one clear message, whatever else it brings."""
    try:
        found = msgspec.json.decode(content)
        version = found["entry"]["v"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, RecursionError):
        return
    if isinstance(version, int) and version > STATED:
        raise RegisterError.of("future_version", place, found=version, known=STATED)


def _check_form(entry: Entry, place: str) -> None:
    if entry.v not in {VERSION, STATED}:
        raise RegisterError.of("future_version", place, found=entry.v, known=STATED)
    # Each version has one form: else the same words could stand in a log in two ways.
    has_statement = entry.drafted is not None and entry.type in STATEABLE
    is_bare = entry.drafted is None and not entry.offices
    if not (has_statement if entry.v == STATED else is_bare):
        raise RegisterError.of("version_form", place, version=entry.v)
    if entry.alg != ALGORITHM:
        raise RegisterError.of("unknown_algorithm", place, found=entry.alg[:40], known=ALGORITHM)
    _check_body(entry, place)


def _check_body(said: Entry | OfficeStatement, place: str) -> None:
    body = body_of(said, place)
    if isinstance(body, Offer):
        check_core(body, place)


def body_of(said: Entry | OfficeStatement, place: str = "") -> Any:
    """The body of an entry or a statement as the record of its type.

    Parameters
    ----------
    place : for the message; empty for the side and the place in its log.

    Raises
    ------
    RegisterError
        When it is not.
    """
    try:
        return msgspec.convert(said.body, BODIES[said.type])
    except msgspec.ValidationError as wrong:
        where = place or f"{said.side} {getattr(said, 'seq', '–')}"
        raise RegisterError.of("body_form", where, what=said.type, detail=_detail(wrong)) from wrong


def check_core(offer: Offer, place: str) -> None:
    """The core of an offer is a record of its kind, of its subject, with its fingerprint.

    Raises
    ------
    RegisterError
        When it is not.
    """
    try:
        core = msgspec.convert(offer.core, CORES[offer.kind])
    except msgspec.ValidationError as wrong:
        raise RegisterError.of(
            "core_form", place, what=offer.kind, detail=_detail(wrong)
        ) from wrong
    if core.id != offer.subject:
        raise RegisterError.of(
            "core_subject", place, subject=offer.subject[:60], found=core.id[:60]
        )
    if fingerprint(offer.core) != offer.core_hash:
        raise RegisterError.of("core_hash", place)


def _detail(wrong: msgspec.ValidationError) -> str:
    """Where in the record it went wrong, as a path."""
    return str(wrong).rpartition(" - at ")[2].strip("`")[:120] or "$"
