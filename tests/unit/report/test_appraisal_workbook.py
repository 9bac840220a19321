"""The workbook of a list, calculated by hand: it says what the list says, and follows a rate."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from appraised_lists import PRICES, listed
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.appraisal_workbook import appraisal_workbook
from keruen.scenario.read_projects import read_projects
from keruen.study.appraising import AppraisalEffort, ListAppraisal, Subject, appraise
from keruen.study.appraising.results import ValueAtRate

CHEAP = AppraisalEffort(replications=1, days=1, most_run=0, draws=20)
CELL = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


class Sheets:
    """A tiny spreadsheet: numbers, + - * / ^, SUM, SUMPRODUCT and NPV."""

    def __init__(self, content: bytes) -> None:
        self.book: Any = load_workbook(io.BytesIO(content))

    def value(self, sheet: str, cell: str) -> float:
        """A cell, calculated; nothing is nought, as a spreadsheet has it."""
        found = self.book[sheet][cell].value
        if isinstance(found, str) and found.startswith("="):
            return float(eval(self._python(sheet, found[1:]), {"__builtins__": {}}, self._words()))
        return float(found) if isinstance(found, int | float) else 0.0

    def _python(self, sheet: str, formula: str) -> str:
        def named(match: re.Match[str]) -> str:
            page, column, row, end, last = match.groups()
            ends = (f"{column}{row}", f"{end}{last}" if end else "")
            return f"at({(page or sheet)!r}, {ends[0]!r}, {ends[1]!r})"

        return CELL.sub(named, formula).replace("^", "**")

    def _words(self) -> dict[str, Any]:
        def at(sheet: str, first: str, last: str) -> float | list[float]:
            if not last:
                return self.value(sheet, first)
            cells = self.book[sheet][f"{first}:{last}"]
            return [self.value(sheet, one.coordinate) for row in cells for one in row]

        def npv(rate: float, flows: Sequence[float]) -> float:
            return math.fsum(f / (1 + rate) ** n for n, f in enumerate(flows, 1))

        def sumproduct(a: Sequence[float], b: Sequence[float]) -> float:
            return math.fsum(x * y for x, y in zip(a, b, strict=True))

        return {"at": at, "SUM": math.fsum, "NPV": npv, "SUMPRODUCT": sumproduct}


def written(path: Path) -> tuple[ListAppraisal, Sheets]:
    """A list appraised, and its workbook."""
    subject = Subject(path=path)
    found = appraise(subject, effort=CHEAP)
    names = ListNames(
        found=found, document=read_projects(path), scenario=subject.at(()), language="en"
    )
    return found, Sheets(appraisal_workbook(names))


def at_rate(found: ListAppraisal, key: str, rate: float) -> ValueAtRate:
    """The value of a project at a rate of its curve."""
    (project,) = (one for one in found.projects if one.key == key)
    return next(one for one in project.curve if one.rate == rate)


def row_of(sheets: Sheets, sheet: str, label: str) -> int:
    """The row that a label begins."""
    return next(row[0].row for row in sheets.book[sheet].rows if row[0].value == label)


CLAIM = {
    "title": dict.fromkeys(("en", "ru", "kk", "zh"), "Jobs"),
    "thing": "jobs",
    "side": "B",
    "amount": "2 mln USD2025",
    "first": 2033,
}
NORTH: dict[str, Any] = {
    "effect": "wider",
    "capital": {"2030": "3 mln USD2025", "2031": "500 mln KZT2025"},
    "paid_by": {"ktz": 0.75, "hefei": 0.25},
    "life": "40.5 yr",
    "benefits": {"jobs": CLAIM},
    "own_share": 0.5,
    "others_gain": "40 mln KZT2025",
}


def test_every_side_to_the_last_tenge(tmp_path: Path) -> None:
    """The workbook's formulas make the list's own values, at the common rate and at 12 %."""
    found, sheets = written(listed(tmp_path, {"north": NORTH}))
    for rate, column in ((0.08, "B"), (0.12, "F")):
        value = at_rate(found, "north", rate)
        assert value.a is not None
        assert value.a != 0
        for label, amount in (
            ("A", value.a),
            ("B", value.b),
            ("third", value.third),
            ("joint", value.joint_low),
        ):
            row = row_of(sheets, "north", label)
            assert sheets.value("north", f"{column}{row}") == pytest.approx(amount, abs=0.5)


def test_a_rate_moves_every_value(tmp_path: Path) -> None:
    """An auditor puts 12 % where 8 % stood: the common value is that of 12 %."""
    found, sheets = written(listed(tmp_path, {"north": NORTH}))
    given = row_of(sheets, "Given", "Common rate of discount")
    sheets.book["Given"][f"B{given}"].value = 0.12
    row = row_of(sheets, "Values", "x")
    assert sheets.value("Values", f"E{row}") == pytest.approx(
        at_rate(found, "north", 0.12).joint_low, abs=0.5
    )


def test_an_unknown_share_has_two_joint_values(tmp_path: Path) -> None:
    """All of the price used up, and nothing of it: both ends, and no side is made up."""
    unknown = {key: {"payer": "shippers-a", "payee": "ktz"} for key in PRICES}
    found, sheets = written(listed(tmp_path, {"north": {**NORTH, "prices": unknown}}))
    value = at_rate(found, "north", 0.08)
    assert value.a is None
    assert value.joint_low < value.joint_high
    row = row_of(sheets, "Values", "x")
    ends = sorted(sheets.value("Values", f"{column}{row}") for column in "EF")
    assert ends == pytest.approx([value.joint_low, value.joint_high], abs=0.5)
    assert sheets.book["Values"][f"B{row}"].value == "not known"
