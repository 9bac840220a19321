"""The initial yard: boxes observed in their slots when the run begins, put down one by one.

Knows slots and holds; knows nothing of how the boxes came.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Event
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.customs import begin_hold
from keruen.terminal.kernel.reading import order_at, visit_at
from keruen.terminal.kernel.rows import take_row
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, write
from keruen.terminal.kernel.yard import place_of, put_down

_STACKED = np.int64(Event.STACKED)
# How a place code of a slot is made (`domain.tables.slot_place`).
_BLOCK_SHIFT = 16
_POSITION_SHIFT = 4
_POSITION_MASK = 0xFFF


@compiled
def on_initial_box(s: Any, p: Any, visits: Any, order: Any, trace: Any, number: Any) -> None:
    """The box of this number stands in its slot; the next one follows.

    Lower tiers come first (`live.LiveTerminal`), so what a box stands on is there before it. One
    event a box, so that no event writes more rows than the trace has room for (`trace`).
    """
    visit = np.int64(order_at(order, p.stream_first[state.N_KINDS] + number).visit)
    place = np.int64(visit_at(visits, visit).in_place)
    row = take_row(s, visit)
    block = place >> _BLOCK_SHIFT
    s.row_block[row] = block
    position = 2 * p.block_first_cell[block] + ((place >> _POSITION_SHIFT) & _POSITION_MASK)
    put_down(s, p, row, position, np.int64(visit_at(visits, visit).n_teu))
    assert place_of(s, p, row) == place, "a box stands on nothing"
    write(s, trace, _STACKED, NOBODY, visit, NOBODY, (NOBODY, place), NO_TIME)
    begin_hold(s, p, visits, trace, row)
    if number + 1 < p.n_initial_boxes:
        queue.put(s, s.now_ms, queue.INITIAL_BOX, number + 1)
