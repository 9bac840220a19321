"""When borders take in less: gales, congestion and quotas that come by chance.

Knows how often, how long and in which months; knows no train.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from keruen import draws
from keruen.scenario.duration_laws import law_table
from keruen.scenario.network import Disruption, Network

_YEAR_BITS = 12
_NUMBER_BITS = 10
# A key of a text has 40 bits: with a year below 4096 and a number below 1024 it stays below 2**62.


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A time in which a border takes in less.

    Parameters
    ----------
    border : its key.
    begins_ms, ends_ms : since the start of the simulation; may lie before it.
    intake_share : of what it takes in otherwise.
    is_wind : stops the cranes, so it holds both ways; anything else is a matter of what China
        takes in.
    """

    border: str
    begins_ms: int
    ends_ms: int
    intake_share: float
    is_wind: bool


def closures(
    network: Network, seed: int, *, first_day: date, from_ms: int, until_ms: int
) -> tuple[Closure, ...]:
    """Draw the disruptions of all borders.

    Parameters
    ----------
    first_day : of the simulation, its warm-up included.
    from_ms, until_ms : time that is looked at.

    Returns
    -------
    Closures that touch the time, by border and begin. The number in a calendar year is Poisson
    with the stated mean; the month goes by the stated shares, the moment in it is uniform.
    """
    starts = datetime.combine(first_day, time())
    first = starts + timedelta(milliseconds=from_ms)
    last = starts + timedelta(milliseconds=until_ms)
    found: list[Closure] = []
    for key, disruption in sorted(network.disruptions.items()):
        if not network.borders[disruption.border].is_open:
            continue
        for year in range(first.year - 1, last.year + 1):
            found += _of_year(key, disruption, seed, year, starts)
    near = [c for c in found if c.ends_ms > from_ms and c.begins_ms < until_ms]
    return tuple(sorted(near, key=lambda c: (c.border, c.begins_ms, c.ends_ms)))


def _of_year(
    key: str, disruption: Disruption, seed: int, year: int, starts: datetime
) -> Iterator[Closure]:
    entity = (draws.text_key(key) << _YEAR_BITS) + year
    luck = float(draws.uniform_array(seed, draws.STREAM_DISRUPTION, np.array([entity]))[0])
    n = _poisson(disruption.n_per_year, luck)
    entities = (entity << _NUMBER_BITS) + np.arange(n)
    months = np.cumsum(disruption.months) / np.sum(disruption.months)
    month_luck = draws.uniform_array(seed, draws.STREAM_DISRUPTION, entities, 1)
    month = np.minimum(np.searchsorted(months, month_luck, side="right"), 11)
    within = draws.uniform_array(seed, draws.STREAM_DISRUPTION, entities, 2)
    bits = draws.bits_array(seed, draws.STREAM_DISRUPTION_LENGTH, entities)
    length_ms = draws.millis_array(law_table(disruption.length), bits)
    for which, part, long_ms in zip(
        month.tolist(), within.tolist(), length_ms.tolist(), strict=True
    ):
        month_starts = datetime(year, which + 1, 1)  # noqa: DTZ001 - local time, as everywhere
        month_ends = datetime(year + which // 11, which % 11 + 2 if which < 11 else 1, 1)  # noqa: DTZ001
        begins = month_starts - starts + (month_ends - month_starts) * part
        begins_ms = int(begins / timedelta(milliseconds=1))
        yield Closure(
            border=disruption.border,
            begins_ms=begins_ms,
            ends_ms=begins_ms + long_ms,
            intake_share=disruption.intake_share,
            is_wind=disruption.kind == "wind",
        )


def _poisson(mean: float, luck: float) -> int:
    """The Poisson quantile of a uniform number."""
    n = 0
    part = total = math.exp(-mean)
    while luck > total and n < 1000:
        n += 1
        part *= mean / n
        total += part
    return n
