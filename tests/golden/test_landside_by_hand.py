"""The landside: trucks that can fetch so many a day, long-stayers that are moved away, a yard that fills.

The plain terminal (`tests/terminals.py`): a train is at the gantry after 15 minutes, a lift there takes
2, a lane of the gate 1, the way to the block 1, a lift of the stacker 3. Every expected time was worked
out before the run; each case is played without its process too.
"""

from __future__ import annotations

from typing import Any

from keruen.domain.codes import Event
from keruen.domain.tables import Table
from keruen.terminal import simulate
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from terminals import imports, rows_of, terminal, trains, visits

DAY, HOUR = MS_PER_DAY, MS_PER_HOUR


def play(boxes: list[dict[str, int]], days: int = 6, **changes: Any) -> Table:
    """The trace of some days in which one train brings the boxes, verified after every event."""
    return simulate(
        terminal(**changes),
        trains(0),
        visits(*boxes),
        seed=1,
        horizon_ms=days * DAY,
        n_services=1,
        is_paranoid=True,
    ).trace


def hours(trace: Table, kind: Event) -> list[float]:
    """When events of a kind happened."""
    return [round(time / HOUR, 3) for time in rows_of(trace, kind)["time_ms"].tolist()]


def minutes(trace: Table, kind: Event) -> list[float]:
    """When events of a kind happened."""
    return [round(time / MS_PER_MINUTE, 3) for time in rows_of(trace, kind)["time_ms"].tolist()]


def test_one_truck_a_day() -> None:
    """Three boxes are wanted at 10:00 of the second day; one truck a day takes three days for them.

    Without the limit all three trucks come at 34 h.
    """
    boxes = imports(3, out_ms=DAY + 10 * HOUR)
    assert hours(play(boxes, landside__trucks_per_day=1), Event.TRUCK_ARRIVED) == [34, 58, 82]
    assert hours(play(boxes, landside__trucks_per_day=2), Event.TRUCK_ARRIVED) == [34, 34, 58]
    assert hours(play(boxes), Event.TRUCK_ARRIVED) == [34, 34, 34]


def test_trucks_of_a_day_and_windows_together() -> None:
    """Four windows a day with room for one truck each, two trucks a day: two windows of each day.

    Wanted at 0 h of the second day: windows at 24 h and 30 h, then the next day's 48 h. Without the
    daily limit the third takes the window at 36 h.
    """
    windows = {"window": "6 h", "quota": 1}
    boxes = imports(3, out_ms=DAY)
    both = play(boxes, gate__appointments=windows, landside__trucks_per_day=2)
    assert hours(both, Event.TRUCK_ARRIVED) == [24, 30, 48]
    assert hours(play(boxes, gate__appointments=windows), Event.TRUCK_ARRIVED) == [24, 30, 36]


def test_long_stayers_are_moved_away() -> None:
    """A box wanted on the tenth day is moved away after two days, one wanted on the second is not.

    Without removal its truck does not come in the six days.
    """
    boxes = [*imports(1, out_ms=DAY), *imports(1, out_ms=9 * DAY)]
    removal = {"after": "2 d", "boxes_per_day": 5}
    trace = play(boxes, landside__removal=removal)
    assert hours(trace, Event.TRUCK_ARRIVED) == [24, 48]
    removed = rows_of(trace, Event.REMOVED)
    assert removed["visit"].tolist() == [1]
    assert hours(trace, Event.REMOVED) == [48]
    assert len(rows_of(trace, Event.TRUCK_LEFT)) == 2
    without = play(boxes)
    assert hours(without, Event.TRUCK_ARRIVED) == [24]
    assert len(rows_of(without, Event.REMOVED)) == 0


def test_so_many_are_moved_away_a_day() -> None:
    """Three long-stayers are due after two days; one a day can be moved: at 48, 72 and 96 hours."""
    boxes = imports(3, out_ms=30 * DAY)
    removal = {"after": "2 d", "boxes_per_day": 1}
    assert hours(play(boxes, landside__removal=removal), Event.REMOVED) == [48, 72, 96]


def test_a_box_without_a_truck_is_moved_away_too() -> None:
    """One truck a day for three boxes wanted after a day: at 24 and 48 h; the third would wait until
    72 h, so the terminal moves it at 48."""
    boxes = imports(3, out_ms=DAY)
    trace = play(
        boxes,
        landside__trucks_per_day=1,
        landside__removal={"after": "2 d", "boxes_per_day": 1},
    )
    assert hours(trace, Event.TRUCK_ARRIVED) == [24, 48, 48]
    assert hours(trace, Event.REMOVED) == [48]


def test_a_yard_is_full_and_relieved_by_two_thresholds() -> None:
    """60 TEU: full with 10 %, three boxes of 40 ft, relieved below 4 %, that is with one.

    Room for the third box is promised when its lift begins: at 19 both tractors are away, and the first,
    which left at 17, drives 10 s there, waits 3 min for the lift and is back after 10 s: 20 min 20 s. The three trucks come
    at 1440, enter at 1441, 1442 and 1443, are at the block a minute later, and have their boxes at 1445,
    1448 and 1451: with the second the yard is relieved. Between the thresholds nothing is said.
    """
    boxes = imports(3, out_ms=DAY)
    trace = play(boxes, landside__intake_stop={"stop_share": 0.1, "resume_share": 0.04})
    assert minutes(trace, Event.YARD_FULL) == [20.333]
    assert minutes(trace, Event.RETRIEVED) == [1445, 1448, 1451]
    assert minutes(trace, Event.YARD_RELIEVED) == [1448]
    without = play(boxes)
    assert len(rows_of(without, Event.YARD_FULL)) == len(rows_of(without, Event.YARD_RELIEVED)) == 0
