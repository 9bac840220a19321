"""One entry of a side's log, and what each type of entry says.

Knows the form of entries; knows nothing of signatures, of order, or of what entries mean together.
An entry is written once by one side and never changed: what it says later is said by another entry.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from keruen.domain.joint import (
    Appraisal,
    Claim,
    Evidence,
    MText,
    Report,
    Side,
    SubjectKind,
)

VERSION: Final = 1
"""Of an entry whose signatures, as many as it needs, all cover its place in the log."""
STATED: Final = 2
"""Version of an entry whose offices signed a statement; one key seals its place."""
ALGORITHM: Final = "Ed25519"

EntryType = Literal[
    "genesis",
    "policy",
    "offer",
    "counter",
    "countersign",
    "decline",
    "withdraw",
    "claim",
    "accept",
    "dispute",
    "report",
    "evidence",
    "appraisal",
    "receipt",
]


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Frozen, named fields only, nothing unknown."""


class Key(_Part, frozen=True, kw_only=True):
    """A public key of an office.

    Parameters
    ----------
    id : first 16 hexadecimal digits of the SHA-256 of the key's 32 bytes.
    public : the 32 bytes in hexadecimal.
    office : which office holds it; never a person's name.
    names : the office's name in several languages; cards of older versions have none.
    """

    id: str
    public: str
    office: str
    names: MText | None = None


class Keys(_Part, frozen=True, kw_only=True):
    """Whose signatures one side's entries need.

    Parameters
    ----------
    number : policy number; each new one is larger than the last, and none comes back.
    threshold : how many different keys of `keys` must sign what binds the side
        (genesis, policy, offer, counter, countersign, accept, withdraw); any one signs the rest.
    """

    number: int
    threshold: int
    keys: tuple[Key, ...]


class SideCard(_Part, frozen=True, kw_only=True):
    """What a side tells the other before they begin: its name and its root keys."""

    side: Side
    name: MText
    root: Keys


class Genesis(_Part, frozen=True, kw_only=True):
    """The pair: both cards. Its fingerprint is printed in the annex of the paper memorandum."""

    pair: str
    a: SideCard
    b: SideCard


class Head(_Part, frozen=True, kw_only=True):
    """The end of a log as somebody knew it; `seq` −1 and an empty `id` stand for an empty log."""

    seq: int = -1
    id: str = ""


class Offer(_Part, frozen=True, kw_only=True):
    """A text put to the other side (`offer`), or put instead of theirs (`counter`).

    Parameters
    ----------
    kind, subject : what it is about; `subject` is the id inside `core`.
    core : the whole text as JSON, one of the records of `keruen.domain.joint`.
    core_hash : SHA-256 of its canonical form.
    parent : id of the offer entry whose agreed core this one follows; empty for a first text.
    answers : for a counter-offer, the id of the offer that it answers.
    lapses : last day on which it may be countersigned; empty for no limit.
    """

    kind: SubjectKind
    subject: str
    core: dict[str, Any]
    core_hash: str
    parent: str = ""
    answers: str = ""
    lapses: str = ""
    reason: MText | None = None


class Countersign(_Part, frozen=True, kw_only=True):
    """Consent to exactly the text of `core_hash` in `offer`."""

    offer: str
    core_hash: str


class Decline(_Part, frozen=True, kw_only=True):
    """No to the other side's offer."""

    offer: str
    reason: MText


class Withdraw(_Part, frozen=True, kw_only=True):
    """The author takes an offer back before it was countersigned."""

    offer: str
    reason: MText


class Accept(_Part, frozen=True, kw_only=True):
    """The creditor's or the other side's word that `target` (an evidence entry) is good."""

    target: str


class Dispute(_Part, frozen=True, kw_only=True):
    """The other side's word that `target` (an evidence, claim or report entry) is not so."""

    target: str
    reason: MText


class Receipt(_Part, frozen=True, kw_only=True):
    """Sight of the other side's log up to `head`: the entry's own `seen` says which."""

    bundle: str = ""


BODIES: Final[dict[str, type[Any]]] = {
    "genesis": Genesis,
    "policy": Keys,
    "offer": Offer,
    "counter": Offer,
    "countersign": Countersign,
    "decline": Decline,
    "withdraw": Withdraw,
    "claim": Claim,
    "accept": Accept,
    "dispute": Dispute,
    "report": Report,
    "evidence": Evidence,
    "appraisal": Appraisal,
    "receipt": Receipt,
}
"""The record that the body of each type of entry must be."""

BINDING: Final = frozenset(
    {"genesis", "policy", "offer", "counter", "countersign", "accept", "withdraw"}
)
"""Types that bind the side and so need as many signatures as its threshold says."""

STATEABLE: Final = BINDING - {"genesis", "policy"}
"""Types whose text offices may sign before it has a place.

The other two change whose signatures count, so that their place must be signed too."""


class Signature(_Part, frozen=True, kw_only=True):
    """One key's signature of an entry or a statement: 64 bytes in hexadecimal."""

    key: str
    sig: str


class Drafted(_Part, frozen=True, kw_only=True):
    """When a statement was written, as its author told it, and what its author had seen then."""

    at: str
    seen: Head


class OfficeStatement(_Part, frozen=True, kw_only=True):
    """What the offices of a side sign: a text without a place in the log.

    Parameters
    ----------
    pair, side, policy, type, body : as of an `Entry`; none of them can be exchanged afterwards.
    drafted : the entry that brings the statement is not earlier, and has seen no less.
    """

    pair: str
    side: Side
    policy: int
    type: EntryType
    body: dict[str, Any]
    drafted: Drafted


class SignedStatement(_Part, frozen=True, kw_only=True):
    """A statement with the signatures that it has so far: what waits in a file, and travels.

    Parameters
    ----------
    signatures : sorted by key id.
    offered : of a countersignature, the body of the offer: whoever consents can read to what, also
        where no log lies. Its text has the fingerprint that the statement names.
    """

    statement: OfficeStatement
    signatures: tuple[Signature, ...]
    offered: dict[str, Any] | None = None


class Entry(_Part, frozen=True, kw_only=True):
    """One line of a side's log, as it is signed (its canonical form is what is hashed).

    Parameters
    ----------
    v, alg : version of the form and algorithm of the signatures.
    pair : fingerprint of the genesis document; an entry belongs to one pair only.
    side, seq, prev : whose log, which place from 0, and the id of the entry before (empty at 0).
    seen : the end of the *other* side's log when this entry was written: what its author knew.
    at : when the author says it was written (UTC, whole seconds); told, never trusted for order.
    policy : number of the side's key policy under which it is signed.
    type, body : what it says.
    drafted, offices : of version 2 alone: the rest of the statement that the offices signed, and
        their signatures of it, sorted by key id. What is absent is not written, so that entries of
        version 1 keep their bytes.
    """

    v: int
    alg: str
    pair: str
    side: Side
    seq: int
    prev: str
    seen: Head
    at: str
    policy: int
    type: EntryType
    body: dict[str, Any]
    drafted: Drafted | None = None
    offices: tuple[Signature, ...] = ()


class Envelope(_Part, frozen=True, kw_only=True):
    """An entry with its signatures, sorted by key id: one line of ``log/<side>.jsonl``."""

    entry: Entry
    signatures: tuple[Signature, ...]
