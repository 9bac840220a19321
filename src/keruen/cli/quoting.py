"""`keruen quote`: the options for one box, for a forwarder: days, cost, CO2e and risk."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from keruen import scenario as scenarios
from keruen.cli.options import stacked
from keruen.cli.printing import print_json, print_table, print_title
from keruen.cli.week_files import WeekFiles
from keruen.domain.transit import TRANSIT_PARTS
from keruen.errors import UsageError
from keruen.i18n import listing, number, share, text
from keruen.i18n.numbers import month
from keruen.report.transit_words import (
    period_of_month,
    transit_about,
    transit_cells,
    transit_heads,
)
from keruen.scenario import Scenario
from keruen.scenario.models import Commodity
from keruen.scenario.network import Network
from keruen.study.quote import (
    FILL_SHARE,
    HUB_TRAINS_PER_WEEK,
    LATE_D,
    MOST_LOAD_SHARE,
    N_JOURNEYS,
    STATION_TRAINS_PER_WEEK,
    Option,
    QuoteRequest,
    quote,
    spoilage,
)
from keruen.study.quote_request import no_way, understood

if TYPE_CHECKING:
    from keruen.cli.commands import QuoteOptions

_NO_BREAK, _JOINED = "\u00a0", "\ue000"
"""Rich breaks lines at a blank that must not be broken; it is another letter meanwhile."""
_LEAST_LATE_SHARE = 0.005
"""Smaller shares of boxes are told as less than 1 %: none is only where none of the journeys is."""


def print_quote(asked: QuoteOptions) -> int:
    """Compute and print the options; the best ones first."""
    if asked.most < 1:
        raise UsageError("error.quote_most")
    scenario = scenarios.read(asked.scenario, tuple(asked.overrides), stacked(asked.case))
    if scenario.network is None:
        raise UsageError("error.no_network", name=asked.scenario)
    scenario = WeekFiles(workbook=asked.workbook).applied(scenario)
    network = scenario.network
    assert network is not None, "a workbook takes no network away"
    request = understood(
        scenario,
        network,
        origin=asked.origin,
        destination=asked.destination,
        commodity=asked.commodity,
        when=asked.when,
        size_ft=asked.size_ft,
        language=asked.language,
    )
    options = quote(scenario, request)
    if not options:
        raise no_way(network, request, asked.language)
    if asked.as_json:
        print_json(as_words(scenario, request, options))
    else:
        _print(scenario, network, request, options, asked)
    return 0


def as_words(
    scenario: Scenario, request: QuoteRequest, options: tuple[Option, ...]
) -> dict[str, object]:
    """A quote as JSON words."""
    commodity = scenario.commodities[request.commodity]
    network = scenario.network
    assert network is not None, "a quote has a network"
    spoils = spoilage(network, request.commodity, commodity)
    return {
        "scenario": scenario.name,
        "case": scenario.case,
        "from": request.origin,
        "to": request.destination,
        "commodity": request.commodity,
        "size_ft": request.size_ft,
        "when": f"{request.year:04d}-{request.month:02d}",
        "seed": request.seed,
        "journeys": N_JOURNEYS,
        "late_days": LATE_D,
        "assumptions": {
            "fill_share": FILL_SHARE,
            "border_load_share": MOST_LOAD_SHARE,
            "station_trains_per_week": STATION_TRAINS_PER_WEEK,
            "hub_trains_per_week": HUB_TRAINS_PER_WEEK,
        },
        "dangerous": _dangerous_words(commodity),
        "perishable": None if spoils is None else asdict(spoils),
        "options": [_option_words(option) for option in options],
    }


def _dangerous_words(commodity: Commodity) -> dict[str, object] | None:
    """What part of the boxes is dangerous and as what; None when none is."""
    if not commodity.un_numbers:
        return None
    return {
        "share": commodity.dangerous_share,
        "un_numbers": list(commodity.un_numbers),
        "hazard_class": commodity.hazard_class,
    }


def _option_words(option: Option) -> dict[str, object]:
    return {
        "border": option.border,
        "best_for": list(option.marks),
        "transit_days": {
            "p50": round(option.days_p50, 3),
            "p90": round(option.days_p90, 3),
            "undisrupted_p50": round(option.lateness.undisrupted_p50_d, 3),
            "mean": round(option.transit.mean_d, 3),
            **{
                part: round(getattr(option.transit, f"{part}_d"), 3)
                for part in (*TRANSIT_PARTS, "moving")
            },
        },
        "days_p50": round(option.days_p50, 3),
        "days_p90": round(option.days_p90, 3),
        "usd2025": round(option.usd2025, 2),
        "co2e_kg": round(option.co2e_kg, 2),
        "late_share_low": option.late_share_low,
        "late_share_high": option.late_share_high,
        "held_up_share_low": option.lateness.held_up_share_low,
        "held_up_share_high": option.lateness.held_up_share_high,
        "held_up_days": round(option.lateness.held_up_d, 3),
        "disrupted_share": option.disrupted_share,
        "late_because_of": option.cause,
        "worst_disruption": option.disruption or None,
        "legs": [
            {
                "kind": leg.kind,
                "start": leg.start,
                "end": leg.end,
                "border": leg.border or None,
                "trains_per_week": leg.trains_per_week or None,
                "frequency_from": leg.grounds if leg.kind == "block-train" else None,
            }
            for leg in option.legs
        ],
        "elements": [
            {
                "kind": one.leg.kind,
                "start": one.leg.start,
                "end": one.leg.end,
                "length_km": round(one.length_km, 3),
                "tonne_km": round(one.tonne_km, 1),
                "co2e_kg": round(one.co2e_kg, 2),
                "usd2025": round(one.usd2025, 2),
            }
            for one in option.elements
        ],
    }


def _print(
    scenario: Scenario,
    network: Network,
    request: QuoteRequest,
    options: tuple[Option, ...],
    asked: QuoteOptions,
) -> None:
    language = asked.language

    def say(key: str, **facts: object) -> str:
        return text(f"quote.{key}", language, **facts)

    head = say(
        "title",
        size=request.size_ft,
        commodity=scenario.commodities[request.commodity].title.in_language(language),
        start=network.stations[request.origin].title.in_language(language),
        end=network.stations[request.destination].title.in_language(language),
        when=month(date(request.year, request.month, 1), language),
    )
    print_title(head)
    typer.echo(say("world", name=scenario.name, case=scenario.case) + "\n")
    shown = options[: asked.most]
    _print_table(network, shown, language)
    typer.echo("")
    print_title(text("transit.title", language))
    print_table(
        ("", *transit_heads(language)),
        [(str(n), *transit_cells(one.transit, language)) for n, one in enumerate(shown, 1)],
        figures=range(9),
        is_ruled=False,
    )
    typer.echo("")
    _say(
        transit_about(
            language,
            start=network.stations[request.origin].title.in_language(language),
            end=network.stations[request.destination].title.in_language(language),
            period=period_of_month(date(request.year, request.month, 1), language),
        )
    )
    _say(say("legend", days=LATE_D))
    if any(option.is_assumed for option in shown):
        _say(say("assumed_trains"))
    typer.echo("")
    for n, option in enumerate(shown, 1):
        _say(f"{n}  {_risk(network, option, language)}", hanging=3)
    if len(options) > len(shown):
        _say(say("more", n=len(options) - len(shown), all=len(options)))
    _print_goods(scenario, network, request, shown[0], language)
    typer.echo("")
    _say(
        say(
            "assumptions",
            station=STATION_TRAINS_PER_WEEK,
            hub=HUB_TRAINS_PER_WEEK,
            fill=FILL_SHARE,
            load=MOST_LOAD_SHARE,
            handlings=say("handlings"),
        )
    )


def _print_goods(
    scenario: Scenario, network: Network, request: QuoteRequest, first: Option, language: str
) -> None:
    """What the goods need: papers of dangerous ones, and haste of those that spoil."""
    commodity = scenario.commodities[request.commodity]
    if commodity.un_numbers:
        typer.echo("")
        numbers = ", ".join(f"UN {number}" for number in commodity.un_numbers)
        hazard = commodity.hazard_class or "-"
        dangerous = commodity.dangerous_share
        _say(text("quote.dangerous", language, share=dangerous, numbers=numbers, hazard=hazard))
    spoils = spoilage(network, request.commodity, commodity)
    if spoils is not None:
        at_c = spoils.temperature_c
        typer.echo("")
        _say(
            text(
                "quote.spoils",
                language,
                days=number(spoils.shelf_life_d, language),
                at="-" if at_c is None else number(at_c, language),
                usd=number(spoils.delay_usd2025_per_box_d, language),
                part=min(1.0, first.days_p90 / spoils.shelf_life_d),
            )
        )


def _say(sentence: str, hanging: int = 0) -> None:
    """A sentence, wrapped at the width of the screen; further lines stand `hanging` letters in."""
    console = Console(highlight=False)
    first, rest = sentence[:hanging], sentence[hanging:]
    lines = Text(rest.replace(_NO_BREAK, _JOINED)).wrap(console, console.width - hanging)
    for n, line in enumerate(lines):
        said = line.plain.rstrip().replace(_JOINED, _NO_BREAK)
        console.print(Text((first if n == 0 else " " * hanging) + said), soft_wrap=True)


def _print_table(network: Network, options: tuple[Option, ...], language: str) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", justify="right", no_wrap=True)
    table.add_column(text("quote.column_way", language), overflow="fold", ratio=1)
    for name in ("p50", "p90", "usd", "co2e", "late", "disrupted"):
        table.add_column(text(f"quote.column_{name}", language), justify="right", no_wrap=True)
    for n, option in enumerate(options, 1):
        way = "\n".join(_way(network, option, language)).replace("[", "\\[")
        table.add_row(
            f"{n}*" if option.is_assumed else f"{n} ",
            way,
            number(option.days_p50, language, 1),
            number(option.days_p90, language, 1),
            number(option.usd2025, language),
            number(option.co2e_kg, language),
            _late(option, language),
            _held_up(option, language),
        )
    Console().print(table)


def _late(option: Option, language: str) -> str:
    """From the one to the other share of late boxes."""
    return _range(option.late_share_low, option.late_share_high, language)


def _held_up(option: Option, language: str) -> str:
    """From the one to the other share of boxes that a disruption holds up."""
    lateness = option.lateness
    return _range(lateness.held_up_share_low, lateness.held_up_share_high, language)


def _range(low: float, high: float, language: str) -> str:
    if 0 < high < _LEAST_LATE_SHARE:
        return "<" + share(0.01, language)
    first, last = (number(100 * value, language) for value in (low, high))
    whole = share(high, language)
    return whole if first == last else f"{first}–{whole}"


def _way(network: Network, option: Option, language: str) -> list[str]:
    """The border, and how the box gets there and on."""
    parts = [network.borders[option.border].title.in_language(language)]
    groups = [leg for leg in option.legs if leg.kind == "wagon-group"]
    if groups:
        hubs = {leg.start for leg in option.legs} & {leg.end for leg in option.legs}
        hub = next(key for key in (groups[0].end, groups[0].start) if key in hubs)
        name = network.stations[hub].title.in_language(language)
        parts.append(text("quote.way_group", language, hub=name))
    else:
        parts.append(text("quote.way_block", language))
    inside = [leg.end for leg in option.legs[:-1]]
    if any(network.stations[key].kind == "dry-port" for key in inside):
        parts.append(text("quote.way_port", language))
    return parts


def _risk(network: Network, option: Option, language: str) -> str:
    def say(key: str, **facts: object) -> str:
        return text(f"quote.{key}", language, **facts)

    said = []
    if option.marks:
        marks = [say(f"mark_{mark}") for mark in option.marks]
        said.append(say("best", marks=listing(marks, language)))
    cause = f"quote.cause_{option.cause}"
    if option.late_share_high >= _LEAST_LATE_SHARE:
        said.append(say("late", share=_late(option, language), days=LATE_D, cause=cause))
    else:
        said.append(say("hardly_late", days=LATE_D, cause=cause))
    if option.disruption and option.disrupted_share > 0:
        name = network.disruptions[option.disruption].title.in_language(language)
        held_up_d = number(option.lateness.held_up_d, language, 1)
        held_up = _held_up(option, language)
        years = option.disrupted_share
        said.append(say("disrupted", years=years, share=held_up, name=name, days=held_up_d))
        undisrupted_d = number(option.lateness.undisrupted_p50_d, language, 1)
        said.append(say("undisrupted", days=undisrupted_d))
    return ("" if language == "zh" else " ").join(said)
