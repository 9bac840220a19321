"""Entries that wait for signatures: what the next office reads, and how it signs at its own place.

An office's place is a folder with its private key and its card; it holds no log. What is signed
there is the whole entry of the file, so nothing of it can be changed afterwards. Knows files and
keys; whether the entry still fits the log is looked at where the log lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from keruen.errors import InputError, RegisterError
from keruen.register import opening
from keruen.register.joint_list import rules
from keruen.register.log.key_policy import policy_problem
from keruen.register.log.signing import (
    ENTRY,
    key_pem,
    new_key,
    sign_bytes,
    verify_bytes,
)
from keruen.register.record import signable
from keruen.register.record.canonical import canonical, entry_id, line, read_envelope
from keruen.register.record.entries import BODIES, Envelope, Key, Keys, Signature
from keruen.store import JointFolder

CARD: Final = "key-card.json"
_KEY_CARD: Final = "application/vnd.keruen.key-card.v1+json"
"""Type of what is signed in a card: such a signature serves for nothing else."""


class KeyCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public key on its way to the installation of its side.

    Parameters
    ----------
    proof : signature of the key itself: whoever sends the card holds the private half.
    """

    key: Key
    proof: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEntry:
    """What stands in the file of an entry that waits.

    Parameters
    ----------
    fingerprint : its id, what every office signs.
    kind, record : type of the entry, and the name of the record that its body is.
    signed : ids of the keys that have signed it.
    """

    fingerprint: str
    kind: str
    record: str
    body: Mapping[str, Any]
    signed: tuple[str, ...]


def waiting_entry(path: Path | str) -> WaitingEntry:
    """What the entry in a file says, and who has signed it.

    Raises
    ------
    InputError
        When there is no such file.
    RegisterError
        When it is no entry, or one that nobody may sign.
    """
    return _described(_read(Path(path)))


def _described(envelope: Envelope) -> WaitingEntry:
    entry = envelope.entry
    return WaitingEntry(
        fingerprint=entry_id(entry),
        kind=entry.type,
        record=BODIES[entry.type].__name__.lower(),
        body=entry.body,
        signed=tuple(one.key for one in envelope.signatures),
    )


def _read(path: Path) -> Envelope:
    envelope = read_envelope(opening.pending_page(path), str(path))
    record = msgspec.convert(envelope.entry.body, BODIES[envelope.entry.type])
    rules.refuse_form(record, str(path))
    return envelope


def admitted(cards: Sequence[bytes], keys: Keys, threshold: int) -> Keys:
    """The policy that follows when the keys of cards are added to those in force.

    Parameters
    ----------
    threshold : how many of all of them must sign a binding entry.

    Raises
    ------
    RegisterError
        When a card is none, its key has not signed it, or the policy would not be in order.
    """
    new = tuple(_key_in(card) for card in cards)
    together = tuple(sorted((*keys.keys, *new), key=lambda key: key.id))
    policy = Keys(number=keys.number + 1, threshold=threshold, keys=together)
    wrong = policy_problem(policy, "keys")
    if wrong is not None:
        raise RegisterError((wrong,))
    return policy


def _key_in(card: bytes) -> Key:
    try:
        found = msgspec.json.decode(card, type=KeyCard)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise RegisterError.of("register_page", CARD, detail=str(wrong)[:200]) from wrong
    alone = Keys(number=1, threshold=1, keys=(found.key,))
    problem = policy_problem(alone, CARD) or verify_bytes(
        _KEY_CARD, canonical(found.key), [found.proof], alone, 1, CARD
    )
    problems = (
        (problem,) if problem else signable.problems(msgspec.to_builtins(found.key), Key, CARD)
    )
    if problems:
        raise RegisterError(problems)
    return found.key


@dataclass(frozen=True, slots=True)
class Office:
    """The place of one office: a folder with its private key and its card, and no log."""

    folder: Path

    @classmethod
    def request(cls, folder: Path | str, office: str, passphrase: str | None) -> Office:
        """Make the key of an office, and the card that carries its public half.

        Parameters
        ----------
        folder : it must be empty or not there.
        office : which holds the key; never a person.
        passphrase : encrypts the key; None leaves it open.

        Raises
        ------
        InputError
            When something lies in the folder already.
        RegisterError
            When the office's name has letters that nobody can see.
        """
        private, key = new_key(office)
        wrong = signable.problems(msgspec.to_builtins(key), Key, CARD)
        if wrong:
            raise RegisterError(wrong)
        (proof,) = sign_bytes(_KEY_CARD, canonical(key), [private])
        pages = {
            f"keys/{key.id}.pem": key_pem(private, passphrase),
            CARD: canonical(KeyCard(key=key, proof=proof)),
        }
        return cls(JointFolder.create(Path(folder), pages, ("keys",)).path)

    @property
    def card(self) -> Path:
        """The card, to be carried to the installation of the side."""
        return self.folder / CARD

    @property
    def is_there(self) -> bool:
        """Whether the folder is such a place, and no installation."""
        return self.card.is_file()

    def sign(self, path: Path, passphrase: str | None) -> WaitingEntry:
        """Add the signature of the office's key to the entry in a file; the file holds it then.

        Raises
        ------
        InputError
            When there is no such file, or the key has signed it already.
        RegisterError
            When the passphrase is missing or wrong, or the entry may not be signed.
        """
        envelope = _read(path)
        ring = opening.ring_in(JointFolder(self.folder), passphrase)
        if not ring:
            raise RegisterError.of("passphrase_needed", str(self.folder / "keys"))
        signed = {one.key for one in envelope.signatures}
        keys = [private for name, private in ring.items() if name not in signed]
        if not keys:
            raise InputError("error.key_signed_already", path=str(path), key=min(ring))
        more = sign_bytes(ENTRY, canonical(envelope.entry), keys)
        both = tuple(sorted((*envelope.signatures, *more), key=lambda one: one.key))
        whole = Envelope(entry=envelope.entry, signatures=both)
        JointFolder(path.parent).put_whole(path.name, line(whole))
        return _described(whole)
