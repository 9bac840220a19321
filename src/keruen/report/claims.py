"""The chapter on claims: every statement with who said it and when, and what cannot be true."""

from __future__ import annotations

from typing import Any

from keruen.domain.results import Study
from keruen.i18n import text
from keruen.report.document import Block, Cell, Paragraph, Section, TableBlock
from keruen.report.evidence import addresses


def claims_section(study: Study, language: str) -> Section:
    """All claims of the scenario, side by side."""
    claims = sorted(study.scenario.claims.items())
    note = "report.claims_note" if claims else "report.claims_none"
    blocks: list[Block] = [Paragraph(text=text(note, language))]
    if claims:
        blocks.append(_statements_table(claims, language))
    return Section(
        name="claims", title=text("report.section_claims", language), blocks=tuple(blocks)
    )


def _statements_table(claims: list[tuple[str, Any]], language: str) -> TableBlock:
    rows = []
    for _, claim in claims:
        subject = claim.title.in_language(language)
        for _, statement in sorted(claim.statements.items()):
            rows.append(
                (
                    Cell(text=subject),
                    Cell(text=statement.value),
                    Cell(text=statement.who.in_language(language)),
                    Cell(text=statement.as_of),
                    Cell(
                        text=text("report.source_link", language)
                        if addresses(statement.source)
                        else statement.source,
                        links=addresses(statement.source),
                    ),
                )
            )
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
