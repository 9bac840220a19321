"""Whatever lies in a scenario folder, the answer is a scenario or a sentence."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from keruen.errors import InputError, ScenarioError, UsageError
from keruen.i18n import LANGUAGES, describe
from keruen.scenario import cases, names, read
from keruen.scenario.documents import packaged_folder
from keruen.scenario.files import MOST_BYTES
from scenarios import DROP, as_toml, changed, keys, problems, problems_of, toy, write


def toy_bytes() -> bytes:
    """The toy scenario's file."""
    return "".join(f"{key} = {as_toml(value)}\n" for key, value in toy().items()).encode()


def write_raw(folder: Path, raw: bytes, name: str = "broken.toml") -> Path:
    """A folder with the good toy and one file of raw bytes."""
    write(folder, toy())
    (folder / name).write_bytes(raw)
    return folder


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """A folder without a TOML file is one problem that names the folder."""
    (tmp_path / "notes.txt").write_text("x")
    found = problems(tmp_path)
    assert keys(found) == ["empty_folder"]
    assert tmp_path.name in describe(found[0], "en")


@pytest.mark.parametrize("name", ["kostanay", "no/such/folder", "x" * 5000, "a\0b"])
def test_a_missing_folder_is_refused(name: str) -> None:
    """A name that is neither a folder nor packaged is an error that says what there is."""
    with pytest.raises(UsageError) as caught:
        read(name)
    assert caught.value.key == "error.scenario_unknown"
    assert "kostanay-hefei" in describe(caught.value, "ru")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A file in place of a folder is an error of its own."""
    file = tmp_path / "scenario.toml"
    file.write_bytes(toy_bytes())
    with pytest.raises(UsageError) as caught:
        read(file)
    assert caught.value.key == "error.scenario_not_a_folder"


def test_a_folder_wins_over_a_packaged_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder called like a packaged scenario is the one that is read."""
    write(tmp_path / "toy", changed({"calendar.days": 3}))
    monkeypatch.chdir(tmp_path)
    assert read("toy").calendar.days == 3
    (tmp_path / "elsewhere" / "toy").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert read("toy").calendar.days == 1, "an empty folder of that name hides nothing"


def test_packaged_names_are_sorted() -> None:
    """The packaged scenarios are these two."""
    assert names() == ("kostanay-hefei", "starter", "toy")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
def test_a_cut_off_file_is_named_with_its_last_line(share: float, tmp_path: Path) -> None:
    """A file cut in the middle of an entry is a problem with file and line, and not the first only."""
    raw = toy_bytes()
    # Behind a whole letter: what breaks off within one is refused as no UTF-8.
    raw = raw[: int(len(raw) * share)].decode(errors="ignore").encode()
    (tmp_path / "scenario.toml").write_bytes(raw)
    found = problems(tmp_path)
    line = raw.count(b"\n") + 1
    assert found[0].key in ("problem.toml_cut_off", "problem.toml_syntax")
    assert found[0].parameters["place"].split(":")[:2] == ["scenario.toml", str(line)]  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["boxes =", "[flow", 'boxes = "53', "x = [1,", 'x = { a = "b"'])
def test_a_cut_off_entry_is_called_so(text: str, tmp_path: Path) -> None:
    """An entry that breaks off at the end of the file is recognised as cut off, in line 2."""
    found = problems(write_raw(tmp_path, f"# comment\n{text}".encode()))
    assert keys(found) == ["toml_cut_off"]
    assert found[0].parameters["place"] == "broken.toml:2"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\na = 2\n", "broken.toml:2:6"),
        ("[a]\nx = 1\n[a]\ny = 2\n", "broken.toml:3:3"),
        ("a = { x = 1, x = 2 }\n", "broken.toml:1:20"),
    ],
)
def test_a_key_written_twice_is_called_so(text: str, place: str, tmp_path: Path) -> None:
    """The same key twice in one file is a problem at the second one."""
    found = problems(write_raw(tmp_path, text.encode()))
    assert keys(found) == ["toml_key_twice"]
    assert str(found[0].parameters["place"]).rpartition(":")[0] == place.rpartition(":")[0]


def test_a_key_in_two_files_is_called_so(tmp_path: Path) -> None:
    """A key that stands in two files is a problem that names both places."""
    found = problems(write_raw(tmp_path, b'[calendar]\ndays = 5\nwarm_up = "0 d"\n', "z.toml"))
    assert keys(found) == ["key_twice", "key_twice"]
    assert found[0].parameters == {
        "place": "z.toml: calendar.days",
        "other": "scenario.toml: calendar.days",
    }


def test_tables_may_be_spread_over_files(tmp_path: Path) -> None:
    """Files that give different keys of one table are one table."""
    document = toy()
    days = document["calendar"].pop("days")
    write(tmp_path, document)
    (tmp_path / "a.toml").write_text(f"[calendar]\ndays = {days}\n")
    assert read(tmp_path).digest == read("toy").digest


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1251", "gb18030"])
def test_another_encoding_is_named(encoding: str, tmp_path: Path) -> None:
    """A file in UTF-16, a Russian or a Chinese code page is named, and UTF-8 is asked for."""
    text = 'note = "Учебный терминал"' if encoding == "cp1251" else 'note = "教学场站"'
    found = problems(write_raw(tmp_path, f"# x\n{text}\n".encode(encoding)))
    assert keys(found) == ["not_utf8"]
    sentence = describe(found[0], "en")
    assert "broken.toml" in sentence
    assert "UTF-8" in sentence


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """UTF-8 with a mark at its beginning, as some editors save it, is read."""
    (tmp_path / "scenario.toml").write_bytes(b"\xef\xbb\xbf" + toy_bytes())
    assert read(tmp_path).digest == read("toy").digest


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """A file beyond the limit is not even parsed."""
    found = problems(write_raw(tmp_path, b"#" * (MOST_BYTES + 1)))
    assert keys(found) == ["file_too_large"]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        ".".join(["a"] * 5000) + " = 1",
        "a = " + "{ a = " * 900 + "1" + " }" * 900,
        "a = " + "[" * 12 + "]" * 12,
    ],
)
def test_deep_nesting_is_refused(text: str, tmp_path: Path) -> None:
    """Tables within tables without end are a problem, not a crash."""
    assert keys(problems(write_raw(tmp_path, text.encode()))) == ["too_deep"]


def test_nesting_up_to_the_limit_is_read(tmp_path: Path) -> None:
    """Twelve levels, the document itself counted, are still read, and are then an unknown key."""
    found = problems(write_raw(tmp_path, ("a = " + "[" * 11 + "]" * 11).encode()))
    assert keys(found) == ["unknown_key"]


def test_a_number_without_end_is_refused(tmp_path: Path) -> None:
    """A whole number of five thousand digits is a problem, not a crash."""
    assert keys(problems(write_raw(tmp_path, b"a = " + b"9" * 5000))) == ["toml_syntax"]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder or a pipe called like a file is a problem, and nothing hangs."""
    write(tmp_path, toy())
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    found = problems(tmp_path)
    assert keys(found) == ["file_unreadable"] * 3
    assert [p.parameters["reason"] for p in found] == [
        "problem.reason_not_a_file",
        "problem.reason_gone",
        "problem.reason_not_a_file",
    ]


def test_a_name_in_foreign_bytes_can_be_said(tmp_path: Path) -> None:
    """A file name that is no text still makes a sentence that can be printed."""
    write(tmp_path, toy())
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.toml")).write_bytes(b"a =")
    for language in LANGUAGES:
        describe(problems(tmp_path)[0], language).encode()


@pytest.mark.parametrize("name", ["services", "flows", "terminal", "scenario", "commodities"])
def test_a_broken_file_is_not_blamed_on_the_others(name: str, tmp_path: Path) -> None:
    """When one file cannot be read, nobody is told that its tables are missing."""
    shutil.copytree(packaged_folder() / "kostanay-hefei", tmp_path / "copy")
    with (tmp_path / "copy" / f"{name}.toml").open("a", encoding="utf-8") as file:
        file.write("\nboxes = ")
    assert keys(problems(tmp_path / "copy")) == ["toml_cut_off"]


def test_every_file_with_a_fault_is_told(tmp_path: Path) -> None:
    """Two broken files and a wrong value are three problems at once."""
    write(tmp_path, changed({"calendar.days": 0}))
    (tmp_path / "a.toml").write_bytes(b"a = ")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    assert sorted(keys(problems(tmp_path))) == ["not_utf8", "toml_cut_off", "too_small"]


# --- types and keys -----------------------------------------------------------------------------


WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"terminal.gate.n_lane_in": 4}, "unknown_key", "terminal.gate.n_lane_in", "`n_lanes_in`"),
    ({"terminal.blocks.a.n_bay": 4}, "unknown_key", "terminal.blocks.a.n_bay", "`n_bays`"),
    ({"flow": {"a": 1}}, "unknown_key", "flow", "`flows`"),
    ({"digest": "abc"}, "unknown_key", "digest", "calendar"),
    ({"figures": []}, "unknown_key", "figures", "flows"),
    ({"name": "toy"}, "unknown_key", "name", "scenario"),
    ({"value": 5}, "unknown_key", "value", "calendar"),
    ({"law": "fixed"}, "unknown_key", "law", "flows"),
    ({"services.shuttle.wagon_length_m": "5 m"}, "unknown_key", "wagon_length_m", "wagon_length"),
    ({"calendar.days": DROP}, "missing_key", "scenario.toml: calendar", "`days`"),
    ({"terminal.gate": DROP}, "missing_key", "scenario.toml: terminal", "`gate`"),
    ({"limits": DROP}, "missing_key", "*.toml", "`limits`"),
    ({"terminal.tracks.handling.count": 0}, "too_small", "tracks.handling.count", "1"),
    ({"terminal.tracks.handling.count": 65}, "too_large", "tracks.handling.count", "64"),
    ({"terminal.tracks.handling.count": 1.5}, "wrong_type", "handling.count", "whole number"),
    ({"terminal.tracks.handling.count": "four"}, "wrong_type", "handling.count", "whole number"),
    ({"terminal.tracks.handling.count": True}, "wrong_type", "handling.count", "`true`"),
    ({"demand.scale": 0}, "not_above", "demand.scale", "more than 0"),
    ({"demand.scale": float("nan")}, "wrong_type", "demand.scale", "`nan`"),
    ({"demand.scale": float("inf")}, "wrong_type", "demand.scale", "`inf`"),
    ({"demand.scale": "double"}, "wrong_type", "demand.scale", "number"),
    ({"calendar.first_day": "soon"}, "wrong_type", "first_day", "2030-01-01"),
    ({"calendar.first_day": 5}, "wrong_type", "first_day", "2030-01-01"),
    ({"calendar.first_day": date(9999, 12, 31)}, "day_beyond", "first_day", "2200-12-31"),
    ({"calendar.first_day": date(1, 1, 1)}, "day_beyond", "first_day", "1800-01-01"),
    ({"flows.arrivals.customs": "perhaps"}, "wrong_type", "customs", "`true`"),
    ({"flows.arrivals.kind": "imprt"}, "not_a_choice", "kind", "import, export, transit, empty"),
    ({"flows.arrivals.months": [1.0]}, "list_length", "months", "12"),
    ({"flows.arrivals.months": "even"}, "wrong_type", "months", "list"),
    ({"flows.arrivals.title": "Goods"}, "wrong_type", "flows.arrivals.title", "table"),
    ({"flows.arrivals.title/kk": DROP}, "missing_key", "flows.arrivals.title", "`kk`"),
    ({"flows.arrivals.title/en": 7}, "wrong_type", "title.en", "text"),
    ({"flows": 7}, "wrong_type", "flows", "table"),
    ({"flows.Arr ivals": toy()["flows"]["arrivals"]}, "bad_id", "flows.Arr ivals", "hyphens"),
    ({"flows.arrivals.commodity": "Goods!"}, "bad_id", "commodity", "hyphens"),
    ({"scenario.seed": 2**63}, "not_below", "scenario.seed", "less than"),
    ({"terminal.policy.slot": "highest"}, "not_a_choice", "policy.slot", "lowest_stack"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_wrong_key_or_type_is_named(number: int, tmp_path: Path) -> None:
    """A wrong key, type or bound is one problem that names the key and what is allowed."""
    changes, problem, place, word = WRONG[number]
    if any("/" in path for path in changes):
        document = toy()
        for path, value in changes.items():
            dotted, _, last = path.partition("/")
            changed({f"{dotted}.{last}": value}, document)
        found = problems(write(tmp_path, document))
    else:
        found = problems_of(tmp_path, changes)
    found = tuple(p for p in found if p.key != "problem.no_source")
    assert keys(found) == [problem]
    assert place in str(found[0].parameters["place"])
    assert word in describe(found[0], "en")
    for language in LANGUAGES:
        sentence = describe(found[0], language)
        for english in ("Input should be", "valid", "Extra inputs", " or "):
            assert english not in sentence or language == "en"


def test_a_key_has_no_unit(tmp_path: Path) -> None:
    """A key with a unit in its name is unknown even when the right one is missing."""
    service = {"services.shuttle.wagon_length": DROP, "services.shuttle.wagon_length_m": "14 m"}
    assert sorted(keys(problems_of(tmp_path, service))) == ["missing_key", "unknown_key"]


# --- cases and overrides ------------------------------------------------------------------------


def with_case(folder: Path, text: str, name: str = "more") -> Path:
    """The toy with one case."""
    write(folder, toy())
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "cases" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


HEAD = '[case.title]\nen = "m"\nru = "м"\nkk = "м"\nzh = "多"\n'
REASON = 'source = "assumption"\nnote = "test"\n'


def test_a_case_changes_what_it_says_and_no_more(tmp_path: Path) -> None:
    """A case replaces single values deep in tables and leaves their neighbours."""
    folder = with_case(tmp_path, f"{REASON}{HEAD}[terminal.gate]\nn_lanes_in = 3\n")
    base, more = read(folder), read(folder, cases=["more"])
    assert more.terminal.gate.n_lanes_in == 3
    assert more.terminal.gate.n_lanes_out == base.terminal.gate.n_lanes_out == 1
    assert (base.case, more.case) == ("base", "more")
    assert more.case_title is not None
    assert more.case_title.in_language("zh") == "多"
    assert more.digest != base.digest
    assert cases(folder) == ("more",)


def test_cases_stack_in_order(tmp_path: Path) -> None:
    """Of two cases that change the same key the later wins, and both give their titles."""
    with_case(tmp_path, f"{REASON}{HEAD}[terminal.gate]\nn_lanes_in = 3\nn_lanes_out = 2\n", "a")
    with_case(tmp_path, f"{REASON}{HEAD}[terminal.gate]\nn_lanes_in = 4\n", "b")
    both = read(tmp_path, cases=["a", "b"])
    assert (both.terminal.gate.n_lanes_in, both.terminal.gate.n_lanes_out) == (4, 2)
    assert read(tmp_path, cases=["b", "a"]).terminal.gate.n_lanes_in == 3
    assert both.case == "a+b"
    assert both.case_title is not None
    assert both.case_title.en == "m + m"


def test_a_case_may_remove_entries(tmp_path: Path) -> None:
    """`remove` takes a flow out; removing what is not there is a problem."""
    folder = with_case(tmp_path, f'remove = ["flows.arrivals"]\n{HEAD}')
    assert sorted(read(folder, cases=["more"]).flows) == ["departures"]
    folder = with_case(tmp_path, f'remove = ["flows.arrival", "x.y"]\n{HEAD}')
    assert keys(problems(folder, cases=["more"])) == ["remove_unknown"] * 2
    folder = with_case(tmp_path, f'remove = "flows.arrivals"\n{HEAD}')
    assert keys(problems(folder, cases=["more"])) == ["wrong_type"]


def test_a_case_may_change_one_parameter_of_a_law(tmp_path: Path) -> None:
    """A case that gives the median alone keeps the law and its other parameter."""
    document = changed({"flows.arrivals.stay": {"law": "lognormal", "median": "1 d", "p90": "5 d"}})
    write(tmp_path, document)
    (tmp_path / "cases").mkdir()
    case = f'{HEAD}[flows.arrivals.stay]\nmedian = "3 d"\n{REASON}'
    (tmp_path / "cases" / "slow.toml").write_text(case, encoding="utf-8")
    stay = read(tmp_path, cases=["slow"]).flows["arrivals"].stay
    assert (stay.law, stay.median_ms, stay.p90_ms) == ("lognormal", 3 * 86_400_000, 5 * 86_400_000)


def test_a_case_gives_its_own_reason(tmp_path: Path) -> None:
    """A case does not lend its reason to the base, nor the base to the case."""
    folder = with_case(tmp_path, f"{HEAD}[terminal.gate]\nn_lanes_in = 3\n")
    found = problems(folder, cases=["more"])
    assert keys(found) == ["no_source"]
    assert found[0].parameters["place"] == "cases/more.toml: terminal.gate.n_lanes_in"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[case]\n", ["missing_key"]),
        ('[case]\ntitel = "x"\n', ["unknown_key", "missing_key"]),
        ('[case]\ntitle = "x"\n', ["wrong_type"]),
        ('[case.title]\nen = "x"\n', ["missing_key"] * 3),
        (f"{HEAD}value = 5\n", ["unknown_key"]),
        ("case = 5\n", ["missing_key"]),
        ("[case\n", ["toml_syntax"]),
    ],
)
def test_a_case_has_a_title(text: str, wanted: list[str], tmp_path: Path) -> None:
    """A case without a title in four languages is refused, in our own words."""
    found = problems(with_case(tmp_path, text), cases=["more"])
    assert keys(found) == wanted
    assert all("cases/more.toml" in str(p.parameters["place"]) for p in found)


@pytest.mark.parametrize("name", ["mroe", "../scenario", "", "more.toml"])
def test_an_unknown_case_is_refused(name: str, tmp_path: Path) -> None:
    """A case that is not there is an error that names the nearest; no path gets out of the folder."""
    folder = with_case(tmp_path, HEAD)
    with pytest.raises(UsageError) as caught:
        read(folder, cases=[name])
    assert caught.value.key == "error.unknown_case"
    assert "more" in describe(caught.value, "kk")


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("terminal.gate.n_lanes_in=5", "terminal.gate.n_lanes_in", 5),
        ("terminal.gate.n_lanes_in = 5", "terminal.gate.n_lanes_in", 5),
        ("terminal.policy.slot=first_fit", "terminal.policy.slot", "first_fit"),
        ('terminal.policy.slot="first_fit"', "terminal.policy.slot", "first_fit"),
        ("terminal.blocks.a.distance=750 m", "terminal.blocks.a.distance_m", 750.0),
        ("calendar.days=30", "calendar.days", 30),
        ("scenario.replications=9", "scenario.replications", 9),
        ("flows.arrivals.customs=true", "flows.arrivals.customs", True),
        ("flows.arrivals.sizes={42G1 = 0.5, 45G1 = 0.5}", "flows.arrivals.sizes.45G1", 0.5),
        ("flows.arrivals.stay={law='exponential', mean='1 d'}", "flows.arrivals.stay.law", "ex"),
    ],
)
def test_an_override_sets_one_value(override: str, path: str, value: object) -> None:
    """`key=value` on top of everything is read as TOML would, a bare word as text."""
    node: Any = read("toy", [override])
    for key in path.split("."):
        node = node[key] if isinstance(node, dict) else getattr(node, key)
    if value == "ex":
        assert node == "exponential"
    else:
        assert node == value
        assert type(node) is type(value)


def test_an_override_is_its_own_reason() -> None:
    """A figure set for one run is an assumption whose note is the change itself."""
    figures = {f.path: f for f in read("toy", ["terminal.gate.n_lanes_in=5"]).figures}
    figure = figures["terminal.gate.n_lanes_in"]
    assert (figure.is_assumption, figure.note) == (True, "terminal.gate.n_lanes_in = 5")


@pytest.mark.parametrize(
    "override", ["", "x", "=5", "a..b=5", ".a=5", "a.=5", ".".join("a" * 50) + "=1"]
)
def test_an_override_has_a_key_and_a_value(override: str) -> None:
    """What is not ``key=value`` is refused with an example."""
    with pytest.raises(UsageError) as caught:
        read("toy", [override])
    assert caught.value.key == "error.override_form"


@pytest.mark.parametrize(
    ("override", "key"),
    [
        ("terminal.gate.n_lane_in=5", "unknown_key"),
        ("terminal.gate.n_lanes_in=-5", "too_small"),
        ("terminal.gate.n_lanes_in=5\nx=1", "wrong_type"),
        ("terminal.gate=5", "wrong_type"),
        ("terminal.gate.n_lanes_in.deep=5", "wrong_type"),
        ("calendar.days.x=5", "wrong_type"),
        ("flows.arrivals.stay=3", "quantity_no_unit"),
    ],
)
def test_a_wrong_override_is_a_problem(override: str, key: str) -> None:
    """An override goes through the same checks as a file, and is named without one."""
    with pytest.raises(InputError) as caught:
        read("toy", [override])
    assert isinstance(caught.value, ScenarioError)
    assert f"problem.{key}" in [p.key for p in caught.value.problems]
    assert not any(".toml" in str(p.parameters["place"]) for p in caught.value.problems)
