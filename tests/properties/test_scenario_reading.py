"""What holds for every scenario, and for everything that is none."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.errors import InputError, ScenarioError
from keruen.i18n import LANGUAGES, describe
from keruen.scenario import Scenario, diff, read
from keruen.scenario.documents import packaged_folder
from keruen.scenario.quantities import split_quantity
from scenarios import as_toml, toy, write

PLAIN = read("toy")
TOY_TEXT = "".join(f"{key} = {as_toml(value)}\n" for key, value in toy().items())


def leaf_paths(node: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Paths of all values that are no tables."""
    if not isinstance(node, dict):
        return [path]
    return [leaf for key, child in node.items() for leaf in leaf_paths(child, (*path, key))]


LEAVES = leaf_paths(toy())
TABLES = sorted({leaf[:-1] for leaf in LEAVES})
"""Paths of all tables, the document itself among them."""

OUR_WORDS = st.sampled_from(
    ["value", "low", "law", "source", "note", "name", "case", "remove", "title", "claims", "flows"]
)
"""Keys that mean something somewhere, and so are most likely to mislead the reader elsewhere."""

words = st.one_of(OUR_WORDS, st.text(min_size=1, max_size=8))

junk = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=12),
    st.sampled_from(["750 m", "-3 h", "120 %", "5 t", "1e999 d", "end of 2027", "2030-01-01"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(
        st.sampled_from(["value", "low", "high", "law", "source", "note", "en", "mean", "x"]),
        st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["5 m", "3 d"])),
        max_size=4,
    ),
)


def turned(node: Any, randomly: Any) -> Any:
    """The same document with the keys of every table in another order."""
    if not isinstance(node, dict):
        return node
    keys = list(node)
    randomly.shuffle(keys)
    return {key: turned(node[key], randomly) for key in keys}


def outcome(folder: Path, *args: Any, **kwargs: Any) -> Scenario | InputError:
    """What reading gives: a scenario, or an error that can be said in every language."""
    try:
        return read(folder, *args, **kwargs)
    except InputError as wrong:
        for language in LANGUAGES:
            sentence = describe(wrong, language)
            sentence.encode()
            assert sentence
        return wrong


@settings(max_examples=25, deadline=None)
@given(randomly=st.randoms(use_true_random=False))
def test_order_changes_nothing(randomly: Any) -> None:
    """Keys in another order, in other files, give an equal scenario: model, figures and digest."""
    document = turned(toy(), randomly)
    lent = {key: document.pop(key) for key in ("source", "note")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "toy"
        n_files = randomly.randint(1, 4)
        parts: list[dict[str, Any]] = [dict(lent) for _ in range(n_files)]
        for key in document:
            if isinstance(document[key], dict) and randomly.random() < 0.5:
                for below in document[key]:
                    part = parts[randomly.randrange(n_files)]
                    part.setdefault(key, {})[below] = document[key][below]
            else:
                parts[randomly.randrange(n_files)].setdefault(key, {}).update(document[key])
        for number, part in enumerate(parts):
            write(folder, part, f"{randomly.randrange(1000)}-{number}.toml")
        found = read(folder)
    assert found.digest == PLAIN.digest
    assert found.figures == PLAIN.figures
    assert found.model_dump() == PLAIN.model_dump()
    assert list(found.flows) == list(PLAIN.flows) == sorted(PLAIN.flows)


@settings(max_examples=60, deadline=None)
@given(leaf=st.sampled_from(LEAVES), value=junk)
def test_a_wrong_value_is_a_problem_and_no_crash(leaf: tuple[str, ...], value: Any) -> None:
    """Any value in place of any other gives a scenario or a sentence in each language."""
    document = toy()
    table = document
    for key in leaf[:-1]:
        table = table[key]
    table[leaf[-1]] = value
    with tempfile.TemporaryDirectory() as name:
        found = outcome(write(Path(name), document))
        assert isinstance(found, Scenario | ScenarioError)


@settings(max_examples=40, deadline=None)
@given(table=st.sampled_from(TABLES), key=words, value=junk)
def test_a_key_too_many_is_a_problem_and_no_crash(
    table: tuple[str, ...], key: str, value: Any
) -> None:
    """Any key added anywhere gives a scenario or a sentence in each language."""
    document = toy()
    node = document
    for part in table:
        node = node[part]
    node[key] = value
    with tempfile.TemporaryDirectory() as name:
        assert isinstance(outcome(write(Path(name), document)), Scenario | ScenarioError)


@settings(max_examples=40, deadline=None)
@given(
    header=st.one_of(st.just({"title": dict.fromkeys(LANGUAGES, "x")}), junk),
    table=st.sampled_from(TABLES),
    entries=st.dictionaries(words, junk, max_size=3),
    remove=st.one_of(junk, st.sampled_from([["flows.arrivals"], ["terminal.blocks"], ["flows"]])),
)
def test_a_wrong_case_is_a_problem_and_no_crash(
    header: Any, table: tuple[str, ...], entries: dict[str, Any], remove: Any
) -> None:
    """A case of any header, any entries and any removals gives a scenario or a sentence."""
    case: dict[str, Any] = {}
    node = case
    for part in table:
        node = node.setdefault(part, {})
    node.update(entries)
    case |= {"case": header, "remove": remove}
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name), toy())
        write(folder / "cases", case, "wrong.toml")
        assert isinstance(outcome(folder, cases=["wrong"]), Scenario | ScenarioError)


@settings(max_examples=60, deadline=None)
@given(start=st.integers(0, len(TOY_TEXT)), length=st.integers(0, 200), paste=st.text(max_size=6))
def test_a_damaged_file_is_a_problem_and_no_crash(start: int, length: int, paste: str) -> None:
    """A file with a piece cut out or pasted in gives a scenario or a sentence in each language."""
    text = TOY_TEXT[:start] + paste + TOY_TEXT[start + length :]
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "scenario.toml").write_text(text, encoding="utf-8", errors="replace")
        assert isinstance(outcome(Path(name)), Scenario | ScenarioError)


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(max_size=300))
def test_junk_is_a_problem_and_no_crash(raw: bytes) -> None:
    """Any bytes in a file beside a good one give a scenario or a sentence in each language."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), toy())
        (Path(name) / "junk.toml").write_bytes(raw)
        assert isinstance(outcome(Path(name)), Scenario | ScenarioError)


@settings(max_examples=60, deadline=None)
@given(override=st.one_of(st.text(max_size=20), st.builds("{}={}".format, st.text(), st.text())))
def test_any_override_is_read_or_refused(override: str) -> None:
    """Any text as an override gives a scenario or a sentence in each language."""
    outcome(packaged_folder() / "toy", [override])


@settings(max_examples=30, deadline=None)
@given(
    lanes=st.integers(1, 64),
    metres=st.floats(0, 5000, allow_nan=False),
    scale=st.floats(0.01, 100),
    share=st.integers(0, 100),
)
def test_overrides_round_trip(lanes: int, metres: float, scale: float, share: int) -> None:
    """A value set by an override is the value that the scenario has, and `diff` tells it."""
    changes = [
        f"terminal.gate.n_lanes_out={lanes}",
        f"terminal.blocks.a.distance={metres!r} m",
        f"demand.scale={scale!r}",
        f"limits.yard_occupancy_p95={share} %",
    ]
    found = read("toy", changes)
    assert found.terminal.gate.n_lanes_out == lanes
    assert found.terminal.blocks["a"].distance_m == metres
    assert found.demand.scale == scale
    assert abs(found.limits.yard_occupancy_p95 - share / 100) < 1e-12
    paths = {path for path, _, _ in diff(PLAIN, found)}
    assert paths <= {change.partition("=")[0] for change in changes}
    assert ("terminal.gate.n_lanes_out" in paths) == (lanes != 1)
    assert read("toy", list(reversed(changes))).digest == found.digest


@given(
    number=st.one_of(st.integers(0, 10**12), st.floats(0, 1e12, allow_nan=False)),
    unit=st.sampled_from(["m", "km", "t/yr", "KZT", "%", "boxes/yr", "jobs"]),
    blank=st.sampled_from(["", " ", "\u00a0"]),
)
def test_a_written_quantity_is_read_back(number: float, unit: str, blank: str) -> None:
    """A number and a unit, written together, are split into the same number and unit."""
    assert split_quantity(f"{number!r}{blank}{unit}") == (float(number), unit)


def test_a_copied_scenario_is_the_same(tmp_path: Path) -> None:
    """The packaged scenario, copied to another place under another name, has the same digest."""
    copy = tmp_path / "copy"
    shutil.copytree(packaged_folder() / "kostanay-hefei", copy)
    for case in ((), ("growth",), ("nameplate", "stage-2")):
        assert read(copy, cases=case).digest == read("kostanay-hefei", cases=case).digest
