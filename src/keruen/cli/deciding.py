"""`keruen sensitivity`: which figures decide a case, where they turn it, and who can tell."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from rich.console import Console

from keruen import report
from keruen.cli.options import stacked
from keruen.cli.printing import print_answer, print_json
from keruen.cli.running import chosen_executor, chosen_formats, default_folder, finite, progress_bar
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.report.chapters.sensitivity import compose_sensitivity
from keruen.report.kept_document import keep_in_all_languages
from keruen.report.write import put_file
from keruen.scenario import Scenario
from keruen.store.file_names import file_name
from keruen.study.sensitivity import Effort, SensitivityStudy, Subject, study_sensitivity
from keruen.study.sensitivity.examine import expected_points

if TYPE_CHECKING:
    from keruen.cli.commands import SensitivityOptions

_MOST: Final = {"futures": 10_000, "runs": 10_000, "full": 1_000}
"""What an option that counts may ask for: beyond it, days would pass."""
_POINT_S: Final = 0.4
_RUN_S: Final = 2.0
"""Seconds of a point of the relaxation and of a short run of a corridor, on one core."""
_SMALL_RUN_S: Final = 0.2
"""The same of a run without a railway."""


def find_deciding(asked: SensitivityOptions) -> int:
    """Examine, write the page, print the answer."""
    formats = chosen_formats(asked.format)
    for option, most in _MOST.items():
        found = getattr(asked, option)
        if not 0 <= found <= most:
            raise UsageError("error.sensitivity_count", option=option, most=most, found=found)
    subject = Subject(
        path=asked.scenario, cases=stacked(asked.case), overrides=tuple(asked.overrides)
    )
    scenario = subject.at(())
    effort = Effort(most_runs=asked.runs, n_futures=asked.futures, n_full=asked.full)
    study = _examined(subject, scenario, effort, asked)
    root = asked.out or default_folder([scenario], asked.seed)
    folder = root / "sensitivity" / file_name(scenario.case)
    words = sensitivity_in_words(study)
    put_file(folder / "sensitivity.json", (json.dumps(words, indent=1) + "\n").encode())
    for chosen in formats:
        report.write_sensitivity(study, folder, format=chosen, language=asked.language)
    keep_in_all_languages(partial(compose_sensitivity, study), folder, "sensitivity")
    if asked.as_json:
        print_json(words)
        return 0
    print_answer(report.sensitivity_sentences(study, asked.language))
    typer.echo(text("sensitivity.files_at", asked.language, path=str(Path(folder))))
    return 0


def _examined(
    subject: Subject, scenario: Scenario, effort: Effort, asked: SensitivityOptions
) -> SensitivityStudy:
    """The study, with how long it takes said first and progress shown."""
    console = Console(stderr=True, quiet=asked.as_json)
    points, runs = expected_points(scenario, effort)
    seconds = points * _POINT_S + runs * (_SMALL_RUN_S if scenario.network is None else _RUN_S)
    minutes = math.ceil(seconds / 60)
    said = {"points": points, "runs": runs, "minutes": minutes}
    console.print(text("sensitivity.asks", asked.language, **said))
    try:
        with (
            chosen_executor(asked.executor) as executor,
            progress_bar(
                scenario.case, asked.language, console, counted="sensitivity.points"
            ) as progress,
        ):
            return study_sensitivity(
                subject, effort, seed=asked.seed, executor=executor, progress=progress
            )
    except KeyboardInterrupt:
        console.print(text("sensitivity.stopped", asked.language))
        raise


def sensitivity_in_words(study: SensitivityStudy) -> dict[str, object]:
    """A study as JSON words: what decides, by which swings and combinations, what was left out."""
    found = study.found
    return {
        "scenario": study.scenario.name,
        "case": found.case,
        "digest": study.scenario.digest,
        "seed": found.seed,
        "effort": asdict(study.effort),
        "deciding": [asdict(figure) for figure in study.deciding],
        "finding_out": [
            {**asdict(one), "is_inside": one.switching.is_inside} for one in found.finding_out
        ],
        "over_ranges": study.over_ranges and asdict(study.over_ranges),
        "futures": found.futures
        and {
            "factors": found.futures.factors,
            "levels": found.futures.levels,
            "unserved_share": [finite(value) for value in found.futures.unserved_share],
            "box": found.futures.box and asdict(found.futures.box),
            "confirmed": [asdict(one) for one in found.futures.confirmed],
        },
        "groups": [asdict(one) for one in found.groups],
        "plan_swings": [asdict(one) for one in found.plan_swings],
        "strained_swings": [asdict(one) for one in found.strained_swings],
        "run_swings": [asdict(one) for one in found.full_swings],
        "left_out": {one.path: one.reason for one in found.left_out},
        "default_ranges": found.default_ranges,
        "refused": [dict(one.levels) for one in found.refused],
    }
