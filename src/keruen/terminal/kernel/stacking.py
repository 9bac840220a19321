"""How bad it is to put a box on a pile: the stacking and reshuffle rules of the literature.

Knows departures and masses; knows nothing of room. A rule turns a pile into one integer, its
badness; the box goes where it is least. Departures are known to a window of
`departure_window_ms`: two in one window are equal.

* Lowest stack, first fit, random: its height, nothing, a draw of its own for each box and pile.
* Reshuffle index (Murty, Liu, Wan, Linn 2005): boxes in the pile that leave before this one; the
  lower pile of equals. Equals count half, which is its expected value when departures are known to
  a window only (Galle, Manshadi, Boroujeni, Barnhart, Jaillet 2018).
* Min-max (Caserta, Schwarze, Voß 2012): among piles whose first departure comes after this box's,
  the one with the earliest; if there is none, the pile with the latest first departure.
* Expected minimum (Galle et al. 2018, rule EM): min-max for windows, where of equal first
  departures the pile with fewer boxes in that window is taken, then the higher one.
* Score: a weighted sum of the features of `scenario.dry_port.Scores`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.draws import STREAM_SLOT, bits
from keruen.terminal.kernel import state
from keruen.terminal.kernel.reading import visit_at
from keruen.units import MS_PER_HOUR

_LATER_THAN_ALL = np.int64(1 << 44)
"""First departure of an empty pile, in windows or ms: later than any time of a run (557 years), and
small enough that twice of it times `_TIES` squared stays within an int64."""
_TIES = state.MAX_TIERS + 1
"""More than any height or number of boxes in a pile: what decides between equals is added to the
measure times this, so it can never outweigh the measure."""
# One bit off the top, so that a draw becomes an int64 that is not negative. Typed: Numba makes a
# float of a uint64 and a plain int.
ONE_BIT = np.uint64(1)
_HEAVIER_KG = 5_000
"""How much heavier a box must be than the one below to count as heavy on light (`Scores`)."""


@compiled
def departure_of(p: Any, visits: Any, visit: Any) -> Any:
    """When a box is to leave, as far as the yard knows it: number of its window, or ms without."""
    out_ms = visit_at(visits, visit).out_ms
    return out_ms // p.departure_window_ms if p.departure_window_ms > 0 else out_ms


@compiled
def badness(s: Any, p: Any, visits: Any, position: Any, visit: Any, policy: Any, place: Any) -> Any:
    """How bad a pile is for the box: the least is best.

    `position` is the pile, `visit` the box, `place` counts cells from the block's start.
    """
    height = np.int64(s.height[position])
    if policy <= state.RANDOM_STACK:
        return _badness_by_height(p, visits, position, visit, policy, height)
    own = departure_of(p, visits, visit)
    # Typed, and annotated for the type checker: Numba must see one type through the whole loop.
    first: Any = _LATER_THAN_ALL
    n_first: Any = np.int64(0)
    n_earlier: Any = np.int64(0)
    n_equal: Any = np.int64(0)
    for tier in range(height):
        other = departure_of(p, visits, s.row_visit[s.slot[position, tier]])
        n_earlier += 1 if other < own else 0
        n_equal += 1 if other == own else 0
        if other < first:
            first = other
            n_first = 0
        n_first += 1 if other == first else 0
    if policy == state.RESHUFFLE_INDEX:
        # Doubled, so that an equal one counts half in integers.
        return (2 * n_earlier + n_equal) * _TIES + height
    if policy == state.SCORE:
        heavier: Any = np.int64(0)
        if height > 0:
            below = visit_at(visits, s.row_visit[s.slot[position, height - 1]]).mass_kg
            heavier = 1 if visit_at(visits, visit).mass_kg > below + _HEAVIER_KG else 0
        return _weighted_score(p, own, first, height, n_earlier, heavier, place)
    # Piles that this box would not block come first: the earliest first departure of them; then
    # the others, the latest first departure of them. The first kind lies up to _LATER_THAN_ALL (an
    # empty pile is the last of it), the second from there on.
    measure = first - own if first > own else 2 * _LATER_THAN_ALL - first
    if policy == state.EXPECTED_MINIMUM:
        # A pile that is not blocked is taken for its first departure alone, and then for its
        # height.
        ties = (n_first if first <= own else 0) * _TIES + state.MAX_TIERS - height
        return measure * _TIES * _TIES + ties
    # MIN_MAX falls through to here: it is the only rule that is left, and has no branch of its own.
    return measure


@compiled
def _badness_by_height(
    p: Any, visits: Any, position: Any, visit: Any, policy: Any, height: Any
) -> Any:
    if policy == state.RANDOM_STACK:
        # Of box and pile alone: asked twice during one move, it says the same pile twice.
        draw = bits(p.seed, STREAM_SLOT, visit_at(visits, visit).entity, position)
        return np.int64(draw >> ONE_BIT)
    return height if policy == state.LOWEST_STACK else np.int64(0)


@compiled
def _weighted_score(
    p: Any, own: Any, first: Any, height: Any, n_earlier: Any, heavier: Any, place: Any
) -> Any:
    # Departures are numbers of windows or ms: the gap is made hours, whole ones, in either case.
    unit_ms = p.departure_window_ms if p.departure_window_ms > 0 else 1
    gap_h = np.int64(0)
    # An empty pile has no departure to be near to.
    if height > 0:
        gap_h = abs(first - own) * unit_ms // MS_PER_HOUR
    sum_ = p.score[state.SCORE_HEIGHT] * height + p.score[state.SCORE_EARLIER_BELOW] * n_earlier
    sum_ += p.score[state.SCORE_BLOCKING] * (1 if n_earlier > 0 else 0)
    sum_ += p.score[state.SCORE_GAP] * gap_h + p.score[state.SCORE_HEAVIER] * heavier
    return (
        sum_
        + p.score[state.SCORE_DISTANCE] * place
        + p.score[state.SCORE_OPENS_CELL] * (height == 0)
    )
