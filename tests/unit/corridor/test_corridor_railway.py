"""The railway as it happens: when it lets no more boxes in, and when a train does not run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kernel_calls import add_boxes, free_after, take_boxes, trucks_of_day
from keruen.corridor.network.lines import lines_of
from keruen.corridor.railway.alone import run_alone
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.railway.wagon_sets import wagon_sets
from keruen.domain.codes import Mode
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from railways import plain, railway_of, weekly
from worlds import demand_of


@pytest.mark.parametrize(("n_waiting", "is_refused"), [(122, False), (123, True)])
def test_two_full_trains_may_always_wait(n_waiting: int, is_refused: bool) -> None:
    """Once a week a train takes 61 boxes; twice as many may wait for it, but not one box more.

    They come on the first day; who is to come on the second is refused when there are too many.
    """
    export = {"flow": 1, "in_mode": Mode.TRUCK, "out_service": 0}
    boxes = [export] * n_waiting + [{**export, "ready_ms": MS_PER_DAY}]
    scenario = weekly(is_fixed=True)
    railway = LiveRailway(scenario, railway_of(scenario), demand_of(*boxes), seed=1)
    assert len(trucks_of_day(railway, 0)) == n_waiting
    assert len(trucks_of_day(railway, MS_PER_DAY)) == (not is_refused)
    assert bool(railway.is_gone[-1]) is is_refused
    # Nobody who is there already is sent away.
    assert not railway.is_gone[:-1].any()


def test_a_train_without_wagons_for_a_week_is_cancelled() -> None:
    """One set of wagons, away for 20.25 days: a turnaround of 20 and twice three hours on the line.

    One train a day is due. When the set is back, the 13 trains between lack wagons for more than
    seven days, the one of the 14th day has waited for 20.25 - 14 days and runs. By the last day of
    28 five of those after it are given up as well.
    """
    scenario = plain(fleet__flat__n_platforms=122, fleet__flat__turnaround="20 d")
    railway, _ = run_alone(
        scenario, railway_of(scenario), demand_of({"flow": 1, "out_service": 0}), seed=1
    )
    track = railway.line_states[0]
    assert track["n_sets"] == 1
    runs = railway.runs
    into = runs[(runs["line"] == 0) & (runs["is_away"] == 0)]
    waits_d = (into["departure_ms"] - into["scheduled_ms"]) / MS_PER_DAY
    assert waits_d.tolist() == [0, 6.25]
    assert track["n_cancelled"] == 13 + 5


@pytest.mark.parametrize(("border", "is_refused"), [("gate", True), ("", False)])
def test_only_behind_a_border_a_backlog_stops_loading(border: str, is_refused: bool) -> None:
    """Boxes that wait at the far end stop loading at a border; elsewhere they were there before."""
    boxes = [{"in_service": 0, "flow": 0, "ready_ms": n * MS_PER_DAY} for n in [0] * 123 + [1]]
    scenario = weekly(is_fixed=True)
    railway = LiveRailway(scenario, railway_of(scenario), demand_of(*boxes), seed=1)
    railway.line_states["border"][0] = 0 if border else -1
    # No train has taken a box yet: those that wait at the far end are the whole backlog.
    take_boxes(railway, 0, 100 * MS_PER_DAY, teu=1000, mass_kg=10**9)
    add_boxes(railway, 0, np.arange(123), np.zeros(123, np.int64))
    begins_ms = int(railway.trips.ready_ms[-1])
    trucks_of_day(railway, begins_ms // MS_PER_DAY * MS_PER_DAY)
    assert bool(railway.is_gone[-1]) is is_refused


def test_a_late_train_stays_six_hours() -> None:
    """It missed its departure by days: it leaves six hours after it came, as its layover is longer."""
    scenario = plain(fleet__flat__n_platforms=122, fleet__flat__turnaround="20 d")
    planned = railway_of(scenario)
    ((key, service),) = scenario.services.items()
    longer = service.model_copy(update={"layover_ms": 12 * MS_PER_HOUR})
    scenario = scenario.model_copy(update={"services": {key: longer}})
    railway, _ = run_alone(scenario, planned, demand_of({"flow": 1, "out_service": 0}), seed=1)
    assert railway.of_services["departure_ms"][0] > 6 * MS_PER_HOUR
    own = railway.runs[railway.runs["line"] == 0]
    into, away = own[own["is_away"] == 0], own[own["is_away"] == 1]
    n = min(len(into), len(away))
    stays_ms = away["departure_ms"][:n] - into["arrival_ms"][:n]
    assert stays_ms[1] == 6 * MS_PER_HOUR


def test_sets_left_over_go_to_the_largest_rest() -> None:
    """Five sets for needs of two to one: 3.33 and 1.67, so three and one, and the fifth to 1.67."""
    planned = railway_of(
        plain(fleet__flat__n_platforms=5 * 61, fleet__flat__available_share="100 %")
    )
    line = lines_of(planned, plain().services).port[0]
    twice = replace(line, trains_per_week=2 * line.trains_per_week)
    assert wagon_sets(planned.network, [twice, line]) == [3, 2]
    assert wagon_sets(planned.network, [line, twice]) == [2, 3]


@pytest.mark.parametrize(("layover_ms", "free_ms"), [(3, 7), (6, 4)])
def test_wagons_rest_what_the_layover_at_the_dry_port_left(layover_ms: int, free_ms: int) -> None:
    """A turnaround of 10 of which a layover of 3, or of 6, has passed at the dry port."""
    scenario = plain()
    railway = LiveRailway(
        scenario, railway_of(scenario), demand_of({"flow": 1, "out_service": 0}), seed=1
    )
    railway.tables["slots"]["turnaround_ms"] = 10
    railway.tables["events"]["time_ms"] = 10**12
    railway.line_states["layover_ms"][0] = layover_ms
    assert free_after(railway, 0) == free_ms
