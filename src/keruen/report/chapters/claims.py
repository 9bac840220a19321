"""The chapter on claims: what cannot be true, then every statement with who said it and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keruen.i18n import number, plural, text
from keruen.report.chapters.evidence import addresses
from keruen.report.dates import partial_date
from keruen.report.document import Block, Bullets, Cell, Chapter, Folded, Paragraph, TableBlock
from keruen.scenario import Scenario, review
from keruen.scenario.claims import NO_ADDRESS, CheckReview, ClaimReview, StatementReview
from keruen.study.results import Study

_COUNTED_IN: Final = {("zh", "claims.unit_mt_per_yr"): 100}
"""Chinese counts by ten thousands (万): 11 million tonnes are 1,100 of them."""


def claims_section(study: Study, language: str) -> Chapter:
    """All claims of the scenario, the findings first."""
    reviews = review(study.scenario)
    note = "report.claims_note" if reviews else "report.claims_none"
    blocks: list[Block] = [Paragraph(text=text(note, language))]
    findings = [finding for claim in reviews for finding in _findings(claim, language)]
    if findings:
        # What is wrong is said before what is right; within both, in the order of the claims.
        findings.sort(key=lambda finding: finding[0])
        blocks.append(Bullets(items=tuple(sentence for _, sentence in findings)))
    if reviews:
        table = _statements_table(reviews, language)
        blocks.append(Paragraph(text=text("report.claims_elsewhere", language)))
        blocks.append(Folded(title=table.caption, blocks=(table,)))
    return Chapter(
        name="claims", title=text("report.section_claims", language), blocks=tuple(blocks)
    )


def claims_table(study: Study, language: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads and rows of all statements, for a workbook."""
    table = _statements_table(review(study.scenario), language)
    subject, rows = "", []
    for first, *others in table.rows:
        subject = first.text or subject
        rows.append((subject, *(" ".join(cell.links) or cell.text for cell in others)))
    return table.header, rows


@dataclass(frozen=True, slots=True)
class ClaimInWords:
    """A subject, what each party said of it, and what follows: words for a person."""

    title: str
    statements: tuple[tuple[str, str, str], ...]
    """Value, who, when."""
    findings: tuple[str, ...]


def claims_in_words(scenario: Scenario, language: str) -> tuple[ClaimInWords, ...]:
    """Every claim of a scenario with its statements and findings, in one language.

    Parameters
    ----------
    scenario : Scenario
        What was said of it, and the ratios that its claims are checked by.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    tuple[ClaimInWords, ...]
        One for each subject, in the order of their keys; empty when nobody claims anything.

    Raises
    ------
    UsageError
        When the language is unknown.
    """
    return tuple(
        ClaimInWords(
            title=claim.claim.title.in_language(language),
            statements=tuple(
                (
                    _statement(said, language),
                    said.statement.who.in_language(language),
                    _when(said, language),
                )
                for said in claim.statements
            ),
            findings=tuple(sentence for _, sentence in sorted(_findings(claim, language))),
        )
        for claim in review(scenario)
    )


def _findings(claim: ClaimReview, language: str) -> list[tuple[int, str]]:
    """Rank (0 implausible, 1 contradiction, 2 plausible) and sentence of each finding."""
    found = [
        (2 if check.is_plausible else 0, _check_sentence(check, language)) for check in claim.checks
    ]
    if claim.agreement == "differ":
        found.append((1, _difference_sentence(claim, language)))
    return found


def _check_sentence(check: CheckReview, language: str) -> str:
    finding = "plausible" if check.is_plausible else "implausible"
    value, low, high = (
        _amount(amount, check.unit_key, check.check.unit, language)
        for amount in (check.value, check.check.plausible_low, check.check.plausible_high)
    )
    title = check.check.title.in_language(language)
    return text(f"claims.check_{finding}", language, title=title, value=value, low=low, high=high)


def _difference_sentence(claim: ClaimReview, language: str) -> str:
    title = claim.claim.title.in_language(language)
    if claim.spread is None:
        return text("report.claim_words_differ", language, title=title)
    times = round(claim.spread, 0 if claim.spread >= 10 else 1)
    # The form follows the figure as it is written: Russian says «в 5 раз» but «в 1,5 раза», so that
    # a whole number must not carry an empty decimal.
    written = number(times, language, 0 if times.is_integer() else 1)
    return plural("report.claim_differs", times, language, title=title, spread=written)


def _amount(amount: float, unit_key: str, unit: str, language: str) -> str:
    """A figure with its unit in the reader's language, or as the source wrote the unit."""
    amount *= _COUNTED_IN.get((language, unit_key), 1)
    if amount == round(amount):
        digits = 0
    else:
        digits = 0 if abs(amount) >= 1000 else 1 if abs(amount) >= 10 else 2
    written = number(amount, language, digits)
    if unit_key:
        return text(unit_key, language, value=written)
    return f"{written} {unit}".rstrip()


def _statement(review_: StatementReview, language: str) -> str:
    if review_.amount is None:
        return review_.statement.value
    return _amount(review_.amount, review_.unit_key, review_.unit, language)


def _when(said: StatementReview, language: str) -> str:
    """The date of a statement, or what stands in its place when nobody knows it."""
    return partial_date(said.statement.as_of, language) or said.statement.as_of


def _statements_table(claims: Sequence[ClaimReview], language: str) -> TableBlock:
    rows = []
    for claim in claims:
        subject = claim.claim.title.in_language(language)
        for said in claim.statements:
            rows.append((Cell(text=subject), *_statement_cells(said, language)))
            subject = ""
    return TableBlock(
        caption=text("report.section_claims", language),
        header=tuple(
            text(f"report.column_{column}", language)
            for column in ("subject", "statement", "who", "when", "source")
        ),
        rows=tuple(rows),
        widths=(26, 17, 31, 12, 14),
        is_small=True,
    )


def _statement_cells(said: StatementReview, language: str) -> tuple[Cell, ...]:
    statement = said.statement
    return (
        Cell(text=_statement(said, language)),
        Cell(text=statement.who.in_language(language)),
        Cell(text=_when(said, language)),
        _source(statement.source, language),
    )


def _source(source: str, language: str) -> Cell:
    """A link; that nobody published an address; or the source in the words of the scenario."""
    links = addresses(source)
    if links:
        return Cell(text=text("report.source_link", language), links=links)
    if source == NO_ADDRESS:
        return Cell(text=text("report.source_none", language))
    return Cell(text="", note=source)
