"""Boxes that wait for trains of one line at one place: in the order in which they are ready.

Knows who is ready when and what fits a train; knows no route. Boxes come in batches; the batch
whose first box is ready first goes first, and of equal ones the one that has waited longer.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import compiled
from keruen.corridor.railway.kernel.state import (
    NOTHING,
    batch_at,
    box_at,
    on_board_at,
    queue_at,
    waiting_at,
)


@compiled
def wait(r: Any, box: Any, ready_ms: Any) -> None:
    """Add a box to the batch that is being made; `ready_ms` ascends."""
    row = waiting_at(r.waiting, r.n_waiting)
    row.box = box
    row.ready_ms = ready_ms
    r.n_waiting += 1


@compiled
def end_batch(r: Any, queue: Any, first: Any) -> None:
    """The boxes from row `first` of `waiting` on are a batch of a queue; none is no batch."""
    if first == r.n_waiting:
        return
    for row in range(first, r.n_waiting):
        queue_at(r.queues, queue).teu += box_at(r.boxes, waiting_at(r.waiting, row).box).teu
    batch = batch_at(r.batches, r.n_batches)
    batch.first = first
    batch.end = r.n_waiting
    _insert(r, queue, r.n_batches)
    r.n_batches += 1


@compiled
def take(r: Any, queue: Any, now_ms: Any, teu: Any, mass_kg: Any) -> None:
    """Put the first boxes that are ready and fit on board; the first that does not fit ends it."""
    while teu > 0:
        place = queue_at(r.queues, queue).first_batch
        if place < 0:
            break
        batch = batch_at(r.batches, place)
        if waiting_at(r.waiting, batch.first).ready_ms > now_ms:
            break
        # No train takes more boxes than TEU.
        end = _end_of_ready(r, queue, now_ms, batch.first, min(batch.end, batch.first + teu))
        at = batch.first
        is_full = False
        while at < end:
            number = waiting_at(r.waiting, at).box
            box = box_at(r.boxes, number)
            if box.is_gone == 0:
                if box.teu > teu or box.mass_kg > mass_kg:
                    is_full = True
                    break
                teu -= box.teu
                mass_kg -= box.mass_kg
                on_board_at(r.on_board, r.n_on_board).box = number
                r.n_on_board += 1
            queue_at(r.queues, queue).teu -= box.teu
            at += 1
        batch.first = at
        _remove_first(r, queue)
        if at < batch.end:
            _insert(r, queue, place)
        if is_full:
            break


@compiled
def _end_of_ready(r: Any, queue: Any, now_ms: Any, first: Any, end: Any) -> Any:
    """Up to where boxes are ready; those of them that have lost patience by now are gone."""
    patience_ms = queue_at(r.queues, queue).patience_ms
    at = first
    while at < end and waiting_at(r.waiting, at).ready_ms <= now_ms:
        row = waiting_at(r.waiting, at)
        if patience_ms >= 0 and row.ready_ms < now_ms - patience_ms:
            box_at(r.boxes, row.box).is_gone = 1
        at += 1
    return at


@compiled
def _insert(r: Any, queue: Any, place: Any) -> None:
    """Behind all batches whose first box is ready no later; nearly always that is the end."""
    batch = batch_at(r.batches, place)
    ready_ms = waiting_at(r.waiting, batch.first).ready_ms
    q = queue_at(r.queues, queue)
    before = q.last_batch
    while (
        before >= 0 and waiting_at(r.waiting, batch_at(r.batches, before).first).ready_ms > ready_ms
    ):
        before = batch_at(r.batches, before).previous
    after = q.first_batch if before < 0 else batch_at(r.batches, before).next
    batch.previous = before
    batch.next = after
    if before < 0:
        q.first_batch = place
    else:
        batch_at(r.batches, before).next = place
    if after < 0:
        q.last_batch = place
    else:
        batch_at(r.batches, after).previous = place


@compiled
def _remove_first(r: Any, queue: Any) -> None:
    q = queue_at(r.queues, queue)
    q.first_batch = batch_at(r.batches, q.first_batch).next
    if q.first_batch < 0:
        q.last_batch = NOTHING
    else:
        batch_at(r.batches, q.first_batch).previous = NOTHING
