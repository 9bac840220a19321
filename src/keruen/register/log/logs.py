"""Both logs as they lie here: read, checked, and grown entry by entry.

Knows lines, chains and policies; knows nothing of folders, and writes nothing. A log whose
beginning was checked before is known by its fingerprint and not checked again; `audit` trusts no
such word. A log that is damaged is read as far as it holds: the other side's copy can go on there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import msgspec

from keruen.domain.joint import OTHER_SIDE, SIDES, Side
from keruen.errors import RegisterError
from keruen.register.log.chain import Chain, extend, start, stated_by
from keruen.register.record.canonical import entry_id, read_envelope
from keruen.register.record.entries import Entry, Envelope, Genesis, Head, Keys

Named = tuple[str, Entry]

_ENTRY: Final = b'{"entry":'
_SIGNATURES: Final = b',"signatures":['
_decoder = msgspec.json.Decoder(Envelope)


@dataclass(frozen=True, slots=True)
class Checked:
    """How much of a log was checked once: its size, and the fingerprint of so many bytes."""

    size: int = 0
    sha256: str = hashlib.sha256(b"").hexdigest()

    @classmethod
    def read(cls, words: str) -> Checked:
        """What a stamp says; nothing was checked when it says nothing."""
        size, _, sha256 = words.partition(" ")
        return cls(int(size), sha256) if size.isdigit() else cls()

    def words(self) -> str:
        """As a stamp says it."""
        return f"{self.size} {self.sha256}"


@dataclass(slots=True, kw_only=True)
class Log:
    """One side's log.

    Parameters
    ----------
    chain : its verified end.
    entries : all entries with their ids.
    policies : every key policy that the side ever had, by its number.
    content : the bytes as they lie in the file.
    """

    chain: Chain
    entries: list[Named]
    policies: dict[int, Keys]
    content: bytearray

    @property
    def side(self) -> Side:
        """Whose it is."""
        return self.chain.side

    @property
    def head(self) -> Head:
        """Its end."""
        return self.chain.head

    def checked(self) -> Checked:
        """The mark that this much of it was checked."""
        return Checked(len(self.content), hashlib.sha256(self.content).hexdigest())

    def grown(self) -> Log:
        """A copy that may grow without this one."""
        return Log(
            chain=self.chain,
            entries=list(self.entries),
            policies=dict(self.policies),
            content=bytearray(self.content),
        )

    def add(self, chain: Chain, name: str, entry: Entry, line: bytes) -> None:
        """Let it grow by an entry that fits; `line` is without its end."""
        self.chain = chain
        self.entries.append((name, entry))
        self.policies[chain.keys.number] = chain.keys
        self.content += line + b"\n"


@dataclass(slots=True)
class PairLogs:
    """Both logs of a pair.

    Parameters
    ----------
    places : side and place of every entry, by its id.
    broken : what is wrong with the first line of a log's file that does not belong there; such a
        log ends here before that line.
    """

    genesis: Genesis
    logs: dict[Side, Log]
    places: dict[str, tuple[Side, int]] = field(default_factory=dict)
    broken: dict[Side, RegisterError] = field(default_factory=dict)

    def find(self, beginning: str) -> str:
        """The id that begins so, of either log.

        Raises
        ------
        RegisterError
            When there is none or more than one, or fewer than six digits are given.
        """
        wanted = beginning.strip().lower()
        if wanted in self.places:
            return wanted
        found = sorted(one for one in self.places if one.startswith(wanted))
        if len(wanted) < _FEWEST or not found:
            raise RegisterError.of("register_no_entry", beginning[:64], entry=beginning[:64])
        if len(found) > 1:
            listed = ", ".join(one[:12] for one in found[:5])
            raise RegisterError.of("register_many", wanted, found=listed)
        return found[0]

    def entry(self, name: str) -> Entry:
        """The entry of an id that is here."""
        side, seq = self.places[name]
        return self.logs[side].entries[seq][1]

    def with_grown(self, log: Log) -> tuple[Log, ...]:
        """Both logs, with one that has grown in its place."""
        return tuple({**self.logs, log.side: log}.values())

    def take(self, log: Log) -> None:
        """Take in a log that has grown."""
        known = len(self.logs[log.side].entries) if log.side in self.logs else 0
        self.logs[log.side] = log
        self.note(log, known)

    def note(self, log: Log, first: int) -> None:
        """Note the places of a log's entries from one on."""
        for seq in range(first, len(log.entries)):
            self.places[log.entries[seq][0]] = (log.side, seq)


_FEWEST: Final = 6


def hold(
    genesis: Genesis, contents: Mapping[Side, bytes], marks: Mapping[Side, Checked]
) -> PairLogs:
    """Read both logs, each as far as it holds.

    Parameters
    ----------
    marks : how much of each was checked before.

    Raises
    ------
    RegisterError
        When the root keys of a side are not in order.
    """
    held = PairLogs(genesis, {})
    for side in SIDES:
        log = empty_log(genesis, side)
        try:
            read_log(log, contents[side], marks.get(side, Checked()))
        except RegisterError as wrong:
            held.broken[side] = wrong
        held.take(log)
    return held


def empty_log(genesis: Genesis, side: Side) -> Log:
    """The log before its first entry."""
    chain = start(genesis, side)
    return Log(
        chain=chain, entries=[], policies={chain.keys.number: chain.keys}, content=bytearray()
    )


def read_log(log: Log, content: bytes, mark: Checked) -> None:
    """Let an empty log grow by what its file holds; what was checked before is only read.

    Raises
    ------
    RegisterError
        Naming the first entry that does not belong where it stands; `log` ends before it.
    """
    known = content[: mark.size]
    first = 0
    if mark.size and hashlib.sha256(known).hexdigest() == mark.sha256:
        _read_checked(log, known)
        first = mark.size
    for place, line in lines_of(content[first:], log.side, len(log.entries)):
        envelope = read_envelope(line, place)
        chain, name = extend(log.chain, envelope)
        log.add(chain, name, envelope.entry, line)


def lines_of(content: bytes, side: str, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Lines without their ends, with the place of each.

    Raises
    ------
    RegisterError
        When the last line has no end.
    """
    lines = content.split(b"\n")
    for number, line in enumerate(lines[:-1], start=first):
        yield f"{side} {number}", line
    if lines[-1]:
        raise RegisterError.of("register_torn", f"{side} {first + len(lines) - 1}")


def _read_checked(log: Log, content: bytes) -> None:
    """Read lines that are known to be good: no signature is looked at."""
    keys = log.chain.keys
    stated: set[str] = set()
    for line in content.split(b"\n")[:-1]:
        entry = _decoder.decode(line).entry
        log.entries.append((_name_in(line, entry), entry))
        stated |= stated_by(entry)
        if entry.type == "policy":
            keys = msgspec.convert(entry.body, Keys)
            log.policies[keys.number] = keys
    log.content += content
    if log.entries:
        name, last = log.entries[-1]
        log.chain = replace(
            log.chain,
            head=Head(seq=last.seq, id=name),
            keys=keys,
            highest=max(log.policies),
            seen=last.seen,
            stated=frozenset(stated),
        )


def _name_in(line: bytes, entry: Entry) -> str:
    """The id of an entry by the bytes of its canonical line."""
    end = line.rfind(_SIGNATURES)
    if not line.startswith(_ENTRY) or end < 0:
        return entry_id(entry)
    return hashlib.sha256(line[len(_ENTRY) : end]).hexdigest()


def behind(held: PairLogs, side: Side) -> Named | None:
    """The other side's first entry that had seen more of this side's log than lies here."""
    other = held.logs[OTHER_SIDE[side]]
    end = held.logs[side].head.seq
    return next((named for named in other.entries if named[1].seen.seq > end), None)


def clock_jumps(entries: Sequence[Named]) -> Iterator[tuple[Named, str]]:
    """Entries that say an earlier time than the one before them, with that time."""
    for (_, before), named in pairwise(entries):
        if named[1].at < before.at:
            yield named, before.at
