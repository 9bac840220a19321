"""Comparison: is one design better than another, or only luckier?

Both designs live through the same years: replication `i` of both has the same seed, and draws by
key give the same luck to whatever is the same in both (conventions §4). So the difference is taken
replication by replication, and most of the luck falls out of it. Knows studies; knows no words.

The test is the paired t-test. Many measures are compared, and of twenty one would look real by
chance: Holm's correction (1979) keeps the chance that *any* difference is called real by mistake
at 5 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

from keruen.domain.results import Difference, Estimate
from keruen.errors import UsageError
from keruen.study.intervals import estimate, p_value, t_975
from keruen.study.results import Comparison, Study

Direction = Literal["less", "more", "none"]
Outcome = Literal["better", "worse", "higher", "lower", "same", "unsure"]

MEASURES: Final[dict[str, Direction]] = {
    "offered_per_year": "none",
    "boxes_per_year": "more",
    "unserved_share": "less",
    "trains_per_day": "none",
    "train_turnaround_ms_p50": "less",
    "train_turnaround_ms_p90": "less",
    "trains_held_share": "less",
    "truck_turn_time_ms_p50": "less",
    "truck_turn_time_ms_p90": "less",
    "yard_occupancy_share_p95": "less",
    "reefers_without_plug_share": "less",
    "dwell_ms_mean_laden": "less",
    "reshuffles_per_retrieval": "less",
    "gantry_moves_per_h": "more",
}
"""Measures that are compared, and what is better. Measures of service limits are added: less."""

LEVEL: Final = 0.05
_MOST_REPLICATIONS: Final = 10_000
_MUST_AGREE: Final = {
    "version": "error.compare_version",
    "commit": "error.compare_version",
    "platform": "error.compare_platform",
    "seed": "error.compare_seed",
    "days": "error.compare_days",
}
"""What two studies must share → the sentence when they do not."""
_SAME_CALENDAR: Final = ("first_day", "warm_up_ms", "utc_offset_ms")


def compare(first: Study, second: Study) -> Comparison:
    """Hold two studies against one another, replication by replication.

    Parameters
    ----------
    first, second : Study
        Of the same seed, days and version; replications beyond the shorter one's are left out.

    Returns
    -------
    Comparison
        Its outcomes say what the second is against the first.

    Raises
    ------
    UsageError
        When the studies are not comparable, naming the first reason.
    """
    n = min(len(first.replications), len(second.replications))
    _verify_comparable(first, second, n)
    directions = _directions(first, second)
    pairs = {name: (_values(first, name, n), _values(second, name, n)) for name in directions}
    changes = {
        name: estimate(name, [b - a for a, b in zip(*pair, strict=True)])
        for name, pair in pairs.items()
    }
    raw = {name: _p_of(change) for name, change in changes.items()}
    # What is nil in every run does not concern these designs, and takes nothing from the others.
    tested = {name: p for name, p in raw.items() if any(map(any, pairs[name]))}
    adjusted = {**raw, **holm(tested)}
    differences = tuple(
        Difference(
            measure=name,
            first=estimate(name, pairs[name][0]),
            second=estimate(name, pairs[name][1]),
            change=changes[name],
            p_value=raw[name],
            p_adjusted=adjusted[name],
            outcome=_outcome(changes[name], adjusted[name], directions[name]),
            n_needed=n_needed(changes[name], adjusted[name], len(tested)),
        )
        for name in directions
    )
    return Comparison(first=first, second=second, n=n, differences=differences)


def holm(p_values: dict[str, float]) -> dict[str, float]:
    """p-values after Holm's correction: below 5 %, a difference is real.

    Examples
    --------
    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    ordered = sorted(p_values, key=lambda name: (p_values[name], name))
    found: dict[str, float] = {}
    largest = 0.0
    for place, name in enumerate(ordered):
        largest = max(largest, min(1.0, (len(ordered) - place) * p_values[name]))
        found[name] = largest
    return {name: found[name] for name in p_values}


def n_needed(change: Estimate, p_adjusted: float, n_measures: int) -> int | None:
    """Replications that would show a difference of this size, if it is one.

    By Bonferroni's bound, which Holm's correction never falls short of.
    """
    if p_adjusted <= LEVEL or change.mean == 0:
        return None
    spread = _deviation(change)
    low, high = change.n, _MOST_REPLICATIONS

    def shows(n: int) -> bool:
        return p_value(change.mean / (spread / math.sqrt(n)), n - 1) <= LEVEL / n_measures

    if not shows(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


def _verify_comparable(first: Study, second: Study, n: int) -> None:
    for name, key in _MUST_AGREE.items():
        one, other = (str(getattr(study.provenance, name)) for study in (first, second))
        if one != other:
            raise UsageError(key, first=one, second=other)
    if _calendar(first) != _calendar(second):
        raise UsageError("error.compare_calendar")
    if n < 2:
        raise UsageError("error.compare_one_replication")


def _calendar(study: Study) -> list[object]:
    return [getattr(study.scenario.calendar, name) for name in _SAME_CALENDAR]


def _directions(first: Study, second: Study) -> dict[str, Direction]:
    limited = [check.measure for one in (first, second) for check in one.verdict.limits]
    wanted: dict[str, Direction] = {**dict.fromkeys(limited, "less"), **MEASURES}
    order = [*MEASURES, *(name for name in limited if name not in MEASURES)]
    both = first.estimates.keys() & second.estimates.keys()
    return {name: wanted[name] for name in order if name in both}


def _values(study: Study, name: str, n: int) -> Sequence[float]:
    return [replication.measures[name] for replication in study.replications[:n]]


def _deviation(change: Estimate) -> float:
    """The standard deviation of the differences, back from their interval."""
    return (change.high - change.mean) / t_975(change.n - 1) * math.sqrt(change.n)


def _p_of(change: Estimate) -> float:
    error = _deviation(change) / math.sqrt(change.n)
    if error == 0:
        return 1.0 if change.mean == 0 else 0.0
    return p_value(change.mean / error, change.n - 1)


def _outcome(change: Estimate, p_adjusted: float, direction: Direction) -> Outcome:
    if change.mean == 0 and change.low == change.high:
        return "same"
    if p_adjusted > LEVEL:
        return "unsure"
    is_more = change.mean > 0
    if direction == "none":
        return "higher" if is_more else "lower"
    return "better" if is_more == (direction == "more") else "worse"
