"""`scripts/bench corridor`: the plan of a week, from the first answer to two per cent.

One process, one thread of the solver; each search is run anew, and the first answer is the moment
at which it first told a plan's cost.
"""

from __future__ import annotations

import sys
from math import inf, isfinite
from statistics import median
from time import perf_counter

from benchmarks.registry import MODELS, Model, prepared
from keruen.corridor.week import week_of
from keruen.corridor.week_plan import plan_week

REPEATS = 3
GAP = 0.02
CASES = ("bottom-up", "growth", "nameplate")


def search(model: Model) -> tuple[float, float, float, float, float]:
    """Seconds to the first answer and its gap, seconds to the last, its gap, TEU left behind."""
    start = prepared(model)
    network = start.scenario.network
    assert network is not None
    first: list[tuple[float, float]] = []
    begins = perf_counter()

    def told(_: str, cost: float, bound: float) -> None:
        if isfinite(cost) and not first:
            gap = (cost - bound) / cost if isfinite(bound) else inf
            first.append((perf_counter() - begins, gap))

    plan = plan_week(start.scenario, network, start.demand, gap=GAP, progress=told)
    seconds = perf_counter() - begins
    when, gap = first[0] if first else (seconds, plan.design.gap)
    return when, gap, seconds, plan.design.gap, plan.unserved_share


def posed(model: Model) -> float:
    """Seconds to make the problem of the week from the bookings."""
    start = prepared(model)
    assert start.scenario.network is not None
    begins = perf_counter()
    week_of(start.scenario, start.scenario.network, start.demand.bookings)
    return perf_counter() - begins


def main() -> int:
    """Measure and print."""
    for case in CASES:
        model = MODELS[case]
        runs = [search(model) for _ in range(REPEATS)]
        when, gap, seconds, last, left = (median(column) for column in zip(*runs, strict=True))
        problem = median(posed(model) for _ in range(REPEATS))
        rows = (
            ("the week as a problem", problem, ""),
            ("first answer", when, f"gap {gap:.1%}"),
            (f"to {GAP:.0%}", seconds, f"gap {last:.1%}, {left:.1%} of the TEU left behind"),
        )
        for name, time, note in rows:
            sys.stdout.write(f"| {case} | {name} | {time:.2f} s | {note} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
