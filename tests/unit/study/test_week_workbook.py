"""Flows and a week in a workbook: what goes out comes in, and every wrong cell is named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from keruen.errors import InputError, KeruenError, Problem, UsageError
from keruen.i18n import LANGUAGES, describe
from keruen.scenario import Scenario, read
from keruen.study.workbook import (
    departure_ms,
    week_as_workbook,
    with_workbook,
    written_departure,
)
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from networks import network, station
from scenarios import changed, write

Edit = Callable[[Any], None]
FLOWS, TRAINS, ROUTES = 1, 2, 3


def document() -> dict[str, Any]:
    """The toy with four stations in a row, a second one in China, and a week."""
    rails = network()
    rails["stations"]["other"] = station("dispatch", "CN", 10)
    rails["stations"]["other"]["title"] = {"en": "Other", "ru": "Иная", "kk": "Өзге", "zh": "另站"}
    rails["sections"]["branch"] = {**rails["sections"]["china"], "start": "other"}
    rails["week"] = {
        "trains": {
            "east": {
                "start": "origin",
                "end": "east",
                "trains_per_week": 2,
                "departures": ["30 h", "5 d"],
            },
            "west": {
                "start": "west",
                "end": "port",
                "trains_per_week": 3,
                "every_other_week": "odd",
            },
        },
        "routes": {
            "in": {
                "flow": "arrivals",
                "stations": ["origin", "east", "west", "port"],
                "share": 0.123456789,
            },
            "out": {
                "flow": "departures",
                "stations": ["port", "west", "east", "origin", "other"],
                "share": "50 %",
            },
        },
    }
    return changed({"network": rails})


@pytest.fixture
def world(tmp_path: Path) -> Scenario:
    """The made-up scenario."""
    return read(write(tmp_path / "world", document()))


def saved(world: Scenario, path: Path, edit: Edit | None = None, language: str = "en") -> Path:
    """The week of the scenario as a workbook, changed by hand."""
    assert world.network is not None
    assert world.network.week is not None
    path.write_bytes(week_as_workbook(world, world.network.week, language))
    if edit is not None:
        book = load_workbook(path)
        edit(book)
        book.save(path)
    return path


def cell(sheet: int, place: str, value: Any) -> Edit:
    """Write one cell."""

    def edit(book: Any) -> None:
        book.worksheets[sheet][place] = value

    return edit


def problems(world: Scenario, path: Path) -> tuple[Problem, ...]:
    """All problems of a workbook; the scenario stays what it was."""
    before = world.model_dump_json()
    with pytest.raises(KeruenError) as caught:
        with_workbook(world, path)
    assert world.model_dump_json() == before
    assert caught.value.exit_code == 2
    return caught.value.problems


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_out_comes_in(world: Scenario, tmp_path: Path, language: str) -> None:
    """The same flows, trains and ways, whatever the language of the workbook."""
    found = with_workbook(world, saved(world, tmp_path / "week.xlsx", language=language))
    assert found.flows == world.flows
    assert found.network is not None
    assert world.network is not None
    before, after = world.network.week, found.network.week
    assert before is not None
    assert after is not None
    assert after.trains == before.trains
    assert list(after.routes.values()) == list(before.routes.values())


def test_the_file_is_the_same_each_time(world: Scenario, tmp_path: Path) -> None:
    """No clock and no order of a set is in the bytes."""
    one, other = (saved(world, tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert one == other


def test_changes_are_applied_and_can_be_read_again(world: Scenario, tmp_path: Path) -> None:
    """Boxes and trains change; reading the scenario with the same overrides gives the same digest."""

    def edit(book: Any) -> None:
        cell(FLOWS, "C3", 2000.5)(book)
        cell(TRAINS, "E4", 7)(book)
        cell(
            TRAINS, "F4", "пн 00:30; дс 02:00; 周二 06:15; Sun 1:00; сб 23:59; fri 12:00; жм 13:00"
        )(book)

    path = saved(world, tmp_path / "week.xlsx", edit)
    problems_of_order = problems(world, path)
    assert [p.key for p in problems_of_order] == ["problem.week_order"]

    def fewer(book: Any) -> None:
        cell(FLOWS, "C3", 2000.5)(book)
        cell(TRAINS, "E4", 7)(book)

    path = saved(world, tmp_path / "week.xlsx", fewer)
    found = with_workbook(world, path)
    assert found.flows["arrivals"].boxes == 2000.5
    assert found.flows["departures"] == world.flows["departures"]
    assert found.network is not None
    assert found.network.week is not None
    assert found.network.week.trains["west"].trains_per_week == 7
    assert found.digest != world.digest
    # The same, on a scenario that brought no week: its folder gets the file of the week.
    bare = document()
    del bare["network"]["week"]
    folder = write(tmp_path / "bare", bare)
    brought = with_workbook(read(folder), path)
    (folder / "week.toml").write_text(brought.documents["week.toml"], encoding="utf-8")
    assert read(folder, brought.overrides).digest == brought.digest == found.digest
    figure = next(f for f in found.figures if f.path == "flows.arrivals.boxes")
    assert (figure.source, "week.xlsx" in figure.note) == ("assumption", True)


def test_names_may_stand_in_any_language(world: Scenario, tmp_path: Path) -> None:
    """A station by its Chinese name, a flow by its Russian one, ends of a train turned."""

    def edit(book: Any) -> None:
        cell(ROUTES, "D4", "port → west → east → origin → 另站")(book)
        cell(ROUTES, "A3", "Прибывающие товары")(book)
        cell(TRAINS, "C3", "east")(book)
        cell(TRAINS, "D3", "origin")(book)

    found = with_workbook(world, saved(world, tmp_path / "week.xlsx", edit))
    assert found.network is not None
    assert found.network.week is not None
    assert world.network is not None
    assert world.network.week is not None
    assert found.network.week.trains == world.network.week.trains
    assert [route.flow for route in found.network.week.routes.values()] == [
        "arrivals",
        "departures",
    ]


@pytest.mark.parametrize(
    ("edit", "key", "place", "named"),
    [
        (cell(FLOWS, "C3", -5), "quantity_negative", "flows!C3", "-5"),
        (cell(FLOWS, "C3", "many"), "sheet_decimal", "C3", "many"),
        (cell(FLOWS, "C3", "=1+1"), "sheet_formula", "C3", "=1+1"),
        (cell(FLOWS, "C3", True), "sheet_yes_no", "C3", "yes"),
        (cell(FLOWS, "C3", 1e12), "quantity_large", "flows!C3", "boxes/yr"),
        (cell(FLOWS, "C3", None), "week_no_boxes", "flows!C3", "Write 0"),
        (cell(FLOWS, "A3", "arivals"), "week_name", "flows!A3", "(arrivals)"),
        (cell(FLOWS, "A4", "arrivals"), "sheet_id_twice", "A4", "row 3"),
        (cell(TRAINS, "A3", "My train"), "bad_id", "trains!A3", "lower-case Latin"),
        (cell(TRAINS, "A4", "east"), "sheet_id_twice", "A4", "row 3"),
        (cell(TRAINS, "C3", "orgin"), "week_name", "trains!C3", "(origin)"),
        (cell(TRAINS, "D3", "port"), "week_gauges", "trains!A3", "1520 mm"),
        (cell(TRAINS, "D4", "west"), "same_ends", "trains!A4", "west"),
        (cell(TRAINS, "D3", "other"), "week_ends", "trains!D3", "east"),
        (cell(TRAINS, "E3", 2.5), "sheet_whole", "E3", "2.5"),
        (cell(TRAINS, "E3", -1), "too_small", "trains!E3", "1"),
        (cell(TRAINS, "E3", 141), "too_large", "trains!E3", "140"),
        (cell(TRAINS, "E3", 3), "week_count", "trains!F3", "3 trains"),
        (cell(TRAINS, "F3", "Mon 25:00; Tue 1:00"), "week_departure", "trains!F3", "Mon 25:00"),
        (cell(TRAINS, "F3", "soon"), "week_departure", "trains!F3", "Mon 06:00"),
        (cell(ROUTES, "C3", 80), "quantity_share", "routes!C3", "100%"),
        (cell(ROUTES, "C3", -0.5), "quantity_negative", "routes!C3", "-0.5"),
        (cell(ROUTES, "D3", "origin > nowhere > port"), "week_name", "routes!D3", "nowhere"),
        (cell(ROUTES, "D3", "origin > west > port"), "week_not_joined", "routes!D3", "`west`"),
        (cell(ROUTES, "D3", "origin > east > west"), "week_no_port", "routes!D3", "`port`"),
        (cell(ROUTES, "D3", "port"), "list_length", "routes!D3", "2"),
        (cell(ROUTES, "D3", " > ".join(["port"] * 999)), "list_length", "routes!D3", "12"),
        (lambda b: b.worksheets[TRAINS].merge_cells("B3:B4"), "sheet_merged", "", "B3:B4"),
        (lambda b: b.worksheets[TRAINS].delete_cols(4), "sheet_column_missing", "", "To"),
        (lambda b: b.remove(b.worksheets[ROUTES]), "week_sheets", "", "belong together"),
        (lambda b: b.worksheets[TRAINS].delete_rows(4), "week_no_trains", "week.xlsx", "port"),
        (lambda b: b.create_sheet("mine").append(["a", "b"]), "sheet_unknown", "", "mine"),
    ],
)
def test_a_wrong_cell_is_named(
    world: Scenario, tmp_path: Path, edit: Edit, key: str, place: str, named: str
) -> None:
    """One fault is told once, with sheet and cell, what it says and what is allowed."""
    found = problems(world, saved(world, tmp_path / "week.xlsx", edit))
    told = [p for p in found if p.key == f"problem.{key}"]
    assert told, [p.key for p in found]
    # Where a train is gone, the ways on it are told too; nothing else comes twice.
    assert len(found) == 1 or key == "week_no_trains"
    said = describe(told[0], "en")
    assert place in said
    assert named in said
    assert len({describe(told[0], language) for language in LANGUAGES}) == 4


def test_shares_of_more_than_all_are_refused(world: Scenario, tmp_path: Path) -> None:
    """A second way of a flow that is carried whole already."""

    def edit(book: Any) -> None:
        for column, value in zip(
            "ACD", ("departures", 0.6, "port > west > east > origin"), strict=True
        ):
            book.worksheets[ROUTES][f"{column}5"] = value

    (found,) = problems(world, saved(world, tmp_path / "week.xlsx", edit))
    assert found.key == "problem.week_shares"
    assert "routes!C5" in describe(found, "en")
    assert "1.1" in describe(found, "en")


def test_all_faults_are_told_at_once(world: Scenario, tmp_path: Path) -> None:
    """A fault on each sheet: three sentences, and nothing is applied."""

    def edit(book: Any) -> None:
        cell(FLOWS, "C3", -5)(book)
        cell(TRAINS, "E4", 0)(book)
        cell(ROUTES, "D3", "origin > estt > west > port")(book)

    found = problems(world, saved(world, tmp_path / "week.xlsx", edit))
    assert sorted(p.key for p in found) == [
        "problem.quantity_negative",
        "problem.too_small",
        "problem.week_name",
    ]


def test_flows_may_come_alone(world: Scenario, tmp_path: Path) -> None:
    """Without trains and routes the week of the scenario stays."""

    def edit(book: Any) -> None:
        book.remove(book.worksheets[ROUTES])
        book.remove(book.worksheets[TRAINS])
        cell(FLOWS, "C3", 0)(book)

    found = with_workbook(world, saved(world, tmp_path / "week.xlsx", edit))
    assert found.flows["arrivals"].boxes == 0
    assert found.digest != world.digest
    assert found.network == world.network


def test_sheets_may_be_renamed_and_the_hidden_keys_lost(world: Scenario, tmp_path: Path) -> None:
    """Columns are known by their titles when the first row is gone."""

    def edit(book: Any) -> None:
        for n, sheet in enumerate(book.worksheets[FLOWS : ROUTES + 1]):
            sheet.title = f"Sheet {n}"
            sheet.delete_rows(1)

    found = with_workbook(world, saved(world, tmp_path / "week.xlsx", edit, language="kk"))
    assert found.flows == world.flows


def test_files_that_are_no_workbook_are_refused(world: Scenario, tmp_path: Path) -> None:
    """Text, a missing file, and a zip that unpacks to far more than it is: one sentence each."""
    text = tmp_path / "text.xlsx"
    text.write_text("boxes: many", encoding="utf-8")
    bomb = tmp_path / "bomb.xlsx"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", b"0" * 70_000_000)
    bomb.write_bytes(packed.getvalue())
    keys = []
    for path in (text, bomb, tmp_path / "missing.xlsx"):
        with pytest.raises(InputError) as caught:
            with_workbook(world, path)
        keys.append(caught.value.key)
    assert keys == ["error.sheet_kind", "error.sheet_unpacks", "error.sheet_unreadable"]


def test_a_scenario_without_a_network_has_no_week(tmp_path: Path) -> None:
    """The toy by itself is refused."""
    with pytest.raises(UsageError) as caught:
        with_workbook(read("toy"), tmp_path / "any.xlsx")
    assert caught.value.key == "error.no_network"


@pytest.mark.parametrize("language", LANGUAGES)
def test_departures_are_written_as_they_are_read(language: str) -> None:
    """Every day of the week, in every language; to the second."""
    for day in range(7):
        for within in (0, 6 * MS_PER_HOUR + 30 * MS_PER_MINUTE, MS_PER_DAY - 1000):
            time_ms = day * MS_PER_DAY + within
            assert departure_ms(written_departure(time_ms, language)) == time_ms
    for wrong in ("Mon", "06:00", "Mon 24:00", "Mon 6:60", "Someday 06:00", ""):
        assert departure_ms(wrong) is None
