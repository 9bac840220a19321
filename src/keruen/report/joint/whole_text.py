"""A whole text of the register as a reader must see it before signing: every field by its name.

Knows the names of fields and codes; knows nothing of who signs. Nothing that is signed stays out,
but for the marks that a machine compares texts with: those show where two editions differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from keruen.domain import joint
from keruen.i18n import LANGUAGES, text
from keruen.i18n.field_names import field_name
from keruen.i18n.messages import catalogue
from keruen.i18n.numbers import unit_key
from keruen.i18n.typed import typed_number
from keruen.report.joint.sentences import DIGITS, code_name, date_in_words, id_in_words, plain

_RECORDS: Final[Mapping[str, type[Any]]] = {
    one.__name__.lower(): one
    for one in (
        joint.Project,
        joint.Commitment,
        joint.Decision,
        joint.Transition,
        joint.Charter,
        joint.Claim,
        joint.Report,
        joint.Evidence,
        joint.Appraisal,
    )
}
"""Records whose fields are told in the order in which the form asks for them."""

_CODES: Final[Mapping[str, str]] = {
    "kind": "kind",
    "dependencies.kind": "dependency",
    "strength": "strength",
    "to": "lifecycle",
    "action": "action",
    "open_questions": "question",
    "roles": "role",
    "field": "field",
}
"""Field → the group of codes whose names the catalogue has."""
_SIDED: Final = ("side", "debtor", "creditor")
"""Fields that name a side by its letter."""
_NAMELESS: Final[Mapping[str, str]] = {}
_KEYS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_SIDED, "sheets.side_{value}"),
    "authentic": "field.language_{value}",
    "language": "field.language_{value}",
    "basis": "sheets.basis_{value}",
    "state": "joint.text_state_{value}",
    "sectors": "sheets.sector_{value}",
    "about_kind": "joint.subject_{value}",
}
"""Field → the key of what its word is called."""
_MARKS: Final = frozenset({"follows", "state"})
"""Marks of the comparison of languages: no words of the text."""
_USUAL: Final = frozenset({"draft", "authentic"})
"""States that the list of authentic languages says already."""

Leaf = tuple[str, Any]
"""Path of a field and what stands there: a single value, or a list of them."""


def fields_in_words(kind: str, core: Mapping[str, Any], language: str) -> Iterator[tuple[str, str]]:
    """Every field of a text by its name, with its value.

    Parameters
    ----------
    kind : of the record: ``project``, ``commitment``, ``offer`` …
    core : the text as plain words.
    language : of the reader.

    Yields
    ------
    Name and value, cleaned; a text in several languages gives a pair for each.
    """
    for path, value in _signed(kind, core):
        yield field_name(kind, path, language), _in_words(path, value, language)


def fields_for_reader(
    kind: str, core: Mapping[str, Any], language: str, sides: Mapping[str, str] = _NAMELESS
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """As `fields_in_words`, in two parts: what the reader reads, and the same in other languages.

    A text that the reader's language lacks stands in the first part, in those that it has. The
    second part is signed too; with it stands what only a map reads. `sides` gives the name of each
    side, which stands instead of its letter.
    """
    leaves = _signed(kind, core)
    said = {path.rpartition(".")[0] for path, _ in leaves if path.endswith(f".{language}")}
    first: list[tuple[str, str]] = []
    second: list[tuple[str, str]] = []
    for path, value in leaves:
        of, _, last = path.rpartition(".")
        is_other = of in said and (last in LANGUAGES or last == "authentic") and last != language
        name = sides.get(str(value), "") if _last(path) in _SIDED else ""
        row = field_name(kind, path, language), name or _in_words(path, value, language)
        is_for_machines = ".geometry" in path or last in {"sha256", "minutes_sha256"}
        (second if is_other or is_for_machines else first).append(row)
    return first, second


def _signed(kind: str, core: Mapping[str, Any]) -> list[Leaf]:
    """Everything that is signed, but for the marks that a machine compares texts with."""
    return [
        (path, value)
        for path, value in _leaves(kind, core)
        if not (_last(path) in _MARKS and _is_of_language(path))
        or (_last(path) == "state" and value not in _USUAL)
    ]


def unit_in_words(unit: str, language: str) -> str:
    """What a unit or a currency is called; one that the catalogue does not know is shown as it is.

    Examples
    --------
    >>> unit_in_words("KZT", "ru"), unit_in_words("t/yr", "ru")
    ('тенге', 'т/год')
    """
    known = catalogue(language)
    name = unit.lower().replace("/", "_per_")
    for key in (f"web.currency_{name}", f"joint.unit_{name}", unit_key(unit)):
        if key in known:
            return known[key].replace("{value}", "").strip()
    return plain(unit)


def changes_in_words(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any], language: str
) -> Iterator[tuple[str, str, str]]:
    """Where two editions differ: name of the field, the old value and the new; empty for none."""
    old, new = dict(_leaves(kind, before)), dict(_leaves(kind, after))
    for path in dict.fromkeys((*old, *new)):
        if old.get(path) != new.get(path):
            first, second = (
                _in_words(path, leaves[path], language) if path in leaves else ""
                for leaves in (old, new)
            )
            yield field_name(kind, path, language), first, second


def _leaves(kind: str, core: Mapping[str, Any]) -> list[Leaf]:
    record = _RECORDS.get(kind)
    order = {name: n for n, name in enumerate(record.__struct_fields__ if record else ())}
    names = sorted(core, key=lambda name: (order.get(name, len(order)), name))
    return [leaf for name in names for leaf in _below(name, core[name])]


def _below(path: str, value: Any) -> Iterator[Leaf]:
    if _last(path) == "geometry" and _is_point(value):
        yield path, list(value["coordinates"])
    elif isinstance(value, Mapping) and value:
        is_words = "text" in value and _is_of_language(f"{path}.text")
        # Languages in the order of all our pages, then what is not a language.
        order = {language: n for n, language in enumerate(LANGUAGES)}
        for name in sorted(value, key=lambda name: order.get(name, len(order))):
            is_text = is_words and name == "text"
            yield from _below(path if is_text else f"{path}.{name}", value[name])
    elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        for n, one in enumerate(value, start=1):
            yield from _below(f"{path}[{n}]", one)
    elif value is not None:
        yield path, list(value) if isinstance(value, list | tuple) else value


def _is_point(value: Any) -> bool:
    """A place that its two numbers say whole; any other form is shown member by member."""
    return (
        isinstance(value, Mapping)
        and set(value) == {"type", "coordinates"}
        and value["type"] == "Point"
        and isinstance(value["coordinates"], list | tuple)
        and all(isinstance(one, int | float) for one in value["coordinates"])
    )


def _last(path: str) -> str:
    return path.rpartition(".")[2].partition("[")[0]


def _is_of_language(path: str) -> bool:
    """The field stands below a language of a text: ``title.ru.state``."""
    return _last(path.rpartition(".")[0]) in LANGUAGES


def _in_words(path: str, value: Any, language: str) -> str:
    if isinstance(value, Mapping) or (isinstance(value, list) and not value):
        return "–"
    if isinstance(value, list):
        comma = "、" if language == "zh" else ", "
        return comma.join(_in_words(path, one, language) for one in value)
    if isinstance(value, bool):
        return text(f"sheets.answer_{'yes' if value else 'no'}", language)
    return word_of(path, str(value), language)


def word_of(path: str, value: str, language: str) -> str:
    """One value: days and codes by their names, everything else as it is signed, cleaned."""
    last, outer = _last(path), _last(path.rpartition(".")[0])
    # What a language says is never a code, whatever its field is called.
    is_said = last in LANGUAGES or (outer in LANGUAGES and last != "state")
    if is_said or last == "follows":
        return plain(value)[: DIGITS if last == "follows" else None]
    if last in _WRITTEN:
        return _WRITTEN[last](value, language)
    known = _KEYS.get(last, "").format(value=value.lower().replace(".", "_"))
    if known in catalogue(language):
        return text(known, language, side=value)
    if (outer, last) == ("document", "kind"):
        return _document_in_words(value, language)
    # A kind inside another record is a word of another list than a project's.
    own = "" if outer and last == "kind" else last
    group = _CODES.get(f"{outer}.{last}", _CODES.get(own, ""))
    return code_name(group, value, language) if group else plain(value)


def _document_in_words(kind: str, language: str) -> str:
    known = code_name("document", kind.lower(), language)
    # A kind that has no name is shown as it is signed, capitals and all.
    return plain(kind) if known == kind.lower() else known


def _figure_in_words(figure: str, language: str) -> str:
    return typed_number(plain(figure), language)


_WRITTEN: Final[Mapping[str, Callable[[str, str], str]]] = {
    **dict.fromkeys(("id", "project"), id_in_words),
    **dict.fromkeys(("first", "last", "date", "review", "as_of", "lapses"), date_in_words),
    **dict.fromkeys(("unit", "currency"), unit_in_words),
    **dict.fromkeys(("value", "low", "high"), _figure_in_words),
}
"""Field → how what stands in it is written for a reader."""
