"""A yard that is full stops trains: those under way stand at stations, and loading is banned later.

Between the border and the dry port lies a station three hours from either, with tracks to stand on.
The yard of 60 TEU counts as full with three boxes of 40 ft and has room again with one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keruen.corridor.railway.kernel.state import UNKNOWN_MS
from keruen.domain.codes import Event
from keruen.domain.results import Stopped
from keruen.scenario import Scenario
from keruen.study.coupled import Coupled, run_coupled
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from railways import halfway, railway_of
from worlds import demand_of

DAY, HOUR = MS_PER_DAY, MS_PER_HOUR


BOXES = [{"in_service": 0, "flow": 0, "ready_ms": 10 * DAY, "stay_ms": 5 * DAY}] * 3
"""Three boxes that come about the tenth day and are fetched five days after they came."""
LATER = {"in_service": 0, "flow": 0, "ready_ms": 15 * DAY, "stay_ms": DAY}
"""Its journey begins 39 h before, while the yard is full."""


def ran(scenario: Scenario, days: float = 24, **how: Any) -> Coupled:
    return run_coupled(
        scenario,
        railway_of(scenario),
        demand_of(*BOXES, LATER),
        1,
        until_ms=round(days * DAY),
        is_paranoid=True,
        **how,
    )


def stopped(n_tracks: int, *, ban_delay: str = "3650 d") -> Scenario:
    """Trains are stopped with three boxes in the yard, and let go with one."""
    stop = {"stop_share": 0.1, "resume_share": 0.04, "ban_delay": ban_delay}
    return halfway(n_tracks, landside__intake_stop=stop)


@pytest.fixture(scope="module")
def two_tracks() -> Coupled:
    return ran(stopped(2))


def times(both: Coupled, kind: Event) -> list[int]:
    trace = both.run.trace
    return [int(time) for time in trace["time_ms"][trace["kind"] == kind]]


def into_port(both: Coupled) -> np.ndarray:
    line = [line.key for line in both.railway.all_lines].index("b")
    runs = both.railway.runs
    return runs[(runs["line"] == line) & (runs["is_away"] == 0)]


def midnight_after(time_ms: int) -> int:
    return -(-time_ms // DAY) * DAY


def test_trains_stand_until_there_is_room(two_tracks: Coupled) -> None:
    """From the midnight on two trains, a day apart, stand halfway, three hours after their departure.

    The others wait at the border. With room again the two go on from midnight, the second on the next
    path of 15 minutes, and are three hours later at the dry port; the others leave the border after
    them.
    """
    (full_ms,), (relieved_ms,) = (
        times(two_tracks, kind) for kind in (Event.YARD_FULL, Event.YARD_RELIEVED)
    )
    closes_ms, opens_ms = midnight_after(full_ms), midnight_after(relieved_ms)
    assert 4 * DAY < opens_ms - closes_ms < 7 * DAY
    fullness = two_tracks.railway.fullness
    assert fullness["time_ms"].tolist() == [closes_ms, opens_ms]
    assert fullness["is_full"].tolist() == [1, 0]
    runs, stands = two_tracks.railway.runs, two_tracks.railway.stands
    due = [at for at in into_port(two_tracks)["scheduled_ms"].tolist() if at >= closes_ms]
    left = runs[stands["run"]]
    assert left["scheduled_ms"].tolist() == due[:2]
    assert (stands["from_ms"] == left["scheduled_ms"] + 3 * HOUR).all()
    assert stands["until_ms"].tolist() == [opens_ms, opens_ms]
    assert left["arrival_ms"].tolist() == [
        opens_ms + 3 * HOUR,
        opens_ms + 3 * HOUR + 15 * MS_PER_MINUTE,
    ]
    waited = into_port(two_tracks)
    waited = waited[(waited["scheduled_ms"] > due[1]) & (waited["scheduled_ms"] < opens_ms)]
    assert len(waited) >= 2
    assert (waited["departure_ms"] >= opens_ms).all()


def test_without_a_stop_nothing_stands() -> None:
    """The same yard without the rule: every train is six hours under way from its time on."""
    both = ran(halfway(2))
    assert len(both.railway.stands) == len(both.railway.fullness) == 0
    runs = into_port(both)
    assert (runs["departure_ms"] == runs["scheduled_ms"]).all()
    assert (runs["arrival_ms"] == runs["departure_ms"] + 6 * HOUR).all()


def test_without_tracks_trains_wait_at_the_border() -> None:
    """No station has tracks: no train leaves the border while the yard is full."""
    both = ran(stopped(0))
    closes_ms, opens_ms = both.railway.fullness["time_ms"].tolist()
    leaves = into_port(both)["departure_ms"]
    assert len(both.railway.stands) == 0
    assert not ((leaves >= closes_ms) & (leaves < opens_ms)).any()


def test_a_train_under_way_is_left_before_it_has_passed() -> None:
    """A train that is between the border and halfway at midnight stands there; one beyond comes.

    Seen from the trains: none that was left standing had passed the station at that midnight.
    """
    both = ran(stopped(2))
    closes_ms = int(both.railway.fullness["time_ms"][0])
    assert (both.railway.stands["from_ms"] >= closes_ms).all()


@pytest.mark.parametrize(("delay", "is_refused"), [("1 d", True), ("3650 d", False)])
def test_loading_is_banned_after_its_delay(delay: str, is_refused: bool) -> None:
    """The fourth box would begin its journey 39 h before the fifteenth day, with the yard full since
    the twelfth: heard of a day later it is refused, heard of years later it comes."""
    both = ran(stopped(9, ban_delay=delay))
    closes_ms = int(both.railway.fullness["time_ms"][0])
    begins_ms = int(both.railway.trips.ready_ms[3])
    assert closes_ms + DAY <= begins_ms < closes_ms + 5 * DAY
    assert both.railway.is_gone.tolist() == [False, False, False, is_refused]


def test_wagons_are_held_while_trains_stand() -> None:
    """In the time in which the yard is full two sets are taken, for the trains that stand: none comes
    back before them, and none is taken for the trains that wait at the border."""
    both = ran(stopped(2))
    changes = both.railway.set_changes
    closes_ms, opens_ms = both.railway.fullness["time_ms"].tolist()
    line = [line.key for line in both.railway.all_lines].index("b")
    own = changes[changes["line"] == line]
    held = own[(own["time_ms"] >= closes_ms) & (own["time_ms"] < opens_ms)]
    stood = both.railway.stands
    assert (held["step"] == -1).sum() == len(stood) == 2


@pytest.mark.parametrize("step_ms", [3 * HOUR, 89 * MS_PER_MINUTE])
def test_steps_and_stops_change_nothing(two_tracks: Coupled, step_ms: int) -> None:
    """In other steps, and stopped while trains stand, all is the same to the moment."""
    other = ran(stopped(2), step_ms=step_ms)
    assert other.run.digest == two_tracks.run.digest
    assert (other.railway.stands == two_tracks.railway.stands).all()
    closes_ms, opens_ms = two_tracks.railway.fullness["time_ms"].tolist()
    days = (closes_ms + opens_ms) / 2 / DAY
    first = ran(stopped(2), days)
    assert (first.railway.stands["until_ms"] == UNKNOWN_MS).all()
    at = Stopped(state=first.run.state, at_ms=round(days * DAY), departures=first.departures)
    rest = ran(stopped(2), stopped=at)
    trace = np.concatenate((first.run.trace, rest.run.trace))
    assert (trace == two_tracks.run.trace).all()
