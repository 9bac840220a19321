"""The warehouse: boxes come to doors, teams unpack them, goods lie on the floor until called off.

Knows doors, teams and floor; knows nothing of stacks. A box leaves its slot only when a door and
floor for its goods are free. The emptied box leaves at once; if an export uses it, it comes back
with that export's flow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Event, PlaceKind
from keruen.draws import STREAM_WAREHOUSE, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.cranes import TRACTOR_PLACE, free_tractor, send_tractor
from keruen.terminal.kernel.gate import pickup_joins_gate
from keruen.terminal.kernel.reading import visit_at
from keruen.terminal.kernel.rows import append, give_back_row, idle_machine, occupy, pop, release
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, NOWHERE, place_code, write

_AT_DOOR = np.int64(Event.AT_DOOR)
_UNPACKED = np.int64(Event.UNPACKED)
_CALLED_OFF = np.int64(Event.CALLED_OFF)
_DOOR_PLACE = np.int64(PlaceKind.DOOR << 24)
_DRAW_UNPACK = np.int64(0)
_DRAW_CALL_OFF = np.int64(1)


@compiled
def start_deliveries(s: Any, p: Any, trace: Any) -> None:
    """Send shuttles and warehouse tractors for released boxes, and put teams to work."""
    if p.shuttle_group >= 0:
        while s.queue_head[state.SHUTTLE] >= 0:
            shuttle = idle_machine(s, p, p.shuttle_group)
            if shuttle < 0:
                break
            row = pop(s.queue_head, s.queue_tail, s.row_next, state.SHUTTLE)
            occupy(s, p, shuttle, row)
            s.row_machine[row] = shuttle
            pickup_joins_gate(s, p, trace, row)
    if p.team_group >= 0:
        _fetch_to_doors(s, p)


@compiled
def _fetch_to_doors(s: Any, p: Any) -> None:
    while s.queue_head[state.DOOR] >= 0 and s.free_floor_dm2 >= p.floor_per_box_dm2:
        door = idle_machine(s, p, p.door_group)
        if door < 0:
            return
        # A tractor as well as a door, before either is taken: a door with nobody to come would
        # block.
        tractor = np.int64(-1)
        for group in range(p.tractor_groups[0], p.tractor_groups[1]):
            if tractor < 0:
                tractor = idle_machine(s, p, group)
        if tractor < 0:
            return
        row = pop(s.queue_head, s.queue_tail, s.row_next, state.DOOR)
        s.free_floor_dm2 -= p.floor_per_box_dm2
        occupy(s, p, door, row)
        occupy(s, p, tractor, row)
        s.row_box[row] = state.BOX_AT_DOOR
        s.row_machine[row] = tractor
        # A box for the warehouse has no wagon: the column holds its door.
        s.row_wagon[row] = door
        send_tractor(s, p, tractor, queue.TRACTOR_AT_BLOCK)


@compiled
def start_teams(s: Any, p: Any, visits: Any) -> None:
    """Unpack the boxes that stand at doors, as long as teams are free."""
    if p.team_group < 0:
        return
    while s.queue_head[state.TEAM] >= 0:
        team = idle_machine(s, p, p.team_group)
        if team < 0:
            return
        row = pop(s.queue_head, s.queue_tail, s.row_next, state.TEAM)
        occupy(s, p, team, row)
        draw = bits(
            p.seed, STREAM_WAREHOUSE, visit_at(visits, s.row_visit[row]).entity, _DRAW_UNPACK
        )
        queue.put(s, s.now_ms + millis_from(p.unpack_ms, draw), queue.UNPACKED, team)


@compiled
def on_tractor_at_door(s: Any, p: Any, trace: Any, tractor: Any) -> None:
    """The box stands at its door."""
    row = np.int64(s.machine_row[tractor])
    visit = np.int64(s.row_visit[row])
    places = (place_code(TRACTOR_PLACE, tractor), place_code(_DOOR_PLACE, s.row_wagon[row]))
    write(s, trace, _AT_DOOR, NOBODY, visit, NOBODY, places, NO_TIME)
    s.row_machine[row] = -1
    free_tractor(s, p, trace, tractor, visit)
    append(s.queue_head, s.queue_tail, s.row_next, state.TEAM, row)


@compiled
def on_unpacked(s: Any, p: Any, visits: Any, trace: Any, team: Any) -> None:
    """The box is empty and gone; its goods lie on the floor."""
    row = np.int64(s.machine_row[team])
    visit = np.int64(s.row_visit[row])
    door = np.int64(s.row_wagon[row])
    busy_ms = release(s, p, team)
    write(
        s, trace, _UNPACKED, team, visit, NOBODY, (place_code(_DOOR_PLACE, door), NOBODY), busy_ms
    )
    release(s, p, door)
    draw = bits(p.seed, STREAM_WAREHOUSE, visit_at(visits, visit).entity, _DRAW_CALL_OFF)
    # The visit, not the row: the row is given back now, and the goods stay.
    queue.put(s, s.now_ms + millis_from(p.call_off_ms, draw), queue.CALLED_OFF, visit)
    s.row_box[row] = state.BOX_ABSENT
    give_back_row(s, row)


@compiled
def on_called_off(s: Any, p: Any, trace: Any, visit: Any) -> None:
    """The plant takes the goods of one box."""
    s.free_floor_dm2 += p.floor_per_box_dm2
    write(s, trace, _CALLED_OFF, NOBODY, visit, NOBODY, NOWHERE, NO_TIME)
