"""What the search knows so far, and models made from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from keruen.corridor.plan.design.cuts import Cut, cut_rows
from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.model import Model, forcing_rows
from keruen.corridor.plan.design.problem import DesignProblem, Floats, Ints, Progress

ZERO = 1e-6


@dataclass(slots=True)
class Search:
    """What the search knows so far.

    Parameters
    ----------
    problem, model : what is asked, and its model.
    seconds_left : of the limit.
    values : float64, the best solution; empty where there is none.
    objective, bound : its cost, and below what no plan costs.
    forcing : int64, flow columns whose forcing rows are in.
    cuts : cutset inequalities that are in.
    guide : float64, the point of the strengthened relaxation; empty before there is one.
    """

    problem: DesignProblem
    model: Model
    seconds_left: float
    progress: Progress | None
    seconds: float = 0.0
    iterations: int = 0
    values: Floats = field(default_factory=lambda: np.zeros(0))
    objective: float = np.inf
    bound: float = 0.0
    forcing: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    cuts: list[Cut] = field(default_factory=list)
    guide: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def has_whole(self) -> bool:
        """Whether some commodity may not split."""
        return bool(self.model.is_integer[self.model.n_designs :].any())

    @property
    def is_tied(self) -> bool:
        """Whether units cannot be closed one by one, or some commodity may not split."""
        problem = self.problem
        is_shared = len(problem.resource_limit) or np.any(problem.balance_group >= 0)
        return bool(is_shared or self.has_whole)

    def spend(self, seconds: float) -> None:
        """Count seconds."""
        self.seconds += seconds
        self.seconds_left -= seconds

    def note(self, answer: Answer) -> None:
        """Count what a run took."""
        self.spend(answer.seconds)
        self.iterations += answer.iterations

    def offer(self, answer: Answer) -> None:
        """Keep a better solution of the whole model."""
        self.offer_values(answer.values, answer.objective)

    def offer_values(self, values: Floats, objective: float) -> None:
        """Keep a better solution of the whole model."""
        if len(values) and objective < self.objective:
            self.values, self.objective = values, objective

    def tell(self, step: str) -> None:
        """Report how far it is."""
        if self.progress is not None:
            self.progress(step, self.objective, self.bound)

    def is_within(self, gap: float) -> bool:
        """Whether the proof is good enough."""
        if not np.isfinite(self.objective):
            return False
        return self.objective - self.bound <= gap * abs(self.objective) + 1e-9

    def is_over(self, gap: float) -> bool:
        """Whether there is nothing left to do, or no time to do it."""
        return self.is_within(gap) or self.seconds_left <= 0

    def strengthen(self, engine: Engine) -> None:
        """Put in the forcing rows and the inequalities."""
        if len(self.forcing):
            engine.add(forcing_rows(self.problem, self.model, self.forcing))
        if self.cuts:
            engine.add(cut_rows(self.cuts))

    def flow_of(self, units: Floats, seconds: float) -> Answer:
        """The best flows for a design; of the whole model, so that a start is complete."""
        engine = Engine(self.model, self.model.upper, is_relaxed=not self.has_whole)
        engine.set_bounds(np.arange(self.model.n_designs), units, units)
        return engine.run(seconds=max(seconds, 1.0))

    def with_design(self, units: Floats) -> Answer:
        """The same, and its time counted."""
        answer = self.flow_of(units, self.seconds_left)
        self.note(answer)
        return answer
