"""Which rows are beaten by another one in everything.

Knows whole numbers in columns; knows nothing of projects. Values are whole so that equal portfolios
are equal: in machine fractions the order of a sum would decide who beats whom.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Whole numbers, shape (n_rows, n_columns)."""

_Columns = NDArray[np.int32] | NDArray[np.int64]

_BLOCK: Final = 512
_CHUNK: Final = 4096
"""Rows compared at once: their product is some two million bits, which stay in the cache."""
_FIRST: Final = 6
"""Columns compared for all pairs; the few pairs that are left then see the others."""


def undominated(values: Rows, costs: Rows) -> NDArray[np.bool_]:
    """Rows that no other row beats.

    A row beats another that has no more of any value, less of one, and no lower cost in any column.
    Of rows with equal values none beats the other, whatever they cost.

    Parameters
    ----------
    values : the more the better, shape (n_rows, n_values).
    costs : the less the better, shape (n_rows, n_costs); n_costs may be 0.

    Returns
    -------
    bool, shape (n_rows,).
    """
    totals = values.sum(axis=1)
    # Who beats has the larger sum, so each row need only be compared with those before it.
    order = np.argsort(-totals, kind="stable")
    columns = _columns(np.hstack([values, -costs])[order])
    totals = totals[order]
    kept = np.empty(0, np.int64)
    for start in range(0, order.size, _BLOCK):
        block = np.arange(start, min(start + _BLOCK, order.size))
        for first in range(0, kept.size, _CHUNK):
            block = block[~_beaten(columns, totals, kept[first : first + _CHUNK], block)]
        block = block[~_beaten(columns, totals, block, block)]
        kept = np.concatenate([kept, block])
    mask = np.zeros(order.size, np.bool_)
    mask[order[kept]] = True
    return mask


def beaten_by(values: Rows, others: Rows) -> NDArray[np.bool_]:
    """Rows of `values` that some row of `others` beats, shape (n_rows,)."""
    together = np.vstack([others, values])
    columns, totals = _columns(together), together.sum(axis=1)
    beaten = np.zeros(values.shape[0], np.bool_)
    rivals = np.arange(others.shape[0])
    for start in range(0, values.shape[0], _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, values.shape[0]))
        for first in range(0, rivals.size, _BLOCK):
            at = rivals[first : first + _BLOCK]
            beaten[rows] |= _beaten(columns, totals, at, rows + others.shape[0])
    return beaten


def _columns(rows: Rows) -> _Columns:
    """Columns one after the other, in half the width where they fit: comparing is all there is."""
    is_narrow = np.abs(rows).max(initial=0) < 2**31
    return np.ascontiguousarray(rows.T.astype(np.int32 if is_narrow else np.int64))


def _beaten(
    columns: _Columns, totals: Rows, rivals: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which of `rows` one of `rivals` beats; both are indexes into columns."""
    # With no column smaller, a larger sum of values means that one is larger.
    beats = totals[rivals][:, None] > totals[rows][None, :]
    for column in columns[:_FIRST]:
        beats &= column[rivals][:, None] >= column[rows][None, :]
    if columns.shape[0] > _FIRST:
        rival, row = np.nonzero(beats)
        for column in columns[_FIRST:]:
            stays = column[rivals[rival]] >= column[rows[row]]
            rival, row = rival[stays], row[stays]
        beats = np.zeros(rows.size, np.bool_)
        beats[row] = True
        return beats
    return np.asarray(beats.any(axis=0))
