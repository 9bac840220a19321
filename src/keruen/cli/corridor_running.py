"""`keruen corridor run`: the planned week under uncertainty, for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table as Printed

from keruen import scenario as scenarios
from keruen.cli.arguments import check_language, stacked
from keruen.cli.running import finite, planned, progress_bar
from keruen.cli.week_files import WeekFiles
from keruen.domain.codes import Resource
from keruen.domain.tables import Table
from keruen.errors import UsageError
from keruen.i18n import day, number, quantity, share, text
from keruen.report.measure_units import unit_of
from keruen.scenario import Scenario
from keruen.store.runs.tables import write_table
from keruen.study.railway import RailwayStudy, run_railway
from keruen.units import MS_PER_DAY

_N_USED = 6
"""So many of the fullest borders, sections and fleets are printed."""

_NAME_WIDTH = 20
"""Columns of the screen that a name gets at least."""

_TOLD = (
    *("unserved_share", "door_to_door_ms_p50", "door_to_door_ms_p90", "corridor_usd2025_per_box"),
    *("corridor_co2e_kg_per_box", "border_wait_ms_mean", "border_wait_ms_p90"),
    *("path_wait_ms_mean", "wagon_wait_ms_mean", "trains_cancelled_share"),
)


def run(
    name: str,
    case: str,
    overrides: tuple[str, ...],
    *,
    workbook: Path | None,
    replications: int | None,
    seed: int | None,
    out: Path | None,
    as_json: bool,
    language: str,
) -> int:
    """Run the railway alone and print what it did."""
    check_language(language)
    scenario = WeekFiles(workbook=workbook).applied(scenarios.read(name, overrides, stacked(case)))
    if scenario.network is None:
        raise UsageError("error.no_network", name=name)
    n = scenario.scenario.replications if replications is None else replications
    chosen = scenario.scenario.seed if seed is None else seed
    if not 1 <= n <= 10_000:
        raise UsageError("error.replications", found=n)
    if not 0 <= chosen < 2**63:
        raise UsageError("error.seed", found=chosen)
    console = Console(stderr=True, quiet=as_json)
    (world,) = planned([scenario], language, console)
    with progress_bar(scenario.case, language, console) as progress:
        found = run_railway(world, replications=n, seed=chosen, progress=progress)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for table, rows in sorted(found.tables[0].items()):
            write_table(out / f"{table}.parquet", rows)
    if as_json:
        typer.echo(json.dumps(_as_words(found), indent=1, ensure_ascii=False))
        return 0
    _print(found, language)
    if out is not None:
        typer.echo(text("cli.file_written", language, path=str(out)))
    return 0


def _as_words(found: RailwayStudy) -> dict[str, Any]:
    return {
        "scenario": found.scenario.name,
        "case": found.scenario.case,
        "measures": {
            name: {
                "mean": finite(one.mean),
                "low": finite(one.low),
                "high": finite(one.high),
                "unit": unit_of(name),
            }
            for name, one in found.estimates.items()
        },
    }


def _print(found: RailwayStudy, language: str) -> None:
    scenario = found.scenario

    def say(key: str, **facts: str | int | float) -> str:
        return text(f"railway.{key}", language, **facts)

    typer.echo(say("title", name=scenario.name, case=scenario.case, n=len(found.tables)) + "\n")
    _table(("measure", "value"), _measures(found, language), language)
    titles: Sequence[str] = ("flow", "boxes", "left", "p50", "p90", "usd", "co2e")
    _table(titles, _flows(scenario, found.tables[0]["flow_journeys"], language), language)
    titles = ("border", "direction", "taken", "worst", "worst_day")
    _table(titles, _borders(scenario, found.tables[0]["border_days"], language), language)
    titles = ("used", "per_day", "mean", "peak")
    _table(titles, _uses(scenario, found.tables[0]["corridor_use"], language), language)
    typer.echo(say("alone"))


def _measures(found: RailwayStudy, language: str) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name in _TOLD:
        one = found.estimates[name]
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
        title = scenario.flows[keys[row["flow"]]].title.in_language(language)
        arrow = " →" if row["is_to_china"] else " ←"
        has_any = row["n_arrived"] > 0
        yield (
            title + arrow,
            number(float(row["n_boxes"]) * per_year, language),
            share(float(row["n_left"]) / max(1, int(row["n_boxes"])), language),
            number(float(row["door_to_door_ms_p50"]) / MS_PER_DAY, language, 1) if has_any else "–",
            number(float(row["door_to_door_ms_p90"]) / MS_PER_DAY, language, 1) if has_any else "–",
            number(_usd(row), language) if has_any else "–",
            number(float(row["co2e_kg_per_box"]), language) if has_any else "–",
        )


def _usd(row: Any) -> float:
    return sum(float(row[name]) for name in row.dtype.names if name.endswith("usd2025_per_box"))


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


def _used_name(scenario: Scenario, row: Any, language: str) -> str:
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


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> None:
    printed = Printed(show_edge=False, pad_edge=False)
    for place, title in enumerate(titles):
        head = text(f"railway.column_{title}", language)
        is_word = place == 0 or title in ("direction", "worst_day")
        printed.add_column(
            head,
            overflow="fold",
            justify="left" if is_word else "right",
            min_width=_NAME_WIDTH if place == 0 else None,
        )
    for row in rows:
        printed.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console().print(printed)
    typer.echo("")
