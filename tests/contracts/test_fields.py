"""Every column and every measure says what it is, in a unit that its name repeats."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import numpy as np
import pytest
from source_tree import PACKAGE, constants, modules

from keruen.domain import codes, tables

UNIT_WORDS = {
    "ms": "ms",
    "s": "s",
    "h": "h",
    "kg": "kg",
    "t": "t",
    "m": "m",
    "m2": "m2",
    "teu": "teu",
    "share": "share",
}
"""Word in a name → the unit that the name claims."""

PER = {
    "boxes": "boxes",
    "teu": "teu",
    "tonnes": "t",
    "trains": "trains",
    "moves": "moves",
    "kwh": "kWh",
    "l": "l",
}
PER_BOX = {"kg": "kg", "kzt": "KZT", "usd2025": "USD2025"}
PERIODS = {"per_year": "yr", "per_day": "d", "per_d": "d", "per_h": "h"}


def measures() -> dict[str, dict[str, str]]:
    text = (PACKAGE / "domain" / "measures.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def all_columns() -> Iterator[tuple[str, tables.Column]]:
    for table in tables.table_names():
        for column in tables.columns(table):
            yield table, column


def unit_in(name: str) -> str:
    """The unit that a name claims; empty for a count, an index, a code or a plain ratio."""
    head, found, _ = name.partition("_per_box")
    if found:
        return f"{PER_BOX[head.split('_')[-1]]}/box"
    for suffix, period in PERIODS.items():
        head, found, _ = name.partition(f"_{suffix}")
        if found:
            # `offered_per_year` counts boxes, as everything without a word of its own does.
            return f"{PER.get(head.split('_')[-1], 'boxes')}/{period}"
    if name.startswith("n_"):
        return ""
    return next((UNIT_WORDS[word] for word in reversed(name.split("_")) if word in UNIT_WORDS), "")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("dwell_ms_mean", "ms"),
        ("capacity_teu", "teu"),
        ("n_teu", ""),
        ("teu_per_year", "teu/yr"),
        ("gantry_moves_per_h", "moves/h"),
        ("reshuffles_per_retrieval", ""),
    ],
)
def test_unit_in_a_name(name: str, unit: str) -> None:
    """The ruler itself is right: the unit stands last, a qualifier may follow it."""
    assert unit_in(name) == unit


def test_name_and_unit_of_columns_agree() -> None:
    """A column whose name carries a unit has it, and one that has a unit carries it in its name."""
    wrong = [
        f"{table}.{column.name}: unit {column.unit!r}, name says {unit_in(column.name)!r}"
        for table, column in all_columns()
        if column.unit != unit_in(column.name)
    ]
    assert not wrong


def test_name_and_unit_of_measures_agree() -> None:
    """The same for measures; counts of trains and trucks name what they count."""
    wrong = []
    for name, facts in measures().items():
        said = unit_in(name)
        if not said and name.startswith("n_"):
            said = name.split("_")[1]
        if name.endswith("_hour"):
            said = "h"
        if facts["unit"] != said:
            wrong.append(f"{name}: unit {facts['unit']!r}, name says {said!r}")
    assert not wrong


def test_columns_are_described() -> None:
    """A column has a sentence, a sensible range and, if it is a code, an enumeration."""
    for table, column in all_columns():
        place = f"{table}.{column.name}"
        assert re.fullmatch(r"\S.+\.", column.doc), place
        if column.low is not None and column.high is not None:
            assert column.low <= column.high, place
        if column.codes:
            assert hasattr(codes, column.codes), place
        assert np.dtype(column.dtype).kind in "iufS", place
    for table in tables.table_names():
        assert tables.table_doc(table).endswith("."), table


def test_measures_are_described() -> None:
    """A measure has a sentence, and is made for each code of an enumeration that exists."""
    for name, facts in measures().items():
        assert facts["doc"].endswith("."), name
        assert set(facts) <= {"unit", "doc", "by"}, name
        if "by" in facts:
            assert hasattr(codes, facts["by"]), name


def test_every_column_is_used() -> None:
    """No column lies in the tables that no line of the package reads or writes."""
    used = {text for module in modules() for text in constants(module.tree)}
    idle = [f"{table}.{column.name}" for table, column in all_columns() if column.name not in used]
    assert not idle


def test_every_table_and_measure_is_used() -> None:
    """No table and no measure is only described."""
    used = {text for module in modules() for text in constants(module.tree)}
    assert not [table for table in tables.table_names() if table not in used]
    pieces = "\n".join(sorted(used))
    made = [name for name, facts in measures().items() if "by" not in facts]
    # A family of measures ends in its statistic, which the code may put on in a loop.
    stems = {name: re.sub(r"_(mean|p\d+)$", "", name) for name in made}
    assert not [name for name, stem in stems.items() if name not in used and stem not in pieces]


def test_nothing_undescribed_is_measured() -> None:
    """Every label of a measure in the catalogue belongs to a measure that exists."""
    from keruen.i18n.messages import catalogue

    stems = tuple(measures())
    labels = [
        key.split(".", 1)[1].split("|")[0] for key in catalogue("en") if key.startswith("measure.")
    ]
    assert not [label for label in labels if not label.startswith(stems)]
