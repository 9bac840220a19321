"""The chapter on claims: what cannot be true, then every statement with who said it and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keruen.i18n import number, text
from keruen.report.chapters.evidence import addresses
from keruen.report.document import Block, Bullets, Cell, Chapter, Paragraph, TableBlock
from keruen.scenario import Scenario, review
from keruen.scenario.claims import CheckReview, ClaimReview, StatementReview
from keruen.study.results import Study


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
        blocks.append(_statements_table(reviews, language))
    return Chapter(
        name="claims", title=text("report.section_claims", language), blocks=tuple(blocks)
    )


@dataclass(frozen=True, slots=True)
class ClaimInWords:
    """A subject, what each party said of it, and what follows: words for a person."""

    title: str
    statements: tuple[tuple[str, str, str], ...]
    """Value, who, when."""
    findings: tuple[str, ...]


def claims_in_words(scenario: Scenario, language: str) -> tuple[ClaimInWords, ...]:
    """Every claim of a scenario with its statements and findings, in one language."""
    return tuple(
        ClaimInWords(
            title=claim.claim.title.in_language(language),
            statements=tuple(
                (
                    _statement(said, language),
                    said.statement.who.in_language(language),
                    said.statement.as_of,
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
    digits = 0 if claim.spread >= 10 else 1
    spread = number(claim.spread, language, digits)
    return text("report.claim_differs", language, title=title, spread=spread)


def _amount(amount: float, unit_key: str, unit: str, language: str) -> str:
    """A figure with its unit in the reader's language, or as the source wrote the unit."""
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
    links = addresses(statement.source)
    source = text("report.source_link", language) if links else ""
    return (
        Cell(text=_statement(said, language)),
        Cell(text=statement.who.in_language(language)),
        Cell(text=statement.as_of),
        Cell(text=source, links=links, note="" if links else statement.source),
    )
