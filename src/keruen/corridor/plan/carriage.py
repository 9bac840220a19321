"""What the cheapest relaxed week carries and by which prices it costs: the parts of its one sum.

Knows the week's relaxation, in which a train may be a broken number of trains; plans nothing and
judges nothing. A train's cost is shared among the boxes that it carries, by their TEU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from keruen.corridor.network.borders import TEU_PER_BOX
from keruen.corridor.plan.design.engine import Engine
from keruen.corridor.plan.design.model import Model, build
from keruen.corridor.plan.design.problem import Floats
from keruen.corridor.plan.offers import CandidateService
from keruen.corridor.plan.week_problem import WeekProblem
from keruen.scenario.network import Network

GAUGE_CHANGE: Final = "gauge-change"
BORDER_FEE: Final = "border-fee"
HANDLING: Final = "handling"
RAILWAY: Final = "carriage-"
"""Prices: of a change of gauge, of a border, of the dry port, and of each railway by its key:
``carriage-kazakhstan``."""

_GRAMS_PER_T: Final = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedStream:
    """Boxes of one flow between one station and one end, in one direction, a week.

    Parameters
    ----------
    flow : key in `flows`.
    is_to_china : direction.
    boxes, carried : that want to travel, and that find a train.
    tonnes : of all that want to travel, boxes and goods.
    usd2025 : price → what is paid by it.
    box_days : days of all carried boxes together.
    usd2025_per_box_d : what a day of a box is worth.
    tonne_km : of all carried boxes, with the boxes' own mass.
    co2e_t : of their journey.
    journeys : days and boxes of each way that is used.
    """

    flow: str
    is_to_china: bool
    boxes: float
    carried: float
    tonnes: float
    usd2025: Mapping[str, float]
    box_days: float
    usd2025_per_box_d: float
    tonne_km: float
    co2e_t: float
    journeys: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPrice:
    """A shared limit of the week: how much there is, and what one unit more would save.

    Parameters
    ----------
    key : kind and key, ``border-west:dostyk``; ``crossing:dostyk`` is its change of gauge.
    most : trains a week, platforms, or boxes a week of a change of gauge.
    usd2025_per_unit : a week; 0 where the limit is not reached.
    """

    key: str
    most: float
    usd2025_per_unit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCarriage:
    """The cheapest relaxed week, stream by stream.

    Parameters
    ----------
    streams : in the order of the week's problem.
    limits : all shared limits, sorted by key.
    cost_usd2025_per_week : of the relaxation, boxes left behind at their price, all by the weights
        of the scenario.
    """

    streams: tuple[CarriedStream, ...]
    limits: tuple[LimitPrice, ...]
    cost_usd2025_per_week: float


def carriage_of(network: Network, week: WeekProblem) -> WeekCarriage:
    """Solve the relaxation of a week for its cost, and take the answer apart.

    Of equally cheap answers it is always the same one: nothing is begun from another week.

    Parameters
    ----------
    network : of the scenario of the week.
    week : its problem.
    """
    model = build(week.problem)
    answer = Engine(model, model.upper, is_relaxed=True).run(seconds=np.inf)
    assert answer.is_done, "all may be left behind, so there is always an answer"
    prices = np.maximum(-answer.row_dual, 0.0)
    return WeekCarriage(
        streams=_streams(network, week, model, np.maximum(answer.values, 0.0)),
        limits=_limits(week, model, prices),
        cost_usd2025_per_week=answer.objective,
    )


def _streams(
    network: Network, week: WeekProblem, model: Model, values: Floats
) -> tuple[CarriedStream, ...]:
    problem, n_offers = week.problem, len(week.offers)
    units = values[: model.n_services]
    shares = values[model.n_services : model.n_services + model.n_ways]
    left = values[model.n_services + model.n_ways :]
    way_teu = shares * problem.amount[problem.way_commodity]
    teu = np.zeros((len(week.streams), n_offers))
    entries = problem.way_of_entry
    np.add.at(teu, (problem.way_commodity[entries], problem.way_arc // 2), way_teu[entries])
    on_offer = teu.sum(axis=0)
    # What its trains cost, for each TEU on them.
    train_usd = np.where(on_offer > 0, problem.unit_cost * units / np.maximum(on_offer, 1e-12), 0.0)
    by_price = _prices(network, week.offers, train_usd)
    days = np.array([offer.way.days + offer.days for offer in week.offers])
    way_days = np.bincount(entries, days[problem.way_arc // 2], len(way_teu))
    km = np.array([offer.way.length_km for offer in week.offers])
    grams = np.array([offer.way.co2e_g_per_t for offer in week.offers])
    found = []
    for n, stream in enumerate(week.streams):
        boxes_per_teu, t_per_teu = stream.boxes / stream.teu, stream.tonnes / stream.teu
        ways = np.flatnonzero((problem.way_commodity == n) & (way_teu > 0))
        usd = {
            price: float(teu[n] @ (per_teu + per_box * boxes_per_teu))
            for price, (per_teu, per_box) in by_price.items()
        }
        found.append(
            CarriedStream(
                flow=stream.flow,
                is_to_china=network.stations[stream.destination].country == "CN",
                boxes=stream.boxes,
                carried=stream.boxes * max(0.0, 1.0 - float(left[n])),
                tonnes=stream.tonnes,
                usd2025={price: amount for price, amount in sorted(usd.items()) if amount},
                box_days=float(teu[n] @ days) * boxes_per_teu,
                usd2025_per_box_d=stream.usd2025_per_box_d,
                tonne_km=float(teu[n] @ km) * t_per_teu,
                co2e_t=float(teu[n] @ grams) * t_per_teu / _GRAMS_PER_T,
                journeys=tuple(
                    (float(way_days[way]), float(way_teu[way]) * boxes_per_teu) for way in ways
                ),
            )
        )
    return tuple(found)


def _prices(
    network: Network, offers: tuple[CandidateService, ...], train_usd: Floats
) -> dict[str, tuple[Floats, Floats]]:
    """Price → dollars for each TEU and for each box on every offer."""
    n = len(offers)
    names = (GAUGE_CHANGE, BORDER_FEE, HANDLING, *(RAILWAY + key for key in network.railways))
    found = {name: (np.zeros(n), np.zeros(n)) for name in names}
    for k, offer in enumerate(offers):
        if offer.kind == "crossing":
            border = network.borders[offer.border]
            found[GAUGE_CHANGE][1][k] = border.gauge_change_usd2025_per_box
            found[BORDER_FEE][1][k] = border.fee_usd2025_per_box
            continue
        found[HANDLING][1][k] = offer.fee_usd2025_per_box
        usd = offer.way.teu_usd2025 + float(train_usd[k])
        for railway, share in _railway_shares(network, offer).items():
            found[RAILWAY + railway][0][k] = usd * share
    return found


def _railway_shares(network: Network, offer: CandidateService) -> Mapping[str, float]:
    """Which railway has which part of an offer's kilometres."""
    metres: dict[str, float] = {}
    for key in offer.way.sections:
        section = network.sections[key]
        metres[section.railway] = metres.get(section.railway, 0.0) + section.length_m
    whole = sum(metres.values())
    return {railway: part / whole for railway, part in sorted(metres.items())}


def _limits(week: WeekProblem, model: Model, prices: Floats) -> tuple[LimitPrice, ...]:
    problem = week.problem
    found = [
        LimitPrice(key=f"{limit.kind}:{limit.key}", most=limit.most, usd2025_per_unit=float(price))
        for limit, price in zip(week.limits, prices[model.first_resource_row :], strict=True)
    ]
    # Rows of room follow those of the commodities, one for each arc on a way that has bounds.
    arcs = np.unique(problem.way_arc[np.isfinite(problem.arc_capacity[problem.way_arc])])
    of_arc = np.zeros(len(problem.arc_capacity))
    of_arc[arcs] = prices[len(problem.amount) : len(problem.amount) + len(arcs)]
    found += [
        LimitPrice(
            key=f"crossing:{offer.border}",
            most=offer.capacity_teu / TEU_PER_BOX,
            usd2025_per_unit=float(of_arc[2 * k] + of_arc[2 * k + 1]) * TEU_PER_BOX,
        )
        for k, offer in enumerate(week.offers)
        if offer.kind == "crossing"
    ]
    return tuple(sorted(found, key=lambda limit: limit.key))
