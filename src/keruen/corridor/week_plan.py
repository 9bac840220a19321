"""The plan of a week: services and how often they run, ways, costs and what binds.

Knows the week's problem and its answer; makes no words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.design import DesignPlan, Progress, solve
from keruen.corridor.week import Limit, Offer, Week, week_of
from keruen.domain.results import Demand
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network

LEAST_PRICE_USD: Final = 1.0
"""A shared limit binds when one unit more saves at least this much a week."""

_ZERO: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What becomes of a flow in the average week.

    Parameters
    ----------
    boxes : that want to travel, a week.
    share : of them that the plan carries.
    usd2025_per_box, days, co2e_kg_per_box : of those carried, means; the cost of each train is
        shared by the TEU on it; days are running times, borders and hubs, without waiting for the
        next train.
    """

    flow: str
    boxes: float
    share: float
    usd2025_per_box: float
    days: float
    co2e_kg_per_box: float


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
    """A plan with its proof: no other plan costs less than ``design.bound``."""

    week: Week
    design: DesignPlan

    def trains(self) -> tuple[tuple[Offer, int, float, float], ...]:
        """Services that run: offer, trains a week each way, TEU a week there and back."""
        teu = self._teu_by_arc()
        return tuple(
            (
                offer,
                round(float(self.design.units[2 * k])),
                float(teu[2 * k]),
                float(teu[2 * k + 1]),
            )
            for k, offer in enumerate(self.week.offers)
            if offer.kind == "block-train" and self.design.units[2 * k] > 0.5
        )

    def groups(self) -> tuple[tuple[Offer, float, float], ...]:
        """Wagon groups that are used: offer, TEU a week to the hub and from it."""
        return self._flows_of("wagon-group")

    def crossings(self) -> tuple[tuple[Offer, float, float], ...]:
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
        found = []
        for key in sorted({stream.flow for stream in streams}):
            own = [n for n, stream in enumerate(streams) if stream.flow == key]
            boxes = sum(streams[n].boxes for n in own)
            teu = sum(streams[n].teu for n in own)
            left = float(self.design.unserved[own].sum())
            sums = per_teu[own].sum(axis=0)
            carried = max((teu - left) * boxes / teu, _ZERO)
            found.append(
                Served(
                    flow=key,
                    boxes=boxes,
                    share=1 - left / teu,
                    usd2025_per_box=float(sums[0]) / carried,
                    days=float(sums[1]) / max(teu - left, _ZERO),
                    co2e_kg_per_box=float(sums[2]) / carried,
                )
            )
        return tuple(found)

    @property
    def unserved_share(self) -> float:
        """Share of all TEU that the plan does not carry."""
        return float(self.design.unserved.sum()) / max(sum(s.teu for s in self.week.streams), _ZERO)

    def _flows_of(self, kind: str) -> tuple[tuple[Offer, float, float], ...]:
        teu = self._teu_by_arc()
        return tuple(
            (offer, float(teu[2 * k]), float(teu[2 * k + 1]))
            for k, offer in enumerate(self.week.offers)
            if offer.kind == kind and teu[2 * k] + teu[2 * k + 1] > _ZERO
        )

    def _teu_by_arc(self) -> NDArray[np.float64]:
        design = self.design
        n_arcs = 2 * len(self.week.offers)
        return np.bincount(design.flow_arc, design.flow_amount, n_arcs).astype(np.float64)

    def _per_teu(self) -> NDArray[np.float64]:
        """Dollars, TEU-days and kilograms of CO2e of each stream, summed over its way."""
        design, week = self.design, self.week
        teu = self._teu_by_arc()
        sums = np.zeros((len(week.streams), 3))
        for n, arc, amount in zip(
            design.flow_commodity.tolist(),
            design.flow_arc.tolist(),
            design.flow_amount.tolist(),
            strict=True,
        ):
            stream, offer = week.streams[n], week.offers[arc // 2]
            train = offer.way.train_usd2025 * design.units[arc] / max(teu[arc], _ZERO)
            fee = offer.fee_usd2025_per_box * stream.boxes / stream.teu
            grams = offer.way.co2e_g_per_t * stream.tonnes / stream.teu
            days = offer.way.days + offer.days
            sums[n] += amount * np.array([train + offer.way.teu_usd2025 + fee, days, grams / 1000])
        return sums


def plan_week(
    scenario: Scenario,
    network: Network,
    demand: Demand,
    *,
    time_limit_s: float = 300.0,
    gap: float = 0.02,
    progress: Progress | None = None,
) -> WeekPlan:
    """Plan the average week of the corridor: services, frequencies, ways, with a bound.

    Parameters
    ----------
    scenario, network : the scenario and its network.
    demand : the bookings of its horizon.
    time_limit_s : seconds of the solver; an answer within the gap comes sooner.
    gap : the plan may cost this share more than the bound.
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
    return WeekPlan(
        week=week, design=solve(week.problem, time_limit_s=time_limit_s, gap=gap, progress=progress)
    )
