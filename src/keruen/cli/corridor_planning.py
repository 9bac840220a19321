"""`keruen corridor plan`: the week's services, ways, costs and what binds, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from keruen import demand
from keruen import scenario as scenarios
from keruen.cli.arguments import check_language, stacked
from keruen.cli.week_files import NO_FILES, WeekFiles
from keruen.errors import UsageError
from keruen.i18n import number, share, text
from keruen.scenario import Scenario
from keruen.scenario.network import Network

if TYPE_CHECKING:
    from keruen.corridor.week_plan import Binding, WeekPlan

MOST_SECONDS = 86_400
LEAST_SHARE = 0.0005
"""Smaller shares of boxes left behind are not told."""


def plan(
    name: str,
    case: str,
    overrides: tuple[str, ...],
    limits: tuple[float, float],
    language: str,
    files: WeekFiles = NO_FILES,
) -> int:
    """Plan the average week of a scenario and print it.

    Parameters
    ----------
    limits : seconds of the solver, and the gap in per cent.
    files : flows that come from a workbook, and where the week is written.
    """
    check_language(language)
    files.check()
    check_limits(limits)
    scenario = scenarios.read(name, overrides, stacked(case))
    if scenario.network is None:
        raise UsageError("error.no_network", name=name)
    scenario = files.applied(scenario)
    assert scenario.network is not None, "a workbook takes no network away"
    if scenario.network.week is not None and files.workbook is not None:
        said = text("timetable.not_planned_with", language, path=files.workbook.name)
        typer.echo(said, err=True)
    found = planned(scenario, scenario.network, limits)
    _print(scenario, scenario.network, found, language)
    if files.save_workbook is not None or files.gtfs is not None:
        from keruen.corridor.routes import week_as_data

        files.write(scenario, week_as_data(found), language)
    return 0


def planned(scenario: Scenario, network: Network, limits: tuple[float, float]) -> WeekPlan:
    """The plan of the average week; the search shows how far it is.

    Parameters
    ----------
    limits : seconds of the solver, and the gap in per cent.

    Raises
    ------
    UsageError
        When the solver is not installed.
    """
    seconds, gap_percent = limits
    try:
        from keruen.corridor.week_plan import plan_week
    except ModuleNotFoundError as missing:
        raise UsageError("error.solver_missing") from missing
    console = Console(stderr=True)
    with console.status("") as status:
        return plan_week(
            scenario,
            network,
            demand.generate(scenario, scenario.scenario.seed),
            time_limit_s=seconds,
            gap=gap_percent / 100,
            progress=lambda step, best, bound: status.update(f"{step}: {best:.0f} … {bound:.0f}"),
        )


def check_limits(limits: tuple[float, float]) -> None:
    """Refuse seconds or a gap that cannot be.

    Raises
    ------
    UsageError
        Naming what is allowed.
    """
    seconds, gap_percent = limits
    if not 1 <= seconds <= MOST_SECONDS or not 0 <= gap_percent <= 100:
        raise UsageError("error.plan_limits", most=MOST_SECONDS)


def _print(scenario: Scenario, network: Network, plan: WeekPlan, language: str) -> None:
    def say(key: str, **facts: str | int | float) -> str:
        return text(f"plan.{key}", language, **facts)

    typer.echo(say("title", name=scenario.name, case=scenario.case) + "\n")
    titles = ("service", "trains", "teu_there", "teu_back")
    _table("services", titles, _services(network, plan, language), language)
    groups = [
        (_between(network, offer.start, offer.end, language), *_teu(there, back, language))
        for offer, there, back in plan.groups()
    ]
    _table("groups", ("group", "teu_there", "teu_back"), groups, language)
    crossings = [
        (network.borders[offer.border].title.in_language(language), *_teu(there, back, language))
        for offer, there, back in plan.crossings()
    ]
    _table("borders", ("border", "teu_there", "teu_back"), crossings, language)
    flows = [
        (
            scenario.flows[one.flow].title.in_language(language),
            number(one.boxes, language),
            share(one.share, language),
            number(one.usd2025_per_box, language) if one.share > 0 else "–",
            number(one.days, language, 1) if one.share > 0 else "–",
            number(one.co2e_kg_per_box, language) if one.share > 0 else "–",
        )
        for one in plan.served()
    ]
    _table("flows", ("flow", "boxes", "served", "cost", "days", "co2e"), flows, language)
    _verdict(network, plan, language)


def _services(network: Network, plan: WeekPlan, language: str) -> list[Sequence[str]]:
    return [
        (
            _between(network, offer.start, offer.end, language),
            str(trains),
            *_teu(there, back, language),
        )
        for offer, trains, there, back in plan.trains()
    ]


def _teu(there: float, back: float, language: str) -> tuple[str, str]:
    return number(there, language), number(back, language)


def _between(network: Network, start: str, end: str, language: str) -> str:
    return " – ".join(network.stations[key].title.in_language(language) for key in (start, end))


def _verdict(network: Network, plan: WeekPlan, language: str) -> None:
    design = plan.design

    def say(key: str, **facts: str | int | float) -> str:
        return text(f"plan.{key}", language, **facts)

    typer.echo(
        say(
            "proof",
            cost=number(design.objective, language),
            bound=number(design.bound, language),
            gap=share(design.gap, language, 1),
            seconds=number(design.seconds, language, 1),
        )
    )
    size = design.size
    typer.echo(
        say(
            "size",
            columns=number(size.n_columns, language),
            rows=number(size.n_rows, language),
            entries=number(size.n_nonzeros, language),
        )
    )
    bindings = plan.bindings()
    if plan.unserved_share > LEAST_SHARE:
        left = share(plan.unserved_share, language, 1)
        typer.echo(say("unserved" if bindings else "unserved_loose", share=left))
    elif not bindings:
        typer.echo(say("nothing_binds"))
    for binding in bindings:
        usd = number(binding.price_usd2025_per_week, language)
        typer.echo(say("binds", what=_what(network, binding, language), usd=usd))


def _what(network: Network, binding: Binding, language: str) -> str:
    kind, key = binding.limit.kind, binding.limit.key
    if kind == "section":
        section = network.sections[key]
        name = _between(network, section.start, section.end, language)
    elif kind == "fleet":
        name = network.fleet[key].title.in_language(language)
    else:
        name = network.borders[key].title.in_language(language)
    return text(f"plan.limit_{kind.replace('-', '_')}", language, name=name)


def _table(name: str, titles: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> None:
    rows = list(rows)
    if not rows:
        return
    typer.echo(typer.style(text(f"plan.table_{name}", language), bold=True))
    table = Table(show_edge=False, pad_edge=False)
    for place, title in enumerate(titles):
        head = text(f"plan.column_{title}", language)
        table.add_column(head, overflow="fold", justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console().print(table)
    typer.echo("")
