"""Two made-up installations on disk, joined, and what they say to each other."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert

from keruen.domain.joint import (
    Claim,
    Commitment,
    Document,
    Evidence,
    Interval,
    MText,
    Project,
    Quantity,
    Side,
    Source,
)
from keruen.errors import KeruenError
from keruen.register import Register
from keruen.register.log.signing import ENTRY, PrivateKey, sign_bytes
from keruen.register.record.canonical import canonical
from keruen.register.record.entries import Entry, Envelope
from keruen.register.record.texts import make
from keruen.store import JointFolder
from keruen.store.register import database
from keruen.store.register.tables import PRIVATE

AT = "2026-11-23T10:00:00Z"
TODAY = AT[:10]
OTHER: dict[Side, Side] = {"A": "B", "B": "A"}
PAPER = b"a paper"


def words(text: str) -> MText:
    """A text in three languages that says the same thing."""
    return make(authentic=("kk", "ru", "zh"), kk=f"{text} kk", ru=f"{text} ru", zh=f"{text} zh")


def claim(name: str, value: str = "500", **more: Any) -> Claim:
    """A figure that a side gives."""
    usual: dict[str, Any] = {
        "project": "KH-0001",
        "field": "jobs",
        "quantity": Quantity(value=value, unit="job"),
        "source": Source(document="Report", date="2025"),
    }
    return Claim(id=name, **{**usual, **more})


def project(name: str = "KH-0001", title: str = "Port") -> Project:
    """A project that can be offered."""
    return Project(id=name, title=words(title), kind="infrastructure")


def commitment(name: str = "KH-C01") -> Commitment:
    """Side A owes side B something by the end of 2025."""
    return Commitment(
        id=name,
        project="KH-0001",
        text=words("Promise"),
        debtor="A",
        creditor="B",
        strength="protocol",
        due=Interval(first="2025-12-01", last="2025-12-31"),
    )


def evidence(name: str, content: bytes = PAPER, about: str = "KH-C01") -> Evidence:
    """A file about a commitment."""
    sha256 = hashlib.sha256(content).hexdigest()
    paper = Document(sha256=sha256, kind="completionCertificate", title=words("Paper"))
    return Evidence(id=name, about=about, about_kind="commitment", document=paper, claims_met=True)


def keep_private(folder: JointFolder, table: str, row: Mapping[str, str]) -> None:
    """Keep a draft or a contact, in place of the one of the same id, as a face would."""

    def fill(connection: Connection) -> None:
        kept = PRIVATE[table]
        connection.execute(delete(kept).where(kept.c.id == row["id"]))
        connection.execute(insert(kept), [dict(row)])

    with folder.working():
        database._change(folder, "sqlite", fill)


def sign(entry: Entry, keys: list[PrivateKey]) -> Envelope:
    """An entry signed with every key."""
    signatures = sign_bytes(ENTRY, canonical(entry), keys)
    return Envelope(entry=entry, signatures=signatures)


@dataclass
class Two:
    """A joined pair; `carry` brings a bundle from one side to the other."""

    folder: Path
    sides: dict[Side, Register]

    @property
    def a(self) -> Register:
        return self.sides["A"]

    @property
    def b(self) -> Register:
        return self.sides["B"]

    def bundle(self, side: Side, **more: Any) -> Path:
        """A bundle of a side, under a name of its own."""
        out = self.folder / "out"
        n = len(list(out.glob("*"))) if out.exists() else 0
        return self.sides[side].export(out / f"{n:03d}{side}.jlb", at=AT, **more)

    def carry(self, side: Side) -> Any:
        """Bring what a side has to the other one."""
        return self.sides[OTHER[side]].import_(self.bundle(side), at=AT)

    def exchange(self) -> Two:
        """Carry until nobody has anything new."""
        for _ in range(6):
            if not self.carry("A").applied + self.carry("B").applied:
                return self
        raise AssertionError("the exchange does not end")

    def again(self) -> Two:
        """The same pair, opened again."""
        return Two(self.folder, {side: Register.open(one.path) for side, one in self.sides.items()})

    def copy(self, folder: Path) -> Two:
        """The same pair in other folders."""
        for side in self.sides:
            shutil.copytree(self.sides[side].path, folder / side.lower())
        return Two(folder, {side: Register.open(folder / side.lower()) for side in self.sides})


def two(folder: Path, *, offices: int = 1, threshold: int = 1) -> Two:
    """A pair that has just joined and exchanged."""
    sides = {
        side: Register.init(
            folder / side.lower(),
            side=side,
            name=words(f"Side {side}"),
            offices=[f"Office {n}" for n in range(offices)],
            threshold=threshold,
        )
        for side in OTHER
    }
    cards = {side: one.card for side, one in sides.items()}
    for side, one in sides.items():
        one.join(cards[OTHER[side]], pair_name="A – B", at=AT)
    return Two(folder, sides).exchange()


def full(folder: Path) -> Two:
    """A pair with something of every kind: agreed texts, claims, a file, parked and pending none."""
    pair = two(folder)
    offer = pair.a.offer("project", project(), at=AT)
    promise = pair.a.commit(commitment(), at=AT)
    pair.a.append_many([("claim", claim(f"S-{n}")) for n in range(3)], at=AT)
    pair.exchange()
    pair.b.countersign(offer, at=AT)
    pair.b.countersign(promise, at=AT)
    pair.b.claim(claim("S-9", "50"), at=AT)
    pair.exchange()
    pair.a.evidence(evidence("E-1"), PAPER, at=AT)
    pair.exchange()
    for one in pair.sides.values():
        one.status(TODAY)
    return pair


def lines(register: Register, side: Side) -> list[bytes]:
    """Lines of a log as they lie in a folder."""
    return (register.path / "log" / f"{side}.jsonl").read_bytes().splitlines(keepends=True)


def put_lines(register: Register, side: Side, content: list[bytes]) -> None:
    """Write a log as somebody would who has an editor."""
    (register.path / "log" / f"{side}.jsonl").write_bytes(b"".join(content))


def listing(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def parts(bundle: Path) -> dict[str, bytes]:
    """What a bundle holds."""
    with zipfile.ZipFile(bundle) as found:
        return {name: found.read(name) for name in found.namelist()}


def packed(path: Path, content: Mapping[str, bytes]) -> Path:
    """A bundle of any content."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, words_ in content.items():
            made.writestr(name, words_)
    return path


def keys_of(refused: KeruenError) -> list[str]:
    """Keys of everything that was wrong."""
    return [problem.key for problem in refused.problems]


def reason_of(register: Register) -> list[dict[str, Any]]:
    """Reasons of everything in quarantine."""
    found = sorted((register.path / "quarantine").glob("*.reason.json"))
    return [json.loads(path.read_bytes()) for path in found]


class PowerCut(BaseException):
    """Nothing catches it: what follows is not done."""


class FailingDisk:
    """From the n-th call on that touches the disk, something happens."""

    CALLS = ("write", "fsync", "replace", "unlink", "truncate", "rename")

    def __init__(self, patch: Any, at: int, happens: Callable[[], BaseException]) -> None:
        self.n, self.at, self.happens = 0, at, happens
        for name in self.CALLS:
            patch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            self.n += 1
            if self.at and self.n >= self.at:
                if name == "write":
                    # Half of it gets through, as it does in life.
                    real(given[0], bytes(given[1])[: len(given[1]) // 2])
                raise self.happens()
            return real(*given, **more)

        return call


def disk_full() -> OSError:
    """What the system says when nothing more fits."""
    return OSError(errno.ENOSPC, "No space left on device")
