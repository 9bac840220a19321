"""`keruen capacity`: the search with progress, its page, the answer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from keruen import report, study
from keruen.cli.arguments import check_language, parse_share
from keruen.cli.running import (
    chosen_executor,
    chosen_formats,
    chosen_scenarios,
    compile_for,
    default_folder,
    finite,
    planned,
    progress_bar,
)
from keruen.domain.results import Estimate, FlowPoint
from keruen.i18n import text
from keruen.report.measure_units import unit_of
from keruen.store import RunFolder
from keruen.study.results import Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityWish:
    """What the command line asked for."""

    scenario: str
    case: str
    replications: int | None
    seed: int | None
    days: int | None
    overrides: tuple[str, ...]
    out: Path | None
    executor: str
    format: str
    as_json: bool
    tolerance: str
    fixed_trains: bool
    language: str


def find_capacity(wish: CapacityWish) -> int:
    """Search, write the page, print the answer."""
    check_language(wish.language)
    formats = chosen_formats(wish.format)
    tolerance = parse_share(wish.tolerance)
    (scenario,) = chosen_scenarios(wish.scenario, (wish.case or "base",), wish.overrides, wish.days)
    folder = wish.out or default_folder([scenario], wish.seed)
    # Two questions, two answers: neither writes over the other's page.
    name = f"{scenario.case}-fixed-trains" if wish.fixed_trains else scenario.case
    out = folder / "capacity" / name
    console = Console(stderr=True, quiet=wish.as_json)
    (world,) = planned([scenario], wish.language, console)
    compile_for([world], wish.language, console)
    with (
        chosen_executor(wish.executor) as executor,
        progress_bar(scenario.case, wish.language, console, is_search=True) as progress,
    ):
        found = study.capacity(
            world,
            replications=wish.replications,
            seed=wish.seed,
            tolerance=tolerance,
            trains="fixed" if wish.fixed_trains else "grow",
            executor=executor,
            out=out,
            progress=progress,
        )
    RunFolder(out).note("capacity", as_words(found))
    if wish.as_json:
        typer.echo(json.dumps(as_words(found), indent=1, ensure_ascii=False))
        return 0
    _print_answer(found, wish.language)
    for chosen in formats:
        path = report.write_capacity(found, out, format=chosen, language=wish.language)
        typer.echo(text("cli.report_at", wish.language, path=str(path)))
    typer.echo(text("cli.capacity_at", wish.language, path=str(out)))
    return 0


def as_words(found: Capacity) -> dict[str, Any]:
    """A capacity as JSON words: estimates with units, the curve, the verdict in codes."""
    first, verdict = found.first_limit, found.verdict
    return {
        "provenance": asdict(found.provenance),
        "outcome": found.outcome,
        "capacity": _estimate(found.flow),
        "tolerance": found.tolerance,
        "trains": found.trains,
        "replications": [asdict(one) for one in found.brackets],
        "first_limit": first
        and {
            "limit": first.limit,
            "bound": first.bound,
            "replications": first.estimate.n,
            **_estimate(first.estimate),
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
        "offered": _estimate(point.offered),
        "flow": _estimate(point.flow),
        "replications_holding": point.n_holding,
        "limits": {
            check.limit: {
                "outcome": check.outcome,
                "bound": check.bound,
                **_estimate(check.estimate),
            }
            for check in point.checks
        },
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {
        "mean": finite(one.mean),
        "low": finite(one.low),
        "high": finite(one.high),
        "unit": unit_of(one.name),
    }


def _print_answer(found: Capacity, language: str) -> None:
    first, *others = report.capacity_sentences(found, language)
    typer.echo("")
    typer.echo(typer.style(first, bold=True))
    for sentence in others:
        typer.echo(f"  {sentence}")
    typer.echo("")
