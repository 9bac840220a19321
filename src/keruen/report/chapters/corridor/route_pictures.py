"""The map of the corridor and the ways of its boxes, as pictures of one case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, TypeVar

from keruen.i18n import listing, number, share, text
from keruen.report.chapters.corridor import traffic_data
from keruen.report.chapters.verdict import case_title
from keruen.report.pictures import draw_route_map, draw_sankey
from keruen.report.pictures.route_map import (
    MapBorder,
    MapLine,
    MapPlace,
    Outlines,
    Place,
    Shape,
)
from keruen.report.pictures.sankey import Band
from keruen.report.pictures.space_time import TOWARDS
from keruen.report.pictures.svg import Picture
from keruen.scenario.border_layer import NAME, BorderLayer, parse_layer
from keruen.scenario.network import Network, Station
from keruen.study.results import Study

_Key = TypeVar("_Key")

_TO_CHINA: Final = "#e6a817"
"""Far lighter than the other direction even as a pale band: they stay apart in grey."""
_SHARE_TOPS: Final = (0.1, 0.2, 0.4, 1.0)
_N_NAMED_STOPS: Final = {0: 9, 1: 5}
"""Chinese stations and hubs that the diagram of ways names, by column; the others are one."""
_N_NAMED: Final = 3
"""Sections and borders that a description names."""


def route_picture(study: Study, tops: tuple[float, float], language: str) -> Picture:
    """The map of one case; `tops` are those of all cases."""
    network = study.network
    use = traffic_data.section_use(study)
    lines = [
        MapLine(
            start=_place(network.stations[section.start]),
            end=_place(network.stations[section.end]),
            trains_per_d=use[key].trains_per_d,
            share=use[key].share,
        )
        for key, section in sorted(network.sections.items())
    ]
    borders = _borders(study, language)
    busiest = sorted(use, key=lambda key: (-use[key].trains_per_d, key))[:_N_NAMED]
    words = (
        text("chapter.map_title", language, case=case_title(study, language)),
        text(
            "chapter.map_alt",
            language,
            sections=listing(
                [
                    text(
                        "chapter.map_section",
                        language,
                        name=section_name(network, key, language),
                        trains=use[key].trains_per_d,
                        part=use[key].share,
                    )
                    for key in busiest
                ],
                language,
            ),
            borders=listing([f"{one.name}: {one.note}" for one in borders], language),
        ),
    )
    return draw_route_map(
        (_places(study, language), borders),
        lines,
        _outlines(study, language),
        tops,
        words,
        language,
    )


def section_name(network: Network, key: str, language: str) -> str:
    """Both ends of a section."""
    section = network.sections[key]
    ends = (network.stations[station] for station in (section.start, section.end))
    return " – ".join(str(station.title.in_language(language)) for station in ends)


def _place(station: Station) -> Place:
    return station.longitude_deg, station.latitude_deg


def _places(study: Study, language: str) -> list[MapPlace]:
    """Stations but those of borders, which have a sign of their own."""
    network = study.network
    boxes = _sums(
        (stop, n)
        for route, n in traffic_data.boxes_by_route(study).items()
        for stop in study.week.routes[route].stations
    )
    most = max(boxes.values(), default=1.0)
    served = {
        end
        for _, train in sorted(study.week.trains.items() if network.week else ())
        for end in (train.start, train.end)
    }
    found = []
    for key, station in sorted(network.stations.items()):
        if station.kind == "border":
            continue
        is_hub = station.kind == "dispatch" and key in served
        shape: Shape = "hub" if is_hub else station.kind
        found.append(
            MapPlace(
                name=station.title.in_language(language),
                place=_place(station),
                shape=shape,
                rank=_RANKS[shape] + 1 - boxes.get(key, 0.0) / most,
            )
        )
    return found


_RANKS: Final[dict[Shape, float]] = {
    "dry-port": 0,
    "hub": 1,
    "destination": 2,
    "dispatch": 3,
    "junction": 4,
}


def _borders(study: Study, language: str) -> list[MapBorder]:
    network = study.network
    waiting = traffic_data.mean_waiting(study)
    found = []
    for key, border in sorted(network.borders.items()):
        sides = [network.stations[s] for s in (border.china_station, border.kazakh_station)]
        mean, most = waiting[key]
        note = text("chapter.border_note", language, mean=mean, most=most)
        if not most:
            note = text("chapter.border_idle", language)
        if not border.is_open:
            note = text("chapter.border_closed", language)
        found.append(
            MapBorder(
                name=border.title.in_language(language),
                note=note,
                place=(
                    sum(side.longitude_deg for side in sides) / 2,
                    sum(side.latitude_deg for side in sides) / 2,
                ),
                n_waiting=mean,
            )
        )
    return sorted(found, key=lambda one: -one.n_waiting)


@cache
def _packaged() -> BorderLayer:
    layer = files("keruen.report").joinpath(NAME).read_text(encoding="utf-8")
    return parse_layer(layer)


def has_outlines(study: Study, language: str) -> bool:
    """Whether maps show countries: in Chinese only by a layer that the scenario brings.

    A map that is published in China shows borders only as its authority has approved them.
    """
    return language != "zh" or NAME in study.scenario.documents


def _outlines(study: Study, language: str) -> Outlines:
    if not has_outlines(study, language):
        return Outlines()
    own = study.scenario.documents.get(NAME)
    layer = _packaged() if own is None else parse_layer(own)
    named = [(place, names.get(language, names.get("en", ""))) for place, names in layer.names]
    return Outlines(
        areas=layer.areas, lines=layer.lines, names=[(p, name) for p, name in named if name]
    )


# --- ways ---------------------------------------------------------------------------------------


def ways_picture(study: Study, language: str) -> Picture | None:
    """The ways of the boxes of a case; nothing when no box took one."""
    bands = ways(study, language)
    if not bands:
        return None
    total = sum(band.boxes for band in bands)
    by_border = _sums((band.stops[2], band.boxes) for band in bands if band.stops[2])
    said = [f"{name} {share(n / total, language)}" for name, n in by_border.items()]
    notes: dict[tuple[int, str], str] = {}
    for column in range(len(bands[0].stops)):
        sums = _sums([(band.stops[column], band.boxes) for band in bands])
        notes |= {(column, name): number(n, language) for name, n in sums.items()}
    colours = {band.colour for band in bands}
    key = [
        (text(way, language), colour)
        for way, colour in (
            ("chapter.boxes_to_china", _TO_CHINA),
            ("chapter.boxes_from_china", TOWARDS),
        )
        if colour in colours
    ]
    heads = [
        text(f"chapter.head_{head}", language)
        for head in ("origin", "hub", "border", "port", "end")
    ]
    words = (
        text("chapter.ways_title", language, case=case_title(study, language)),
        text(
            "chapter.ways_alt",
            language,
            boxes=total,
            borders=listing(said, language) if said else "–",
        ),
    )
    return draw_sankey(bands, notes, key, heads, words)


def ways(study: Study, language: str) -> list[Band]:
    """Boxes a year by Chinese station, hub, border, dry port and what is beyond, both directions.

    The Chinese stations and hubs with fewest boxes are gathered into one each. Bands are sorted so
    that what belongs together lies together.
    """
    network = study.network
    by_route = traffic_data.boxes_by_route(study)
    boxes = _sums((_stops(study, key), n) for key, n in by_route.items())
    sums = [_sums([(stops[column], n) for (stops, _), n in boxes.items()]) for column in range(5)]
    few = {column: _few(sums[column], n) for column, n in _N_NAMED_STOPS.items()}

    def shown(stops: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_OTHERS if s in few.get(column, ()) else s for column, s in enumerate(stops))

    gathered = _sums(((shown(stops), to_china), n) for (stops, to_china), n in boxes.items())

    def order(one: tuple[tuple[str, ...], bool]) -> tuple[object, ...]:
        stops, is_to_china = one
        ranked = ((-sums[n].get(stops[n], 0.0), stops[n]) for n in (2, 1, 0, 4))
        return (stops[0] == _OTHERS, stops[1] == _OTHERS, *ranked, is_to_china)

    return [
        Band(
            stops=tuple(
                _title(network, column, stop, len(few.get(column, ())), language)
                for column, stop in enumerate(stops)
            ),
            boxes=gathered[stops, is_to_china],
            colour=_TO_CHINA if is_to_china else TOWARDS,
        )
        for stops, is_to_china in sorted(gathered, key=order)
    ]


def _sums(parts: Iterable[tuple[_Key, float]]) -> dict[_Key, float]:
    """The sum of each key, in the order in which keys first come."""
    sums: dict[_Key, float] = {}
    for key, amount in parts:
        sums[key] = sums.get(key, 0.0) + amount
    return sums


def _few(boxes: dict[str, float], n_named: int) -> tuple[str, ...]:
    """Stops behind the largest ones; none when there is but one of them."""
    largest = sorted((stop for stop in boxes if stop), key=lambda one: (-boxes[one], one))
    rest = largest[n_named:]
    return tuple(rest) if len(rest) > 1 else ()


_ROAD: Final = "road"
_OTHERS: Final = "*"


def _stops(study: Study, route: str) -> tuple[tuple[str, ...], bool]:
    """Keys of origin, hub, border, dry port and end of a route, and whether it goes to China."""
    network = study.network
    stations = study.week.routes[route].stations
    kinds = [network.stations[station].kind for station in stations]
    is_to_china = kinds[-1] == "dispatch"
    ordered = stations[::-1] if is_to_china else stations
    dispatch = [s for s in ordered if network.stations[s].kind == "dispatch"]
    port = next((s for s in ordered if network.stations[s].kind == "dry-port"), "")
    beyond = ordered[ordered.index(port) + 1 :] if port else ()
    borders = [
        key
        for key, border in sorted(network.borders.items())
        if {border.china_station, border.kazakh_station} & set(stations)
    ]
    stops = (
        dispatch[0] if dispatch else "",
        dispatch[-1] if len(dispatch) > 1 else "",
        borders[0] if borders else "",
        port,
        beyond[-1] if beyond else _ROAD,
    )
    return stops, is_to_china


def _title(network: Network, column: int, stop: str, n_few: int, language: str) -> str:
    if not stop:
        return ""
    if stop == _OTHERS:
        return text("chapter.other_hubs" if column else "chapter.other_stations", language, n=n_few)
    if stop == _ROAD:
        return text("report.by_truck", language)
    thing = network.borders[stop] if column == 2 else network.stations[stop]
    return str(thing.title.in_language(language))


def tops_of(studies: Sequence[Study]) -> tuple[float, float]:
    """Trains a day on the busiest section of all cases, and a round share that none exceeds.

    A section with more trains than free paths is drawn as a full one.
    """
    used = [use for study in studies for use in traffic_data.section_use(study).values()]
    most = max((use.trains_per_d for use in used), default=0.0)
    share_most = max((use.share for use in used), default=0.0)
    return most, next((top for top in _SHARE_TOPS if top >= share_most), 1.0)
