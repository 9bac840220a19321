"""The search for the cheapest set of additions that keeps every limit.

Knows levers by key, most and cost, and asks an evaluator what sets measure; knows nothing of
terminals. Up to `MOST_ENUMERATED` sets are gone through in the order of their cost, so that the
first that keeps all limits is the cheapest, and dearer ones are never tried. Beyond that: greedy by
what a step improves for its cost, then pruning, then swaps; no single step can then be taken away,
but a cheaper set of quite another kind may exist.

Levers are taken in the order of their keys and ties by the steps in that order, so that the order
in which a scenario names them changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

MOST_ENUMERATED: Final = 256
"""Sets that are gone through one by one; more would take longer than a person waits."""

MOST_SWAPS: Final = 24
"""Sets tried in place of a found one, the cheapest first: each is one experiment."""

_LEAST_GAIN: Final = 1e-9
_ZERO_SCALE: Final = 0.01
"""A limit of zero has no size of its own: an excess of one in a hundred counts as a whole one."""

Steps = tuple[int, ...]
"""Steps of each lever, in the order of their keys."""

Values = Mapping[str, Sequence[float]]
"""Measure → its value in each replication."""

EvaluateSets = Callable[[Sequence[Steps]], Sequence[Values]]
"""What sets of additions measure, in the order asked, on common draws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverChoice:
    """A lever as the search sees it.

    Parameters
    ----------
    key : of the lever.
    most : steps at most.
    cost : of one step, at least 0.
    touches : measures that it may improve; None: any.
    """

    key: str
    most: int
    cost: float
    touches: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found.

    Parameters
    ----------
    steps : of each option, in the order given to the search; None where no set was found.
    cost : of them; infinite where there is none.
    is_cheapest : every cheaper set was tried and breaks a limit.
    n_tried : sets that were measured.
    """

    steps: Steps | None
    cost: float
    is_cheapest: bool
    n_tried: int


def excess_of(values: Values, bounds: Mapping[str, float]) -> dict[str, float]:
    """By how much the mean of each measure is beyond its bound, in units of the bound."""
    found = {}
    for measure, bound in bounds.items():
        series = values[measure]
        mean = math.fsum(series) / len(series)
        found[measure] = max(0.0, mean - bound) / (bound or _ZERO_SCALE)
    return found


def n_sets(options: Sequence[LeverChoice]) -> int:
    """How many sets of additions there are."""
    return math.prod(option.most + 1 for option in options)


@dataclass(slots=True)
class SetSearch:
    """One search; what was measured once is remembered.

    Parameters
    ----------
    options : in any order.
    bounds : measure → its limit.
    evaluate : measures sets.
    n_at_once : sets that are worth measuring side by side.
    """

    options: Sequence[LeverChoice]
    bounds: Mapping[str, float]
    evaluate: EvaluateSets
    n_at_once: int = 1
    tried: dict[Steps, Values] = field(default_factory=dict)
    _order: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Put the options in the order of their keys."""
        self._order = sorted(range(len(self.options)), key=lambda n: self.options[n].key)
        self.options = [self.options[n] for n in self._order]

    def run(self, *, is_greedy: bool = False) -> Found:
        """Search from nothing on.

        Parameters
        ----------
        is_greedy : do not enumerate, however few the sets.
        """
        if n_sets(self.options) <= MOST_ENUMERATED and not is_greedy:
            return self._found(self._first_by_cost(), is_cheapest=True)
        steps = self._greedy((0,) * len(self.options))
        if steps is not None:
            steps = self._improved(self._pruned(steps))
        return self._found(steps, is_cheapest=False)

    def refine(self, start: Sequence[int]) -> Found:
        """Search from where a search in coarser measures ended: add what is missing, take away
        what is not needed, step by step; nothing is exchanged any more.

        Parameters
        ----------
        start : steps of each option, in the order given.
        """
        steps = self._greedy(tuple(start[n] for n in self._order))
        return self._found(None if steps is None else self._pruned(steps, 1), is_cheapest=False)

    def measured(self, steps: Sequence[int]) -> Values:
        """What a set measures, steps in the order in which the options were given."""
        return self._measured([tuple(steps[n] for n in self._order)])[0]

    def cost(self, steps: Steps) -> float:
        """Of a set, steps in the order of the keys."""
        return math.fsum(o.cost * n for o, n in zip(self.options, steps, strict=True))

    def _found(self, steps: Steps | None, *, is_cheapest: bool) -> Found:
        n_tried = len(self.tried)
        if steps is None:
            return Found(steps=None, cost=math.inf, is_cheapest=is_cheapest, n_tried=n_tried)
        given = dict(zip(self._order, steps, strict=True))
        return Found(
            steps=tuple(given[place] for place in range(len(steps))),
            cost=self.cost(steps),
            is_cheapest=is_cheapest or not any(steps),
            n_tried=n_tried,
        )

    def _shortfall(self, steps: Steps) -> float:
        return math.fsum(excess_of(self._measured([steps])[0], self.bounds).values())

    def _measured(self, sets: Sequence[Steps]) -> list[Values]:
        new = list(dict.fromkeys(one for one in sets if one not in self.tried))
        if new:
            self.tried.update(zip(new, self.evaluate(new), strict=True))
        return [self.tried[one] for one in sets]

    def _keeps(self, steps: Steps) -> bool:
        return self._shortfall(steps) <= 0

    def _first_by_cost(self) -> Steps | None:
        sets = sorted(
            product(*(range(option.most + 1) for option in self.options)),
            key=lambda steps: (self.cost(steps), steps),
        )
        for begin in range(0, len(sets), self.n_at_once):
            batch = sets[begin : begin + self.n_at_once]
            self._measured(batch)
            for steps in batch:
                if self._keeps(steps):
                    return steps
        return None

    def _greedy(self, steps: Steps) -> Steps | None:
        """Add what improves most for its cost, twice as much while that goes on paying."""
        while (short := self._shortfall(steps)) > 0:
            useful = self._useful(steps)
            if not useful:
                return None
            larger = [_with(steps, n, 1) for n in useful]
            self._measured(larger)
            gains = [
                (short - self._shortfall(one)) / max(self.options[n].cost, _LEAST_GAIN)
                for n, one in zip(useful, larger, strict=True)
            ]
            best = max(range(len(useful)), key=lambda place: (gains[place], -place))
            if gains[best] <= _LEAST_GAIN / max(self.options[useful[best]].cost, _LEAST_GAIN):
                # Queues in series: none alone helps, so one of each goes forward together.
                for n in useful:
                    steps = _with(steps, n, 1)
                continue
            steps = self._grown(larger[best], useful[best], gains[best])
        return steps

    def _grown(self, steps: Steps, n: int, gain: float) -> Steps:
        """More of the lever that was best, in doubled steps, while it gives half of its gain."""
        by = 1
        while (short := self._shortfall(steps)) > 0:
            by = min(2 * by, self.options[n].most - steps[n])
            if by <= 0:
                break
            further = _with(steps, n, by)
            step_cost = max(self.options[n].cost, _LEAST_GAIN) * by
            if (short - self._shortfall(further)) / step_cost < gain / 2:
                break
            steps = further
        return steps

    def _useful(self, steps: Steps) -> list[int]:
        """Levers with room that may improve a measure beyond its limit."""
        excess = excess_of(self._measured([steps])[0], self.bounds)
        broken = {measure for measure, beyond in excess.items() if beyond > 0}
        return [
            n
            for n, option in enumerate(self.options)
            if steps[n] < option.most and (option.touches is None or option.touches & broken)
        ]

    def _improved(self, steps: Steps) -> Steps:
        """Exchange for cheaper sets, and prune again, while one is found."""
        for _ in range(MOST_SWAPS):
            swapped = self._swapped(steps)
            if swapped is None:
                break
            steps = self._pruned(swapped)
        return steps

    def _pruned(self, steps: Steps, halve_from: int = 3) -> Steps:
        """Take away whatever can be, the dearest first, until no single step can.

        Of a lever with fewer than `halve_from` steps one goes at a time; 1: always.
        """
        order = sorted(
            range(len(steps)), key=lambda n: (-self.options[n].cost, self.options[n].key)
        )
        is_smaller = True
        while is_smaller:
            is_smaller = False
            for n in order:
                smaller = self._least_of(steps, n, halve_from)
                is_smaller |= smaller != steps
                steps = smaller
        return steps

    def _least_of(self, steps: Steps, n: int, halve_from: int) -> Steps:
        """As few steps of a lever as keep the limits, by halving, and then one by one."""
        low, high = 0, steps[n]
        while low < high:
            middle = (low + high) // 2 if high - low >= halve_from > 1 else high - 1
            if self._keeps(_with(steps, n, middle - steps[n])):
                high = middle
            elif middle == high - 1:
                break
            else:
                low = middle + 1
        return _with(steps, n, high - steps[n])

    def _swapped(self, steps: Steps) -> Steps | None:
        """A cheaper set with one lever's step, or all of them, in exchange for another's step."""
        cheaper = sorted(
            {one for one in self._exchanges(steps) if self.cost(one) < self.cost(steps)},
            key=lambda one: (self.cost(one), one),
        )
        for one in cheaper[:MOST_SWAPS]:
            if self._keeps(one):
                return one
        return None

    def _exchanges(self, steps: Steps) -> Iterator[Steps]:
        for gone, n_steps in enumerate(steps):
            for fewer in {1, n_steps} if n_steps else ():
                for came in range(len(steps)):
                    if came != gone and steps[came] < self.options[came].most:
                        yield _with(_with(steps, gone, -fewer), came, 1)


def _with(steps: Steps, n: int, by: int) -> Steps:
    return (*steps[:n], steps[n] + by, *steps[n + 1 :])
