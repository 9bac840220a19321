"""`keruen corridor plan`: the week's trains, departures, ways and costs, and what binds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from keruen import scenario as scenarios
from keruen.cli.options import stacked
from keruen.cli.printing import print_table, print_title
from keruen.cli.week_files import WeekFiles
from keruen.errors import UsageError
from keruen.i18n import number, share, text
from keruen.report.train_words import trains_in_words
from keruen.report.transit_words import (
    period_of_week,
    transit_about,
    transit_cells,
    transit_heads,
)
from keruen.scenario import Scenario
from keruen.scenario.name_lookup import stations_between
from keruen.scenario.network import Network
from keruen.study.limits import check_search
from keruen.study.plan import plan_week, week_of
from keruen.units import HOURS_PER_WEEK, MS_PER_DAY

if TYPE_CHECKING:
    from keruen.cli.corridor_commands import PlanOptions
    from keruen.study.plan import Limit, TimedWeek, WeekPlan

_FLOW_TITLES = ("flow", "boxes", "served", "cost", "days", "waiting", "co2e")
_MEANS = slice(2, None)
"""Columns of transit times that an average week has: no median and no P90."""
LEAST_SHARE = 0.0005
"""Smaller shares of boxes left behind are not told."""


def print_plan(asked: PlanOptions) -> int:
    """Plan the average week of a scenario and print it; write it where that was asked for."""
    language = asked.language
    files = WeekFiles(workbook=asked.workbook, save_workbook=asked.save_workbook, gtfs=asked.gtfs)
    files.check()
    check_search(asked.seconds, asked.gap_percent)
    scenario = scenarios.read(asked.scenario, tuple(asked.overrides), stacked(asked.case))
    if scenario.network is None:
        raise UsageError("error.no_network", name=asked.scenario)
    scenario = files.applied(scenario)
    assert scenario.network is not None, "a workbook takes no network away"
    if scenario.network.week is not None and asked.workbook is not None:
        said = text("timetable.not_planned_with", language, path=asked.workbook.name)
        typer.echo(said, err=True)
    week_plan = planned(scenario, (asked.seconds, asked.gap_percent))
    _print(scenario, scenario.network, week_plan, language)
    if asked.is_verbose:
        _solver_log(week_plan, language)
    if files.save_workbook is not None or files.gtfs is not None:
        files.write(scenario, week_of(week_plan), language)
    return 0


def planned(scenario: Scenario, limits: tuple[float, float]) -> WeekPlan:
    """The plan of the average week; the search shows how far it is.

    Parameters
    ----------
    limits : seconds of the solver, and the gap in per cent.
    """
    seconds, gap_percent = limits
    console = Console(stderr=True)
    with console.status("") as status:
        return plan_week(
            scenario,
            time_limit_s=seconds,
            gap=gap_percent / 100,
            progress=lambda step, best, bound: status.update(f"{step}: {best:.0f} … {bound:.0f}"),
        )


def _print(scenario: Scenario, network: Network, plan: WeekPlan, language: str) -> None:
    def say(key: str, **facts: str | int | float) -> str:
        return text(f"plan.{key}", language, **facts)

    typer.echo(say("title", name=scenario.name, case=scenario.case) + "\n")
    titles = ("service", "trains", "departures", "teu_there", "teu_back")
    _table("services", titles, _services(network, plan, language), language)
    groups = [
        (stations_between(network, offer.start, offer.end, language), *_teu(there, back, language))
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
            number(one.waiting_days, language, 1) if one.share > 0 else "–",
            number(one.co2e_kg_per_box, language) if one.share > 0 else "–",
        )
        for one in plan.served()
    ]
    _table("flows", _FLOW_TITLES, flows, language)
    print_title(text("transit.title", language))
    print_table(
        (text("plan.column_flow", language), *transit_heads(language)[_MEANS]),
        [
            (
                scenario.flows[one.flow].title.in_language(language),
                *transit_cells(one.transit if one.share > 0 else None, language)[_MEANS],
            )
            for one in plan.served()
        ],
        figures=range(1, 7),
        is_ruled=False,
    )
    period = period_of_week(scenario.calendar.first_day.year, language)
    typer.echo("")
    Console(highlight=False, markup=False).print(transit_about(language, period=period))
    typer.echo("")
    _verdict(network, plan, language)


def _services(network: Network, plan: WeekPlan, language: str) -> list[Sequence[str]]:
    return [
        (
            stations_between(network, offer.start, offer.end, language),
            trains_in_words(trains, plan.every_other_week(offer), language),
            _weekdays(plan.departures_ms(offer), language),
            *_teu(there, back, language),
        )
        for offer, trains, there, back in plan.trains()
    ]


def _weekdays(departures_ms: tuple[int, ...], language: str) -> str:
    """Days of the week with trains; the number of them where it is not one."""
    names = text("plan.weekdays", language).split()
    counts = [0] * len(names)
    for departure_ms in departures_ms:
        counts[departure_ms // MS_PER_DAY] += 1
    return " ".join(
        name if n == 1 else f"{name}×{n}" for name, n in zip(names, counts, strict=True) if n
    )


def _teu(there: float, back: float, language: str) -> tuple[str, str]:
    return number(there, language), number(back, language)


def _verdict(network: Network, plan: WeekPlan, language: str) -> None:
    def say(key: str, **facts: str | int | float) -> str:
        return text(f"plan.{key}", language, **facts)

    cost = number(plan.cost_usd2025_per_week, language)
    typer.echo(say("quality", cost=cost, gap=share(plan.gap, language, 1)))
    if plan.timing is not None:
        _day_limits(network, plan.timing, language)
    bindings = plan.bindings()
    if plan.unserved_share > LEAST_SHARE:
        left, least = (
            share(part, language, 1) for part in (plan.unserved_share, plan.least_unserved_share)
        )
        typer.echo(say("unserved", share=left, least=least))
    elif not bindings:
        typer.echo(say("nothing_binds"))
    if plan.cost_of_least_unserved > LEAST_SHARE:
        typer.echo(say("carrying", more=share(plan.cost_of_least_unserved, language, 1)))
    for binding in bindings:
        usd = number(binding.price_usd2025_per_week, language)
        typer.echo(say("binds", what=limited(network, binding.limit, language), usd=usd))


def _day_limits(network: Network, timed: TimedWeek, language: str) -> None:
    """What waiting costs, and what is full on the day."""

    def say(key: str, **facts: str | int | float) -> str:
        return text(f"plan.{key}", language, **facts)

    typer.echo(say("timing_cost", cost=number(timed.cost_usd2025_per_week, language)))
    all_slots = timed.timing.problem.n_slots
    for limit, n in timed.full():
        name = _name(network, limit.kind.split("-", maxsplit=1)[0], limit.key, language)
        what = say(f"day_{limit.kind.replace('-', '_')}", name=name)
        hours = HOURS_PER_WEEK // all_slots
        typer.echo(say("day_full", what=what, most=limit.most, n=n, all=all_slots, hours=hours))
        usd = timed.saving_usd2025_per_week(limit)
        typer.echo(say("day_saving", usd=number(usd, language)))


def _solver_log(plan: WeekPlan, language: str) -> None:
    """The bounds of both stages and the sizes of their models, for whoever checks the search."""

    def say(key: str, **facts: int | float) -> None:
        shown = {name: number(value, language) for name, value in sorted(facts.items())}
        typer.echo(text(f"plan.{key}", language, **shown))

    say("proof", bound=plan.bound_usd2025_per_week, seconds=plan.seconds)
    size = plan.design.size
    say("size", columns=size.n_columns, rows=size.n_rows, entries=size.n_nonzeros)
    timed = plan.timing
    if timed is None:
        return
    say("timing_proof", bound=timed.bound_usd2025_per_week)
    of_departures = timed.departures
    joined = of_departures.n_columns, of_departures.n_rows, of_departures.n_nonzeros
    single = timed.timing.single_size(joined)
    names = ("columns", "rows", "entries")
    sizes = dict(zip(names, joined, strict=True))
    sizes |= {f"single_{name}": n for name, n in zip(names, single, strict=True)}
    say("timing_size", queues=timed.timing.problem.n_queues, **sizes)


def limited(network: Network, limit: Limit, language: str) -> str:
    """What a shared limit of the week counts, and where."""
    name = _name(network, limit.kind.split("-", maxsplit=1)[0], limit.key, language)
    return text(f"plan.limit_{limit.kind.replace('-', '_')}", language, name=name)


def _name(network: Network, kind: str, key: str, language: str) -> str:
    """Name of a section, a fleet or a border."""
    if kind == "section":
        section = network.sections[key]
        return stations_between(network, section.start, section.end, language)
    if kind == "fleet":
        return network.fleet[key].title.in_language(language)
    return network.borders[key].title.in_language(language)


def _table(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> None:
    rows = list(rows)
    if not rows:
        return
    print_title(text(f"plan.table_{name}", language))
    heads = [text(f"plan.column_{column}", language) for column in columns]
    print_table(heads, rows, figures=range(1, len(heads)))
    typer.echo("")
