"""A run as a short film of the yard, from its trace."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np

from keruen.report.film_frames import frames_of
from keruen.report.pictures.yard_film import draw_yard_film
from keruen.scenario import Scenario
from keruen.study.results import Played
from keruen.terminal import movements


def starts_at(scenario: Scenario) -> datetime:
    """The local moment, without a zone, at which simulated time is 0.

    Parameters
    ----------
    scenario : Scenario
        Whose calendar says the first measured day and how long the terminal runs before it.

    Returns
    -------
    datetime
        Midnight of the first simulated day.
    """
    return datetime.combine(scenario.calendar.starts_on, time())


def yard_film(
    scenario: Scenario, played: Played, from_ms: int, until_ms: int, step_ms: int, language: str
) -> str:
    """An SVG picture that shows the yard every `step_ms` and moves by itself.

    Parameters
    ----------
    scenario : Scenario
        The terminal that was run.
    played : Played
        A run from its beginning to `until_ms` or later.
    from_ms, until_ms : int
        Simulated time of the first frame, and the end, exclusive: milliseconds.
    step_ms : int
        Simulated time from frame to frame, milliseconds; positive.
    language : str
        Of its words: one of kk, ru, zh and en.

    Returns
    -------
    str
        The text of an SVG file; the same run gives the same bytes.

    Raises
    ------
    UsageError
        When the language is unknown.
    """
    times_ms = np.arange(from_ms, until_ms, step_ms, dtype=np.int64)
    trace = played.run.trace
    moves = movements(trace, played.visits, played.run.end_ms)
    tables = (trace, moves, played.visits, played.run.outages)
    frames = frames_of(scenario.terminal, tables, times_ms)
    n_boxes = int(max(frames.to_unload.max(initial=0), frames.loaded.max(initial=0), 1))
    return draw_yard_film(scenario, frames, n_boxes, starts_at(scenario), language).svg + "\n"
