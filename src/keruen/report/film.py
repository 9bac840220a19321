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
    """The local moment, without a zone, at which simulated time is 0."""
    return datetime.combine(scenario.calendar.starts_on, time())


def yard_film(
    scenario: Scenario, played: Played, from_ms: int, until_ms: int, step_ms: int, language: str
) -> str:
    """An SVG picture that shows the yard every `step_ms` and moves by itself.

    Parameters
    ----------
    played : a run from its beginning to `until_ms` or later.
    from_ms, until_ms : simulated time of the first frame, and the end, exclusive.
    step_ms : simulated time from frame to frame.
    language : of its words.

    Returns
    -------
    The text of an SVG file; the same run gives the same bytes.
    """
    times_ms = np.arange(from_ms, until_ms, step_ms, dtype=np.int64)
    trace = played.run.trace
    moves = movements(trace, played.visits, played.run.end_ms)
    tables = (trace, moves, played.visits, played.run.outages)
    frames = frames_of(scenario.terminal, tables, times_ms)
    n_boxes = int(max(frames.to_unload.max(initial=0), frames.loaded.max(initial=0), 1))
    return draw_yard_film(scenario, frames, n_boxes, starts_at(scenario), language).svg + "\n"
