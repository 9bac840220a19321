"""What sources claim, read as figures, held against one another and against what is plausible.

Knows statements, units and ratios; says nothing in words: the sentences are in the catalogue, area
``claims`` (``claims.check_…``, ``claims.unit_…``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from keruen.scenario.models import ClaimSubject, RatioCheck, Scenario, Statement
from keruen.scenario.quantities import split_quantity
from keruen.units import DAYS_PER_YEAR

Agreement = Literal["single", "agree", "differ", "not_comparable"]
Outcome = Literal["implausible", "contradiction", "plausible", "unchecked"]

NO_ADDRESS: Final = "no address published"
"""The source of a statement without a published address; said in the reader's language."""

_AGREEING_SPREAD: Final = 1.1
"""Statements within a tenth of one another say the same, rounded."""

_WORDS: Final[dict[str, tuple[float, str]]] = {
    "%": (0.01, ""),
    "kt": (1e3, "t"),
    "Mt": (1e6, "t"),
    "kg": (1e-3, "t"),
    "m2": (1e-4, "ha"),
    "m²": (1e-4, "ha"),
    "km": (1e3, "m"),
    "yr": (DAYS_PER_YEAR, "d"),
    "month": (DAYS_PER_YEAR / 12, "d"),
    "h": (1 / 24, "d"),
    "min": (1 / 1440, "d"),
    "boxes": (1.0, "box"),
    "cars": (1.0, "car"),
    "cranes": (1.0, "crane"),
    "jobs": (1.0, "job"),
    "projects": (1.0, "project"),
    "stations": (1.0, "station"),
    "trains": (1.0, "train"),
}
"""Word of a unit → factor and base word; a word that is not here is its own base."""

COUNTED: Final = {"network.n_dispatching_stations": "stations"}
"""What a check may divide beside statements: a count of the scenario → its unit."""

SPOKEN_UNITS: Final = (
    "%",
    "KZT",
    "KZT·yr/box",
    "Mt/yr",
    "TEU/yr",
    "TEU/yr/crane",
    "boxes/train",
    "boxes/yr",
    "boxes/yr/job",
    "cars/box",
    "cars/yr",
    "cranes",
    "h",
    "ha",
    "jobs",
    "m2",
    "min",
    "projects",
    "stations",
    "t/box",
    "t/yr",
    "trains/d",
)
"""Units that the catalogue can say in every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReview:
    """One statement, read.

    Parameters
    ----------
    key, statement : as in the scenario.
    amount : the figure, scale words multiplied out; None for a date or a word.
    unit : as written; "" for a bare number, a date or a word.
    """

    key: str
    statement: Statement
    amount: float | None
    unit: str

    @property
    def unit_key(self) -> str:
        """Catalogue key of the unit, to be filled with ``value``; "" where there is none."""
        return unit_key(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReview:
    """One statement divided by another, held against its plausible range.

    Parameters
    ----------
    key, check : as in the scenario.
    value : the ratio, in the check's unit.
    """

    key: str
    check: RatioCheck
    value: float

    @property
    def is_plausible(self) -> bool:
        """Whether the ratio lies in its plausible range, ends included."""
        return self.check.plausible_low <= self.value <= self.check.plausible_high

    @property
    def unit_key(self) -> str:
        """Catalogue key of the unit, to be filled with ``value``; "" where there is none."""
        return unit_key(self.check.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReview:
    """A subject with all that is said on it, and what follows.

    Parameters
    ----------
    key, claim : as in the scenario.
    statements : by key.
    spread : largest amount over smallest; None where they cannot be compared.
    agreement : `single` (one statement), `agree`, `differ`, or `not_comparable` (other units).
    checks : by key.
    """

    key: str
    claim: ClaimSubject
    statements: tuple[StatementReview, ...]
    spread: float | None
    agreement: Agreement
    checks: tuple[CheckReview, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst that can be said: implausible, a contradiction, plausible, or unchecked."""
        if any(not check.is_plausible for check in self.checks):
            return "implausible"
        if self.agreement == "differ":
            return "contradiction"
        return "plausible" if self.checks or self.agreement == "agree" else "unchecked"


def review(scenario: Scenario) -> tuple[ClaimReview, ...]:
    """Read and hold against one another all claims of a scenario, by key.

    Parameters
    ----------
    scenario : Scenario
        With its claims and the checks between them.

    Returns
    -------
    tuple[ClaimReview, ...]
        One for each claim's subject.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> [r.outcome for r in review(read("kostanay-hefei")) if r.key == "capacity"]
    ['implausible']
    """
    return tuple(_review_of(scenario, key) for key in sorted(scenario.claims))


def unit_key(unit: str) -> str:
    """The catalogue key of a unit that is spoken in every language, else "".

    Examples
    --------
    >>> unit_key("KZT·yr/box"), unit_key("furlongs")
    ('claims.unit_kzt_yr_per_box', '')
    """
    if unit not in SPOKEN_UNITS:
        return ""
    words = unit.lower().replace("%", "percent").replace("/", "_per_").replace("·", "_")
    return f"claims.unit_{words}"


def ratio_of(scenario: Scenario, check: RatioCheck) -> float | None:
    """A check's ratio in its unit; None when a side has no amount or the units do not agree."""
    sides = [_base(scenario, path) for path in (check.numerator, check.denominator)]
    above, below = sides
    if above is None or below is None or below[0] == 0:
        return None
    exponents = dict(above[1])
    for word, power in below[1].items():
        exponents[word] = exponents.get(word, 0) - power
    factor, wanted = _factor(check.unit)
    if {word: power for word, power in exponents.items() if power} != wanted:
        return None
    return above[0] / below[0] / factor


def is_there(scenario: Scenario, path: str) -> bool:
    """Whether a check can divide what is at a path: a statement, or a count of the scenario."""
    if path in COUNTED:
        return scenario.network is not None
    return statement_at(scenario, path) is not None


def statement_at(scenario: Scenario, path: str) -> Statement | None:
    """The statement at ``claim.statement``; None when there is none."""
    key, _, statement = path.partition(".")
    claim = scenario.claims.get(key)
    return claim.statements.get(statement) if claim is not None else None


def _review_of(scenario: Scenario, key: str) -> ClaimReview:
    claim = scenario.claims[key]
    statements = tuple(
        _statement_review(name, statement) for name, statement in sorted(claim.statements.items())
    )
    spread, agreement = _agreement(statements)
    ratios = (
        (name, check, ratio_of(scenario, check)) for name, check in sorted(claim.checks.items())
    )
    return ClaimReview(
        key=key,
        claim=claim,
        statements=statements,
        spread=spread,
        agreement=agreement,
        checks=tuple(
            CheckReview(key=name, check=check, value=value)
            for name, check, value in ratios
            if value is not None
        ),
    )


def _statement_review(key: str, statement: Statement) -> StatementReview:
    split = split_quantity(statement.value)
    amount, unit = split if split is not None else (None, "")
    return StatementReview(key=key, statement=statement, amount=amount, unit=unit)


def _agreement(statements: tuple[StatementReview, ...]) -> tuple[float | None, Agreement]:
    if len(statements) < 2:
        return None, "single"
    amounts = []
    dimensions = []
    for review_ in statements:
        if review_.amount is None:
            words = {s.statement.value for s in statements}
            return None, "agree" if len(words) == 1 else "differ"
        factor, exponents = _factor(review_.unit)
        amounts.append(review_.amount * factor)
        dimensions.append(exponents)
    if any(exponents != dimensions[0] for exponents in dimensions) or min(amounts) <= 0:
        return None, "not_comparable"
    spread = max(amounts) / min(amounts)
    return spread, "agree" if spread <= _AGREEING_SPREAD else "differ"


def _base(scenario: Scenario, path: str) -> tuple[float, dict[str, int]] | None:
    """The amount of a statement or a count in base words, with the power of each word."""
    statement = statement_at(scenario, path)
    split = split_quantity(statement.value) if statement is not None else None
    if path in COUNTED and scenario.network is not None:
        split = float(scenario.network.n_dispatching_stations), COUNTED[path]
    if split is None:
        return None
    factor, exponents = _factor(split[1])
    return split[0] * factor, exponents


def _factor(unit: str) -> tuple[float, dict[str, int]]:
    """Factor to base words, and the power of each.

    Examples
    --------
    >>> _factor("Mt/yr")
    (2739.72602739726, {'t': 1, 'd': -1})
    """
    factor, exponents = 1.0, dict[str, int]()
    for position, part in enumerate(unit.split("/")):
        sign = 1 if position == 0 else -1
        for word in part.replace("·", " ").split():
            size, base = _WORDS.get(word, (1.0, word))
            factor *= size**sign
            if base:
                exponents[base] = exponents.get(base, 0) + sign
    return factor, {word: power for word, power in exponents.items() if power}
