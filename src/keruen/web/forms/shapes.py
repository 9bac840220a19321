"""What the fields of a record are typed in, read off its type: one walk for form, reading, filling.

A field of a record that is not known here by name gets the input of its type, so that a new field
of the schema stands in its form by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

import msgspec
from msgspec import inspect

from keruen.domain import joint
from keruen.formats.list_columns import SECTORS

InputKind = Literal[
    "line",
    "area",
    "number",
    "day",
    "whole",
    "yes_no",
    "choice",
    "codes",
    "list",
    "texts",
    "record",
    "rows",
    "named_rows",
    "kept",
]
"""How something is typed; ``kept`` is not shown and comes back as it was."""

RECORDS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "project": joint.Project,
    "commitment": joint.Commitment,
    "claim": joint.Claim,
    "report": joint.Report,
    "decision": joint.Decision,
    "transition": joint.Transition,
    "evidence": joint.Evidence,
}
"""What a person writes in a form, in the order in which the forms are offered."""

_DAYS: Final = frozenset({"first", "last", "date", "review", "as_of"})
_NUMBERS: Final = frozenset({"value", "low", "high", "milestones"})
_LONG: Final = frozenset({"quote"})
_NAMES: Final = frozenset({"title", "name", "meeting", "who", "said_by", "debtor_office"})
"""Texts in several languages that are names: one line is enough for each."""
_MADE: Final = frozenset(
    {"geometry", "sha256", "minutes_sha256", "size", "about_kind", "is_authentic", "twin_node"}
)
"""What no person types: it is computed from a file, or belongs to the digital twin."""
_CHOSEN: Final[Mapping[str, tuple[str, ...]]] = {
    "project": (),
    "about": (),
    "unit": (),
    "currency": ("KZT", "CNY", "USD", "EUR", "RUB"),
    "quarter": (),
    "language": ("kk", "ru", "zh", "en"),
    "open_questions": ("who", "when", "how_much", "where", "who_pays"),
    "roles": (
        *("lead", "host", "funder", "contractor", "operator", "supplier", "buyer", "regulator"),
    ),
    "document.kind": (
        *("minutes", "contractSigned", "contractNotice", "completionCertificate"),
        *("feasibilityStudy", "budgetApproval", "financialAgreement", "environmentalImpact"),
        "projectEvaluation",
    ),
    "baseline": (
        *("identification", "preparation", "implementation", "completion"),
        *("maintenance", "decommissioning"),
    ),
    "sectors": tuple(SECTORS),
    "forecast": (),
    "milestones": (),
    "field": (),
}
"""Fields that are chosen from a list; where it is empty here, the page fills it from the register.

Words outside the list stay in the form where a text has them already.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputShape:
    """How one field is typed.

    Parameters
    ----------
    name : of the field; of a row the list's.
    outer : name of the field or record that it is part of: one name may mean two things.
    codes : that are to be chosen from.
    parts : fields of a record, or what a row is.
    """

    kind: InputKind
    name: str
    outer: str
    is_required: bool = False
    codes: tuple[str, ...] = ()
    parts: tuple[InputShape, ...] = ()


@cache
def shape_of(kind: str) -> InputShape:
    """The form of a record, as a tree."""
    found = inspect.type_info(RECORDS[kind])
    return replace(_shape(found, kind, ""), is_required=True)


def _shape(kind: inspect.Type, name: str, outer: str) -> InputShape:
    if isinstance(kind, inspect.UnionType):
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    made = InputShape(kind="line", name=name, outer=outer)
    if name in _MADE:
        return replace(made, kind="kept")
    if isinstance(kind, inspect.StructType):
        return _of_record(kind, made)
    if isinstance(kind, inspect.VarTupleType):
        return _of_list(kind, made)
    if isinstance(kind, inspect.DictType):
        return _of_names(kind, made)
    return _of_single(kind, made)


def _of_record(kind: inspect.StructType, made: InputShape) -> InputShape:
    if kind.cls is joint.MText:
        return replace(made, kind="texts", codes=("line" if made.name in _NAMES else "area",))
    parts = tuple(
        replace(_shape(one.type, one.encode_name, made.name), is_required=one.required)
        for one in kind.fields
    )
    return replace(made, kind="record", parts=parts)


def _of_list(kind: inspect.VarTupleType, made: InputShape) -> InputShape:
    item = kind.item_type
    if isinstance(item, inspect.LiteralType):
        return replace(made, kind="codes", codes=tuple(str(one) for one in item.values))
    if isinstance(item, inspect.StrType):
        codes = _CHOSEN.get(made.name, ())
        return replace(made, kind="codes" if codes else "list", codes=codes)
    return replace(made, kind="rows", parts=(_shape(item, made.name, made.outer),))


def _of_names(kind: inspect.DictType, made: InputShape) -> InputShape:
    if isinstance(kind.value_type, inspect.AnyType | inspect.UnionType):
        return replace(made, kind="kept")
    item = _shape(kind.value_type, made.name, made.outer)
    return replace(made, kind="named_rows", codes=_CHOSEN.get(made.name, ()), parts=(item,))


def _of_single(kind: inspect.Type, made: InputShape) -> InputShape:
    name, inside = made.name, f"{made.outer}.{made.name}"
    if isinstance(kind, inspect.LiteralType):
        return replace(made, kind="choice", codes=tuple(str(one) for one in kind.values))
    by_type: dict[type[inspect.Type], InputKind] = {
        inspect.BoolType: "yes_no",
        inspect.IntType: "whole",
    }
    if type(kind) in by_type:
        return replace(made, kind=by_type[type(kind)])
    by_name: dict[str, InputKind] = {
        **dict.fromkeys(_NUMBERS, "number"),
        **dict.fromkeys(_DAYS, "day"),
        **dict.fromkeys(_LONG, "area"),
    }
    if name in by_name:
        return replace(made, kind=by_name[name])
    if inside in _CHOSEN or name in _CHOSEN:
        codes = _CHOSEN.get(inside, _CHOSEN.get(name, ()))
        return replace(made, kind="choice", codes=codes)
    return made
