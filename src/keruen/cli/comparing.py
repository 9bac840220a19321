"""`keruen compare`: two designs under the same luck, from runs on disk or run now."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from keruen import report, study
from keruen.cli.printing import print_answer, print_json
from keruen.cli.running import (
    chosen_scenarios,
    default_folder,
    interval,
    run_each,
    runs_inside,
)
from keruen.domain.results import Comparison, Study
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.report.measure_units import unit_of

if TYPE_CHECKING:
    from keruen.cli.commands import CompareOptions

_ONLY_WHEN_RUN = ("cases", "replications", "seed", "days", "overrides", "out")


def compare_two(asked: CompareOptions) -> int:
    """Compare and print; of one scenario, run its two cases first."""
    if len(asked.compared) == 2:
        first, second = _loaded(asked)
    elif len(asked.compared) == 1 and len(asked.cases) == 2:
        first, second = _run(asked)
    else:
        raise UsageError("error.compare_two_cases")
    found = study.compare(first, second)
    if asked.as_json:
        print_json(as_words(found))
        return 0
    print_answer(report.comparison_sentences(found, asked.language))
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
                "first": interval(one.first),
                "second": interval(one.second),
                "change": interval(one.change),
                "p_value": one.p_value,
                "p_adjusted": one.p_adjusted,
                "replications_needed": one.n_needed,
                "unit": unit_of(one.measure),
            }
            for one in found.differences
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
