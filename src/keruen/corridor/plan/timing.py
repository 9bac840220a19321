"""When the trains of a planned week depart: the second stage of the plan, by slots of the week.

Knows the week's queues and the departures found for them; makes no words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.plan.departures_problem import (
    DAY_SLOTS,
    N_SLOTS,
    DayLimit,
    Timing,
    teu_day_usd,
    timing_of,
)
from keruen.corridor.plan.design import (
    Departures,
    DesignPlan,
    Progress,
    choose_departures,
    cost_from,
)
from keruen.corridor.plan.week_problem import WeekProblem
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.units import DAYS_PER_WEEK, MS_PER_WEEK

_PRICE_S: Final = 20.0
_SLOT_MS: Final = MS_PER_WEEK // N_SLOTS
_ZERO: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedWeek:
    """Departures of the week's trains, and what they make boxes wait.

    Parameters
    ----------
    timing, departures : the problem and its answer.
    sure_usd2025_per_week : waiting that no departures avoid, part of the two sums below.
    """

    timing: Timing
    departures: Departures
    sure_usd2025_per_week: float

    @property
    def cost_usd2025_per_week(self) -> float:
        """Value of the waiting, and what is left for want of room on the day."""
        return self.departures.objective + self.sure_usd2025_per_week

    @property
    def bound_usd2025_per_week(self) -> float:
        """No other departures of these trains, with these ways, cost less."""
        return self.departures.bound + self.sure_usd2025_per_week

    def departures_ms(self, offer: int) -> tuple[int, ...]:
        """Departures of an offer's trains from the far end, since Monday 00:00, ascending."""
        trains = self.departures.trains[self.timing.offers.index(offer)]
        slots = np.repeat(np.arange(len(trains)), trains)
        return tuple(int(slot) * _SLOT_MS for slot in slots)

    def border_waiting_teu_d(self, n_streams: int) -> NDArray[np.float64]:
        """Part of `waiting_teu_d`: at borders, for the next gauge's train. Shape (n_streams,)."""
        mean_d = self._mean_waits_d()
        timing = self.timing
        found = np.zeros(n_streams)
        for chain, stages, lost_d, is_at_border in zip(
            timing.chains, timing.stages, timing.border_lost_d, timing.is_at_border, strict=True
        ):
            carried = chain.teu * (1 - self.left_share(stages[0]))
            waits_d = mean_d[list(stages)][list(is_at_border)]
            found[chain.stream] += carried * (lost_d + float(waits_d.sum()))
        return found

    def _mean_waits_d(self) -> NDArray[np.float64]:
        """Days that a box waits in each queue."""
        problem, departures = self.timing.problem, self.departures
        through = np.maximum(departures.boarding.sum(axis=1), _ZERO)
        mean_d: NDArray[np.float64] = (
            departures.waiting.sum(axis=1) / through * DAYS_PER_WEEK / problem.n_slots
        )
        return mean_d

    def waiting_teu_d(self, n_streams: int) -> NDArray[np.float64]:
        """TEU-days that each stream waits; those in a queue wait alike. Shape (n_streams,)."""
        mean_d = self._mean_waits_d()
        found = np.zeros(n_streams)
        for chain, stages, lost_d in zip(
            self.timing.chains, self.timing.stages, self.timing.lost_d, strict=True
        ):
            carried = chain.teu * (1 - self.left_share(stages[0]))
            found[chain.stream] += carried * (lost_d + float(mean_d[list(stages)].sum()))
        return found

    def left_teu(self, n_streams: int) -> NDArray[np.float64]:
        """TEU of each stream that find no room on their days. Shape (n_streams,)."""
        found = np.zeros(n_streams)
        for chain, stages in zip(self.timing.chains, self.timing.stages, strict=True):
            found[chain.stream] += chain.teu * self.left_share(stages[0])
        return found

    def left_share(self, queue: int) -> float:
        """Share of what comes to a queue from outside that is left behind."""
        amount = float(self.timing.problem.queue_amount[queue])
        return float(self.departures.left[queue]) / amount if amount > _ZERO else 0.0

    def full(self) -> tuple[tuple[DayLimit, int], ...]:
        """Limits of a day that are used up, and on how many of the days that end with a slot."""
        used = self.departures.used
        return tuple(
            (limit, int((used[n] >= limit.most).sum()))
            for n, limit in enumerate(self.timing.limits)
            if limit.slots == DAY_SLOTS and (used[n] >= limit.most).any()
        )

    def saving_usd2025_per_week(self, limit: DayLimit) -> float:
        """What one train more on each day saves at least: found by moving each service once.

        With the trains fixed a limit has no shadow price, because no box is in it.
        """
        problem = self.timing.problem
        same = [(one.kind, one.key) == (limit.kind, limit.key) for one in self.timing.limits]
        wider = replace(problem, limit_most=problem.limit_most + np.array(same))
        cost = cost_from(wider, self.departures.trains, time_limit_s=_PRICE_S)
        return max(0.0, self.departures.objective - cost)


def time_week(  # noqa: PLR0913 - four of what, three of how, those keyword-only
    scenario: Scenario,
    network: Network,
    week: WeekProblem,
    design: DesignPlan,
    *,
    time_limit_s: float,
    enough: float = -np.inf,
    progress: Progress | None = None,
) -> TimedWeek | None:
    """Choose when the trains of a designed week depart.

    Parameters
    ----------
    scenario : its services say how long a train set stays at the dry port.
    network : its railway.
    week, design : the first stage.
    time_limit_s, progress : of the search.
    enough : the search ends at so many US dollars a week for waiting.

    Returns
    -------
    TimedWeek; None where no train runs.
    """
    timing = timing_of(scenario, network, week, design)
    if timing is None:
        return None
    weight = network.costs.time_weight
    sure = sum(
        chain.teu * lost_d * teu_day_usd(week, chain) * weight
        for chain, lost_d in zip(timing.chains, timing.lost_d, strict=True)
    )
    departures = choose_departures(
        timing.problem,
        time_limit_s=time_limit_s,
        gap=0.0,
        enough=enough - sure,
        progress=_with(sure, progress),
    )
    return TimedWeek(timing=timing, departures=departures, sure_usd2025_per_week=sure)


def _with(sure: float, progress: Progress | None) -> Progress | None:
    """Tell each step with the waiting that no departures avoid."""
    if progress is None:
        return None
    return lambda step, cost, bound: progress(step, cost + sure, bound + sure)
