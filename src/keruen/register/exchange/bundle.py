"""What is carried between the two sides: entries, files, and a signed page that lists them.

Knows the manifest and what it promises; knows nothing of what happens to entries that come in. The
manifest names the ends of both logs as its author knew them: so each side witnesses the other's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from keruen.domain.joint import OTHER_SIDE, SIDES, Side
from keruen.errors import InputError, Problem, RegisterError
from keruen.register.joint_list.rules import cited_files
from keruen.register.log.logs import Log, PairLogs
from keruen.register.log.new_entries import OpenKeys, one_key
from keruen.register.log.signing import MANIFEST, sign_bytes, verify_bytes
from keruen.register.record.canonical import canonical
from keruen.register.record.entries import Head, Keys, Signature
from keruen.register.settings import Settings
from keruen.store import JointFolder
from keruen.store.register import bundle as joint_bundle
from keruen.store.register.bundle import BundleLimits, OpenBundle
from keruen.store.register.carrier import target_path

VERSION: Final = 1


class EntryRange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries of one log from `first` to `last`, both included; `last` before `first` is none."""

    first: int
    last: int


class Manifest(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """What a bundle holds.

    Parameters
    ----------
    from_, to, pair : between whom.
    ranges : entries of each log that are in it.
    heads : ends of both logs as the author knew them.
    entries : fingerprint of all lines of entries.
    files : fingerprint of each file → its size.
    at : when the author says it was made.
    """

    v: int
    pair: str
    from_: Side
    to: Side
    at: str
    ranges: dict[Side, EntryRange]
    heads: dict[Side, Head]
    entries: str
    files: dict[str, int]


class _Signed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle's manifest as it was read.

    Parameters
    ----------
    words : the bytes that were signed.
    """

    manifest: Manifest
    words: bytes
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class ExchangeInputs:
    """What lies ready when bundles come and go: the folder, its settings, both logs, open keys."""

    folder: JointFolder
    settings: Settings
    held: PairLogs
    ring: OpenKeys


def export(desk: ExchangeInputs, target: Path, at: str, *, whole: bool = False) -> Path:
    """Write a bundle of what the other side has not confirmed.

    Parameters
    ----------
    whole : everything of both logs.

    Raises
    ------
    RegisterError
        When no key of this side is here.
    StorageError
        When the disk refuses.
    """
    folder, settings, held = desk.folder, desk.settings, desk.held
    own = settings.side
    other = OTHER_SIDE[own]
    first = 0 if whole else held.logs[other].chain.seen.seq + 1
    ranges: dict[Side, EntryRange] = {}
    # The other side's last entry goes back to it: had it been lost there, nothing else would prove
    # that it was signed.
    end = held.logs[other].head.seq
    if end >= 0:
        ranges[other] = EntryRange(first=0 if whole else end, last=end)
    if whole:
        # Half of what was lost would help nobody: whoever takes in little is told the limit.
        last, files = held.logs[own].head.seq, {}
        for log in held.logs.values():
            files.update(_files(folder, log))
    else:
        back = _lines(held.logs[other], ranges[other]) if end >= 0 else b""
        last, files = _fitting(folder, held.logs[own], first, len(back), settings.limits)
    ranges[own] = EntryRange(first=first, last=last)
    # The other side's entries come first: what it lost has to be back before ours are looked at.
    sides = [side for side in (other, own) if side in ranges]
    lines = b"".join(_lines(held.logs[side], ranges[side]) for side in sides)
    manifest = Manifest(
        v=VERSION,
        pair=settings.pair,
        from_=own,
        to=other,
        at=at,
        ranges=ranges,
        heads={side: held.logs[side].head for side in SIDES},
        entries=hashlib.sha256(lines).hexdigest(),
        files=dict(sorted(files.items())),
    )
    words = canonical(manifest)
    signatures = sign_bytes(MANIFEST, words, one_key(held.logs[own].chain.keys, desk.ring, own))
    digest = hashlib.sha256(words).hexdigest()
    name = f"{settings.pair[:8]}-{own}-{first:06d}-{last + 1:06d}-{digest[:8]}.jlb"
    path = target_path(target, name)
    texts = {
        joint_bundle.MANIFEST: words,
        joint_bundle.SIGNATURES: canonical(_Signed(signatures=signatures)),
        joint_bundle.ENTRIES: lines,
    }
    joint_bundle.write(path, texts, {sha256: folder.file_path(sha256) for sha256 in files})
    return path


def _lines(log: Log, span: EntryRange) -> bytes:
    lines = bytes(log.content).split(b"\n")[:-1]
    return b"".join(line + b"\n" for line in lines[span.first : span.last + 1])


def _files(folder: JointFolder, log: Log) -> dict[str, int]:
    cited = (sha256 for _, entry in log.entries for sha256 in cited_files(entry))
    return {one: folder.file_size(one) for one in cited if folder.has_file(one)}


def _fitting(
    folder: JointFolder, log: Log, first: int, size: int, limits: BundleLimits
) -> tuple[int, dict[str, int]]:
    """The last entry that still fits with its files, and the files; at least one entry goes.

    Parameters
    ----------
    size : bytes of the lines that go along in any case.
    """
    files: dict[str, int] = {}
    n_bytes = 0
    lines = bytes(log.content).split(b"\n")
    for seq in range(first, len(log.entries)):
        brought = [one for one in cited_files(log.entries[seq][1]) if folder.has_file(one)]
        more = {one: folder.file_size(one) for one in brought if one not in files}
        size += len(lines[seq]) + 1
        n_bytes += sum(more.values())
        if seq > first and not limits.fits(size, n_bytes, len(files) + len(more)):
            return seq - 1, files
        files.update(more)
    return log.head.seq, files


def read(bundle: OpenBundle, place: str) -> Opened:
    """Read the manifest and its signatures, and nothing else.

    Raises
    ------
    RegisterError
        When it is of a future version, or not in its canonical form.
    """
    words = bundle.manifest()
    try:
        version = msgspec.json.decode(words, type=_Version).v
        if version > VERSION:
            raise RegisterError.of("future_version", place, found=version, known=VERSION)
        manifest = msgspec.json.decode(words, type=Manifest)
        signed = msgspec.json.decode(bundle.signatures(), type=_Signed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise RegisterError.of("bundle_page", place, detail=str(wrong)[:200]) from wrong
    if canonical(manifest) != words:
        raise RegisterError.of("bundle_page", place, detail="RFC 8785")
    return Opened(manifest, words, signed.signatures)


def pair_told(path: Path, limits: BundleLimits) -> str:
    """Of which pair a bundle says that it is, before anybody can check who signed it.

    Empty for a file that is no bundle: `intake` says what is wrong with it.
    """
    try:
        with joint_bundle.opened(path, limits) as found:
            return read(found, str(path)).manifest.pair
    except InputError:
        return ""


def check_files(bundle: OpenBundle, manifest: Manifest, place: str) -> None:
    """Refuse a bundle whose directory lists other files than the manifest; none is read.

    Raises
    ------
    RegisterError
        Naming the first file.
    """
    told, there = manifest.files, bundle.files()
    for sha256 in sorted({*told, *there}):
        if told.get(sha256) != there.get(sha256):
            raise RegisterError.of("bundle_file", place, file=sha256[:64])


def check_entries(bundle: OpenBundle, manifest: Manifest, place: str) -> None:
    """Refuse entries that are not those for which the manifest was signed.

    Raises
    ------
    RegisterError
        When a byte of them differs.
    """
    if bundle.entries_digest() != manifest.entries:
        raise RegisterError.of("bundle_entries", place)


class _Version(Struct):
    v: int


def check_parties(manifest: Manifest, settings: Settings, place: str) -> None:
    """Refuse the bundle of another pair, and one that is not from one side to the other.

    Raises
    ------
    RegisterError
        Naming both pairs.
    """
    if manifest.pair != settings.pair:
        found = {"found": manifest.pair[:64], "own": settings.pair}
        raise RegisterError.of("bundle_pair", place, **found)
    if manifest.from_ == manifest.to or set(manifest.heads) != set(SIDES):
        raise RegisterError.of("bundle_page", place, detail="from, to, heads")


def check_signature(opened: Opened, log: Log, place: str) -> None:
    """Refuse a manifest that no key signed which was in force at the end that it names.

    Parameters
    ----------
    log : of the side that the bundle comes from, with what the bundle brings.

    Raises
    ------
    RegisterError
        Naming the key.
    """
    wrong = _signature_problem(opened, log, place)
    if wrong is not None:
        raise RegisterError((wrong,))


def is_known_author(opened: Opened, log: Log, place: str) -> bool:
    """Whether a key that is known already has signed the manifest, before anything else is read.

    A bundle that brings its author's new keys is signed by them. It can only be good if it goes on
    where the author's log ends here: then each of its entries is checked as it is read, and the
    first one that does not fit ends the reading.

    Parameters
    ----------
    log : of the side that the bundle comes from, as it lies here.

    Raises
    ------
    RegisterError
        When neither holds: nobody of the other side has made it.
    """
    wrong = _signature_problem(opened, log, place)
    span = opened.manifest.ranges.get(log.side)
    if wrong is not None and (span is None or not span.first <= log.head.seq + 1 <= span.last):
        raise RegisterError((wrong,))
    return wrong is None


def _signature_problem(opened: Opened, log: Log, place: str) -> Problem | None:
    policies = _in_force(log, opened.manifest.heads[log.side].seq)
    problems = [
        verify_bytes(MANIFEST, opened.words, opened.signatures, keys, 1, f"{place}: manifest.json")
        for keys in policies
    ]
    return None if None in problems else problems[0]


def _in_force(log: Log, seq: int) -> tuple[Keys, ...]:
    """The policies that may sign at a place of a log: before the entry there, and after it."""
    if not 0 <= seq < len(log.entries):
        return (log.chain.keys,)
    entry = log.entries[seq][1]
    before = log.policies[entry.policy]
    if entry.type != "policy":
        return (before,)
    return (log.policies[msgspec.convert(entry.body, Keys).number], before)


def check_heads(manifest: Manifest, logs: Mapping[Side, Log], place: str) -> None:
    """Refuse a bundle whose author knew other logs than those that lie here.

    Raises
    ------
    RegisterError
        Naming side, place and both ids.
    """
    for side in SIDES:
        head, log = manifest.heads[side], logs[side]
        if 0 <= head.seq < len(log.entries) and log.entries[head.seq][0] != head.id:
            here = log.entries[head.seq][0]
            raise RegisterError.of(
                "bundle_fork", place, side=side, seq=head.seq, here=here, there=head.id[:64]
            )
