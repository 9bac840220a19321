"""What it is worth to carry boxes another way: at fixed demand the whole difference of cost.

Knows ways with their cost, time and capacity; knows neither railway nor years. Two cases that are
never mixed:

- **The same boxes** travel with and without the project. The benefit is the change of the total
  cost over *all* ways, the other way included; no half.
- **New boxes** travel only because it has become cheaper. Each is worth between nothing and the
  whole fall of the cost, so half of it (rule of half), and their number needs a stated response.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HOURS_PER_YEAR: Final = 8760.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeValues:
    """What time costs the owner of the goods.

    Parameters
    ----------
    per_hour : money for an hour of a box, whatever is in it.
    interest : real rate a year on the goods' value.
    per_late_hour : money for an hour between P50 and P90 (ρ): what not knowing the day costs.
    """

    per_hour: float
    interest: float
    per_late_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedWay:
    """A way for boxes: by rail over a border, over existing terminals, by road.

    Parameters
    ----------
    key : its name.
    cost : money a box, resources only: carriage and handling.
    hours, hours_p90 : door to door, median and 90th percentile.
    loss : money a box, expected damage and spoilage.
    capacity : boxes a year that it can take; infinite only where the scenario says so.
    """

    key: str
    cost: float
    hours: float = 0.0
    hours_p90: float = 0.0
    loss: float = 0.0
    capacity: float = math.inf


def generalised_cost(way: PricedWay, times: TimeValues, goods_value: float) -> float:
    """Money a box with its time: cost + v·h + i·value·h/8760 + ρ·(P90 − P50) + loss.

    Parameters
    ----------
    way, times : as above.
    goods_value : money, of the goods in one box.
    """
    bound = times.interest * goods_value * way.hours / HOURS_PER_YEAR
    late = times.per_late_hour * max(0.0, way.hours_p90 - way.hours)
    return way.cost + times.per_hour * way.hours + bound + late + way.loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Boxes a year by one way, and what each costs."""

    key: str
    boxes: float
    cost_per_box: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Boxes over ways.

    Parameters
    ----------
    carried : by way, the cheapest first.
    not_carried : boxes a year for which no way has room: their worth is not known.
    """

    carried: tuple[Carried, ...]
    not_carried: float

    @property
    def total_cost(self) -> float:
        """Money a year of all that is carried."""
        return math.fsum(one.boxes * one.cost_per_box for one in self.carried)

    @property
    def boxes(self) -> float:
        """Boxes a year, carried or not."""
        return math.fsum([*(one.boxes for one in self.carried), self.not_carried])


def spread(boxes: float, ways: Sequence[tuple[PricedWay, float]]) -> Spread:
    """Fill ways, the cheapest first, each up to its capacity.

    Parameters
    ----------
    boxes : a year.
    ways : each with its cost a box (`generalised_cost`, or money alone).
    """
    carried, left = [], boxes
    for way, cost in sorted(ways, key=lambda pair: (pair[1], pair[0].key)):
        taken = min(left, way.capacity)
        carried.append(Carried(key=way.key, boxes=taken, cost_per_box=cost))
        left -= taken
    return Spread(carried=tuple(carried), not_carried=left)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxBenefit:
    """What a change brings a year, at fixed demand.

    Parameters
    ----------
    amount : fall of the total cost over all ways, money a year.
    moved : boxes a year that go by another way than before.
    newly_carried : boxes a year that were not carried before; below nought where there are fewer.
        Not carrying a box has no price of anybody's, so they are counted and not valued: `amount`
        holds the cost of carrying them and nothing of their worth.
    """

    amount: float
    moved: float
    newly_carried: float

    @property
    def is_whole(self) -> bool:
        """Whether every box was carried before and after, so that the amount says all."""
        return self.newly_carried == 0


def fixed_demand_benefit(before: Spread, after: Spread) -> BoxBenefit:
    """The change of total cost over all ways for the same boxes.

    Raises
    ------
    ValueError
        When the boxes are not the same: the rule of half is for those that are new.

    Examples
    --------
    Ten of a hundred boxes move from a way of 9 000 to rail at 4 000.

    >>> road = PricedWay(key="road", cost=9000.0), 9000.0
    >>> few, more = (PricedWay(key="rail", cost=4000.0, capacity=places) for places in (20.0, 30.0))
    >>> before, after = spread(100, [(few, 4000.0), road]), spread(100, [(more, 4000.0), road])
    >>> fixed_demand_benefit(before, after).amount
    50000.0
    """
    if not math.isclose(before.boxes, after.boxes, rel_tol=1e-9):
        raise ValueError("other boxes before and after: demand is not fixed")
    old = {one.key: one.boxes for one in before.carried}
    new = {one.key: one.boxes for one in after.carried}
    ways = sorted(old.keys() | new.keys())
    gains = (max(0.0, new.get(key, 0.0) - old.get(key, 0.0)) for key in ways)
    return BoxBenefit(
        amount=before.total_cost - after.total_cost,
        moved=math.fsum(gains),
        newly_carried=before.not_carried - after.not_carried,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandResponse:
    """By how much demand answers a change of cost, and who says so.

    Parameters
    ----------
    elasticity : per cent of boxes for one per cent of cost; at most 0.
    source : address, or ``assumption``.
    """

    elasticity: float
    source: str

    def __post_init__(self) -> None:
        assert self.elasticity <= 0, "dearer brings more"
        assert self.source, "a response without a source"


@dataclass(frozen=True, slots=True, kw_only=True)
class InducedBenefit:
    """What boxes bring that travel only because of the project: their number and half the fall."""

    boxes: float
    amount: float
    response: DemandResponse


def induced_benefit(
    boxes: float, cost_before: float, cost_after: float, response: DemandResponse
) -> InducedBenefit:
    """New boxes by a constant elasticity, each valued by the rule of half.

    Parameters
    ----------
    boxes : a year before.
    cost_before, cost_after : generalised cost a box, above nought.
    response : how demand answers.
    """
    assert min(cost_before, cost_after) > 0, "a cost that is none"
    # No box is induced by a rise: those that stay away are lost, with the same half.
    induced = boxes * ((cost_after / cost_before) ** response.elasticity - 1)
    amount = 0.5 * induced * (cost_before - cost_after)
    return InducedBenefit(boxes=induced, amount=amount, response=response)
