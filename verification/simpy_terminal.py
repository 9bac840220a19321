"""A small terminal twice: written independently in SimPy, and in the kernel.

Trains bring boxes; one locomotive, gantries, tractors and stackers work them; trucks fetch them at
drawn times through lanes in and out. One tier, so no reshuffles. Nothing is shared with the kernel
but the numbers below; even the random numbers are others.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import simpy

from keruen import draws
from keruen.domain import tables
from keruen.domain.codes import Event, Mode
from keruen.domain.results import TerminalRun
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import simulate
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE

LIFT_MIN, STACK_MIN, LANE_MIN = 3.0, 4.0, 2.0
INSPECT_MIN, PLACE_MIN, TEST_MIN, DRIVE_MIN, GATE_DRIVE_MIN = 30.0, 15.0, 20.0, 1.0, 2.0
_NAME: Final = {"en": "small", "ru": "малый", "kk": "шағын", "zh": "小型"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the terminal is and how long it is watched."""

    days: int = 20
    trains_per_day: int = 5
    boxes: int = 20
    n_reception: int = 3
    n_handling: int = 2
    n_gantries: int = 1
    n_tractors: int = 3
    n_stackers: int = 2
    n_lanes: int = 1
    stay_h: float = 12.0
    n_cells: int = 600

    @property
    def n_trains(self) -> int:
        """Trains in all."""
        return self.days * self.trains_per_day


SMALL = Size()
YEARLY_400_000 = Size(
    days=28,
    trains_per_day=18,
    boxes=61,
    n_reception=8,
    n_handling=6,
    n_gantries=5,
    n_tractors=16,
    n_stackers=12,
    n_lanes=4,
    stay_h=70.0,
    n_cells=3600,
)
"""Four weeks of a terminal that takes 400 000 boxes a year."""


@dataclass
class Measured:
    """What both models are asked for, in minutes."""

    turnaround: list[float] = field(default_factory=list)
    turn_time: list[float] = field(default_factory=list)


class SimpyTerminal:
    """The terminal as processes: readable, slow, written from the words above."""

    def __init__(self, seed: int, size: Size = SMALL) -> None:
        self.size = size
        self.luck = np.random.default_rng(seed)
        self.env = simpy.Environment()
        self.reception = simpy.Container(self.env, capacity=size.n_reception, init=size.n_reception)
        self.handling = simpy.Resource(self.env, size.n_handling)
        self.locomotive = simpy.PriorityResource(self.env, 1)
        self.gantries = simpy.PriorityResource(self.env, size.n_gantries)
        self.tractors = simpy.PriorityResource(self.env, size.n_tractors)
        self.stackers = simpy.Resource(self.env, size.n_stackers)
        self.lane_in = simpy.Resource(self.env, size.n_lanes)
        self.lane_out = simpy.Resource(self.env, size.n_lanes)
        self.n_placed = 0
        self.n_rows = 0
        """Events that the kernel would have traced."""
        self.measured = Measured()

    def exponential(self, mean: float) -> float:
        return float(self.luck.exponential(mean))

    def run(self) -> Measured:
        for _ in range(self.size.n_trains):
            self.env.process(self.train(self.luck.uniform(0, self.size.days * 1440)))
        self.env.run(until=self.size.days * 1440)
        return self.measured

    def train(self, arrival: float) -> Generator[simpy.Event, object, None]:
        yield self.env.timeout(arrival)
        self.n_rows += 1
        yield self.reception.get(1)
        self.n_rows += 1
        yield self.env.timeout(INSPECT_MIN)
        self.n_rows += 1
        track = self.handling.request()
        yield track
        with self.locomotive.request(priority=1) as engine:
            yield engine
            self.reception.put(1)
            yield self.env.timeout(PLACE_MIN)
        self.n_rows += 1
        # The train placed first is worked first.
        self.n_placed += 1
        number = self.n_placed
        off = [self.env.event() for _ in range(self.size.boxes)]
        for lifted in off:
            self.env.process(self.box(number, arrival, lifted))
        yield self.env.all_of(off)
        self.n_rows += 1
        yield self.reception.get(1)
        with self.locomotive.request(priority=0) as engine:
            yield engine
            # A track changes hands when the locomotive starts.
            self.handling.release(track)
            yield self.env.timeout(PLACE_MIN)
        self.n_rows += 1
        yield self.env.timeout(TEST_MIN)
        self.n_rows += 2
        self.measured.turnaround.append(self.env.now - arrival)
        self.reception.put(1)

    def box(
        self, number: int, arrival: float, lifted: simpy.Event
    ) -> Generator[simpy.Event, object, None]:
        with self.gantries.request(priority=number) as gantry:
            yield gantry
            tractor = self.tractors.request(priority=number)
            yield tractor
            yield self.env.timeout(self.exponential(LIFT_MIN))
        self.n_rows += 1
        lifted.succeed()
        yield self.env.timeout(DRIVE_MIN)
        with self.stackers.request() as stacker:
            yield stacker
            yield self.env.timeout(self.exponential(STACK_MIN))
        self.n_rows += 1
        self.env.process(self.drive_back(tractor))
        planned = arrival + self.exponential(self.size.stay_h * 60)
        while planned < self.env.now:
            planned += 1440
        yield self.env.timeout(planned - self.env.now)
        yield from self.truck()

    def drive_back(self, tractor: Any) -> Generator[simpy.Event, object, None]:
        yield self.env.timeout(DRIVE_MIN)
        self.n_rows += 1
        self.tractors.release(tractor)

    def truck(self) -> Generator[simpy.Event, object, None]:
        came = self.env.now
        self.n_rows += 1
        with self.lane_in.request() as lane:
            yield lane
            yield self.env.timeout(self.exponential(LANE_MIN))
        self.n_rows += 1
        yield self.env.timeout(GATE_DRIVE_MIN)
        with self.stackers.request() as stacker:
            yield stacker
            yield self.env.timeout(self.exponential(STACK_MIN))
        self.n_rows += 1
        yield self.env.timeout(GATE_DRIVE_MIN)
        with self.lane_out.request() as lane:
            yield lane
            yield self.env.timeout(self.exponential(LANE_MIN))
        self.n_rows += 1
        self.measured.turn_time.append(self.env.now - came)


def traffic(seed: int, size: Size = SMALL) -> tuple[Table, Table]:
    """Trains and boxes for the kernel, with its own draws."""
    n = size.n_trains
    arrivals = np.sort(draws.uniform_array(seed, 98, np.arange(n)) * size.days * MS_PER_DAY)
    trains = tables.empty("train_arrivals", n)
    trains["arrival_ms"] = trains["scheduled_ms"] = trains["departure_ms"] = arrivals
    trains["n_wagons"] = size.boxes
    trains["length_m"] = size.boxes * 14
    trains["capacity_teu"] = 2 * size.boxes
    trains["n_boxes_in"] = size.boxes
    trains["entity"] = np.arange(n)
    n_boxes = n * size.boxes
    stays = draws.millis_array(
        draws.exponential_table(size.stay_h * MS_PER_HOUR),
        draws.bits_array(seed, 97, np.arange(n_boxes)),
    )
    visits = tables.empty("container_visits", n_boxes)
    visits["entity"] = np.arange(n_boxes)
    visits["n_teu"] = 2
    visits["in_mode"], visits["out_mode"] = Mode.TRAIN, Mode.TRUCK
    visits["in_train"] = np.arange(n_boxes) // size.boxes
    visits["out_train"] = visits["out_service"] = -1
    visits["in_ms"] = trains["arrival_ms"][visits["in_train"]]
    visits["out_ms"] = visits["in_ms"] + stays
    return trains, visits


def layout(size: Size = SMALL) -> Terminal:
    """The terminal in the words of a scenario."""

    def exponential(mean_min: float) -> dict[str, str]:
        return {"law": "exponential", "mean": f"{mean_min} min"}

    length = f"{size.boxes * 14 + 100} m"
    # Blocks as large as built ones: the search for a slot looks through one of them.
    n_blocks = max(1, size.n_cells // 200)
    n_bays = size.n_cells // n_blocks // 10
    return Terminal.model_validate(
        {
            "title": _NAME,
            "site_area": "1 ha",
            "tracks": {
                "handling": {
                    "title": _NAME,
                    "use": "handling",
                    "count": size.n_handling,
                    "useful_length": length,
                },
                "reception": {
                    "title": _NAME,
                    "use": "reception",
                    "count": size.n_reception,
                    "useful_length": length,
                },
            },
            "shunting": {
                "n_locomotives": 1,
                "inspection_time": f"{INSPECT_MIN} min",
                "placing_time": f"{PLACE_MIN} min",
                "pulling_time": f"{PLACE_MIN} min",
                "brake_test_time": f"{TEST_MIN} min",
            },
            "machines": {
                "gantry": {
                    "title": _NAME,
                    "kind": "gantry",
                    "count": size.n_gantries,
                    "cycle_time": exponential(LIFT_MIN),
                },
                "stacker": {
                    "title": _NAME,
                    "kind": "reach_stacker",
                    "count": size.n_stackers,
                    "cycle_time": exponential(STACK_MIN),
                },
                "tractor": {
                    "title": _NAME,
                    "kind": "tractor",
                    "count": size.n_tractors,
                    "speed": "36 km/h",
                },
            },
            "blocks": {
                f"b{number:02}": {
                    "title": _NAME,
                    "kind": "laden",
                    "n_bays": n_bays,
                    "n_rows": 10,
                    "n_tiers": 1,
                    "machines": "stacker",
                    "distance": "600 m",
                }
                for number in range(n_blocks)
            },
            "gate": {
                "n_lanes_in": size.n_lanes,
                "n_lanes_out": size.n_lanes,
                "in_time": exponential(LANE_MIN),
                "out_time": exponential(LANE_MIN),
                "drive_time": f"{GATE_DRIVE_MIN} min",
                "opens": "0 h",
                "open_time": "24 h",
                "weekday_shares": [1 / 7] * 7,
                "hour_shares": [1 / 24] * 24,
            },
            "n_inspection_slots": 1,
        }
    )


def play(seed: int, size: Size = SMALL, *, with_trace: bool = True) -> TerminalRun:
    """The terminal in the kernel."""
    trains, visits = traffic(seed, size)
    return simulate(
        layout(size),
        trains,
        visits,
        seed=seed,
        horizon_ms=size.days * MS_PER_DAY,
        n_services=1,
        with_trace=with_trace,
    )


def kernel_run(seed: int, size: Size = SMALL) -> Measured:
    """What the kernel says, in the terms of the other model."""
    trains, _ = traffic(seed, size)
    trace = play(seed, size).trace

    def rows(kind: Event) -> Table:
        chosen: Table = trace[trace["kind"] == kind]
        return chosen

    arrived = {int(r["visit"]): int(r["time_ms"]) for r in rows(Event.TRUCK_ARRIVED)}
    ready = rows(Event.TRAIN_READY)
    came = trains["arrival_ms"][ready["train"]]
    return Measured(
        turnaround=((ready["time_ms"] - came) / MS_PER_MINUTE).tolist(),
        turn_time=[
            (int(r["time_ms"]) - arrived[int(r["visit"])]) / MS_PER_MINUTE
            for r in rows(Event.TRUCK_LEFT)
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One measure of both models."""

    what: str
    simpy: float
    kernel: float
    noise: float

    @property
    def agrees(self) -> bool:
        """Whether they differ by less than chance can explain (Welch, 3.5 standard errors)."""
        return abs(self.simpy - self.kernel) < 3.5 * self.noise


def compare_models(n_replications: int = 12) -> tuple[Agreement, ...]:
    """Play both models and compare their means."""
    theirs = [SimpyTerminal(seed).run() for seed in range(n_replications)]
    ours = [kernel_run(seed + 1) for seed in range(n_replications)]
    found = []
    for what in ("turnaround", "turn_time"):
        a = np.array([np.mean(getattr(run, what)) for run in theirs])
        b = np.array([np.mean(getattr(run, what)) for run in ours])
        noise = np.sqrt(a.var(ddof=1) / n_replications + b.var(ddof=1) / n_replications)
        found.append(
            Agreement(what=what, simpy=float(a.mean()), kernel=float(b.mean()), noise=float(noise))
        )
    return tuple(found)
