"""`keruen corridor run`: the planned week under uncertainty, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import typer
from rich.console import Console

from keruen import scenario as scenarios
from keruen.cli.options import stacked
from keruen.cli.printing import print_json, print_table, print_title
from keruen.cli.running import in_unit, planned, progress_bar
from keruen.cli.week_files import WeekFiles
from keruen.domain.codes import Resource
from keruen.domain.tables import Table
from keruen.errors import UsageError
from keruen.i18n import day, number, quantity, share, text
from keruen.report.measure_units import unit_of
from keruen.report.transit_words import (
    period_of_run,
    transit_about,
    transit_cells,
    transit_heads,
)
from keruen.scenario import Scenario
from keruen.store.runs.tables import write_table
from keruen.study.limits import days_override, replications_and_seed
from keruen.study.railway import RailwayStudy, run_railway
from keruen.units import MS_PER_DAY

if TYPE_CHECKING:
    from keruen.cli.corridor_commands import RailwayOptions

_N_USED = 6
"""So many of the fullest borders, sections and fleets are printed."""

_NAME_WIDTH = 20
"""Columns of the screen that a name gets at least."""

TOLD_MEASURES = (
    *(
        "unserved_share",
        "transit_ms_p50",
        "transit_ms_p90",
        "door_to_door_ms_p50",
        "door_to_door_ms_p90",
        "corridor_usd2025_per_box",
    ),
    *("corridor_co2e_kg_per_box", "border_wait_ms_mean", "border_wait_ms_p90"),
    *("path_wait_ms_mean", "wagon_wait_ms_mean", "trains_cancelled_share"),
)


def run_alone(asked: RailwayOptions) -> int:
    """Run the railway alone and print what it did."""
    language = asked.language
    overrides = tuple(asked.overrides)
    if asked.days is not None:
        overrides = (*overrides, days_override(asked.days))
    scenario = scenarios.read(asked.scenario, overrides, stacked(asked.case))
    scenario = WeekFiles(workbook=asked.workbook).applied(scenario)
    if scenario.network is None:
        raise UsageError("error.no_network", name=asked.scenario)
    n, seed = replications_and_seed(scenario, asked.replications, asked.seed)
    console = Console(stderr=True, quiet=asked.as_json)
    (world,) = planned([scenario], language, console)
    with progress_bar(scenario.case, language, console) as progress:
        railway = run_railway(world, replications=n, seed=seed, progress=progress)
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        for table, rows in sorted(railway.tables[0].items()):
            write_table(asked.out / f"{table}.parquet", rows)
    if asked.as_json:
        measures = {name: in_unit(value) for name, value in railway.estimates.items()}
        print_json({"scenario": scenario.name, "case": scenario.case, "measures": measures})
        return 0
    _print(railway, language)
    if asked.out is not None:
        typer.echo(text("cli.file_written", language, path=str(asked.out)))
    return 0


def _print(railway: RailwayStudy, language: str) -> None:
    scenario = railway.scenario

    def say(key: str, **facts: str | int | float) -> str:
        return text(f"railway.{key}", language, **facts)

    typer.echo(say("title", name=scenario.name, case=scenario.case, n=len(railway.tables)) + "\n")
    _table(("measure", "value"), _measures(railway, language), language)
    titles: Sequence[str] = ("flow", "boxes", "left", "p50", "p90", "usd", "co2e")
    _table(titles, _flows(scenario, railway.tables[0]["flow_journeys"], language), language)
    _transit(railway, language)
    titles = ("border", "direction", "taken", "worst", "worst_day")
    _table(titles, _borders(scenario, railway.tables[0]["border_days"], language), language)
    titles = ("used", "per_day", "mean", "peak")
    _table(titles, _uses(scenario, railway.tables[0]["corridor_use"], language), language)
    typer.echo(say("alone"))


def _measures(railway: RailwayStudy, language: str) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name in TOLD_MEASURES:
        one = railway.estimates[name]
        unit = unit_of(name)
        value = quantity(one.mean, unit if unit in ("ms", "share") else "", language)
        if np.isfinite(one.high) and one.high > one.low:
            half = (one.high - one.low) / 2
            value += " ± " + quantity(half, unit if unit in ("ms", "share") else "", language)
        rows.append((text(f"measure.{name}", language), value))
    return rows


def _flows(scenario: Scenario, journeys: Table, language: str) -> Iterable[Sequence[str]]:
    keys = sorted(scenario.flows)
    per_year = 365 / scenario.calendar.days
    for row in journeys:
        to_china = bool(row["is_to_china"])
        title = _flow_way(scenario, keys[row["flow"]], language, to_china=to_china)
        has_any = row["n_arrived"] > 0
        yield (
            title,
            number(float(row["n_boxes"]) * per_year, language),
            share(float(row["n_left"]) / max(1, int(row["n_boxes"])), language),
            number(float(row["door_to_door_ms_p50"]) / MS_PER_DAY, language, 1) if has_any else "–",
            number(float(row["door_to_door_ms_p90"]) / MS_PER_DAY, language, 1) if has_any else "–",
            number(_usd(row), language) if has_any else "–",
            number(float(row["co2e_kg_per_box"]), language) if has_any else "–",
        )


def _transit(railway: RailwayStudy, language: str) -> None:
    """Transit times of all replications, and what they count."""
    scenario = railway.scenario
    print_title(text("transit.title", language))
    print_table(
        (text("railway.column_flow", language), *transit_heads(language)),
        [
            (
                _flow_way(scenario, one.flow, language, to_china=one.is_to_china),
                *transit_cells(one.transit, language),
            )
            for one in railway.flows
        ],
        figures=range(1, 9),
        name_width=_NAME_WIDTH,
        is_ruled=False,
    )
    calendar = scenario.calendar
    last = calendar.first_day + timedelta(days=calendar.days - 1)
    period = period_of_run(calendar.first_day, last, language)
    typer.echo("")
    Console(highlight=False, markup=False).print(transit_about(language, period=period))
    typer.echo("")


def _flow_way(scenario: Scenario, flow: str, language: str, *, to_china: bool) -> str:
    arrow = " →" if to_china else " ←"
    return scenario.flows[flow].title.in_language(language) + arrow


def _usd(row: np.void) -> float:
    return sum(
        float(row[name]) for name in row.dtype.names or () if name.endswith("usd2025_per_box")
    )


def _borders(scenario: Scenario, days: Table, language: str) -> Iterable[Sequence[str]]:
    network = scenario.network
    assert network is not None, "no network"
    for place, key in enumerate(sorted(network.borders)):
        for to_china in (0, 1):
            own = days[(days["border"] == place) & (days["is_to_china"] == to_china)]
            if not len(own) or not own["n_arrived"].any():
                continue
            worst = int(np.argmax(own["n_waiting"]))
            when = scenario.calendar.first_day + timedelta(days=int(own["day"][worst]))
            direction = "to_china" if to_china else "to_kazakhstan"
            yield (
                network.borders[key].title.in_language(language),
                text(f"railway.{direction}", language),
                number(float(own["n_taken_in"].mean()), language, 1),
                number(int(own["n_waiting"][worst]), language),
                day(when, language) if own["n_waiting"][worst] else "–",
            )


def _uses(scenario: Scenario, use: Table, language: str) -> Iterable[Sequence[str]]:
    order = np.argsort(-use["peak_share"], kind="stable")[:_N_USED]
    for row in use[order]:
        yield (
            _used_name(scenario, row, language),
            number(float(row["trains_per_d"]), language, 1),
            share(float(row["load_share"]), language),
            share(float(row["peak_share"]), language),
        )


def _used_name(scenario: Scenario, row: np.void, language: str) -> str:
    network = scenario.network
    assert network is not None, "no network"
    place, is_reverse = int(row["place"]), bool(row["is_reverse"])
    if row["resource"] == Resource.WAGON_SET:
        return network.fleet[sorted(network.fleet)[place]].title.in_language(language)
    if row["resource"] == Resource.BORDER:
        border = network.borders[sorted(network.borders)[place]]
        direction = "to_china" if is_reverse else "to_kazakhstan"
        return f"{border.title.in_language(language)} ({text(f'railway.{direction}', language)})"
    section = network.sections[sorted(network.sections)[place]]
    ends = [section.end, section.start] if is_reverse else [section.start, section.end]
    return " → ".join(network.stations[end].title.in_language(language) for end in ends)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> None:
    heads = [text(f"railway.column_{column}", language) for column in columns]
    names = {"direction", "worst_day"}
    figures = [index for index, column in enumerate(columns) if index and column not in names]
    print_table(heads, rows, figures=figures, name_width=_NAME_WIDTH)
    typer.echo("")
