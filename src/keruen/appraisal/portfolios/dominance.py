"""Which rows are beaten by another one in everything.

Knows numbers in columns; knows nothing of projects. Values are whole so that equal portfolios are
equal: in machine fractions the order of a sum would decide who beats whom.

Rivals are the bits of words. For one column they are sorted once; the rivals that are at least as
high as a row are then the bits of one line of a table, and what is left after all columns is the
bitwise product of those lines: sixty-four pairs at once, and most rows are done with after few
columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Whole numbers, shape (n_rows, n_columns)."""
Column = NDArray[np.int64] | NDArray[np.float64]
_Mask = NDArray[np.bool_]

_WORD: Final = 64
_CHUNK: Final = 2048
"""Rivals of one table: half a mebibyte, which stays in the cache."""
_BLOCK: Final = 4096
"""Rows looked up at once: one mebibyte of words."""
_TOGETHER: Final = 3
"""Columns after which rows that no rival can beat any more are left out."""
_FIRST: Final = 12
"""Columns compared by tables; the few pairs that are left then see the others one by one."""


def undominated(values: Rows, costs: Rows) -> _Mask:
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
    left = np.argsort(-totals, kind="stable")
    mask = np.zeros(left.size, np.bool_)
    # Costs first: they oppose the values, so few rivals pass both.
    columns = [totals, *(-costs).T, *values.T]
    while left.size:
        chunk, later = left[:_CHUNK], left[_CHUNK:]
        chunk = chunk[~_beaten(columns, chunk, chunk)]
        mask[chunk] = True
        left = later[~_beaten(columns, chunk, later)]
    return mask


def beaten_by(values: Rows, others: Rows) -> _Mask:
    """Rows of `values` that some row of `others` beats, shape (n_rows,)."""
    together = np.vstack([others, values])
    columns = [together.sum(axis=1), *together.T]
    rows = np.arange(others.shape[0], together.shape[0])
    beaten = np.zeros(rows.size, np.bool_)
    for start in range(0, others.shape[0], _CHUNK):
        rivals = np.arange(start, min(start + _CHUNK, others.shape[0]))
        beaten[~beaten] = _beaten(columns, rivals, rows[~beaten])
    return beaten


def has_at_least(rivals: Sequence[Column], rows: Sequence[Column], *, is_more: bool) -> _Mask:
    """Rows for which some rival is at least as high in every column.

    Parameters
    ----------
    rivals, rows : the same columns of both.
    is_more : the rival must be higher in the first one.

    Returns
    -------
    bool, shape (n_rows,).
    """
    found = np.zeros(rows[0].size, np.bool_)
    for start in range(0, rivals[0].size, _CHUNK):
        left = np.flatnonzero(~found)
        part = [column[start : start + _CHUNK] for column in rivals]
        found[left] = _has_at_least(part, [column[left] for column in rows], is_more=is_more)
    return found


def _beaten(columns: Sequence[Column], rivals: NDArray[np.int64], rows: NDArray[np.int64]) -> _Mask:
    """Which of `rows` one of `rivals` beats; both are indexes into columns, the totals first.

    With no column smaller, a larger sum of values means that one is larger.
    """
    return _has_at_least(
        [column[rivals] for column in columns], [column[rows] for column in columns], is_more=True
    )


def _has_at_least(rivals: Sequence[Column], rows: Sequence[Column], *, is_more: bool) -> _Mask:
    """As `has_at_least`, of at most `_CHUNK` rivals."""
    n = rows[0].size
    found = np.zeros(n, np.bool_)
    if not rivals[0].size or not n:
        return found
    bits = [_Bits(column) for column in rivals[:_FIRST]]
    for start in range(0, n, _BLOCK):
        left = np.arange(start, min(start + _BLOCK, n))
        above = bits[0].at_least(rows[0][left], is_more=is_more)
        for number in range(1, len(bits)):
            above &= bits[number].at_least(rows[number][left])
            if number % _TOGETHER == 0 or number == len(bits) - 1:
                still = above.any(axis=1)
                left, above = left[still], above[still]
        found[left] = (
            _of_pairs(rivals[_FIRST:], rows[_FIRST:], left, above) if rivals[_FIRST:] else True
        )
    return found


class _Bits:
    """The rivals of one column, so that those at least as high as something are one line."""

    def __init__(self, column: Column) -> None:
        n = column.size
        falling = np.argsort(column)[::-1]
        self._rising = column[falling[::-1]]
        self._lines = np.zeros((n + 1, -(-n // _WORD)), np.uint64)
        bit = np.left_shift(np.uint64(1), (falling % _WORD).astype(np.uint64))
        self._lines[np.arange(1, n + 1), falling // _WORD] = bit
        np.bitwise_or.accumulate(self._lines, axis=0, out=self._lines)

    def at_least(self, column: Column, *, is_more: bool = False) -> NDArray[np.uint64]:
        """Rivals that are at least as high, or higher, shape (n_rows, n_words)."""
        below = np.searchsorted(self._rising, column, side="right" if is_more else "left")
        return np.asarray(self._lines[self._rising.size - below])


def _of_pairs(
    rivals: Sequence[Column],
    rows: Sequence[Column],
    left: NDArray[np.int64],
    above: NDArray[np.uint64],
) -> _Mask:
    """Rows of `left` with a rival among the bits of `above` that passes the other columns too."""
    place, rival = np.nonzero(np.unpackbits(above.view(np.uint8), axis=1, bitorder="little"))
    for column, of_row in zip(rivals, rows, strict=True):
        stays = column[rival] >= of_row[left[place]]
        place, rival = place[stays], rival[stays]
    found = np.zeros(left.size, np.bool_)
    found[place] = True
    return found
