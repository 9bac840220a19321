"""The replay of recorded episodes: backlogs that a person can count, and the page that shows them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from verification import transit
from verification.corridor import PAGE
from verification.episodes import (
    WAGONS_PER_TRAIN,
    error_percent,
    replay,
    spread,
    together,
    waiting,
)

from keruen.scenario.network import Border, Episode, Network
from keruen.units import MS_PER_DAY
from networks import TITLE, border, network

DAY = MS_PER_DAY
FOUR = dict.fromkeys(("low", "mode", "high"), "4 trains/d")
THREE_QUARTERS = {"to_china": {"share": "75 %", "counts": "all-trains"}}
GATE = Border.model_validate({**border("east", "west"), "to_china": FOUR, "others": THREE_QUARTERS})
"""Four trains a day, neither more nor less; that three of them are of others plays no part."""


def episode(day: int, days: int, intake: str = "100 %", **changes: Any) -> Episode:
    return Episode.model_validate(
        {
            "title": TITLE,
            "border": "gate",
            "kind": "congestion",
            "first_day": date(2025, 10, day),
            "days": days,
            "intake_share": intake,
            **changes,
        }
    )


def test_a_backlog_grows_by_what_is_not_taken_in() -> None:
    """Four come and one is taken in for three days: nine wait, and without a ban they stay."""
    found = replay(GATE, [episode(1, 3, "25 %")], 1)
    assert (found.peak_trains, found.end_trains) == (9, 9)
    assert np.isnan(found.cleared_d)


def test_it_is_counted_on_the_day_of_the_record() -> None:
    """On the morning of the third day six wait."""
    found = replay(GATE, [episode(1, 3, "25 %")], 1, counted_on=date(2025, 10, 3))
    assert found.counted_trains == 6


def test_a_ban_works_the_backlog_off() -> None:
    """Six wait before day 2; then one goes every six hours and none comes: the last on day 3.25.

    Felt a day later, it is gone a day later, while three wait after the first day as before. If it means half of the trains, two a day still come
    and four go: of six two are left after its two days.
    """
    both = [episode(1, 2, "25 %"), episode(3, 2, loading_share="0 %", kind="ban")]
    at_once = replay(GATE, both, 1)
    assert (at_once.peak_trains, at_once.end_trains, at_once.cleared_d) == (6, 0, 3.25)
    later = replay(GATE, both, 1, lag_ms=DAY, counted_on=date(2025, 10, 2))
    assert (later.counted_trains, later.cleared_d) == (3, 4.25)
    assert replay(GATE, both, 1, banned_share=0.5).end_trains == 2


def test_loading_that_follows_after_a_delay_stops_the_growth() -> None:
    """Four come and one is taken in: three more wait each day, until only one comes after two days.

    At once, nothing piles up but what is on its way: with a day on the way, three. Felt a day later,
    the two days are three, and nine wait.
    """
    jam = episode(1, 6, "25 %")
    after = {n: episode(1, 6, "25 %", loading_follows_after=f"{n} d") for n in (0, 2, 6)}
    assert replay(GATE, [after[2]], 1).peak_trains == 6
    assert replay(GATE, [after[2]], 1, lag_ms=DAY).peak_trains == 9
    assert replay(GATE, [after[0]], 1, lag_ms=DAY).peak_trains == 3
    assert replay(GATE, [after[6]], 1).peak_trains == replay(GATE, [jam], 1).peak_trains == 18


def test_a_backlog_that_was_there_is_worked_off() -> None:
    """Of ten trains one goes at once; a ban of one day takes four in all: six are left.

    583 wagons are the same ten trains.
    """
    ban = {"loading_share": "0 %", "kind": "ban", "backlog_at": "start"}
    trains = episode(1, 1, n_backlog=10, backlog_unit="trains", **ban)
    found = replay(GATE, [trains], 1)
    assert (found.peak_trains, found.end_trains) == (9, 6)
    wagons = round(10 * WAGONS_PER_TRAIN)
    same = episode(1, 1, n_backlog=wagons, backlog_unit="wagons", **ban)
    assert replay(GATE, [same], 1).peak_trains == found.peak_trains


def test_luck_of_arrivals_and_intake_is_not_a_backlog() -> None:
    """An episode that changes nothing leaves nothing, whatever the days bring."""
    lively = Border.model_validate(border("east", "west"))
    found = replay(lively, [episode(1, 5)], 3)
    assert (found.peak_trains, found.end_trains, found.cleared_d) == (0, 0, 0)


def test_those_that_have_come_and_not_gone_wait() -> None:
    """Two come at 1 and 2 and are taken in at 2 and 9: one waits at 1, one at 2, none at 9."""
    assert waiting([1, 2], [2, 9], np.array([0, 1, 2, 8, 9])).tolist() == [0, 1, 1, 1, 0]


def test_episodes_of_a_border_that_touch_belong_together() -> None:
    """The second begins when the first ends, the third a day later; another border is apart."""
    days = {"a": episode(1, 3), "b": episode(4, 2), "c": episode(7, 1)}
    other = episode(4, 1).model_copy(update={"border": "other"})
    assert together({**days, "z": other}) == (("a", "b"), ("c",), ("z",))


def test_an_error_has_its_interval() -> None:
    """Of 0 to 10 the mean is 5, a tenth 1, nine tenths 9; against 4: +25 %, −75 % and +125 %."""
    found = spread(list(range(11)))
    assert (found.mean, found.p10, found.p90) == (5, 1, 9)
    assert error_percent(found, 4) == "+25 % (-75 to +125)"


def test_a_journey_is_its_sections_and_the_border() -> None:
    """120 km at 600 km a day on both sides and 30 h at the border: 0.2 + 1.25 + 0.2 days."""
    words = network()
    for key in ("source", "note"):
        words.pop(key)
    for one in words["railways"].values():
        one.update(slow_speed="600 km/d", usual_speed="600 km/d", fast_speed="600 km/d")
    railway = Network.model_validate(words)
    days = transit.drawn_days(railway, "origin", "gate", "port", n_draws=5)
    assert days == pytest.approx(1.65, abs=1e-6)
    beyond = transit.drawn_days(railway, "", "gate", "port", n_draws=5)
    assert beyond == pytest.approx(0.2, abs=1e-6)


def test_the_page_shows_the_times_of_the_network() -> None:
    """What `scripts/verify-corridor` would write on distances, times and prices is on the page."""
    text = PAGE.read_text(encoding="utf-8")
    assert "\n".join(transit.section()) in text
