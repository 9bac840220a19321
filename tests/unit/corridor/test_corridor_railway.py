"""The railway as it happens: when it lets no more boxes in, and when a train does not run."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.corridor.railway.alone import run_alone
from keruen.corridor.railway.loading_bans import LoadingBans
from keruen.corridor.railway.railway import LiveRailway
from keruen.domain.codes import Mode
from keruen.units import MS_PER_DAY
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
    bans = LoadingBans(railway, railway.trips.bookings["ready_ms"].astype(np.int64))
    assert len(bans.trucks_of_day(0)) == n_waiting
    assert len(bans.trucks_of_day(MS_PER_DAY)) == (not is_refused)
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
    track = railway.states[0]
    assert track.n_sets == 1
    into = [run for run in railway.runs if run.line is track.line and not run.is_away]
    waits_d = [(run.departure_ms - run.scheduled_ms) / MS_PER_DAY for run in into]
    assert waits_d == [0, 6.25]
    assert track.n_cancelled == 13 + 5
