"""A dry port in which nothing ever waits for a machine: for questions to the railway alone.

Knows when trains and boxes may leave such a port; knows no track and no crane.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from keruen.compiled import compiled, entry_point, reader
from keruen.corridor.network.time_limits import CUT_OFF_MS
from keruen.corridor.railway.kernel.loading_bans import begin_day
from keruen.corridor.railway.kernel.run import (
    advance,
    end_of_step,
    planned_arrival_ms,
    take_over,
)
from keruen.corridor.railway.kernel.state import (
    box_at,
    line_at,
    number_at,
    on_board_at,
    run_at,
)
from keruen.corridor.railway.kernel.verify import verify_railway
from keruen.corridor.railway.kernel.waiting import end_batch, take, wait
from keruen.corridor.visits.truck_days import fetched_ms, week_at
from keruen.units import MS_PER_DAY, MS_PER_HOUR

LATE_STAY_MS: Final = 6 * MS_PER_HOUR
"""A train that has missed its departure stays so long. Assumption: inspection, working and brake
test without any wait."""

LEAVING_DTYPE: Final = np.dtype([("time_ms", np.int64), ("run", np.int64)])
"""A train at the port, and when it leaves."""

PORT_TABLES: Final = ("weeks", "trains", "left")
"""Tables that the record of the port leads to: the week of trucks; room for each train that may
come (`LEAVING_DTYPE`); when each box left by truck (`NUMBER_DTYPE`)."""

PORT_NUMBERS: Final = ("starts_ms", "until_ms", "step_ms", "n_met", "n_left", "is_paranoid")
"""Numbers in it: the time, the length of a step, trains that were met, and so many that all before
have left; whether to verify the whole state after every step."""

_leaving_at = reader(LEAVING_DTYPE)


@compiled
def _port_queue(r: Any, line: Any) -> Any:
    """The queue at the port for the trains of a line, behind those of the railway."""
    return 2 * r.n_lines + line


@entry_point
def run_open_port(r: Any, c: Any) -> None:
    """Run the railway up to ``c.until_ms`` with a dry port that never keeps a train waiting.

    Parameters
    ----------
    r : the railway's record, before its first event.
    c : the record of the port: `PORT_TABLES` and `PORT_NUMBERS`.
    """
    advance(r, 0)
    while c.starts_ms < c.until_ms:
        ends_ms = end_of_step(c.starts_ms, c.until_ms, c.step_ms)
        while c.n_left < c.n_met and _leaving_at(c.trains, c.n_left).run < 0:
            c.n_left += 1
        _send_off(r, c)
        if c.starts_ms % MS_PER_DAY == 0:
            first = r.n_by_truck
            begin_day(r, c.starts_ms)
            _wait_brought(r, first)
        advance(r, ends_ms)
        for place in range(c.n_met, r.n_came):
            _meet(r, c, place)
        _wait_come(r, c.n_met)
        c.n_met = r.n_came
        if c.is_paranoid:
            verify_railway(r, ends_ms)
        c.starts_ms = ends_ms


@compiled
def _send_off(r: Any, c: Any) -> None:
    """Let the trains leave whose time has come, by time and line."""
    while True:
        best = -1
        for place in range(c.n_left, c.n_met):
            train = _leaving_at(c.trains, place)
            waits = train.run >= 0 and train.time_ms < c.starts_ms
            if waits and (best < 0 or _leaves_before(r, c, place, best)):
                best = place
        if best < 0:
            break
        train = _leaving_at(c.trains, best)
        line = run_at(r.runs, train.run).line
        own = line_at(r.lines, line)
        first_box = r.n_on_board
        take(r, _port_queue(r, line), train.time_ms, own.capacity_teu, own.capacity_kg)
        take_over(r, train.time_ms, train.run, first_box)
        train.run = -1


@compiled
def _leaves_before(r: Any, c: Any, one: Any, other: Any) -> Any:
    a, b = _leaving_at(c.trains, one), _leaving_at(c.trains, other)
    if a.time_ms != b.time_ms:
        return a.time_ms < b.time_ms
    return run_at(r.runs, a.run).line < run_at(r.runs, b.run).line


@compiled
def _wait_brought(r: Any, first: Any) -> None:
    """Boxes that trucks have brought wait for the train of their line."""
    for line in range(r.n_port):
        begins = r.n_waiting
        for place in range(first, r.n_by_truck):
            number = number_at(r.by_truck, place).number
            box = box_at(r.boxes, number)
            if box.out_line == line:
                wait(r, number, box.ready_ms + CUT_OFF_MS)
        end_batch(r, _port_queue(r, line), begins)


@compiled
def _meet(r: Any, c: Any, place: Any) -> None:
    """A train has come: when it leaves, and when the trucks fetch its boxes."""
    number = number_at(r.came, place).number
    run = run_at(r.runs, number)
    line = line_at(r.lines, run.line)
    booked_ms = planned_arrival_ms(r, number) + line.layover_ms
    ready_ms = run.arrival_ms + min(LATE_STAY_MS, line.layover_ms)
    train = _leaving_at(c.trains, place)
    train.time_ms = max(booked_ms, ready_ms)
    train.run = number
    for k in range(run.first_box, run.end_box):
        row = on_board_at(r.on_board, k).box
        box = box_at(r.boxes, row)
        if box.is_fetched:
            number_at(c.left, row).number = fetched_ms(
                week_at(c.weeks, 0), box.stay_ms, run.arrival_ms, box.fetched_ms
            )


@compiled
def _wait_come(r: Any, first: Any) -> None:
    """Boxes in transit wait for the train of their second line."""
    for line in range(r.n_port):
        begins = r.n_waiting
        for place in range(first, r.n_came):
            run = run_at(r.runs, number_at(r.came, place).number)
            for k in range(run.first_box, run.end_box):
                row = on_board_at(r.on_board, k).box
                box = box_at(r.boxes, row)
                if not box.is_fetched and box.out_line == line:
                    wait(r, row, run.arrival_ms + CUT_OFF_MS)
        end_batch(r, _port_queue(r, line), begins)
