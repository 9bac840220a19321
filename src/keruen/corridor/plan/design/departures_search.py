"""The order of the search for departures: bound, even weeks, moves, branch and bound.

1. The linear relaxation, strengthened by the inequalities of lot sizing: the bound.
2. Every service as evenly through the week as the limits leave room; one after the other moves to
   its best first slot, and each of its trains to its best slot, until none gains.
3. Branch and bound from there within a limit of nodes. A week that is turned costs the same, so one
   service keeps a train in the first slot.
4. With the trains fixed, what boards and waits comes from a linear programme.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keruen.corridor.plan.design.departures import Departures, DeparturesProblem
from keruen.corridor.plan.design.departures_model import (
    DeparturesModel,
    build_departures,
    even_relaxation,
    strengthening,
)
from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.problem import Floats, Ints, Progress

N_NODES = 50
N_SWEEPS = 6
LEAST_GAIN = 1e-7


@dataclass(slots=True)
class _Search:
    problem: DeparturesProblem
    model: DeparturesModel
    seconds_left: float
    progress: Progress | None
    seconds: float = 0.0
    objective: float = np.inf
    bound: float = 0.0
    enough: float = -np.inf

    def is_done(self, gap: float) -> bool:
        """Whether nothing more is asked for."""
        is_close = self.objective - self.bound <= gap * abs(self.objective) + 1e-9
        return is_close or self.objective <= self.enough

    def run(self, engine: Engine, gap: float = 0.0, nodes: int | None = None) -> Answer:
        answer = engine.run(seconds=max(self.seconds_left, 1.0), gap=gap, nodes=nodes)
        self.seconds += answer.seconds
        self.seconds_left -= answer.seconds
        return answer

    def tell(self, step: str) -> None:
        if self.progress is not None:
            self.progress(step, self.objective, self.bound)


def choose_departures(
    problem: DeparturesProblem,
    *,
    time_limit_s: float,
    gap: float,
    enough: float = -np.inf,
    progress: Progress | None = None,
    node_limit: int = N_NODES,
) -> Departures:
    """Choose when trains depart, so that goods wait least.

    Parameters
    ----------
    problem : what is asked.
    time_limit_s : seconds of the solver; where they end the search the answer depends on the
        machine. The even week is always reckoned.
    gap : stop when (objective − bound) / objective is at most this.
    enough : stop also after whole services have moved to an objective of at most this.
    progress : told after each step.
    node_limit : most nodes of the branch and bound.
    """
    even = even_relaxation(problem)
    search = _Search(problem, build_departures(problem), time_limit_s, progress)
    search.bound = max(0.0, search.run(Engine(even, even.upper, is_relaxed=True)).bound)
    search.enough = enough
    engine = Engine(search.model, search.model.upper, is_relaxed=True)
    trains = _begun(search, engine)
    search.tell("even departures")
    _improve(search, engine, trains, has_single=False)
    search.tell("moved services")
    if not search.is_done(gap):
        _improve(search, engine, trains, has_single=True)
        search.tell("moved trains")
    if not search.is_done(gap) and search.seconds_left > 0 and node_limit:
        trains = _branched(search, engine, trains, gap, node_limit)
        search.tell("branch and bound")
    return _answer(search, engine, trains)


def cost_from(problem: DeparturesProblem, trains: Ints, *, time_limit_s: float) -> float:
    """What waiting costs when each service as a whole may move once from some departures.

    Parameters
    ----------
    problem : what is asked, perhaps with other limits.
    trains : int64, shape (n_services, n_slots), to begin with.
    time_limit_s : seconds of the solver.
    """
    search = _Search(problem, build_departures(problem), time_limit_s, None)
    engine = Engine(search.model, search.model.upper, is_relaxed=True)
    trains = trains.copy()
    _set_all(engine, trains)
    search.objective = search.run(engine).objective
    _improve(search, engine, trains, has_single=False, n_sweeps=1)
    return search.objective


def _even(problem: DeparturesProblem, trains: Ints, service: int, firsts: range) -> list[Ints]:
    """Trains by slot of a service that departs evenly, from each of some slots on.

    A train that finds a window full takes the next slot that is not, else the one it wanted.
    """
    n, n_own = problem.n_slots, int(problem.trains[service])
    others = trains.copy()
    others[service] = 0
    used = used_by(problem, others)
    found = []
    for first in firsts:
        own, now = np.zeros(n, np.int64), used.copy()
        for number in range(n_own):
            wanted = (first + number * n // n_own) % n
            slot = _free_slot(problem, now, service, wanted)
            own[slot] += 1
            for limit, ends in _windows(problem, service, slot):
                now[limit, ends] += 1
        found.append(own)
    return found


def _windows(
    problem: DeparturesProblem, service: int, slot: int
) -> Iterator[tuple[int, list[int]]]:
    """The windows, by limit and last slot, that count a train of a service."""
    for limit in range(problem.n_limits):
        for one, shift in problem.counted(limit):
            if one == service:
                length = int(problem.limit_slots[limit])
                yield limit, [(slot + shift + late) % problem.n_slots for late in range(length)]


def _free_slot(problem: DeparturesProblem, used: Ints, service: int, wanted: int) -> int:
    n = problem.n_slots
    for slot in range(wanted, wanted + n):
        if all(
            (used[limit, ends] < problem.limit_most[limit]).all()
            for limit, ends in _windows(problem, service, slot % n)
        ):
            return slot % n
    return wanted


def _set(engine: Engine, service: int, trains: Ints) -> None:
    n = len(trains)
    exact = trains.astype(np.float64)
    engine.set_bounds(np.arange(service * n, (service + 1) * n), exact, exact)


def _set_all(engine: Engine, trains: Ints) -> None:
    for service, own in enumerate(trains):
        _set(engine, service, own)


def _moved_one(problem: DeparturesProblem, trains: Ints, service: int, slot: int) -> list[Ints]:
    """Trains by slot of a service of which one leaves a slot for any other that has room."""
    others = trains.copy()
    others[service, slot] -= 1
    used = used_by(problem, others)
    found = []
    for other in range(problem.n_slots):
        if other != slot and _free_slot(problem, used, service, other) == other:
            own = others[service].copy()
            own[other] += 1
            found.append(own)
    return found


def _begun(search: _Search, engine: Engine) -> Ints:
    """Every service evenly from the first slot on, as far as there is room."""
    problem = search.problem
    trains = np.zeros((problem.n_services, problem.n_slots), np.int64)
    for service in range(problem.n_services):
        (trains[service],) = _even(problem, trains, service, range(1))
    _set_all(engine, trains)
    search.objective = search.run(engine).objective
    return trains


def _improve(
    search: _Search, engine: Engine, trains: Ints, *, has_single: bool, n_sweeps: int = N_SWEEPS
) -> None:
    """Move services, and single trains too, until none gains; changes `trains`."""
    problem = search.problem
    for _ in range(n_sweeps):
        before = search.objective
        for service in range(problem.n_services):
            # Turned by this much an even week wants the same slots again.
            turns = range(problem.n_slots // math.gcd(problem.n_slots, problem.trains[service]))
            _try(search, engine, trains, service, _even(problem, trains, service, turns))
            for slot in np.flatnonzero(trains[service]).tolist() if has_single else ():
                _try(search, engine, trains, service, _moved_one(problem, trains, service, slot))
        if search.objective >= before - LEAST_GAIN * abs(before):
            break


def _try(search: _Search, engine: Engine, trains: Ints, service: int, others: list[Ints]) -> None:
    """Give a service the best of some other weeks, if it gains; changes `trains`."""
    best = trains[service].copy()
    seen = {best.tobytes()}
    for own in others:
        if search.seconds_left <= 0 or own.tobytes() in seen:
            continue
        seen.add(own.tobytes())
        _set(engine, service, own)
        objective = search.run(engine).objective
        if objective < search.objective - LEAST_GAIN * abs(search.objective):
            best, search.objective = own, objective
    trains[service] = best
    _set(engine, service, best)


def _branched(search: _Search, fixed: Engine, trains: Ints, gap: float, nodes: int) -> Ints:
    """Branch and bound from the departures at hand, within a gap and a number of nodes."""
    problem, model = search.problem, search.model
    n = problem.n_slots
    rare = int(np.argmin(problem.trains))
    trains = np.roll(trains, -int(np.argmax(trains[rare] > 0)), axis=1)
    _set_all(fixed, trains)
    start = search.run(fixed)
    engine = Engine(model, model.upper, is_relaxed=False)
    engine.add(strengthening(problem))
    engine.set_bounds(np.array([rare * n]), np.ones(1), model.upper[rare * n : rare * n + 1])
    engine.start_from(start.values)
    answer = search.run(engine, gap=gap, nodes=nodes)
    if np.isfinite(answer.bound):
        search.bound = max(search.bound, min(answer.bound, search.objective))
    if len(answer.values) and answer.objective < search.objective:
        search.objective = answer.objective
        return np.round(answer.values[: trains.size]).astype(np.int64).reshape(trains.shape)
    return trains


def _answer(search: _Search, fixed: Engine, trains: Ints) -> Departures:
    problem = search.problem
    n, n_queues = problem.n_slots, problem.n_queues
    _set_all(fixed, trains)
    answer = search.run(fixed)
    parts = np.split(answer.values, np.cumsum([trains.size, n_queues * n, n_queues * n, n_queues]))
    return Departures(
        trains=trains,
        boarding=_by_slot(parts[1], n),
        waiting=_by_slot(parts[2], n),
        left=parts[3],
        used=used_by(problem, trains),
        objective=answer.objective,
        bound=min(search.bound, answer.objective),
        seconds=search.seconds,
        n_columns=len(search.model.cost),
        n_rows=len(search.model.rows.lower),
        n_nonzeros=len(search.model.rows.column),
    )


def _by_slot(values: Floats, n: int) -> Floats:
    return values.reshape(-1, n)


def used_by(problem: DeparturesProblem, trains: Ints) -> Ints:
    """Trains in the window that ends with each slot; int64, shape (n_limits, n_slots)."""
    used = np.zeros((problem.n_limits, problem.n_slots), np.int64)
    for limit in range(problem.n_limits):
        for service, shift in problem.counted(limit):
            for earlier in range(int(problem.limit_slots[limit])):
                used[limit] += np.roll(trains[service], shift + earlier)
    return used
