"""`keruen compare`: two designs under the same luck, from runs on disk or run now."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from keruen import report, study
from keruen.cli.arguments import check_language
from keruen.cli.running import (
    chosen_executor,
    chosen_scenarios,
    compile_for,
    default_folder,
    finite,
    planned,
    progress_bar,
)
from keruen.domain.results import Estimate
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.report.measure_units import unit_of
from keruen.study.results import Comparison, Study

_ONLY_WHEN_RUN = ("cases", "replications", "seed", "days", "overrides", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareWish:
    """What the command line asked for."""

    compared: tuple[str, ...]
    cases: tuple[str, ...]
    replications: int | None
    seed: int | None
    days: int | None
    overrides: tuple[str, ...]
    out: Path | None
    executor: str
    as_json: bool
    language: str


def compare_two(wish: CompareWish) -> int:
    """Compare and print; of one scenario, run its two cases first."""
    check_language(wish.language)
    if len(wish.compared) == 2:
        first, second = _loaded(wish)
    elif len(wish.compared) == 1 and len(wish.cases) == 2:
        first, second = _run(wish)
    else:
        raise UsageError("error.compare_two_cases")
    found = study.compare(first, second)
    if wish.as_json:
        typer.echo(json.dumps(as_words(found), indent=1, ensure_ascii=False))
        return 0
    head, *others = report.comparison_sentences(found, wish.language)
    typer.echo("")
    typer.echo(typer.style(head, bold=True))
    for sentence in others:
        typer.echo(f"  {sentence}")
    typer.echo("")
    return 0


def as_words(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON words."""
    return {
        "first": asdict(found.first.provenance),
        "second": asdict(found.second.provenance),
        "replications": found.n,
        "differences": {
            one.measure: {
                "outcome": one.outcome,
                "first": _estimate(one.first),
                "second": _estimate(one.second),
                "change": _estimate(one.change),
                "p_value": one.p_value,
                "p_adjusted": one.p_adjusted,
                "replications_needed": one.n_needed,
                "unit": unit_of(one.measure),
            }
            for one in found.differences
        },
    }


def _estimate(one: Estimate) -> dict[str, float | None]:
    return {"mean": finite(one.mean), "low": finite(one.low), "high": finite(one.high)}


def _loaded(wish: CompareWish) -> tuple[Study, Study]:
    """Two runs as they lie on disk; what only a run can be told is refused."""
    for name in _ONLY_WHEN_RUN:
        if getattr(wish, name):
            option = {"cases": "case", "overrides": "set"}.get(name, name)
            raise UsageError("error.compare_runs_only", option=f"--{option}")
    first, second = (study.load(_run_folder(Path(words))) for words in wish.compared)
    return first, second


def _run_folder(path: Path) -> Path:
    """The folder itself, or the only run within it."""
    inside = sorted(child.parent for child in path.glob("*/provenance.json"))
    is_run = (path / "provenance.json").exists() or len(inside) != 1
    return path if is_run else inside[0]


def _run(wish: CompareWish) -> tuple[Study, Study]:
    scenarios = chosen_scenarios(wish.compared[0], wish.cases, wish.overrides, wish.days)
    folder = wish.out or default_folder(scenarios, wish.seed)
    console = Console(stderr=True, quiet=wish.as_json)
    worlds = planned(scenarios, wish.language, console)
    compile_for(worlds, wish.language, console)
    studies = []
    with chosen_executor(wish.executor) as executor:
        for world in worlds:
            case = world.scenario.case
            with progress_bar(case, wish.language, console) as progress:
                studies.append(
                    study.run(
                        world,
                        replications=wish.replications,
                        seed=wish.seed,
                        executor=executor,
                        out=folder / case,
                        progress=progress,
                    )
                )
    if not wish.as_json:
        typer.echo(text("cli.run_at", wish.language, path=str(folder)))
    return studies[0], studies[1]
