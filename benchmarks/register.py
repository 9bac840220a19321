"""`scripts/bench register`: ten thousand entries in each log, written, carried and checked."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from keruen.domain.joint import OTHER_SIDE, SIDES, Claim, Project, Quantity, Side, Source
from keruen.register import Register
from keruen.register.demo import demo
from keruen.register.record import texts

N_ENTRIES = 10_000
N_PROJECTS = 500
AT = "2026-11-23T10:00:00Z"
TODAY = AT[:10]


def _seconds(call: Callable[[], Any]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


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


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        sides = _pair(Path(folder))
        claims = _claims()
        many, each = f"{N_ENTRIES:,} entries", f"{N_ENTRIES:,} entries in each log"
        rows = [
            (f"append, {many}", _seconds(lambda: sides["A"].append_many(claims, at=AT)), 2.0),
        ]
        sides["B"].append_many(claims, at=AT)
        bundle = sides["B"].export(Path(folder), at=AT)
        rows.append((f"import, {many}", _seconds(lambda: sides["A"].import_(bundle, at=AT)), 5.0))
        rows.append(
            (
                f"first status, database rebuilt, {each}",
                _seconds(lambda: sides["A"].status(TODAY)),
                0,
            )
        )
        again = Register.open(Path(folder) / "A")
        rows.append((f"status, {each}", _seconds(lambda: again.status(TODAY)), 0.5))
        rows.append((f"verify, {each}", _seconds(again.verify), 10.0))
        shown = Path(folder) / "demo"
        rows.append(("demonstration", _seconds(lambda: demo(shown, at=AT)), 10.0))
    for name, seconds, limit in rows:
        wanted = f"below {limit:g} s" if limit else ""
        sys.stdout.write(f"| {name} | {seconds:.2f} s | {wanted} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
