"""Who takes which train, with numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest

from keruen import corridor, demand
from keruen.corridor.timetabled.boarding import TrainCapacity, WaitingBoxes, board
from keruen.corridor.timetabled.timetable import timetable
from keruen.domain.results import CorridorPlan
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from worlds import demand_of, world

HOUR, DAY = MS_PER_HOUR, MS_PER_DAY


def boarded(
    ready: list[int], teu: list[int], at: list[int], room_teu: list[int], patience: int = 10**6
) -> list[int]:
    """`board` without masses, times in plain numbers."""
    queue = WaitingBoxes(
        ready_ms=np.array(ready, np.int64),
        n_teu=np.array(teu, np.int64),
        mass_kg=np.zeros(len(ready), np.int64),
    )
    room = TrainCapacity(
        at_ms=np.array(at, np.int64),
        teu=np.array(room_teu, np.int64),
        mass_kg=np.zeros(len(at), np.int64),
    )
    return board(queue, room, patience).tolist()


@pytest.mark.parametrize(
    ("ready", "teu", "at", "room_teu", "expected"),
    [
        ([], [], [1, 2], [4, 4], []),
        ([1, 2], [1, 1], [], [], [-1, -1]),
        # Ready when the train comes is in time; a moment later is not.
        ([5, 6], [1, 1], [5, 9], [4, 4], [0, 1]),
        # Room for two TEU: the third waits, and what is left over waits for ever.
        ([0, 0, 0, 0], [1, 1, 1, 2], [1, 2], [2, 2], [0, 0, 1, -1]),
        # Nobody overtakes: the long box does not fit, the short one behind it waits too.
        ([0, 0, 0], [1, 2, 1], [1, 2], [2, 3], [0, 1, 1]),
        # A train without room takes nobody.
        ([0], [1], [1, 2], [0, 1], [1]),
    ],
)
def test_first_come_first_served(
    ready: list[int], teu: list[int], at: list[int], room_teu: list[int], expected: list[int]
) -> None:
    """Trains take boxes in their order while there is room."""
    assert boarded(ready, teu, at, room_teu) == expected


def test_mass_binds_too() -> None:
    """A train that bears 50 t takes two boxes of 20 t of three, whatever its TEU."""
    queue = WaitingBoxes(
        ready_ms=np.zeros(3, np.int64),
        n_teu=np.full(3, 1, np.int64),
        mass_kg=np.full(3, 20_000, np.int64),
    )
    room = TrainCapacity(
        at_ms=np.array([1, 2]), teu=np.array([9, 9]), mass_kg=np.array([50_000, 50_000])
    )
    assert board(queue, room, 100).tolist() == [0, 0, 1]


def test_who_has_waited_too_long_takes_no_room() -> None:
    """A box that has left the queue leaves its place to the next; patience itself is still patient."""
    assert boarded([0, 1, 2], [1, 1, 1], [11], [2], patience=10) == [-1, 0, 0]
    assert boarded([0, 1, 2], [1, 1, 1], [10], [2], patience=10) == [0, 0, -1]


# --- timetable ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_day", "days", "per_week", "first_arrival", "hours"),
    [
        # Monday: twice a week from noon on, every three days and a half.
        ("2030-01-07", 8, 2, "12 h", [12, 96, 180]),
        # Wednesday: Monday's noon was 36 h ago, the next are at 48 h and 132 h.
        ("2030-01-09", 7, 2, "12 h", [48, 132]),
        # Once a week, on Sunday at six; and the last moment is outside.
        ("2030-01-07", 14, 1, "6 d", [144, 312]),
        ("2030-01-07", 6, 1, "6 d", []),
        # Every day, first on Wednesday: the pattern of the week before runs on.
        ("2030-01-07", 3, 7, "49 h", [1, 25, 49]),
        # Later than a week is the same hour of the week.
        ("2030-01-07", 3, 1, "348 h", [12]),
    ],
)
def test_timetable(
    first_day: str, days: int, per_week: int, first_arrival: str, hours: list[int]
) -> None:
    """Trains come evenly through the week, counted from Monday's midnight."""
    scenario = world(
        {"a": {}},
        services={"s": {"trains_per_week": per_week, "first_arrival": first_arrival}},
        calendar__first_day=first_day,
        calendar__days=days,
    )
    trains = timetable(scenario)
    assert trains["arrival_ms"].tolist() == [hour * HOUR for hour in hours]
    assert (trains["departure_ms"] == trains["arrival_ms"] + 3 * HOUR).all()
    assert (trains["capacity_teu"] == 100).all()
    assert (trains["length_m"] == 700).all()


def test_warm_up_is_before_the_first_day() -> None:
    """With a week and a day of warm-up before a Monday the simulation starts on a Sunday."""
    scenario = world({"a": {}}, calendar__warm_up="8 d", calendar__days=1)
    assert timetable(scenario)["arrival_ms"].tolist() == [(24 * d + 12) * HOUR for d in range(9)]


def test_trains_of_all_services_by_time() -> None:
    """Trains stand in the order of their arrival, at the same moment in that of their services."""
    services = {"b": {}, "a": {}, "c": {"first_arrival": "6 h"}}
    trains = timetable(world({"f": {"service": "a"}}, services=services, calendar__days=2))
    assert trains["service"].tolist() == [2, 0, 1, 2, 0, 1]


# --- plan -----------------------------------------------------------------------------------


def planned(*boxes: dict[str, int], **service: object) -> CorridorPlan:
    """The plan of boxes by hand on a daily train at noon that leaves at 15 h; services 0 and 1."""
    services = {"a": {"n_wagons": 2, **service}, "b": {"n_wagons": 2}}
    scenario = world({"f": {"service": "a"}}, services=services)
    return corridor.plan_timetabled(scenario, demand_of(*boxes))


def test_inbound() -> None:
    """Two long boxes fill a train of two platforms: the third comes a day later, the next is ready."""
    boxes = [{"in_service": 0, "ready_ms": hour * HOUR} for hour in (0, 12, 12, 13)]
    plan = planned(*boxes)
    on = plan.trains[plan.in_train]
    assert (on["service"] == 0).all()
    assert on["arrival_ms"].tolist() == [hour * HOUR for hour in (12, 12, 36, 36)]
    assert (plan.out_train == -1).all()
    assert plan.is_served.all()


@pytest.mark.parametrize(
    ("ready_h", "stay_h", "leaves_h"),
    [
        # 3 + 12 = 15: in time for the first departure.
        (3, 0, 15),
        (3, 12, 15),
        # A minute more of stay, or of coming, is too late.
        (3, 12.1, 39),
        (3.1, 0, 39),
        (0, 48, 63),
    ],
)
def test_outbound(ready_h: float, stay_h: float, leaves_h: float) -> None:
    """A box leaves by the first departure twelve hours after its truck and after its stay."""
    box = {"out_service": 1, "ready_ms": round(ready_h * HOUR), "stay_ms": round(stay_h * HOUR)}
    plan = planned(box)
    assert plan.trains["service"][plan.out_train].tolist() == [1]
    assert plan.trains["departure_ms"][plan.out_train].tolist() == [round(leaves_h * HOUR)]


def test_who_wants_to_leave_first_leaves_first() -> None:
    """Outbound boxes queue by when they may leave, not by when their truck came."""
    boxes = [
        {"out_service": 0, "ready_ms": 0, "stay_ms": 15 * HOUR},
        {"out_service": 0, "ready_ms": 1 * HOUR, "stay_ms": 0},
        {"out_service": 0, "ready_ms": 2 * HOUR, "stay_ms": 0},
    ]
    plan = planned(*boxes)
    departures = plan.trains["departure_ms"][plan.out_train]
    assert departures.tolist() == [39 * HOUR, 15 * HOUR, 15 * HOUR]


def test_transit() -> None:
    """A transit box that comes at noon is ready at midnight and leaves at 15 h of the next day."""
    plan = planned({"in_service": 0, "out_service": 1, "ready_ms": 0})
    assert plan.trains["arrival_ms"][plan.in_train].tolist() == [12 * HOUR]
    assert plan.trains["departure_ms"][plan.out_train].tolist() == [39 * HOUR]


def test_refused_boxes_do_not_block_the_others() -> None:
    """Three times as many boxes as room: every train is full to the end."""
    # Six boxes a day and two places: the train of day t takes boxes of day t / 3, and from day 21
    # on those before have gone another way.
    boxes = [{"in_service": 0, "ready_ms": n * 4 * HOUR} for n in range(6 * 28)]
    plan = planned(*boxes)
    on_train = np.bincount(plan.in_train[plan.in_train >= 0], minlength=len(plan.trains))
    assert on_train[plan.trains["service"] == 0].tolist() == [2] * 28
    waited_ms = plan.trains["arrival_ms"][plan.in_train] - [box["ready_ms"] for box in boxes]
    assert (waited_ms[plan.in_train >= 0] <= 14 * DAY).all()
    # Not on a train is either refused, after 14 days, or still waiting at the end.
    ready_ms = plan.bookings["ready_ms"]
    without = plan.in_train < 0
    assert (plan.is_served[without] == (28 * DAY - ready_ms[without] <= 14 * DAY)).all()
    assert not plan.is_served.all()


def test_late_boxes_are_served_without_a_train() -> None:
    """A box too late for the last train is not refused."""
    late = 27 * DAY + 13 * HOUR
    plan = planned(
        {"in_service": 0, "ready_ms": late},
        {"out_service": 0, "ready_ms": late},
        {"in_service": 0, "out_service": 1, "ready_ms": late},
    )
    assert plan.in_train.tolist() == plan.out_train.tolist() == [-1, -1, -1]
    assert plan.is_served.all()


def test_a_box_no_wagon_can_bear() -> None:
    """A box heavier than a wagon's payload, or longer than it, is refused at once, and alone."""
    boxes = [
        {"in_service": 0, "gross_mass_kg": 30_000},
        {"in_service": 0, "gross_mass_kg": 19_000},
        {"out_service": 0, "gross_mass_kg": 30_000},
        {"in_service": 1, "out_service": 0, "gross_mass_kg": 30_000},
    ]
    plan = planned(*boxes, payload_per_wagon="20 t")
    assert plan.is_served.tolist() == [False, True, False, False]
    assert plan.in_train.tolist()[1] >= 0
    # The transit box is refused for its second leg and does not come on its first either.
    assert plan.in_train.tolist()[3] == -1
    short = planned({"in_service": 0}, {"in_service": 0, "n_teu": 1}, teu_per_wagon=1)
    assert short.is_served.tolist() == [False, True]


def test_mass_of_the_whole_train() -> None:
    """Two platforms of 30 t bear three boxes of 20 t: one TEU each, four places."""
    boxes = [{"in_service": 0, "n_teu": 1} for _ in range(4)]
    plan = planned(*boxes, payload_per_wagon="30 t")
    arrivals = plan.trains["arrival_ms"][plan.in_train] // DAY
    assert arrivals.tolist() == [0, 0, 0, 1]


def test_one_refused_leg_is_the_whole_way() -> None:
    """A transit box that its second service never takes does not come."""
    boxes = [{"in_service": 1, "out_service": 0, "ready_ms": 0} for _ in range(2)]
    # By truck, ready at 23 h, an hour before the transit boxes: two a day leave from 39 h on, on 14
    # trains, until at 15 d 15 h the patience of all is over.
    early = [{"out_service": 0, "ready_ms": 11 * HOUR, "stay_ms": 0} for _ in range(60)]
    plan = planned(*early, *boxes)
    assert plan.is_served.tolist() == [True] * 28 + [False] * 34
    assert (plan.in_train[-2:] == -1).all()


def test_no_services_run_before_the_horizon_ends() -> None:
    """Without any train in the horizon old boxes are refused and young ones left waiting."""
    scenario = world(
        {"f": {}},
        services={"shuttle": {"trains_per_week": 1, "first_arrival": "2 d"}},
        calendar__days=2,
    )
    plan = corridor.plan_timetabled(scenario, demand_of({"in_service": 0}, {"out_service": 0}))
    assert len(plan.trains) == 0
    assert plan.is_served.all()
    trains, visits = corridor.run_timetabled(plan, scenario, 1)
    assert len(trains) == 0
    assert visits["booking"].tolist() == [1]


def test_plan_from_generated_demand_is_complete() -> None:
    """A flow well within the room of its trains is carried but for the last interval."""
    scenario = world({"a": {"boxes": "3650 boxes/yr"}, "b": {"kind": "export"}})
    plan = corridor.plan_timetabled(scenario, demand.generate(scenario, 1))
    assert plan.is_served.all()
    assert (plan.in_train[plan.bookings["flow"] == 0] >= 0).all()
