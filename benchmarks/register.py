"""`scripts/bench register`: ten thousand entries in each log, written, carried and checked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.table import Row, seconds, tell
from keruen.domain.joint import OTHER_SIDE, SIDES, Claim, Project, Quantity, Side, Source
from keruen.register import Register
from keruen.register.demo import demo
from keruen.register.record import texts

N_ENTRIES = 10_000
N_PROJECTS = 500
AT = "2026-11-23T10:00:00Z"
TODAY = AT[:10]


def _pair(root: Path) -> dict[Side, Register]:
    """A pair that has just begun, with the projects of which something will be said."""
    name = texts.make(authentic=("en",), en="bench")
    sides = {
        side: Register.init(root / side, side=side, name=name, offices=["office"], threshold=1)
        for side in SIDES
    }
    cards = {side: (root / side / "card.json").read_bytes() for side in SIDES}
    for side, register in sides.items():
        register.join(cards[OTHER_SIDE[side]], pair_name="bench", at=AT)
    title = texts.make(authentic=("kk", "ru", "zh"), kk="bench", ru="bench", zh="bench")
    projects = [
        ("project", Project(id=f"KH-{number:04}", title=title, kind="infrastructure"))
        for number in range(N_PROJECTS)
    ]
    sides["A"].append_many(projects, at=AT)
    sides["B"].import_(sides["A"].export(root, at=AT), at=AT)
    return sides


def _claims() -> list[tuple[Any, Claim]]:
    return [
        (
            "claim",
            Claim(
                id=f"c{number}",
                project=f"KH-{number % N_PROJECTS:04}",
                field="area",
                quantity=Quantity(value=str(100 + number % 7), unit="ha"),
                source=Source(document="bench"),
            ),
        )
        for number in range(N_ENTRIES)
    ]


def rows() -> Iterator[Row]:
    """Everything, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        sides = _pair(Path(folder))
        claims = _claims()
        many, each = f"{N_ENTRIES:,} entries", f"{N_ENTRIES:,} entries in each log"
        yield _timed(f"append, {many}", lambda: sides["A"].append_many(claims, at=AT), 2)
        sides["B"].append_many(claims, at=AT)
        bundle = sides["B"].export(Path(folder), at=AT)
        yield _timed(f"import, {many}", lambda: sides["A"].import_(bundle, at=AT), 5)
        name = f"first status, database rebuilt, {each}"
        yield _timed(name, lambda: sides["A"].status(TODAY), 0)
        again = Register.open(Path(folder) / "A")
        yield _timed(f"status, {each}", lambda: again.status(TODAY), 0.5)
        yield _timed(f"verify, {each}", again.verify, 10)
        # The first one after an import also checks the signatures that came with it.
        for name, limit_s in (("the first claim after an import", 0), ("one claim", 1.5)):
            one = ("claim", msgspec.structs.replace(claims[0][1], id=name.replace(" ", "-")))
            yield _timed(f"{name}, {each}", partial(_write, Path(folder) / "A", one), limit_s)
        yield _timed("demonstration", lambda: demo(Path(folder) / "demo", at=AT), 10)


def _write(folder: Path, one: tuple[Any, Claim]) -> None:
    """Write one entry in a register that is opened anew."""
    Register.open(folder).append_many([one], at=AT)


def _timed(name: str, call: Callable[[], Any], limit_s: float) -> Row:
    return Row(name, seconds(call, 1), f"below {limit_s:g} s" if limit_s else "")


if __name__ == "__main__":
    raise SystemExit(tell("register", rows()))
