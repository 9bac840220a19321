"""Yard machines and tractors: stacking, reshuffling, retrieving, driving.

Knows the jobs of machines; knows nothing of trains beyond their number. The jobs of a group are
served in the order of the scenario's policy, those of one kind as they came. A machine decides
where a box goes at the moment it puts it down, so that two machines in one block never disagree.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Event, PlaceKind
from keruen.draws import STREAM_YARD_MACHINE, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.customs import begin_hold
from keruen.terminal.kernel.portals import is_under_portal, pile_beside
from keruen.terminal.kernel.reading import visit_at
from keruen.terminal.kernel.rows import idle_machine, occupy, paced_ms, pop, release
from keruen.terminal.kernel.trace import NOBODY, NOWHERE, place_code, write
from keruen.terminal.kernel.trucks import (
    BY_TRACTOR,
    ask_for_move,
    send_truck_to_exit,
    stay_or_leave,
)
from keruen.terminal.kernel.yard import (
    CARE_CLAIMS,
    CARE_NONE,
    claim_pile,
    find_position,
    n_boxes_above,
    pick_up,
    place_of,
    put_down,
    top_row,
    use_reservation,
)

_STACKED = np.int64(Event.STACKED)
_RESHUFFLED = np.int64(Event.RESHUFFLED)
_RETRIEVED = np.int64(Event.RETRIEVED)
_TRACTOR_DELIVERED = np.int64(Event.TRACTOR_DELIVERED)
TRACTOR_PLACE = np.int64(PlaceKind.TRACTOR << 24)
TRUCK_PLACE = np.int64(PlaceKind.TRUCK << 24)


@compiled
def idle_tractor(s: Any, p: Any) -> Any:
    """The idle tractor with the lowest number, or −1."""
    for group in range(p.tractor_groups[0], p.tractor_groups[1]):
        if s.n_idle[group] > 0:
            return idle_machine(s, p, group)
    return -1


@compiled
def account_blocked(s: Any, cause: Any, is_blocked: Any) -> None:
    """Add up how long a machine of the tracks waits for a tractor, or for room (`cause`)."""
    # Time is added up when a blocking ends, so one that still lasts at the end is not in it.
    if is_blocked and s.blocked_since_ms[cause] < 0:
        s.blocked_since_ms[cause] = s.now_ms
    elif not is_blocked and s.blocked_since_ms[cause] >= 0:
        s.blocked_ms[cause] += s.now_ms - s.blocked_since_ms[cause]
        s.blocked_since_ms[cause] = -1


@compiled
def send_tractor(s: Any, p: Any, tractor: Any, kind: Any) -> None:
    """The tractor drives between tracks and block; `kind` is the event of what it reaches.

    Loaded or empty, either way: one speed and one distance for each block.
    """
    group = p.machine_group[tractor]
    drive_ms = paced_ms(s, p, group, p.drive_ms[group, s.row_block[s.machine_row[tractor]]])
    queue.put(s, s.now_ms + drive_ms, kind, tractor)


@compiled
def on_tractor_at_block(s: Any, p: Any, tractor: Any) -> None:
    """A tractor asks the machines of the block to take or give its box: which, its box tells."""
    row = np.int64(s.machine_row[tractor])
    if s.row_box[row] == state.BOX_INBOUND:
        s.row_job[row] = state.JOB_STACK_FROM_TRACTOR
    elif s.row_box[row] == state.BOX_AT_DOOR:
        s.row_job[row] = state.JOB_RETRIEVE_TO_DOOR
    else:
        s.row_job[row] = state.JOB_RETRIEVE_TO_TRACTOR
    ask_for_move(s, p, row, BY_TRACTOR)


@compiled
def free_tractor(s: Any, p: Any, trace: Any, tractor: Any, visit: Any) -> None:
    """A tractor has ended its job at the tracks."""
    busy_ms = release(s, p, tractor)
    write(s, trace, _TRACTOR_DELIVERED, tractor, visit, NOBODY, NOWHERE, busy_ms)


@compiled
def on_tractor_back(s: Any, p: Any, trace: Any, tractor: Any) -> None:
    """A tractor is back at the tracks, empty."""
    # Its box may have left the site meanwhile, so `_stack` kept the visit here instead of the row.
    free_tractor(s, p, trace, tractor, s.machine_row[tractor])


@compiled
def start_yard_machines(s: Any, p: Any, visits: Any) -> None:
    """Start waiting jobs, as long as machines are idle."""
    # The count saves looking at every group after most events.
    if s.n_jobs > 0:
        for group in range(p.yard_groups[0], p.yard_groups[1]):
            # Under portals who reaches a job counts (`direct`).
            if s.n_idle[group] > 0 and p.is_portal[group] == 0:
                _start_jobs(s, p, visits, group)


@compiled
def _start_jobs(s: Any, p: Any, visits: Any, group: Any) -> None:
    while s.job_head[2 * group] >= 0 or s.job_head[2 * group + 1] >= 0:
        machine = idle_machine(s, p, group)
        if machine < 0:
            return
        row = pop(s.job_head, s.job_tail, s.row_next, next_job_queue(s, p, group))
        s.n_jobs -= 1
        occupy(s, p, machine, row)
        s.machine_put_back[machine] = -1
        # A box that is to be fetched stands in a pile; one that is to be stacked does not yet.
        if s.row_position[row] >= 0:
            claim_pile(s, row)
        _start_move(s, p, visits, machine, row)


@compiled
def next_job_queue(s: Any, p: Any, group: Any) -> Any:
    """Whose job is next: that of a tractor (2 × group) or of a truck (2 × group + 1)."""
    tractor = np.int64(s.job_head[2 * group])
    truck = np.int64(s.job_head[2 * group + 1])
    if tractor < 0 or truck < 0:
        return 2 * group + (1 if tractor < 0 else 0)
    if p.job_order == state.TRAINS_FIRST:
        return 2 * group
    if p.job_order == state.TRUCKS_FIRST:
        return 2 * group + 1
    # FIRST_COME. Requests are numbered one by one, so none is equal to another.
    return 2 * group + (1 if s.row_asked[truck] < s.row_asked[tractor] else 0)


@compiled
def _start_move(s: Any, p: Any, visits: Any, machine: Any, row: Any) -> None:
    # Moves of one box are numbered over its whole stay, so each has a draw of its own. The box for
    # which the machine works gives the key, also when another one is moved out of the way: how
    # often that happens then shifts no other box's luck.
    k = np.int64(s.row_moves[row])
    s.row_moves[row] = k + 1
    draw = bits(p.seed, STREAM_YARD_MACHINE, visit_at(visits, s.row_visit[row]).entity, k)
    group = p.machine_group[machine]
    move_ms = paced_ms(s, p, group, millis_from(p.cycle_ms[group], draw))
    queue.put(s, s.now_ms + move_ms, queue.YARD_MACHINE_DONE, machine)


@compiled
def on_yard_machine_done(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    """A move is complete: the box stands, or the next move of the same job begins."""
    row = np.int64(s.machine_row[machine])
    job = s.row_job[row]
    # With one move left to put back, the next is the retrieval, whatever stands above.
    if job in (
        state.JOB_RETRIEVE_TO_TRACTOR,
        state.JOB_RETRIEVE_TO_TRUCK,
        state.JOB_RETRIEVE_TO_DOOR,
    ):
        if n_boxes_above(s, row) > 0 and s.machine_put_back[machine] != 1:
            clear_above(s, p, visits, trace, machine)
            _start_move(s, p, visits, machine, row)
        else:
            retrieve(s, p, visits, trace, machine)
    else:
        stack(s, p, visits, trace, machine)


@compiled
def stack(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    """The machine has put a box down; under a portal its place was chosen as the move began."""
    row = np.int64(s.machine_row[machine])
    visit = np.int64(s.row_visit[row])
    teu = np.int64(visit_at(visits, visit).n_teu)
    block = np.int64(s.row_block[row])
    busy_ms = release(s, p, machine)
    if s.row_position[row] < 0:
        # Before the search: else the box's own promise would keep it out of the last empty cell.
        use_reservation(s, block, teu)
        position = find_position(s, p, visits, block, visit, CARE_NONE, p.slot_policy)
        assert position >= 0
        put_down(s, p, row, position, teu)
    from_tractor = s.row_job[row] == state.JOB_STACK_FROM_TRACTOR
    s.row_job[row] = state.JOB_NONE
    place = place_of(s, p, row)
    if from_tractor:
        tractor = np.int64(s.row_machine[row])
        s.row_machine[row] = -1
        write(
            s,
            trace,
            _STACKED,
            machine,
            visit,
            NOBODY,
            (place_code(TRACTOR_PLACE, tractor), place),
            busy_ms,
        )
        send_tractor(s, p, tractor, queue.TRACTOR_BACK)
        # Behind sending it, which looks up the block of its row.
        s.machine_row[tractor] = visit
    else:
        write(s, trace, _STACKED, machine, visit, NOBODY, (TRUCK_PLACE, place), busy_ms)
        stay_or_leave(s, p, visits, trace, row)
    begin_hold(s, p, visits, trace, row)


@compiled
def clear_above(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    """A box that stood above the wanted one has been moved; the machine goes on with its job.

    When the block has no other pile for it, the boxes above are lifted off and put back on the same
    pile afterwards: two moves for each, and then the retrieval. Only the moves
    and their time are played: the boxes keep their tiers, and `pick_up` takes the wanted one from
    below them.

    ``machine_put_back`` is −1 while boxes can be put elsewhere, then the moves that are left.
    """
    row = np.int64(s.machine_row[machine])
    busy_ms = s.now_ms - s.machine_since_ms[machine]
    above = top_row(s, s.row_position[row])
    visit = np.int64(s.row_visit[above])
    origin = place_of(s, p, above)
    n_moves_left = np.int64(s.machine_put_back[machine])
    position = np.int64(-1)
    if n_moves_left < 0:
        teu = np.int64(visit_at(visits, visit).n_teu)
        block = np.int64(s.row_block[row])
        if is_under_portal(p, block):
            # Within the way that the gantry has kept for this move.
            low_dm = np.int64(s.machine_low_dm[machine])
            high_dm = np.int64(s.machine_high_dm[machine])
            position = np.int64(pile_beside(s, p, visits, visit, row, low_dm, high_dm))
        else:
            position = np.int64(
                find_position(s, p, visits, block, visit, CARE_CLAIMS, p.reshuffle_policy)
            )
        if position >= 0:
            pick_up(s, p, above, teu)
            put_down(s, p, above, position, teu)
        else:
            # Off and back for each box above, and the retrieval: this move is the first of them.
            n_moves_left = 2 * n_boxes_above(s, row) + 1
    if position < 0:
        s.machine_put_back[machine] = n_moves_left - 1
    write(s, trace, _RESHUFFLED, machine, visit, NOBODY, (origin, place_of(s, p, above)), busy_ms)
    # The machine goes on with the same job; its time so far is accounted for.
    s.machine_busy_ms[machine] += busy_ms
    s.machine_since_ms[machine] = s.now_ms


@compiled
def retrieve(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    """The machine has put a box from its slot on a tractor or truck."""
    row = np.int64(s.machine_row[machine])
    visit = np.int64(s.row_visit[row])
    teu = np.int64(visit_at(visits, visit).n_teu)
    busy_ms = release(s, p, machine)
    origin = place_of(s, p, row)
    pick_up(s, p, row, teu)
    s.row_claim[row] = 0
    job = s.row_job[row]
    s.row_job[row] = state.JOB_NONE
    if job == state.JOB_RETRIEVE_TO_TRUCK:
        s.row_box[row] = state.BOX_OUTBOUND
        write(s, trace, _RETRIEVED, machine, visit, NOBODY, (origin, TRUCK_PLACE), busy_ms)
        send_truck_to_exit(s, p, visits, row)
        return
    tractor = np.int64(s.row_machine[row])
    places = (origin, place_code(TRACTOR_PLACE, tractor))
    write(s, trace, _RETRIEVED, machine, visit, NOBODY, places, busy_ms)
    if job == state.JOB_RETRIEVE_TO_DOOR:
        group = p.machine_group[tractor]
        # Back to the tracks and from there to the door: distances are known from the tracks only.
        way_ms = p.drive_ms[group, s.row_block[row]] + p.door_drive_ms[group]
        queue.put(s, s.now_ms + paced_ms(s, p, group, way_ms), queue.TRACTOR_AT_DOOR, tractor)
        return
    s.row_box[row] = state.BOX_OUTBOUND
    send_tractor(s, p, tractor, queue.TRACTOR_AT_TRACK)
