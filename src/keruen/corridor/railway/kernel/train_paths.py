"""Train paths: who departs earlier is served first, all the way.

Knows sections, paths and wind; knows no train. A path is a stretch of time in which one train
enters the section, at any moment of it; who finds it taken waits for the begin of the next free
one.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import compiled
from keruen.corridor.railway.kernel.state import path_at, side_at, storm_at


@compiled
def enter(r: Any, side: Any, at_ms: Any) -> Any:
    """When a train that is at a section's beginning at `at_ms` enters it; the path is taken.

    Beyond the time that is looked at every path is free.
    """
    own = side_at(r.sides, side)
    while True:
        at_ms = _after_storms(r, own, at_ms)
        place = max(0, (at_ms - own.from_ms) // own.interval_ms)
        while place < own.n_paths and path_at(r.paths, own.first_path + place).is_taken != 0:
            place += 1
        entered_ms = max(at_ms, own.from_ms + min(place, own.n_paths) * own.interval_ms)
        if place >= own.n_paths:
            return entered_ms
        if _after_storms(r, own, entered_ms) == entered_ms:
            path_at(r.paths, own.first_path + place).is_taken = 1
            return entered_ms
        at_ms = entered_ms


@compiled
def _after_storms(r: Any, side: Any, at_ms: Any) -> Any:
    """The first moment from `at_ms` on at which no wind stops the trains of a section."""
    for place in range(side.first_storm, side.end_storm):
        storm = storm_at(r.storms, place)
        if storm.begins_ms <= at_ms < storm.ends_ms:
            at_ms = storm.ends_ms
    return at_ms
