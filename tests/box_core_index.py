"""The core index by independent ranges instead of common draws: a check, stated as one.

Knows every feasible portfolio of a short list; knows no draws. Where each score lies anywhere
between its ends, whatever the others do, a portfolio beats another only if it is better with its
own scores at their low ends and the other's at their high ends; what both hold cancels. That
forgets that figures move together, so more portfolios stay and fewer projects are core.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.portfolios import Choice, all_portfolios

MOST_FEASIBLE: Final = 6000
"""Portfolios that are compared each with each: 36 million pairs for every corner of the weights."""


def box_core_index(choice: Choice, weights: NDArray[np.float64]) -> Mapping[str, float] | None:
    """Core index with each score anywhere in the range of its draws.

    Parameters
    ----------
    choice : candidates; synergies are not ranged and must be none.
    weights : corners, shape (n_corners, n_criteria).

    Returns
    -------
    By key; None where there are too many portfolios to compare, or none.
    """
    assert not choice.synergies, "a synergy has no range of its own"
    chosen = all_portfolios(choice, MOST_FEASIBLE)
    if chosen is None or not chosen.shape[0]:
        return None
    held = chosen.astype(np.float64)
    beats = np.ones((chosen.shape[0], chosen.shape[0]), np.bool_)
    is_better = np.zeros_like(beats)
    for corner in weights:
        low = np.array([(c.scores @ corner).min() for c in choice.candidates])
        high = np.array([(c.scores @ corner).max() for c in choice.candidates])
        shared = (held * (high - low)) @ held.T
        # min V(p) − V(q) = Σ low over p \\ q − Σ high over q \\ p.
        least = (held @ low)[:, None] - (held @ high)[None, :] + shared
        most = (held @ high)[:, None] - (held @ low)[None, :] - shared
        margin = 1e-9 * float(np.abs(high).max() + np.abs(low).max())
        beats &= least >= -margin
        is_better |= most > margin
    kept = chosen[~(beats & is_better).any(axis=0)]
    keys = [candidate.key for candidate in choice.candidates]
    return {key: int(n) / kept.shape[0] for key, n in zip(keys, kept.sum(axis=0), strict=True)}
