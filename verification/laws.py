"""Laws that must hold exactly: Little's on every queue of a real run, monotonicity, order, time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keruen import scenario
from keruen.domain.codes import Event
from keruen.study.replicate import replay
from keruen.study.results import Played
from keruen.terminal import simulate
from keruen.terminal.measures import waits, window
from keruen.units import MS_PER_HOUR, MS_PER_WEEK, NONE
from verification.simpy_terminal import SMALL, layout, traffic

_LEAST = 500
"""A queue that fewer went through says too little about its law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Little:
    """One queue of the reference scenario: mean number, rate × mean wait, how many went through."""

    waiter: str
    resource: str
    n: int
    mean_number: float
    rate_times_wait: float

    @property
    def holds(self) -> bool:
        """Within one in a hundred: only who stands there at either end makes a difference."""
        least = 1e-6
        scale = max(self.mean_number, self.rate_times_wait, least)
        return abs(self.mean_number - self.rate_times_wait) <= 0.01 * scale + least


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A property that was tried, and whether it held."""

    name: str
    holds: bool
    detail: str


def littles_law() -> tuple[Little, ...]:
    """Little's law on every queue of one year of the packaged dry port, growth case."""
    world = scenario.read("kostanay-hefei", (), ("growth",))
    played: Played = replay(world, 11)
    own = window.window_of(
        world, played.run.trace, played.trains, played.visits, played.run.outages
    )
    found = []
    for waiter, resource, begin, end in waits.all_waits(own):
        used = (begin != NONE) & (end != NONE) & (begin >= own.start_ms)
        if int(used.sum()) < _LEAST:
            continue
        starts, ends = begin[used], np.maximum(begin[used], end[used])
        length = float(own.end_ms - own.start_ms)
        found.append(
            Little(
                waiter=waiter.name.lower(),
                resource=resource.name.lower(),
                n=int(used.sum()),
                mean_number=_area(starts, np.minimum(ends, own.end_ms)) / length,
                rate_times_wait=len(starts) / length * float((ends - starts).mean()),
            )
        )
    return tuple(found)


def _area(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> float:
    """Number present, integrated over time, counted event by event."""
    times = np.concatenate([starts, ends])
    steps = np.concatenate([np.ones(len(starts)), -np.ones(len(ends))])
    order = np.argsort(times, kind="stable")
    present = np.cumsum(steps[order])[:-1]
    return float((present * np.diff(times[order])).sum())


def laws() -> tuple[Law, ...]:
    """One server more, rows in another order, everything a week later."""
    return _more_lanes(), _permutation(), _time_shift()


def _run(trains: Any, visits: Any, place: Any, shift_ms: int = 0) -> Any:
    return simulate(
        place,
        trains,
        visits,
        seed=5,
        horizon_ms=SMALL.days * 24 * MS_PER_HOUR + shift_ms,
        n_services=1,
    )


def _more_lanes() -> Law:
    """A second lane in lengthens no truck's wait before the gate under the same draws."""
    trains, visits = traffic(3)
    waited = []
    for n_lanes in (1, 2):
        run = _run(trains, visits, layout(replace(SMALL, n_lanes=n_lanes)))
        rows = run.trace
        arrived = rows[rows["kind"] == Event.TRUCK_ARRIVED]
        entered = rows[rows["kind"] == Event.TRUCK_ENTERED]
        came = dict(zip(arrived["visit"].tolist(), arrived["time_ms"].tolist(), strict=True))
        begun = entered["time_ms"] - entered["busy_ms"]
        waited.append({v: t - came[v] for v, t in zip(entered["visit"], begun, strict=True)})
    common = waited[0].keys() & waited[1].keys()
    worse = sum(waited[1][v] > waited[0][v] for v in common)
    # Boxes come to the gate when they are wanted, so arrivals are the same in both.
    return Law(
        name="one lane more never lengthens a wait at the gate",
        holds=worse == 0,
        detail=f"{len(common)} trucks, {worse} waited longer",
    )


def _permutation() -> Law:
    trains, visits = traffic(4)
    order = np.random.default_rng(1).permutation(len(visits))
    first = _run(trains, visits, layout())
    # Boxes of one train keep their order: it is the order in which they stand on the train.
    by_train = order[np.lexsort((np.arange(len(order)), visits["in_train"][order]))]
    same = np.sort(by_train)
    second = _run(trains, visits[same], layout())
    return Law(
        name="rows in another order change nothing",
        holds=first.digest == second.digest,
        detail=first.digest[:12],
    )


def _time_shift() -> Law:
    trains, visits = traffic(4)
    first = _run(trains, visits, layout())
    later, later_visits = trains.copy(), visits.copy()
    for name in ("arrival_ms", "scheduled_ms", "departure_ms"):
        later[name] += MS_PER_WEEK
    for name in ("in_ms", "out_ms"):
        later_visits[name] += MS_PER_WEEK
    second = _run(later, later_visits, layout(), MS_PER_WEEK)
    shifted = second.trace.copy()
    shifted["time_ms"] -= MS_PER_WEEK
    return Law(
        name="everything a week later is the same a week later",
        holds=bool((shifted == first.trace).all()) and len(shifted) == len(first.trace),
        detail=f"{len(shifted)} rows",
    )
