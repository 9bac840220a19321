"""Flows and the planned week of a scenario in a workbook, out and in.

Knows what the rows of the sheets mean for a scenario; knows nothing of cells and files. Nothing of
a workbook is applied when anything in it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from keruen.domain.untyped import JsonTable
from keruen.errors import Problem, UsageError
from keruen.i18n import text
from keruen.scenario import Scenario
from keruen.scenario.name_lookup import Titled, nearest_names, one_named
from keruen.scenario.network import Network
from keruen.scenario.week import Week
from keruen.scenario.week_changes import with_flows_and_week
from keruen.scenario.world import network_of
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

if TYPE_CHECKING:
    from keruen.formats.sheets import Row

_APART: Final = re.compile(r"\s*(?:>|→|;|\n)\s*")
_MOST_STATIONS: Final = 12
_TIMES_APART: Final = re.compile(r"[;,，；\n]+")
_TIME: Final = re.compile(r"([^\W_]+?)[\s.]*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DAYS: Final = {
    word: day
    for day, words in enumerate(
        (
            "1 mon пн дс 周一 星期一",
            "2 tue вт сс 周二 星期二",
            "3 wed ср 周三 星期三",
            "4 thu чт бс 周四 星期四",
            "5 fri пт жм 周五 星期五",
            "6 sat сб сн 周六 星期六",
            "7 sun вс жк 周日 星期日",
        )
    )
    for word in words.split()
}
"""Words for the days of the week in the four languages → days since Monday."""

Words = dict[str, str | int | float]


def with_workbook(scenario: Scenario, path: Path) -> Scenario:
    """The scenario with the flows and the week that a workbook holds.

    Parameters
    ----------
    scenario : with a network.
    path : a workbook with some of the sheets ``flows``, ``trains`` and ``routes``; the last two go
        together. Flows without a row stay as they are; trains and ways are those of the workbook.

    Returns
    -------
    Scenario: its `flows`, `network.week`, `figures`, `overrides` and `digest` are new; `services`
    are not (see `study.week_services`). Flows are kept as overrides and the week as the file
    ``week.toml`` of `documents`: read again with both, a scenario has the same digest.

    Raises
    ------
    ScenarioError
        With every cell that is wrong; nothing is applied then.
    UsageError
        When the scenario has no network.
    InputError
        When the file as a whole cannot be read.
    """
    network = scenario.network
    if network is None:
        raise UsageError("error.no_network", name=scenario.name)
    from keruen.formats.week_sheets import read_week_sheets  # noqa: PLC0415 - openpyxl takes a while

    reading = read_week_sheets(path, text)
    rows = _Rows(path.name, network, scenario, [*reading.problems, *reading.notes])
    for table in reading.tables:
        needed = {column.key for column in table.sheet.columns if column.is_required}
        for row in table.rows:
            # A column that is missing as a whole was told once.
            is_whole = needed <= row.values.keys()
            rows.take(
                table.sheet.key, table.name, row if is_whole else replace(row, is_sound=False)
            )
    has = {table.sheet.key for table in reading.tables}
    if len(has & {"trains", "routes"}) == 1:
        rows.problems.append(Problem("problem.week_sheets", {"place": path.name}))
    elif not reading.problems and not has:
        rows.problems.append(Problem("problem.sheet_no_rows", {"place": path.name}))
    week = rows.week if {"trains", "routes"} <= has else None
    return with_flows_and_week(
        scenario,
        boxes=rows.boxes,
        week=week,
        origin=rows.origin,
        problems=tuple(rows.problems),
        left_out=tuple(rows.left_out),
    )


class _Rows:
    """The rows of a workbook on their way into tables of a scenario."""

    def __init__(
        self, file: str, network: Network, scenario: Scenario, problems: list[Problem]
    ) -> None:
        self.file = file
        self.network = network
        self.scenario = scenario
        self.problems = problems
        self.boxes: dict[str, float] = {}
        self.week: dict[str, dict[str, JsonTable]] = {"trains": {}, "routes": {}}
        self.origin: dict[str, str] = {"network.week": file}
        self.left_out: dict[str, None] = {}
        self._rows: dict[tuple[str, str], int] = {}

    def take(self, sheet: str, name: str, row: Row) -> None:
        """Put one row into its table; what is wrong is put into `problems`."""
        takers = {
            "flows": self._take_flow,
            "trains": self._take_train,
            "routes": self._take_route,
        }
        n_problems = len(self.problems)
        if row.is_sound:
            takers[sheet](name, row)
        if not row.is_sound or len(self.problems) > n_problems:
            self.left_out[f"network.week.{sheet}.{row.number}"] = None

    def _at(self, sheet: str, row: Row, column: str) -> str:
        return f"{self.file}, {sheet}!{row.places.get(column, row.number)}"

    def _tell(self, key: str, sheet: str, row: Row, column: str, **more: str | int) -> None:
        place: Words = {"place": self._at(sheet, row, column)}
        self.problems.append(Problem(f"problem.{key}", {**place, **more}))

    def _known(
        self, sheet: str, row: Row, column: str, said: str, table: Mapping[str, Titled]
    ) -> str | None:
        key = one_named(said, table)
        if key is None:
            near = nearest_names(said, table, "en")
            self._tell("week_name", sheet, row, column, value=said[:60], nearest=near)
        return key

    def _is_first(self, sheet: str, row: Row, column: str, key: str) -> bool:
        before = self._rows.setdefault((column, key), row.number)
        if before == row.number:
            return True
        place: Words = {"place": self.file, "sheet": sheet, "cell": row.places[column]}
        more: Words = {**place, "id": key, "row": before}
        self.problems.append(Problem("problem.sheet_id_twice", more))
        return False

    def _take_flow(self, sheet: str, row: Row) -> None:
        key = self._known(sheet, row, "flow", row.values["flow"], self.scenario.flows)
        if key is None or not self._is_first(sheet, row, "flow", key):
            return
        if not row.values.get("boxes"):
            if self.scenario.flows[key].kind != "empty":
                self._tell("week_no_boxes", sheet, row, "boxes", flow=key)
            return
        self.origin[f"flows.{key}.boxes"] = self._at(sheet, row, "boxes")
        self.boxes[key] = float(row.values["boxes"])

    def _take_train(self, sheet: str, row: Row) -> None:
        key = row.values["train"]
        if not self._is_first(sheet, row, "train", key):
            return
        stations = self.network.stations
        start, end = (
            self._known(sheet, row, side, row.values[side], stations) for side in ("start", "end")
        )
        departures = self._departures(sheet, row)
        if start is None or end is None or departures is None:
            return
        gates = {border.china_station for _, border in sorted(self.network.borders.items())}
        if start in gates and stations[end].kind == "dispatch":
            # Trains run both ways: whoever names the border first means the same.
            start, end = end, start
        path = f"network.week.trains.{key}"
        weeks = row.values.get("every_other_week", "")
        self.origin[path] = self._at(sheet, row, "train")
        for column in ("start", "end", "trains_per_week", "departures", "every_other_week"):
            self.origin[f"{path}.{column}"] = self._at(sheet, row, column)
        self.week["trains"][key] = {
            "start": start,
            "end": end,
            "trains_per_week": int(row.values["trains_per_week"]),
            **({"departures": departures} if departures else {}),
            **({"every_other_week": weeks} if weeks else {}),
        }

    def _departures(self, sheet: str, row: Row) -> list[str] | None:
        found = []
        for said in _TIMES_APART.split(row.values.get("departures", "")):
            if not said.strip():
                continue
            time_ms = departure_ms(said)
            if time_ms is None:
                self._tell("week_departure", sheet, row, "departures", value=said.strip()[:60])
                return None
            found.append(f"{time_ms} ms")
        return found

    def _take_route(self, sheet: str, row: Row) -> None:
        flow = self._known(sheet, row, "flow", row.values["flow"], self.scenario.flows)
        said = [name for name in _APART.split(row.values["stations"]) if name]
        if len(said) > _MOST_STATIONS:
            more = {"needed": _MOST_STATIONS, "found": len(said)}
            self._tell("list_length", sheet, row, "stations", **more)
            return
        stations = self.network.stations
        known = {
            name: self._known(sheet, row, "stations", name, stations)
            for name in dict.fromkeys(said)
        }
        keys = [known[name] for name in said]
        if flow is None or None in keys:
            return
        path = f"network.week.routes.{flow[:34]}-{row.number}"
        self.origin[path] = self._at(sheet, row, "flow")
        for column in ("flow", "share", "stations"):
            self.origin[f"{path}.{column}"] = self._at(sheet, row, column)
        self.week["routes"][path.rpartition(".")[2]] = {
            "flow": flow,
            "stations": keys,
            "share": float(row.values["share"]),
        }


def departure_ms(said: str) -> int | None:
    """The time since Monday 00:00 of a weekday and a time of day; None when it is neither.

    Examples
    --------
    >>> departure_ms("Tue 06:30"), departure_ms("вт 6:30")
    (109800000, 109800000)
    """
    match = _TIME.fullmatch(said.strip().casefold())
    if match is None or match[1] not in _DAYS:
        return None
    hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    within = hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND
    return _DAYS[match[1]] * MS_PER_DAY + within


def written_departure(time_ms: int, language: str) -> str:
    """A time of the week as `departure_ms` reads it, with the day in the reader's language.

    Examples
    --------
    >>> written_departure(30 * MS_PER_HOUR, "en")
    'Tue 06:00'
    """
    days = text("timetable.days", language).split()
    hour, rest = divmod(time_ms % MS_PER_DAY, MS_PER_HOUR)
    minute, rest = divmod(rest, MS_PER_MINUTE)
    seconds = f":{rest // MS_PER_SECOND:02d}" if rest >= MS_PER_SECOND else ""
    return f"{days[time_ms // MS_PER_DAY]} {hour:02d}:{minute:02d}{seconds}"


def week_as_workbook(scenario: Scenario, week: Week, language: str) -> bytes:
    """The flows of a scenario and a week as a workbook that `with_workbook` reads."""
    network = network_of(scenario)
    from keruen.formats.week_sheets import week_workbook  # noqa: PLC0415 - openpyxl takes a while

    rows = {
        "flows": list(_flow_rows(scenario, language)),
        "trains": list(_train_rows(network, week, language)),
        "routes": list(_route_rows(scenario, network, week, language)),
    }
    return week_workbook(rows, language=language, say=text)


def _flow_rows(scenario: Scenario, language: str) -> Iterator[dict[str, str]]:
    for key, flow in sorted(scenario.flows.items()):
        boxes = "" if flow.kind == "empty" else _decimal(flow.boxes)
        yield {"flow": key, "title": flow.title.in_language(language), "boxes": boxes}


def _train_rows(network: Network, week: Week, language: str) -> Iterator[dict[str, str]]:
    for key, train in sorted(week.trains.items()):
        yield {
            "train": key,
            "title": _named(network, (train.start, train.end), language),
            "start": train.start,
            "end": train.end,
            "trains_per_week": str(train.trains_per_week),
            "departures": "; ".join(
                written_departure(time_ms, language) for time_ms in train.departures_ms
            ),
            "every_other_week": train.every_other_week or "",
        }


def _route_rows(
    scenario: Scenario, network: Network, week: Week, language: str
) -> Iterator[dict[str, str]]:
    for _, route in sorted(week.routes.items()):
        title = scenario.flows[route.flow].title.in_language(language)
        yield {
            "flow": route.flow,
            "title": f"{title}: {_named(network, route.stations, language)}",
            "share": _decimal(route.share),
            "stations": " > ".join(route.stations),
        }


def _named(network: Network, keys: tuple[str, ...], language: str) -> str:
    return " – ".join(network.stations[key].title.in_language(language) for key in keys)


def _decimal(value: float) -> str:
    """The shortest decimal digits that say the value exactly, without an exponent."""
    digits = repr(float(value))
    if "e" in digits:
        digits = f"{value:.12f}".rstrip("0")
    return digits.removesuffix(".0").removesuffix(".")
