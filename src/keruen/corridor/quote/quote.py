"""A quote for one box: every way that the network offers, with days, cost, emissions and risk.

Knows ways, laws and queues; makes no words. The days of a way are those of many journeys with
their own luck; the same luck meets every way, so that ways differ by what they are.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.quote.border_queue import (
    N_YEARS,
    BorderQueue,
    queue_of,
    worst_disruption,
    years_of,
)
from keruen.corridor.quote.offered_ways import (
    Leg,
    QuotedBox,
    leg_co2e_kg,
    leg_usd2025,
    open_borders,
    usd2025_of,
    ways_over,
)
from keruen.domain.iso6346 import SIZE_TYPES, SizeType
from keruen.domain.transit import TransitPart, TransitTime, transit_time
from keruen.scenario.check_goods import gross_kg
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Commodity, Scenario
from keruen.scenario.network import Network
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR

Cause = Literal["train", "running", "group", "dwell", "disruption"]
Mark = Literal["cheapest", "fastest", "surest"]

JOURNEYS_PER_YEAR: Final = 4
N_JOURNEYS: Final = N_YEARS * JOURNEYS_PER_YEAR
"""Journeys of each way."""
LATE_D: Final = 5
"""A journey is late when it takes so many days more than the undisrupted median."""
HELD_UP_MS: Final = MS_PER_HOUR
"""A disruption holds a box up when it costs it at least so much: less is nobody's delay."""

_CAUSES: Final[tuple[Cause, ...]] = ("train", "running", "group", "dwell", "disruption")
_LEAST_LATE: Final = 20
"""So many late journeys tell what made them late; of fewer, the spread of all journeys does."""
_ALIKE_SHARE: Final = 0.01
"""Five hundred years do not tell apart two ways whose shares of late journeys differ by less."""
_JOURNEY_BITS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRequest:
    """What a forwarder asks for.

    Parameters
    ----------
    origin, destination : keys of stations, one of them in China.
    commodity : key in `commodities`.
    size_ft : 20 or 40.
    year, month : when the box is ready.
    seed : of the luck.
    """

    origin: str
    destination: str
    commodity: str
    size_ft: int
    year: int
    month: int
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A leg on rails as an element of the transport chain (ISO 14083).

    Parameters
    ----------
    leg : the leg.
    length_km, tonne_km : of the box, gross.
    co2e_kg, usd2025 : of the box.
    """

    leg: Leg
    length_km: float
    tonne_km: float
    co2e_kg: float
    usd2025: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How journeys stand to the undisrupted median, and what disruptions do to them.

    Parameters
    ----------
    undisrupted_p50_d : median of the same journeys, had no disruption come.
    late_share_low, late_share_high : probability of more than `LATE_D` days above it, when the
        corridor keeps its share of the border while others queue, and when its trains stand in one
        queue with all goods.
    held_up_share_low, held_up_share_high : probability that a disruption holds the box up, in both.
    held_up_d : by so many days, mean of the boxes that are held up in one queue with all goods; 0
        of none.
    """

    undisrupted_p50_d: float
    late_share_low: float
    late_share_high: float
    held_up_share_low: float
    held_up_share_high: float
    held_up_d: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way with its figures.

    Parameters
    ----------
    border : key of the border that it crosses.
    legs, elements : in the direction of the box; `elements` are those on rails.
    transit : its transit time, with the corridor's share of the border kept.
    usd2025, co2e_kg : of the box.
    lateness : of its journeys against the undisrupted median.
    disrupted_share : probability that a disruption of the border, felt in this direction, is under
        way in the month.
    cause : what makes late journeys late, in one queue with all goods.
    disruption : key of the disruption that costs most in this month; empty for none.
    marks : what it is best at.
    """

    border: str
    legs: tuple[Leg, ...]
    elements: tuple[Element, ...]
    transit: TransitTime
    usd2025: float
    co2e_kg: float
    lateness: Lateness
    disrupted_share: float
    cause: Cause
    disruption: str
    marks: tuple[Mark, ...] = ()

    @property
    def days_p50(self) -> float:
        """Median transit time."""
        return _known(self.transit.p50_d)

    @property
    def days_p90(self) -> float:
        """Transit time that nine of ten boxes keep."""
        return _known(self.transit.p90_d)

    @property
    def late_share_low(self) -> float:
        """Share of late boxes while the corridor keeps its share of the border."""
        return self.lateness.late_share_low

    @property
    def late_share_high(self) -> float:
        """Share of late boxes in one queue with all goods."""
        return self.lateness.late_share_high

    @property
    def is_assumed(self) -> bool:
        """Whether no timetable says how often one of its trains runs."""
        return any(leg.grounds == "assumption" for leg in self.legs if leg.kind == "block-train")


def sizes_of(commodity: Commodity, *, is_empty: bool) -> tuple[int, ...]:
    """Lengths in feet of the boxes that a commodity goes in; of empty boxes all."""
    loads = {20: commodity.net_load_20_kg, 40: commodity.net_load_40_kg}
    return tuple(feet for feet, load in loads.items() if is_empty or load > 0)


def quote(scenario: Scenario, network: Network, wish: QuoteRequest) -> tuple[Option, ...]:
    """Every way over every border that is open in the month.

    Parameters
    ----------
    scenario : goods and services.
    network : its railway; the planned week, if there is one, says how often trains run.
    wish : names that exist, and a size that the commodity goes in.

    Returns
    -------
    Options: the cheapest, the fastest and the surest first, then the others by cost. None when no
    open border joins the two stations.

    Notes
    -----
    Days are the wait for a train (uniform within the headway of the service) or the wait of a wagon
    group (its law), the running time (the laws of all lines on the way), the queue at the border
    (`quote_border`) and its dwell (its law). Emissions: gross tonne-kilometres of each element by
    the intensity of its line (ISO 14083:2023).
    """
    first_day = date(wish.year, wish.month, 1)
    n_days = monthrange(wish.year, wish.month)[1]
    borders = open_borders(network, date(wish.year, wish.month, n_days))
    box = box_of(scenario.commodities[wish.commodity], wish.size_ft)
    years = years_of(network, wish.seed, first_day)
    to_china = network.stations[wish.destination].gauge == "1435 mm"
    found: list[Option] = []
    for key in borders:
        ways = tuple(ways_over(scenario, network, wish.origin, wish.destination, border=key))
        if not ways:
            continue
        month_ms = n_days * MS_PER_DAY
        queue = queue_of(scenario, network, key, years, to_china=to_china, month_ms=month_ms)
        worst = worst_disruption(network, key, wish.month, to_china=to_china)
        luck = _Luck(network=network, seed=wish.seed, month_ms=month_ms)
        found += [_option(luck, legs, queue, key, box, worst) for legs in ways]
    return _ordered(found)


def box_of(commodity: Commodity, size_ft: int) -> QuotedBox:
    """The box of a commodity: the mean load, in a dry or a cooled box."""
    size: SizeType = next(
        one
        for one in SIZE_TYPES.values()
        if one.length_ft == size_ft and one.is_reefer == commodity.is_reefer
    )
    return QuotedBox(teu=size.n_teu, gross_t=gross_kg(commodity, size) / 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Luck:
    """The luck of all journeys in a month."""

    network: Network
    seed: int
    month_ms: int

    def keys(self, name: str) -> NDArray[np.int64]:
        return (draws.text_key(name) << _JOURNEY_BITS) + np.arange(N_JOURNEYS, dtype=np.int64)

    def ready_ms(self) -> NDArray[np.int64]:
        part = draws.uniform_array(self.seed, draws.STREAM_QUOTE_READY, np.arange(N_JOURNEYS))
        return (part * self.month_ms).astype(np.int64)

    def wait_ms(self, leg: Leg) -> NDArray[np.int64]:
        headway_ms = DAYS_PER_WEEK * MS_PER_DAY / leg.trains_per_week
        keys = self.keys(f"{leg.start}>{leg.end}")
        return (draws.uniform_array(self.seed, draws.STREAM_QUOTE_WAIT, keys) * headway_ms).astype(
            np.int64
        )

    def running_ms(self, leg: Leg) -> NDArray[np.int64]:
        total = np.zeros(N_JOURNEYS, np.int64)
        for key in leg.way.sections:
            law = self.network.running_time(self.network.sections[key])
            bits = draws.bits_array(self.seed, draws.STREAM_QUOTE_RUNNING, self.keys(key))
            total += draws.millis_array(law_table(law), bits)
        return total

    def group_ms(self, leg: Leg) -> NDArray[np.int64]:
        keys = self.keys(f"{leg.start}>{leg.end}")
        bits = draws.bits_array(self.seed, draws.STREAM_QUOTE_GROUP, keys)
        return draws.millis_array(law_table(self.network.costs.wagon_group_wait), bits)

    def dwell_ms(self, border: str) -> NDArray[np.int64]:
        bits = draws.bits_array(self.seed, draws.STREAM_QUOTE_DWELL, self.keys(border))
        return draws.millis_array(law_table(self.network.borders[border].dwell), bits)


def lateness_of(
    own_ms: NDArray[np.int64],
    shared_ms: NDArray[np.int64],
    calm_own_ms: NDArray[np.int64],
    calm_shared_ms: NDArray[np.int64],
) -> Lateness:
    """Hold journeys against what they had been without any disruption.

    Parameters
    ----------
    own_ms, shared_ms : of each journey, while the corridor keeps its share of the border, and in
        one queue with all goods; shape (n_journeys,).
    calm_own_ms, calm_shared_ms : the same journeys, had no disruption come.

    Notes
    -----
    The median of the journeys themselves would hide what happens often: where a disruption holds
    more than half of them up, it moves with them, and none would be late.

    Examples
    --------
    Of three journeys of ten days a disruption holds two up, by six days each.

    >>> calm, held = np.array([10, 10, 10]) * MS_PER_DAY, np.array([10, 16, 16]) * MS_PER_DAY
    >>> found = lateness_of(held, held, calm, calm)
    >>> round(found.late_share_low, 2), found.undisrupted_p50_d, found.held_up_d
    (0.67, 10.0, 6.0)
    """
    median_ms = float(np.quantile(calm_own_ms, 0.5))
    late_ms = median_ms + LATE_D * MS_PER_DAY
    lost_ms = shared_ms - calm_shared_ms
    is_held_up = lost_ms >= HELD_UP_MS
    return Lateness(
        undisrupted_p50_d=median_ms / MS_PER_DAY,
        late_share_low=float(np.mean(own_ms > late_ms)),
        late_share_high=float(np.mean(shared_ms > late_ms)),
        held_up_share_low=float(np.mean(own_ms - calm_own_ms >= HELD_UP_MS)),
        held_up_share_high=float(np.mean(is_held_up)),
        held_up_d=float(lost_ms[is_held_up].mean()) / MS_PER_DAY if is_held_up.any() else 0.0,
    )


def _times(
    luck: _Luck, legs: tuple[Leg, ...], queue: BorderQueue, *, is_shared: bool, is_calm: bool
) -> Mapping[Cause, NDArray[np.int64]]:
    """What each cause takes of each journey, ms."""
    parts = {cause: np.zeros(N_JOURNEYS, np.int64) for cause in _CAUSES}
    year = np.arange(N_JOURNEYS) // JOURNEYS_PER_YEAR
    ready_ms = luck.ready_ms()
    before: Leg | None = None
    for leg in legs:
        if leg.kind == "crossing":
            at_ms = ready_ms + sum(parts.values())
            parts["disruption"] += queue.delays_ms(
                year, at_ms, is_shared=is_shared, is_calm=is_calm
            )
            parts["dwell"] += luck.dwell_ms(leg.border)
        elif leg.kind == "wagon-group":
            parts["group"] += luck.group_ms(leg)
            parts["running"] += luck.running_ms(leg)
        else:
            # The wait of a wagon group is until it leaves the hub with the block train.
            if before is None or before.kind != "wagon-group":
                parts["train"] += luck.wait_ms(leg)
            parts["running"] += luck.running_ms(leg)
        before = leg
    return parts


def _option(
    luck: _Luck, legs: tuple[Leg, ...], queue: BorderQueue, border: str, box: QuotedBox, worst: str
) -> Option:
    parts = [
        _times(luck, legs, queue, is_shared=is_shared, is_calm=is_calm)
        for is_calm in (False, True)
        for is_shared in (False, True)
    ]
    own, shared, calm_own, calm_shared = (
        np.sum([found[cause] for cause in _CAUSES], axis=0) for found in parts
    )
    lateness = lateness_of(own, shared, calm_own, calm_shared)
    is_late = shared > (lateness.undisrupted_p50_d + LATE_D) * MS_PER_DAY
    elements = tuple(_element(luck.network, leg, box) for leg in legs if leg.kind != "crossing")
    return Option(
        border=border,
        legs=legs,
        elements=elements,
        transit=transit_time(_transit_parts(luck, legs, parts[0])),
        usd2025=usd2025_of(luck.network, legs, box),
        co2e_kg=sum(one.co2e_kg for one in elements),
        lateness=lateness,
        disrupted_share=float(np.mean(queue.is_disrupted)),
        cause=_cause(parts[1], is_late),
        disruption=worst,
    )


def _transit_parts(
    luck: _Luck, legs: tuple[Leg, ...], times: Mapping[Cause, NDArray[np.int64]]
) -> dict[TransitPart, NDArray[np.int64]]:
    """What each cause takes, as the parts of a transit time: a wait belongs to where it is."""
    at_border = [
        luck.wait_ms(leg)
        for before, leg in pairwise(legs)
        if before.kind == "crossing" and leg.kind == "block-train"
    ]
    next_gauge_ms = np.sum([np.zeros(N_JOURNEYS, np.int64), *at_border], axis=0)
    return {
        "train_wait": times["train"] + times["group"] - next_gauge_ms,
        "running": times["running"],
        "border": times["dwell"],
        "border_wait": times["disruption"] + next_gauge_ms,
    }


def _known(days: float | None) -> float:
    assert days is not None, "a quote knows its journeys"
    return days


def _element(network: Network, leg: Leg, box: QuotedBox) -> Element:
    return Element(
        leg=leg,
        length_km=leg.way.length_km,
        tonne_km=leg.way.length_km * box.gross_t,
        co2e_kg=leg_co2e_kg(leg, box),
        usd2025=leg_usd2025(network, leg, box),
    )


def _cause(parts: Mapping[Cause, NDArray[np.int64]], is_late: NDArray[np.bool_]) -> Cause:
    """What late journeys lose most by; when hardly any is late, what varies most."""
    if int(is_late.sum()) >= _LEAST_LATE:
        excess = {c: float(np.mean(p[is_late]) - np.mean(p)) for c, p in parts.items()}
    else:
        excess = {c: float(np.quantile(p, 0.9) - np.quantile(p, 0.5)) for c, p in parts.items()}
    return max(_CAUSES, key=excess.__getitem__)


def _ordered(options: list[Option]) -> tuple[Option, ...]:
    """The best by each measure first, marked, then by cost."""
    if not options:
        return ()
    by_cost = sorted(options, key=lambda o: (o.usd2025, o.days_p50, o.border, str(o.legs)))
    least_late = min(option.late_share_high for option in by_cost)
    best: dict[Mark, int] = {
        "cheapest": 0,
        "fastest": min(range(len(by_cost)), key=lambda n: (by_cost[n].days_p50, n)),
        "surest": min(
            (n for n, o in enumerate(by_cost) if o.late_share_high <= least_late + _ALIKE_SHARE),
            key=lambda n: (by_cost[n].days_p90 - by_cost[n].days_p50, n),
        ),
    }
    first = list(dict.fromkeys(best.values()))
    order = [*first, *(n for n in range(len(by_cost)) if n not in first)]
    return tuple(
        replace(by_cost[n], marks=tuple(mark for mark, at in best.items() if at == n))
        for n in order
    )
