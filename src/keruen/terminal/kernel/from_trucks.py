"""A box from the truck or tractor that brings it onto a wagon of its train, in one move.

Knows who is in the lane under a portal where the train of the box stands and takes boxes; the lift
itself is that of a box that a tractor fetched (`handling`). A truck leaves as after a stack.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Channel, Event, Mode, PlaceKind
from keruen.terminal.kernel import state
from keruen.terminal.kernel.cranes import TRUCK_PLACE
from keruen.terminal.kernel.reading import train_at, visit_at
from keruen.terminal.kernel.rows import append, give_back_row
from keruen.terminal.kernel.trace import write
from keruen.terminal.kernel.trucks import stay_or_leave
from keruen.terminal.kernel.wagons import take_wagon, wagon_for
from keruen.terminal.kernel.yard import is_for_its_rows, use_reservation

_LOADED = np.int64(Event.LOADED)
_WAGON = np.int64(PlaceKind.WAGON << 24)
_BY_TRAIN = np.int64(Mode.TRAIN)
_NO_CHANNEL = np.int64(Channel.NONE)


@compiled
def is_train_there(s: Any, p: Any, visits: Any, trains: Any, row: Any) -> Any:
    """Whether the box of a truck at its rows, or of a tractor from other tracks, goes straight onto
    a wagon; then it has its place there, and who brought it waits for a gantry.

    Only who was sent to the rows of the box's train looks for it; what customs open first goes to
    the stack.
    """
    block = np.int64(s.row_block[row])
    is_brought = s.row_box[row] in (state.BOX_ABSENT, state.BOX_INBOUND)
    if not is_brought or p.n_portals == 0 or p.block_portal[block] < 0:
        return False
    v = visit_at(visits, s.row_visit[row])
    if v.out_mode != _BY_TRAIN or v.channel != _NO_CHANNEL or v.hold_ms > 0:
        return False
    if not is_for_its_rows(p, v.out_service):
        return False
    for index in range(s.n_at_work):
        t = np.int64(s.at_work[index])
        is_here = p.track_group[s.train_track[t]] == p.block_portal[block]
        if not is_here or s.train_phase[t] != state.TRAIN_LOADING:
            continue
        if train_at(trains, s.train_row[t]).service != v.out_service:
            continue
        wagon = np.int64(wagon_for(s, p, trains, t, v))
        if wagon < 0:
            continue
        use_reservation(s, block, np.int64(v.n_teu))
        s.row_train[row] = t
        s.row_wagon[row] = np.int64(take_wagon(s, p, trains, t, v, wagon))
        s.train_in_flight[t] += 1
        # As one that a tractor fetched from a block; a truck's stays absent (`end_on_its_wagon`).
        if s.row_box[row] == state.BOX_INBOUND:
            s.row_box[row] = state.BOX_OUTBOUND
        append(s.train_load_head, s.train_load_tail, s.row_next, t, row)
        return True
    return False


@compiled
def end_on_its_wagon(
    s: Any, p: Any, visits: Any, trace: Any, gantry: Any, row: Any, busy_ms: Any
) -> None:
    """A gantry has set the box of a truck on its wagon."""
    t = np.int64(s.row_train[row])
    places = (TRUCK_PLACE, _WAGON)
    write(s, trace, _LOADED, gantry, s.row_visit[row], s.train_row[t], places, busy_ms)
    s.train_in_flight[t] -= 1
    s.row_train[row] = -1
    stay_or_leave(s, p, visits, trace, row)
    # A truck that goes on to another box has left this row alone.
    if s.row_truck[row] == state.TRUCK_NONE:
        give_back_row(s, row)
