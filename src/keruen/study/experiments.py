"""Experiments: what some changed scenario would measure, played once each.

Verdict, sensitivity, design and appraisal ask the same kind of question many times over; they all
ask here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from keruen.scenario import Scenario
from keruen.study.replicate import measured, replay, replication_seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One replication of a scenario.

    Parameters
    ----------
    scenario : with its changes; where its network has no week, one is planned.
    seed : of the study; equal seeds are equal luck.
    replication : index of the replication, from 0.
    days : measured days at most; None is the scenario's own number.
    """

    scenario: Scenario
    seed: int
    replication: int = 0
    days: int | None = None


def measures_of(
    experiments: Sequence[Experiment], executor: Executor | None = None
) -> list[Mapping[str, float]]:
    """All measures of each experiment, in the order asked (`domain/measures.toml`)."""
    if executor is None:
        return [_played(experiment) for experiment in experiments]
    futures = [executor.submit(_played, experiment) for experiment in experiments]
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()


def _played(experiment: Experiment) -> Mapping[str, float]:
    calendar = experiment.scenario.calendar
    days = min(calendar.days, experiment.days or calendar.days)
    short = experiment.scenario.model_copy(
        update={"calendar": calendar.model_copy(update={"days": days})}
    )
    seed = replication_seed(experiment.seed, experiment.replication)
    measures, _ = measured(short, replay(short, seed))
    return measures
