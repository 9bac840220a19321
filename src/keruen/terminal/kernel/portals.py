"""What a portal reaches, and how long a box takes there: trolley, hoist and travel.

Knows where tracks, truck lane and stack rows lie under a gantry, in dm: x along the rails from the
track's end, y across them, z the top of the box above the ground; knows no order of work. A move
goes empty to the box, down and up, over to its place, down and up. Travel and trolley run together,
the hoist does not; what is left (aligning, twist locks) is the drawn `cycle_time`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.terminal.kernel import state
from keruen.terminal.kernel.gantries import drive_gantry, reach_dm, travel_ms
from keruen.terminal.kernel.reading import visit_at
from keruen.terminal.kernel.yard import CARE_CLAIMS, best_in_cells, has_opening, n_boxes_above

BAY_DM = np.int64(130)
"""A 40-ft bay along the rails: a box of 12.19 m and the gap that spreader and lashers need."""
BOX_DM = np.int64(26)
"""Height of a box: between 8 ft 6 in and 9 ft 6 in, nearer to the one that is usual."""
_ON_WHEELS_DM = np.int64(12) + BOX_DM
"""Top of a box on a wagon or on a truck: both have their floor about 1.2 m above the ground."""
MEDIAN = 128
"""Place of the median in a quantile table (256 intervals)."""
_NEAR_BAYS = 2
"""Bays on each side within which the best pile is looked for: farther, driving along the rails
costs more than a reshuffle may save."""


@inlined
def on_wheels(x_dm: Any, y_dm: Any) -> Any:
    """The place of a box on a wagon or on a truck."""
    return np.int64(x_dm), np.int64(y_dm), _ON_WHEELS_DM


@compiled
def bay_x_dm(p: Any, block: Any, position: Any) -> Any:
    """Middle of the bay of a pile."""
    bay = ((position >> 1) - p.block_first_cell[block]) // p.block_rows[block]
    return p.block_x_dm[block] + bay * BAY_DM + BAY_DM // 2


@compiled
def in_stack(p: Any, block: Any, position: Any, tier: Any) -> Any:
    """The place of a box in a pile under the portal; tiers count from 0."""
    row = ((position >> 1) - p.block_first_cell[block]) % p.block_rows[block]
    y_dm = p.block_y_dm[block] + row * p.block_row_dm[block]
    return bay_x_dm(p, block, position), y_dm, (np.int64(tier) + 1) * BOX_DM


@compiled
def lift_over(s: Any, p: Any, group: Any, gantry: Any, origin: Any, goal: Any) -> Any:
    """Send the gantry for one move; returns its time without the drawn part, ms."""
    from_x, from_y, from_z = origin
    to_x, to_y, to_z = goal
    trolley_us = p.trolley_us_per_dm[group]
    empty_ms = max(
        travel_ms(s, p, group, gantry, from_x),
        abs(from_y - s.machine_y_dm[gantry]) * trolley_us // 1000,
    )
    loaded_ms = max(
        abs(to_x - from_x) * p.travel_us_per_dm[group] // 1000,
        abs(to_y - from_y) * trolley_us // 1000,
    )
    hoist_dm = 2 * (2 * p.lift_dm[group] - from_z - to_z)
    drive_gantry(s, p, gantry, from_x, to_x)
    s.machine_y_dm[gantry] = to_y
    return empty_ms + loaded_ms + hoist_dm * p.hoist_us_per_dm[group] // 1000


@compiled
def _best_in_bay(
    s: Any, p: Any, visits: Any, block: Any, visit: Any, bay: Any, opens: Any, policy: Any
) -> Any:
    """The least bad pile of a bay for the box by a rule, the first of equals, and its badness."""
    n_rows = p.block_rows[block]
    first = p.block_first_cell[block] + bay * n_rows
    return best_in_cells(s, p, visits, block, visit, first, n_rows, CARE_CLAIMS, opens, policy)


@compiled
def pile_near(
    s: Any,
    p: Any,
    visits: Any,
    block: Any,
    visit: Any,
    x_dm: Any,
    low_dm: Any,
    high_dm: Any,
    policy: Any,
) -> Any:
    """The pile under the portal for a box at `x_dm`, within reach, or −1.

    The best by the rule of the bays nearby, of equals the nearest; when those are full, the nearest
    beyond.
    """
    opens = has_opening(s, p, block, np.int64(visit_at(visits, visit).n_teu))
    n_bays = p.block_cells[block] // p.block_rows[block]
    middle = min(max((x_dm - p.block_x_dm[block]) // BAY_DM, np.int64(0)), n_bays - 1)
    best = np.int64(-1)
    least = np.int64(0)
    for away in range(n_bays):
        if away > _NEAR_BAYS and best >= 0:
            break
        for side in range(1 if away == 0 else 2):
            bay = middle + (away if side == 1 else -away)
            if bay < 0 or bay >= n_bays:
                continue
            bay_dm = p.block_x_dm[block] + bay * BAY_DM + BAY_DM // 2
            if bay_dm < low_dm or bay_dm > high_dm:
                continue
            position, badness = _best_in_bay(s, p, visits, block, visit, bay, opens, policy)
            if position >= 0 and (best < 0 or badness < least):
                best = position
                least = badness
    return best


@compiled
def pile_beside(
    s: Any, p: Any, visits: Any, visit: Any, row: Any, low_dm: Any, high_dm: Any
) -> Any:
    """Where the box of `visit` goes that stands above that of `row`: a pile of its bay, as the
    gantry stands there, else one nearby within reach, or −1."""
    block = np.int64(s.row_block[row])
    position = s.row_position[row]
    policy = p.reshuffle_policy
    bay = ((position >> 1) - p.block_first_cell[block]) // p.block_rows[block]
    opens = has_opening(s, p, block, np.int64(visit_at(visits, visit).n_teu))
    pile, _ = _best_in_bay(s, p, visits, block, visit, bay, opens, policy)
    if pile >= 0:
        return pile
    here_dm = bay_x_dm(p, block, position)
    return pile_near(s, p, visits, block, visit, here_dm, low_dm, high_dm, policy)


@compiled
def reshuffle_ms(s: Any, p: Any, visits: Any, group: Any, gantry: Any, row: Any, above: Any) -> Any:
    """Send the gantry for the box above the one of `row`; its time without the drawn part, ms."""
    block = np.int64(s.row_block[row])
    origin = in_stack(p, block, s.row_position[above], s.row_tier[above])
    low_dm, high_dm = reach_dm(s, p, group, gantry)
    visit = np.int64(s.row_visit[above])
    pile = pile_beside(s, p, visits, visit, row, low_dm, high_dm)
    goal = origin
    if pile >= 0:
        goal = in_stack(p, block, pile, s.height[pile])
    return lift_over(s, p, group, gantry, origin, goal)


@compiled
def clearing_ms(s: Any, p: Any, group: Any, row: Any) -> Any:
    """About how long a gantry takes to set aside what stands above a box, ms: for each a lift down
    and up on either side, and the median of the drawn part."""
    top_dm = s.height[s.row_position[row]] * BOX_DM
    hoist_dm = 4 * (p.lift_dm[group] - top_dm)
    each_ms = hoist_dm * p.hoist_us_per_dm[group] // 1000 + p.cycle_ms[group, MEDIAN]
    return n_boxes_above(s, row) * each_ms


@inlined
def is_under_portal(p: Any, block: Any) -> Any:
    """Whether a block's rows lie under a portal."""
    return p.block_portal[block] >= 0


@compiled
def has_waiting_jobs(s: Any, group: Any) -> Any:
    """Whether trucks or tractors wait for a gantry under its portal."""
    return s.n_jobs > 0 and (s.job_head[2 * group] >= 0 or s.job_head[2 * group + 1] >= 0)


@compiled
def may_serve_job(s: Any, p: Any, gantry: Any, only_in_turn: Any) -> Any:
    """Whether an idle gantry may take a truck before it looks at trains (`only_in_turn`).

    First come, first served would let trucks wait until the whole train is done, whose boxes all
    came before them: so train and truck take turns at each gantry instead.
    """
    if not only_in_turn or p.job_order == state.TRUCKS_FIRST:
        return True
    return p.job_order == state.FIRST_COME and s.machine_served_train[gantry] != 0
