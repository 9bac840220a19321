"""Where gantries stand on their rails, and which one goes: none passes another.

Knows positions, travel times and the safety distance; knows nothing of boxes. The gantries of one
group stand on the same rails in the order of their numbers. The position of a gantry at work is
the one it works at or drives to. An idle gantry gives way; one at work, or out of work, does not.
All gantries of a group drive at the same speed, so whoever follows never catches up.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import compiled, inlined
from keruen.terminal.kernel import state
from keruen.terminal.kernel.rows import is_idle


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
        if s.machine_x_dm[other] <= bound_dm:
            break
        if not is_idle(s, other):
            return False
    bound_dm = x_dm
    for other in range(gantry + 1, last + 1):
        bound_dm += safety_dm
        if s.machine_x_dm[other] >= bound_dm:
            break
        if not is_idle(s, other):
            return False
    return True


@compiled
def drive_gantry(s: Any, p: Any, gantry: Any, x_dm: Any) -> None:
    """The gantry goes to `x_dm`; idle ones in the way are pushed aside.

    It stands there from now on, though it arrives later: who looks for a way must keep off the
    place that it drives to. A pushed one may leave the rails' end: they are taken to be long
    enough.
    """
    group = p.machine_group[gantry]
    if p.travel_us_per_dm[group] == 0:
        return
    first = p.group_first[group]
    last = first + p.group_count[group] - 1
    safety_dm = p.safety_dm[group]
    s.machine_x_dm[gantry] = x_dm
    bound_dm = x_dm
    for other in range(gantry - 1, first - 1, -1):
        bound_dm -= safety_dm
        if s.machine_x_dm[other] <= bound_dm:
            break
        assert is_idle(s, other), "a gantry at work was pushed"
        s.machine_x_dm[other] = bound_dm
    bound_dm = x_dm
    for other in range(gantry + 1, last + 1):
        bound_dm += safety_dm
        if s.machine_x_dm[other] >= bound_dm:
            break
        assert is_idle(s, other), "a gantry at work was pushed"
        s.machine_x_dm[other] = bound_dm


@compiled
def is_in_zone(p: Any, gantry: Any, x_dm: Any) -> Any:
    """Whether the place lies in the gantry's zone, where the policy gives each its own."""
    if p.crane_policy != state.ZONE_CRANE:
        return True
    group = p.machine_group[gantry]
    if p.travel_us_per_dm[group] == 0:
        return True
    n = p.group_count[group]
    # Equal shares of the longest track of the group; a place beyond its end is the last one's.
    zone = min(x_dm * n // max(1, p.module_dm[group]), n - 1)
    return zone == gantry - p.group_first[group]


@compiled
def gantry_for(s: Any, p: Any, group: Any, x_dm: Any) -> Any:
    """The idle machine of the group that does the next move at `x_dm`, or −1.

    NEAREST_CRANE takes the least way, of equal ones the lowest number; FIRST_CRANE and ZONE_CRANE
    take the lowest number that may.
    """
    best = -1
    best_ms = 0
    first = p.group_first[group]
    takes_first = p.crane_policy != state.NEAREST_CRANE or p.travel_us_per_dm[group] == 0
    for machine in range(first, first + p.group_count[group]):
        if not is_idle(s, machine) or not is_in_zone(p, machine, x_dm):
            continue
        # The way's length first: to look who is in the way takes longer.
        way_ms = travel_ms(s, p, group, machine, x_dm)
        if best >= 0 and way_ms >= best_ms:
            continue
        if is_way_free(s, p, group, machine, x_dm):
            if takes_first:
                return machine
            best = machine
            best_ms = way_ms
    return best
