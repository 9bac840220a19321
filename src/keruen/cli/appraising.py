"""`keruen appraise`: which projects of a list come first, by side, and what to find out."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from keruen.cli.options import stacked
from keruen.cli.printing import print_json, print_table, print_title
from keruen.cli.running import chosen_executor, default_folder, finite
from keruen.errors import CancelledError, Problem, ScenarioError, UsageError
from keruen.i18n import text
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.appraisal_words import (
    answer_parts,
    built_sentences,
    note_sentences,
    together_sentences,
    value_rows,
)
from keruen.report.chapters.appraisal_workbook import appraisal_workbook
from keruen.report.chapters.which_first import NAME, compose_appraisal, write_appraisal
from keruen.report.kept_document import keep_in_all_languages
from keruen.report.write import put_file
from keruen.scenario import Scenario
from keruen.scenario.read_projects import ListRequest, read_projects
from keruen.store.file_names import file_name
from keruen.study.appraising import (
    AppraisalEffort,
    AppraisalProgress,
    ListAppraisal,
    Subject,
    WorkCost,
    appraisal_work,
    appraise,
)
from keruen.study.appraising.quantities import relaxed
from keruen.study.executors import n_at_once

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from keruen.cli.commands import ListAppraiseOptions
    from keruen.scenario.projects import ProjectDocument

_MOST_RUN: Final = 10_000
_SIDES: Final = ("A", "B")


def appraise_list(asked: ListAppraiseOptions) -> int:
    """Appraise, write the folder, print the answer."""
    subject = Subject(
        path=asked.scenario, cases=stacked(asked.case), overrides=tuple(asked.overrides)
    )
    request = ListRequest(
        projects=tuple(asked.projects), budgets=_budgets(asked.budgets), weights=asked.weights
    )
    if not 0 <= asked.most_run <= _MOST_RUN:
        raise UsageError(
            "error.sensitivity_count", option="runs", most=_MOST_RUN, found=asked.most_run
        )
    scenario = subject.at(())
    if scenario.network is None:
        raise UsageError("error.no_network", name=scenario.name)
    document = read_projects(asked.scenario, request=request)
    if not document.projects:
        raise UsageError("error.no_projects", scenario=scenario.name)
    effort = AppraisalEffort(seed=asked.seed, days=asked.days, most_run=asked.most_run)
    if asked.replications is not None:
        effort = replace(effort, replications=asked.replications)
    found = _appraised(subject, scenario, document, effort, asked)
    names = ListNames(found=found, document=document, scenario=scenario, language=asked.language)
    folder = (asked.out or default_folder([scenario], asked.seed)) / "appraisal"
    folder = folder / file_name(scenario.case)
    words = appraisal_in_words(found)
    put_file(folder / "which-first.json", (json.dumps(words, indent=1) + "\n").encode())
    put_file(folder / f"which-first-{asked.language}.xlsx", appraisal_workbook(names))
    listed = (scenario, document)
    write_appraisal(found, listed, folder, languages=(asked.language,))
    keep_in_all_languages(partial(compose_appraisal, found, listed), folder, NAME)
    if asked.as_json:
        print_json(words)
        return 0
    print_appraisal(found, names)
    typer.echo(text("appraisal.files_at", asked.language, path=str(folder)))
    return 0


def _budgets(words: list[str]) -> dict[str, str]:
    """``A=5 bn KZT2025`` by side; all that are not of this form are told together."""
    found: dict[str, str] = {}
    wrong = []
    for one in words:
        side, equals, amount = (part.strip() for part in one.partition("="))
        if not equals or side not in _SIDES or side in found or not amount:
            wrong.append(Problem("error.budget_form", {"found": one}))
        found[side] = amount
    if wrong:
        raise ScenarioError(tuple(wrong))
    return found


def _appraised(
    subject: Subject,
    scenario: Scenario,
    document: ProjectDocument,
    effort: AppraisalEffort,
    asked: ListAppraiseOptions,
) -> ListAppraisal:
    """The list, with how long it takes said first and progress shown."""
    console = Console(stderr=True, quiet=asked.as_json)
    try:
        with chosen_executor(asked.executor) as executor:
            _say_first(subject, scenario, document, effort, (asked, console, executor))
            with _bars(asked.language, console) as progress:
                return appraise(
                    subject,
                    projects=tuple(asked.projects),
                    document=document,
                    effort=effort,
                    executor=executor,
                    progress=progress,
                )
    except (KeyboardInterrupt, CancelledError):
        console.print(text("appraisal.stopped", asked.language))
        raise


def _say_first(
    subject: Subject,
    scenario: Scenario,
    document: ProjectDocument,
    effort: AppraisalEffort,
    how: tuple[ListAppraiseOptions, Console, Executor | None],
) -> None:
    asked, console, executor = how
    if console.quiet:
        return
    work = appraisal_work(
        subject,
        projects=tuple(asked.projects),
        document=document,
        effort=effort,
        cost=measured_cost(scenario),
    )
    minutes = math.ceil(work.seconds / n_at_once(executor) / 60)
    console.print(
        text(
            "appraisal.asks",
            asked.language,
            relaxations=work.n_relaxations,
            weeks=work.n_weeks,
            runs=work.n_runs,
            minutes=minutes,
        )
    )


def measured_cost(scenario: Scenario) -> WorkCost:
    """What work costs on this machine: one week is relaxed, the rest goes with it.

    A week takes long to plan, so planning and playing are not tried: they are as many times the
    relaxation as on the machine on which all three were measured.
    """
    relaxed(scenario)  # the first call loads the solver
    begin = time.perf_counter()
    relaxed(scenario)
    seconds = time.perf_counter() - begin
    known = WorkCost()
    share = seconds / known.relaxation_s
    return WorkCost(relaxation_s=seconds, week_s=known.week_s * share, run_s=known.run_s * share)


@contextmanager
def _bars(language: str, console: Console) -> Iterator[Callable[[AppraisalProgress], None]]:
    """A bar for each stage, with the time that is left of it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) if not console.quiet else nullcontext() as bar:
        tasks: dict[str, Any] = {}  # Any: rich's number of a task, which is no plain int

        def tell(progress: AppraisalProgress) -> None:
            if bar is None:
                return
            if progress.stage not in tasks:
                title = text(f"appraisal.stage_{progress.stage}", language)
                tasks[progress.stage] = bar.add_task(title, total=progress.total)
            bar.update(tasks[progress.stage], total=progress.total, completed=progress.done)

        yield tell


def print_appraisal(found: ListAppraisal, names: ListNames) -> None:
    """The five answers, the table of values, what belongs together, what all stands on."""
    typer.echo("")
    print_title(names.say("title", case=names.case))
    for part in answer_parts(found, names):
        typer.echo("")
        print_title(part.title)
        for sentence in part.sentences:
            typer.echo(f"  {sentence}")
    heads, rows = value_rows(found, names)
    if rows:
        typer.echo("")
        unit = text("decision.money_large", names.language, value="").strip()
        print_title(names.say("caption", unit=unit))
        print_table(heads, rows, figures=range(1, len(heads)), name_width=20)
    built = built_sentences(found, names)
    if built:
        typer.echo("")
        print_title(built[0])
        for sentence in built[1:]:
            typer.echo(f"  {sentence}")
    typer.echo("")
    for sentence in (*together_sentences(found, names), *note_sentences(found, names)):
        typer.echo(f"  {sentence}")
    typer.echo("")


def appraisal_in_words(found: ListAppraisal) -> Mapping[str, object]:
    """A list as JSON words, field by field as `ListAppraisal`; what is no number is none."""
    words = _plain(asdict(found))
    assert isinstance(words, dict)
    return words


def _plain(value: object) -> object:
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
