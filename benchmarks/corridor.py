"""`scripts/bench corridor`: the plan of a week, and a year of it.

One process, one thread of the solver; each search is run anew, and the first answer is the moment
at which it first told a plan's cost. The year is one replication: the railway alone, railway and
dry port together, and how much longer that takes than the dry port on the same visits.
"""

from __future__ import annotations

import sys
from math import inf, isfinite
from statistics import median
from time import perf_counter

from benchmarks.registry import MODELS, SEED, Model, prepared, simulate
from keruen import corridor, demand, study
from keruen.corridor.plan.week_plan import plan_week
from keruen.corridor.plan.week_problem import week_of
from keruen.study.coupled import run_coupled
from keruen.study.limits import PLAN_GAP
from keruen.study.plan import whole_year

REPEATS = 3
CASES = ("bottom-up", "growth", "nameplate")


def search(model: Model) -> tuple[float, float, float, float, float]:
    """Seconds to the first answer and its gap, seconds to the last, its gap, TEU not carried."""
    year, bookings = whole_year(model.read())
    assert year.network is not None
    first: list[tuple[float, float]] = []
    begins = perf_counter()

    def told(_: str, cost: float, bound: float) -> None:
        if isfinite(cost) and not first:
            gap = (cost - bound) / cost if isfinite(bound) else inf
            first.append((perf_counter() - begins, gap))

    plan = plan_week(year, year.network, bookings, gap=PLAN_GAP, progress=told)
    seconds = perf_counter() - begins
    when, gap = first[0] if first else (seconds, plan.gap)
    return when, gap, seconds, plan.gap, plan.unserved_share


def a_year(model: Model) -> tuple[float, float, float]:
    """Seconds of a year: the railway alone, with the dry port, the dry port on the same visits."""
    planned = study.prepare(model.read())
    world, railway = planned.scenario, planned.railway
    assert railway is not None
    bookings = demand.generate(world, SEED)
    begins = perf_counter()
    corridor.run_alone(world, railway, bookings, SEED)
    alone = perf_counter() - begins
    begins = perf_counter()
    both = run_coupled(world, railway, bookings, SEED, until_ms=world.calendar.horizon_ms)
    together = perf_counter() - begins
    begins = perf_counter()
    simulate(world, both.trains, both.visits)
    return alone, together, perf_counter() - begins


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
            ("the plan", seconds, f"gap {last:.1%}, {left:.1%} of the TEU not carried"),
        )
        a_year(model)  # compiles, and fills caches
        years = [a_year(model) for _ in range(REPEATS)]
        alone, together, terminal = (median(column) for column in zip(*years, strict=True))
        rows += (
            ("a year of the railway alone", alone, ""),
            ("a year, with the dry port", together, f"{together / terminal:.1f} × the dry port"),
        )
        for name, time, note in rows:
            sys.stdout.write(f"| {case} | {name} | {time:.2f} s | {note} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
