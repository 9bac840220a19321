"""What a year with projects saves against the same year without, part by part, at fixed demand.

Knows quantities of two years, the other ways of a box and the rate of the dollar; knows no project.
The boxes are the same on both sides: those that a project brings onto the railway went by another
way before. Empty boxes alone are no demand: there are as many as laden ones leave over.

A part is named ``price|carriage-kz|import``, ``time||import``, ``co2e||import`` or, of another way,
``way|road:cost|import``. All are money a year in KZT of 2025, above nought where they save.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from keruen.appraisal.box_costs import (
    BoxBenefit,
    Carried,
    PricedWay,
    Spread,
    TimeValues,
    fixed_demand_benefit,
    generalised_cost,
    spread,
)
from keruen.appraisal.emissions import TransportElement, co2e_t
from keruen.scenario import Scenario
from keruen.scenario.projects import ProjectDocument
from keruen.scenario.world import network_of
from keruen.study.appraising.quantities import Quantities
from keruen.units import MS_PER_HOUR

Parts = Mapping[str, float]

_HOURS_PER_DAY = 24.0
_EMPTY = "empty"
RAIL = "rail"
"""The railway to the dry port, as a way among others."""
PLAN_PRICE = "plan-price"
"""The other way where a list tells none: the flat price at which the plan leaves a box behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWays:
    """Ways that boxes take for which the railway has no room.

    Parameters
    ----------
    ways : each in dollars.
    km, g_per_tkm : length and CO2e of each, by key.
    kzt_per_usd : rate of the dollar.
    co2e_usd2025_per_t : price of a tonne.
    """

    ways: tuple[PricedWay, ...]
    km: Mapping[str, float]
    g_per_tkm: Mapping[str, float]
    kzt_per_usd: float
    co2e_usd2025_per_t: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Induced:
    """Boxes of a flow that travel only because of a project.

    Parameters
    ----------
    share : of the boxes that the flow has more.
    is_claimed : what they are worth beyond their carriage is claimed elsewhere; else half of the
        fall of their cost (rule of half).
    """

    share: float
    is_claimed: bool


def other_ways_of(document: ProjectDocument, scenario: Scenario, kzt_per_usd: float) -> OtherWays:
    """The other ways of a list; where it tells none, the flat price of the plan without limit."""
    costs = network_of(scenario).costs
    ways = tuple(
        PricedWay(
            key=key,
            cost=way.cost_usd2025_per_box,
            hours=way.time_ms / MS_PER_HOUR,
            hours_p90=way.time_p90_ms / MS_PER_HOUR,
            loss=way.loss_usd2025_per_box,
            capacity=way.capacity_boxes_per_yr,
        )
        for key, way in sorted(document.other_ways.items())
    )
    return OtherWays(
        ways=ways or (PricedWay(key=PLAN_PRICE, cost=costs.unserved_usd2025_per_box),),
        km={key: way.length_m / 1000 for key, way in document.other_ways.items()},
        g_per_tkm={key: way.emission_g_per_tkm for key, way in document.other_ways.items()},
        kzt_per_usd=kzt_per_usd,
        co2e_usd2025_per_t=costs.co2e_usd2025_per_t,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class YearGain:
    """What a year with some projects brings against the year without.

    Parameters
    ----------
    parts : what each part saves, KZT of 2025; their sum is the gain.
    benefit : the same of laden boxes alone, by `appraisal.box_costs`; in dollars.
    before, after : boxes by way, the railway left out; in dollars a box. For those that are not
        carried no way has room: they are valued as if the dearest had.
    """

    parts: Parts
    benefit: BoxBenefit
    before: Spread
    after: Spread

    @property
    def amount(self) -> float:
        """KZT of 2025 a year."""
        return math.fsum(amount for _, amount in sorted(self.parts.items()))


def gain_of(
    base: Quantities,
    other: Quantities,
    ways: OtherWays,
    induced: Mapping[str, Induced] | None = None,
) -> YearGain:
    """The change of the cost over all ways, for the same boxes, and the worth of new ones.

    Parameters
    ----------
    base, other : a year without and with projects.
    ways : where the boxes go that the railway leaves.
    induced : flow → which of its boxes are new; of others all went by another way before.
    """
    new = induced or {}
    left = _left(base, other, new), _left(other, base, {})
    before, after = (_spread(one, ways) for one in left)
    costed = _with_the_rest(before), _with_the_rest(after)
    parts: dict[str, float] = {}
    for sign, quantities, (spread_, boxes) in (
        (1.0, base, (costed[0], left[0])),
        (-1.0, other, (costed[1], left[1])),
    ):
        for name, usd in (*_by_rail(quantities, ways), *_by_others(spread_, boxes, ways)):
            parts[name] = parts.get(name, 0.0) + sign * usd * ways.kzt_per_usd
    n_new = 0.0
    for kind, n_boxes, usd in _new_boxes(base, other, new, (before, ways)):
        n_new += n_boxes
        name = f"induced||{kind}"
        parts[name] = parts.get(name, 0.0) + usd * ways.kzt_per_usd
    changed = {name: amount for name, amount in sorted(parts.items()) if amount}
    return YearGain(
        parts=changed,
        benefit=fixed_demand_benefit(
            _laden(base, costed[0], left[0], ways), _laden(other, costed[1], left[1], ways, n_new)
        ),
        before=before,
        after=after,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _LeftBoxes:
    """Boxes a year without a train, by kind; what a day of one is worth, and its tonnes."""

    boxes: Mapping[str, float]
    usd_per_day: float
    tonnes_per_box: float


def _new_boxes(
    base: Quantities,
    other: Quantities,
    induced: Mapping[str, Induced],
    without: tuple[Spread, OtherWays],
) -> list[tuple[str, float, float]]:
    """Kind, number and worth in dollars of boxes that travel only because of a project.

    Without it such a box would have had to take the way on which there is room; it is worth at
    least what it costs by rail and at most what it would have cost there: on average the middle.
    """
    found = []
    for name, there in sorted(other.items()):
        what, flow, kind, *_ = (*name.split("|"), "", "")
        more = there - base.get(name, 0.0)
        if what != "flow" or not name.endswith("|boxes") or kind == _EMPTY or more <= 0:
            continue
        one = induced.get(flow)
        if one is None or not one.share:
            continue
        place = name.removesuffix("|boxes")
        carried = other.get(f"{place}|carried", 0.0)
        by_rail = other[f"{place}|own_usd"] / carried if carried else 0.0
        elsewhere = _open_way(*without, other[f"{place}|days_usd"] / there)
        worth = by_rail if one.is_claimed else (by_rail + elsewhere) / 2
        boxes, on_rail = one.share * more, min(1.0, carried / there)
        found.append((kind, boxes, boxes * (on_rail * worth + (1 - on_rail) * elsewhere)))
    return found


def _open_way(before: Spread, ways: OtherWays, usd_per_day: float) -> float:
    """What one box more would have cost without the railway, in dollars; its time included."""
    by_key = {way.key: way for way in ways.ways}
    filled = [by_key[one.key] for one in before.carried if one.boxes < by_key[one.key].capacity]
    way = filled[0] if filled else by_key[before.carried[-1].key]
    return way.cost + way.loss + usd_per_day * way.hours / _HOURS_PER_DAY


def _left(own: Quantities, against: Quantities, induced: Mapping[str, Induced]) -> _LeftBoxes:
    by_kind: dict[str, float] = {}
    worth = 0.0
    places = {name.removesuffix("|boxes") for name in (*own, *against) if name.endswith("|boxes")}
    for place in sorted(places):
        _, flow, kind, _ = place.split("|")
        boxes = own.get(f"{place}|boxes", 0.0)
        there = against.get(f"{place}|boxes", 0.0)
        if flow in induced and there > boxes:
            there -= induced[flow].share * (there - boxes)
        whole = boxes if kind == _EMPTY else max(boxes, there)
        left = max(0.0, whole - own.get(f"{place}|carried", 0.0))
        by_kind[kind] = by_kind.get(kind, 0.0) + left
        told = own if boxes > 0 else against
        if told.get(f"{place}|boxes", 0.0) > 0:
            worth += left * told[f"{place}|days_usd"] / told[f"{place}|boxes"]
    n = math.fsum(by_kind.values())
    boxes = math.fsum(v for k, v in sorted(own.items()) if k.endswith("|boxes"))
    tonnes = math.fsum(v for k, v in sorted(own.items()) if k.endswith("|tonnes"))
    return _LeftBoxes(
        boxes={kind: left for kind, left in sorted(by_kind.items()) if left > 0},
        usd_per_day=worth / n if n else 0.0,
        tonnes_per_box=tonnes / boxes if boxes else 0.0,
    )


def _spread(left: _LeftBoxes, ways: OtherWays) -> Spread:
    times = TimeValues(per_hour=left.usd_per_day / _HOURS_PER_DAY, interest=0.0, per_late_hour=0.0)
    costed = [(way, generalised_cost(way, times, 0.0)) for way in ways.ways]
    return spread(math.fsum(left.boxes.values()), costed)


def _with_the_rest(found: Spread) -> Spread:
    """The boxes for which no way has room put on the dearest.

    Without a price, not carrying a box would save all that it costs, and whatever makes room for it
    would look like a loss. What it is worth to its owner is not known, but at least this: so many
    others pay as much.
    """
    *others, dearest = found.carried
    rest = replace(dearest, boxes=dearest.boxes + found.not_carried)
    return Spread(carried=(*others, rest), not_carried=0.0)


def _by_rail(quantities: Quantities, ways: OtherWays) -> list[tuple[str, float]]:
    found = []
    for name, amount in quantities.items():
        kind, what, *price = name.split("|")
        if what == "usd":
            found.append((f"price|{price[0]}|{kind}", amount))
        elif what == "time":
            found.append((f"time||{kind}", amount))
        elif what == "co2e":
            found.append((f"co2e||{kind}", amount * ways.co2e_usd2025_per_t))
    return found


def _by_others(spread_: Spread, left: _LeftBoxes, ways: OtherWays) -> list[tuple[str, float]]:
    whole = math.fsum(left.boxes.values())
    found = []
    for carried in spread_.carried:
        for kind, boxes in left.boxes.items():
            part = carried.boxes * boxes / whole
            found += [
                (f"way|{carried.key}:{what}|{kind}", part * usd)
                for what, usd in _per_box(carried.key, left, ways).items()
            ]
    return found


def _per_box(key: str, left: _LeftBoxes, ways: OtherWays) -> dict[str, float]:
    """What a box by another way costs, in dollars."""
    (way,) = (way for way in ways.ways if way.key == key)
    element = TransportElement(
        key=key,
        mass_t=left.tonnes_per_box,
        distance_km=ways.km.get(key, 0.0),
        intensity_g_per_tkm=ways.g_per_tkm.get(key, 0.0),
    )
    return {
        "cost": way.cost,
        "time": left.usd_per_day * way.hours / _HOURS_PER_DAY,
        "loss": way.loss,
        "co2e": co2e_t([element]) * ways.co2e_usd2025_per_t,
    }


def _laden(
    quantities: Quantities,
    spread_: Spread,
    left: _LeftBoxes,
    ways: OtherWays,
    n_new: float = 0.0,
) -> Spread:
    """Laden boxes over all ways, the railway as one of them: these are the demand that is fixed,
    so new ones are left out."""
    carried = math.fsum(
        amount
        for name, amount in quantities.items()
        if name.endswith("|carried") and name.split("|")[2] != _EMPTY
    )
    rail_usd = math.fsum(
        usd for name, usd in _by_rail(quantities, ways) if not name.endswith(f"|{_EMPTY}")
    )
    whole = math.fsum(left.boxes.values())
    share = 1 - left.boxes.get(_EMPTY, 0.0) / whole if whole else 0.0
    others = (
        Carried(
            key=one.key,
            boxes=one.boxes * share,
            cost_per_box=math.fsum(_per_box(one.key, left, ways).values()),
        )
        for one in spread_.carried
    )
    rail = Carried(
        key=RAIL, boxes=carried - n_new, cost_per_box=rail_usd / carried if carried else 0.0
    )
    return Spread(carried=(rail, *others), not_carried=spread_.not_carried * share)
