"""Which box bears which container number.

Numbers are made up: owner codes ``ZZA`` to ``ZZZ``, category U. They are placeholders that stand
for no owner; a check against the register of the Bureau International des Containers is not made.

Each group of boxes has a run of places among the 26 million numbers, beginning where the hash of
its name says. So its numbers do not change when other groups come or go, except where two runs
would overlap: then the second begins where the first ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.domain import iso6346

_PREFIXES: Final = np.array([f"ZZ{letter}U".encode() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"])
N_NUMBERS: Final = len(_PREFIXES) * iso6346.MOST_SERIALS
"""All numbers that there are."""

_STRIDE: Final = 9_699_689
"""Shares no factor with `N_NUMBERS` (2, 5, 13), so that place → number is one to one, and boxes
that follow one another do not bear numbers that do."""


def first_places(keys: Sequence[int], counts: Sequence[int]) -> Mapping[int, int]:
    """Where the run of each group begins, so that no two overlap.

    Parameters
    ----------
    keys : a stable number of each group, all different.
    counts : boxes of each group; at most `N_NUMBERS` together.

    Returns
    -------
    Group key → first place, in [0, `N_NUMBERS`) before wrapping.

    Examples
    --------
    >>> first_places([7, 10, 900], [5, 5, 5])
    {7: 7, 10: 12, 900: 900}
    """
    assert sum(counts) <= N_NUMBERS, "more boxes than container numbers"
    runs = sorted((key % N_NUMBERS, key, n) for key, n in zip(keys, counts, strict=True))
    places: dict[int, int] = {}
    # Runs pushed past the end go on from 0 and push those there: hence a second round.
    end = 0
    for _ in range(2):
        for start, key, n in runs:
            places[key] = max(start, end)
            end = places[key] + n
        end = max(0, end - N_NUMBERS)
    return places


def container_numbers(first_place: int, n_boxes: int) -> NDArray[np.bytes_]:
    """The numbers of a group's boxes: S11, shape (n_boxes,), all different."""
    places = (first_place + np.arange(n_boxes, dtype=np.int64)) % N_NUMBERS
    owner, serial = np.divmod(places * _STRIDE % N_NUMBERS, iso6346.MOST_SERIALS)
    return iso6346.numbers(_PREFIXES[owner], serial)
