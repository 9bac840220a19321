"""What waits for signatures: what the next office reads, and how it signs at its own place.

An office's place is a folder with its private key and its card; it holds no log. What is signed
there is a whole statement, or a whole change of keys, so that nothing of it can be changed
afterwards. Knows files and keys; whether it still fits is looked at where the log lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from keruen.domain.joint import MText
from keruen.errors import InputError, Problem, RegisterError
from keruen.register import asking, opening
from keruen.register.joint_list import rules
from keruen.register.log.key_policy import policy_problem
from keruen.register.log.signing import (
    ENTRY,
    STATEMENT,
    key_pem,
    sign_bytes,
    verify_bytes,
)
from keruen.register.record import signable
from keruen.register.record.canonical import canonical, fingerprint, read_waiting
from keruen.register.record.entries import (
    BODIES,
    Entry,
    Envelope,
    Key,
    Keys,
    OfficeStatement,
    Signature,
    SignedStatement,
)
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
    """What stands in a file that waits for signatures.

    Parameters
    ----------
    path : of the file.
    fingerprint : of the statement, or the id of a change of keys: what every office signs.
    kind, record : type of the entry, and the name of the record that its body is.
    offered : of a countersignature, the body of the offer that it consents to.
    signed : ids of the keys that have signed it.
    needed : how many must sign; 0 where no log says so.
    void : why it can never be entered any more; None when it can.
    """

    path: Path
    fingerprint: str = ""
    kind: str = ""
    record: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    offered: Mapping[str, Any] | None = None
    signed: tuple[str, ...] = ()
    needed: int = 0
    void: Problem | None = None


def keys_are_locked(folder: Path) -> bool:
    """One of the private keys in a folder, of a side or of an office, is encrypted."""
    pages = sorted((folder / "keys").glob("*.pem"))
    return any("ENCRYPTED" in page.read_text(encoding="ascii", errors="replace") for page in pages)


def waiting_entry(path: Path | str) -> WaitingEntry:
    """What a file says that waits for signatures, and who has signed it.

    Raises
    ------
    InputError
        When there is no such file.
    RegisterError
        When it waits for none, or is one that nobody may sign.
    """
    return described(_read(Path(path))[0], Path(path))


def described(held: SignedStatement | Envelope, path: Path) -> WaitingEntry:
    """What stands in a file, by its name and who has signed it."""
    said = what_is_signed(held)
    return WaitingEntry(
        path=path,
        fingerprint=fingerprint(said),
        kind=said.type,
        record=BODIES[said.type].__name__.lower(),
        body=said.body,
        offered=held.offered if isinstance(held, SignedStatement) else None,
        signed=tuple(one.key for one in held.signatures),
    )


def what_is_signed(held: SignedStatement | Envelope) -> OfficeStatement | Entry:
    """The part of a file that the signatures cover."""
    return held.statement if isinstance(held, SignedStatement) else held.entry


def _read(path: Path) -> tuple[SignedStatement | Envelope, Any]:
    """What a file holds, and its body as the record of its type."""
    held = read_waiting(opening.pending_page(path), str(path))
    opening.refuse_old_form(held, str(path))
    said = what_is_signed(held)
    record = msgspec.convert(said.body, BODIES[said.type])
    rules.refuse_form(record, str(path))
    return held, record


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
    def request(cls, folder: Path | str, office: str | MText, passphrase: str | None) -> Office:
        """Make the key of an office, and the card that carries its public half.

        Parameters
        ----------
        folder : it must be empty or not there.
        office : which holds the key, by its name in one language or in several; never a person.
        passphrase : encrypts the key; None leaves it open.

        Raises
        ------
        InputError
            When something lies in the folder already.
        RegisterError
            When the office's name has letters that nobody can see.
        """
        private, key = opening.office_key(office)
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

    def sign(
        self, path: Path, passphrase: str | None, ask: asking.Ask | None = None
    ) -> WaitingEntry:
        """Add the signature of the office's key to what a file holds; the file holds it then.

        Parameters
        ----------
        path : of the file.
        passphrase : of the office's key; None when it has none.
        ask : told what points to a person, as of a register; None refuses it.

        Raises
        ------
        InputError
            When there is no such file, or the key has signed it already.
        RegisterError
            When the passphrase is missing or wrong, or what it says may not be signed.
        """
        held, record = _read(path)
        asking.refuse_unless_meant(ask, [*asking.personal_questions(record, str(path))])
        ring = opening.ring_in(JointFolder(self.folder), passphrase)
        if not ring:
            raise RegisterError.of("passphrase_needed", str(self.folder / "keys"))
        signed = {one.key for one in held.signatures}
        keys = [private for name, private in ring.items() if name not in signed]
        if not keys:
            raise InputError("error.key_signed_already", path=str(path), key=min(ring))
        kind = STATEMENT if isinstance(held, SignedStatement) else ENTRY
        more = sign_bytes(kind, canonical(what_is_signed(held)), keys)
        both = tuple(sorted((*held.signatures, *more), key=lambda one: one.key))
        whole = msgspec.structs.replace(held, signatures=both)
        JointFolder(path.parent).put_whole(path.name, canonical(whole))
        return described(whole, path)
