"""The queue before a border in the weeks around a month, over many years that might be.

Knows disruptions, what a border takes in and how many trains come; knows no box.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.borders import Intake, intake_of, transshipment_of
from keruen.corridor.network.disruptions import Closure, closures
from keruen.corridor.network.ways import mean_days
from keruen.corridor.quote.offered_ways import FILL_SHARE, HUB_TRAINS_PER_WEEK, services_per_week
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Border, Disruption, Network
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY

N_YEARS: Final = 500
"""Years that might be; a disruption of one in ten is then seen in 50 of them."""
MOST_LOAD_SHARE: Final = 0.9
"""Trains of the corridor, as a share of what the border usually takes in of them, at most: an
assumption. Whoever plans sends no more than that, and the queue would never end."""

_BEFORE_D: Final = 45
_AFTER_D: Final = 75
"""Days before and after the first of the month in which trains come to the border."""

_PORTION_MS: Final = MS_PER_DAY // 4
"""Trains of all goods are counted by the quarter of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year that might be: its luck, and the disruptions of all borders in it."""

    seed: int
    closed: tuple[Closure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderQueue:
    """The queue of one direction at one border.

    Parameters
    ----------
    arrives_ms : of each train, ms since the first of the month, ascending; shape (n_trains,).
    delay_ms : from arrival until it is taken in and moved from gauge to gauge, without the usual
        dwell, when the corridor keeps its share of the border; shape (N_YEARS, n_trains).
    shared_delay_ms : the same when its trains stand in one queue with those of all goods.
    calm_delay_ms, calm_shared_delay_ms : both in the same years, had no disruption come.
    is_disrupted : a disruption that this direction feels is under way in the month; shape
        (N_YEARS,).
    """

    arrives_ms: NDArray[np.int64]
    delay_ms: NDArray[np.int64]
    shared_delay_ms: NDArray[np.int64]
    calm_delay_ms: NDArray[np.int64]
    calm_shared_delay_ms: NDArray[np.int64]
    is_disrupted: NDArray[np.bool_]

    def delays_ms(
        self,
        year: NDArray[np.int64],
        time_ms: NDArray[np.int64],
        *,
        is_shared: bool = False,
        is_calm: bool = False,
    ) -> NDArray[np.int64]:
        """The wait of boxes that come to the border: that of the train before them.

        Parameters
        ----------
        year, time_ms : which year, and when in it, of each box; any equal shape.
        is_shared : in one queue with all goods.
        is_calm : had no disruption come.
        """
        at = np.searchsorted(self.arrives_ms, time_ms, side="right") - 1
        own_ms, shared_ms = (
            (self.calm_delay_ms, self.calm_shared_delay_ms)
            if is_calm
            else (self.delay_ms, self.shared_delay_ms)
        )
        delay_ms = shared_ms if is_shared else own_ms
        found: NDArray[np.int64] = delay_ms[year, np.clip(at, 0, len(self.arrives_ms) - 1)]
        return found


def years_of(network: Network, seed: int, first_day: date) -> tuple[Year, ...]:
    """`N_YEARS` years that might be, with the disruptions of all borders around a month.

    Parameters
    ----------
    first_day : of the month; times are counted from its midnight.
    """
    seeds = draws.bits_array(seed, draws.STREAM_QUOTE_YEAR, np.arange(N_YEARS)) >> np.uint64(1)
    span_ms = {"from_ms": -_BEFORE_D * MS_PER_DAY, "until_ms": _AFTER_D * MS_PER_DAY}
    return tuple(
        Year(seed=one, closed=closures(network, one, first_day=first_day, **span_ms))
        for one in seeds.tolist()
    )


def queue_of(
    scenario: Scenario,
    network: Network,
    key: str,
    years: tuple[Year, ...],
    *,
    to_china: bool,
    month_ms: int,
) -> BorderQueue:
    """The queue at a border in one direction.

    Parameters
    ----------
    key : of the border.
    years : see `years_of`.
    month_ms : length of the month.
    """
    border = network.borders[key]
    arrives = _arrivals(trains_per_d(scenario, network, key, to_china=to_china))
    delays = np.zeros((4, len(years), len(arrives)), np.int64)
    is_disrupted = np.zeros(len(years), np.bool_)
    for n, year in enumerate(years):
        own = [c for c in year.closed if c.border == key]
        felt = [c for c in own if to_china or c.is_wind]
        is_disrupted[n] = any(c.begins_ms < month_ms and c.ends_ms > 0 for c in felt)
        for place, closed in ((0, own), (2, [])):
            line = _Line(border=border, key=key, seed=year.seed, to_china=to_china, closed=closed)
            delays[place, n] = line.moved(line.taken(arrives)) - arrives
            delays[place + 1, n] = line.moved(line.taken_with_all(arrives)) - arrives
    return BorderQueue(
        arrives_ms=arrives,
        delay_ms=delays[0],
        shared_delay_ms=delays[1],
        calm_delay_ms=delays[2],
        calm_shared_delay_ms=delays[3],
        is_disrupted=is_disrupted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One direction of a border in one year."""

    border: Border
    key: str
    seed: int
    to_china: bool
    closed: list[Closure]

    def taken(self, arrives_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """When trains are taken in, while the corridor keeps its share of the border."""
        return self._intake().admit_all(arrives_ms, 1.0)

    def taken_with_all(self, arrives_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """When trains are taken in that stand behind all goods that came before them.

        All goods come evenly, `MOST_LOAD_SHARE` of the mean that the border takes in, in portions.
        """
        intake = self._intake(is_whole=True)
        trains = self.border.to_china if self.to_china else self.border.to_kazakhstan
        portion = trains.mean_trains_per_d * MOST_LOAD_SHARE * _PORTION_MS / MS_PER_DAY
        begins_ms = int(_days()[0]) * MS_PER_DAY
        coming = np.arange(begins_ms, _AFTER_D * MS_PER_DAY, _PORTION_MS)
        delay_ms = intake.admit_all(coming, portion) - coming
        place = np.clip((arrives_ms - begins_ms) // _PORTION_MS, 0, len(coming) - 1)
        # Trains keep their order when a wait falls faster than they come.
        taken: NDArray[np.int64] = np.maximum.accumulate(arrives_ms + delay_ms[place])
        return taken

    def moved(self, taken_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """When the boxes of trains have been moved from gauge to gauge."""
        moving = transshipment_of(self.border, _days(), self.closed)
        boxes = _boxes_per_train(self.border, to_china=self.to_china)
        return moving.admit_all(taken_ms, boxes)

    def _intake(self, *, is_whole: bool = False) -> Intake:
        return intake_of(
            self.border,
            self.key,
            self.seed,
            to_china=self.to_china,
            days=_days(),
            closed=self.closed,
            is_whole=is_whole,
        )


def _days() -> NDArray[np.int64]:
    return np.arange(-_BEFORE_D, _AFTER_D + 1, dtype=np.int64)


def trains_per_d(scenario: Scenario, network: Network, key: str, *, to_china: bool) -> float:
    """Trains of the corridor that come to a border in a day: those of the week, else of services.

    Towards China they come on 1520 mm, towards Kazakhstan on 1435 mm. At most `MOST_LOAD_SHARE` of
    what the border takes in of them on average and moves from gauge to gauge.
    """
    border = network.borders[key]
    gate = border.kazakh_station if to_china else border.china_station
    if network.week is not None:
        trains = sorted(network.week.trains.items())
        often = float(sum(t.mean_trains_per_week for _, t in trains if gate in (t.start, t.end)))
    else:
        port = next(k for k, s in sorted(network.stations.items()) if s.kind == "dry-port")
        often = float(services_per_week(scenario, network, border.kazakh_station, port))
        often *= 1.0 if to_china else border.n_feu_1520 / border.n_feu_1435
    often = often or float(HUB_TRAINS_PER_WEEK)
    moved = border.own_boxes_per_d / _boxes_per_train(border, to_china=to_china)
    most = min(border.own_trains_per_d(to_china=to_china), moved)
    return min(often / DAYS_PER_WEEK, most * MOST_LOAD_SHARE)


def worst_disruption(network: Network, key: str, month: int, *, to_china: bool) -> str:
    """Key of the disruption of a border that costs most in a month; empty for none.

    Parameters
    ----------
    month : 1 to 12.

    Notes
    -----
    By what it takes away: how many begin in the month or the one before, how long they last, and
    what is not taken in meanwhile.
    """
    felt = {
        name: _lost(d, month)
        for name, d in sorted(network.disruptions.items())
        if d.border == key and (to_china or d.kind == "wind")
    }
    worst = max(sorted(felt), key=felt.__getitem__, default="")
    return worst if worst and felt[worst] > 0 else ""


def _lost(disruption: Disruption, month: int) -> float:
    begin = disruption.months[month - 1] + disruption.months[month - 2]
    days = mean_days(law_table(disruption.length))
    return disruption.n_per_year * begin * days * (1 - disruption.intake_share)


def _arrivals(per_d: float) -> NDArray[np.int64]:
    spacing = MS_PER_DAY / per_d
    n = max(1, int((_BEFORE_D + _AFTER_D) * per_d))
    return (-_BEFORE_D * MS_PER_DAY + np.arange(n) * spacing).astype(np.int64)


def _boxes_per_train(border: Border, *, to_china: bool) -> float:
    return (border.n_feu_1520 if to_china else border.n_feu_1435) * FILL_SHARE
