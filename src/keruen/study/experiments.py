"""Experiments: what some changed scenario would measure, played once each and kept by content.

Verdict, sensitivity, design and appraisal ask the same kind of question many times over; they all
ask here. An experiment that any command played before on this machine is not played again: its key
is made of everything that its measures depend on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

from keruen import caches
from keruen.scenario import Scenario
from keruen.scenario.read import digest_of
from keruen.store import platform_name
from keruen.store.runs.provenance import code_digest
from keruen.study.prepare import prepare
from keruen.study.replicate import measured, replay, replication_seed
from keruen.study.results import Progress
from keruen.study.tasks import Course, each, together

Measures = Mapping[str, float]

_MOST_IN_FOLDER: Final = 200
"""Experiments that stay in each of the 256 folders, the latest used ones: 50 000 in all, some
200 MB. Folders are small because each is looked through when an experiment is kept."""


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
    experiments: Sequence[Experiment],
    executor: Executor | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> list[Measures]:
    """All measures of each experiment, in the order asked (`domain/measures.toml`).

    Parameters
    ----------
    experiments : Sequence[Experiment]
        Equal ones are played once, and those that were played before on this machine not again.
    executor : Executor, optional
        Where they are played; None is this process, one after the other.
    progress : Callable[[Progress], None], optional
        Called first, and after each that was played. May raise `CancelledError`.

    Returns
    -------
    list[Measures]
        The same for any executor. What was played when a call is stopped is kept.
    """
    (found,) = together([course_of(experiments, executor, progress)])
    return found


def course_of(
    experiments: Sequence[Experiment],
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Course[list[Measures]]:
    """The same as a course, to be taken to its end together with others."""
    shortened = [_shortened(experiment) for experiment in experiments]
    keys = [key_of(experiment) for experiment in shortened]
    found = {key: kept for key in dict.fromkeys(keys) if (kept := kept_measures(key)) is not None}
    new = {
        key: (play, (experiment,))
        for key, experiment in zip(keys, shortened, strict=True)
        if key not in found
    }
    n_all = len(found) + len(new)

    def tell() -> None:
        if progress is not None:
            progress(Progress(len(found), n_all, "experiments"))

    def take(key: str, measures: Measures) -> None:
        keep_measures(key, measures)
        found[key] = measures
        tell()

    tell()
    yield from each(executor, new, take, late=keep_measures)
    return [found[key] for key in keys]


def key_of(experiment: Experiment) -> str:
    """A digest of everything that the measures of an experiment depend on."""
    scenario = experiment.scenario
    has_own_week = scenario.network is None or scenario.network.week is not None
    words = {
        "scenario": digest_of(scenario),
        "seed_of_plan": None if has_own_week else scenario.scenario.seed,
        "seed": experiment.seed,
        "replication": experiment.replication,
        "code": code_digest(),
        "platform": platform_name(),
    }
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


def play(experiment: Experiment) -> Measures:
    """Play an experiment of the scenario's own days, and measure it."""
    world = prepare(experiment.scenario)
    seed = replication_seed(experiment.seed, experiment.replication)
    measures, _ = measured(world.scenario, replay(world, seed))
    return measures


def _shortened(experiment: Experiment) -> Experiment:
    """The experiment with its days in the calendar, without what no measure depends on."""
    scenario = experiment.scenario
    calendar = scenario.calendar
    days = min(calendar.days, experiment.days or calendar.days)
    update = {
        "calendar": calendar.model_copy(update={"days": days}),
        # Files and origins of figures are most of what would travel to another machine.
        "documents": {},
        "figures": (),
        "notes": (),
        "overrides": (),
    }
    return replace(experiment, scenario=scenario.model_copy(update=update), days=None)


def kept_measures(key: str) -> Measures | None:
    """The measures of an experiment that was played before; None where anything is odd about it."""
    text = caches.kept_text(_folder(key), key, ending=".json")
    try:
        words = json.loads(text or "")
        measures = {str(name): float(value) for name, value in words["measures"].items()}
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None
    return measures if measures and text == _as_text(key, measures) else None


def keep_measures(key: str, measures: Measures) -> None:
    """Keep measures under a digest of all that they depend on."""
    text = _as_text(key, measures)
    caches.keep_text(_folder(key), key, text, ending=".json", most=_MOST_IN_FOLDER)


def _as_text(key: str, measures: Measures) -> str:
    """An experiment as it is kept: with a digest, because a wrong digit would be believed."""
    values = {name: float(value) for name, value in measures.items()}
    canonical = json.dumps({"key": key, "measures": values}, indent=1)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return f'{canonical[:-2]},\n "sha256": "{digest}"\n}}\n'


def _folder(key: str) -> str:
    return f"{caches.EXPERIMENTS}/{key[:2]}"
