"""Boxes that wait for trains of one line at one place: in the order in which they are ready.

Knows who is ready when and what fits a train; knows no line and no route.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_NOBODY: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """What a queue must know of all boxes, by row in the bookings.

    Parameters
    ----------
    teu, mass_kg : int64.
    is_gone : bool, refused or gone another way; the queue also writes it.
    """

    teu: NDArray[np.int64]
    mass_kg: NDArray[np.int64]
    is_gone: NDArray[np.bool_]


class BoxQueue:
    """One queue, filled batch by batch; the batch whose first box is ready first goes first.

    Parameters
    ----------
    boxes : all boxes.
    patience_ms : who is not taken so long after being ready goes another way; None: nobody does.

    Examples
    --------
    >>> three = np.array([2, 2, 1])
    >>> queue = BoxQueue(Boxes(teu=three, mass_kg=three, is_gone=np.zeros(3, bool)))
    >>> queue.add(np.array([0, 1, 2]), np.array([5, 6, 7]))
    >>> queue.take(6, teu=4, mass_kg=9).tolist(), queue.take(9, teu=4, mass_kg=9).tolist()
    ([0, 1], [2])
    """

    def __init__(self, boxes: Boxes, patience_ms: int | None = None) -> None:
        self._boxes = boxes
        self._patience_ms = patience_ms
        self._batches: list[tuple[int, int, NDArray[np.int64], NDArray[np.int64]]] = []
        self._serial = 0
        self.teu = 0
        """TEU added and not taken; those of boxes that have gone count until they are met."""

    def add(self, rows: NDArray[np.int64], ready_ms: NDArray[np.int64]) -> None:
        """Add boxes, `ready_ms` ascending."""
        if len(rows):
            self._push(rows, ready_ms)
            self.teu += int(self._boxes.teu[rows].sum())

    def take(self, now_ms: int, *, teu: int, mass_kg: int) -> NDArray[np.int64]:
        """Take the first ones that are ready and fit; the first that does not fit ends it.

        Returns
        -------
        int64, rows in the bookings.
        """
        parts: list[NDArray[np.int64]] = []
        while self._batches and self._batches[0][0] <= now_ms and teu > 0:
            rows, ready_ms = heapq.heappop(self._batches)[2:]
            # No train takes more boxes than TEU.
            n_ready = min(int(np.searchsorted(ready_ms, now_ms, side="right")), teu)
            stay = self._those_that_stay(rows[:n_ready], ready_ms[:n_ready], now_ms)
            loads = np.cumsum(self._boxes.teu[stay])
            masses = np.cumsum(self._boxes.mass_kg[stay])
            n_teu = int(np.searchsorted(loads, teu, side="right"))
            n = min(n_teu, int(np.searchsorted(masses, mass_kg, side="right")))
            if n:
                parts.append(stay[:n])
                teu -= int(loads[n - 1])
                mass_kg -= int(masses[n - 1])
            is_full = n < len(stay)
            first = int(np.flatnonzero(rows == stay[n])[0]) if is_full else n_ready
            self.teu -= int(self._boxes.teu[rows[:first]].sum())
            if first < len(rows):
                self._push(rows[first:], ready_ms[first:])
            if is_full:
                break
        return np.concatenate(parts) if parts else _NOBODY

    def _those_that_stay(
        self, rows: NDArray[np.int64], ready_ms: NDArray[np.int64], now_ms: int
    ) -> NDArray[np.int64]:
        """Without those that were refused, or have now lost patience."""
        gone = self._boxes.is_gone
        if self._patience_ms is not None:
            gone[rows[ready_ms < now_ms - self._patience_ms]] = True
        stays: NDArray[np.int64] = rows[~gone[rows]]
        return stays

    def _push(self, rows: NDArray[np.int64], ready_ms: NDArray[np.int64]) -> None:
        self._serial += 1
        heapq.heappush(self._batches, (int(ready_ms[0]), self._serial, rows, ready_ms))
