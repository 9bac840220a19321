"""How an installation begins, and what lies ready in it: card, pair, keys, entries that wait.

Knows the small files of the folder by their names; knows nothing of the logs' contents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from keruen.domain.joint import SIDES, MText, Side
from keruen.domain.languages import LANGUAGES
from keruen.errors import InputError, Problem, RegisterError
from keruen.register.log.causal_order import apart, merge
from keruen.register.log.chain import start
from keruen.register.log.key_policy import policy_problem
from keruen.register.log.logs import Checked, Log, PairLogs, clock_jumps
from keruen.register.log.signing import PrivateKey, key_id, key_pem, load_key, new_key
from keruen.register.record import signable
from keruen.register.record.canonical import canonical, fingerprint, read_waiting
from keruen.register.record.entries import (
    STATEABLE,
    Envelope,
    Genesis,
    Head,
    Key,
    Keys,
    SideCard,
    SignedStatement,
)
from keruen.register.settings import PAGE, Settings, page_of, read_settings
from keruen.store import JointFolder
from keruen.store.register.folder import RESTORED, SEAL
from keruen.store.register.intents import Change

CARD: Final = "card.json"
GENESIS: Final = "genesis.json"
HEADS: Final[Mapping[Side, str]] = {"A": "log/A.jsonl: head", "B": "log/B.jsonl: head"}
"""Side → the line of the seal that says where its log ends, and how much of it was checked."""

Page = TypeVar("Page", SideCard, Genesis)
NO_HEAD: Final = Head()
_MOST_PENDING: Final = 2 << 20


def begun(
    side: Side,
    name: MText,
    offices: Sequence[str | MText],
    threshold: int,
    passphrase: str | None,
) -> dict[str, bytes]:
    """The first files of a new side's folder: keys, card, settings.

    Raises
    ------
    RegisterError
        When there is no office, or fewer than the threshold.
    """
    if side not in SIDES:
        raise RegisterError.of("register_setting", PAGE, setting="side", found=str(side)[:80])
    root, pages = renewed(offices, threshold, 1, passphrase)
    card = SideCard(side=side, name=name, root=root)
    wrong = signable.problems(msgspec.to_builtins(card), SideCard, CARD)
    if wrong:
        raise RegisterError(wrong)
    return {**pages, CARD: canonical(card), PAGE: page_of(Settings(side=side))}


def renewed(
    keys: Sequence[str | MText] | Keys, threshold: int, number: int, passphrase: str | None
) -> tuple[Keys, dict[str, bytes]]:
    """A policy for offices, and the private keys made for them by name of file.

    Raises
    ------
    RegisterError
        When there is no office, or fewer than the threshold.
    """
    if isinstance(keys, Keys):
        policy, pages = replace_number(keys, number), {}
    else:
        made = [office_key(office) for office in keys]
        public = tuple(sorted((key for _, key in made), key=lambda key: key.id))
        policy = Keys(number=number, threshold=threshold, keys=public)
        pages = {f"keys/{key.id}.pem": key_pem(private, passphrase) for private, key in made}
    wrong = policy_problem(policy, "keys")
    if wrong is not None:
        raise RegisterError((wrong,))
    return policy, pages


def office_key(office: str | MText) -> tuple[PrivateKey, Key]:
    """A key of an office by its name, in one language or in several."""
    if isinstance(office, str):
        return new_key(office)
    spoken = {one: words.text for one in LANGUAGES if (words := getattr(office, one)) is not None}
    # One name stands for all: programs that know no others show it.
    first = spoken.get("en") or next(iter(spoken.values()), "")
    private, key = new_key(first)
    return private, msgspec.structs.replace(key, names=office)


def replace_number(keys: Keys, number: int) -> Keys:
    """The same policy under another number."""
    return msgspec.structs.replace(keys, number=number)


def settings_in(folder: JointFolder) -> Settings:
    """What the installation was told.

    Raises
    ------
    InputError
        When there is no installation.
    RegisterError
        When its page is damaged.
    """
    page = folder.read(PAGE) if folder.path.is_dir() else None
    if page is None:
        raise InputError("error.register_not_one", path=str(folder.path))
    return read_settings(page, str(folder.path / PAGE))


def card_in(folder: JointFolder) -> SideCard:
    """The side's own card.

    Raises
    ------
    RegisterError
        When it is missing or damaged.
    """
    return _decoded(folder.read(CARD) or b"", SideCard, str(folder.path / CARD))


def genesis_in(folder: JointFolder) -> Genesis:
    """Both cards.

    Raises
    ------
    RegisterError
        When they are missing or damaged.
    """
    return _decoded(folder.read(GENESIS) or b"", Genesis, str(folder.path / GENESIS))


def _decoded(words: bytes, kind: type[Page], place: str) -> Page:
    try:
        return msgspec.json.decode(words, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise RegisterError.of("register_page", place, detail=str(wrong)[:200]) from wrong


def read_card(card: bytes | SideCard, place: str = CARD) -> SideCard:
    """A card as the other side gave it.

    Parameters
    ----------
    place : what to call it when it is none: its file's path, where there is one.

    Raises
    ------
    RegisterError
        When it is none, or its keys are not in order.
    """
    if isinstance(card, bytes):
        try:
            card = msgspec.json.decode(card, type=SideCard)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
            raise RegisterError.of("register_card", place) from wrong
    wrong_key = policy_problem(card.root, f"{place} {card.side}")
    if wrong_key is not None:
        raise RegisterError((wrong_key,))
    return card


def ring_in(folder: JointFolder, passphrase: str | None) -> dict[str, PrivateKey]:
    """The private keys that lie here and can be opened.

    Raises
    ------
    RegisterError
        When a passphrase is given and wrong, or a key is no key.
    """
    pages = {name: folder.read(name) or b"" for name in folder.names("keys")}
    return opened({n: page for n, page in pages.items() if n.endswith(".pem")}, passphrase)


def opened(pages: Mapping[str, bytes], passphrase: str | None) -> dict[str, PrivateKey]:
    """Private keys by their ids; those that are locked stay out when there is no passphrase."""
    found: dict[str, PrivateKey] = {}
    for name, page in pages.items():
        if passphrase is None and b"ENCRYPTED" in page:
            continue
        private = load_key(page, name, passphrase)
        found[key_id(private.public_key().public_bytes_raw())] = private
    return found


def paired(settings: Settings, own: SideCard, other: SideCard, name: str) -> Genesis:
    """The genesis document of two cards.

    Raises
    ------
    RegisterError
        When there is a pair already, or both cards are of one side or share a key.
    """
    if settings.pair:
        raise RegisterError.of("register_joined", settings.pair)
    if other.side == own.side:
        raise RegisterError.of("register_same_side", other.side)
    shared = {key.id for key in own.root.keys} & {key.id for key in other.root.keys}
    if shared:
        raise RegisterError.of("register_shared_key", "card", key=min(shared))
    first, second = (own, other) if own.side == "A" else (other, own)
    genesis = Genesis(pair=name, a=first, b=second)
    for side in SIDES:
        start(genesis, side)
    return genesis


def joined(settings: Settings, genesis: Genesis) -> tuple[str, Change]:
    """Fingerprint of a pair, and the files that say so."""
    pair = fingerprint(genesis)
    pages = {GENESIS: canonical(genesis), PAGE: page_of(replace(settings, pair=pair))}
    return pair, Change(put=pages)


def is_sealed(name: str) -> bool:
    """The file's fingerprint stands in the seal, because no signature covers it."""
    return name in {PAGE, CARD, GENESIS} or name.startswith("keys/")


def head_words(head: Head) -> str:
    """The end of a log as the seal says it."""
    return f"{head.seq} {head.id}"


def sealed_head(folder: JointFolder, side: Side) -> Head:
    """Where a log ended when it was written last, as the seal says it."""
    seq, _, name = _sealed_line(folder, side)[0].partition(" ")
    return Head(seq=int(seq), id=name) if seq.isdigit() else NO_HEAD


def marks(folder: JointFolder) -> dict[Side, Checked]:
    """How much of each log was checked when it was written last; nothing without a seal."""
    return {side: Checked.read(_sealed_line(folder, side)[1]) for side in SIDES}


def _sealed_line(folder: JointFolder, side: Side) -> list[str]:
    """The end and the mark of a log in the seal; seals of older versions have no marks."""
    return [*(folder.seal() or {}).get(HEADS[side], ()), "", ""][:2]


def holds(log: Log, head: Head) -> bool:
    """The log has the entry that ended it once, or never ended with one."""
    is_there = 0 <= head.seq < len(log.entries) and log.entries[head.seq][0] == head.id
    return head == NO_HEAD or is_there


def restored_at(folder: JointFolder) -> str:
    """When the folder was brought back from a backup and nobody confirmed its logs; else empty."""
    return "".join((folder.seal() or {}).get(RESTORED, [])[:1])


def with_heads(
    folder: JointFolder, change: Change, logs: Iterable[Log], *, is_confirmed: bool = False
) -> Change:
    """A change together with the ends that the logs have after it.

    An end that a log does not hold any more stays in the seal until the log has it again: a removed
    entry is never forgotten by writing on.

    Parameters
    ----------
    change : may bring a seal of its own; its fingerprints are kept.
    is_confirmed : the other side has shown that the logs of a backup lack nothing that it saw.
    """
    pages = {name: words for name, words in change.put.items() if is_sealed(name)}
    heads: dict[str, list[str]] = {RESTORED: []} if is_confirmed else {}
    for log in logs:
        told = sealed_head(folder, log.side)
        head = log.head if holds(log, told) else told
        if head != NO_HEAD:
            heads[HEADS[log.side]] = [head_words(head), log.checked().words()]
    seal = folder.resealed_with(pages, heads)
    return replace(change, put={**change.put, SEAL: seal})


def pending_name(named: str) -> str:
    """Name of the file of what waits for signatures, by its fingerprint."""
    return f"pending/{named}.json"


def pending_page(path: Path) -> bytes:
    """The file of what waits.

    Raises
    ------
    InputError
        When there is none, or it is too large to be one.
    """
    words = JointFolder(path.parent).read(path.name)
    if words is None or len(words) > _MOST_PENDING:
        raise InputError("error.register_no_pending", path=str(path))
    return words


def refuse_old_form(held: SignedStatement | Envelope, place: str) -> None:
    """Refuse to sign an entry with its place that offices sign as a statement now.

    Raises
    ------
    RegisterError
        Saying that it must be drafted again.
    """
    if isinstance(held, Envelope) and held.entry.type in STATEABLE:
        raise RegisterError.of("statement_old", place)


def pending_problem(log: Log, envelope: Envelope, place: str) -> Problem | None:
    """Why an entry that waits with its place cannot be signed any more, or None."""
    entry = envelope.entry
    if entry.type in STATEABLE:
        return Problem("problem.statement_old", {"place": place})
    fits = (entry.pair, entry.side, entry.seq, entry.prev, entry.policy) == (
        log.chain.pair,
        log.side,
        log.head.seq + 1,
        log.head.id,
        log.chain.keys.number,
    )
    if not fits or entry.seen.seq < log.chain.seen.seq:
        return Problem("problem.register_stale", {"place": place})
    return None


def place_is_kept(folder: JointFolder, log: Log) -> bool:
    """Whether a change of keys waits for the next place of the own log.

    Nothing that a person writes waits for it; but a receipt, which nobody asked for, must not make
    the signatures void that it has gathered.
    """
    for name in folder.names("pending"):
        try:
            held = read_waiting(folder.read(name) or b"", name)
        except RegisterError:
            continue  # `audit` says what is wrong with it.
        if isinstance(held, Envelope) and pending_problem(log, held, name) is None:
            return True
    return False


def clock_checks(held: PairLogs) -> Iterator[tuple[str, Mapping[str, str | int]]]:
    """Entries whose times cannot all be right: harmless, and to be seen."""
    for side in SIDES:
        for (name, entry), before in clock_jumps(held.logs[side].entries):
            words = {"side": side, "seq": entry.seq, "entry": name[:12], "at": entry.at}
            yield "exchange.clock_back", {**words, "before": before}
    ordered, _ = merge(held.logs["A"].entries, held.logs["B"].entries)
    for (name, entry), (_, reader) in apart(ordered):
        yield (
            "exchange.clock_apart",
            {
                "side": entry.side,
                "seq": entry.seq,
                "entry": name[:12],
                "at": entry.at,
                "reader": reader.side,
                "reader_seq": reader.seq,
                "reader_at": reader.at,
            },
        )
