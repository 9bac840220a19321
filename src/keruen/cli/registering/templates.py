"""Forms to fill: a TOML file for each kind of content, with a sentence over every line.

Knows the lines; the sentences are in the catalogue. Lines that may stay out begin with ``#``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keruen.errors import UsageError
from keruen.i18n import text

Line = tuple[str, str]
"""A line of TOML, and the field whose sentence stands over it; empty for none."""

_TEXT: Final = '{ kk = "…", ru = "…", zh = "…", en = "…" }'
_SOURCE: Final[tuple[Line, ...]] = (
    ("[source]", "source"),
    ('document = "…"', "source_document"),
    ('# address = "https://…"', "source_address"),
    ('# quote = "…"', "source_quote"),
    ('# language = "ru"', "source_language"),
    ('# page = "3"', "source_page"),
    ('# date = "2025-08-13"', "source_date"),
)

_PROJECT: Final[tuple[Line, ...]] = (
    ('id = "KH-0100"', "id"),
    ('kind = "infrastructure"', "project_kind"),
    (f"title = {_TEXT}", "title"),
    (f"# description = {_TEXT}", "description"),
    (f"# purpose = {_TEXT}", "purpose"),
    ('# sectors = ["transport.rail"]', "sectors"),
    ('# open_questions = ["who", "when", "how_much"]', "open_questions"),
    (f"# lead_a.name = {_TEXT}", "lead_a"),
    (f"# lead_b.name = {_TEXT}", "lead_b"),
    (
        '# budget = { value = "63800000000", unit = "KZT", currency = "KZT", price_year = 2025 }',
        "budget",
    ),
    ('# baseline.implementation = { first = "2026-01-01", last = "2027-12-31" }', "baseline"),
    ('# effect = { scenario = "kostanay-hefei", case = "growth" }', "effect"),
    ('# dependencies = [{ kind = "requires", project = "KH-0001" }]', "dependencies"),
)
_COMMITMENT: Final[tuple[Line, ...]] = (
    ('id = "C-0100"', "id"),
    ('# project = "KH-0001"', "project"),
    (f"text = {_TEXT}", "promise"),
    ('strength = "memorandum"', "strength"),
    ('# debtor = "A"', "debtor"),
    ('# creditor = "B"', "creditor"),
    (f"# debtor_office = {_TEXT}", "debtor_office"),
    ('# due = { first = "2027-10-01", last = "2027-12-31" }', "due"),
    (f"# condition = {_TEXT}", "condition"),
    ('# quantity = { value = "400000", unit = "container/yr" }', "quantity"),
    ('# open_questions = ["who", "when", "how_much"]', "open_questions"),
    *_SOURCE,
)
_CLAIM: Final[tuple[Line, ...]] = (
    ('id = "S-0100"', "id"),
    ('# project = "KH-0001"', "project"),
    ('field = "jobs"', "claim_field"),
    ('quantity = { value = "500", unit = "job" }', "claim_quantity"),
    ('# interval = { first = "2027-10-01", last = "2027-12-31" }', "claim_interval"),
    (f"# text = {_TEXT}", "claim_text"),
    (f"# said_by = {_TEXT}", "said_by"),
    ('# valid = { first = "2025-01-01", last = "2025-12-31" }', "valid"),
    *_SOURCE,
)
_REPORT: Final[tuple[Line, ...]] = (
    ('project = "KH-0001"', "project"),
    ('quarter = "2026Q4"', "quarter"),
    (f"summary = {_TEXT}", "summary"),
    ('# milestones = { C-0001 = "0.5" }', "milestones"),
    (
        '# spend = { value = "12000000000", unit = "KZT", currency = "KZT", price_year = 2026 }',
        "spend",
    ),
    (
        '# forecast_cost = { value = "64000000000", unit = "KZT", price_year = 2026 }',
        "forecast_cost",
    ),
    ('# forecast.C-0001 = { first = "2027-10-01", last = "2027-12-31" }', "forecast"),
    ('# metrics.jobs = { value = "50", unit = "job" }', "metrics"),
)
_DECISION: Final[tuple[Line, ...]] = (
    ('id = "D-0100"', "id"),
    (f"meeting = {_TEXT}", "meeting"),
    ('date = "2026-11-23"', "meeting_date"),
    ('# minutes_sha256 = "…"', "minutes"),
    ("[[items]]", "items"),
    ('project = "KH-0001"', "project"),
    ('action = "include"', "action"),
    (f"reason = {_TEXT}", "reason"),
    ('# into = ["KH-0101", "KH-0102"]', "into"),
    ('# mapping = { C-0001 = "C-0101" }', "mapping"),
    ('# review = "2027-06-30"', "review"),
)
_TRANSITION: Final[tuple[Line, ...]] = (
    ('id = "T-0100"', "id"),
    ('project = "…"', "project"),
    ('to = "in_preparation"', "to"),
    ('# evidence = ["…"]', "gate_evidence"),
    (f"# reason = {_TEXT}", "reason"),
    ('# review = "2027-06-30"', "review"),
)
_CHARTER: Final[tuple[Line, ...]] = (
    ('id = "charter"', "charter_id"),
    (f"title = {_TEXT}", "title"),
    ('# authentic = ["kk", "ru", "zh"]', "authentic"),
    ("# notice_days = 90", "notice_days"),
    ("# lights = { red_late_days = 90, amber_late_days = 30 }", "lights"),
)

FORMS: Final[Mapping[str, tuple[Line, ...]]] = {
    "charter": _CHARTER,
    "claim": _CLAIM,
    "commitment": _COMMITMENT,
    "decision": _DECISION,
    "project": _PROJECT,
    "report": _REPORT,
    "transition": _TRANSITION,
}
"""Kind of content → the lines of its form."""


def form(kind: str, language: str) -> str:
    """The form of one kind, its sentences in `language`.

    Raises
    ------
    UsageError
        When there is no such form; the known ones are named.
    """
    if kind not in FORMS:
        known = ", ".join(FORMS)
        raise UsageError("error.unknown_content", kind=kind, known=known)
    lines = [f"# {text('register.form_head', language)}", ""]
    for line, field in FORMS[kind]:
        if line.startswith("["):
            lines.append("")
        lines.append(f"# {text(f'register.form_{field}', language)}")
        lines.append(line)
    return "\n".join(lines) + "\n"
