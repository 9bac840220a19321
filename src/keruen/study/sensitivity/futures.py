"""Many combinations of the deciding figures: where a limit is kept, and what designs regret.

Knows levels and measures. A share of tried combinations is no probability: nobody knows how likely
the figures are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

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
_FRESH = 1
"""Added to the seed for the sample that checks a box: other combinations of the same kind."""


def futures_of(
    factors: FactorList, keys: Sequence[str], evaluate: Evaluate, *, n: int, seed: int, most: float
) -> Futures:
    """Try combinations on the relaxation and look for the box in which the limit is broken.

    Parameters
    ----------
    keys : of the factors that are combined.
    evaluate : of the relaxation.
    n : combinations; as many again check the box.
    most : limit of the share of boxes that are left behind.
    """
    ordered = tuple(sorted(keys))
    tried, values, refused = _tried(ordered, evaluate, n, seed)
    is_broken = values > most
    box = None
    if is_broken.any() and not is_broken.all():
        fresh, fresh_values, _ = _tried(ordered, evaluate, n, seed + _FRESH)
        found = find_box(tried, is_broken)
        coverage, density = coverage_and_density(found, tried, is_broken)
        fresh_coverage, fresh_density = coverage_and_density(found, fresh, fresh_values > most)
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
        unserved_share=tuple(values.tolist()),
        refused=refused,
        kept_share=float(1 - is_broken.mean()) if len(values) else 0.0,
        box=box,
    )


def confirm(
    futures: Futures, evaluate: Evaluate, limits: Mapping[str, tuple[str, float]], n: int
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
) -> tuple[np.ndarray, np.ndarray, tuple[RefusedPoint, ...]]:
    """Levels and values of the combinations that are not refused, and those that are."""
    sample = latin_hypercube(keys, n, seed)
    points = _as_levels(keys, sample)
    measured = evaluate(points)
    is_known = np.array([_MEASURE in found for found in measured], np.bool_)
    values = np.array([found[_MEASURE] for found in measured if _MEASURE in found])
    refused = tuple(
        RefusedPoint(levels=levels, problems=())
        for levels, known in zip(points, is_known.tolist(), strict=True)
        if not known
    )
    return sample[is_known], values, refused


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
