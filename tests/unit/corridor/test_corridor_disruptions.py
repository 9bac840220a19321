"""Disruptions by chance: as often, as long and in such months as the scenario says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from keruen.corridor.network.disruptions import Closure, closures
from keruen.scenario import read
from keruen.scenario.network import Network
from keruen.units import MS_PER_DAY
from networks import network

DAY = MS_PER_DAY
YEAR_2030 = date(2030, 1, 1)
STARTS = datetime(2030, 1, 1)  # noqa: DTZ001 - local time


def with_gale(**changes: Any) -> Network:
    """The network of four stations, whose one disruption is changed."""
    words = network()
    words["disruptions"]["gale"].update(changes)
    for key in ("source", "note"):
        words.pop(key)
    return Network.model_validate(words)


def drawn(railway: Network, seed: int, days: int = 365) -> tuple[Closure, ...]:
    return closures(railway, seed, first_day=YEAR_2030, from_ms=0, until_ms=days * DAY)


def begins(found: Sequence[Closure]) -> list[datetime]:
    return [STARTS + timedelta(milliseconds=c.begins_ms) for c in found]


def test_a_closure_is_what_the_scenario_says() -> None:
    """Border, share, length and kind of every closure are those of its disruption."""
    found = drawn(with_gale(length="36 h", n_per_year=50.0), 1)
    assert len(found) > 20
    for one in found:
        assert (one.border, one.intake_share, one.is_wind) == ("gate", 0.2, True)
        assert one.ends_ms - one.begins_ms == 1.5 * DAY
        assert one.ends_ms > 0
        assert one.begins_ms < 365 * DAY
    assert list(found) == sorted(found, key=lambda c: c.begins_ms)
    assert not any(c.is_wind for c in drawn(with_gale(kind="quota"), 1))


def test_how_many_begin_in_a_year_is_poisson() -> None:
    """Over 2 000 seeds the mean is 8, the variance 8, and none come with probability e^-2.

    Mean of n Poisson counts: deviation sqrt(8/2000) = 0.063. Variance: about 8 sqrt(2/2000) =
    0.25. None of a mean of 2: 0.135, deviation sqrt(0.135 · 0.865/2000) = 0.0077. Bounds are four
    deviations.
    """
    gale = with_gale()
    counts = [sum(0 <= c.begins_ms < 365 * DAY for c in drawn(gale, seed)) for seed in range(2000)]
    assert np.mean(counts) == pytest.approx(8, abs=0.26)
    assert np.var(counts) == pytest.approx(8, abs=1.1)
    rare = with_gale(n_per_year=2.0, length="1 h")
    none = np.mean([not drawn(rare, seed) for seed in range(2000)])
    assert none == pytest.approx(np.exp(-2), abs=0.031)


def test_months_have_their_shares() -> None:
    """Half of all begin in November, half in February, spread evenly over the days of the month."""
    months = ["0 %"] * 12
    months[1] = months[10] = "50 %"
    gale = with_gale(n_per_year=4.0, length="1 h", months=months)
    found = [moment for seed in range(500) for moment in begins(drawn(gale, seed))]
    assert {moment.month for moment in found} == {2, 11}
    # About 2 000 draws: deviation sqrt(0.25/2000) = 0.011.
    assert np.mean([m.month == 2 for m in found]) == pytest.approx(0.5, abs=0.045)
    november = [(m.day - 1) + m.hour / 24 for m in found if m.month == 11]
    # Uniform over 30 days: mean 15, deviation 8.66/sqrt(1000) = 0.27.
    assert np.mean(november) == pytest.approx(15, abs=1.1)
    assert min(november) < 1
    assert max(november) > 29


def test_a_december_ends_with_its_year() -> None:
    """All that belong to December begin in December."""
    gale = with_gale(n_per_year=20.0, months=["0 %"] * 11 + ["100 %"], length="1 h")
    found = begins(drawn(gale, 1))
    assert {(m.year, m.month) for m in found} == {(2030, 12)}


def test_what_began_before_is_still_there() -> None:
    """A closure that began in the year before and lasts into this one is found."""
    gale = with_gale(n_per_year=20.0, months=["0 %"] * 11 + ["100 %"], length="40 d")
    found = closures(gale, 1, first_day=YEAR_2030, from_ms=0, until_ms=DAY)
    assert found
    assert all(-31 * DAY <= c.begins_ms < 0 < c.ends_ms for c in found)


def test_the_time_looked_at_changes_nothing() -> None:
    """A part of the year has the closures of the whole year that touch it; another seed others."""
    gale = with_gale()
    whole = drawn(gale, 5, days=730)
    part = closures(gale, 5, first_day=YEAR_2030, from_ms=100 * DAY, until_ms=200 * DAY)
    assert part == tuple(c for c in whole if c.ends_ms > 100 * DAY and c.begins_ms < 200 * DAY)
    moved = closures(gale, 5, first_day=date(2030, 1, 31), from_ms=70 * DAY, until_ms=170 * DAY)
    assert [c.begins_ms + 30 * DAY for c in moved] == [c.begins_ms for c in part]
    assert drawn(gale, 6, days=730) != whole


def test_a_closed_border_has_none() -> None:
    """Nothing stops at a border that is not open."""
    words = with_gale()
    gate = words.borders["gate"].model_copy(update={"is_open": False})
    assert drawn(words.model_copy(update={"borders": {"gate": gate}}), 1) == ()


def test_disruptions_have_luck_of_their_own() -> None:
    """Another disruption added does not move those that were there."""
    alone = with_gale()
    jam = alone.disruptions["gale"].model_copy(update={"kind": "quota"})
    both = alone.model_copy(update={"disruptions": {**alone.disruptions, "jam": jam}})
    assert [c for c in drawn(both, 1) if c.is_wind] == list(drawn(alone, 1))


def test_the_packaged_borders_are_disrupted() -> None:
    """Eight gales and one congestion a year at Dostyk, one grain season at Altynkol, in autumn."""
    railway = read("kostanay-hefei").network
    assert railway is not None
    found = [c for seed in range(100) for c in drawn(railway, seed) if c.begins_ms >= 0]
    gales = [c for c in found if c.is_wind]
    # 100 years: deviations sqrt(8/100) = 0.28 and sqrt(1/100) = 0.1.
    assert len(gales) / 100 == pytest.approx(8, abs=1.15)
    assert {c.border for c in gales} == {"dostyk"}
    grain = [c for c in found if c.border == "altynkol"]
    assert len(grain) / 100 == pytest.approx(1, abs=0.4)
    assert {m.month for m in begins(grain)} <= {9, 10, 11}
