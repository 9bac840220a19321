"""`keruen scenario …`: what a scenario says, as tables on a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command, new_group
from keruen.cli.options import PACKAGED, group_alone, stacked
from keruen.cli.printing import print_json, print_table, print_title
from keruen.i18n import text

group = new_group("cli.scenario")
group.callback(invoke_without_command=True)(group_alone)


@group.command("check", cls=Command, help="cli.scenario_check")
def check(
    *,
    scenario: options.Scenario = PACKAGED,
    case: options.Case = "",
    overrides: options.Overrides,
    language: options.Language,
) -> int:
    """Read the scenario; say that all is well, or let the problems out."""
    from keruen import scenario as scenarios

    checked = scenarios.read(scenario, tuple(overrides), stacked(case))
    figures = checked.input_figures
    assumed = sum(figure.is_assumption for figure in figures)
    typer.echo(
        text(
            "cli.scenario_fine",
            language,
            name=checked.name,
            figures=len(figures),
            sourced=len(figures) - assumed,
            assumed=assumed,
        )
    )
    if checked.works:
        works = ", ".join(work.in_language(language) for work in checked.works)
        year = str(checked.calendar.first_day.year)
        typer.echo(text("cli.scenario_works", language, year=year, works=works))
    for remark in scenarios.source_remarks(checked):
        typer.echo(text(remark.key, language, **remark.parameters))
    listed = scenarios.read_projects(scenario, checked)
    if listed.projects:
        n, judged = len(listed.projects), sum(one.is_judged for one in listed.projects.values())
        n_assumed = sum(figure.is_assumption for figure in listed.figures)
        typer.echo(
            text(
                "cli.scenario_projects",
                language,
                n=n,
                judged=judged,
                figures=len(listed.figures),
                sourced=len(listed.figures) - n_assumed,
                assumed=n_assumed,
            )
        )
    return 0


@group.command("show", cls=Command, help="cli.scenario_show")
def show(
    *, scenario: options.Scenario = PACKAGED, case: options.Case = "", language: options.Language
) -> int:
    """Print every figure with its value, range and source."""
    from keruen import scenario as scenarios

    assumption = text("cli.assumption", language)
    rows = []
    for figure in scenarios.read(scenario, (), stacked(case)).figures:
        limits = f"{figure.low} … {figure.high}" if figure.low or figure.high else ""
        source = assumption if figure.is_assumption else figure.source
        reason = f"{source}: {figure.note}" if figure.note else source
        rows.append((figure.path, figure.text, limits, reason))
    print_table(_heads("key", "value", "range", "source", language=language), rows)
    return 0


@group.command("diff", cls=Command, help="cli.scenario_diff")
def diff(
    *,
    scenario: options.Scenario = PACKAGED,
    case: Annotated[str, typer.Argument(help="cli.option_case")],
    against: Annotated[str, typer.Argument(help="cli.option_case")] = "",
    language: options.Language,
) -> int:
    """Print what a case changes."""
    from keruen import scenario as scenarios

    before = scenarios.read(scenario, (), stacked(against))
    after = scenarios.read(scenario, (), stacked(case))
    rows = [
        (path, "-" if old is None else str(old), "-" if new is None else str(new))
        for path, old, new in scenarios.diff(before, after)
    ]
    if rows:
        print_table(_heads("key", "before", "after", language=language), rows)
    else:
        typer.echo(text("cli.no_difference", language))
    return 0


@group.command("claims", cls=Command, help="cli.scenario_claims")
def claims(*, scenario: options.Scenario = PACKAGED, language: options.Language) -> int:
    """Print what sources claim, side by side, and what cannot be true."""
    from keruen import scenario as scenarios
    from keruen.report import claims_in_words

    for claim in claims_in_words(scenarios.read(scenario), language):
        print_title(claim.title)
        for value, who, when in claim.statements:
            typer.echo(f"  {value} – {who}, {when}")
        for finding in claim.findings:
            typer.echo(f"  → {finding}")
        typer.echo("")
    return 0


@group.command("schema", cls=Command, help="cli.scenario_schema")
def schema(language: options.Language) -> int:  # noqa: ARG001 - every command takes it
    """Print the JSON Schema of scenario files; it is in English, as the keys are."""
    from keruen import scenario as scenarios

    print_json(scenarios.json_schema())
    return 0


@group.command("list", cls=Command, help="cli.scenario_list")
def list_packaged(language: options.Language) -> int:
    """Print the packaged scenarios and their cases."""
    from keruen import scenario as scenarios

    rows = [(name, ", ".join(scenarios.cases(name)) or "-") for name in scenarios.names()]
    print_table(_heads("scenario", "cases", language=language), rows)
    return 0


def _heads(*columns: str, language: str) -> list[str]:
    return [text(f"cli.column_{column}", language) for column in columns]
