"""The search for the cheapest set of additions that keeps every limit.

Knows levers by key, most and cost, and asks an evaluator what sets measure; knows nothing of
terminals. Up to `MOST_ENUMERATED` sets are gone through in the order of their cost, so that the
first that keeps all limits is the cheapest, and dearer ones are never tried.

Beyond that from above: with everything at its most, how few steps of each lever alone are enough?
No set with fewer of it is, as long as an addition does no harm, so the cost of these least steps
bounds that of every set. Where they are enough together nothing is cheaper; else levers go down to
them one after the other, the dearest first, and swaps try to come closer. Most runs are of the
first kind and wait for none of the others, so that they are played side by side.

Levers are taken in the order of their keys and ties by the steps in that order, and which sets are
tried does not depend on how many are played at once: neither the order in which a scenario names
levers nor the machine changes anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

MOST_ENUMERATED: Final = 256
"""Sets that are gone through one by one; more would take longer than a person waits."""

MOST_SWAPS: Final = 24
"""Sets tried in place of a found one, the cheapest first: each is one experiment."""

_CUTS: Final = 2
"""Places that are tried at once where a place is looked for: thirds take little more than halves on
one core, and half the time on two. A constant, so that the answer is the same on any machine."""

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
    bound : no set of these options that keeps the limits costs less, as long as no addition does
        harm; 0 where nothing is known.
    n_tried : sets that were measured.
    """

    steps: Steps | None
    cost: float
    is_cheapest: bool
    bound: float
    n_tried: int


def excess_of(values: Values, bounds: Mapping[str, float]) -> dict[str, float]:
    """By how much the mean of each measure is beyond its bound, in units of the bound."""
    return {
        measure: max(0.0, mean_of(values[measure]) - bound) / (bound or _ZERO_SCALE)
        for measure, bound in bounds.items()
    }


def mean_of(series: Sequence[float]) -> float:
    """Of the replications."""
    return math.fsum(series) / len(series)


def worst_replication(values: Values, bounds: Mapping[str, float]) -> int:
    """The replication that is farthest beyond the bounds; of equals the first."""
    n = len(next(iter(values.values())))
    single = [{name: [series[r]] for name, series in values.items()} for r in range(n)]
    excess = [math.fsum(excess_of(one, bounds).values()) for one in single]
    return max(range(n), key=lambda r: (excess[r], -r))


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
    gauge : a search that measures the same in shorter or fewer runs, and may have one of its own.
        It tells what to add and what to take away, where this search says whether that is enough.
    read_as : measure → (a, b): its mean m is read as a + b·m. So a gauge tells of sets what the
        search that it serves measured of them.
    """

    options: Sequence[LeverChoice]
    bounds: Mapping[str, float]
    evaluate: EvaluateSets
    n_at_once: int = 1
    gauge: SetSearch | None = None
    read_as: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    tried: dict[Steps, Values] = field(default_factory=dict)
    gains: dict[tuple[frozenset[str], int], float] = field(default_factory=dict)
    _order: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Put the options in the order of their keys."""
        self._order = sorted(range(len(self.options)), key=lambda n: self.options[n].key)
        self.options = [self.options[n] for n in self._order]

    def run(self, *, may_enumerate: bool = True) -> Found:
        """Search among all sets.

        Parameters
        ----------
        may_enumerate : go through all sets where they are few.
        """
        if may_enumerate and n_sets(self.options) <= MOST_ENUMERATED:
            steps = self._first_by_cost()
            cost = math.inf if steps is None else self.cost(steps)
            return self._found(steps, is_cheapest=True, bound=cost)
        steps, bound = self._from_above()
        return self._found(steps, is_cheapest=False, bound=bound)

    def refine(self, start: Sequence[int]) -> Found:
        """Search from where a search in coarser measures ended: add what is missing, take away
        what is not needed, step by step; nothing is exchanged any more.

        Parameters
        ----------
        start : steps of each option, in the order given.
        """
        steps = self._greedy(tuple(start[n] for n in self._order))
        return self._found(None if steps is None else self._pruned(steps), is_cheapest=False)

    def measured(self, steps: Sequence[int]) -> Values:
        """What a set measures, steps in the order in which the options were given."""
        return self._measured([tuple(steps[n] for n in self._order)])[0]

    def cost(self, steps: Steps) -> float:
        """Of a set, steps in the order of the keys."""
        return math.fsum(o.cost * n for o, n in zip(self.options, steps, strict=True))

    def _found(self, steps: Steps | None, *, is_cheapest: bool, bound: float = 0.0) -> Found:
        n_tried = len(self.tried)
        if steps is None:
            return Found(
                steps=None, cost=math.inf, is_cheapest=is_cheapest, bound=bound, n_tried=n_tried
            )
        given = dict(zip(self._order, steps, strict=True))
        return Found(
            steps=tuple(given[place] for place in range(len(steps))),
            cost=self.cost(steps),
            is_cheapest=is_cheapest or not any(steps),
            bound=bound,
            n_tried=n_tried,
        )

    def _means(self, steps: Steps) -> dict[str, float]:
        values = self._measured([steps])[0]
        lines = {name: self.read_as.get(name, (0.0, 1.0)) for name in self.bounds}
        return {name: a + b * mean_of(values[name]) for name, (a, b) in lines.items()}

    def _excess(self, steps: Steps) -> dict[str, float]:
        return excess_of({name: [mean] for name, mean in self._means(steps).items()}, self.bounds)

    def _shortfall(self, steps: Steps) -> float:
        return math.fsum(self._excess(steps).values())

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

    def _from_above(self) -> tuple[Steps | None, float]:
        """A set that is enough, and what no set costs less than; none where all is not enough."""
        top = self._harmless()
        if top is None:
            return None, math.inf
        least = self._least_of_each(top)
        return self._improved(self._descended(top, least), least, top), self.cost(least)

    def _harmless(self) -> Steps | None:
        """All levers at their most but for those that do harm; None where that breaks a limit.

        A quota of appointments may be less than the trucks that come: more is not always better.
        """
        top: Steps = tuple(option.most for option in self.options)
        while True:
            without = {n: _at(top, n, 0) for n in range(len(top)) if top[n]}
            self._measured([top, *without.values()])
            short = self._shortfall(top)
            if short <= 0:
                return top
            left = {n: self._shortfall(one) for n, one in without.items()}
            worst = min(left, key=lambda n: (left[n], n), default=None)
            if worst is None or left[worst] >= short - _LEAST_GAIN:
                return None
            top = without[worst]

    def _least_of_each(self, top: Steps) -> Steps:
        """The fewest steps of each lever that are enough while all others stay at the top."""
        low, high = [0] * len(top), list(top)
        for n, most in enumerate(top):
            if self._keeps(_at(top, n, 0)):
                high[n] = 0
            else:
                low[n] = min(1, most)
        while searched := [n for n in range(len(top)) if low[n] < high[n]]:
            middle = {n: (low[n] + high[n]) // 2 for n in searched}
            self._measured([_at(top, n, middle[n]) for n in searched])
            for n in searched:
                if self._keeps(_at(top, n, middle[n])):
                    high[n] = middle[n]
                else:
                    low[n] = middle[n] + 1
        return tuple(high)

    def _descended(self, top: Steps, least: Steps) -> Steps:
        """Each lever as far down as the others allow, the one that can save most first."""
        saving = {n: self.options[n].cost * (top[n] - least[n]) for n in range(len(top))}
        order = sorted((n for n in saving if top[n] > least[n]), key=lambda n: (-saving[n], n))
        steps = top
        while order:
            fewer = [steps]
            for n in order:
                fewer.append(_at(fewer[-1], n, least[n]))
            n_down = self._last_kept(fewer)
            steps = fewer[n_down]
            if n_down < len(order):
                n = order[n_down]
                steps = self._fewest(steps, n, least[n])
            order = order[n_down + 1 :]
        return steps

    def _fewest(self, steps: Steps, n: int, least: int = 0) -> Steps:
        """As few steps of one lever as keep the limits, of a set that does."""
        fewer = [_at(steps, n, k) for k in range(steps[n], least - 1, -1)]
        return fewer[self._last_kept(fewer)]

    def _last_kept(self, sets: Sequence[Steps]) -> int:
        """The place of the last that keeps the limits, of ever smaller sets of which the first
        does: the last of all is tried first, then places in between."""
        low, high = 0, len(sets)
        places = sorted({len(sets) // 2, len(sets) - 1} - {0})
        while places:
            self._measured([sets[place] for place in places])
            for place in places:
                if not self._keeps(sets[place]):
                    high = place
                    break
                low = place
            between = range(1, _CUTS + 1)
            places = sorted({low + k * (high - low) // (_CUTS + 1) for k in between} - {low})
            if not places and high - low > 1:
                places = [low + 1]
        return low

    def _greedy(self, steps: Steps) -> Steps | None:
        """Add what improves most for its cost until every limit is kept."""
        while self._shortfall(steps := self._helped(steps)) > 0:
            useful = self._useful(steps)
            if not useful:
                return None
            # Queues in series: none alone helps, so one of each goes forward together.
            for n in useful:
                steps = _with(steps, n, 1)
        return steps

    def _helped(self, steps: Steps) -> Steps:
        """Add what improves most for its cost until every limit is kept or no lever alone helps.

        A gauge says what; where what it says does not come true, all levers are measured here.
        """
        while (short := self._shortfall(steps)) > 0:
            if self.gauge is not None:
                gauge = self.corrected(self.gauge, steps)
                told = gauge._from_above()[0] or gauge._helped(steps)
                if short - self._shortfall(told) > _LEAST_GAIN:
                    steps = told
                    continue
            useful = self._useful(steps)
            n = self._best_of(steps, useful, short) if useful else -1
            if n < 0:
                break
            further = _with(steps, n, 1)
            gain = (short - self._shortfall(further)) / max(self.options[n].cost, _LEAST_GAIN)
            steps = self._grown(further, n, gain)
        return steps

    def corrected(self, gauge: SetSearch, steps: Steps) -> SetSearch:
        """A gauge that is read so that it tells of these steps, in the order of the keys, what this
        search measures, and of all levers at their most as well where that was measured: what a
        queue adds to a time grows from there, and the time without a queue does not."""
        top: Steps = tuple(option.most for option in self.options)
        own, told = self._means(steps), replace(gauge, read_as={})._means(steps)
        slopes = dict.fromkeys(own, 1.0)
        if top in self.tried:
            own_top, told_top = self._means(top), replace(gauge, read_as={})._means(top)
            for name in own:
                rise, run = own[name] - own_top[name], told[name] - told_top[name]
                if rise > _LEAST_GAIN and run > _LEAST_GAIN:
                    slopes[name] = rise / run
        lines = {name: (own[name] - slopes[name] * told[name], slopes[name]) for name in own}
        return replace(gauge, read_as=lines)

    def _best_of(self, steps: Steps, useful: Sequence[int], short: float) -> int:
        """The lever of which one step more improves most for its cost; -1 where none does.

        Gains shrink as sets grow, so a lever that once gave less than another gives now is not
        asked again while the same limits are broken (Minoux 1978, "lazy greedy"): an estimate,
        since two queues in series do not obey it; where no gain is left all are asked.
        """
        broken = self._broken(steps)
        gains: dict[int, float] = {}
        waiting = sorted(useful, key=lambda n: (-self.gains.get((broken, n), math.inf), n))
        while waiting:
            best = max(gains.values(), default=0.0)
            known = self.gains.get((broken, waiting[0]), math.inf)
            if best > _LEAST_GAIN and known <= best:
                break
            n_new = sum((broken, n) not in self.gains for n in waiting)
            asked, waiting = waiting[: n_new or _CUTS], waiting[n_new or _CUTS :]
            self._measured([_with(steps, n, 1) for n in asked])
            for n in asked:
                gain = short - self._shortfall(_with(steps, n, 1))
                if gain > _LEAST_GAIN:
                    gains[n] = gain / max(self.options[n].cost, _LEAST_GAIN)
                self.gains[broken, n] = gains.get(n, 0.0)
        return max(gains, key=lambda n: (gains[n], -n), default=-1)

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

    def _broken(self, steps: Steps) -> frozenset[str]:
        return frozenset(name for name, beyond in self._excess(steps).items() if beyond > 0)

    def _useful(self, steps: Steps) -> list[int]:
        """Levers with room that may improve a measure beyond its limit."""
        broken = self._broken(steps)
        return [
            n
            for n, option in enumerate(self.options)
            if steps[n] < option.most and (option.touches is None or option.touches & broken)
        ]

    def _improved(self, steps: Steps, least: Steps, top: Steps) -> Steps:
        """Exchange for cheaper sets, and prune again, while one is found.

        A lever at its least cannot go down for anything, so most exchanges need no try.
        """
        for _ in range(MOST_SWAPS):
            swapped = self._swapped(steps, least, top)
            if swapped is None:
                break
            steps = self._pruned(swapped)
        return steps

    def _pruned(self, steps: Steps) -> Steps:
        """Take away whatever can be, the dearest first, until no single step can."""
        every = sorted(range(len(steps)), key=lambda n: (-self.options[n].cost, n))
        if self.gauge is not None:
            told = self.corrected(self.gauge, steps)._pruned(steps)
            fewer_and_fewer = [steps]
            for n in every:
                for k in range(steps[n] - 1, told[n] - 1, -1):
                    fewer_and_fewer.append(_at(fewer_and_fewer[-1], n, k))
            steps = fewer_and_fewer[self._last_kept(fewer_and_fewer)]
        order = every
        while True:
            order = [n for n in order if steps[n]]
            fewer = {n: _with(steps, n, -1) for n in order}
            self._measured(list(fewer.values()))
            gone = [n for n in order if self._keeps(fewer[n])]
            if gone:
                steps = self._fewest(fewer[gone[0]], gone[0])
                # What could not go from more can hardly go from less; asked again in the end.
                order = gone
            elif order == [n for n in every if steps[n]]:
                return steps
            else:
                order = every

    def _swapped(self, steps: Steps, least: Steps, top: Steps) -> Steps | None:
        """A cheaper set with one lever's step, or all of them, in exchange for another's step."""
        cost = self.cost(steps)
        cheaper = sorted(
            {one for one in self._exchanges(steps, least, top) if self.cost(one) < cost},
            key=lambda one: (self.cost(one), one),
        )[:MOST_SWAPS]
        for begin in range(0, len(cheaper), self.n_at_once):
            batch = cheaper[begin : begin + self.n_at_once]
            self._measured(batch)
            for one in batch:
                if self._keeps(one):
                    return one
        return None

    def _exchanges(self, steps: Steps, least: Steps, top: Steps) -> Iterator[Steps]:
        for gone, n_steps in enumerate(steps):
            spare = n_steps - least[gone]
            for fewer in {1, spare} if spare > 0 else ():
                for came in range(len(steps)):
                    if came != gone and steps[came] < top[came]:
                        yield _with(_with(steps, gone, -fewer), came, 1)


def _with(steps: Steps, n: int, by: int) -> Steps:
    return _at(steps, n, steps[n] + by)


def _at(steps: Steps, n: int, number: int) -> Steps:
    return (*steps[:n], number, *steps[n + 1 :])
