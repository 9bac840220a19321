"""`keruen run`: the cases run, then asked what decides them and what they would take."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from keruen import report
from keruen.cli.options import stacked
from keruen.cli.printing import print_json, print_title
from keruen.cli.running import (
    as_words,
    chosen_executor,
    chosen_formats,
    chosen_scenarios,
    default_folder,
    made_folder,
    print_notes,
    progress_bar,
    run_each,
    write_reports,
)
from keruen.cli.week_files import WeekFiles
from keruen.errors import CancelledError
from keruen.i18n import text
from keruen.report.chapters.decision import decision_sentences
from keruen.report.chapters.verdict import case_title
from keruen.scenario import Scenario
from keruen.study.decision import keep_decision, with_kept_decision
from keruen.study.design.sufficiency import sufficiency_at_a_glance
from keruen.study.limits import days_override
from keruen.study.results import Study
from keruen.study.sensitivity import Subject, deciding_figures
from keruen.tabular.decoding import check_encoding

if TYPE_CHECKING:
    from keruen.cli.commands import RunOptions


def run_cases(asked: RunOptions) -> int:
    """Run every case that was asked for, write the report, print the verdicts."""
    formats = chosen_formats(asked.format)
    overrides = tuple(asked.overrides)
    check_encoding(asked.encoding)
    scenarios = chosen_scenarios(
        asked.scenario, asked.cases, overrides, asked.days, (asked.yard, asked.encoding)
    )
    print_notes(scenarios[0], asked.language)
    scenarios = [WeekFiles(workbook=asked.workbook).applied(one) for one in scenarios]
    folder = made_folder(asked.out or default_folder(scenarios, asked.seed))
    studies = run_each(scenarios, asked, folder)
    if not asked.as_json:
        # The verdict first: what decides it is asked for longer than the cases run.
        for one in studies:
            typer.echo("")
            print_title(case_title(one, asked.language))
            for sentence in report.verdict_sentences(one, asked.language):
                typer.echo(f"  {sentence}")
    if not asked.verdict_only:
        studies = _answered(studies, scenarios, asked)
    if asked.as_json:
        print_json([as_words(one) for one in studies])
        return 0
    for one in studies:
        sentences = decision_sentences(one, asked.language)
        if sentences:
            typer.echo("")
            case = case_title(one, asked.language)
            print_title(text("report.deciding_title", asked.language, case=case))
            for sentence in sentences:
                typer.echo(f"  {sentence}")
    typer.echo("")
    write_reports(studies, folder, formats, asked.language)
    typer.echo(text("cli.run_at", asked.language, path=str(folder)))
    return 0


def _days(days: int | None) -> tuple[str, ...]:
    return () if days is None else (days_override(days),)


def _answered(
    studies: Sequence[Study], scenarios: Sequence[Scenario], asked: RunOptions
) -> list[Study]:
    """The studies with what decides them and what they would take, as far as it can be asked.

    What decides a case is looked for in the scenario as it lies on disk, so a list of boxes or a
    workbook beside it leaves that question open.
    """
    console = Console(stderr=True, quiet=asked.as_json)
    answered = [with_kept_decision(one) for one in studies]
    try:
        with chosen_executor(asked.executor) as executor:
            for n, scenario in enumerate(scenarios):
                if scenario.network is not None:
                    answered[n] = _asked(answered[n], scenario, asked, (executor, console))
    except (KeyboardInterrupt, CancelledError):
        console.print(text("cli.answers_stopped", asked.language))
        answered = [with_kept_decision(one) for one in answered]
    return answered


def _asked(
    study: Study, scenario: Scenario, asked: RunOptions, means: tuple[Executor | None, Console]
) -> Study:
    """One study with what it was not asked before; `means` are where to compute and to show."""
    executor, console = means
    case = case_title(study, asked.language)
    is_on_disk = asked.yard is None and asked.workbook is None
    if study.deciding is None and is_on_disk:
        subject = Subject(
            path=asked.scenario,
            cases=stacked(scenario.case),
            overrides=(*asked.overrides, *_days(asked.days)),
        )
        with progress_bar(case, asked.language, console, counted="sensitivity.points") as progress:
            deciding, ranges = deciding_figures(subject, executor=executor, progress=progress)
        verdict = replace(study.verdict, over_ranges=ranges)
        study = replace(study, deciding=deciding, verdict=verdict)
        # At once: whoever stops the next question has this answer.
        keep_decision(study)
    if study.sufficiency is None and study.verdict.outcome != "kept":
        with progress_bar(case, asked.language, console) as progress:
            found = sufficiency_at_a_glance(
                scenario, seed=study.provenance.seed, executor=executor, progress=progress
            )
        study = replace(study, sufficiency=found)
        keep_decision(study)
    return study
