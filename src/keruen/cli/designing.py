"""`keruen design`: the cheapest additions that make a capacity sufficient, and their proof."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from rich.console import Console

from keruen.cli.options import stacked
from keruen.cli.printing import print_answer, print_json
from keruen.cli.running import (
    answer_folder,
    chosen_executor,
    chosen_formats,
    compile_for,
    finite,
    in_unit,
    planned,
    progress_bar,
)
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.report.chapters.design import compose_design, write_design
from keruen.report.chapters.design_words import design_sentences
from keruen.report.kept_document import keep_in_all_languages
from keruen.report.write import put_file
from keruen.scenario import Scenario, read
from keruen.study.design import cheapest_additions
from keruen.study.design.cheapest import expected_runs
from keruen.study.design.envelope import CostStep, cost_of_flows
from keruen.study.design.results import Additions
from keruen.study.executors import n_at_once
from keruen.study.limits import days_override, replications_and_seed
from keruen.study.results import Progress

if TYPE_CHECKING:
    from keruen.cli.commands import DesignOptions

FACTORS: Final = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1)
"""Flows of the frontier, times the case's own: from what is likely soon to more than is claimed."""

_RUN_S: Final = 4.0
"""Seconds of a year of a corridor, on one core; runs of the search are shorter."""
_SMALL_RUN_S: Final = 0.2
"""The same without a railway."""
_WEEKS_S: Final = 400.0
"""Seconds of the weeks that are planned for the railway's part; most wait for one another."""


def find_additions(asked: DesignOptions) -> int:
    """Search, write the page, print the answer."""
    formats = chosen_formats(asked.format)
    overrides = tuple(asked.overrides)
    if asked.days is not None:
        overrides = (*overrides, days_override(asked.days))
    scenario = read(asked.scenario, overrides, stacked(asked.case))
    if not scenario.levers:
        raise UsageError("error.no_levers", scenario=scenario.name)
    n, _ = replications_and_seed(scenario, asked.replications, asked.seed)
    console = Console(stderr=True, quiet=asked.as_json)
    folder = answer_folder(asked.out, scenario, asked.seed, "design")
    found, frontier = _searched(scenario, n, asked, console)
    words = design_in_words(found, scenario, frontier)
    put_file(folder / "design.json", (json.dumps(words, indent=1) + "\n").encode())
    for chosen in formats:
        write_design(
            found, scenario, folder, frontier=frontier, format=chosen, language=asked.language
        )
    keep_in_all_languages(partial(compose_design, found, scenario, frontier), folder, "design")
    if asked.as_json:
        print_json(words)
        return 0
    print_answer(design_sentences(found, scenario, asked.language))
    typer.echo(text("design.files_at", asked.language, path=str(Path(folder))))
    return 0


def _searched(
    scenario: Scenario, n: int, asked: DesignOptions, console: Console
) -> tuple[Additions, tuple[CostStep, ...]]:
    """The design, with how long it takes said first and progress shown; then the frontier."""
    language = asked.language
    try:
        with chosen_executor(asked.executor) as executor:
            n_workers = n_at_once(executor)
            n_designs = 1 + len(FACTORS) * asked.frontier
            runs = expected_runs(scenario, n) * n_designs
            has_railway = scenario.network is not None
            seconds = runs * (_RUN_S if has_railway else _SMALL_RUN_S)
            seconds = seconds / n_workers + _WEEKS_S * n_designs * has_railway
            minutes = math.ceil(seconds / 60)
            console.print(text("design.asks", language, runs=runs, minutes=minutes))
            (world,) = planned([scenario], language, console)
            compile_for([world], language, console)
            with progress_bar(scenario.case, language, console, counted="design.runs") as progress:
                found = cheapest_additions(
                    scenario,
                    replications=n,
                    seed=asked.seed,
                    n_at_once=n_workers,
                    executor=executor,
                    progress=progress,
                )
                frontier = _frontier(scenario, n, asked, executor, n_workers, progress)
    except KeyboardInterrupt:
        console.print(text("design.stopped", language))
        raise
    return found, frontier


def _frontier(
    scenario: Scenario,
    n: int,
    asked: DesignOptions,
    executor: Executor | None,
    n_workers: int,
    progress: Callable[[Progress], None],
) -> tuple[CostStep, ...]:
    if not asked.frontier:
        return ()
    return cost_of_flows(
        scenario,
        FACTORS,
        replications=n,
        seed=asked.seed,
        n_at_once=n_workers,
        executor=executor,
        progress=progress,
    )


def design_in_words(
    found: Additions, scenario: Scenario, frontier: Sequence[CostStep]
) -> dict[str, object]:
    """A design as JSON words: what is added, costs, limits, what breaks without each step."""
    return {
        "scenario": scenario.name,
        "case": scenario.case,
        "digest": scenario.digest,
        "is_sufficient": found.is_sufficient,
        **_set_in_words(found, scenario),
        "build_time_yr": asdict(found.build_time_yr),
        "limits": {
            after.limit: {
                "bound": after.bound,
                "before": in_unit(before.estimate),
                "after": in_unit(after.estimate),
            }
            for before, after in zip(found.before, found.after, strict=True)
        },
        "shortages": [asdict(one) for one in found.shortages],
        "railway": found.railway
        and {name: finite(value) for name, value in asdict(found.railway).items()},
        "without_effect": list(found.idle),
        "is_cheapest_of_dry_port": found.is_cheapest,
        "dry_port_bound_kzt2025": finite(found.dry_port_bound_kzt2025),
        "confidence": found.confidence,
        "removals": [{**asdict(one), "low": finite(one.low)} for one in found.removals],
        "replications": found.n_replications,
        "days": found.days,
        "runs": found.n_runs,
        "frontier": [
            {
                "factor": one.factor,
                "flow": one.flow,
                "found_at": one.found_at,
                **({} if one.additions is None else _set_in_words(one.additions, scenario)),
            }
            for one in frontier
        ],
    }


def _set_in_words(found: Additions, scenario: Scenario) -> dict[str, object]:
    return {
        "boxes_per_year": found.boxes_per_year,
        "capital_kzt2025": asdict(found.capital_kzt2025),
        "annual_kzt2025": asdict(found.annual_kzt2025),
        "additions": [
            {
                "lever": one.key,
                "steps": one.steps,
                "built": one.units,
                "own": one.own_units,
                "others": one.others_units,
                "capital_kzt2025": asdict(one.capital_kzt2025),
                "annual_kzt2025": asdict(one.annual_kzt2025),
                "decided_by": scenario.levers[one.key].decided_by,
                "build_time_yr": asdict(one.cost.build_time_yr),
            }
            for one in found.additions
        ],
    }
