"""Boxes that wait meet trains that come: first come, first served, within TEU and mass.

Knows queues and room; knows nothing of services or of directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen.units import NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBoxes:
    """Boxes that wait for the trains of one service, in their order; int64, shape (n_boxes,).

    Parameters
    ----------
    ready_ms : from when the box may board, ascending.
    n_teu, mass_kg : what it takes.
    """

    ready_ms: NDArray[np.int64]
    n_teu: NDArray[np.int64]
    mass_kg: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainCapacity:
    """What trains of one service can take, in their order; int64, shape (n_trains,).

    Parameters
    ----------
    at_ms : when the train takes boxes, ascending.
    teu, mass_kg : what it takes of all boxes together.
    """

    at_ms: NDArray[np.int64]
    teu: NDArray[np.int64]
    mass_kg: NDArray[np.int64]


def board(queue: WaitingBoxes, room: TrainCapacity, patience_ms: int) -> NDArray[np.int64]:
    """Fill trains in their order with boxes in theirs.

    Parameters
    ----------
    queue : the boxes.
    room : the trains.
    patience_ms : a box that has waited longer when a train comes has gone another way.

    Returns
    -------
    int64, shape (n_boxes,), place of the train in `room`; −1 for a box that no train took.

    Notes
    -----
    Nobody overtakes: the first box that does not fit waits for the next train, and so do those
    behind it. So each train takes a run of the queue, and two searches in running totals find its
    end.

    Examples
    --------
    >>> teu, no_kg = np.array([2, 1, 1]), np.array([0, 0, 0])
    >>> queue = WaitingBoxes(ready_ms=np.array([0, 0, 5]), n_teu=teu, mass_kg=no_kg)
    >>> room = TrainCapacity(at_ms=np.array([4, 9]), teu=np.array([2, 2]), mass_kg=np.array([1, 1]))
    >>> board(queue, room, patience_ms=100).tolist()
    [0, 1, 1]
    """
    taken = np.full(len(queue.ready_ms), NONE, np.int64)
    teu = np.concatenate(([0], np.cumsum(queue.n_teu, dtype=np.int64)))
    mass_kg = np.concatenate(([0], np.cumsum(queue.mass_kg, dtype=np.int64)))
    are_ready = np.searchsorted(queue.ready_ms, room.at_ms, side="right").tolist()
    have_left = np.searchsorted(queue.ready_ms, room.at_ms - patience_ms, side="left").tolist()
    first = 0
    for train, (is_ready, has_left) in enumerate(zip(are_ready, have_left, strict=True)):
        first = max(first, has_left)
        if first >= is_ready:
            continue
        by_teu = int(np.searchsorted(teu, teu[first] + room.teu[train], side="right")) - 1
        by_mass = int(np.searchsorted(mass_kg, mass_kg[first] + room.mass_kg[train], "right")) - 1
        end = min(is_ready, by_teu, by_mass)
        taken[first:end] = train
        first = max(first, end)
    return taken
