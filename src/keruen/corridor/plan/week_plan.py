"""The plan of a week: services, how often and when they run, ways, costs and what binds.

Knows the week's problem and its answer in two stages, trains and ways, then departures; makes no
words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.plan.alternate import alternate_weeks, whole_where_cheaper
from keruen.corridor.plan.design import DesignPlan, Progress, solve
from keruen.corridor.plan.offers import CandidateService
from keruen.corridor.plan.timing import TimedWeek, time_week
from keruen.corridor.plan.trains_of_ways import chains_of
from keruen.corridor.plan.week_problem import Limit, WeekProblem, trains_per_week, week_of
from keruen.domain.alternate_weeks import AlternateWeeks
from keruen.domain.results import Demand
from keruen.domain.transit import TransitTime
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network

LEAST_PRICE_USD: Final = 1.0
"""A shared limit binds when one unit more saves at least this much a week."""

DESIGN_GAP: Final = 0.001
"""Gap at which trains and ways end; what waiting costs comes on top."""

_ZERO: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What becomes of a flow in the average week.

    Parameters
    ----------
    boxes : that want to travel, a week.
    share : of them that the plan carries.
    usd2025_per_box, co2e_kg_per_box : of those carried, means; the cost of each train is shared by
        the TEU on it.
    transit : of those carried; means, without queues at borders.
    """

    flow: str
    boxes: float
    share: float
    usd2025_per_box: float
    transit: TransitTime
    co2e_kg_per_box: float

    @property
    def days(self) -> float:
        """The whole transit time."""
        return self.transit.mean_d

    @property
    def waiting_days(self) -> float:
        """Part of the days: waiting, wherever."""
        return self.transit.mean_d - self.transit.moving_d


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A shared limit that binds.

    Parameters
    ----------
    price_usd2025_per_week : what one unit more (a train a week, a platform) saves.
    """

    limit: Limit
    price_usd2025_per_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """A plan with its proof.

    Parameters
    ----------
    week, design : the first stage: trains a week, ways, and a bound on the week without waiting.
    timing : the second stage: departures; None without trains, or where nobody asked.
    """

    week: WeekProblem
    design: DesignPlan
    timing: TimedWeek | None = None

    @property
    def cost_usd2025_per_week(self) -> float:
        """Freight, time with waiting, CO2e and what is left behind."""
        waiting = self.timing.cost_usd2025_per_week if self.timing else 0.0
        return self.design.objective + waiting

    @property
    def bound_usd2025_per_week(self) -> float:
        """No plan that leaves as little behind costs less, whatever its trains and departures.

        The bound of the week as one period: waiting costs at least nothing, and limits by the day
        allow nothing that those by the week forbid.
        """
        return self.design.bound

    @property
    def gap(self) -> float:
        """(cost − bound) / cost."""
        cost = self.cost_usd2025_per_week
        return (cost - self.bound_usd2025_per_week) / max(abs(cost), _ZERO)

    @property
    def seconds(self) -> float:
        """Seconds of the solver, of both stages."""
        return self.design.seconds + (self.timing.departures.seconds if self.timing else 0.0)

    def departures_ms(self, offer: CandidateService) -> tuple[int, ...]:
        """Departures of an offer's trains from the far end, since Monday 00:00, ascending."""
        if self.timing is None:
            return ()
        return self.timing.departures_ms(self.week.offers.index(offer))

    def every_other_week(self, offer: CandidateService) -> AlternateWeeks | None:
        """The weeks in which the last of an offer's trains runs; None: in all."""
        return alternate_weeks(self.week, self.design).get(self.week.offers.index(offer))

    def trains(self) -> tuple[tuple[CandidateService, float, float, float], ...]:
        """Services that run: offer, trains a mean week each way, TEU a week there and back."""
        teu = self._teu_by_arc()
        return tuple(
            (
                offer,
                trains_per_week(self.week, self.design, k),
                float(teu[2 * k]),
                float(teu[2 * k + 1]),
            )
            for k, offer in enumerate(self.week.offers)
            if offer.kind == "block-train" and self.design.units[k] > 0
        )

    def groups(self) -> tuple[tuple[CandidateService, float, float], ...]:
        """Wagon groups that are used: offer, TEU a week to the hub and from it."""
        return self._flows_of("wagon-group")

    def crossings(self) -> tuple[tuple[CandidateService, float, float], ...]:
        """Borders that are used: offer, TEU a week towards the dry port and away from it."""
        return self._flows_of("crossing")

    def bindings(self) -> tuple[Binding, ...]:
        """What binds, the dearest first."""
        priced = [
            Binding(limit=limit, price_usd2025_per_week=float(price))
            for limit, price in zip(self.week.limits, self.design.resource_price, strict=True)
            if price >= LEAST_PRICE_USD
        ]
        return tuple(
            sorted(priced, key=lambda b: (-b.price_usd2025_per_week, b.limit.kind, b.limit.key))
        )

    def served(self) -> tuple[Served, ...]:
        """Every flow, by key."""
        per_teu = self._per_teu()
        streams = self.week.streams
        _, late = self._waiting()
        waits = self._waits_teu_d()
        found = []
        for key in sorted({stream.flow for stream in streams}):
            own = [n for n, stream in enumerate(streams) if stream.flow == key]
            boxes = sum(streams[n].boxes for n in own)
            teu = sum(streams[n].teu for n in own)
            left = float(self.design.unserved[own].sum())
            sums = per_teu[own].sum(axis=0)
            carried = max((teu - left) * boxes / teu, _ZERO)
            left_late = float(late[own].sum())
            train_wait_d, border_wait_d = (
                float(waiting[own].sum()) / max(teu - left - left_late, _ZERO) for waiting in waits
            )
            group_d, running_d, border_d = (
                float(days) / max(teu - left, _ZERO) for days in sums[2:]
            )
            found.append(
                Served(
                    flow=key,
                    boxes=boxes,
                    share=1 - (left + left_late) / teu,
                    usd2025_per_box=float(sums[0]) / carried,
                    transit=TransitTime(
                        train_wait_d=train_wait_d + group_d,
                        running_d=running_d,
                        border_d=border_d,
                        border_wait_d=border_wait_d,
                    ),
                    co2e_kg_per_box=float(sums[1]) / carried,
                )
            )
        return tuple(found)

    @property
    def unserved_share(self) -> float:
        """Share of all boxes that the plan does not carry."""
        _, late = self._waiting()
        left_teu = self.design.unserved + late
        return float(left_teu @ self._boxes_per_teu) / self._boxes

    @property
    def least_unserved_share(self) -> float:
        """No plan leaves less than this share of all boxes behind.

        Proved are places: so many TEU at least. They are the fewest boxes when the streams with the
        most TEU a box are left behind first.
        """
        teu = np.array([stream.teu for stream in self.week.streams])
        order = np.argsort(self._boxes_per_teu, kind="stable")
        before = np.concatenate(([0.0], np.cumsum(teu[order])[:-1]))
        left_teu = np.clip(self.design.least_unserved - before, 0.0, teu[order])
        return float(left_teu @ self._boxes_per_teu[order]) / self._boxes

    @property
    def cost_of_least_unserved(self) -> float:
        """Share of its cost that carrying all that can be carried takes at most.

        Against the cheapest plan, which leaves behind what costs more than its price.
        """
        design = self.design
        return (design.objective - design.cheapest) / max(abs(design.objective), _ZERO)

    @property
    def _boxes(self) -> float:
        return max(sum(stream.boxes for stream in self.week.streams), _ZERO)

    @property
    def _boxes_per_teu(self) -> NDArray[np.float64]:
        return np.array([stream.boxes / stream.teu for stream in self.week.streams])

    def _waiting(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """TEU-days of waiting, and TEU without room on their days, by stream."""
        n = len(self.week.streams)
        if self.timing is None:
            return np.zeros(n), np.zeros(n)
        return self.timing.waiting_teu_d(n), self.timing.left_teu(n)

    def _waits_teu_d(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """TEU-days of waiting by stream: for trains elsewhere than at borders, and at borders."""
        n = len(self.week.streams)
        if self.timing is None:
            return np.zeros(n), np.zeros(n)
        at_border = self.timing.border_waiting_teu_d(n)
        return self.timing.waiting_teu_d(n) - at_border, at_border

    def _flows_of(self, kind: str) -> tuple[tuple[CandidateService, float, float], ...]:
        teu = self._teu_by_arc()
        return tuple(
            (offer, float(teu[2 * k]), float(teu[2 * k + 1]))
            for k, offer in enumerate(self.week.offers)
            if offer.kind == kind and teu[2 * k] + teu[2 * k + 1] > _ZERO
        )

    def _teu_by_arc(self) -> NDArray[np.float64]:
        return self.week.problem.arc_flow(self.design.way_amount)

    def _per_teu(self) -> NDArray[np.float64]:
        """Of each stream, summed over its ways: dollars, kilograms of CO2e, and TEU-days of waiting
        for wagon groups, of running and at borders."""
        design, week = self.design, self.week
        teu = self._teu_by_arc()
        sums = np.zeros((len(week.streams), 5))
        for chain in chains_of(week, design):
            stream = week.streams[chain.stream]
            boxes, tonnes = stream.boxes / stream.teu, stream.tonnes / stream.teu
            for arc in chain.arcs:
                offer = week.offers[arc // 2]
                train = offer.way.train_usd2025 * trains_per_week(week, design, arc // 2)
                train /= max(teu[arc], _ZERO)
                usd = train + offer.way.teu_usd2025 + offer.fee_usd2025_per_box * boxes
                kg = offer.way.co2e_g_per_t * tonnes / 1000
                is_crossing = offer.kind == "crossing"
                wait_d, border_d = (0.0, offer.days) if is_crossing else (offer.days, 0.0)
                sums[chain.stream] += chain.teu * np.array(
                    [usd, kg, wait_d, offer.way.days, border_d]
                )
        return sums


def plan_week(
    scenario: Scenario,
    network: Network,
    demand: Demand,
    *,
    gap: float,
    time_limit_s: float = np.inf,
    progress: Progress | None = None,
) -> WeekPlan:
    """Plan the average week of the corridor: services, ways, departures, with a bound.

    Parameters
    ----------
    scenario, network : the scenario and its network.
    demand : the bookings of its horizon.
    gap : departures are searched for until the plan costs at most this share more than the bound,
        waiting included, or until their search ends.
    time_limit_s : seconds of the solver; where they cut off, the answer depends on the machine.
    progress : told after each step of the search.

    Returns
    -------
    WeekPlan. Boxes that the services cannot carry are left at `network.costs.unserved`.

    Notes
    -----
    Service network design with asset balance: Crainic (2000), "Service network design in freight
    transportation", European Journal of Operational Research 122, 272–288.
    """
    week = week_of(scenario, network, demand.bookings)
    design = solve(
        week.problem,
        gap=min(DESIGN_GAP, gap / 2),
        time_limit_s=time_limit_s,
        progress=progress,
    )
    design = whole_where_cheaper(network, week, design)
    timing = time_week(
        scenario,
        network,
        week,
        design,
        time_limit_s=time_limit_s - design.seconds,
        enough=design.bound / max(1 - gap, _ZERO) - design.objective,
        progress=_with_waiting(progress, design),
    )
    return WeekPlan(week=week, design=design, timing=timing)


def _with_waiting(progress: Progress | None, design: DesignPlan) -> Progress | None:
    """Tell the second stage's steps as what the whole week costs."""
    if progress is None:
        return None
    return lambda step, waiting, _: progress(step, design.objective + waiting, design.bound)
