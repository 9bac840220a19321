"""What a record may say before this side signs it: letters, ids, words of lists, references.

Knows the written form of every field and, when it is told, what the list holds; knows neither files
nor entries. It binds what is signed here: what the other side signed is taken in and shown with
what is wrong in it, and not signed by this side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from msgspec import inspect

from keruen.domain import joint
from keruen.domain.languages import LANGUAGES
from keruen.domain.word_lists import CURRENCIES, DOCUMENT_TYPES, QUESTIONS, ROLES
from keruen.errors import Problem
from keruen.register.record import figures
from keruen.register.record.entries import Offer
from keruen.register.record.field_places import with_fields
from keruen.tabular.letters import code_point, escaped_id, is_hidden, latin_reading

_MOST_SHOWN: Final = 60
_NEAR: Final = 3
"""So many words of a list are named when one is not among them."""
_ID: Final = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_ID_FORM: Final = "A–Z a–z 0–9 -"
_MOST_ID: Final = 64
_SAID_MOST_ID: Final = 160
"""Evidence and steps are named after what they are about, and a little more."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*")
_QUARTER: Final = re.compile(r"[0-9]{4}Q[1-4]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PART_OF_DATE: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")

IDS: Final[Mapping[type[Any], tuple[str, int]]] = {
    joint.Project: ("project", _MOST_ID),
    joint.Commitment: ("commitment", _MOST_ID * 2),
    joint.Decision: ("decision", _MOST_ID),
    joint.Claim: ("claim", _MOST_ID),
    joint.Appraisal: ("appraisal", _MOST_ID),
    joint.Transition: ("transition", _SAID_MOST_ID),
    joint.Evidence: ("evidence", _SAID_MOST_ID),
}
"""Records that have an id of their own → its kind, and its most letters.

A promise of a foreign package is named after its project and its own number there.
"""

_ONE_LINE: Final = frozenset({"title", "name", "meeting", "who", "said_by", "debtor_office"})
"""Texts in several languages that are names: a name has no second line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIds:
    """What the list holds already, and what is about to come into it together.

    Parameters
    ----------
    here, coming : kind (``project``, ``claim`` …) → ids.
    """

    here: Mapping[str, Collection[str]]
    coming: Mapping[str, Collection[str]] = field(default_factory=dict)
    _looks: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for named in (*self.here.values(), *self.coming.values()):
            for one in named:
                self._looks.setdefault(look(one), []).append(one)

    def holds(self, kind: str, name: str) -> bool:
        """Whether there is such a subject, or there will be."""
        return name in self.here.get(kind, ()) or name in self.coming.get(kind, ())

    def alike(self, name: str) -> tuple[str, ...]:
        """Other ids that look the same."""
        found = self._looks.get(look(name), ())
        return tuple(dict.fromkeys(one for one in found if one != name))

    def twin(self, name: str) -> str:
        """The id for which a new one could be taken; empty when it is not new, or for none."""
        if any(name in named for named in self.here.values()):
            return ""
        return next(iter(self.alike(name)), "")

    def nearest(self, kind: str, name: str) -> tuple[str, ...]:
        """The ids of a kind that somebody may have meant."""
        known = [*self.here.get(kind, ()), *self.coming.get(kind, ())]
        return self.alike(name) or tuple(get_close_matches(name, known, n=_NEAR))

    def with_new(self, records: Collection[Any]) -> ListedIds:
        """The same, with records that are about to be written together."""
        coming: dict[str, set[str]] = {}
        for record in records:
            kind, _ = IDS.get(type(record), ("", 0))
            if kind:
                coming.setdefault(kind, set()).add(record.id)
        return ListedIds(here=self.here, coming=coming)


def look(name: str) -> str:
    """What a name looks like, whatever its case, width, alphabet and invisible letters.

    Examples
    --------
    >>> look("kh-0001") == look("КН-0001") == look("ＫＨ-0001") == look("KH-\\u200b0001")
    True
    >>> look("KH-0001") == look("KH-0002")
    False
    """
    if name.isascii() and name.isprintable():
        return name.casefold()
    seen = "".join(letter for letter in name if not is_hidden(letter))
    # Capitals of two alphabets are alike where their small letters are not: н and h are Н and H.
    return latin_reading(latin_reading(seen).upper()).casefold()


def tidy(value: Any) -> Any:
    """Plain words with every text in Unicode's composed form (NFC) and lines that end alike."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    if isinstance(value, Mapping):
        return {tidy(name): tidy(one) for name, one in value.items()}
    return [tidy(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True, slots=True)
class _Sight:
    """Where the walk is: in which file or entry, and what the list holds, when that is known."""

    place: str
    listed: ListedIds | None

    def problem(self, key: str, path: str, found: str, **more: str | int) -> Problem:
        at = f"{self.place}: {path}" if path else self.place
        return Problem(f"problem.{key}", {"place": at, "found": shown(found), **more})


def problems(
    value: Any, record: type[Any], place: str, listed: ListedIds | None = None
) -> tuple[Problem, ...]:
    """Everything that keeps plain words of a record from being signed here.

    Parameters
    ----------
    value : the record as plain words; parts of another type than the record asks for are passed
        over, `forms` names them.
    record : the type of the record.
    place : the file or the entry, for the sentences.
    listed : what the list holds, to look for what is named and for ids that look like others; none
        for a draft that is not to be signed yet.

    Returns
    -------
    Every problem with its place; empty when the words may be signed.
    """
    sight = _Sight(place, listed)
    found = _walk(value, _form_of(record), sight, "")
    return with_fields(found, record.__name__.lower(), place)


_forms: dict[type[Any], inspect.Type] = {}


def _form_of(record: type[Any]) -> inspect.Type:
    """The fields of a record and their types, asked for once."""
    if record not in _forms:
        _forms[record] = inspect.type_info(record)
    return _forms[record]


def _walk(value: Any, kind: Any, sight: _Sight, path: str) -> Iterator[Problem]:
    if isinstance(kind, inspect.UnionType):
        if value is None:
            return
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    if isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        yield from _of_record(value, kind, sight, path)
    elif isinstance(kind, inspect.VarTupleType) and isinstance(value, list | tuple):
        for n, one in enumerate(value, start=1):
            yield from _walk(one, kind.item_type, sight, f"{path}[{n}]")
    elif isinstance(kind, inspect.DictType | inspect.AnyType):
        yield from _of_anything(value, kind, sight, path)
    elif isinstance(kind, inspect.StrType) and isinstance(value, str):
        yield from _letters(value, sight, path)


def _of_anything(value: Any, kind: Any, sight: _Sight, path: str) -> Iterator[Problem]:
    """A table with names of its own, or a drawing of a place: its letters."""
    inner = kind.value_type if isinstance(kind, inspect.DictType) else kind
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _letters(str(name), sight, path)
            yield from _walk(one, inner, sight, f"{path}.{shown(str(name))}")
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value, start=1):
            yield from _walk(one, inner, sight, f"{path}[{n}]")
    elif isinstance(value, str):
        yield from _letters(value, sight, path)


def _of_record(
    value: Mapping[str, Any], kind: inspect.StructType, sight: _Sight, path: str
) -> Iterator[Problem]:
    record = kind.cls
    if record is joint.MText:
        yield from _text(value, sight, path)
        return
    for one in kind.fields:
        if one.encode_name not in value:
            continue
        found, inner = value[one.encode_name], f"{path}.{one.encode_name}".lstrip(".")
        if record is Offer and one.name == "core":
            continue  # Looked at as the record of its kind.
        if (record, one.name) in _LONG:
            yield from _letters(found, sight, inner, is_long=True)
        else:
            yield from _walk(found, one.type, sight, inner)
        # A unit may be a mark (%), and of an empty one `figures` says the same.
        is_needed = one.required and one.name != "unit"
        if is_needed and isinstance(found, str) and not any(map(str.isalnum, found)):
            yield sight.problem("content_placeholder", inner, found)
        elif found not in (None, ""):
            yield from _of_field(found, record, one.name, sight, inner, value)


def _text(value: Mapping[str, Any], sight: _Sight, path: str) -> Iterator[Problem]:
    """A text in several languages says something in each that it names."""
    is_long = path.rpartition(".")[2].partition("[")[0] not in _ONE_LINE
    written = [one for one in LANGUAGES if value.get(one) is not None]
    if not written and sight.listed is not None:
        # A draft out of a foreign file may still lack its title.
        yield sight.problem("content_placeholder", path, "")
    for language in written:
        words = value[language]
        said = words.get("text") if isinstance(words, Mapping) else words
        if not isinstance(said, str):
            continue
        inner = f"{path}.{language}"
        yield from _letters(said, sight, inner, is_long=is_long)
        if not any(map(str.isalnum, said)):
            yield sight.problem("content_placeholder", inner, said)
        follows = words.get("follows") if isinstance(words, Mapping) else ""
        if follows and not (isinstance(follows, str) and _DIGEST.fullmatch(follows)):
            yield sight.problem("content_form", f"{inner}.follows", str(follows), form=_DIGEST_FORM)


def _letters(said: Any, sight: _Sight, path: str, *, is_long: bool = False) -> Iterator[Problem]:
    """Everything of a text can be seen, and is written in the one way that Unicode prefers."""
    # Most texts are of plain letters only, and a log has many: all of those can be seen.
    if not isinstance(said, str) or (said.isascii() and said.isprintable()):
        return
    for at, letter in enumerate(said):
        is_line = letter in "\n\r\t\u2028\u2029"
        if (letter == "\n" and is_long) or not (is_line or is_hidden(letter)):
            continue
        before = " ".join(said[:at].split())[-_MOST_SHOWN // 3 :]
        yield sight.problem(
            "content_unseen", path, before, code=code_point(letter), position=at + 1
        )
        return
    if not unicodedata.is_normalized("NFC", said):
        yield sight.problem("content_not_composed", path, said)


_LONG: Final = frozenset({(joint.Source, "quote")})
_DIGEST_FORM: Final = "0–9 a–f × 64"

_Look = tuple[Callable[[str], bool], str]
"""Whether a text has the form of its field, and the form for a sentence."""


def _is(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda said: pattern.fullmatch(said) is not None


def _is_name(said: str) -> bool:
    return len(said) <= _SAID_MOST_ID and _ID.fullmatch(said) is not None


def _is_day(said: str) -> bool:
    return len(said) == len("2026-11-23") and figures.day_number(said) is not None


def _is_date(said: str) -> bool:
    return _is_day(said) or (_PART_OF_DATE.fullmatch(said) is not None and said[:4] != "0000")


def _is_share(said: str) -> bool:
    value = figures.decimal(said)
    return value is not None and value >= 0


_FORM_DIGEST: Final[_Look] = (_is(_DIGEST), _DIGEST_FORM)
_FORM_DAY: Final[_Look] = (_is_day, "2026-11-23")
_FORM_DATE: Final[_Look] = (_is_date, "2026-11-23, 2026-11, 2026")
_FORM_LANGUAGE: Final[_Look] = (_is(_LANGUAGE), "kk, ru, zh, en")
_FORM_CODE: Final[_Look] = (_is(_CODE), "transport.rail")
_FORM_SHARE: Final[_Look] = (_is_share, "0.25")
_FORM_NAME: Final[_Look] = (_is_name, _ID_FORM)

_FORMS: Final[Mapping[tuple[type[Any], str], _Look]] = {
    (joint.Quantity, "as_of"): _FORM_DATE,
    (joint.Source, "date"): _FORM_DATE,
    (joint.Source, "sha256"): _FORM_DIGEST,
    (joint.Source, "language"): _FORM_LANGUAGE,
    (joint.Document, "sha256"): _FORM_DIGEST,
    (joint.Document, "language"): _FORM_LANGUAGE,
    (joint.Effect, "sha256"): _FORM_DIGEST,
    (joint.Risk, "category"): _FORM_CODE,
    (joint.Finance, "kind"): _FORM_CODE,
    (joint.Project, "sectors"): _FORM_CODE,
    (joint.Decision, "date"): _FORM_DAY,
    (joint.Decision, "minutes_sha256"): _FORM_DIGEST,
    (joint.DecisionItem, "review"): _FORM_DAY,
    (joint.Transition, "review"): _FORM_DAY,
    (joint.Transition, "evidence"): _FORM_NAME,
    (joint.Report, "quarter"): (_is(_QUARTER), "2026Q4"),
    (joint.Report, "milestones"): _FORM_SHARE,
    (joint.Appraisal, "reproduces"): _FORM_NAME,
    (joint.AppraisalBasis, "plans_sha256"): _FORM_DIGEST,
    (joint.AppraisalBasis, "list_sha256"): _FORM_DIGEST,
    (joint.AppraisalBasis, "code_sha256"): _FORM_DIGEST,
    (joint.AppraisalBasis, "key"): _FORM_NAME,
    (joint.AppraisalBasis, "together"): _FORM_NAME,
    (joint.SignedPlan, "week_sha256"): _FORM_DIGEST,
    (joint.SignedPlan, "built"): _FORM_NAME,
    (joint.OwnSeed, "outputs_sha256"): _FORM_DIGEST,
    **{
        (joint.Lights, name): _FORM_SHARE
        for name in joint.Lights.__struct_fields__
        if not name.endswith("_days")
    },
}
"""Field → its form, also of each member of a list and each value of a table."""

_LISTS: Final[Mapping[tuple[type[Any], str], Collection[str]]] = {
    (joint.Quantity, "currency"): CURRENCIES,
    (joint.Document, "kind"): DOCUMENT_TYPES,
    (joint.Organisation, "roles"): ROLES,
    (joint.Project, "open_questions"): QUESTIONS,
    (joint.Commitment, "open_questions"): QUESTIONS,
}
"""Field → the words that it may hold."""

_REFERENCES: Final[Mapping[tuple[type[Any], str], str]] = {
    (joint.Commitment, "project"): "project",
    (joint.Claim, "project"): "project",
    (joint.Report, "project"): "project",
    (joint.Transition, "project"): "project",
    (joint.Dependency, "project"): "project",
    (joint.Appraisal, "projects"): "project",
    (joint.DecisionItem, "project"): "project",
    (joint.DecisionItem, "into"): "project",
    (joint.DecisionItem, "mapping"): "commitment",
    (joint.Report, "milestones"): "commitment",
    (joint.Evidence, "about"): "",
}
"""Field → the kind of what it names; empty where the record says the kind."""


def _of_field(
    found: Any, record: type[Any], name: str, sight: _Sight, path: str, whole: Mapping[str, Any]
) -> Iterator[Problem]:
    """What one field asks for beside its type."""
    place = (record, name)
    if name == "id" and record in IDS:
        yield from _own_id(found, IDS[record][1], sight, path)
    elif place == (joint.Charter, "id") and found != "charter":
        yield sight.problem("content_form", path, str(found), form="charter")
    elif type(found) is int and found < 0:
        yield sight.problem("content_form", path, str(found), form="0, 1, 2 …")
    if place in _REFERENCES:
        kind = _REFERENCES[place] or str(whole.get("about_kind", ""))
        for one in (*(found if isinstance(found, Mapping) else ()), *_values(found, place)):
            yield from _reference(one, kind, sight, path)
    words, form = _LISTS.get(place), _FORMS.get(place)
    for one in _each(found):
        if words is not None and one not in words:
            yield sight.problem("content_word", path, one, known=_near(one, words))
        if form is not None and not form[0](one):
            yield sight.problem("content_form", path, one, form=form[1])


def _values(found: Any, place: tuple[type[Any], str]) -> list[str]:
    """What a field names beside the keys of its table: shares of a milestone name nothing."""
    return [] if place == (joint.Report, "milestones") else _each(found)


def _each(found: Any) -> list[str]:
    """The texts of a field: itself, its members, or the values of its table."""
    if isinstance(found, Mapping):
        found = list(found.values())
    members = found if isinstance(found, list | tuple) else [found]
    return [one for one in members if isinstance(one, str)]


def _near(said: str, known: Collection[str]) -> str:
    """The words of a list that are nearest to another one; of a short list all."""
    ordered = sorted(known)
    if len(ordered) <= 2 * _NEAR:
        return ", ".join(ordered)
    close = get_close_matches(said, ordered, n=_NEAR, cutoff=0.4) or ordered[:_NEAR]
    return ", ".join([*close, "…"])


def _own_id(found: Any, most: int, sight: _Sight, path: str) -> Iterator[Problem]:
    if not isinstance(found, str):
        return
    if not _ID.fullmatch(found) or len(found) > most:
        yield sight.problem("content_form", path, escaped_id(found), form=_ID_FORM)
    twin = sight.listed.twin(found) if sight.listed is not None else ""
    if twin:
        yield sight.problem("content_twin", path, escaped_id(found), known=shown(escaped_id(twin)))


def _reference(found: str, kind: str, sight: _Sight, path: str) -> Iterator[Problem]:
    """What is named must be in the list; its own form was looked at when it came there."""
    if sight.listed is None:
        if not _is_name(found):
            yield sight.problem("content_form", path, found, form=_ID_FORM)
        return
    if kind != "charter" and not sight.listed.holds(kind, found):
        near = ", ".join(map(shown, sight.listed.nearest(kind, found))) or "–"
        yield sight.problem("content_reference", path, found, known=near)


def shown(said: str) -> str:
    """The beginning of a text as it may stand in a sentence: letters that steer are escaped."""
    visible = "".join(
        code_point(letter).join("<>") if is_hidden(letter) or not letter.isprintable() else letter
        for letter in said[:_MOST_SHOWN]
    )
    return visible if len(said) <= _MOST_SHOWN else f"{visible}…"
