"""The accounts of a list as a workbook that calculates: change a rate, and every value moves.

Knows appraised lists and their files; appraises nothing. What is given is money as it is stated,
rates, shares and, in dollars, what the model found; all tenge, flows and values are formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from keruen.appraisal.indicators import RATES
from keruen.appraisal.sides import ACCOUNTS, PARTIES
from keruen.formats.formula_workbooks import (
    CellValue,
    Formula,
    Given,
    Heading,
    address,
    formula_workbook,
)
from keruen.formats.sheets import letters
from keruen.report.chapters.appraisal_names import ListNames
from keruen.scenario.projects import ListedProject
from keruen.scenario.quantities import split_quantity
from keruen.study.appraising.accounts import OWNERS_OF_CLAIMS, rates_of
from keruen.study.appraising.results import AccountLine, ProjectAppraisal

USD: Final = "USD2025"
_FIRST_YEAR_COLUMN: Final = 9
"""Before it: what, who pays, who is paid, share or amount, coefficients of four accounts."""
_COLUMNS: Final = ("A", "B", "third", "joint")
_OF_PROJECT: Final = ("capital", "yearly", "residual", "claim", "others")
"""Lines that follow from a project's file; all others are what the model found."""

Row = list[CellValue]


def appraisal_workbook(names: ListNames) -> bytes:
    """The workbook of a list: what is given, each project's account, and all values together.

    Parameters
    ----------
    names : ListNames
        The list with its files, in a language.

    Returns
    -------
    bytes
        An XLSX file; the same for the same list.
    """
    given = _GivenSheet(names)
    judged = [one for one in names.found.projects if one.risk is not None]
    accounts = {one.key: _Account(names, given, one) for one in judged}
    summary: list[Row] = [
        [Heading(names.say("title", case=names.case))],
        [names.say("workbook_about")],
        [],
        [
            Heading(names.say(f"column_{name}"))
            for name in ("project", "a", "b", "third", "joint", "joint_unused")
        ],
    ]
    for one in judged:
        cells: Row = [Formula(cell) for cell in accounts[one.key].values]
        if one.unknown_prices:
            cells = [*[names.say("not_known")] * len(ACCOUNTS), *cells]
        summary.append([names.project(one.key), *cells])
    sheets: dict[str, Sequence[Row]] = {names.say("sheet_values"): summary, given.title: given.rows}
    for key, account in accounts.items():
        sheets[key] = account.rows
    return formula_workbook(sheets)


class _GivenSheet:
    """Rates: of discount and of currencies, each in a cell of its own."""

    def __init__(self, names: ListNames) -> None:
        self.title = names.say("sheet_given")
        self.rows: list[Row] = [[Heading(self.title)], [names.say("given_about")]]
        found = names.found
        self.common = self._add(names.say("given_rate"), found.common_rate)
        self.curve = [
            self._add(names.say("given_curve", rate=rate), rate)
            for rate in RATES
            if rate != found.common_rate
        ]
        self.of_currency = {
            unit: self._add(names.say("given_currency", unit=unit), rate)
            for unit, rate in sorted(rates_of(names.document, names.scenario).items())
        }

    def _add(self, label: str, value: float) -> str:
        self.rows.append([label, Given(value)])
        return address(self.title, 2, len(self.rows))


@dataclass(slots=True)
class _Account:
    """One project on a sheet of its own: amounts as stated, lines by year, flows, values."""

    names: ListNames
    given: _GivenSheet
    found: ProjectAppraisal
    rows: list[Row] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    """Rows of prices whose share nobody knows."""
    values: list[str] = field(default_factory=list)
    """Cells with the value of each account at the common rate; of unknown shares joint twice."""

    def __post_init__(self) -> None:
        say, project = self.names.say, self.names.document.projects[self.found.key]
        self.rows += [[Heading(self.names.project(self.found.key))], []]
        capital = {
            year: self._money(say("stated_capital", year=year), text)
            for year, text in sorted(project.capital.items())
        }
        stated = {"yearly": self._money(self.names.line("yearly"), project.yearly)}
        for name, claim in sorted(project.benefits.items()):
            title = claim.title.in_language(self.names.language)
            stated[name] = self._money(title, claim.amount)
        if project.others_gain is not None:
            stated["others:"] = self._money(self.names.line("others"), project.others_gain)
        self.rows.append([])
        heads = ["line", "payer", "payee", "share", "to_a", "to_b", "to_third", "to_joint"]
        row: Row = [Heading(say(f"column_{name}")) for name in heads]
        self.rows.append([*row, *(float(year) for year in self._years)])
        service = self._row([say("stated_service"), *[None] * 7, *self._service(project)])
        whole = self._row([say("stated_whole"), *[None] * 7, *self._capital(capital)])
        first = len(self.rows) + 1
        self._costs(project, (service, whole), stated)
        for line in self.found.lines:
            if line.key.partition(":")[0] not in _OF_PROJECT:
                self._found_line(line)
        self._flows(first, len(self.rows))

    @property
    def _years(self) -> range:
        found = self.names.found
        return range(found.first_year, found.first_year + found.n_years)

    def _row(self, cells: Sequence[CellValue]) -> int:
        self.rows.append(list(cells))
        return len(self.rows)

    def _money(self, label: str, text: str) -> str:
        """A sum as stated and in tenge; returns the cell of the latter."""
        split = split_quantity(text)
        assert split is not None, "money that is none"
        amount, unit = split
        row = len(self.rows) + 1
        rate = self.given.of_currency.get(unit, "0")
        self.rows.append([label, Given(amount), unit, Formula(f"B{row}*{rate}")])
        return f"$D${row}"

    def _service(self, project: ListedProject) -> list[CellValue]:
        end = self.found.opening + project.life_yr
        return [
            min(1.0, max(0.0, end - year)) if year >= self.found.opening else 0.0
            for year in self._years
        ]

    def _capital(self, capital: Mapping[str, str]) -> list[CellValue]:
        return [
            Formula(capital[str(year)]) if str(year) in capital else 0.0 for year in self._years
        ]

    def _costs(
        self, project: ListedProject, rows: tuple[int, int], stated: Mapping[str, str]
    ) -> None:
        """Capital, its residual value, yearly cost, claims, and what others gain.

        Parameters
        ----------
        rows : of the years in service, and of the whole capital.
        stated : what is stated a year → its cell in tenge.
        """
        service, whole = rows
        last = letters(_FIRST_YEAR_COLUMN + len(self._years) - 1)
        begin = letters(_FIRST_YEAR_COLUMN)
        served = self._years.stop - self.found.opening
        left = max(0.0, 1.0 - max(0.0, float(served)) / project.life_yr)
        rest = f"SUM(${begin}${whole}:${last}${whole})*{left!r}"
        yearly = stated["yearly"]
        for party, share in sorted(project.paid_by.items() or {"company": 1.0}.items()):
            self._own("capital", party, share, [f"-{{share}}*{c}{whole}" for c in self._letters])
            self._own(
                "yearly", party, share, [f"-{{share}}*{yearly}*{c}{service}" for c in self._letters]
            )
            none = ["0"] * (len(self._years) - 1)
            self._own("residual", party, share, [*none, f"{{share}}*{rest}"])
        for name, claim in sorted(project.benefits.items()):
            cells = [
                f"{{share}}*{stated[name]}*{c}{service}" if year >= claim.first else "0"
                for c, year in zip(self._letters, self._years, strict=True)
            ]
            self._own(f"claim:{name}", OWNERS_OF_CLAIMS[claim.side], 1.0, cells)
        if project.others_gain is not None:
            cells = [f"{{share}}*{stated['others:']}*{c}{service}" for c in self._letters]
            self._own("others", "third", 1.0, cells)

    @property
    def _letters(self) -> list[str]:
        return [letters(_FIRST_YEAR_COLUMN + n) for n in range(len(self._years))]

    def _own(self, key: str, party: str, share: float, cells: Sequence[str]) -> None:
        row = len(self.rows) + 1
        account = PARTIES[party].account
        to = [1.0 if column in (account, "joint") else 0.0 for column in _COLUMNS]
        label = self.names.line(key, self.found.key)
        self.rows.append(
            [
                label,
                self.names.party(party),
                None,
                Given(share),
                *to,
                *(Formula(cell.format(share=f"$D${row}")) for cell in cells),
            ]
        )

    def _found_line(self, line: AccountLine) -> None:
        """What the model found, in dollars times their rate."""
        row = len(self.rows) + 1
        usd = self.given.of_currency[USD]
        rate = rates_of(self.names.document, self.names.scenario)[USD]
        cells = [Formula(f"{amount / rate!r}*{usd}") for amount in line.amounts]
        payer, payee = PARTIES[line.party].account, ""
        to: list[CellValue]
        share: CellValue = None
        if line.payee:
            payee = PARTIES[line.payee].account
            # Where nobody knows the share, all is taken as used up here, and nothing below.
            if line.resource_share is None:
                self.unknown.append(row)
            share = Given(1.0 if line.resource_share is None else line.resource_share)
            to = [
                Formula(f"{-1 if payer == c else 0}+{1 if payee == c else 0}*(1-$D${row})")
                for c in ACCOUNTS
            ]
            to.append(Formula(f"0-$D${row}"))
        else:
            to = [1.0 if column in (payer, "joint") else 0.0 for column in _COLUMNS]
        self.rows.append(
            [
                self.names.line(line.key),
                self.names.party(line.party),
                self.names.party(line.payee) if line.payee else None,
                share,
                *to,
                *cells,
            ]
        )

    def _flows(self, first: int, last: int) -> None:
        """Net flows of the accounts by year, and what they are worth at each rate."""
        say = self.names.say
        self.rows.append([])
        rates = [self.given.common, *self.given.curve]
        heads: Row = [Heading(say("flows")), *(Formula(rate) for rate in rates)]
        self._row(heads)
        begin, end = self._letters[0], self._letters[-1]
        n_before = _FIRST_YEAR_COLUMN - 1 - (1 + len(rates))
        for place, column in enumerate(_COLUMNS):
            if self.unknown and column != "joint":
                continue  # no split is made up
            way = letters(5 + place)
            flows: Row = [
                Formula(f"SUMPRODUCT(${way}${first}:${way}${last},{c}{first}:{c}{last})")
                for c in self._letters
            ]
            self._worth(say(f"column_{column.lower()}"), flows, (rates, n_before, begin, end))
        if self.unknown:
            joint = len(self.rows)
            flows = [
                Formula(f"{c}{joint}" + "".join(f"+{c}{n}*$D${n}" for n in self.unknown))
                for c in self._letters
            ]
            self._worth(say("column_joint_unused"), flows, (rates, n_before, begin, end))

    def _worth(self, label: str, flows: Row, how: tuple[Sequence[str], int, str, str]) -> None:
        rates, n_before, begin, end = how
        row = len(self.rows) + 1
        second = letters(_FIRST_YEAR_COLUMN + 1)
        values: Row = [
            Formula(f"{begin}{row}+NPV({rate},{second}{row}:{end}{row})") for rate in rates
        ]
        self.rows.append([label, *values, *[None] * n_before, *flows])
        self.values.append(address(self.found.key, 2, row))
