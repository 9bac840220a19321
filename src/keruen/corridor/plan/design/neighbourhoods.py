"""Large neighbourhood search: reopen what a few commodities use, and solve the small model left.

Units that the chosen commodities use in the plan or in the relaxation are free, all others stay as
in the plan; the other commodities keep to arcs that they use in one of the two (Hewitt, Nemhauser,
Savelsbergh 2010, reduce the model in the same spirit). The share of units that is free grows while
small models end in time and shrinks when they do not. Needs units that can be closed one by one:
no shared limits, no balance, commodities that split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keruen.corridor.plan.design.engine import Engine
from keruen.corridor.plan.design.model import forcing_rows
from keruen.corridor.plan.design.problem import Flags, Floats, Ints
from keruen.corridor.plan.design.search import ZERO, Search

FIRST_FREE = 40
LEAST_FREE = 12
N_NODES = 100
N_STALLED = 30
SEEN = 1e-3
GOLDEN = 0.6180339887498949


@dataclass(slots=True)
class Improver:
    """Improves a plan; may run beside the rest of the search, of which it only reads.

    Parameters
    ----------
    values, objective : the best plan found.
    small_seconds : limit of each small model; infinite where the answer must not depend on the
        machine, for there is a limit in nodes, too.
    n_free : how many units to free.
    n_stalled : tries since the last better plan.
    n_tries, seconds, iterations : so far.
    """

    search: Search
    values: Floats
    objective: float
    small_seconds: float
    n_free: float = FIRST_FREE
    n_stalled: int = 0
    n_tries: int = 0
    seconds: float = 0.0
    iterations: int = 0
    is_stopped: bool = False

    @property
    def is_hopeful(self) -> bool:
        """Whether more tries are worth their time."""
        return self.n_stalled < N_STALLED

    def run(self, seconds: float) -> None:
        """Try until the solver's seconds are used, it is told to stop, or nothing gets better.

        That is: many tries in a row, or all commodities at once.
        """
        until = self.seconds + seconds
        while not self.is_stopped and self.is_hopeful and self.seconds < until:
            self._try(until - self.seconds)

    def _try(self, seconds: float) -> None:
        search, guide = self.search, self.search.guide
        model, n = search.model, search.model.n_designs
        chosen, is_free = self._choose(guide)
        upper = model.upper.copy()
        upper[:n] = np.where(is_free, upper[:n], self.values[:n])
        is_open = chosen[model.pair_commodity] | (self._flows(self.values) > ZERO)
        is_open |= self._flows(guide) > SEEN
        upper[n : n + model.n_pairs][~is_open] = 0.0
        lower = np.where(is_free, 0.0, self.values[:n])
        engine = Engine(model, upper, is_relaxed=False)
        pairs = search.forcing
        engine.add(forcing_rows(search.problem, model, pairs[is_open[pairs]]))
        engine.set_bounds(np.arange(n), lower, upper[:n])
        engine.start_from(self.values)
        answer = engine.run(seconds=min(self.small_seconds, seconds), gap=1e-4, nodes=N_NODES)
        self._count(answer.seconds, answer.iterations)
        self.n_tries += 1
        self.n_stalled += 1
        self.n_free = max(self.n_free * (1.2 if answer.is_done else 0.8), LEAST_FREE)
        self.n_free = min(self.n_free, float(n))
        if len(answer.values) and answer.objective < self.objective - ZERO:
            self._keep(answer.values)
        elif answer.is_done and chosen.all():
            self.n_stalled = N_STALLED

    def _choose(self, guide: Floats) -> tuple[Flags, Flags]:
        """Commodities in a shuffled order, as many as free `n_free` units; and these units.

        The order is that of multiples of the golden ratio, another for each try.
        """
        model, n_all = self.search.model, self.search.problem.n_commodities
        order = np.argsort((np.arange(1, n_all + 1) * (self.n_tries + 1) * GOLDEN) % 1.0)
        chosen = np.zeros(n_all, dtype=np.bool_)
        is_free = np.zeros(model.n_designs, dtype=np.bool_)
        is_used = (self._flows(self.values) > ZERO) | (self._flows(guide) > 0.02)
        for commodity in order:
            more = is_free.copy()
            more[self._designs(is_used & (model.pair_commodity == commodity))] = True
            if chosen.any() and more.sum() > self.n_free:
                break
            is_free, chosen[commodity] = more, True
        return chosen, is_free

    def _keep(self, values: Floats) -> None:
        """Close what carries nothing, let all flow go where it is cheapest, and close again."""
        answer = self.search.flow_of(self._needed(values), self.small_seconds)
        self._count(answer.seconds, answer.iterations)
        better = (answer.values if len(answer.values) else values).copy()
        better[: self.search.model.n_designs] = self._needed(better)
        cost = float(self.search.model.cost @ better)
        if cost < self.objective - ZERO:
            self.values, self.objective, self.n_stalled = better, cost, 0

    def _needed(self, values: Floats) -> Floats:
        """The units that the flow needs."""
        problem, model = self.search.problem, self.search.model
        flow = self._flows(values) * problem.amount[model.pair_commodity]
        load = np.bincount(model.pair_arc, flow, problem.n_arcs)[model.design_arc]
        units = load / np.maximum(problem.capacity[model.design_arc], ZERO)
        whole = np.where(model.is_integer[: model.n_designs], np.ceil(units - ZERO), units)
        return np.asarray(np.clip(whole, 0.0, model.upper[: model.n_designs]))

    def _flows(self, values: Floats) -> Floats:
        n = self.search.model.n_designs
        return values[n : n + self.search.model.n_pairs]

    def _designs(self, pairs: Flags) -> Ints:
        design = self.search.model.design_of[self.search.model.pair_arc[pairs]]
        return design[design >= 0]

    def _count(self, seconds: float, iterations: int) -> None:
        self.seconds += seconds
        self.iterations += iterations
