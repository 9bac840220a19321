"""Where gantries stand on their rails, and which one goes: none passes another.

Knows positions, travel times and the safety distance; knows nothing of boxes. The gantries of one
group stand on the same rails in the order of their numbers. The position of a gantry at work is
the one it works at or drives to; one that carries a box along the rails keeps all of its way, from
``machine_low_dm`` to ``machine_high_dm``. An idle gantry gives way; one at work, or out of work,
does not. All gantries of a group drive at the same speed, so whoever follows never catches up.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.terminal.kernel import state
from keruen.terminal.kernel.rows import is_idle

BEYOND_DM = np.int64(1 << 30)
"""Farther than any rails, and small enough for the positions' column (int32)."""


@inlined
def travel_ms(s: Any, p: Any, group: Any, gantry: Any, x_dm: Any) -> Any:
    """How long a gantry of the group drives to `x_dm`, in ms, if nobody is in the way.

    `x_dm` counts from the track's end; 0 ms for machines whose positions the scenario leaves out.
    """
    return abs(x_dm - s.machine_x_dm[gantry]) * p.travel_us_per_dm[group] // 1000


@compiled
def is_way_free(s: Any, p: Any, group: Any, gantry: Any, x_dm: Any) -> Any:
    """Whether the idle gantry can drive to `x_dm`: who is in the way is idle too, and gives way."""
    if p.travel_us_per_dm[group] == 0:
        return True
    first = p.group_first[group]
    last = first + p.group_count[group] - 1
    safety_dm = p.safety_dm[group]
    # Each one aside must clear the one before it by the safety distance, so the bound moves on; the
    # first that is clear already ends the search, since those beyond keep clear of it.
    bound_dm = x_dm
    for other in range(gantry - 1, first - 1, -1):
        bound_dm -= safety_dm
        if s.machine_high_dm[other] <= bound_dm:
            break
        if not is_idle(s, other):
            return False
    bound_dm = x_dm
    for other in range(gantry + 1, last + 1):
        bound_dm += safety_dm
        if s.machine_low_dm[other] >= bound_dm:
            break
        if not is_idle(s, other):
            return False
    return True


@inlined
def reach_dm(s: Any, p: Any, group: Any, gantry: Any) -> Any:
    """From where to where the idle gantry can drive: `is_way_free` for each place in between."""
    # Asked for every wagon and box that is looked at, and changed by a move alone: so it is kept.
    if s.is_reach_known[group] == 0:
        _note_reach(s, p, group)
    return np.int64(s.reach_low_dm[gantry]), np.int64(s.reach_high_dm[gantry])


@compiled
def _note_reach(s: Any, p: Any, group: Any) -> None:
    """Only the next one that does not give way counts: those beyond keep clear of it."""
    first = p.group_first[group]
    end = first + p.group_count[group]
    safety_dm = p.safety_dm[group]
    low_dm = -BEYOND_DM
    for gantry in range(first, end):
        s.reach_low_dm[gantry] = low_dm
        if not is_idle(s, gantry):
            low_dm = s.machine_high_dm[gantry] + safety_dm
        elif low_dm > -BEYOND_DM:
            low_dm += safety_dm
    high_dm = BEYOND_DM
    for gantry in range(end - 1, first - 1, -1):
        s.reach_high_dm[gantry] = high_dm
        if not is_idle(s, gantry):
            high_dm = s.machine_low_dm[gantry] - safety_dm
        elif high_dm < BEYOND_DM:
            high_dm -= safety_dm
    s.is_reach_known[group] = 1
    s.n_reaches[group] += 1


@compiled
def drive_gantry(s: Any, p: Any, gantry: Any, from_dm: Any, x_dm: Any) -> None:
    """The gantry goes to `from_dm` and on to `x_dm`; idle ones in the way are pushed aside.

    It stands there from now on, though it arrives later: who looks for a way must keep off the
    places that it drives to. A pushed one may leave the rails' end: they are taken to be long
    enough.
    """
    group = p.machine_group[gantry]
    if p.travel_us_per_dm[group] == 0:
        return
    first = p.group_first[group]
    last = first + p.group_count[group] - 1
    safety_dm = p.safety_dm[group]
    s.machine_x_dm[gantry] = x_dm
    s.machine_low_dm[gantry] = min(from_dm, x_dm)
    s.machine_high_dm[gantry] = max(from_dm, x_dm)
    s.is_reach_known[group] = 0
    bound_dm = min(from_dm, x_dm)
    for other in range(gantry - 1, first - 1, -1):
        bound_dm -= safety_dm
        if s.machine_high_dm[other] <= bound_dm:
            break
        assert is_idle(s, other), "a gantry at work was pushed"
        _stand_at(s, other, bound_dm)
    bound_dm = max(from_dm, x_dm)
    for other in range(gantry + 1, last + 1):
        bound_dm += safety_dm
        if s.machine_low_dm[other] >= bound_dm:
            break
        assert is_idle(s, other), "a gantry at work was pushed"
        _stand_at(s, other, bound_dm)


@inlined
def _stand_at(s: Any, gantry: Any, x_dm: Any) -> None:
    s.machine_x_dm[gantry] = x_dm
    s.machine_low_dm[gantry] = x_dm
    s.machine_high_dm[gantry] = x_dm


@compiled
def end_way(s: Any, p: Any, gantry: Any) -> None:
    """The gantry has ended its move: it keeps no more than the place where it stands."""
    s.is_reach_known[p.machine_group[gantry]] = 0
    s.machine_low_dm[gantry] = s.machine_x_dm[gantry]
    s.machine_high_dm[gantry] = s.machine_x_dm[gantry]


@compiled
def zones_dm(p: Any, group: Any, train_dm: Any) -> Any:
    """The length that is shared out among the gantries of a group, or 0 when none is.

    ZONE_CRANE shares the longest track. SHARED_ZONES shares the train (`train_dm`), which is
    shorter than the track: else the gantry at the track's far end would have the least.
    """
    if p.travel_us_per_dm[group] == 0 or p.crane_policy < state.ZONE_CRANE:
        return np.int64(0)
    return max(
        np.int64(1), train_dm if p.crane_policy == state.SHARED_ZONES else p.module_dm[group]
    )


@inlined
def zone_at(p: Any, group: Any, x_dm: Any, zone_dm: Any) -> Any:
    """The gantry of a group whose own of equal zones of `zone_dm` a place lies in."""
    n = p.group_count[group]
    # A place beyond the last zone's end is the last one's.
    return p.group_first[group] + min(x_dm * n // zone_dm, n - 1)


@compiled
def own_reach_dm(s: Any, p: Any, group: Any, gantry: Any, zone_dm: Any) -> Any:
    """`reach_dm` within the gantry's own zone (`zone_at`); 0: all is its own."""
    low_dm, high_dm = reach_dm(s, p, group, gantry)
    if zone_dm > 0:
        n = np.int64(p.group_count[group])
        k = np.int64(gantry - p.group_first[group])
        low_dm = max(low_dm, -(-k * zone_dm // n))
        if k < n - 1:
            high_dm = min(high_dm, -(-(k + 1) * zone_dm // n) - 1)
    return low_dm, high_dm


@compiled
def gantry_for(s: Any, p: Any, group: Any, x_dm: Any, zone_dm: Any) -> Any:
    """The idle machine of the group that does the next move at `x_dm`, or −1.

    NEAREST_CRANE takes the least way, of equal ones the lowest number, and so does SHARED_ZONES
    when all may help (`zone_dm` 0); FIRST_CRANE and zones take the lowest number that may.
    """
    best = -1
    best_ms = 0
    first = p.group_first[group]
    takes_first = p.crane_policy not in (state.NEAREST_CRANE, state.SHARED_ZONES)
    own = zone_at(p, group, x_dm, zone_dm) if zone_dm > 0 else np.int64(-1)
    for machine in range(first, first + p.group_count[group]):
        if not is_idle(s, machine) or (own >= 0 and machine != own):
            continue
        if p.travel_us_per_dm[group] == 0:
            return machine
        low_dm, high_dm = reach_dm(s, p, group, machine)
        if x_dm < low_dm or x_dm > high_dm:
            continue
        if takes_first:
            return machine
        way_ms = travel_ms(s, p, group, machine, x_dm)
        if best < 0 or way_ms < best_ms:
            best = machine
            best_ms = way_ms
    return best
