"""What comes from the other side: looked at whole, then taken in whole or not at all.

Knows which entries are new, known, too early or forged; knows nothing of what the list makes of
them. A bundle that is refused is kept in quarantine with the reason; entries beyond a gap are
parked until the gap closes; two entries for one place are kept together as a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256 as _sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from keruen.domain.joint import OTHER_SIDE, SIDES, Side
from keruen.domain.joint_state import Equivocation, Revision
from keruen.errors import InputError, Problem, RegisterError
from keruen.register import guard, opening
from keruen.register.exchange import bundle
from keruen.register.exchange.bundle import ExchangeInputs, Manifest, Opened
from keruen.register.joint_list import rules
from keruen.register.joint_list.consent import unanswered
from keruen.register.log import new_entries as writing
from keruen.register.log.chain import extend, fork_problem, place_of
from keruen.register.log.logs import Log, PairLogs
from keruen.register.log.signing import signatures_problem
from keruen.register.record.canonical import MOST_LINE, entry_id, line, read_envelope
from keruen.register.record.entries import Entry, Envelope, Head, Offer, Receipt
from keruen.store import JointFolder
from keruen.store.register import bundle as joint_bundle
from keruen.store.register import carrier as joint_carrier
from keruen.store.register.bundle import OpenBundle
from keruen.store.register.intents import Change

_MOST_PARKED: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a bundle brought.

    Parameters
    ----------
    applied : entries that are in a log now and were not before.
    parked : entries that wait for earlier ones.
    duplicates : entries that were here already.
    receipt : id of the entry that confirms it; empty when there was nothing to confirm, or no key.
    """

    applied: int = 0
    parked: int = 0
    duplicates: int = 0
    receipt: str = ""


@dataclass(slots=True)
class _Plan:
    """What a bundle would change, before anything is changed.

    Parameters
    ----------
    logs : both logs as they would be.
    fresh : entries that are new in a log.
    parked, unparked : files of entries that wait, or have waited.
    spoilt : parked entries that turned out not to fit: name and problems.
    shown : place of the last own entry that is known to have been signed, be it lost here.
    shows : side and place of the one own entry that the bundle shows as the last that it has seen.
    cited : fingerprints of the files that its entries cite.
    n_kept : bytes of the lines that are new here.
    """

    logs: dict[Side, Log]
    fresh: list[Entry] = field(default_factory=list)
    parked: dict[str, bytes] = field(default_factory=dict)
    waiting: list[Entry] = field(default_factory=list)
    unparked: list[str] = field(default_factory=list)
    spoilt: list[tuple[bytes, RegisterError]] = field(default_factory=list)
    duplicates: int = 0
    shown: int = -1
    shows: tuple[Side, int] | None = None
    cited: set[str] = field(default_factory=set)
    n_kept: int = 0


def take_in(
    at_work: Callable[[], AbstractContextManager[ExchangeInputs]],
    most_bytes: int,
    source: str,
    at: str,
    opener: Any = None,
    proxy: str = "",
) -> Imported:
    """Take in a bundle, every bundle of a folder, or one from an address.

    Parameters
    ----------
    at_work : gives the desk, locked against others; asked for when a bundle lies here, so that a
        slow address keeps nobody from writing.
    most_bytes : of a bundle, as the settings say; the carrier holds to it.
    opener, proxy : as of `carrier.fetched`.

    Raises
    ------
    RegisterError
        Naming what is wrong with each bundle that is refused; the others were taken in.
    InputError
        When the only one is no bundle at all, or cannot be reached.
    """
    total, refusals = Imported(), []
    for place in joint_carrier.sources(source):
        try:
            fetched = joint_carrier.fetched(place, most_bytes, opener, proxy)
            with fetched as path, at_work() as desk:
                total = _sum(total, _take_one(desk, path, joint_carrier.shown(place), at))
        except InputError as refused:
            refusals.append(refused)
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise RegisterError(tuple(one for refused in refusals for one in refused.problems))
    return total


def _sum(one: Imported, other: Imported) -> Imported:
    return Imported(
        applied=one.applied + other.applied,
        parked=one.parked + other.parked,
        duplicates=one.duplicates + other.duplicates,
        receipt=other.receipt or one.receipt,
    )


def _take_one(desk: ExchangeInputs, path: Path, place: str, at: str) -> Imported:
    staged: list[str] = []
    try:
        with joint_bundle.opened(path, desk.settings.limits) as found:
            # From the cheap to the dear: a stranger's bundle is refused by its first page.
            opened = bundle.read(found, place)
            manifest = opened.manifest
            bundle.check_parties(manifest, desk.settings, place)
            is_known = bundle.is_known_author(opened, desk.held.logs[manifest.from_], place)
            bundle.check_files(found, manifest, place)
            if is_known:
                bundle.check_entries(found, manifest, place)
            plan = _planned(desk, found, opened, place)
            if not is_known:
                bundle.check_entries(found, manifest, place)
            _stage_files(desk, found, plan, staged, place)
        return _carry_out(desk, plan, opened, tuple(staged), at)
    except InputError as refused:
        desk.folder.set_aside(path, "jlb", {"problems": reasons(refused)})
        raise
    finally:
        desk.folder.unstage(staged)


def reasons(refused: InputError) -> list[dict[str, Any]]:
    """Keys and parameters of what was wrong, as they are kept beside what was refused."""
    return [{"key": one.key, "parameters": dict(one.parameters)} for one in refused.problems]


def _planned(desk: ExchangeInputs, found: OpenBundle, opened: Opened, place: str) -> _Plan:
    """Look at every entry, and at the page that brings them."""
    held, manifest = desk.held, opened.manifest
    plan = _Plan({side: log.grown() for side, log in held.logs.items()})
    own = desk.settings.side
    plan.shown = guard.last_shown(desk.folder, held.logs[own])
    span = manifest.ranges.get(own)
    if span is not None and 0 < span.first == span.last:
        plan.shows = (own, span.first)
    for side in (own, OTHER_SIDE[own]):
        for envelope, size in _envelopes(found, manifest, side, place):
            _place(desk, plan, envelope)
            plan.cited.update(rules.cited_files(envelope.entry))
            plan.n_kept += 0 if _is_here(desk.held, envelope.entry) else size
            if plan.n_kept > desk.settings.limits.entries:
                most = desk.settings.limits.entries >> 20
                raise InputError("error.bundle_unpacked", path=place, limit=most)
        _unpark(desk, plan, side)
    bundle.check_signature(opened, plan.logs[manifest.from_], place)
    bundle.check_heads(manifest, plan.logs, place)
    return plan


def _envelopes(
    found: OpenBundle, manifest: Manifest, side: Side, place: str
) -> Iterator[tuple[Envelope, int]]:
    """Entries of one side with their sizes as they are read, and no others than the manifest names.

    The lines of the other side are passed over unread. Exactly the entries that the manifest names
    stand there, first those of the side that the bundle goes to.
    """
    told = (
        (one, seq)
        for one in (manifest.to, manifest.from_)
        if (span := manifest.ranges.get(one)) is not None
        for seq in range(span.first, span.last + 1)
    )
    number = 0
    for number, words in enumerate(found.lines(MOST_LINE + 1), start=1):
        where = f"{place}: entries.jsonl {number}"
        expected = next(told, None)
        if expected is None:
            raise RegisterError.of("bundle_ranges", place)
        if expected[0] != side:
            if side == manifest.to:
                return  # Its lines are through: what follows is for the other pass.
            continue
        if not words.endswith(b"\n") and len(words) <= MOST_LINE:
            raise RegisterError.of("register_torn", where)
        envelope = read_envelope(words.removesuffix(b"\n"), where)
        if expected != (envelope.entry.side, envelope.entry.seq) or envelope.entry.seq < 0:
            raise RegisterError.of("bundle_ranges", place)
        yield envelope, len(words)
    if next(told, None) is not None:
        raise RegisterError.of("bundle_ranges", place)


def _is_here(held: PairLogs, entry: Entry) -> bool:
    """The entry, or another one, stands at its place already: nothing of it is kept."""
    return entry.seq <= held.logs[entry.side].head.seq


def _place(desk: ExchangeInputs, plan: _Plan, envelope: Envelope) -> None:
    """Put an entry where it belongs: into the log, aside until later, or nowhere."""
    entry = envelope.entry
    log = plan.logs[entry.side]
    if entry.pair != log.chain.pair:
        raise RegisterError.of("other_pair", place_of(entry))
    _check_possible(desk, plan, envelope)
    if entry.seq <= log.head.seq:
        known = log.entries[entry.seq][0]
        if known != entry_id(entry):
            _prove(desk, log, envelope, known)
        # The one own entry that every bundle shows did not come twice.
        plan.duplicates += (entry.side, entry.seq) != plan.shows
    elif entry.seq == log.head.seq + 1:
        _append(plan, envelope)
    else:
        name = entry_id(entry)
        plan.parked[_parked_name(entry, name)] = line(envelope)
        plan.waiting.append(entry)


def _check_possible(desk: ExchangeInputs, plan: _Plan, envelope: Envelope) -> None:
    """Refuse what one stolen key could say to keep this side from writing.

    An entry of the other side can have seen no more of the own log than there is; the own entries
    of the bundle are in the plan already, so that a bundle that shows them brings them back.

    Raises
    ------
    RegisterError
        Naming the entry.
    """
    own, entry = desk.settings.side, envelope.entry
    log, place = plan.logs[own], place_of(entry)
    if entry.side != own and entry.seen.seq > max(plan.shown, log.head.seq):
        seen = {"seen": entry.seen.seq, "last": log.head.seq}
        raise RegisterError.of("register_never_written", place, **seen)
    if entry.side == own and entry.seq > log.head.seq + 1:
        # An own entry beyond a gap says that entries were lost here: only if it is really ours.
        keys = log.policies.get(entry.policy)
        wrong = signatures_problem(envelope, keys, place) if keys is not None else None
        if keys is None or wrong is not None:
            raise RegisterError((wrong or Problem("problem.register_gap", {"place": place}),))
        plan.shown = max(plan.shown, entry.seq)


def _append(plan: _Plan, envelope: Envelope) -> None:
    """Let a log grow by an entry that fits in every way."""
    entry = envelope.entry
    log = plan.logs[entry.side]
    chain, name = extend(log.chain, envelope)
    place = place_of(entry, name)
    other = plan.logs[OTHER_SIDE[entry.side]].entries
    fork = fork_problem(entry, other)
    wrong = rules.incoming_problems(entry, place, _named(plan, entry))
    problems = (*((fork,) if fork is not None else ()), *wrong)
    if problems:
        raise RegisterError(problems)
    log.add(chain, name, entry, line(envelope))
    plan.fresh.append(entry)


def _named(plan: _Plan, entry: Entry) -> dict[str, Revision]:
    """The texts that an offer follows or answers, as far as they are known."""
    found: dict[str, Revision] = {}
    if entry.type not in {"offer", "counter"}:
        return found
    wanted = [entry.body.get(key, "") for key in ("parent", "answers")]
    for log in plan.logs.values():
        for name, earlier in log.entries if any(wanted) else ():
            if name in wanted and earlier.type in {"offer", "counter"}:
                offer = msgspec.convert(earlier.body, Offer)
                found[name] = unanswered(name, earlier, offer)
    return found


def _prove(desk: ExchangeInputs, log: Log, envelope: Envelope, known: str) -> None:
    """Two entries for one place: keep both when both are signed, and refuse."""
    entry, name = envelope.entry, entry_id(envelope.entry)
    place = place_of(entry, name)
    keys = log.policies.get(entry.policy)
    problem = signatures_problem(envelope, keys, place) if keys is not None else None
    if keys is None or problem is not None:
        wrong = problem or Problem("problem.register_replaced", {"place": place, "known": known})
        raise RegisterError((wrong,))
    here = bytes(log.content).split(b"\n")[entry.seq]
    names: dict[str, str | int] = {
        "place": place,
        "side": entry.side,
        "seq": entry.seq,
        "first": known,
        "second": name,
    }
    proof = here + b"\n" + line(envelope) + b"\n"
    desk.folder.set_aside(proof, "proof", {"problems": [{"key": _FORKED, "parameters": names}]})
    raise RegisterError((Problem(_FORKED, names),))


_FORKED: Final = "problem.register_equivocation"


def _unpark(desk: ExchangeInputs, plan: _Plan, side: Side) -> None:
    """Take in what was parked, as far as the gap has closed."""
    waiting: dict[str, bytes] = {
        name: desk.folder.read(name) or b""
        for name in desk.folder.names("parked")
        if name.startswith(f"parked/{side}-")
    }
    waiting.update(
        {n: words for n, words in plan.parked.items() if n.startswith(f"parked/{side}-")}
    )
    for name, words in sorted(waiting.items()):
        try:
            envelope = read_envelope(words, name)
            if envelope.entry.seq > plan.logs[side].head.seq + 1:
                break
            if envelope.entry.seq == plan.logs[side].head.seq + 1:
                _check_possible(desk, plan, envelope)
                _append(plan, envelope)
        except RegisterError as wrong:
            plan.spoilt.append((words, wrong))
        plan.unparked.append(name)
        plan.parked.pop(name, None)


def _parked_name(entry: Entry, name: str) -> str:
    return f"parked/{entry.side}-{entry.seq:08d}-{name}.json"


def parked_places(folder: JointFolder) -> tuple[tuple[Side, int], ...]:
    """Side and place of every entry that waits for earlier ones."""
    found: list[tuple[Side, int]] = []
    for name in folder.names("parked"):
        for side in SIDES:
            seq = name.removeprefix(f"parked/{side}-").partition("-")[0]
            if seq.isdigit():
                found.append((side, int(seq)))
    return tuple(sorted(found))


def _stage_files(
    desk: ExchangeInputs, found: OpenBundle, plan: _Plan, staged: list[str], place: str
) -> None:
    """Let the files wait beside the others, each under the fingerprint that it has."""
    for sha256, size in found.files().items():
        # What no entry cites nobody would ever look at or clear away.
        if sha256 not in plan.cited:
            raise RegisterError.of("bundle_file", place, file=sha256)
        if desk.folder.has_file(sha256):
            continue
        name, _ = desk.folder.stage(found.pieces(sha256), size)
        staged.append(name)
        if name != sha256:
            raise RegisterError.of("bundle_file", place, file=sha256)
    for entry in (*plan.fresh, *plan.waiting):
        for sha256 in rules.cited_files(entry):
            if sha256 not in staged and not desk.folder.has_file(sha256):
                raise RegisterError.of("register_file_missing", place_of(entry), file=sha256[:64])


def _carry_out(
    desk: ExchangeInputs, plan: _Plan, opened: Opened, staged: Sequence[str], at: str
) -> Imported:
    """Write everything at once, with this side's own confirmation."""
    n_parked = len(plan.parked)
    if n_parked + len(desk.folder.names("parked")) > _MOST_PARKED:
        raise RegisterError.of("register_parked_many", "parked", limit=_MOST_PARKED)
    grown = _grown(desk, plan)
    for side, wrong in _mended(desk, grown).items():
        broken = desk.folder.path / "log" / f"{side}.jsonl"
        desk.folder.set_aside(broken, "log", {"problems": reasons(wrong)})
    receipt = _receipt(desk, plan, opened, at)
    if receipt:
        grown[desk.settings.side] = plan.logs[desk.settings.side]
    change = _change(desk, plan, grown, tuple(staged))
    # A seal that was lost comes back with the logs that the other side's bundle has confirmed.
    is_unsealed = any(
        opening.sealed_head(desk.folder, side) != log.head for side, log in plan.logs.items()
    )
    is_confirmed = _confirms(desk, plan, opened)
    if change != Change() or is_unsealed or is_confirmed:
        change = opening.with_heads(
            desk.folder, change, plan.logs.values(), is_confirmed=is_confirmed
        )
        desk.folder.carry_out(change)
    for words, wrong in plan.spoilt:
        desk.folder.set_aside(words, "entry", {"problems": reasons(wrong)})
    for side, log in plan.logs.items():
        desk.held.take(log)
        if side in grown:
            desk.held.broken.pop(side, None)
    return Imported(
        applied=len(plan.fresh), parked=n_parked, duplicates=plan.duplicates, receipt=receipt
    )


def _confirms(desk: ExchangeInputs, plan: _Plan, opened: Opened) -> bool:
    """The bundle shows that a register brought back from a backup lacks nothing any more.

    A bundle that was made before the restoring may know of fewer entries than the other side has
    seen by now: it confirms nothing.
    """
    restored, manifest = opening.restored_at(desk.folder), opened.manifest
    own = plan.logs[desk.settings.side].head.seq
    is_whole = all(head.seq <= plan.logs[side].head.seq for side, head in manifest.heads.items())
    return bool(restored) and manifest.at >= restored and is_whole and plan.shown <= own


def _grown(desk: ExchangeInputs, plan: _Plan) -> dict[Side, Log]:
    """The logs to write: those with more entries, and damaged ones that have all they ever had."""

    def is_whole(side: Side, log: Log) -> bool:
        told = opening.sealed_head(desk.folder, side)
        return side in desk.held.broken and told.seq >= 0 and opening.holds(log, told)

    return {
        side: log
        for side, log in plan.logs.items()
        if _growth(desk.held, log) or is_whole(side, log)
    }


def _mended(desk: ExchangeInputs, grown: Mapping[Side, Log]) -> dict[Side, RegisterError]:
    """The damaged logs that are written anew, with what was wrong with them."""
    return {side: wrong for side, wrong in desk.held.broken.items() if side in grown}


def _change(
    desk: ExchangeInputs, plan: _Plan, grown: Mapping[Side, Log], staged: tuple[str, ...]
) -> Change:
    """The logs as they are after it: longer, or written anew from where they were damaged."""
    mended = _mended(desk, grown)
    return Change(
        appended={
            f"log/{side}.jsonl": _growth(desk.held, log)
            for side, log in grown.items()
            if side not in mended
        },
        put={**plan.parked, **{f"log/{side}.jsonl": bytes(grown[side].content) for side in mended}},
        removed=tuple(plan.unparked),
        staged=staged,
    )


def _growth(held: PairLogs, log: Log) -> bytes:
    return bytes(log.content[len(held.logs[log.side].content) :])


def _receipt(desk: ExchangeInputs, plan: _Plan, opened: Opened, at: str) -> str:
    """Confirm what came, unless it was a confirmation only, or this side cannot sign now."""
    own = desk.settings.side
    log, other = plan.logs[own], plan.logs[OTHER_SIDE[own]]
    is_news = any(one.side != own and one.type != "receipt" for one in plan.fresh)
    has_key = any(key.id in desk.ring for key in log.chain.keys.keys)
    is_free = bool(log.entries) and not opening.place_is_kept(desk.folder, log)
    if not (is_news and has_key and is_free) or _is_damaged(desk, plan):
        return ""
    head = Head(seq=other.head.seq, id=other.head.id)
    body = Receipt(bundle=_sha256(opened.words).hexdigest())
    made = writing.signed(log, writing.built(log, head, "receipt", body, at), desk.ring)
    log.add(made.chain, made.name, made.entry, made.line)
    return made.name


def _is_damaged(desk: ExchangeInputs, plan: _Plan) -> bool:
    """A log would still lack something that it had, so that nothing may be signed yet."""
    own, grown = desk.settings.side, _grown(desk, plan)
    broken = {s: wrong for s, wrong in desk.held.broken.items() if s not in grown}
    after = PairLogs(desk.held.genesis, plan.logs, broken=broken)
    try:
        guard.check_logs(desk.folder, after, own, desk.held)
    except RegisterError:
        return True
    return any(name.startswith(f"parked/{own}-") for name in plan.parked)


def proofs(folder: JointFolder) -> tuple[Equivocation, ...]:
    """Every proof that a side showed two histories, as it lies in quarantine."""
    found: list[Equivocation] = []
    for name in folder.names("quarantine"):
        if not name.endswith(".proof"):
            continue
        try:
            first, second = (
                read_envelope(words, name) for words in (folder.read(name) or b"").splitlines()
            )
        except (RegisterError, ValueError):
            continue  # `audit` says what is wrong with it.
        found.append(
            Equivocation(
                side=first.entry.side,
                seq=first.entry.seq,
                first=entry_id(first.entry),
                second=entry_id(second.entry),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.side, one.seq, one.second)))
