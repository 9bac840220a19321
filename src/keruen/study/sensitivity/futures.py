"""Many combinations of the deciding figures: where a limit is kept, and what designs regret.

Knows levels and measures. A share of tried combinations is no probability: nobody knows how likely
the figures are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from keruen.study.sensitivity.factors import FactorList, Levels
from keruen.study.sensitivity.prim import FoundBox, coverage_and_density, find_box
from keruen.study.sensitivity.results import (
    BoxSide,
    ConfirmedFuture,
    DesignRegret,
    FutureBox,
    Futures,
    RefusedPoint,
)
from keruen.study.sensitivity.sampling import Evaluate, latin_hypercube
from keruen.study.sensitivity.switching import figures_at

_MEASURE = "unserved_share"
Limits = Mapping[str, tuple[str, float]]
"""Limit → its measure and its most."""
_FRESH = 1
"""Added to the seed for the sample that checks a box: other combinations of the same kind."""


def futures_of(
    factors: FactorList,
    keys: Sequence[str],
    evaluate: Evaluate,
    *,
    n: int,
    seed: int,
    limits: Limits,
) -> Futures:
    """Try combinations and look for the box in which a limit is broken.

    Parameters
    ----------
    keys : of the factors that are combined.
    evaluate : of the relaxation, or of runs.
    n : combinations; as many again check the box.
    limits : limit → its measure and its most; one broken is enough.
    """
    ordered = tuple(sorted(keys))
    tried, measured, refused = _tried(ordered, evaluate, n, seed)
    broken = _broken(measured, limits)
    is_broken = np.logical_or.reduce(list(broken.values()))
    box = None
    if is_broken.any() and not is_broken.all():
        fresh, fresh_measured, _ = _tried(ordered, evaluate, n, seed + _FRESH)
        is_fresh_broken = np.logical_or.reduce(list(_broken(fresh_measured, limits).values()))
        found = find_box(tried, is_broken)
        coverage, density = coverage_and_density(found, tried, is_broken)
        fresh_coverage, fresh_density = coverage_and_density(found, fresh, is_fresh_broken)
        box = FutureBox(
            sides=_sides(factors, ordered, found),
            coverage=coverage,
            density=density,
            fresh_coverage=fresh_coverage,
            fresh_density=fresh_density,
        )
    return Futures(
        factors=ordered,
        levels=tuple(tuple(row) for row in tried.tolist()),
        unserved_share=tuple(one[_MEASURE] for one in measured),
        refused=refused,
        kept_share=float(1 - is_broken.mean()) if measured else 0.0,
        n_kept_by_limit={limit: int((~values).sum()) for limit, values in broken.items()},
        box=box,
    )


def _broken(
    measured: Sequence[Mapping[str, float]], limits: Limits
) -> dict[str, NDArray[np.bool_]]:
    """Limit → whether it is broken, by combination."""
    return {
        limit: np.array([one[measure] > most for one in measured], np.bool_)
        for limit, (measure, most) in limits.items()
    }


def confirm(
    futures: Futures, evaluate: Evaluate, limits: Limits, n: int
) -> tuple[tuple[ConfirmedFuture, ...], dict[str, float]]:
    """Run some of the combinations in full: evenly spread from the best to the worst.

    Parameters
    ----------
    evaluate : of the whole twin.
    limits : limit → its measure and its most.
    n : how many; at most all.

    Returns
    -------
    The runs, and limit → share of them that keep it.
    """
    order = np.argsort(futures.unserved_share, kind="stable")
    chosen = order[
        np.unique(np.linspace(0, len(order) - 1, min(n, len(order))).round().astype(int))
    ]
    points = [dict(zip(futures.factors, futures.levels[k], strict=True)) for k in chosen.tolist()]
    confirmed = tuple(
        ConfirmedFuture(
            levels=levels, plan_unserved_share=futures.unserved_share[k], measures=measures
        )
        for k, levels, measures in zip(chosen.tolist(), points, evaluate(points), strict=True)
        if measures
    )
    kept = {
        limit: sum(one.measures[measure] <= most for one in confirmed) / max(1, len(confirmed))
        for limit, (measure, most) in limits.items()
    }
    return confirmed, kept


def regret_of(
    designs: Mapping[str, Evaluate],
    keys: Sequence[str],
    *,
    n: int,
    seed: int,
    most: float,
    measure: str = _MEASURE,
) -> tuple[DesignRegret, ...]:
    """What each design loses against the best of them, over the same combinations; by name.

    Parameters
    ----------
    designs : name → its measures at levels of the factors.
    keys : of the factors, known to all designs.
    most : limit of the measure.
    """
    points = _as_levels(tuple(sorted(keys)), latin_hypercube(sorted(keys), n, seed))
    names = sorted(designs)
    rows = np.array(
        [[found.get(measure, np.nan) for found in designs[name](points)] for name in names]
    )
    values = rows[:, ~np.isnan(rows).any(axis=0)]
    regrets = values - values.min(axis=0, initial=np.inf)
    n_known = values.shape[1]
    return tuple(
        DesignRegret(
            design=name,
            regret_max=float(regret.max(initial=0.0)),
            regret_mean=float(regret.sum() / max(1, n_known)),
            kept_share=float((own <= most).sum() / max(1, n_known)),
            n=n_known,
        )
        for name, own, regret in zip(names, values, regrets, strict=True)
    )


def _tried(
    keys: tuple[str, ...], evaluate: Evaluate, n: int, seed: int
) -> tuple[NDArray[np.float64], list[Mapping[str, float]], tuple[RefusedPoint, ...]]:
    """Levels and measures of the combinations that are not refused, and those that are."""
    sample = latin_hypercube(keys, n, seed)
    points = _as_levels(keys, sample)
    measured = evaluate(points)
    is_known = np.array([_MEASURE in found for found in measured], np.bool_)
    known = [found for found in measured if _MEASURE in found]
    refused = tuple(
        RefusedPoint(levels=levels, problems=())
        for levels, found in zip(points, measured, strict=True)
        if _MEASURE not in found
    )
    return sample[is_known], known, refused


def _as_levels(keys: tuple[str, ...], sample: np.ndarray) -> list[Levels]:
    return [dict(zip(keys, row, strict=True)) for row in sample.tolist()]


def _sides(factors: FactorList, keys: tuple[str, ...], box: FoundBox) -> tuple[BoxSide, ...]:
    sides = []
    for column in np.flatnonzero(box.bound).tolist():
        # A free side ends with the range: nothing beyond it was tried.
        low = max(-1.0, float(box.low[column]))
        high = min(1.0, float(box.high[column]))
        factor = factors[keys[column]]
        ends = figures_at(factor, low), figures_at(factor, high)
        figures = {path: (ends[0][path], ends[1][path]) for path in ends[0]}
        sides.append(BoxSide(factor=factor.key, low=low, high=high, figures=figures))
    return tuple(sides)
