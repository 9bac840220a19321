"""`keruen capacity`: the search with progress, its page, the answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from keruen import report, study
from keruen.cli.options import parse_share
from keruen.cli.printing import print_answer, print_json
from keruen.cli.running import (
    chosen_executor,
    chosen_formats,
    chosen_scenarios,
    compile_for,
    default_folder,
    in_unit,
    planned,
    progress_bar,
)
from keruen.domain.results import Capacity, FlowPoint
from keruen.i18n import text
from keruen.store import RunFolder

if TYPE_CHECKING:
    from keruen.cli.commands import CapacityOptions


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
    out = folder / "capacity" / name
    console = Console(stderr=True, quiet=asked.as_json)
    (scenario,) = planned([scenario], asked.language, console)
    compile_for([scenario], asked.language, console)
    with (
        chosen_executor(asked.executor) as executor,
        progress_bar(scenario.case, asked.language, console, is_search=True) as progress,
    ):
        found = study.capacity(
            scenario,
            replications=asked.replications,
            seed=asked.seed,
            tolerance=tolerance,
            trains="fixed" if asked.fixed_trains else "grow",
            executor=executor,
            out=out,
            progress=progress,
        )
    RunFolder(out).note("capacity", as_words(found))
    if asked.as_json:
        print_json(as_words(found))
        return 0
    print_answer(report.capacity_sentences(found, asked.language))
    for chosen in formats:
        path = report.write_capacity(found, out, format=chosen, language=asked.language)
        typer.echo(text("cli.report_at", asked.language, path=str(path)))
    typer.echo(text("cli.capacity_at", asked.language, path=str(out)))
    return 0


def as_words(found: Capacity) -> dict[str, Any]:
    """A capacity as JSON words: estimates with units, the curve, the verdict in codes."""
    first, verdict = found.first_limit, found.verdict
    return {
        "provenance": asdict(found.provenance),
        "outcome": found.outcome,
        "capacity": in_unit(found.flow.name, found.flow),
        "tolerance": found.tolerance,
        "trains": found.trains,
        "replications": [asdict(one) for one in found.brackets],
        "first_limit": first
        and {
            "limit": first.limit,
            "bound": first.bound,
            "replications": first.estimate.n,
            **in_unit(first.estimate.name, first.estimate),
        },
        "binding": verdict and verdict.binding.resource.name.lower(),
        "next_binding": verdict
        and verdict.next_binding
        and verdict.next_binding.resource.name.lower(),
        "experiments": [
            {**asdict(probe), "resource": probe.resource.name.lower()}
            for probe in (verdict.probes if verdict else ())
        ],
        "curve": [_point(point) for point in found.curve],
        "folder": found.folder,
    }


def _point(point: FlowPoint) -> dict[str, Any]:
    return {
        "factor": point.factor,
        "offered": in_unit(point.offered.name, point.offered),
        "flow": in_unit(point.flow.name, point.flow),
        "replications_holding": point.n_holding,
        "limits": {
            check.limit: {
                "outcome": check.outcome,
                "bound": check.bound,
                **in_unit(check.estimate.name, check.estimate),
            }
            for check in point.checks
        },
    }
