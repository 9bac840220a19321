"""`scripts/bench appraisal`: every portfolio that nothing beats, of forty projects.

Scores have no relation to cost, which is the worst case: nothing is clearly worth its money. The
instances are functions of their number, so anybody has the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time

import numpy as np

from benchmarks.table import Row, seconds, tell
from keruen.appraisal.portfolios import Candidate, Choice, Portfolios, undominated_portfolios
from keruen.draws import uniform_array

N_PROJECTS = 40
N_CRITERIA = 3
INSTANCES = (1, 2, 3, 4, 5)
LIMIT_S = 10


@dataclass(frozen=True, slots=True)
class Family:
    """Instances of one kind.

    Parameters
    ----------
    n_budgets : each half of what all projects would cost.
    n_draws : common draws; with three corners of the weights there are three times as many states.
    spread : scores of a draw lie this share around those of the project.
    """

    name: str
    n_budgets: int
    n_draws: int
    spread: float
    n_projects: int = N_PROJECTS


FAMILIES = (
    Family("one budget, one draw", 1, 1, 0.0),
    Family("two budgets, one draw", 2, 1, 0.0),
    Family("one budget, 4 draws ± 10%", 1, 4, 0.1),
    Family("two budgets, 200 draws ± 30%", 2, 200, 0.3, 15),
)


def instance(family: Family, number: int) -> Choice:
    """Whole scores and costs from 1 to 1000, each as likely."""
    n, k = family.n_projects, N_CRITERIA
    luck = uniform_array(number, 7, np.arange(2000 + n * k * family.n_draws))
    means = np.floor(luck[: n * k] * 1000).reshape(n, 1, k) + 1
    costs = np.floor(luck[1000 : 1000 + 2 * n] * 1000).reshape(n, 2) + 1
    around = 2 * luck[2000:].reshape(n, family.n_draws, k) - 1
    scores = np.rint(means * (1 + family.spread * around))
    budgets = [f"b{number}" for number in range(family.n_budgets)]
    return Choice(
        candidates=tuple(
            Candidate(
                key=f"p{place:02}",
                scores=scores[place],
                costs={name: float(costs[place, b]) for b, name in enumerate(budgets)},
            )
            for place in range(n)
        ),
        budgets={name: float(costs[:, b].sum() // 2) for b, name in enumerate(budgets)},
    )


def rows() -> Iterator[Row]:
    """Each family: the median of its instances, the quickest and the slowest, and how many.

    The processor's seconds stand beside those of the clock: others on the machine do not stretch
    them so much.
    """
    for family in FAMILIES:
        times, processor, counts = [], [], []
        for number in INSTANCES:
            choice = instance(family, number)
            found: list[object] = []

            def search(choice: Choice = choice, found: list[object] = found) -> None:
                found.append(undominated_portfolios(choice, np.eye(N_CRITERIA)))

            begun = process_time()
            times.append(seconds(search, 1))
            processor.append(process_time() - begun)
            portfolios = found[0]
            assert isinstance(portfolios, Portfolios), "too many portfolios to be told"
            counts.append(portfolios.chosen.shape[0])
        name = f"{family.n_projects} × {N_CRITERIA}, {family.name}"
        spread = (
            f"{min(times):.1f} to {max(times):.1f} s (processor {median(processor):.1f}, at most"
            f" {max(processor):.1f} s); below {LIMIT_S} s each"
        )
        listed = ", ".join(map(str, counts))
        yield Row(name, median(times), f"{spread}; portfolios {listed}")


if __name__ == "__main__":
    raise SystemExit(tell("appraisal", rows()))
