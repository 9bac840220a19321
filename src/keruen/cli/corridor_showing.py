"""`keruen corridor show`: stations, sections and borders as tables, and as a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from keruen import scenario as scenarios
from keruen.cli.options import stacked
from keruen.cli.printing import print_table, print_title
from keruen.cli.week_files import WeekFiles, write_whole
from keruen.errors import UsageError
from keruen.formats.geojson import LineFeature, PointFeature, Property, feature_collection
from keruen.i18n import LANGUAGES, number, text
from keruen.report.train_words import trains_in_words
from keruen.scenario import Scenario
from keruen.scenario.name_lookup import stations_between
from keruen.scenario.network import Border, Network, Section, Station, TrainsRange
from keruen.scenario.value_types import LocalText
from keruen.scenario.week import Week
from keruen.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    from keruen.cli.corridor_commands import ShowOptions

_NAME_WIDTH = 24
"""Letters that a name gets at least: it should not be cut within a word."""


def print_network(asked: ShowOptions) -> int:
    """Print the network of a scenario and its planned week, if it has one; write what is wanted."""
    language = asked.language
    files = WeekFiles(workbook=asked.workbook, save_workbook=asked.save_workbook, gtfs=asked.gtfs)
    files.check()
    scenario = scenarios.read(asked.scenario, tuple(asked.overrides), stacked(asked.case))
    if scenario.network is None:
        raise UsageError("error.no_network", name=asked.scenario)
    scenario = files.applied(scenario)
    network = scenario.network
    assert network is not None, "a workbook takes no network away"
    if network.week is None and (files.save_workbook is not None or files.gtfs is not None):
        raise UsageError("error.no_week")
    _stations(network, language)
    _sections(network, language)
    _borders(network, language)
    if network.week is not None:
        _trains(network, network.week, language)
    if asked.geojson is not None:
        content = as_map(network, _planned(scenario, network)).encode()
        write_whole(asked.geojson, content, "error.map_not_written")
        typer.echo(text("cli.geojson_at", language, path=str(asked.geojson)))
    if network.week is not None:
        files.write(scenario, network.week, language)
    return 0


def _planned(scenario: Scenario, network: Network) -> Mapping[str, float] | None:
    """Trains a week on each section, where a week is planned."""
    if network.week is None:
        return None
    from keruen.study.timetable import trains_on_sections

    return trains_on_sections(network, network.week, scenario)


def as_map(network: Network, planned: Mapping[str, float] | None = None) -> str:
    """The network as the text of a GeoJSON file: stations as points, the rest as lines.

    Parameters
    ----------
    planned : trains of a week on each section, each way; None: no week is planned.
    """
    places = {key: _place(key, station) for key, station in sorted(network.stations.items())}
    lines = [
        LineFeature(
            key=f"section:{key}",
            start=places[section.start],
            end=places[section.end],
            properties={
                **_section_properties(section, network.others_on(section)),
                **({} if planned is None else {"planned_trains_per_week": planned.get(key, 0)}),
            },
        )
        for key, section in sorted(network.sections.items())
    ]
    lines += [
        LineFeature(
            key=f"border:{key}",
            start=places[border.china_station],
            end=places[border.kazakh_station],
            properties=_border_properties(border),
        )
        for key, border in sorted(network.borders.items())
    ]
    return feature_collection(places.values(), lines)


def _place(key: str, station: Station) -> PointFeature:
    return PointFeature(
        key=f"station:{key}",
        longitude_deg=station.longitude_deg,
        latitude_deg=station.latitude_deg,
        properties={
            "kind": station.kind,
            "country": station.country,
            "gauge": station.gauge,
            "esr": station.esr,
            "evidence": station.evidence,
            "is_hub": station.is_hub,
            **_names(station.title),
        },
    )


def _section_properties(section: Section, others: TrainsRange) -> dict[str, Property]:
    return {
        "kind": "section",
        "railway": section.railway,
        "length_km": round(section.length_m / 1000, 3),
        "n_tracks": section.n_tracks,
        "is_electrified": section.is_electrified,
        "capacity_trains_per_d": section.capacity_trains_per_d,
        "other_trains_per_d": others.mode_trains_per_d,
    }


def _border_properties(border: Border) -> dict[str, Property]:
    return {
        "kind": "border-crossing",
        "length_km": round(border.length_m / 1000, 3),
        "to_china_trains_per_d": border.to_china.mode_trains_per_d,
        "to_kazakhstan_trains_per_d": border.to_kazakhstan.mode_trains_per_d,
        "is_open": border.is_open,
        "opens": border.opens.isoformat() if border.opens is not None else None,
        **_names(border.title),
    }


def _names(title: LocalText) -> dict[str, Property]:
    return {f"name_{language}": title.in_language(language) for language in LANGUAGES}


def _stations(network: Network, language: str) -> None:
    rows = []
    for key, station in sorted(network.stations.items(), key=_by_kind):
        site = urlsplit(station.evidence).netloc
        rows.append(
            (
                station.title.in_language(language),
                key,
                _kind(station, language),
                station.country,
                site or text("cli.assumption", language),
            )
        )
    titles = ("station", "key", "kind", "country", "source")
    _print_table("stations", titles, rows, language)
    counts = Counter(station.kind for station in network.stations.values())
    for kind in sorted(counts):
        typer.echo(f"{text(f'cli.kind_{_word(kind)}', language)}: {counts[kind]}")
    n_sourced = sum(
        s.kind == "dispatch" and s.evidence != "assumption" for s in network.stations.values()
    )
    typer.echo(text("cli.stations_sourced", language, n=n_sourced) + "\n")


def _by_kind(item: tuple[str, Station]) -> tuple[str, str]:
    return item[1].kind, item[0]


def _kind(station: Station, language: str) -> str:
    word = text(f"cli.kind_{_word(station.kind)}", language)
    return f"{word}, {text('cli.kind_hub', language)}" if station.is_hub else word


def _word(kind: str) -> str:
    return kind.replace("-", "_")


def _sections(network: Network, language: str) -> None:
    rows = []
    for _, section in sorted(network.sections.items()):
        traction = "electric" if section.is_electrified else "diesel"
        rows.append(
            (
                stations_between(network, section.start, section.end, language),
                number(section.length_m / 1000, language),
                str(section.n_tracks),
                text(f"cli.traction_{traction}", language),
                number(section.capacity_trains_per_d, language),
                number(network.others_on(section).mode_trains_per_d, language),
            )
        )
    titles = ("section", "length", "tracks", "traction", "capacity", "others")
    _print_table("sections", titles, rows, language)
    total_m = sum(section.length_m for section in network.sections.values())
    length = number(total_m / 1000, language)
    typer.echo(text("cli.sections_total", language, n=len(rows), length=length) + "\n")


def _borders(network: Network, language: str) -> None:
    rows = []
    for _, border in sorted(network.borders.items()):
        opens = border.opens.isoformat() if border.opens is not None else ""
        state = _yes_no(border.is_open, language)
        rows.append(
            (
                border.title.in_language(language),
                f"{state}, {opens}" if opens else state,
                _range(border.to_china, language),
                _range(border.to_kazakhstan, language),
                number(border.transshipment_boxes_per_yr / DAYS_PER_YEAR, language),
            )
        )
    titles = ("border", "open", "to_china", "to_kazakhstan", "transshipment")
    _print_table("borders", titles, rows, language)
    n_open = sum(border.is_open for border in network.borders.values())
    typer.echo(text("cli.borders_total", language, n=len(rows), open=n_open))


def _trains(network: Network, week: Week, language: str) -> None:
    rows = [
        (
            stations_between(network, train.start, train.end, language),
            key,
            trains_in_words(train.mean_trains_per_week, train.every_other_week, language),
        )
        for key, train in sorted(week.trains.items())
    ]
    typer.echo("")
    print_title(text("timetable.title_trains", language))
    heads = [
        text("cli.column_section", language),
        text("cli.column_key", language),
        text("plan.column_trains", language),
    ]
    print_table(heads, rows, name_width=_NAME_WIDTH)


def _yes_no(answer: bool, language: str) -> str:
    return text("general.yes" if answer else "general.no", language)


def _range(trains: TrainsRange, language: str) -> str:
    values = (trains.low_trains_per_d, trains.mode_trains_per_d, trains.high_trains_per_d)
    low, mode, high = (number(value, language, 0 if value % 1 == 0 else 1) for value in values)
    return f"{mode} ({low} … {high})"


def _print_table(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], language: str
) -> None:
    print_title(text(f"cli.title_{name}", language))
    heads = [text(f"cli.column_{column}", language) for column in columns]
    print_table(heads, rows, name_width=_NAME_WIDTH)
