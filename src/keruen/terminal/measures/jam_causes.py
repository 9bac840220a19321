"""How a jam of the yard came about, as far as the dry port shows it: causes with their dates.

Knows the trace and how full the yard is; knows no railway.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Event, Mode, Storage
from keruen.domain.results import JamStep
from keruen.domain.tables import Table
from keruen.terminal.measures.evacuation import fetched_rows, per_day
from keruen.terminal.measures.fullness import usable_shares
from keruen.terminal.measures.window import Window
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR, NONE

FULL_SHARE: Final = 0.95
"""A yard is full from this share of its usable slots on: of the rest some is promised to boxes that
are under way."""

_LONG_GAP_MS: Final = 4 * MS_PER_HOUR
"""A train at the gantries of which no box is lifted for so long, since it came or since the last,
waits for room: a lift takes minutes. A night's rest is longer, but a yard that was full in the
evening is what the morning waits for."""


def causes_of_jam(window: Window, by_hour: Table, held_since_ms: int) -> tuple[JamStep, ...]:
    """The chain of causes of a jam, by time; empty when the yard was not full before it.

    Parameters
    ----------
    window : the run.
    by_hour : table `hourly`.
    held_since_ms : since when trains have been held, ms; −1: none is held.
    """
    full = _yard(window, by_hour)
    if full is None:
        return ()
    steps = [full]
    fetching = _fetching(window, full.since_ms)
    if fetching is not None:
        steps.append(fetching)
    slots_ms = _first_gap_ms(window, full.since_ms)
    if slots_ms is not None:
        steps.append(JamStep(cause="slots", since_ms=slots_ms))
    if held_since_ms != NONE:
        n_held = len(window.rows(Event.TRAIN_ARRIVED)) - len(window.rows(Event.TRAIN_RECEIVED))
        # Held behind the one that waits for room, not by chance some hours before.
        since_ms = max(held_since_ms, slots_ms or full.since_ms)
        steps.append(JamStep(cause="held", since_ms=since_ms, values={"n_trains": float(n_held)}))
    return tuple(sorted(steps, key=lambda step: step.since_ms))


def _yard(window: Window, by_hour: Table) -> JamStep | None:
    """When the blocks for laden boxes were full first, by slots or because trains were stopped."""
    share = usable_shares(window, by_hour).get(Storage.LADEN, np.zeros(0))
    told = window.rows(Event.YARD_FULL)["time_ms"]
    hours = np.flatnonzero(share >= FULL_SHARE)
    moments = [window.start_ms + (int(hours[0]) + 1) * MS_PER_HOUR] if len(hours) else []
    moments += told[:1].tolist()
    if not moments:
        return None
    since_ms = min(moments)
    hour = min(len(share) - 1, max(0, (since_ms - window.start_ms) // MS_PER_HOUR))
    return JamStep(cause="yard", since_ms=since_ms, values={"share": float(share[hour])})


def _fetching(window: Window, full_ms: int) -> JamStep | None:
    """From when on more boxes came than trucks fetched, week by week until the yard was full."""
    brought = window.rows(Event.STACKED)
    visits = window.visits[brought["visit"]]
    is_brought = (visits["in_mode"] == Mode.TRAIN) & (visits["out_mode"] == Mode.TRUCK)
    came = per_day(window, brought["time_ms"][is_brought], 0)
    fetched = per_day(window, fetched_rows(window)["time_ms"], 0)
    end = full_ms // MS_PER_DAY
    if end < DAYS_PER_WEEK:
        return None
    week = np.ones(DAYS_PER_WEEK)
    growth = np.convolve((came - fetched)[:end], week, "valid")
    shrank = np.flatnonzero(growth <= 0)
    first = int(shrank[-1]) + 1 if len(shrank) else 0
    if first >= len(growth):
        return None
    # The last four weeks before: in the first days of a run nothing is fetched yet.
    last = slice(max(first, end - 4 * DAYS_PER_WEEK // 2), end)
    return JamStep(
        cause="fetching",
        since_ms=first * MS_PER_DAY,
        values={
            "came_per_d": float(came[last].mean()),
            "fetched_per_d": float(fetched[last].mean()),
        },
    )


def _first_gap_ms(window: Window, full_ms: int) -> int | None:
    """When a train at the gantries first waited long for its next box to be lifted."""
    rows = (window.rows(Event.TRAIN_PLACED), window.rows(Event.UNLOADED))
    lifted = np.concatenate(rows)
    order = np.lexsort((lifted["time_ms"], lifted["train"]))
    times: NDArray[np.int64] = lifted["time_ms"][order]
    is_same = lifted["train"][order][1:] == lifted["train"][order][:-1]
    begins = times[:-1][is_same & (np.diff(times) > _LONG_GAP_MS)]
    begins = begins[begins >= full_ms]
    return int(begins.min()) if len(begins) else None
