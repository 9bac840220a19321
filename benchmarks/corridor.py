"""`scripts/bench corridor`: the plan of a week, and a year of it.

One process, one thread of the solver; each search is run anew, and the first answer is the moment
at which it first told a plan's cost. The year is one replication: the railway alone, railway and
dry port together, and how much longer that takes than the dry port on the same visits.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from math import inf, isfinite
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.registry import MODELS, SEED, Model, prepared, simulate
from benchmarks.table import Row, loop_seconds, seconds, tell
from keruen import corridor, demand, study
from keruen.corridor.plan.week_plan import plan_week
from keruen.corridor.plan.week_problem import week_of
from keruen.store import open_run
from keruen.study.coupled import run_coupled
from keruen.study.limits import PLAN_GAP
from keruen.study.plan import whole_year
from keruen.study.replicate import replicate
from keruen.study.run import asked

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


def replications(model: Model) -> Iterator[Row]:
    """One replication as a study makes it, in units of the event loop of its terminal."""
    world = study.prepare(model.read())
    railway = world.railway
    assert railway is not None
    boxes = demand.generate(world.scenario, SEED)
    end_ms = world.scenario.calendar.horizon_ms
    both = run_coupled(world.scenario, railway, boxes, SEED, until_ms=end_ms)
    loop = loop_seconds(lambda: simulate(world.scenario, both.trains, both.visits))
    yield Row(f"{model.name}: event loop of its terminal", loop)
    with tempfile.TemporaryDirectory() as folder:
        provenance = asked(world, "", 1, SEED)[1]
        path = open_run(Path(folder) / "run", provenance).path
        # The second one: its trace is not kept, as of all but the first.
        time = seconds(lambda: replicate(world, SEED, 1, path))
    yield Row(
        f"{model.name}: a replication, coupled, measured, stored", time, f"{time / loop:.1f} × it"
    )


def rows() -> Iterator[Row]:
    """Everything, one after the other."""
    for case in CASES:
        model = MODELS[case]
        runs = [search(model) for _ in range(REPEATS)]
        when, gap, time, last, left = (median(column) for column in zip(*runs, strict=True))
        problem = median(posed(model) for _ in range(REPEATS))
        yield Row(f"{case}: the week as a problem", problem)
        yield Row(f"{case}: first answer", when, f"gap {gap:.1%}")
        yield Row(f"{case}: the plan", time, f"gap {last:.2%}, {left:.1%} of the TEU not carried")
        a_year(model)  # compiles, and fills caches
        years = [a_year(model) for _ in range(REPEATS)]
        alone, together, terminal = (median(column) for column in zip(*years, strict=True))
        yield Row(f"{case}: a year of the railway alone", alone)
        note = f"{together / terminal:.1f} × the dry port"
        yield Row(f"{case}: a year, with the dry port", together, note)
        yield from replications(model)


if __name__ == "__main__":
    raise SystemExit(tell("corridor", rows()))
