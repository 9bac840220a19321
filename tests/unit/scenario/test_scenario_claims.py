"""Claims are held against one another with units, and nothing is corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keruen.i18n import LANGUAGES
from keruen.i18n.messages import catalogue
from keruen.scenario import read, review
from keruen.scenario.claims import NO_ADDRESS, SPOKEN_UNITS, ClaimReview, unit_key
from scenarios import read_changed

TITLE = {"en": "x", "ru": "x", "kk": "x", "zh": "x"}


def claim(*values: str, checks: dict[str, Any] | None = None) -> dict[str, Any]:
    """A claim with statements a, b, c … of these values."""
    statements = {
        "abcdef"[n]: {"value": value, "who": TITLE, "as_of": "2025", "source": "s"}
        for n, value in enumerate(values)
    }
    return {"title": TITLE, "statements": statements, "checks": checks or {}}


def reviewed(folder: Path, claims: dict[str, Any]) -> dict[str, ClaimReview]:
    """The reviews of the toy with claims, by key."""
    return {r.key: r for r in review(read_changed(folder, {"claims": claims}))}


@pytest.mark.parametrize(
    ("values", "spread", "agreement", "outcome"),
    [
        (("133 ha", "157 ha"), 157 / 133, "differ", "contradiction"),
        (("64 bn KZT", "63.8 bn KZT"), 64 / 63.8, "agree", "plausible"),
        (("64 bn KZT", "37000 mln KZT"), 64 / 37, "differ", "contradiction"),
        (("11 Mt/yr", "310500 t/yr"), 11e6 / 310_500, "differ", "contradiction"),
        (("55 min", "1 h"), 60 / 55, "agree", "plausible"),
        (("350000 TEU/yr", "350000 boxes/yr"), None, "not_comparable", "unchecked"),
        (("2027-12", "2027-12"), None, "agree", "plausible"),
        (("2027-12", "2026-12"), None, "differ", "contradiction"),
        (("42 stations",), None, "single", "unchecked"),
        (("0 jobs", "5 jobs"), None, "not_comparable", "unchecked"),
    ],
)
def test_statements_are_compared(
    values: tuple[str, ...], spread: float | None, agreement: str, outcome: str, tmp_path: Path
) -> None:
    """Amounts are compared in one unit; dates and words as they are written."""
    found = reviewed(tmp_path, {"subject": claim(*values)})["subject"]
    assert found.spread == (None if spread is None else pytest.approx(spread))
    assert (found.agreement, found.outcome) == (agreement, outcome)


@pytest.mark.parametrize(
    ("values", "unit", "low", "high", "ratio"),
    [
        (("11 Mt/yr", "400000 boxes/yr"), "t/box", 1, 26.5, 27.5),
        (("400000 boxes/yr", "61 boxes/train"), "trains/d", 1, 100, 400_000 / 61 / 365),
        (("64 bn KZT", "400000 boxes/yr"), "KZT·yr/box", 1, 1e6, 160_000),
        (("11 Mt/yr", "32 Mt/yr"), "%", 0, 100, 34.375),
        (("310500 t/yr", "682 %"), "t/yr", 0, 1e6, 310_500 / 6.82),
        (("133 ha", "1330000 m2"), "", 1, 2, 1.0),
        (("133 ha", "1330000 m2"), "", 0.5, 1, 1.0),
        (("500 jobs", "50 jobs"), "", 0.5, 2, 10.0),
        (("12 t·t", "3 t"), "t", 0.5, 2, 4.0),
    ],
)
def test_a_ratio_is_taken_in_its_unit(
    values: tuple[str, str], unit: str, low: float, high: float, ratio: float, tmp_path: Path
) -> None:
    """One statement over another gives the figure that a person would find by hand."""
    check = {
        "numerator": "subject.a",
        "denominator": "subject.b",
        "unit": unit,
        "plausible_low": float(low),
        "plausible_high": float(high),
        "title": TITLE,
        "source": "s",
    }
    found = reviewed(tmp_path, {"subject": claim(*values, checks={"ratio": check})})["subject"]
    assert found.checks[0].value == pytest.approx(ratio)
    assert found.checks[0].is_plausible == (low <= ratio <= high)
    assert (found.outcome == "implausible") == (not low <= ratio <= high)


def test_the_contradictions_of_the_dry_port_are_found() -> None:
    """The packaged scenario keeps the statements that cannot all be true, and says so."""
    found = {r.key: r for r in review(read("kostanay-hefei"))}
    capacity = {c.key: c for c in found["capacity"].checks}
    assert capacity["tonnes-per-box"].value == pytest.approx(27.5)
    assert not capacity["tonnes-per-box"].is_plausible
    assert found["jobs"].spread == pytest.approx(10)
    assert found["cost"].spread == pytest.approx(64 / 37)
    assert found["site"].spread == pytest.approx(157 / 133)
    assert found["launch"].outcome == "contradiction"
    assert found["khorgos-train-time"].spread == pytest.approx(71 / 47)
    assert found["allur-output"].spread == pytest.approx(90 / 60)
    assert found["share-of-cars"].spread == pytest.approx(60 / 50)
    assert found["duisburg-cranes"].spread == pytest.approx(12 / 6)
    assert found["kia-opening"].outcome == found["kia-start"].outcome == "contradiction"
    assert found["vorsino-capacity"].agreement == "not_comparable"
    assert found["stations"].agreement == "single"
    assert found["traffic-growth"].outcome == "implausible"
    jobs = {c.key: c.is_plausible for c in found["jobs"].checks}
    assert jobs == {"boxes-per-job-50": False, "boxes-per-job-500": True}


def test_every_packaged_statement_can_be_said() -> None:
    """Each figure of a packaged claim has its unit in the catalogue of every language."""
    for found in review(read("kostanay-hefei")):
        for statement in found.statements:
            if statement.amount is not None:
                assert statement.unit_key, statement.statement.value
        for check in found.checks:
            assert check.unit_key or check.check.unit == ""
    for unit in SPOKEN_UNITS:
        for language in LANGUAGES:
            assert "{value}" in catalogue(language)[unit_key(unit)]


def test_every_packaged_statement_has_its_source() -> None:
    """A statement names an address, or says that none was published."""
    for found in review(read("kostanay-hefei")):
        for statement in found.statements:
            source = statement.statement.source
            assert source.startswith("http") or source == NO_ADDRESS
            assert statement.statement.as_of
