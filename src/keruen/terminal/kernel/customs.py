"""Holds: customs channels and laboratory, and what happens when a box is released.

Knows inspection slots, scanners and releases; knows neither machines nor trains. A box is held in
its slot: the drive to a team or a scanner is part of the hold. Where there are scanners, a yellow
box goes through one after the check on paper.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Channel, Delivery, Event, Mode
from keruen.draws import STREAM_INSPECTION, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.reading import visit_at
from keruen.terminal.kernel.rows import (
    append,
    idle_machine,
    join_waiting,
    occupy,
    pop,
    release,
)
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, NOWHERE, write
from keruen.terminal.kernel.trucks import order_truck

_BY_TRUCK = np.int64(Mode.TRUCK)
_RED = np.int64(Channel.RED)
_YELLOW = np.int64(Channel.YELLOW)
_BY_SHUTTLE = np.int64(Delivery.SHUTTLE)
_TO_WAREHOUSE = np.int64(Delivery.WAREHOUSE)
_HOLD_STARTED = np.int64(Event.HOLD_STARTED)
_HOLD_ENDED = np.int64(Event.HOLD_ENDED)
_SCANNED = np.int64(Event.SCANNED)


@compiled
def begin_hold(s: Any, p: Any, visits: Any, trace: Any, row: Any) -> None:
    """A box was put down for the first time: hold it, or release it at once."""
    visit = np.int64(s.row_visit[row])
    # Red waits for a slot first, and its hold runs from there; all other holds run from now.
    if visit_at(visits, visit).channel == _RED:
        s.row_box[row] = state.BOX_HELD
        append(s.queue_head, s.queue_tail, s.row_next, state.INSPECTION, row)
    elif visit_at(visits, visit).hold_ms > 0:
        s.row_box[row] = state.BOX_HELD
        write(s, trace, _HOLD_STARTED, NOBODY, visit, NOBODY, NOWHERE, NO_TIME)
        queue.put(s, s.now_ms + visit_at(visits, visit).hold_ms, queue.HOLD_ENDED, row)
    else:
        _release_box(s, p, visits, row)


@compiled
def start_inspections(s: Any, p: Any, visits: Any, trace: Any) -> None:
    """Open the boxes that wait for a slot, as long as slots are free."""
    while s.queue_head[state.INSPECTION] >= 0:
        slot = idle_machine(s, p, p.inspection_slot_group)
        if slot < 0:
            return
        row = pop(s.queue_head, s.queue_tail, s.row_next, state.INSPECTION)
        occupy(s, p, slot, row)
        s.row_machine[row] = slot
        visit = np.int64(s.row_visit[row])
        write(s, trace, _HOLD_STARTED, slot, visit, NOBODY, NOWHERE, NO_TIME)
        queue.put(s, s.now_ms + visit_at(visits, visit).hold_ms, queue.HOLD_ENDED, row)


@compiled
def on_hold_ended(s: Any, p: Any, visits: Any, trace: Any, row: Any) -> None:
    """The box is released."""
    slot = np.int64(s.row_machine[row])
    busy_ms = 0
    if slot >= 0:
        busy_ms = release(s, p, slot)
        s.row_machine[row] = -1
    visit = np.int64(s.row_visit[row])
    write(s, trace, _HOLD_ENDED, slot, visit, NOBODY, NOWHERE, busy_ms)
    if p.scanner_group >= 0 and visit_at(visits, visit).channel == _YELLOW:
        append(s.queue_head, s.queue_tail, s.row_next, state.SCANNER, row)
        return
    _release_box(s, p, visits, row)


@compiled
def start_scanners(s: Any, p: Any, visits: Any) -> None:
    """Scan the boxes that wait, as long as scanners are free."""
    if p.scanner_group < 0:
        return
    while s.queue_head[state.SCANNER] >= 0:
        scanner = idle_machine(s, p, p.scanner_group)
        if scanner < 0:
            return
        row = pop(s.queue_head, s.queue_tail, s.row_next, state.SCANNER)
        occupy(s, p, scanner, row)
        draw = bits(p.seed, STREAM_INSPECTION, visit_at(visits, s.row_visit[row]).entity, 0)
        queue.put(s, s.now_ms + millis_from(p.scan_ms, draw), queue.SCANNED, scanner)


@compiled
def on_scanned(s: Any, p: Any, visits: Any, trace: Any, scanner: Any) -> None:
    """The box has been through the scanner and is released."""
    row = np.int64(s.machine_row[scanner])
    busy_ms = release(s, p, scanner)
    write(s, trace, _SCANNED, scanner, s.row_visit[row], NOBODY, NOWHERE, busy_ms)
    _release_box(s, p, visits, row)


@compiled
def _release_box(s: Any, p: Any, visits: Any, row: Any) -> None:
    # Without shuttles or a warehouse the box waits for a truck of its own instead of for ever.
    s.row_box[row] = state.BOX_FREE
    visit = visit_at(visits, s.row_visit[row])
    if visit.out_mode != _BY_TRUCK:
        join_waiting(s, p, visit.out_service, row)
    elif visit.delivery == _BY_SHUTTLE and p.shuttle_group >= 0:
        append(s.queue_head, s.queue_tail, s.row_next, state.SHUTTLE, row)
    elif visit.delivery == _TO_WAREHOUSE and p.team_group >= 0:
        append(s.queue_head, s.queue_tail, s.row_next, state.DOOR, row)
    else:
        order_truck(s, p, visits, row)
