"""The relaxation of the week: how few boxes must be left behind, in a second.

Knows the week's problem and its linear relaxation, in which a train may be a broken number of
trains; plans nothing. What it leaves behind no plan carries; what it carries a plan may leave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from keruen.corridor.network.borders import TEU_PER_BOX
from keruen.corridor.plan.design.problem import Floats
from keruen.corridor.plan.design.relaxed import Corners, RelaxedDesign, least_left, relax
from keruen.corridor.plan.offers import CandidateService
from keruen.corridor.plan.streams import Stream
from keruen.corridor.plan.ways_of_streams import StreamWays, ways_of
from keruen.corridor.plan.week_problem import LimitKind, WeekProblem, week_of
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network

_LEAST_GAIN: Final = 1e-6
"""Boxes a week: what is less is a rounding of the solver."""
_MOST_WAYS: Final = 4
"""Sets of ways that are kept: of the scenario itself, and of the last prices that were tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitGain:
    """What one unit more of a shared limit would carry.

    Parameters
    ----------
    kind, key : of the limit; `crossing` is the change of gauge at a border.
    boxes_per_unit : boxes a week that one unit more lets through: a train a week, a platform, or
        a box a week of a change of gauge, both directions.
    """

    kind: LimitKind | Literal["crossing"]
    key: str
    boxes_per_unit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRelaxation:
    """A bound on every plan of the week.

    Parameters
    ----------
    boxes_per_week : that want to travel.
    unserved_by_flow : flow → boxes a week left behind, where all that are left are fewest.
    cost_usd2025_per_week : no plan costs less, boxes left behind at their price.
    gains : limits that hold boxes back, the one that would carry most first.
    """

    boxes_per_week: float
    unserved_by_flow: dict[str, float]
    cost_usd2025_per_week: float
    gains: tuple[LimitGain, ...]

    @property
    def unserved_share(self) -> float:
        """No plan leaves less than this share of the boxes behind."""
        left = sum(self.unserved_by_flow.values())
        return left / self.boxes_per_week if self.boxes_per_week else 0.0


def relax_week(scenario: Scenario, network: Network, bookings: Table) -> WeekRelaxation:
    """The relaxation of the average week of some bookings.

    Parameters
    ----------
    scenario, network : the scenario over the horizon of the bookings, and its network.
    bookings : table `bookings` of that horizon.

    Returns
    -------
    WeekRelaxation, the same for the same arguments.
    """
    return relaxation_of(week_of(scenario, network, bookings))


def relaxation_of(week: WeekProblem) -> WeekRelaxation:
    """The relaxation of a week's problem."""
    boxes = np.array([stream.boxes for stream in week.streams])
    relaxed = relax(week.problem, boxes)
    unserved: dict[str, float] = {}
    for stream, left in zip(week.streams, relaxed.left.tolist(), strict=True):
        unserved[stream.flow] = unserved.get(stream.flow, 0.0) + left
    gains = [gain for gain in _gains(week, relaxed) if gain.boxes_per_unit > _LEAST_GAIN]
    return WeekRelaxation(
        boxes_per_week=float(boxes.sum()),
        unserved_by_flow=unserved,
        cost_usd2025_per_week=relaxed.cost,
        gains=tuple(sorted(gains, key=lambda g: (-g.boxes_per_unit, g.kind, g.key))),
    )


class SimilarWeeks:
    """Relaxations of weeks that differ in a few figures: what is alike is made once.

    An answer does not depend on which weeks were asked before, but for the first, which all begin
    from; ask the week of the scenario itself first.
    """

    def __init__(self) -> None:
        self._ways: dict[bytes, StreamWays] = {}
        self._corners = Corners()

    def least(self, scenario: Scenario, network: Network, bookings: Table) -> tuple[float, float]:
        """Least unserved share in boxes, and cost in US dollars of 2025 a week.

        Parameters
        ----------
        scenario, network, bookings : as for `relax_week`, whose two numbers these are.
        """
        week = week_of(scenario, network, bookings, self._ways_of)
        boxes = np.array([stream.boxes for stream in week.streams])
        left, cost = least_left(week.problem, boxes, self._corners)
        return (left / float(boxes.sum()) if len(boxes) else 0.0), cost

    def _ways_of(
        self,
        offers: Sequence[CandidateService],
        streams: Sequence[Stream],
        costs: Floats,
        port: str,
    ) -> StreamWays:
        """The ways, which depend on what is joined and on costs, but on no capacity."""
        digest = hashlib.sha256(costs.tobytes())
        digest.update(repr([(o.kind, o.start, o.end, o.border) for o in offers]).encode())
        digest.update(repr([(s.origin, s.destination) for s in streams]).encode())
        key = digest.digest() + port.encode()
        if key not in self._ways:
            if len(self._ways) >= _MOST_WAYS:
                self._ways.pop(next(reversed(self._ways)))  # the first is that of the base
            self._ways[key] = ways_of(offers, streams, costs, port)
        return self._ways[key]


def _gains(week: WeekProblem, relaxed: RelaxedDesign) -> Iterator[LimitGain]:
    for limit, gain in zip(week.limits, relaxed.resource_gain.tolist(), strict=True):
        yield LimitGain(kind=limit.kind, key=limit.key, boxes_per_unit=gain)
    for k, offer in enumerate(week.offers):
        if offer.kind == "crossing":
            both_ways = float(relaxed.arc_gain[2 * k] + relaxed.arc_gain[2 * k + 1])
            # The room of a change of gauge is counted in TEU.
            gain = both_ways * TEU_PER_BOX
            yield LimitGain(kind="crossing", key=offer.border, boxes_per_unit=gain)
