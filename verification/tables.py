"""Tables of results that go on where they were stopped."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

FINE = 1e-6
"""The gap at which an optimum counts as proved."""


def rows_of(table: Path) -> list[dict[str, str]]:
    """The rows of a table; none where it is not there."""
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


def resume(table: Path, names: Iterable[str], make: Callable[[str], dict[str, str]]) -> None:
    """Make the rows that are missing, and keep the table after each."""
    done = rows_of(table)
    known = {row["instance"] for row in done}
    table.parent.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in known:
            continue
        done.append(make(name))
        sys.stderr.write(f"{done[-1]}\n")
        with table.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(done[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(done)
