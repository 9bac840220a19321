"""What must hold between any two events: checked after each step of a paranoid run.

Knows the tables; changes nothing. Slow: it looks at everything.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import compiled
from keruen.corridor.railway.kernel.state import (
    UNKNOWN_MS,
    batch_at,
    box_at,
    event_at,
    line_at,
    on_board_at,
    queue_at,
    run_at,
    set_change_at,
    stand_at,
    station_at,
    waiting_at,
)
from keruen.corridor.railway.kernel.trains import may_leave


@compiled
def verify_railway(r: Any, now_ms: Any) -> None:
    """Assert that sets of wagons, queues, trains and events agree.

    Raises
    ------
    AssertionError
        When an invariant is broken: a fault of ours.
    """
    _verify_lines(r)
    for place in range(r.n_events):
        event = event_at(r.events, place)
        assert event.time_ms >= now_ms, "an event in the past"
        above = event_at(r.events, max(0, place - 1) // 2)
        assert above.time_ms <= event.time_ms, "an event before one above it"
    for queue in range(2 * r.n_lines):
        _verify_queue(r, queue)
    for number in range(r.n_runs):
        _verify_run(r, number)
    _verify_stands(r)


@compiled
def _verify_lines(r: Any) -> None:
    for number in range(r.n_lines):
        line = line_at(r.lines, number)
        assert 0 <= line.n_free <= line.n_sets, "sets of wagons that nobody has"
        assert 0 <= line.first_due <= line.end_due <= line.n_slots, "a train that is not due"
        assert line.first_due == line.end_due or line.n_free == 0 or not may_leave(r, number), (
            "a train waits beside wagons"
        )
        assert line.at_port_teu >= 0, "less than no box at the dry port"
        n_free = line.n_sets
        for place in range(r.n_set_changes):
            change = set_change_at(r.set_changes, place)
            if change.line == number:
                n_free += change.step
        assert n_free == line.n_free, "sets of wagons are lost"


@compiled
def _verify_queue(r: Any, number: Any) -> None:
    queue = queue_at(r.queues, number)
    teu = 0
    before = -1
    place = queue.first_batch
    while place >= 0:
        batch = batch_at(r.batches, place)
        assert batch.previous == before, "a batch that its neighbour does not know"
        assert batch.first < batch.end, "an empty batch"
        for row in range(batch.first, batch.end):
            teu += box_at(r.boxes, waiting_at(r.waiting, row).box).teu
            assert (
                row == batch.first
                or waiting_at(r.waiting, row - 1).ready_ms <= waiting_at(r.waiting, row).ready_ms
            ), "a batch out of order"
        before = place
        place = batch.next
    assert queue.last_batch == before, "a queue that ends elsewhere"
    assert queue.teu == teu, "TEU in a queue that nobody added"


@compiled
def _verify_run(r: Any, number: Any) -> None:
    run = run_at(r.runs, number)
    line = line_at(r.lines, run.line)
    teu = 0
    mass_kg = 0
    for place in range(run.first_box, run.end_box):
        box = box_at(r.boxes, on_board_at(r.on_board, place).box)
        teu += box.teu
        mass_kg += box.mass_kg
    # What the dry port loads is its own matter: a wagon there may be filled by other rules.
    assert (run.is_away and line.is_port) or teu <= line.capacity_teu, "a train too full"
    assert (run.is_away and line.is_port) or mass_kg <= line.capacity_kg, "a train too heavy"
    assert run.scheduled_ms <= run.departure_ms <= run.arrival_ms, "a train out of time"


@compiled
def _verify_stands(r: Any) -> None:
    """No station has more trains than tracks, and trains stand only while the dry port is full."""
    n_standing = 0
    for place in range(r.n_stands):
        stand = stand_at(r.stands, place)
        if stand.until_ms == UNKNOWN_MS:
            n_standing += 1
            assert r.is_port_full, "a train stands for nothing"
            assert run_at(r.runs, stand.run).is_standing, (
                "a train that does not know that it stands"
            )
            station = station_at(r.stations, stand.station)
            assert station.n_standing <= station.n_tracks, "more trains than tracks"
        else:
            assert stand.from_ms <= stand.until_ms, "a train goes on before it has come"
    n_known = 0
    for number in range(r.n_runs):
        n_known += run_at(r.runs, number).is_standing
    assert n_known == n_standing, "a train stands nowhere"
