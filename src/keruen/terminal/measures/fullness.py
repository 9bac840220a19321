"""How full the yard is of what can be used: slots beside a box of another length are lost.

Knows slots and lengths; knows no promise. A 40-ft ground position that holds a 20-ft box takes no
box of 40 ft until it is empty again, and a reefer needs a plug: a yard can refuse boxes though a
quarter of its slots is free.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Event, Storage
from keruen.domain.tables import Table
from keruen.terminal.measures.window import Window, quantile, weighted_stock_by_hour

_CELL_SHIFT = 5
"""A place code without tier (four bits) and half (one): block and 40-ft position."""
_BLOCK_SHIFT = 11
"""From a cell so counted to its block."""
_TEU_OF_PLUG = 2
"""Reefers are boxes of 40 ft, nearly all."""


def usable_shares(window: Window, by_hour: Table) -> dict[Storage, NDArray[np.float64]]:
    """Occupied share of the slots that boxes of 40 ft have or could have, at the ends of the hours.

    Parameters
    ----------
    window : the run.
    by_hour : table `hourly`.

    Returns
    -------
    Of each kind that has blocks: float64, 0 to 1, one for each measured hour.
    """
    blocks = [window.terminal.blocks[key] for key in sorted(window.terminal.blocks)]
    times, cells, steps = _steps_of_20(window)
    shares = {}
    for storage in Storage:
        own = [b for b, block in enumerate(blocks) if block.kind == storage.name.lower()]
        if not own:
            continue
        capacity_teu = sum(
            min(blocks[b].capacity_teu, _TEU_OF_PLUG * blocks[b].n_plugs)
            if storage is Storage.REEFER
            else blocks[b].capacity_teu
            for b in own
        )
        lost_teu = np.zeros(len(by_hour) // len(Storage), np.int64)
        for b in own:
            is_own = cells >> _BLOCK_SHIFT == b
            lost_teu += _lost_teu(
                window, times[is_own], cells[is_own], steps[is_own], 2 * blocks[b].n_tiers
            )
        occupied = by_hour["occupied_teu"][by_hour["storage"] == storage]
        shares[storage] = np.minimum(1.0, occupied / np.maximum(1, capacity_teu - lost_teu))
    return shares


def usable_measures(shares: dict[Storage, NDArray[np.float64]]) -> dict[str, float]:
    """How full each kind of block is of what can be used.

    Parameters
    ----------
    shares : of each kind that has blocks (`usable_shares`); of the others the measure is 0.
    """
    nothing = np.zeros(0)
    return {
        f"usable_occupancy_share_p95_{storage.name.lower()}": quantile(
            shares.get(storage, nothing), 0.95
        )
        for storage in Storage
    }


def _steps_of_20(window: Window) -> tuple[NDArray[np.int64], ...]:
    """When boxes of 20 ft were put into cells (+1) and taken out (−1): times, cells, steps."""
    parts = []
    for kind, side, step in (
        (Event.STACKED, "destination", 1),
        (Event.RESHUFFLED, "destination", 1),
        (Event.RESHUFFLED, "origin", -1),
        (Event.RETRIEVED, "origin", -1),
    ):
        rows = window.rows(kind)
        rows = rows[window.visits["n_teu"][rows["visit"]] == 1]
        parts.append(
            (rows["time_ms"], rows[side].astype(np.int64) >> _CELL_SHIFT, np.full(len(rows), step))
        )
    times, cells, steps = (np.concatenate(column) for column in zip(*parts, strict=True))
    return times, cells, steps


def _lost_teu(
    window: Window,
    times: NDArray[np.int64],
    cells: NDArray[np.int64],
    steps: NDArray[np.int64],
    teu_of_cell: int,
) -> NDArray[np.int64]:
    """TEU beside boxes of 20 ft in their cells, by hour."""
    # Of one moment first in, then out: a box is never out of a cell that it is not in.
    order = np.lexsort((-steps, times, cells))
    times, cells, steps = times[order], cells[order], steps[order]
    total = np.cumsum(steps)
    firsts = np.flatnonzero(np.diff(cells, prepend=-1))
    before = np.zeros(len(total), np.int64)
    before[firsts] = np.diff(np.concatenate(([0], total[firsts] - steps[firsts])))
    n_boxes = total - np.cumsum(before)
    lost = np.where(n_boxes > 0, teu_of_cell - n_boxes, 0)
    change = np.diff(lost, prepend=0)
    change[firsts] = lost[firsts]
    nobody = np.zeros(0, np.int64)
    return weighted_stock_by_hour(window, times, change, nobody, nobody)
