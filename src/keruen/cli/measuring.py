"""`keruen capacity|compare`: what a design carries; two designs under the same luck."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from keruen import report, study
from keruen.cli.options import parse_share
from keruen.cli.printing import inputs_in_words, print_answer, print_inputs, print_json, print_title
from keruen.cli.running import (
    chosen_executor,
    chosen_formats,
    chosen_scenarios,
    compile_for,
    default_folder,
    in_unit,
    interval,
    planned,
    progress_bar,
    run_each,
    runs_inside,
)
from keruen.domain.results import FlowPoint
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.report.chapters.capacity import compose_capacity
from keruen.report.kept_document import keep_in_all_languages
from keruen.report.measure_units import unit_of
from keruen.store import RunFolder
from keruen.store.file_names import file_name
from keruen.study.inputs import differing_inputs
from keruen.study.results import Capacity, Comparison, Study

if TYPE_CHECKING:
    from keruen.cli.commands import CapacityOptions, CompareOptions

_ONLY_WHEN_RUN = ("cases", "replications", "seed", "days", "overrides", "out")
"""What cannot be asked of runs that lie on the disk already."""


def find_capacity(asked: CapacityOptions) -> int:
    """Search, write the page, print the answer."""
    formats = chosen_formats(asked.format)
    tolerance = parse_share(asked.tolerance)
    overrides = tuple(asked.overrides)
    cases = (asked.case or "base",)
    (scenario,) = chosen_scenarios(asked.scenario, cases, overrides, asked.days)
    folder = asked.out or default_folder([scenario], asked.seed)
    # Two questions, two answers: neither writes over the other's page.
    name = f"{scenario.case}-fixed-trains" if asked.fixed_trains else scenario.case
    out = folder / "capacity" / file_name(name)
    console = Console(stderr=True, quiet=asked.as_json)
    (world,) = planned([scenario], asked.language, console)
    compile_for([world], asked.language, console)
    with (
        chosen_executor(asked.executor) as executor,
        progress_bar(scenario.case, asked.language, console, is_search=True) as progress,
    ):
        capacity = study.capacity(
            world,
            replications=asked.replications,
            seed=asked.seed,
            tolerance=tolerance,
            trains="fixed" if asked.fixed_trains else "grow",
            executor=executor,
            out=out,
            progress=progress,
        )
    RunFolder(out).note("capacity", capacity_in_words(capacity))
    keep_in_all_languages(partial(compose_capacity, capacity), out, "capacity")
    if asked.as_json:
        print_json(capacity_in_words(capacity))
        return 0
    print_answer(report.capacity_sentences(capacity, asked.language))
    for chosen in formats:
        path = report.write_capacity(capacity, out, format=chosen, language=asked.language)
        typer.echo(text("cli.report_at", asked.language, path=str(path)))
    typer.echo(text("cli.capacity_at", asked.language, path=str(out)))
    return 0


def capacity_in_words(capacity: Capacity) -> dict[str, object]:
    """A capacity as JSON words: estimates with units, the curve, the verdict in codes."""
    first, verdict = capacity.first_limit, capacity.verdict
    return {
        "provenance": asdict(capacity.provenance),
        "outcome": capacity.outcome,
        "capacity": in_unit(capacity.flow),
        "tolerance": capacity.tolerance,
        "trains": capacity.trains,
        "replications": [asdict(one) for one in capacity.brackets],
        "first_limit": first
        and {
            "limit": first.limit,
            "bound": first.bound,
            "replications": first.estimate.n,
            **in_unit(first.estimate),
        },
        "binding": verdict and verdict.binding.resource.name.lower(),
        "next_binding": verdict
        and verdict.next_binding
        and verdict.next_binding.resource.name.lower(),
        "experiments": [
            {**asdict(probe), "resource": probe.resource.name.lower()}
            for probe in (verdict.probes if verdict else ())
        ],
        "curve": [_point(point) for point in capacity.curve],
        "folder": capacity.folder,
    }


def _point(point: FlowPoint) -> dict[str, object]:
    return {
        "factor": point.factor,
        "offered": in_unit(point.offered),
        "flow": in_unit(point.flow),
        "replications_keeping": point.n_keeping,
        "limits": {
            check.limit: {
                "outcome": check.outcome,
                "bound": check.bound,
                **in_unit(check.estimate),
            }
            for check in point.checks
        },
    }


def compare_two(asked: CompareOptions) -> int:
    """Compare and print; of one scenario, run its two cases first."""
    if len(asked.compared) == 2:
        first, second = _loaded(asked)
    elif len(asked.compared) == 1 and len(asked.cases) == 2:
        first, second = _run(asked)
    else:
        raise UsageError("error.compare_two_cases")
    formats = chosen_formats(asked.format) if asked.format else ()
    comparison = study.compare(first, second)
    folder = asked.out or Path(first.folder).parent
    for chosen in formats:
        path = report.write((first, second), folder, format=chosen, language=asked.language)
        typer.echo(text("cli.report_at", asked.language, path=str(path)), err=asked.as_json)
    if asked.as_json:
        print_json(comparison_in_words(comparison))
        return 0
    print_inputs(differing_inputs(first.scenario, second.scenario), asked.language)
    print_title(text("compare.results", asked.language))
    print_answer(report.comparison_sentences(comparison, asked.language))
    return 0


def comparison_in_words(comparison: Comparison) -> dict[str, object]:
    """A comparison as JSON words."""
    return {
        "first": asdict(comparison.first.provenance),
        "second": asdict(comparison.second.provenance),
        "replications": comparison.n,
        "inputs": inputs_in_words(
            differing_inputs(comparison.first.scenario, comparison.second.scenario)
        ),
        "differences": {
            one.measure: {
                "outcome": one.outcome,
                "first": interval(one.first),
                "second": interval(one.second),
                "change": interval(one.change),
                "p_value": one.p_value,
                "p_adjusted": one.p_adjusted,
                "replications_needed": one.n_needed,
                "unit": unit_of(one.measure),
            }
            for one in comparison.differences
        },
    }


def _loaded(asked: CompareOptions) -> tuple[Study, Study]:
    """Two runs as they lie on disk; what only a run can be told is refused."""
    for name in _ONLY_WHEN_RUN:
        if getattr(asked, name):
            option = {"cases": "case", "overrides": "set"}.get(name, name)
            raise UsageError("error.compare_runs_only", option=f"--{option}")
    first, second = (study.load(_run_folder(Path(words))) for words in asked.compared)
    return first, second


def _run_folder(path: Path) -> Path:
    """The folder itself, or the only run within it."""
    inside = runs_inside(path)
    is_run = (path / "provenance.json").exists() or len(inside) != 1
    return path if is_run else inside[0]


def _run(asked: CompareOptions) -> tuple[Study, Study]:
    scenarios = chosen_scenarios(asked.compared[0], asked.cases, tuple(asked.overrides), asked.days)
    folder = asked.out or default_folder(scenarios, asked.seed)
    first, second = run_each(scenarios, asked, folder)
    if not asked.as_json:
        typer.echo(text("cli.run_at", asked.language, path=str(folder)))
    return first, second
