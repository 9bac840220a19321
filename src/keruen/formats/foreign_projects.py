"""One project of somebody else's OC4IDS file, as a draft of ours.

Knows which fields of OC4IDS have a place in our records. Whatever has none, or cannot be read, is
kept aside as it was and named in a note, the unreadable with its path and what was looked for;
fields with data of persons are dropped, and that is noted too. Nothing of a foreign file is taken
as agreed: promises are statements, without sides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from keruen.domain.joint import (
    Commitment,
    Identifier,
    Interval,
    Location,
    MText,
    Organisation,
    Project,
    Quantity,
    Source,
    Words,
)
from keruen.domain.languages import LANGUAGES, Language
from keruen.domain.untyped import JsonValue
from keruen.errors import Problem
from keruen.formats.cells import shortened, tidy
from keruen.formats.oc4ids_codes import PERIODS, Document, decimal
from keruen.formats.positions import position_fault
from keruen.tabular import day_of
from keruen.tabular.dates import DateError

PERSONAL: Final = frozenset(
    {
        "beneficialOwners",
        "contactPoint",
        "email",
        "faxNumber",
        "people",
        "person",
        "publicOffices",
        "telephone",
    }
)
"""Fields of OC4IDS that hold names and addresses of persons."""

_MOMENT: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"\s*(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
"""A day with its hour, as OC4IDS writes both; the list knows days only."""

_PERSONAL_LISTS: Final = frozenset({"lobbyingMeetings"})


@dataclass(slots=True, kw_only=True)
class Aside:
    """What of one project did not become part of a record, and the notes about it."""

    place: str
    parts: Document = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)

    def tell(self, key: str, **more: str) -> None:
        """Note something about this project."""
        self.notes.append(Problem(key, {"place": self.place, **more}))

    def keep(self, name: str, value: JsonValue) -> None:
        """Keep a part as it was, but for data of persons, and note it."""
        if self._kept_clean(name, value):
            self.tell("problem.oc4ids_foreign", field=name)

    def keep_unreadable(self, name: str, value: JsonValue, kind: str) -> None:
        """Keep a part that is not what its field asks for, and note what it should be.

        Parameters
        ----------
        kind : the last part of a catalogue key ``sheets.form_…``.
        """
        if self._kept_clean(name, value):
            form = f"sheets.form_{kind}"
            self.tell_at(name, "problem.oc4ids_unreadable", found=_excerpt(value), kind=form)

    def keep_with_reason(self, name: str, value: JsonValue, key: str, **more: str) -> None:
        """Keep a part that cannot be read, and note why."""
        if self._kept_clean(name, value):
            self.tell_at(name, key, **more)

    def tell_at(self, name: str, key: str, **more: str) -> None:
        """Note something about a part of this project."""
        self.notes.append(Problem(key, {"place": f"{self.place}.{name}", **more}))

    def _kept_clean(self, name: str, value: JsonValue) -> bool:
        """Keep a part without data of persons; whether anything of it was left."""
        clean = self.without_persons(name, value)
        is_some = clean not in (None, {}, [], "")
        if is_some:
            self.parts[name] = clean
        return is_some

    def without_persons(self, name: str, value: JsonValue) -> JsonValue:
        """A part without the fields that hold data of persons."""
        if name.rpartition(".")[2] in PERSONAL or name in _PERSONAL_LISTS:
            self.tell("problem.oc4ids_personal", field=name)
            return None
        if isinstance(value, dict):
            found = {
                key: self.without_persons(f"{name}.{key}", part) for key, part in value.items()
            }
            return {key: part for key, part in found.items() if part is not None}
        if isinstance(value, list):
            found_all = [self.without_persons(f"{name}[{n}]", part) for n, part in enumerate(value)]
            return [part for part in found_all if part is not None]
        return value


def _excerpt(value: JsonValue) -> str:
    """The beginning of a value, as the file has it, for a sentence about it."""
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return shortened(tidy(said))


def foreign_project(
    document: Mapping[str, JsonValue], aside: Aside, text_language: str = ""
) -> tuple[Project, tuple[Commitment, ...]] | None:
    """A project and its milestones; none when its language is not one of the register.

    Parameters
    ----------
    document : the project; its `id` is known to be a text.
    aside : takes what has no place.
    text_language : of the texts when the project does not say; one of the two is there.
    """
    left = dict(document)
    language = _language(left, aside, text_language)
    if language is None:
        return None
    name = str(left.pop("id"))
    title = _text(left, "title", language, aside)
    if title is None:
        aside.tell("problem.oc4ids_no_title", id=name)
    project = Project(
        id=name,
        title=title or MText(),
        description=_text(left, "description", language, aside),
        purpose=_text(left, "purpose", language, aside),
        kind="infrastructure",
        sectors=tuple(_strings(left, "sector", aside)),
        parties=tuple(_parties(left, language, aside)),
        identifiers=tuple(_identifiers(left, aside)),
        locations=tuple(_locations(left, language, aside)),
        baseline=_baseline(left, aside),
        budget=_budget(left, aside),
    )
    promises = tuple(_milestones(left, name, language, aside))
    for part, value in left.items():
        aside.keep(part, value)
    return project, promises


def states_language(document: Mapping[str, JsonValue]) -> bool:
    """Whether a project says which language its texts are in."""
    return document.get("language") not in (None, "")


def _language(left: Document, aside: Aside, text_language: str) -> Language | None:
    said = str(left.pop("language", "") or text_language)
    short = said.lower().replace("_", "-").split("-")[0]
    for known in LANGUAGES:
        if short == known:
            return known
    aside.tell("problem.oc4ids_language", language=said)
    left["language"] = said
    for part, value in left.items():
        aside.keep(part, value)
    return None


def words(said: str, language: Language) -> MText:
    """A draft in one language, which follows nothing yet."""
    one = Words(text=said)
    if language == "kk":
        return MText(kk=one)
    if language == "ru":
        return MText(ru=one)
    return MText(zh=one) if language == "zh" else MText(en=one)


def _text(left: Document, name: str, language: Language, aside: Aside) -> MText | None:
    said = left.pop(name, None)
    if isinstance(said, str) and said.strip():
        return words(said, language)
    aside.keep_unreadable(name, said, "text")
    return None


def _list(left: Document, name: str, aside: Aside) -> Iterator[tuple[str, JsonValue]]:
    """The members of a list with their paths; what is no list is kept aside."""
    found = left.pop(name, None)
    if not isinstance(found, list):
        aside.keep_unreadable(name, found, "list")
        return
    for n, one in enumerate(found):
        yield f"{name}[{n}]", one


def _strings(left: Document, name: str, aside: Aside) -> Iterator[str]:
    for path, one in _list(left, name, aside):
        if isinstance(one, str) and one:
            yield one
        else:
            aside.keep_unreadable(path, one, "text")


def _objects(left: Document, name: str, aside: Aside) -> Iterator[tuple[str, Document]]:
    for path, one in _list(left, name, aside):
        if isinstance(one, dict):
            yield path, dict(one)
        else:
            aside.keep_unreadable(path, one, "object")


def _rest(path: str, left: Document, aside: Aside) -> None:
    """Keep what is left of an object; its own number within the file says nothing outside it."""
    for name, value in left.items():
        aside.keep(f"{path}.{name}", value)


def _taken(left: Document, name: str) -> str:
    """A text out of an object; left there when it is something else."""
    if isinstance(left.get(name), str):
        return str(left.pop(name))
    return ""


def _parties(left: Document, language: Language, aside: Aside) -> Iterator[Organisation]:
    authority = left.pop("publicAuthority", None)
    named = dict(_objects(left, "parties", aside))
    if isinstance(authority, dict):
        _join_authority(named, dict(authority))
    else:
        aside.keep_unreadable("publicAuthority", authority, "object")
    for path, one in named.items():
        roles = one.get("roles", [])
        if not _has_text(one, "name"):
            aside.keep(path, one)
            continue
        said = _taken(one, "name")
        if isinstance(roles, list) and all(isinstance(role, str) for role in roles):
            one.pop("roles", None)
        else:
            roles = []
        number = _outside_number(one) or _taken(one, "id")
        yield Organisation(name=words(said, language), roles=tuple(roles), identifier=number)
        _rest(path, one, aside)


def _join_authority(named: dict[str, Document], authority: Document) -> None:
    """Make the public authority one of the parties, or give its role to the party that it is."""
    for one in named.values():
        roles = one.setdefault("roles", [])
        if authority.get("id") is not None and one.get("id") == authority["id"]:
            if isinstance(roles, list) and "publicAuthority" not in roles:
                one["roles"] = [*roles, "publicAuthority"]
            if one.get("name", authority.get("name")) != authority.get("name"):
                one["publicAuthority"] = authority
            return
    named["publicAuthority"] = {**authority, "roles": ["publicAuthority"]}


def _outside_number(one: Document) -> str:
    """``scheme:number`` of a party, and its own id gone with it when that says the same."""
    outside = one.get("identifier")
    if not isinstance(outside, dict) or not isinstance(outside.get("id"), str):
        return ""
    scheme, number = outside.get("scheme", ""), outside["id"]
    if not isinstance(scheme, str):
        return ""
    more = {key: part for key, part in outside.items() if key not in {"scheme", "id"}}
    one.pop("identifier")
    if more:
        one["identifier"] = more
    if one.get("id") in (number, f"{scheme}-{number}", f"{scheme}:{number}"):
        del one["id"]
    return f"{scheme}:{number}" if scheme else number


def _identifiers(left: Document, aside: Aside) -> Iterator[Identifier]:
    for path, one in _objects(left, "identifiers", aside):
        if not _has_text(one, "id"):
            aside.keep(path, one)
            continue
        yield Identifier(id=_taken(one, "id"), scheme=_taken(one, "scheme"))
        _rest(path, one, aside)


def _has_text(one: Document, name: str) -> bool:
    return isinstance(one.get(name), str) and bool(one[name].strip())


def _locations(left: Document, language: Language, aside: Aside) -> Iterator[Location]:
    for path, one in _objects(left, "locations", aside):
        said = _taken(one, "description") or _taken(one, "id")
        shape = one.pop("geometry", None)
        is_known = shape is not None and _is_geometry(shape, f"{path}.geometry", aside)
        geometry = _decimals(shape) if is_known else None
        yield Location(name=words(said, language), geometry=geometry)
        _rest(path, one, aside)


def _is_geometry(shape: JsonValue, path: str, aside: Aside) -> bool:
    """Whether a shape can be drawn; one that cannot is kept aside with its reason."""
    fault = position_fault(shape)
    if fault is None:
        return True
    kind, found = fault
    if kind == "maybe_swapped":
        aside.tell_at(path, "problem.oc4ids_maybe_swapped", found=_excerpt(found))
        return True
    if kind == "form":
        aside.keep_unreadable(path, shape, "geometry")
        return False
    key = "problem.oc4ids_swapped" if kind == "swapped" else "problem.oc4ids_no_position"
    aside.keep_with_reason(path, shape, key, found=_excerpt(found))
    return False


def _decimals(value: JsonValue) -> JsonValue:
    """The same with numbers as decimal texts, as everything that is signed."""
    if isinstance(value, dict):
        return {name: _decimals(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_decimals(part) for part in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return value


def _baseline(left: Document, aside: Aside) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    for ours, theirs in PERIODS.items():
        span = left.pop(theirs, None)
        if span is None:
            continue
        if not isinstance(span, dict):
            aside.keep_unreadable(theirs, span, "object")
            continue
        first, last = (_day(span, name) for name in ("startDate", "endDate"))
        if not first or not last or first > last:
            _keep_period(theirs, span, (first, last), aside)
            continue
        found[ours] = Interval(first=first, last=last)
        # How long it is follows from its days.
        known = {"startDate", "endDate", "durationInDays"}
        _rest(theirs, {key: part for key, part in span.items() if key not in known}, aside)
    return found


def _keep_period(name: str, span: Document, days: tuple[str, str], aside: Aside) -> None:
    """Keep a period that has not two days in order, and say of each what is wrong with it."""
    clean = aside.without_persons(name, span)
    if not clean:
        return
    aside.parts[name] = clean
    for key, day in zip(("startDate", "endDate"), days, strict=True):
        if key not in span or span[key] in (None, ""):
            aside.tell_at(name, "problem.oc4ids_incomplete", field=key)
        elif not day:
            form = {"found": _excerpt(span[key]), "kind": "sheets.form_date"}
            aside.tell_at(f"{name}.{key}", "problem.oc4ids_unreadable", **form)
    if all(days):
        aside.tell_at(name, "problem.oc4ids_order", first=days[0], last=days[1])


def _day(span: Mapping[str, JsonValue], name: str) -> str:
    """The day of a field as ISO 8601; empty when there is none, or it cannot be read."""
    said = span.get(name)
    if not isinstance(said, str):
        return ""
    moment = _MOMENT.fullmatch(said.strip())
    try:
        return day_of(moment["day"] if moment else said).isoformat()
    except DateError:
        return ""


def _budget(left: Document, aside: Aside) -> Quantity | None:
    budget = left.pop("budget", None)
    if not isinstance(budget, dict):
        aside.keep_unreadable("budget", budget, "object")
        return None
    more = dict(budget)
    amount = more.pop("amount", None)
    found = _money(amount)
    if found is None:
        aside.keep_unreadable("budget.amount", amount, "sum")
    _rest("budget", more, aside)
    return found


def _money(value: object) -> Quantity | None:
    if not isinstance(value, dict) or not isinstance(value.get("currency"), str):
        return None
    amount = decimal(value.get("amount"))
    if amount is None or value.keys() - {"amount", "currency"}:
        return None
    return Quantity(value=amount, unit=value["currency"], currency=value["currency"])


def _milestones(
    left: Document, project: str, language: Language, aside: Aside
) -> Iterator[Commitment]:
    for path, one in _objects(left, "milestones", aside):
        says = [name for name in ("title", "description") if _has_text(one, name)]
        if not _has_text(one, "id") or not says:
            aside.keep(path, one)
            continue
        due, value = _day(one, "dueDate"), _money(one.get("value"))
        for field_, read_, kind in (("dueDate", due, "date"), ("value", value, "sum")):
            unread = one.pop(field_, None)
            if not read_:
                aside.keep_unreadable(f"{path}.{field_}", unread, kind)
        name, said = _taken(one, "id"), _taken(one, says[0])
        yield Commitment(
            id=f"{project}-{name}",
            project=project,
            text=words(said, language),
            strength="statement",
            due=Interval(first=due, last=due) if due else None,
            quantity=value,
            source=Source(document=aside.place),
            open_questions=("who",) if due else ("who", "when"),
        )
        _rest(path, one, aside)
