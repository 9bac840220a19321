"""A small terminal written independently in SimPy agrees with the kernel within intervals.

Trains bring boxes; one locomotive, gantries, tractors and stackers work them; trucks fetch them at
drawn times through one lane in and one lane out. One tier, so no reshuffles. Nothing is shared with
the kernel but the numbers below; even the random numbers are others.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
import pytest
import simpy

from keruen import draws
from keruen.domain.codes import Event
from keruen.terminal import simulate
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from terminals import rows_of, terminal, trains, visits

MINUTE = MS_PER_MINUTE
DAYS = 20
TRAINS_PER_DAY = 5
BOXES = 20
N_GANTRIES, N_TRACTORS, N_STACKERS = 1, 3, 2
LIFT_MIN, STACK_MIN, LANE_MIN = 3.0, 4.0, 2.0
INSPECT_MIN, PLACE_MIN, TEST_MIN, DRIVE_MIN, GATE_DRIVE_MIN = 30.0, 15.0, 20.0, 1.0, 2.0
STAY_H = 12.0
N_REPLICATIONS = 12


@dataclass
class Measured:
    """What both models are asked for, in minutes."""

    turnaround: list[float] = field(default_factory=list)
    turn_time: list[float] = field(default_factory=list)


class SimpyTerminal:
    """The same terminal as processes: readable, slow, written from the words above."""

    def __init__(self, seed: int) -> None:
        self.luck = np.random.default_rng(seed)
        self.env = simpy.Environment()
        self.reception = simpy.Container(self.env, capacity=3, init=3)
        self.handling = simpy.Resource(self.env, 2)
        self.locomotive = simpy.PriorityResource(self.env, 1)
        self.gantries = simpy.PriorityResource(self.env, N_GANTRIES)
        self.tractors = simpy.PriorityResource(self.env, N_TRACTORS)
        self.stackers = simpy.Resource(self.env, N_STACKERS)
        self.lane_in = simpy.Resource(self.env, 1)
        self.lane_out = simpy.Resource(self.env, 1)
        self.n_placed = 0
        self.measured = Measured()

    def exponential(self, mean: float) -> float:
        return float(self.luck.exponential(mean))

    def run(self) -> Measured:
        for _ in range(DAYS * TRAINS_PER_DAY):
            self.env.process(self.train(self.luck.uniform(0, DAYS * 1440)))
        self.env.run(until=DAYS * 1440)
        return self.measured

    def train(self, arrival: float) -> Generator[simpy.Event, object, None]:
        yield self.env.timeout(arrival)
        yield self.reception.get(1)
        yield self.env.timeout(INSPECT_MIN)
        track = self.handling.request()
        yield track
        with self.locomotive.request(priority=1) as engine:
            yield engine
            self.reception.put(1)
            yield self.env.timeout(PLACE_MIN)
        # The train placed first is worked first.
        self.n_placed += 1
        number = self.n_placed
        off = [self.env.event() for _ in range(BOXES)]
        for lifted in off:
            self.env.process(self.box(number, arrival, lifted))
        yield self.env.all_of(off)
        yield self.reception.get(1)
        with self.locomotive.request(priority=0) as engine:
            yield engine
            # A track changes hands when the locomotive starts.
            self.handling.release(track)
            yield self.env.timeout(PLACE_MIN)
        yield self.env.timeout(TEST_MIN)
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
        lifted.succeed()
        yield self.env.timeout(DRIVE_MIN)
        with self.stackers.request() as stacker:
            yield stacker
            yield self.env.timeout(self.exponential(STACK_MIN))
        self.env.process(self.drive_back(tractor))
        planned = arrival + self.exponential(STAY_H * 60)
        while planned < self.env.now:
            planned += 1440
        yield self.env.timeout(planned - self.env.now)
        yield from self.truck()

    def drive_back(self, tractor: simpy.resources.resource.Request) -> Generator:
        yield self.env.timeout(DRIVE_MIN)
        self.tractors.release(tractor)

    def truck(self) -> Generator[simpy.Event, object, None]:
        came = self.env.now
        with self.lane_in.request() as lane:
            yield lane
            yield self.env.timeout(self.exponential(LANE_MIN))
        yield self.env.timeout(GATE_DRIVE_MIN)
        with self.stackers.request() as stacker:
            yield stacker
            yield self.env.timeout(self.exponential(STACK_MIN))
        yield self.env.timeout(GATE_DRIVE_MIN)
        with self.lane_out.request() as lane:
            yield lane
            yield self.env.timeout(self.exponential(LANE_MIN))
        self.measured.turn_time.append(self.env.now - came)


def kernel_run(seed: int) -> Measured:
    """The same terminal in the kernel, with its own draws."""
    n = DAYS * TRAINS_PER_DAY
    arrivals = np.sort(draws.uniform_array(seed, 98, np.arange(n)) * DAYS * MS_PER_DAY)
    train_table = trains(*arrivals.astype(np.int64).tolist())
    stays = draws.millis_array(
        draws.exponential_table(STAY_H * MS_PER_HOUR),
        draws.bits_array(seed, 97, np.arange(n * BOXES)),
    )
    table = visits(*[{"in_train": i // BOXES} for i in range(n * BOXES)])
    table["in_ms"] = train_table["arrival_ms"][table["in_train"]]
    table["out_ms"] = table["in_ms"] + stays
    law = "exponential"
    small = terminal(
        tracks__reception__count=3,
        tracks__handling__count=2,
        shunting={
            "n_locomotives": 1,
            "inspection_time": f"{INSPECT_MIN} min",
            "placing_time": f"{PLACE_MIN} min",
            "pulling_time": f"{PLACE_MIN} min",
            "brake_test_time": f"{TEST_MIN} min",
        },
        machines__gantry__cycle_time={"law": law, "mean": f"{LIFT_MIN} min"},
        machines__stacker__cycle_time={"law": law, "mean": f"{STACK_MIN} min"},
        machines__stacker__count=N_STACKERS,
        machines__tractor__count=N_TRACTORS,
        blocks__a__n_bays=60,
        blocks__a__n_rows=10,
        blocks__a__n_tiers=1,
        blocks__a__distance="600 m",
        gate__in_time={"law": law, "mean": f"{LANE_MIN} min"},
        gate__out_time={"law": law, "mean": f"{LANE_MIN} min"},
        gate__drive_time=f"{GATE_DRIVE_MIN} min",
    )
    run = simulate(small, train_table, table, seed=seed, horizon_ms=DAYS * MS_PER_DAY, n_services=1)
    arrived = {int(r["visit"]): int(r["time_ms"]) for r in rows_of(run.trace, Event.TRUCK_ARRIVED)}
    left = rows_of(run.trace, Event.TRUCK_LEFT)
    ready = rows_of(run.trace, Event.TRAIN_READY)
    came = train_table["arrival_ms"][ready["train"]]
    return Measured(
        turnaround=((ready["time_ms"] - came) / MINUTE).tolist(),
        turn_time=[(int(r["time_ms"]) - arrived[int(r["visit"])]) / MINUTE for r in left],
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", ["turnaround", "turn_time"])
def test_both_models_agree(what: str) -> None:
    """Mean train turnaround and truck turn time of both models differ by less than their noise.

    Welch's statistic over replications stays below 3.5, and the noise is small enough (5 %) for a
    difference of a fifth to be seen.
    """
    theirs = np.array(
        [np.mean(getattr(SimpyTerminal(r).run(), what)) for r in range(N_REPLICATIONS)]
    )
    ours = np.array([np.mean(getattr(kernel_run(r + 1), what)) for r in range(N_REPLICATIONS)])
    noise = np.sqrt(theirs.var(ddof=1) / N_REPLICATIONS + ours.var(ddof=1) / N_REPLICATIONS)
    assert noise < 0.05 * theirs.mean()
    assert abs(theirs.mean() - ours.mean()) < 3.5 * noise
