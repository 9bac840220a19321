"""Signatures: Ed25519 over the bytes and what they are, and the keys of offices.

Knows keys and bytes; knows nothing of what an entry says. What is signed is the pre-authentication
encoding of DSSE v1 (Dead Simple Signing Envelope, "PAE"): the type of the payload is inside, so
that a signature of one kind of document can never serve for another. The cryptography is that of
the library `cryptography`; nothing here is our own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keruen.errors import Problem, RegisterError
from keruen.register.record.canonical import canonical, statement_of
from keruen.register.record.entries import (
    BINDING,
    STATED,
    Envelope,
    Key,
    Keys,
    OfficeStatement,
    Signature,
)

ENTRY: Final = "application/vnd.keruen.entry.v1+json"
STATEMENT: Final = "application/vnd.keruen.statement.v1+json"
MANIFEST: Final = "application/vnd.keruen.manifest.v1+json"
_KEY_ID_LETTERS: Final = 16
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")

_P: Final = 2**255 - 19
_SMALL_Y: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)
"""Ordinates of the eight points of Ed25519 whose order divides 8 (the last two are those of
order 8, their sum is 2**255 − 19; the tests find them from the curve's equation).

Under such a key one signature fits many texts."""


def is_degenerate(public: bytes) -> bool:
    """Whether a public key is a point of small order, in whichever of its written forms."""
    ordinate = int.from_bytes(public, "little") & (1 << 255) - 1
    return ordinate % _P in _SMALL_Y


PrivateKey = Ed25519PrivateKey


def key_id(public: bytes) -> str:
    """The name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:_KEY_ID_LETTERS]


def new_key(office: str) -> tuple[PrivateKey, Key]:
    """A fresh key pair for an office: the one place where chance enters a register."""
    private = Ed25519PrivateKey.generate()
    return private, public_key(private, office)


def public_key(private: PrivateKey, office: str) -> Key:
    """The public half of a key."""
    public = private.public_key().public_bytes_raw()
    return Key(id=key_id(public), public=public.hex(), office=office)


def key_pem(private: PrivateKey, passphrase: str | None = None) -> bytes:
    """A private key as PKCS #8 PEM, encrypted when there is a passphrase."""
    encryption: KeySerializationEncryption = NoEncryption()
    if passphrase:
        encryption = BestAvailableEncryption(passphrase.encode())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def load_key(pem: bytes, place: str, passphrase: str | None = None) -> PrivateKey:
    """Read a private key.

    Raises
    ------
    RegisterError
        When the file is no Ed25519 key, or the passphrase is missing or wrong.
    """
    word = passphrase.encode() if passphrase else None
    try:
        private = load_pem_private_key(pem, word)
    except TypeError as wrong:
        # The library: a passphrase for a key without one, or none for a key with one.
        if word is not None:
            return load_key(pem, place)
        raise RegisterError.of("passphrase_needed", place) from wrong
    except (ValueError, UnsupportedAlgorithm) as wrong:
        kind = "passphrase_wrong" if word is not None and b"ENCRYPTED" in pem else "key_unreadable"
        raise RegisterError.of(kind, place) from wrong
    if not isinstance(private, Ed25519PrivateKey):
        raise RegisterError.of("key_unreadable", place)
    return private


def pae(kind: str, body: bytes) -> bytes:
    """What is signed: the payload with its type and both lengths (DSSE v1, "PAE").

    Examples
    --------
    >>> pae("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    name = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(body), body)


def sign_bytes(kind: str, body: bytes, keys: Iterable[PrivateKey]) -> tuple[Signature, ...]:
    """Sign bytes of a kind with every key; sorted by key id."""
    content = pae(kind, body)
    signatures = [
        Signature(
            key=key_id(private.public_key().public_bytes_raw()), sig=private.sign(content).hex()
        )
        for private in keys
    ]
    return tuple(sorted(signatures, key=lambda signature: signature.key))


@lru_cache(maxsize=256)
def _verifier(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))


def _is_valid(signature: Signature, key: Key, content: bytes) -> bool:
    # The library reads capitals and spaces too: one signature would have many written forms, and
    # the entry's id covers none of them.
    if not _SIGNATURE.fullmatch(signature.sig):
        return False
    try:
        _verifier(key.public).verify(bytes.fromhex(signature.sig), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_bytes(
    kind: str, body: bytes, signatures: Sequence[Signature], keys: Keys, n_needed: int, place: str
) -> Problem | None:
    """What is wrong with the signatures of some bytes, or None.

    Parameters
    ----------
    n_needed : how many different keys of `keys` must have signed.
    place : for the message.
    """
    known = {key.id: key for key in keys.keys}
    names = [signature.key for signature in signatures]
    for name in names:
        if name not in known:
            return _problem("key_unknown", place, key=name[:40])
    if len(set(names)) != len(names):
        return _problem("key_doubled", place)
    if names != sorted(names):
        return _problem("signatures_unsorted", place)
    content = pae(kind, body)
    for signature in signatures:
        if not _is_valid(signature, known[signature.key], content):
            return _problem("signature_wrong", place, key=signature.key)
    if len(names) < n_needed:
        return _problem("signatures_few", place, found=len(names), needed=n_needed)
    return None


def signatures_problem(envelope: Envelope, keys: Keys, place: str) -> Problem | None:
    """What is wrong with the signatures of an entry under a key policy, or None.

    What binds the side needs its threshold; anything else one signature. An entry of version 2
    has the threshold in the signatures of its statement, and is sealed by one key.
    """
    entry = envelope.entry
    is_stated = entry.v == STATED
    n_needed = keys.threshold if entry.type in BINDING and not is_stated else 1
    problem = verify_bytes(ENTRY, canonical(entry), envelope.signatures, keys, n_needed, place)
    if problem is not None or not is_stated:
        return problem
    if len(envelope.signatures) > 1:
        # The id does not cover these signatures: one entry would have several written forms.
        return _problem("seal_one", place, found=len(envelope.signatures))
    return statement_problem(statement_of(entry), entry.offices, keys, place)


def statement_problem(
    statement: OfficeStatement, offices: Sequence[Signature], keys: Keys, place: str
) -> Problem | None:
    """What is wrong with the offices' signatures of a statement, or None.

    Parameters
    ----------
    keys : the policy under which they signed; its threshold counts.
    place : of the entry or file, for the message.
    """
    return verify_bytes(STATEMENT, canonical(statement), offices, keys, keys.threshold, place)


def _problem(kind: str, place: str, **parameters: str | int) -> Problem:
    return Problem(f"problem.{kind}", {"place": place, **parameters})
