"""Every sentence of the catalogue is said somewhere: a key that nothing builds is taken out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from source_tree import PACKAGE, modules

from keruen.i18n.messages import catalogue

FAMILIES: Final = {
    "claims.unit_": "scenario.claims.unit_key, from the spoken units",
    "web.currency_": "web.forms.building, from the codes of currencies",
    "factor.": "study.sensitivity.deciding.factor_name, from causes and paths of figures",
    "fiche.document_": 'report.joint.sentences.code_name("document", …)',
    "joint.action_": 'report.joint.sentences.code_name("action", …)',
    "joint.commitment_": 'report.joint.sentences.code_name("commitment", …)',
    "joint.dependency_": "report.joint.whole_text, from the codes",
    "joint.field_": 'report.joint.sentences.code_name("field", …)',
    "joint.gate_document_": "register.joint_list.lifecycle, from the kinds of documents",
    "joint.kind_": "report.joint.whole_text, from the codes",
    "joint.lifecycle_": 'report.joint.sentences.code_name("lifecycle", …)',
    "joint.question_": 'report.joint.sentences.code_name("question", …)',
    "joint.role_": "report.joint.whole_text, from the codes",
    "joint.strength_": 'report.joint.sentences.code_name("strength", …)',
    "joint.text_state_": "report.joint.whole_text, from the states",
    "joint.unit_": "report.joint.sentences.quantity_in_words, from the unit",
    "sheets.lifecycle_": "formats.list_columns.titles, from the codes",
    "sheets.question_": "formats.list_columns.titles, from the codes",
    "sheets.sector_": "formats.list_columns.titles, from the codes",
    "sheets.sheet_": "formats.list_columns, from the kinds",
    "verify.quantity_": "cli.verifying, from the quantities of verification/terminals/cells.toml",
    "web.how_": "web.pages.how_to, from the roles and the numbers of their steps",
    "unit.": "i18n.numbers.unit_key, from the unit",
}
"""Beginnings of keys that are built from what only the data name → where."""


@cache
def literals() -> frozenset[str]:
    """Words of all strings of the package's code, TOML files and pages, and names of codes."""
    found: set[str] = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(re.findall(r"[\w.-]+", node.value))
            elif isinstance(node, ast.ClassDef):
                found.add(node.name.lower())
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(name.id.lower() for name in targets if isinstance(name, ast.Name))
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
    for file in (*PACKAGE.rglob("*.toml"), *PACKAGE.rglob("*.html")):
        found.update(re.findall(r"[\w.-]+", file.read_text(encoding="utf-8")))
    return frozenset(found | {word.replace("-", "_") for word in found})


@cache
def built() -> tuple[re.Pattern[str], ...]:
    """The strings that the code puts together; each group is what a placeholder holds."""
    patterns = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "([^.]+)"
                    for part in node.values
                ]
                # A string of placeholders alone would say that every key is used.
                if any(len(part) > 3 and not part.startswith("(") for part in parts):
                    patterns.add("".join(parts))
    return tuple(re.compile(pattern) for pattern in sorted(patterns))


def is_said(word: str, depth: int = 3) -> bool:
    """The word stands in the code, or is put together there of such words."""
    if word in literals():
        return True
    made = (pattern.fullmatch(word) for pattern in built()) if depth else ()
    return any(found and all(is_said(part, depth - 1) for part in found.groups()) for found in made)


def unsaid() -> Iterator[str]:
    """Keys that nothing says, but for those of `FAMILIES`."""
    for key in sorted({key.split("|")[0] for key in catalogue("en")}):
        if not key.startswith(tuple(FAMILIES)) and not is_said(key):
            yield key


def test_every_key_is_used() -> None:
    """A key stands in the code, is built of words that do, or belongs to a named family."""
    assert not list(unsaid())


def test_every_family_is_needed() -> None:
    """A family has a member that no other rule finds, or it hides nothing and goes."""
    for family in FAMILIES:
        members = {key.split("|")[0] for key in catalogue("en") if key.startswith(family)}
        assert any(not is_said(key) for key in members), family


def test_a_key_that_nobody_builds_is_found() -> None:
    """Neither the words of a key alone nor its area make it used."""
    assert is_said("problem.bad_id")
    assert is_said("cli.event_at_door")
    assert not is_said("claims.outcome_of_nobody")
    assert not is_said("problem.nobody_says_this")
