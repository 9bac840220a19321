"""What makes a choice no choice: weights that admit nothing, a budget that pays for nothing.

Knows a choice and where its parts are written; raises nothing itself, so that whoever asks can tell
all problems at once.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.portfolios.choice import Choice
from keruen.errors import Problem


def problems_of(
    choice: Choice,
    weights: Mapping[str, NDArray[np.float64]],
    budgets: Mapping[str, str],
    *,
    money: str,
) -> tuple[Problem, ...]:
    """Everything for which no portfolio can be chosen.

    Parameters
    ----------
    choice : candidates with their costs, and the budgets.
    weights : corners of each set of weights by the place where it is written.
    budgets : place of each budget by its name; those without one are not looked at.
    money : unit of costs and budgets, as it is written.

    Returns
    -------
    Problems with their places, in the order of places; none where all is well. A budget from which
    nothing is to be paid at all is no problem.
    """
    found = [
        Problem("problem.weights_admit_nothing", {"place": place})
        for place, corners in sorted(weights.items())
        if not corners.shape[0]
    ]
    for name, place in sorted(budgets.items(), key=lambda one: one[1]):
        costs = {c.key: c.costs[name] for c in choice.candidates if c.costs.get(name, 0.0) > 0}
        if not costs:
            continue
        cheapest = min(costs, key=lambda key: (costs[key], key))
        if choice.budgets[name] < costs[cheapest]:
            found.append(
                Problem(
                    "problem.budget_below_cheapest",
                    {
                        "place": place,
                        "value": f"{choice.budgets[name]:.0f} {money}",
                        "project": cheapest,
                        "cost": f"{costs[cheapest]:.0f} {money}",
                    },
                )
            )
    return tuple(found)
