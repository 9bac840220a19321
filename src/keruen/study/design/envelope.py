"""What each flow costs: the cheapest additions for a range of flows, as a stair that never falls.

A set that carries more boxes a year carries fewer too, so the cost of a flow is the least of all
sets that were found for it or for more: the lower envelope.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from keruen.scenario import Scenario
from keruen.study.design.cheapest import SEARCH_DAYS, cheapest_additions
from keruen.study.design.results import Additions
from keruen.study.results import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class CostStep:
    """A flow with the cheapest additions that carry it.

    Parameters
    ----------
    factor : the flow, times the case's own.
    flow : the same in boxes that want to travel a year.
    additions : of this flow, or of a larger one where those are cheaper; None where nothing that
        may be added is enough.
    found_at : factor of the flow that they were found for.
    """

    factor: float
    flow: float
    additions: Additions | None
    found_at: float


def cost_of_flows(  # noqa: PLR0913 - two of what, five of how, those keyword-only
    scenario: Scenario,
    factors: Sequence[float],
    *,
    replications: int | None = None,
    seed: int | None = None,
    search_days: int = SEARCH_DAYS,
    executor: Executor | None = None,
    n_at_once: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[CostStep, ...]:
    """The cost of each flow, ascending: takes as long as all its designs together.

    Parameters
    ----------
    scenario : read with its case, with levers.
    factors : flows, times the case's own, more than 0.
    replications, seed, search_days, executor, n_at_once, progress : as of `cheapest_additions`.
    """
    found = []
    for factor in sorted(set(factors)):
        demand = scenario.demand
        scaled = demand.model_copy(update={"scale": demand.scale * factor})
        network = scenario.network
        if network is not None:
            network = network.model_copy(update={"week": None})
        world = scenario.model_copy(update={"demand": scaled, "network": network})
        answer = cheapest_additions(
            world,
            replications=replications,
            seed=seed,
            search_days=search_days,
            n_at_once=n_at_once,
            executor=executor,
            progress=progress,
        )
        found.append((factor, answer))
    return lower_envelope(found)


def lower_envelope(found: Sequence[tuple[float, Additions]]) -> tuple[CostStep, ...]:
    """From designs by ascending flow the least cost of each flow: it never falls."""
    steps: list[CostStep] = []
    best: tuple[float, Additions] | None = None
    for factor, answer in reversed(found):
        is_better = answer.is_sufficient and (
            best is None or answer.annual_kzt2025.value < best[1].annual_kzt2025.value
        )
        if is_better:
            best = (factor, answer)
        steps.append(
            CostStep(
                factor=factor,
                flow=answer.offered_per_year,
                additions=best[1] if best else None,
                found_at=best[0] if best else factor,
            )
        )
    return tuple(reversed(steps))
