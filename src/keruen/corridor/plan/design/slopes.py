"""Slope scaling: designs from linear programmes whose slopes learn the fixed costs.

Crainic, Gendron, Hernu (2004), A slope scaling/Lagrangean perturbation heuristic with long-term
memory for multicommodity capacitated fixed-charge network design, equations 8 to 10; here without
the Lagrangean perturbation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.model import Model
from keruen.corridor.plan.design.problem import Floats

N_STEPS = 15
N_DESIGNS = 3
ZERO = 1e-6


def slope_designs(
    model: Model, first: Floats, seconds: float, note: Callable[[Answer], object]
) -> list[Floats]:
    """Make a few good designs.

    Parameters
    ----------
    model : the model without forcing rows.
    first : float64, shape (n_designs,), the slopes to begin with, money for each full unit.
    seconds : of the solver, at most.
    note : told each answer.

    Returns
    -------
    Up to three designs, the cheapest first, float64, shape (n_designs,).
    """
    n = model.n_designs
    found: dict[bytes, tuple[float, Floats]] = {}
    if not n:
        return [np.zeros(0)]
    engine = Engine(model, model.upper, is_relaxed=True)
    columns, fixed = np.arange(n), model.cost[:n]
    slope, n_seen = first.copy(), 0
    engine.set_costs(columns, slope)
    for _ in range(N_STEPS):
        answer = engine.run(seconds=seconds)
        note(answer)
        seconds -= answer.seconds
        if not answer.is_done or seconds <= 0:
            break
        # Flow decides the units: a unit that costs nothing must not stand at its most.
        units = answer.values[:n]
        whole = np.where(model.is_integer[:n], np.ceil(units - ZERO), units)
        whole = np.clip(whole, 0.0, model.upper[:n])
        key = whole.tobytes()
        n_seen = n_seen + 1 if key in found else 0
        cost = float(fixed @ whole + model.cost[n:] @ answer.values[n:])
        if key not in found or cost < found[key][0]:
            found[key] = (cost, whole)
        if n_seen >= 3:
            break
        is_used = units > ZERO
        slope = np.where(is_used, fixed * whole / np.maximum(units, ZERO), slope)
        engine.set_costs(columns, slope)
    ranked = sorted(found.values(), key=lambda one: one[0])
    return [units for _, units in ranked[:N_DESIGNS]]
