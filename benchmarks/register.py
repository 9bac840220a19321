"""`scripts/bench register`: ten thousand entries written and checked; the demonstration."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from keruen.domain.joint import Claim, Quantity, Source
from keruen.register import Register
from keruen.register.demo import demo
from keruen.register.record import texts

N_ENTRIES = 10_000
AT = "2026-11-23T10:00:00Z"
TODAY = AT[:10]


def _seconds(call: Callable[[], Any]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def _pair(root: Path) -> Register:
    """Side A of a pair that has just begun."""
    name = texts.make(authentic=("en",), en="bench")
    folders = {side: root / side for side in ("A", "B")}
    sides = {
        side: Register.init(folder, side=side, name=name, offices=["office"], threshold=1)
        for side, folder in folders.items()
    }
    cards = {side: (folder / "card.json").read_bytes() for side, folder in folders.items()}
    sides["A"].join(cards["B"], pair_name="bench", at=AT)
    return sides["A"]


def _claims() -> list[tuple[Any, Claim]]:
    return [
        (
            "claim",
            Claim(
                id=f"c{number}",
                project=f"KH-{number % 500:04}",
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
        register = _pair(Path(folder))
        claims = _claims()
        many = f"{N_ENTRIES:,} entries"
        rows = [(f"append, {many}", _seconds(lambda: register.append_many(claims, at=AT)), 2.0)]
        rows.append(
            (f"first status, database rebuilt, {many}", _seconds(lambda: register.status(TODAY)), 0)
        )
        again = Register.open(Path(folder) / "A")
        rows.append((f"status, {many}", _seconds(lambda: again.status(TODAY)), 0.5))
        rows.append((f"verify, {many}", _seconds(again.verify), 5.0))
        shown = Path(folder) / "demo"
        rows.append(("demonstration", _seconds(lambda: demo(shown, at=AT)), 10.0))
    for name, seconds, limit in rows:
        wanted = f"below {limit:g} s" if limit else ""
        sys.stdout.write(f"| {name} | {seconds:.2f} s | {wanted} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
