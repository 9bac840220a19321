"""Railway and dry port as one: by hand on four stations, and laws that hold however it is cut."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from keruen import demand, study
from keruen.corridor.railway.kernel.state import UNKNOWN_MS
from keruen.domain.codes import Event, Resource, Storage
from keruen.domain.results import Stopped
from keruen.scenario import Scenario
from keruen.study.coupled import Coupled, run_coupled
from keruen.study.replicate import measured
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from railways import plain, railway_of
from worlds import demand_of

DAY, HOUR = MS_PER_DAY, MS_PER_HOUR


def ran(scenario: Scenario, days: float = 28, **how: Any) -> Coupled:
    boxes = demand.generate(scenario, 1)
    return run_coupled(scenario, railway_of(scenario), boxes, 1, until_ms=round(days * DAY), **how)


@pytest.fixture(scope="module")
def usual() -> Coupled:
    return ran(plain())


def known(both: Coupled, name: str) -> np.ndarray:
    return both.railway.times[name] != UNKNOWN_MS


# --- by hand --------------------------------------------------------------------------------


def test_one_box_from_china_by_hand() -> None:
    """Every leg of a journey, added up.

    The train of China leaves at its minute of the day, runs three hours, is taken in at once and
    spends thirty hours at the border. The next train of 1520 mm takes the box and runs three hours.
    """
    scenario = plain()
    box = {"in_service": 0, "flow": 0, "ready_ms": 10 * DAY, "stay_ms": DAY}
    both = run_coupled(scenario, railway_of(scenario), demand_of(box), 1, until_ms=20 * DAY)
    railway = both.railway
    t = {name: int(times[0]) for name, times in railway.times.items()}
    lead_ms = 3 * HOUR + 30 * HOUR + 3 * HOUR
    assert railway.trips.ready_ms[0] == 10 * DAY - lead_ms
    leaves = [slot for slot in departures(both, "a") if slot >= 10 * DAY - lead_ms]
    assert t["left_china"] == leaves[0]
    assert t["at_border"] == t["left_china"] + 3 * HOUR
    assert t["other_gauge"] == t["at_border"] + 30 * HOUR
    assert t["left_far"] == next(at for at in departures(both, "b") if at >= t["other_gauge"])
    assert t["at_port"] == t["left_far"] + 3 * HOUR
    arrived = both.trains[both.visits["in_train"][0]]
    assert (both.visits["in_ms"][0], arrived["arrival_ms"]) == (t["at_port"], t["at_port"])


def departures(both: Coupled, key: str) -> list[int]:
    """When the trains of the week leave the far end by the timetable."""
    return both.railway.scheduled_ms(place_of(both, key)).tolist()


def place_of(both: Coupled, key: str) -> int:
    """Row of a line."""
    return [line.key for line in both.railway.all_lines].index(key)


def runs_of(both: Coupled, key: str, *, is_away: bool) -> np.ndarray:
    """Trains of a line in one direction."""
    runs = both.railway.runs
    return runs[(runs["line"] == place_of(both, key)) & (runs["is_away"] == is_away)]


def test_one_box_to_china_by_hand() -> None:
    """It leaves on the first train that goes after it was brought, and is in China on the next one.

    A set that has come in leaves three hours after its planned arrival; at the border thirty hours
    pass, and the train of China leaves a day (half of its two days' turnaround: no fleet is told,
    so at once) after it came.
    """
    scenario = plain()
    box = {"out_service": 0, "flow": 1, "ready_ms": 10 * DAY, "stay_ms": HOUR}
    both = run_coupled(scenario, railway_of(scenario), demand_of(box), 1, until_ms=25 * DAY)
    t = {name: int(times[0]) for name, times in both.railway.times.items()}
    planned = [at + 6 * HOUR for at in departures(both, "b")]
    # Stacking and loading take less than an hour in a terminal with nothing else to do.
    assert t["left_port"] in planned
    assert 0 < t["left_port"] - 10 * DAY < DAY + HOUR
    assert t["at_border_back"] == t["left_port"] + 3 * HOUR
    assert t["other_gauge_back"] == t["at_border_back"] + 30 * HOUR
    empties = [at + 3 * HOUR for at in departures(both, "a")]
    assert t["left_border"] == next(at for at in empties if at >= t["other_gauge_back"])
    assert t["ended"] == t["left_border"] + 3 * HOUR


# --- laws -----------------------------------------------------------------------------------


@pytest.mark.parametrize("step_ms", [3 * HOUR, 89 * MS_PER_MINUTE, 17 * MS_PER_MINUTE])
def test_the_length_of_a_step_changes_nothing(usual: Coupled, step_ms: int) -> None:
    """Steps of any length give the same trace, the same trains and the same moments."""
    other = ran(plain(), step_ms=step_ms)
    assert other.run.digest == usual.run.digest
    assert (other.trains == usual.trains).all()
    assert (other.visits == usual.visits).all()
    for name, times in usual.railway.times.items():
        assert (other.railway.times[name] == times).all()


def test_a_step_is_no_longer_than_the_quickest_run(usual: Coupled) -> None:
    """The quickest run between the two is three hours, and a longer step is refused."""
    assert usual.railway.longest_step_ms == 3 * HOUR
    with pytest.raises(AssertionError):
        ran(plain(), step_ms=3 * HOUR + 1)


@pytest.mark.parametrize("days", [5.0, 11.3])
def test_a_stopped_run_goes_on_as_if_it_had_not_been(usual: Coupled, days: float) -> None:
    """What came before the stop and what comes after it are the whole trace."""
    first = ran(plain(), days)
    stopped = study_stopped(first, days)
    rest = ran(plain(), stopped=stopped)
    trace = np.concatenate((first.run.trace, rest.run.trace))
    assert (trace == usual.run.trace).all()
    assert (rest.visits == usual.visits).all()


def study_stopped(first: Coupled, days: float) -> Stopped:
    return Stopped(state=first.run.state, at_ms=round(days * DAY), departures=first.departures)


def test_no_box_is_in_two_places(usual: Coupled) -> None:
    """The moments of every journey follow one another, and those behind a gap do not exist."""
    t = usual.railway.times
    for order in (
        ("left_china", "at_border", "other_gauge", "left_far", "at_port"),
        ("left_port", "at_border_back", "other_gauge_back", "left_border", "ended"),
    ):
        for before, after in pairwise(order):
            both = known(usual, after)
            assert (known(usual, before) | ~both).all()
            assert (t[before][both] <= t[after][both]).all()


def test_boxes_are_conserved(usual: Coupled) -> None:
    """What is booked is refused, under way, at the dry port, or there; trains bring what they took.

    Every box that a train brought to the dry port is one that was put on it, once.
    """
    into = usual.railway.boxes_on(runs_of(usual, "b", is_away=False))
    assert 0 < len(np.unique(into)) == len(into)
    out = usual.railway.boxes_on(runs_of(usual, "b", is_away=True))
    assert 0 < len(np.unique(out)) == len(out)
    loaded = usual.run.trace[usual.run.trace["kind"] == Event.LOADED]
    left = usual.run.trace[usual.run.trace["kind"] == Event.TRAIN_DEPARTED]["train"]
    gone = loaded[np.isin(loaded["train"], left)]
    assert sorted(usual.visits["booking"][gone["visit"]].tolist()) == sorted(out.tolist())


def test_no_train_is_fuller_than_its_wagons(usual: Coupled) -> None:
    """TEU and mass of every train are within what it carries."""
    railway = usual.railway
    bookings = railway.trips.bookings
    for place in range(len(railway.runs)):
        run = railway.runs[place : place + 1]
        rows, line = railway.boxes_on(run), railway.all_lines[int(run["line"][0])]
        assert bookings["n_teu"][rows].sum() <= line.capacity_teu
        assert bookings["gross_mass_kg"][rows].sum() <= line.capacity_kg


# --- one end sees the other -----------------------------------------------------------------


def test_trains_wait_for_wagons_that_the_dry_port_keeps() -> None:
    """With one set a train a day cannot run: two runs, six hours of port and two days of turnaround.

    With enough sets none waits.
    """
    few = ran(plain(fleet__flat__n_platforms=130, fleet__flat__turnaround="48 h"))
    many = ran(plain(fleet__flat__n_platforms=1000, fleet__flat__turnaround="48 h"))
    assert few.railway.line_states["n_sets"][place_of(few, "b")] == 1
    # 48 h hold the three hours of layover; with two runs of three hours a round takes 54 h.
    n_rounds = len(few.trains)
    assert n_rounds == pytest.approx(28 * 24 / 54, abs=1.5)
    assert len(many.trains) == pytest.approx(28, abs=1)


def test_a_slow_dry_port_is_seen_at_the_border() -> None:
    """Gantries that take two hours for a box keep the wagons: boxes wait on the far side."""
    usual = ran(plain(fleet__flat__n_platforms=500))
    scenario = plain(fleet__flat__n_platforms=500)
    machines = {
        key: m.model_copy(
            update={"cycle_time": m.cycle_time.model_copy(update={"value_ms": 2 * HOUR})}
        )
        if m.kind == "gantry"
        else m
        for key, m in scenario.terminal.machines.items()
    }
    slow = scenario.model_copy(
        update={"terminal": scenario.terminal.model_copy(update={"machines": machines})}
    )
    jammed = ran(slow)
    waits_h = [
        int((runs["departure_ms"] - runs["scheduled_ms"]).max()) // HOUR
        for runs in (runs_of(usual, "b", is_away=False), runs_of(jammed, "b", is_away=False))
    ]
    assert waits_h[0] == 0
    assert waits_h[1] > 24


def test_wagons_of_china_go_back_when_their_train_was_taken_in() -> None:
    """A border that takes in half a train a day holds the daily trains, and none goes back before."""
    half = dict.fromkeys(("low", "mode", "high"), "0.5 trains/d")
    both = ran(plain(borders__gate__to_kazakhstan=half))
    crossings = both.railway.crossings_of(0, to_china=False)
    taken = crossings["taken_in_ms"].tolist()
    back = runs_of(both, "a", is_away=True)["departure_ms"].tolist()
    assert len(back) > 10
    assert all(left >= at for left, at in zip(sorted(back), sorted(taken), strict=False))
    assert (crossings["taken_in_ms"] - crossings["arrived_ms"]).max() > 5 * DAY


def test_a_line_with_too_much_waiting_lets_no_more_in() -> None:
    """Three times what the trains take away: in the first week all may come, later they may not.

    A train of 61 platforms takes 122 TEU a day; 180 boxes of 2 TEU a day are brought. After seven
    days of capacity have piled up, boxes are refused until the pile is below that again.
    """
    scenario = plain(boxes=180 * 365)
    week = scenario.network.week.model_copy(update={"is_fixed": True})  # type: ignore[union-attr]
    network_ = scenario.network.model_copy(update={"week": week})  # type: ignore[union-attr]
    both = ran(scenario.model_copy(update={"network": network_}))
    trips = both.railway.trips
    out = trips.out_line >= 0
    day = trips.bookings["ready_ms"] // DAY
    refused = np.bincount(day[out & both.railway.is_gone], minlength=28)
    # 360 TEU come and 122 leave each day: 854 TEU wait in the fourth midnight at the earliest.
    assert refused[:3].sum() == 0
    assert refused[3:].max() > 150
    assert both.railway.line_states["at_port_teu"].max() < 7 * 122 + 360


def test_every_described_measure_is_measured() -> None:
    """`measures.toml` and the code name the same measures, where there is a railway."""
    described = tomllib.loads(
        files("keruen.domain").joinpath("measures.toml").read_text(encoding="utf-8")
    )
    kinds: dict[str, Any] = {"Storage": Storage, "Resource": Resource}
    expected = set()
    for name, facts in described.items():
        members = kinds[facts["by"]] if "by" in facts else None
        expected |= {f"{name}_{m.name.lower()}" for m in members} if members else {name}
    scenario = plain()
    found, _ = measured(scenario, study.replay(scenario, 1))
    assert set(found) == expected
