"""A border: what it takes in, day by day, and the queue before it.

Knows trains a day and boxes a day; knows no train. First come, first served, each way by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.disruptions import Closure
from keruen.scenario.network import Border, TrainsRange
from keruen.units import MS_PER_DAY

TEU_PER_BOX: Final = 1.6
"""What a change of gauge counts as a box: published throughputs are in TEU, and were made boxes by
this. A plan and a run must count alike, and a plan counts TEU."""

_PERMILLE = 1000
_DAY_BITS = 22


class Intake:
    """A server whose rate changes: so much a day, on some days less.

    Parameters
    ----------
    edges_ms : moments at which the rate changes, ascending.
    rates_per_d : from each edge to the next; the last one holds for ever and is positive.

    Attributes
    ----------
    edges_ms, rates, done : of each edge its moment, the rate for a millisecond from there on, and
        the amount that was offered up to it.

    Examples
    --------
    Two trains a day: the second of two that come together waits half a day.

    >>> (Intake([0], [2.0]).admit_all(np.array([0, 0]), 1.0) / MS_PER_DAY).tolist()
    [0.0, 0.5]
    """

    def __init__(self, edges_ms: Sequence[int], rates_per_d: Sequence[float]) -> None:
        self.edges_ms = np.array(edges_ms, np.int64)
        self.rates = np.array(rates_per_d, np.float64) / MS_PER_DAY
        assert self.rates[-1] > 0, "the last rate holds for ever"
        offered = np.diff(self.edges_ms) * self.rates[:-1]
        self.done = np.concatenate(([0.0], np.cumsum(offered)))
        self._free_from = 0.0

    def offered(self, moments_ms: NDArray[np.int64]) -> NDArray[np.float64]:
        """What could be taken in from each moment to the next: shape (n_moments − 1,)."""
        return np.diff(self._amounts_at(moments_ms))

    def _amounts_at(self, times_ms: NDArray[np.int64]) -> NDArray[np.float64]:
        k = np.maximum(np.searchsorted(self.edges_ms, times_ms, side="right") - 1, 0)
        amounts: NDArray[np.float64] = self.done[k] + (times_ms - self.edges_ms[k]) * self.rates[k]
        return amounts

    def admit_all(self, arrives_ms: NDArray[np.int64], amount: float) -> NDArray[np.int64]:
        """When each of many that come one after the other is taken in.

        Parameters
        ----------
        arrives_ms : ascending, none before those admitted earlier; shape (n,).
        amount : what each takes of the server; the next one waits for it.

        Notes
        -----
        Each begins when the one before is done or when it comes, whichever is later, counted in
        amounts: the largest over all before it of their arrival and what came since.
        """
        edges, rates, done = self.edges_ms, self.rates, self.done
        comes = self._amounts_at(arrives_ms)
        before = np.arange(len(arrives_ms)) * amount
        begins = np.maximum.accumulate(np.maximum(comes, self._free_from) - before) + before
        self._free_from = float(begins[-1]) + amount if len(begins) else self._free_from
        k = np.maximum(np.searchsorted(done, begins, side="right") - 1, 0)
        runs = rates[k] > 0
        after = np.where(runs, (begins - done[k]) / np.where(runs, rates[k], 1.0), 0.0)
        found: NDArray[np.int64] = np.maximum(arrives_ms, edges[k] + after.astype(np.int64))
        return found


def intake_of(  # noqa: PLR0913 - three of what, four of how, those keyword-only
    border: Border,
    key: str,
    seed: int,
    *,
    to_china: bool,
    days: NDArray[np.int64],
    closed: Sequence[Closure],
    is_whole: bool = False,
) -> Intake:
    """What the border takes in of the corridor's trains.

    Parameters
    ----------
    border, key : the border.
    to_china : the direction.
    days : days since the start of the simulation, ascending, without gaps.
    closed : closures of this border.
    is_whole : of all trains, not of the corridor's alone.
    """
    trains = border.to_china if to_china else border.to_kazakhstan
    share = 1.0 if is_whole else border.own_share(to_china=to_china)
    own = share * _daily(trains, f"{key}/{int(to_china)}", seed, days)
    felt = [c for c in closed if to_china or c.is_wind]
    return Intake(*_with_closures(days * MS_PER_DAY, own, [(c, c.intake_share) for c in felt]))


def transshipment_of(border: Border, days: NDArray[np.int64], closed: Sequence[Closure]) -> Intake:
    """TEU a day from gauge to gauge in one direction: half of all, less in wind."""
    windy = [(c, max(c.intake_share, border.sheltered_share)) for c in closed if c.is_wind]
    return Intake(
        *_with_closures(
            days * MS_PER_DAY, np.full(len(days), TEU_PER_BOX * border.own_boxes_per_d), windy
        )
    )


def _daily(
    trains: TrainsRange, key: str, seed: int, days: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Trains taken in on each day, triangular."""
    bounds = trains.low_trains_per_d, trains.mode_trains_per_d, trains.high_trains_per_d
    table = draws.triangular_table(*(_PERMILLE * n for n in bounds))
    entities = (draws.text_key(key) << _DAY_BITS) + days + (1 << (_DAY_BITS - 1))
    bits = draws.bits_array(seed, draws.STREAM_INTAKE, entities)
    found: NDArray[np.float64] = draws.millis_array(table, bits) / _PERMILLE
    return found


def _with_closures(
    edges_ms: NDArray[np.int64],
    rates: NDArray[np.float64],
    closed: Sequence[tuple[Closure, float]],
) -> tuple[list[int], list[float]]:
    """Edges and rates, the strongest closure of each moment applied."""
    moments = {int(edge) for edge in edges_ms}
    first, last = int(edges_ms[0]), int(edges_ms[-1])
    for closure, _ in closed:
        for moment in (closure.begins_ms, closure.ends_ms):
            if first < moment < last:
                moments.add(moment)
    ordered = sorted(moments)
    day = np.searchsorted(edges_ms, ordered, side="right") - 1
    factor = np.ones(len(ordered))
    at = np.array(ordered)
    for closure, share in closed:
        inside = (at >= closure.begins_ms) & (at < closure.ends_ms)
        factor[inside] = np.minimum(factor[inside], share)
    factor[-1] = 1.0
    return ordered, (rates[day] * factor).tolist()
