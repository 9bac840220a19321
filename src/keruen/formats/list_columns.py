"""The columns of the joint list in a spreadsheet, and where each belongs in a record.

Knows fields of projects, commitments and claims; knows nothing of files. What has no column is kept
beside (`list_sheet`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from keruen.domain.joint import Claim, Commitment, Project
from keruen.domain.languages import LANGUAGES
from keruen.domain.untyped import JointRecord
from keruen.formats.cells import Kind
from keruen.formats.sheets import Sheet, SheetColumn

STAGES: Final = (
    "identification",
    "preparation",
    "implementation",
    "completion",
    "maintenance",
    "decommissioning",
)
"""Stages of a project whose periods the list gives; OC4IDS has the same ones."""


def titles(area: str, *codes: str) -> dict[str, str]:
    """Codes with the catalogue keys of their titles."""
    return {code: f"sheets.{area}_{code.replace('.', '_').lower()}" for code in codes}


KINDS: Final = titles("kind", "infrastructure", "trade", "technology", "service")
STRENGTHS: Final = titles("strength", "binding", "memorandum", "protocol", "statement", "press")
SIDES: Final = titles("side", "A", "B")
BASES: Final = titles("basis", "declared", "measured", "computed", "assumed")
QUESTIONS: Final = titles("question", "who", "when", "how_much", "where", "who_pays")
SECTORS: Final = titles(
    "sector",
    "transport",
    "transport.rail",
    "transport.road",
    "transport.air",
    "transport.water",
    "transport.urban",
    "transport.lowCarbon",
    "economy",
    "communications",
    "education",
    "health",
    "energy",
    "waterAndWaste",
    "governance",
    "cultureSportsAndRecreation",
    "socialHousing",
    "naturalResources",
)
"""Sectors of OC4IDS that a list of two cities has use for; other codes may be written as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column and the path of what it holds in a record; `is_words`: one language of a text."""

    column: SheetColumn
    path: tuple[str, ...]
    is_words: bool = False


def _text(key: str, title: str, *path: str, width: int = 34) -> tuple[Field, ...]:
    """One column for each language of a text."""
    return tuple(
        Field(
            column=SheetColumn(
                key=f"{key}_{language}",
                title=title,
                part=f"sheets.language_{language}",
                width=width,
            ),
            path=(*path, language),
            is_words=True,
        )
        for language in LANGUAGES
    )


def _one(
    key: str,
    title: str,
    *path: str,
    kind: Kind = "text",
    **more: Any,  # Any: further fields of a column
) -> Field:
    return Field(column=SheetColumn(key=key, title=title, kind=kind, **more), path=path or (key,))


def _figure(key: str, title: str) -> tuple[Field, ...]:
    """The columns of a quantity."""
    parts: tuple[tuple[str, Kind, Mapping[str, str]], ...] = (
        ("value", "decimal", {}),
        ("low", "decimal", {}),
        ("high", "decimal", {}),
        ("unit", "unit", {}),
        ("currency", "unit", {}),
        ("price_year", "whole", {}),
        ("basis", "code", BASES),
        ("as_of", "partial", {}),
    )
    return tuple(
        Field(
            column=SheetColumn(
                key=f"{key}_{part}", title=title, part=f"sheets.part_{part}", kind=kind, codes=codes
            ),
            path=(key, part),
        )
        for part, kind, codes in parts
    )


def _source(*, is_required: bool) -> tuple[Field, ...]:
    parts: tuple[tuple[str, Kind], ...] = (
        ("document", "text"),
        ("address", "text"),
        ("quote", "text"),
        ("language", "unit"),
        ("page", "text"),
        ("date", "partial"),
    )
    return tuple(
        Field(
            column=SheetColumn(
                key=f"source_{part}",
                title="sheets.column_source",
                part=f"sheets.part_{part}",
                kind=kind,
                is_required=is_required and part == "document",
                width=30,
            ),
            path=("source", part),
        )
        for part, kind in parts
    )


_QUESTIONS: Final = _one(
    "open_questions", "sheets.column_open_questions", kind="codes", codes=QUESTIONS, width=26
)

PROJECT: Final[tuple[Field, ...]] = (
    _one("id", "sheets.column_id", is_required=True),
    *_text("title", "sheets.column_title", "title"),
    *_text("description", "sheets.column_description", "description", width=44),
    *_text("purpose", "sheets.column_purpose", "purpose", width=44),
    _one("kind", "sheets.column_kind", kind="code", codes=KINDS, is_required=True),
    _one("sectors", "sheets.column_sectors", kind="codes", codes=SECTORS, is_open=True, width=30),
    *_text("lead_a", "sheets.column_lead_a", "lead_a", "name"),
    *_text("lead_b", "sheets.column_lead_b", "lead_b", "name"),
    *(
        Field(
            column=SheetColumn(
                key=f"period_{stage}",
                title="sheets.column_period",
                part=f"sheets.stage_{stage}",
                kind="interval",
                width=26,
            ),
            path=("baseline", stage),
        )
        for stage in STAGES
    ),
    *_figure("budget", "sheets.column_budget"),
    *_source(is_required=False),
    _QUESTIONS,
)

COMMITMENT: Final[tuple[Field, ...]] = (
    _one("id", "sheets.column_id", is_required=True),
    _one("project", "sheets.column_project"),
    *_text("text", "sheets.column_commitment", "text", width=44),
    _one("debtor", "sheets.column_debtor", kind="code", codes=SIDES),
    *_text("debtor_office", "sheets.column_debtor_office", "debtor_office"),
    _one("creditor", "sheets.column_creditor", kind="code", codes=SIDES),
    _one("strength", "sheets.column_strength", kind="code", codes=STRENGTHS, is_required=True),
    _one("due", "sheets.column_due", kind="interval", width=26),
    *_text("condition", "sheets.column_condition", "condition"),
    *_figure("quantity", "sheets.column_quantity"),
    *_source(is_required=False),
    _QUESTIONS,
)

CLAIM: Final[tuple[Field, ...]] = (
    _one("id", "sheets.column_id", is_required=True),
    _one("project", "sheets.column_project"),
    _one("field", "sheets.column_field", is_required=True),
    *_figure("quantity", "sheets.column_quantity"),
    _one("interval", "sheets.column_interval", kind="interval", width=26),
    *_text("text", "sheets.column_claim", "text", width=44),
    *_text("said_by", "sheets.column_said_by", "said_by"),
    _one("valid", "sheets.column_valid", kind="interval", width=26),
    *_source(is_required=True),
)

FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "projects": PROJECT,
    "commitments": COMMITMENT,
    "claims": CLAIM,
}

RECORDS: Final[Mapping[str, type[JointRecord]]] = {
    "projects": Project,
    "commitments": Commitment,
    "claims": Claim,
}

_FIRST: Final[Mapping[str, str]] = {
    "projects": (
        "id title_kk title_ru title_zh title_en kind lead_a_ru lead_b_zh period_implementation "
        "period_completion budget_value budget_unit budget_currency budget_price_year "
        "open_questions"
    ),
    "commitments": (
        "id project text_kk text_ru text_zh text_en debtor creditor strength due quantity_value "
        "quantity_unit source_document source_date open_questions"
    ),
    "claims": (
        "id project field quantity_value quantity_unit interval text_kk text_ru text_zh text_en "
        "said_by_ru said_by_zh source_document source_address source_date"
    ),
}
"""What an office is asked first, at most fifteen columns: more than fit on a screen stay empty."""
MORE: Final = "_more"
"""Behind the key of a sheet: its further columns, in rows of the same numbers."""


def _sheet(key: str, columns: Sequence[SheetColumn], suffix: str = "") -> Sheet:
    return Sheet(
        key=f"{key}{suffix}",
        title=f"sheets.sheet_{key}{suffix}",
        about=f"sheets.about{suffix or f'_{key}'}",
        columns=tuple(columns),
    )


def _columns(key: str, *, is_first: bool) -> list[SheetColumn]:
    """The columns of the first sheet in its order, or the number and all others."""
    named = {field.column.key: field.column for field in FIELDS[key]}
    first = _FIRST[key].split()
    if is_first:
        return [named[name] for name in first]
    return [named["id"], *(column for name, column in named.items() if name not in first)]


SHEETS: Final[tuple[Sheet, ...]] = tuple(
    _sheet(key, _columns(key, is_first=not suffix), suffix)
    for key in FIELDS
    for suffix in ("", MORE)
)
"""As they are written: of each kind, what is asked first, and the rest on a second sheet."""

READABLE: Final[tuple[Sheet, ...]] = (
    *(sheet for sheet in SHEETS if sheet.key.endswith(MORE)),
    *(_sheet(key, [field.column for field in fields]) for key, fields in FIELDS.items()),
)
"""As they are read: a first sheet may hold any column, as those of older workbooks and CSV do."""
