"""Where to look next: the search for the largest flow at which every limit holds.

Knows flows on a ladder and whether a limit broke there; knows nothing of terminals. The flows of a
search are the case's own flow times 2^(step / steps for each doubling), so that all replications
stand on the same steps and a finer search stands on the steps of a coarser one too.

**The rule.** Service is not exactly monotone in the flow: a step up shifts which box meets which
train. The *smallest* step that fails is therefore the ceiling, wherever it was met, and the
capacity is the largest step below it that holds; what holds above the ceiling does not count. A
plain bisection would see no failure below its own bracket, so the flows of the curve, of which
half lie below the capacity, are tried as well: one that fails lowers the ceiling, and the search
goes on beneath it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field

from keruen.domain.results import Bracket, SearchEnd, Trial

Evaluate = Callable[[float, int], Trial]
"""A trial from a multiple of the case's own flow and the index of a replication."""
Tried = dict[int, Trial]
"""Step → trial, of one replication."""

FLOW = "boxes_per_year"
"""The measure that is the flow: what passes the terminal, not what is offered to it."""

CURVE_DOUBLINGS = (-1.0, -0.5, -0.25, -0.125, 0.0, 0.125, 0.25, 0.5)
"""Where the curve is drawn, in doublings of the flow from the middle replication's capacity."""

_CAPPED_GAIN = 0.01
"""A doubled demand that lets less than this share more through lets nothing more through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The flows that a search may try.

    Parameters
    ----------
    per_doubling : steps for each doubling of the flow; a power of two.
    lowest, highest : first and last step; step 0 is the case's own flow.
    """

    per_doubling: int
    lowest: int
    highest: int

    def factor(self, step: int) -> float:
        """The multiple of the case's own flow on a step, rounded so that it can be typed."""
        exact: float = 2.0 ** (step / self.per_doubling)
        return round(exact, 6)


def ladder_of(tolerance: float, doublings_down: int, doublings_up: int) -> Ladder:
    """The coarsest ladder whose neighbouring steps are at most `tolerance` apart.

    Examples
    --------
    >>> ladder_of(0.02, 6, 6)
    Ladder(per_doubling=64, lowest=-384, highest=384)
    """
    exact = math.log(2) / math.log1p(tolerance)
    per_doubling = 1 << max(0, math.ceil(math.log2(exact) - 1e-9))
    return Ladder(
        per_doubling=per_doubling,
        lowest=-doublings_down * per_doubling,
        highest=doublings_up * per_doubling,
    )


def bounds(tried: Mapping[int, Trial]) -> tuple[int | None, int | None]:
    """The largest step that holds below every failing one, and the smallest that fails."""
    ceiling = min((step for step, trial in tried.items() if trial.broken), default=None)
    holding = (
        step
        for step, trial in tried.items()
        if not trial.broken and (ceiling is None or step < ceiling)
    )
    return max(holding, default=None), ceiling


def next_step(tried: Mapping[int, Trial], ladder: Ladder) -> int | None:
    """The step to try next; None when the search has ended."""
    floor, ceiling = bounds(tried)
    if floor is None and ceiling is None:
        return 0
    if ceiling is None:
        assert floor is not None, "neither a floor nor a ceiling"
        if floor >= ladder.highest or is_capped(tried, ladder):
            return None
        return min(floor + ladder.per_doubling, ladder.highest)
    if floor is None:
        return (
            None if ceiling <= ladder.lowest else max(ceiling - ladder.per_doubling, ladder.lowest)
        )
    return None if ceiling - floor <= 1 else (ceiling + floor) // 2


def is_capped(tried: Mapping[int, Trial], ladder: Ladder) -> bool:
    """Whether the last doubling of the demand let nothing more through: the trains are full."""
    top = max(tried)
    before = tried.get(top - ladder.per_doubling)
    if before is None:
        return False
    return tried[top].measures[FLOW] < (1 + _CAPPED_GAIN) * before.measures[FLOW]


def n_expected(tried: Mapping[int, Trial], ladder: Ladder) -> int:
    """About how many trials a search still needs; for the progress only."""
    floor, ceiling = bounds(tried)
    if next_step(tried, ladder) is None:
        return 0
    per_gap = ladder.per_doubling.bit_length()
    if floor is None or ceiling is None:
        return 1 + per_gap
    return max(1, (ceiling - floor - 1).bit_length())


def bracket(replication: int, tried: Mapping[int, Trial], ladder: Ladder) -> Bracket:
    """The capacity of one replication, from a search that has ended."""
    floor, ceiling = bounds(tried)
    if floor is not None and tried[floor].measures[FLOW] <= 0:
        # Where nothing comes, every limit holds, and nothing is said.
        floor = None
    end: SearchEnd = "found"
    if floor is None:
        end = "impossible"
    elif ceiling is None:
        end = "timetable" if is_capped(tried, ladder) else "unlimited"
    again = sorted(
        step for step, t in tried.items() if not t.broken and ceiling is not None and step > ceiling
    )
    return Bracket(
        replication=replication,
        end=end,
        kept_at=None if floor is None else ladder.factor(floor),
        broken_at=None if ceiling is None else ladder.factor(ceiling),
        flow_per_year=0.0 if floor is None else tried[floor].measures[FLOW],
        again_at=tuple(ladder.factor(step) for step in again),
    )


def curve_steps(searches: Sequence[Mapping[int, Trial]], ladder: Ladder) -> list[int]:
    """The steps of the curve: around the capacity of the middle replication."""
    floors = sorted(floor for tried in searches if (floor := bounds(tried)[0]) is not None)
    middle = floors[len(floors) // 2] if floors else ladder.lowest
    steps = (middle + round(part * ladder.per_doubling) for part in CURVE_DOUBLINGS)
    return sorted({min(max(step, ladder.lowest), ladder.highest) for step in steps})


@dataclass(slots=True)
class Attempts:
    """Trials as they are asked for: out of memory, or made by `evaluate` on an executor.

    Parameters
    ----------
    evaluate : makes a trial; crosses to the executor's processes.
    executor : None is this process, one after the other.
    kept : trials made before, by replication and factor; new ones are added.
    on_made : told after each trial that was made or remembered.
    """

    evaluate: Evaluate
    executor: Executor | None = None
    kept: dict[tuple[int, float], Trial] = field(default_factory=dict)
    on_made: Callable[[Trial, bool], None] = lambda _trial, _is_new: None
    _ready: deque[tuple[int, float]] = field(default_factory=deque)
    _running: dict[Future[Trial], tuple[int, float]] = field(default_factory=dict)

    def ask(self, replication: int, factor: float) -> None:
        """Want a trial; `take` gives it sooner or later."""
        key = (replication, factor)
        if self.executor is None or key in self.kept:
            self._ready.append(key)
        else:
            future = self.executor.submit(self.evaluate, factor, replication)
            self._running[future] = key

    def take(self) -> Trial:
        """The next trial that is done, of those asked for."""
        if self._ready:
            key = self._ready.popleft()
            is_new = key not in self.kept
            return self._made(key, self.evaluate(key[1], key[0]) if is_new else None)
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        future = next(future for future in self._running if future in done)
        return self._made(self._running.pop(future), future.result())

    @property
    def n_open(self) -> int:
        """How many were asked for and not taken yet."""
        return len(self._ready) + len(self._running)

    def stop(self) -> None:
        """Start nothing more."""
        for future in self._running:
            future.cancel()

    def _made(self, key: tuple[int, float], trial: Trial | None) -> Trial:
        if trial is not None:
            self.kept[key] = trial
        self.on_made(self.kept[key], trial is not None)
        return self.kept[key]


def climb(
    attempts: Attempts,
    searches: Sequence[Tried],
    ladder: Ladder,
    tell: Callable[[int], None] = lambda _n_expected: None,
) -> None:
    """Take every replication's search to its end; each goes its own way, whoever is first.

    Parameters
    ----------
    searches : what each replication has tried; added to here.
    tell : told before each trial about how many are still to come.
    """
    asked: dict[tuple[int, float], int] = {}

    def ask(replication: int) -> None:
        step = next_step(searches[replication], ladder)
        if step is not None:
            asked[replication, ladder.factor(step)] = step
            attempts.ask(replication, ladder.factor(step))

    for replication in range(len(searches)):
        ask(replication)
    while attempts.n_open:
        tell(sum(n_expected(tried, ladder) for tried in searches))
        trial = attempts.take()
        searches[trial.replication][asked[trial.replication, trial.factor]] = trial
        ask(trial.replication)


def spread(
    attempts: Attempts,
    searches: Sequence[Tried],
    ladder: Ladder,
    steps: Sequence[int],
    tell: Callable[[int], None] = lambda _n_expected: None,
) -> None:
    """Try the same steps in every replication, as far as they were not tried."""
    wanted = [(r, step) for step in steps for r, tried in enumerate(searches) if step not in tried]
    places = {(r, ladder.factor(step)): step for r, step in wanted}
    for replication, factor in places:
        attempts.ask(replication, factor)
    while attempts.n_open:
        tell(attempts.n_open)
        trial = attempts.take()
        searches[trial.replication][places[trial.replication, trial.factor]] = trial
