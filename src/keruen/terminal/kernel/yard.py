"""Blocks, stacks and slots: where a box may stand, and where it is put.

Knows heights, sizes and room; knows no machine and no time.

A block is made of *cells*, 40-ft ground positions. A cell holds either 40-ft boxes or two piles of
20-ft boxes side by side, never both. A *position* is one 20-ft pile: cell × 2 + half; a 40-ft box
is entered at the first half, and both halves carry its height.

Room is promised before a box is lifted and the slot is chosen when it is put down. A promise can
always be kept: with R promised boxes of a size and O open places of cells that already hold that
size, max(0, R − O) boxes need empty cells, and the empty cells must suffice for both sizes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.draws import STREAM_SLOT, bits
from keruen.terminal.kernel import state
from keruen.terminal.kernel.reading import visit_at
from keruen.terminal.kernel.stacking import ONE_BIT, badness

# How much a search for a position spares; each includes those below it (`find_position`).
CARE_NONE = np.int64(0)
CARE_CLAIMS = np.int64(1)
CARE_RESERVE = np.int64(2)
# Whether a promise leaves the reserve of the block alone (`block_for`).
TO_THE_LAST = np.int64(0)
KEEPING_RESERVE = np.int64(1)

_LESS = np.int64(-1)
_MORE = np.int64(1)


@compiled
def cells_needed(p: Any, block: Any, missing_20: Any, missing_40: Any) -> Any:
    """Empty cells that so many boxes of each length need, stacked as high as the block allows."""
    tiers = p.block_tiers[block]
    cells = 0
    # Rounded up, each length by itself: a cell holds one length only. A negative number means more
    # open places than promises, and those are of no use to the other length.
    if missing_20 > 0:
        cells += (missing_20 + 2 * tiers - 1) // (2 * tiers)
    if missing_40 > 0:
        cells += (missing_40 + tiers - 1) // tiers
    return cells


@compiled
def has_room(s: Any, p: Any, block: Any, teu: Any, spare_cells: Any) -> Any:
    """Whether the block can promise room for one more box of `teu` and keep `spare_cells` empty."""
    promised = s.reserved_20[block] + s.reserved_40[block]
    # Cooled boxes are bounded by plugs, which may be fewer than the places.
    if s.block_boxes[block] + promised >= p.block_boxes_most[block]:
        return False
    missing_20 = s.reserved_20[block] - s.open_20[block]
    missing_40 = s.reserved_40[block] - s.open_40[block]
    if teu == 1:
        missing_20 += 1
    else:
        missing_40 += 1
    needed = cells_needed(p, block, missing_20, missing_40)
    return needed + spare_cells <= s.empty_cells[block]


@inlined
def room_bit(kind: Any, teu: Any) -> Any:
    """One bit for each kind and length of box: blocks tell boxes apart by these only."""
    return np.int64(1) << (2 * np.int64(kind) + np.int64(teu) - 1)


@inlined
def forget_refusals(s: Any) -> None:
    """The yard changes: what found no room may find some now.

    A promise (`reserve`) only takes room away, so it is not such a change.
    """
    s.refused[0] = 0
    s.refused[1] = 0
    s.may_admit_trucks = 1


@inlined
def _load_of(s: Any, p: Any, block: Any) -> Any:
    """Boxes of a block and its places. Promised boxes count: else all that are lifted at once go
    to one block."""
    load = s.block_boxes[block] + s.reserved_20[block] + s.reserved_40[block]
    return load, p.block_cells[block] * p.block_tiers[block]


@compiled
def block_for(s: Any, p: Any, kind: Any, teu: Any, keeps_reserve: Any) -> Any:
    """The block for a kind of box that can promise room, by the scenario's policy, or −1.

    With `keeps_reserve` the block's reserve of empty cells stays untouched: trucks wait outside
    rather than take what trains need, because a train that cannot be emptied blocks a track. Of
    equal blocks the one with the lower index, that is the earlier key, is taken.

    What was refused is refused again without a look until the yard changes.
    """
    bit = room_bit(kind, teu)
    if s.refused[keeps_reserve] & bit != 0:
        return -1
    best = -1
    # Load over cells as a fraction: compared crosswise, so that no division rounds.
    best_load = 0
    best_cells = 1
    kind_bit = 1 << np.int64(kind)
    for block in range(p.n_blocks):
        if p.block_kinds[block] & kind_bit == 0:
            continue
        spare_cells = p.block_spare_cells[block] if keeps_reserve else 0
        if not has_room(s, p, block, teu, spare_cells):
            continue
        if p.block_policy == state.FIRST_BLOCK:
            return block
        if p.block_policy == state.NEAREST_BLOCK:
            if best < 0 or p.block_distance_m[block] < p.block_distance_m[best]:
                best = block
            continue
        # EMPTIEST_BLOCK
        load, cells = _load_of(s, p, block)
        if best < 0 or load * best_cells < best_load * cells:
            best = block
            best_load = load
            best_cells = cells
    if best < 0:
        s.refused[keeps_reserve] |= bit
    return best


@inlined
def is_for_its_rows(p: Any, service: Any) -> Any:
    """Whether boxes that trucks bring for a service are set beside its tracks."""
    return p.service_track_end[service] > 0 or p.train_box_block == state.UNDER_PORTAL


@compiled
def rows_for(s: Any, p: Any, kind: Any, teu: Any, service: Any) -> Any:
    """Rows under a portal with room for a box of a service beyond their reserve, or −1.

    Those of its tracks, when it has tracks of its own; else by UNDER_PORTAL the emptiest, so that
    no gantries get the trucks of all; of equals the first.
    """
    # Most terminals have none: no need to look at their blocks.
    if p.n_portals == 0 or not is_for_its_rows(p, service):
        return -1
    own = np.int64(-1)
    if p.service_track_end[service] > 0:
        own = np.int64(p.track_group[p.service_track[service]])
    best = -1
    best_load = 0
    best_cells = 1
    kind_bit = np.int64(1) << np.int64(kind)
    for block in range(p.n_blocks):
        if p.block_portal[block] < 0 or p.block_kinds[block] & kind_bit == 0:
            continue
        if own >= 0 and p.block_portal[block] != own:
            continue
        if not has_room(s, p, block, teu, p.block_spare_cells[block]):
            continue
        load, cells = _load_of(s, p, block)
        if best < 0 or load * best_cells < best_load * cells:
            best = block
            best_load = load
            best_cells = cells
    return best


@compiled
def reserve(s: Any, block: Any, teu: Any) -> None:
    """Promise room in `block` for one box."""
    if teu == 1:
        s.reserved_20[block] += 1
    else:
        s.reserved_40[block] += 1


@compiled
def use_reservation(s: Any, block: Any, teu: Any) -> None:
    """Turn a promise into a box about to be put down."""
    forget_refusals(s)
    if teu == 1:
        s.reserved_20[block] -= 1
    else:
        s.reserved_40[block] -= 1


@compiled
def _may_open(s: Any, p: Any, block: Any, teu: Any) -> Any:
    """Whether a box may start a new pile in an empty cell without breaking a promise."""
    tiers = p.block_tiers[block]
    missing_20 = s.reserved_20[block] - s.open_20[block]
    missing_40 = s.reserved_40[block] - s.open_40[block]
    # The cell that it opens takes further boxes of its length: all places but its own.
    if teu == 1:
        missing_20 -= 2 * tiers - 1
    else:
        missing_40 -= tiers - 1
    return cells_needed(p, block, missing_20, missing_40) <= s.empty_cells[block] - 1


@compiled
def has_opening(s: Any, p: Any, block: Any, teu: Any) -> Any:
    """Whether a box may take an empty cell, if the block has one."""
    return s.empty_cells[block] > 0 and _may_open(s, p, block, teu)


@compiled
def find_position(
    s: Any, p: Any, visits: Any, block: Any, visit: Any, least_care: Any, policy: Any
) -> Any:
    """The position in the block that takes the box of `visit` next by a policy, or −1.

    Tried with falling care down to `least_care`: CARE_RESERVE leaves the block's reserve of empty
    cells untouched, CARE_CLAIMS stays off piles in which a machine is at work to fetch a box (two
    machines that clear piles onto one another would never end), CARE_NONE takes what there is. A
    box that was promised room is put down with CARE_NONE at last, so that it always finds a place.
    """
    for less in range(CARE_RESERVE - least_care + 1):
        care = CARE_RESERVE - less
        if policy <= state.RANDOM_STACK:
            position = _find_by_height(s, p, visits, block, visit, care, policy)
        else:
            position = _find_by_departure(s, p, visits, block, visit, care, policy)
        if position >= 0:
            return position
    return -1


@compiled
def may_take(s: Any, cell: Any, teu: Any, care: Any, may_open: Any) -> Any:
    """Whether the cell is of the box's length, or empty and may be opened, and is not claimed."""
    held = s.cell_teu[cell]
    if (held == 0 and not may_open) or (held != 0 and held != teu):
        return False
    return care < CARE_CLAIMS or s.cell_claims[cell] == 0


@compiled
def _may_open_with_care(s: Any, p: Any, block: Any, teu: Any, care: Any) -> Any:
    kept = p.block_spare_cells[block] if care == CARE_RESERVE else 0
    return s.empty_cells[block] > kept and _may_open(s, p, block, teu)


@compiled
def _find_by_height(
    s: Any, p: Any, visits: Any, block: Any, visit: Any, care: Any, policy: Any
) -> Any:
    """The rules that look at heights only: lowest stack, first fit, random."""
    teu = np.int64(visit_at(visits, visit).n_teu)
    first = p.block_first_cell[block]
    n_cells = p.block_cells[block]
    may_open = _may_open_with_care(s, p, block, teu, care)
    if may_open and teu == 2 and policy == state.LOWEST_STACK:
        # Nothing is lower than an empty cell, and only an empty one is that low for 40 ft.
        return 2 * _first_empty(s, first, n_cells, block)
    if policy == state.LOWEST_STACK:
        return _find_lowest(s, p, block, teu, care, may_open)
    start = 0
    if policy == state.RANDOM_STACK:
        # A random first cell and the first fit from there. The serial number as the last part of
        # the key: a box that is reshuffled twice does not try the same cell again.
        draw = bits(p.seed, STREAM_SLOT, visit_at(visits, visit).entity, s.serial)
        start = np.int64(draw >> ONE_BIT) % n_cells
    # Up to the end of the block and then from its begin: a remainder for each cell costs more than
    # looking at it.
    cell = first + start
    for _ in range(n_cells):
        if may_take(s, cell, teu, care, may_open):
            position = lower_half(s, cell)
            if s.height[position] < p.block_tiers[block]:
                return position
        cell += 1
        if cell == first + n_cells:
            cell = first
    return -1


@inlined
def lower_half(s: Any, cell: Any) -> Any:
    """The lower of the two piles of a cell, the first of equals; for 40 ft both are as high."""
    position = 2 * cell
    return position + (1 if s.height[position + 1] < s.height[position] else 0)


@compiled
def _find_lowest(s: Any, p: Any, block: Any, teu: Any, care: Any, may_open: Any) -> Any:
    """The first of the lowest piles that may be taken, or −1.

    Level by level: how many cells stand at each is kept (`_note_level`), so only levels that there
    are get looked at, each from a cell before which none is of it.
    """
    first = p.block_first_cell[block]
    n_cells = p.block_cells[block]
    for level in range(p.block_tiers[block]):
        local = n_cells
        if s.level_cells[block, teu - 1, level] > 0:
            local = _first_at_level(s, p, block, teu, level, care)
        # An empty cell is as low as a pile that is still to begin beside another.
        if level == 0 and may_open:
            local = min(local, _first_empty(s, first, n_cells, block) - first)
        if local < n_cells:
            return lower_half(s, first + local)
    return -1


@compiled
def _first_at_level(s: Any, p: Any, block: Any, teu: Any, level: Any, care: Any) -> Any:
    """The first cell of the length at a level that is not claimed, from the block's first on, or
    the block's end; there is at least one of that length at that level."""
    first = p.block_first_cell[block]
    n_cells = p.block_cells[block]
    local = np.int64(s.level_first[block, teu - 1, level])
    while s.cell_teu[first + local] != teu or s.height[lower_half(s, first + local)] != level:
        local += 1
        assert local < n_cells
    # Claims end again, so the next search begins at this cell even when it is claimed now.
    s.level_first[block, teu - 1, level] = local
    while local < n_cells:
        cell = first + local
        if (
            s.cell_teu[cell] == teu
            and (care < CARE_CLAIMS or s.cell_claims[cell] == 0)
            and s.height[lower_half(s, cell)] == level
        ):
            break
        local += 1
    return local


@compiled
def _note_level(s: Any, p: Any, block: Any, cell: Any, change: Any) -> None:
    """Count the cell in the level of its lower half (`change` 1), or no longer (−1).

    Called before and after each change of its piles; an empty cell is of no length and no level.
    """
    teu = np.int64(s.cell_teu[cell])
    if teu == 0:
        return
    level = s.height[lower_half(s, cell)]
    s.level_cells[block, teu - 1, level] += change
    if change > 0:
        local = cell - p.block_first_cell[block]
        s.level_first[block, teu - 1, level] = min(s.level_first[block, teu - 1, level], local)


@compiled
def _first_empty(s: Any, first: Any, n_cells: Any, block: Any) -> Any:
    """The first empty cell of a block that has one; the cells before it are not looked at again."""
    local = s.first_empty[block]
    while s.cell_teu[first + local] != 0:
        local += 1
        assert local < n_cells
    s.first_empty[block] = local
    return first + local


@compiled
def _find_by_departure(
    s: Any, p: Any, visits: Any, block: Any, visit: Any, care: Any, policy: Any
) -> Any:
    """The rules that look at departures (`stacking`): the least badness, the first of equals."""
    teu = np.int64(visit_at(visits, visit).n_teu)
    first = p.block_first_cell[block]
    may_open = _may_open_with_care(s, p, block, teu, care)
    n_cells = p.block_cells[block]
    return best_in_cells(s, p, visits, block, visit, first, n_cells, care, may_open, policy)[0]


@compiled
def best_in_cells(
    s: Any,
    p: Any,
    visits: Any,
    block: Any,
    visit: Any,
    first: Any,
    n_cells: Any,
    care: Any,
    may_open: Any,
    policy: Any,
) -> Any:
    """Of so many cells from `first` on the least bad pile that takes the box, the first of equals,
    and its badness; −1 when none does."""
    teu = np.int64(visit_at(visits, visit).n_teu)
    best = np.int64(-1)
    least = np.int64(0)
    for cell in range(first, first + n_cells):
        if not may_take(s, cell, teu, care, may_open):
            continue
        for half in range(2 if teu == 1 else 1):
            position = np.int64(2 * cell + half)
            if s.height[position] >= p.block_tiers[block]:
                continue
            place = cell - p.block_first_cell[block]
            pile_badness = badness(s, p, visits, position, visit, policy, place)
            if best < 0 or pile_badness < least:
                best = position
                least = pile_badness
    return best, least


@compiled
def claim_pile(s: Any, row: Any) -> None:
    """A machine is at work to fetch this box: others keep off its cell.

    Counted by cell, not by pile: two piles of 20 ft side by side are reached from the same place.
    """
    s.row_claim[row] = 1
    s.cell_claims[s.row_position[row] >> 1] += 1


@compiled
def put_down(s: Any, p: Any, row: Any, position: Any, teu: Any) -> None:
    """Put a box on top of a pile.

    An empty cell takes the box's length, and all its places are open from now on; the box then
    takes one of them. Its claim, if a machine is fetching it meanwhile, goes with it.
    """
    block = np.int64(s.row_block[row])
    tiers = p.block_tiers[block]
    cell = position >> 1
    _note_level(s, p, block, cell, _LESS)
    if s.cell_teu[cell] == 0:
        s.cell_teu[cell] = teu
        s.empty_cells[block] -= 1
        if teu == 1:
            s.open_20[block] += 2 * tiers
        else:
            s.open_40[block] += tiers
    tier = s.height[position]
    assert tier < tiers
    s.slot[position, tier] = row
    s.height[position] = tier + 1
    if teu == 1:
        s.open_20[block] -= 1
    else:
        s.height[position + 1] = tier + 1
        s.open_40[block] -= 1
    _note_level(s, p, block, cell, _MORE)
    s.block_boxes[block] += 1
    forget_refusals(s)
    s.cell_claims[cell] += s.row_claim[row]
    s.row_position[row] = position
    s.row_tier[row] = tier


@compiled
def pick_up(s: Any, p: Any, row: Any, teu: Any) -> None:
    """Take a box out of its pile; boxes above it, if any, come down one tier.

    Boxes are above it only when no other pile had room for them (`cranes._clear_above`): they were
    lifted off and put back, which leaves them in their order. A cell that becomes empty belongs to
    no length again, and its open places are gone with it.
    """
    block = np.int64(s.row_block[row])
    position = np.int64(s.row_position[row])
    cell = position >> 1
    _note_level(s, p, block, cell, _LESS)
    height = s.height[position] - 1
    for tier in range(s.row_tier[row], height):
        above = np.int64(s.slot[position, tier + 1])
        s.slot[position, tier] = above
        s.row_tier[above] = tier
    s.slot[position, height] = -1
    s.height[position] = height
    if teu == 1:
        s.open_20[block] += 1
    else:
        s.height[position + 1] = height
        s.open_40[block] += 1
    s.block_boxes[block] -= 1
    forget_refusals(s)
    s.cell_claims[cell] -= s.row_claim[row]
    if s.height[2 * cell] == 0 and s.height[2 * cell + 1] == 0:
        s.cell_teu[cell] = 0
        s.empty_cells[block] += 1
        local = cell - p.block_first_cell[block]
        # Widened, because Numba's `min` wants one type.
        s.first_empty[block] = min(np.int64(s.first_empty[block]), local)
        if teu == 1:
            s.open_20[block] -= 2 * p.block_tiers[block]
        else:
            s.open_40[block] -= p.block_tiers[block]
    _note_level(s, p, block, cell, _MORE)
    s.row_position[row] = -1
    s.row_tier[row] = -1


@compiled
def n_boxes_above(s: Any, row: Any) -> Any:
    """How many boxes stand on top of a box in its slot."""
    return s.height[s.row_position[row]] - 1 - s.row_tier[row]


@compiled
def top_row(s: Any, position: Any) -> Any:
    """The box on top of a pile that is not empty."""
    return s.slot[position, s.height[position] - 1]


@compiled
def place_of(s: Any, p: Any, row: Any) -> Any:
    """The place code of a box in its slot (`keruen.domain.tables.slot_place`)."""
    # Widened before shifting: in the width of its column (i1) a block would be shifted away.
    block = np.int64(s.row_block[row])
    local = np.int64(s.row_position[row]) - 2 * p.block_first_cell[block]
    return (block << 16) | (local << 4) | np.int64(s.row_tier[row])
