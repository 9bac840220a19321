"""The list of the boxes in the yard, as offices write it: read rightly or refused with the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen.cli.main import run
from keruen.errors import ScenarioError
from keruen.scenario import Scenario, read

SHARED = Path(__file__).parents[4] / "shared" / "cases" / "yard-csv"
LISTS = sorted(SHARED.glob("*.csv"))
HEAD = "container_number;size_type;gross_mass_kg;block;bay;row;half;tier;leaves_by;service;leaves;hold_h"
BOX = "CSQU3054383;45G1;24000;laden-a;1;1;;1;truck;;2030-01-07 10:00;"


def yard(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Scenario:
    """The packaged scenario with a yard list of these rows."""
    file = folder / "yard.csv"
    file.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return read("kostanay-hefei", yard=file)


def problems(folder: Path, *rows: str) -> list[tuple[str, dict[str, object]]]:
    """What is wrong with a yard list of these rows."""
    with pytest.raises(ScenarioError) as refused:
        yard(folder, *rows)
    return [(problem.key, dict(problem.parameters)) for problem in refused.value.problems]


@pytest.fixture(scope="module")
def block() -> str:
    """A block of the packaged dry port that takes laden boxes."""
    blocks = read("kostanay-hefei").terminal.blocks
    return min(key for key, block in blocks.items() if block.kind == "laden")


def box(block: str, **cells: str) -> str:
    """One row; what is not told is that of a sound box."""
    usual = dict(zip(HEAD.split(";"), BOX.split(";"), strict=True)) | {"block": block} | cells
    return ";".join(usual.values())


@pytest.mark.parametrize(
    "written",
    ["07.01.2030 10:00", "2030-01-07 10:00", "7 января 2030 г. 10:00", "2030年1月7日 10:00"],
)
def test_a_moment_is_read_as_people_write_it(tmp_path: Path, block: str, written: str) -> None:
    """Local time, points always day.month.year."""
    scenario = yard(tmp_path, box(block, leaves=written))
    assert str(scenario.standing["CSQU3054383"].leaves) == "2030-01-07 10:00:00"


@pytest.mark.parametrize(("written", "grams"), [("24,5", 24_500), ("24000,5", 24_000_500)])
def test_a_decimal_comma_is_read_where_semicolons_separate(
    tmp_path: Path, block: str, written: str, grams: int
) -> None:
    """The comma is the decimal sign of such a table: 24,500 would be 24.5 kg too."""
    scenario = yard(tmp_path, box(block, gross_mass_kg=written, hold_h="1,5"))
    standing = scenario.standing["CSQU3054383"]
    assert standing.gross_mass_kg * 1000 == pytest.approx(grams, abs=1000)
    assert standing.hold_ms == 5_400_000


def test_empty_columns_behind_are_nothing(tmp_path: Path, block: str) -> None:
    """A spreadsheet keeps them; nobody wrote them."""
    scenario = yard(tmp_path, box(block) + ";;", head=HEAD + ";;")
    assert len(scenario.standing) == 1


def test_the_encoding_that_was_read_is_said(tmp_path: Path, block: str) -> None:
    """A list in Windows-1251 is read, and its reader is told how."""
    head = HEAD + ";delivery"
    scenario = yard(
        tmp_path, box(block, leaves="7 января 2030 г.") + ";truck", head=head, encoding="cp1251"
    )
    assert [(note.key, note.parameters["encoding"]) for note in scenario.notes] == [
        ("note.table_encoding", "Windows-1251")
    ]


@pytest.mark.parametrize(
    ("code", "modelled"), [("45G0", "45G1"), ("42U1", "42G1"), ("L5G1", "45G1")]
)
def test_every_size_type_of_the_standard_is_taken(
    tmp_path: Path, block: str, code: str, modelled: str
) -> None:
    """What the twin does not model is the nearest kind, said once with its count."""
    scenario = yard(
        tmp_path,
        box(block, size_type=code),
        box(block, size_type=code, container_number="CSQU3054399", row="2"),
    )
    assert {box.size_type for box in scenario.standing.values()} == {modelled}
    (note,) = scenario.notes
    assert note.key == "note.size_type_mapped"
    assert (note.parameters["code"], note.parameters["modelled"]) == (code, modelled)
    assert note.parameters["count"] == 2


@pytest.mark.parametrize(
    ("cells", "key", "parameter", "value"),
    [
        ({"container_number": "CSQU3054384"}, "problem.container_check", "digit", 3),
        ({"container_number": "СSQU3054383"}, "problem.container_letters", "found", "С"),
        (
            {"container_number": "CSQU\u200b3054383"},
            "problem.container_invisible",
            "found",
            "U+200B",
        ),
        ({"container_number": "CSQ3054383"}, "problem.container_number", "value", "CSQ3054383"),
        ({"leaves": "03/04/2030 10:00"}, "problem.local_time_two_ways", "first", "2030-04-03"),
        ({"leaves": "soon"}, "problem.local_time", "value", "soon"),
        ({"size_type": "99X9"}, "problem.no_such_id", "value", "99X9"),
    ],
)
def test_each_fault_of_a_cell_has_its_own_sentence(
    tmp_path: Path, block: str, cells: dict[str, str], key: str, parameter: str, value: object
) -> None:
    """A wrong check digit, a foreign letter, an invisible one and a wrong form are told apart."""
    ((found, parameters),) = problems(tmp_path, box(block, **cells))
    assert found == key
    assert parameters[parameter] == value


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared cases are not here")
@pytest.mark.parametrize("file", LISTS, ids=[file.stem for file in LISTS])
def test_lists_of_real_offices_are_no_mystery(file: Path) -> None:
    """Only the block, which the packaged dry port does not have, and true faults are named."""
    with pytest.raises(ScenarioError) as refused:
        read("kostanay-hefei", yard=file)
    found = {problem.key for problem in refused.value.problems}
    expected = {"problem.container_check"} if file.stem == "wrongcheck" else {"problem.no_such_id"}
    assert found == expected


def test_a_command_says_how_the_list_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The encoding and what a code is taken for are told beside the answer; a wrong one is refused."""
    file = tmp_path / "yard.csv"
    row = "CSQU3054383;45G0;24000;a;1;1;;1;truck;;7 января 2030 г.;"
    file.write_bytes(f"{HEAD}\n{row}\n".encode("cp1251"))
    command = ["replay", "toy", "--yard", str(file), "--until", "1h", "--language", "en"]
    assert run(command) == 0
    said = capsys.readouterr().err
    assert "Windows-1251" in said
    assert "45G0" in said
    assert run([*command, "--encoding", "utf-8"]) == 2
    assert "UTF-8" in capsys.readouterr().err
    assert run([*command, "--encoding", "koi7"]) == 2
    assert "koi7" in capsys.readouterr().err
