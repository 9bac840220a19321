"""What lies beside a handling track: stacks and trains that its machines reach without a tractor.

Knows whereto a box on a wagon may be carried, and from where one may come; moves none (`direct`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.domain.codes import Channel, Mode
from keruen.terminal.kernel import state
from keruen.terminal.kernel.reading import order_at, train_at, visit_at
from keruen.terminal.kernel.wagons import wagon_for
from keruen.terminal.kernel.yard import TO_THE_LAST, block_for, has_room, rows_for

_BY_TRAIN = np.int64(Mode.TRAIN)
_NO_CHANNEL = np.int64(Channel.NONE)


@compiled
def block_beside(s: Any, p: Any, group: Any, kind: Any, teu: Any, has_tractor: Any) -> Any:
    """The block that the machines of a track serve themselves and that has room, or −1.

    The nearest, of equals the first.
    """
    best = np.int64(-1)
    kind_bit = np.int64(1) << np.int64(kind)
    for block in range(p.n_blocks):
        way = p.direct_way[group, block]
        if way == state.NOT_DIRECT or p.block_kinds[block] & kind_bit == 0:
            continue
        if way == state.DIRECT_WITHOUT_TRACTOR and has_tractor:
            continue
        if best >= 0 and p.carry_ms[group, block] >= p.carry_ms[group, best]:
            continue
        if has_room(s, p, block, teu, 0):
            best = np.int64(block)
    return best


@compiled
def train_beside(s: Any, p: Any, visits: Any, trains: Any, t: Any, visit: Any) -> Any:
    """The train under the same portal that takes the box on, as far as it is known, or −1.

    A box that is held first goes to the stack.
    """
    v = visit_at(visits, visit)
    if v.out_mode != _BY_TRAIN or v.channel != _NO_CHANNEL or v.hold_ms > 0:
        return np.int64(-1)
    group = p.track_group[s.train_track[t]]
    for index in range(s.n_at_work):
        other = np.int64(s.at_work[index])
        if other == t or p.track_group[s.train_track[other]] != group:
            continue
        is_its_train = train_at(trains, s.train_row[other]).service == v.out_service
        if is_its_train and s.train_teu_left[other] >= v.n_teu:
            return other
    return np.int64(-1)


@compiled
def awaits_neighbour(s: Any, p: Any, visits: Any, trains: Any, order: Any, t: Any) -> Any:
    """Whether a train beside this one still has a box for it that fits."""
    group = p.track_group[s.train_track[t]]
    service = train_at(trains, s.train_row[t]).service
    if p.is_portal[group] == 0 or s.train_teu_left[t] <= 0:
        return False
    for index in range(s.n_at_work):
        other = np.int64(s.at_work[index])
        if other == t or p.track_group[s.train_track[other]] != group:
            continue
        first_box = train_at(trains, s.train_row[other]).first_box
        for i in range(s.train_n_left[other]):
            visit = np.int64(order_at(order, first_box + s.train_left[other, i]).visit)
            v = visit_at(visits, visit)
            if v.out_service != service or v.out_mode != _BY_TRAIN:
                continue
            if v.channel != _NO_CHANNEL or v.hold_ms > 0:
                continue
            if wagon_for(s, p, trains, t, v) >= 0:
                return True
    return False


@inlined
def is_elsewhere(p: Any, group: Any, v: Any) -> Any:
    """Whether a box goes on by trains that are handled by other machines than those of `group`."""
    return (
        v.out_mode == _BY_TRAIN
        and p.service_track_end[v.out_service] > 0
        and p.track_group[p.service_track[v.out_service]] != group
    )


@compiled
def block_away(s: Any, p: Any, group: Any, v: Any, teu: Any) -> Any:
    """The block to which a tractor takes a box off its train, or −1: the rows of the tracks from
    which it goes on, when these lie elsewhere and have room."""
    if is_elsewhere(p, group, v):
        rows = np.int64(rows_for(s, p, v.kind, teu, v.out_service))
        if rows >= 0:
            return rows
    return np.int64(block_for(s, p, v.kind, teu, TO_THE_LAST))


@inlined
def onward_bit(teu: Any) -> Any:
    """In `no_room`, between kinds and sign: no train beside takes a box of this length."""
    return np.int64(1) << (49 + np.int64(teu))
