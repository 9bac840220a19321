"""Results: the runs of a folder, and one of them as its report says it, two pages first."""

from __future__ import annotations

import math

from keruen.i18n import quantity
from keruen.i18n.messages import catalogue
from keruen.report.chapters.verdict import case_title, estimate_text
from keruen.report.joint.sentences import plain
from keruen.report.measure_units import unit_of
from keruen.store.runs.kept_runs import KeptRun
from keruen.web.asked import PageNotFoundError, PageRequest, WebPage
from keruen.web.pages.studies import case_name, studies_of
from keruen.web.reading import n_asked
from keruen.web.tables import TableCell, TableColumn, WebTable


def results(asked: PageRequest) -> WebPage:
    """The runs, the newest first."""
    runs = asked.data.runs.runs()
    keys = ("run", "scenario", "cases", "replications", "state")
    numbers = {"replications"}
    table = WebTable(
        name="runs",
        title=asked.say("web.menu_results"),
        columns=tuple(
            TableColumn(key=key, title=asked.say(f"web.column_{key}"), is_number=key in numbers)
            for key in keys
        ),
        rows=tuple(_row(run, asked) for run in runs),
        command="keruen runs list --folder runs",
        python='study.load("runs/NAME/base")',
    )
    return WebPage(
        template="results.html",
        title=asked.say("web.menu_results"),
        lead=asked.say("web.results_lead"),
        tables=(table,),
    )


def _row(run: KeptRun, asked: PageRequest) -> tuple[TableCell, ...]:
    done, total = run.n_complete, n_asked(run)
    state = "other_version" if not total else "finished" if _is_finished(run) else "unfinished"
    href = asked.address("results", run.folder.name) if state == "finished" else ""
    return (
        TableCell(text=plain(run.folder.name), value=run.folder.name, href=href),
        TableCell(text=plain(run.scenario) or "–"),
        TableCell(text=", ".join(case_name(case.name, asked) for case in run.cases)),
        TableCell(text=asked.say("web.n_of", done=done, total=total or done), value=done),
        TableCell(text=asked.say(f"web.run_{state}"), value=state),
    )


def _is_finished(run: KeptRun) -> bool:
    return all((case / "study.json").is_file() for case in run.cases)


def result(asked: PageRequest) -> WebPage:
    """One run.

    Raises
    ------
    PageNotFoundError
        When there is no such run.
    """
    run = asked.data.runs.named(asked.names["run"])
    if run is None:
        raise PageNotFoundError
    report = asked.data.runs.report(run, asked.language)
    return WebPage(
        template="result.html",
        title=report.title,
        kicker=plain(run.folder.name),
        lead=report.summary,
        tables=(_measures(run, asked),),
        chapters=report.sections,
        shown={"studies": studies_of(run, asked)},
    )


def _measures(run: KeptRun, asked: PageRequest) -> WebTable:
    """Every measure of every case with its 95 % interval; for programs in its base unit."""
    keys = ("case", "measure", "estimate", "low", "high")
    numbers = {"estimate", "low", "high"}
    rows = [
        (
            TableCell(text=case_title(study, asked.language), value=study.provenance.case),
            TableCell(text=_measure(name, asked), value=name),
            TableCell(text=estimate_text(estimate, asked.language), value=estimate.mean),
            _end(estimate.low, name, asked),
            _end(estimate.high, name, asked),
        )
        for study in asked.data.runs.studies(run)
        for name, estimate in sorted(study.estimates.items())
    ]
    # What only programs ask for has a code and no name: it stands in the files, after the rest.
    rows.sort(key=lambda row: row[1].text == row[1].value)
    path = f"runs/{plain(run.folder.name)}"
    return WebTable(
        name="measures",
        title=asked.say("web.table_measures"),
        columns=tuple(
            TableColumn(key=key, title=asked.say(f"web.column_{key}"), is_number=key in numbers)
            for key in keys
        ),
        rows=tuple(rows),
        n_shown=sum(row[1].text != row[1].value for row in rows),
        command=f"keruen report {path}",
        python=f'study.load("{path}/{plain(run.cases[0].name)}").estimates',
    )


def _measure(name: str, asked: PageRequest) -> str:
    """A measure by its name; of those that only programs ask for, the code."""
    key = f"measure.{name}"
    return asked.say(key) if key in catalogue(asked.language) else name


def _end(value: float, name: str, asked: PageRequest) -> TableCell:
    """One end of an interval; with a single replication there is none."""
    if not math.isfinite(value):
        return TableCell(text="–", value="")
    unit = unit_of(name)
    shown = unit if unit in {"ms", "share"} else ""
    return TableCell(text=quantity(value, shown, asked.language), value=value)
