"""A small line with a border and wagon sets, written independently in SimPy, moment by moment.

The model shares no code with the kernel: queues are SimPy's, a set of wagons is a token in a store,
the border is a process that takes in one train after the other, a box a plain object. Only the
timetable and the bookings are given to both, and all times are fixed, so the moments of every box
must be equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import simpy

from keruen import corridor, demand
from keruen.corridor.railway.kernel.state import UNKNOWN_MS
from keruen.corridor.railway.railway import LiveRailway
from keruen.scenario import Scenario
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from railways import plain, railway_of

DAY, HOUR = MS_PER_DAY, MS_PER_HOUR
RUN, DWELL, LAYOVER, WEEK = 3 * HOUR, 30 * HOUR, 3 * HOUR, 7 * DAY
TEU = 2
CHINA, PORT = "a", "b"


@dataclass
class Box:
    """A box of 2 TEU on its way, and when it was where."""

    number: int
    moments: dict[str, int] = field(default_factory=dict)


class Line:
    """One line: sets at its far end, boxes that wait at either end, paths there and back."""

    def __init__(self, env: simpy.Environment, n_sets: int, room: int, turnaround: int) -> None:
        self.env, self.room, self.turnaround = env, room, turnaround
        self.sets = simpy.Store(env)
        self.sets.items = list(range(n_sets))
        self.far: list[tuple[int, Box]] = []
        self.near: list[tuple[int, Box]] = []
        self.taken: dict[str, set[int]] = defaultdict(set)
        self.n_cancelled = 0

    def board(self, queue: list[tuple[int, Box]], patience: int | None = None) -> list[Box]:
        """Who is ready and fits, first come, first served."""
        queue.sort(key=lambda one: one[0])
        while patience and queue and queue[0][0] < self.env.now - patience:
            queue.pop(0)
        n = 0
        while n < min(len(queue), self.room) and queue[n][0] <= self.env.now:
            n += 1
        on_board = [box for _, box in queue[:n]]
        del queue[:n]
        return on_board

    def path(self, way: str) -> int:
        """Enter the next quarter of an hour in which no other train has entered."""
        quarter = HOUR // 4
        place = self.env.now // quarter
        while place in self.taken[way]:
            place += 1
        self.taken[way].add(place)
        return max(self.env.now, place * quarter)


class Model:
    """Two lines that meet at a border, and a dry port in which nothing waits for a machine."""

    def __init__(self, railway: LiveRailway, intake_d: float) -> None:
        self.env = simpy.Environment(initial_time=railway.begin_ms)
        self.boxes = [Box(n) for n in range(len(railway.trips.bookings))]
        self.lines = {}
        for place, line in enumerate(railway.all_lines):
            n_sets = int(railway.line_states["n_sets"][place])
            first = int(railway.line_states["first_slot"][place])
            turnaround = int(railway.tables["slots"]["turnaround_ms"][first])
            self.lines[line.key] = Line(self.env, n_sets, line.capacity_teu // TEU, turnaround)
        self.every = round(DAY / intake_d)
        self.free_at = {"in": railway.begin_ms, "out": railway.begin_ms}
        self.waits_at_port: list[tuple[int, Box]] = []
        for place, line in enumerate(railway.all_lines):
            self.env.process(self.timetable(line.key, railway.scheduled_ms(place).tolist()))

    # --- from China -------------------------------------------------------------------------

    def timetable(self, key: str, scheduled: list[int]) -> Iterator[simpy.Event]:
        """Trains leave in their order, each when it is due and a set is there."""
        line = self.lines[key]
        for at in scheduled:
            yield self.env.timeout(max(0, at - self.env.now))
            yield self.env.process(self.wait_for_set(key, line, at))

    def wait_for_set(self, key: str, line: Line, at: int) -> Iterator[simpy.Event]:
        """Leave with the next set; given up when it comes later than a week after the time."""
        while True:
            token = yield line.sets.get()
            if self.env.now - at > WEEK:
                line.n_cancelled += 1
                line.sets.items.insert(0, token)
                return
            run = self.from_china(line) if key == CHINA else self.to_port(line, at)
            self.env.process(run)
            return

    def from_china(self, line: Line) -> Iterator[simpy.Event]:
        boxes = line.board(line.far, 14 * DAY)
        leaves = line.path("there")
        self.note(boxes, "left_china", leaves)
        yield self.env.timeout(leaves + RUN - self.env.now)
        came = self.env.now
        self.note(boxes, "at_border", came)
        taken = self.take_in("in")
        self.note(boxes, "other_gauge", taken + DWELL)
        self.lines[PORT].far += [(taken + DWELL, box) for box in boxes]
        yield self.env.timeout(max(taken, came + line.turnaround // 2) - self.env.now)
        back = line.board(line.near)
        leaves = line.path("back")
        self.note(back, "left_border", leaves)
        yield self.env.timeout(leaves + RUN - self.env.now)
        self.note(back, "ended", self.env.now)
        yield self.env.timeout(line.turnaround // 2)
        yield line.sets.put(0)

    # --- to the dry port and back -------------------------------------------------------------

    def to_port(self, line: Line, at: int) -> Iterator[simpy.Event]:
        boxes = line.board(line.far)
        leaves = line.path("there")
        self.note(boxes, "left_far", leaves)
        yield self.env.timeout(leaves + RUN - self.env.now)
        came = self.env.now
        self.note(boxes, "at_port", came)
        booked = max(0, at + RUN) + LAYOVER
        yield self.env.timeout(max(booked, came + min(6 * HOUR, LAYOVER)) - self.env.now)
        port = Line(self.env, 0, line.room, 0)
        back = port.board(self.waits_at_port)
        self.note(back, "left_port", self.env.now)
        yield self.env.timeout(RUN)
        arrived = self.env.now
        self.note(back, "at_border_back", arrived)
        taken = self.take_in("out")
        self.note(back, "other_gauge_back", taken + DWELL)
        self.lines[CHINA].near += [(taken + DWELL, box) for box in back]
        yield self.env.timeout(max(taken, arrived + line.turnaround - LAYOVER) - self.env.now)
        yield line.sets.put(0)

    def take_in(self, way: str) -> int:
        """When the border takes in a train that stands before it now."""
        taken = max(self.env.now, self.free_at[way])
        self.free_at[way] = taken + self.every
        return taken

    def note(self, boxes: list[Box], moment: str, at: int) -> None:
        for box in boxes:
            box.moments[moment] = at


def simpy_moments(railway: LiveRailway, scenario: Scenario, intake_d: float) -> Model:
    """Play the model with the bookings of a railway."""
    model = Model(railway, intake_d)
    trips = railway.trips
    for n, box in enumerate(model.boxes):
        if trips.is_west[n]:
            model.lines[CHINA].far.append((int(trips.ready_ms[n]), box))
        else:
            ready = int(trips.bookings["ready_ms"][n])
            model.waits_at_port.append((ready + 12 * HOUR, box))
    model.env.run(until=scenario.calendar.horizon_ms)
    return model


@pytest.mark.parametrize(
    ("intake_d", "n_platforms"),
    [(99, 10_000), (0.5, 10_000), (2, 122), (0.8, 244)],
    ids=["free", "border", "sets", "both"],
)
def test_every_box_is_where_it_is_in_simpy(intake_d: float, n_platforms: int) -> None:
    """All moments of all boxes, with a free line, a slow border, few sets of wagons, and both."""
    intake = dict.fromkeys(("low", "mode", "high"), f"{intake_d} trains/d")
    scenario = plain(
        boxes=7300,
        borders__gate__to_china=intake,
        borders__gate__to_kazakhstan=intake,
        fleet__flat__n_platforms=n_platforms,
        fleet__flat__turnaround="40 h",
    )
    boxes = demand.generate(scenario, 3)
    railway, _ = corridor.run_alone(scenario, railway_of(scenario), boxes, 3, is_paranoid=True)
    model = simpy_moments(railway, scenario, intake_d)
    n_known = 0
    for moment, times in railway.times.items():
        if moment.startswith("shifted"):
            continue
        for n, at in enumerate(times.tolist()):
            if at == UNKNOWN_MS or at >= scenario.calendar.horizon_ms:
                continue
            if moment.startswith("other_gauge") and at > scenario.calendar.horizon_ms - 3 * DAY:
                continue
            n_known += 1
            found = model.boxes[n].moments.get(moment)
            assert found == pytest.approx(at, abs=2), (moment, n)
    assert n_known > 1000
    assert [line.n_cancelled for line in model.lines.values()] == (
        railway.line_states["n_cancelled"][
            [[line.key for line in railway.all_lines].index(key) for key in model.lines]
        ].tolist()
    )
