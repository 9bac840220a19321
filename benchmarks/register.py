"""Two installations with ten thousand entries: append, export, import, verify, status.

Apart from the models of the terminal: what is measured here has no scenario. `python -m
benchmarks.register` prints seconds and the limits that they must keep.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from keruen.domain.joint import Claim, Commitment, Interval, MText, Project, Quantity, Source
from keruen.register import Register
from keruen.register.texts import make

N_ENTRIES: Final = 10_000
AT: Final = "2026-11-23T10:00:00Z"
TODAY: Final = AT[:10]

LIMITS: Final = {"append": 2.0, "verify": 5.0, "status": 0.5}
"""Phase → most seconds at ten thousand entries."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One phase and how long it took."""

    phase: str
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Within its limit, or without one."""
        return self.seconds <= LIMITS.get(self.phase, self.seconds)


def bodies(n_entries: int) -> list[tuple[str, Any]]:
    """A list as it grows in years: a tenth projects, a fifth promises, the rest claims."""
    n_projects, n_promises = n_entries // 10, n_entries // 5
    found: list[tuple[str, Any]] = []
    for n in range(n_projects):
        core = Project(id=f"KH-{n:05d}", title=_words(f"Port {n}"), kind="infrastructure")
        found.append(("project", core))
    for n in range(n_promises):
        due = Interval(first="2026-01-01", last=f"202{n % 9}-12-31")
        promise = Commitment(
            id=f"C-{n:05d}",
            project=f"KH-{n % max(1, n_projects):05d}",
            text=_words(f"Promise {n}"),
            debtor="A",
            creditor="B",
            strength="memorandum",
            due=due if due.first <= due.last else None,
        )
        found.append(("commitment", promise))
    for n in range(n_entries - len(found)):
        claim = Claim(
            id=f"S-{n:05d}",
            project=f"KH-{n % max(1, n_projects):05d}",
            field="jobs",
            quantity=Quantity(value=str(100 + n % 3), unit="job"),
            source=Source(document="Report", date="2025"),
        )
        found.append(("claim", claim))
    return found


def _words(text: str) -> MText:
    return make(authentic=("kk", "ru", "zh"), kk=f"{text} kk", ru=f"{text} ru", zh=f"{text} zh")


def measured(n_entries: int = N_ENTRIES) -> list[Measured]:
    """Every phase once, in the order in which an office meets them."""
    folder = Path(tempfile.mkdtemp(prefix="keruen-bench-"))
    found: list[Measured] = []

    def time(phase: str, call: Callable[[], Any]) -> Any:
        start = perf_counter()
        answer = call()
        found.append(Measured(phase, perf_counter() - start))
        return answer

    try:
        a, b = _pair(folder)
        said = bodies(n_entries)
        time("append", lambda: a.append_many(said, at=AT))
        bundle = time("export", lambda: a.export(folder / "out", at=AT))
        time("import", lambda: b.import_(bundle, at=AT))
        time("verify", a.verify)
        time("status-first", lambda: Register.open(a.path).status(TODAY))
        time("status", lambda: Register.open(a.path).status(TODAY))
    finally:
        shutil.rmtree(folder)
    return found


def _pair(folder: Path) -> tuple[Register, Register]:
    a, b = (
        Register.init(folder / side, side=side, name=_words(side), offices=["1", "2"], threshold=2)  # type: ignore[arg-type]
        for side in ("A", "B")
    )
    a.join(b.card, pair_name="A – B", at=AT)
    b.join(a.card, pair_name="A – B", at=AT)
    return a, b


def main() -> int:
    """Measure, print, and say whether the limits were kept."""
    found = measured()
    for one in found:
        limit = LIMITS.get(one.phase)
        bound = f"  (at most {limit:.1f})" if limit is not None else ""
        sys.stdout.write(f"register  {one.phase:<13}{one.seconds:8.3f} s{bound}\n")
    return 0 if all(one.is_kept for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
