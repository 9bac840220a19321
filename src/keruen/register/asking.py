"""What is asked about before this side signs: what points to a person, titles that look alike.

Knows bodies of entries and the list; knows nothing of files and of faces. Nothing here is wrong by
rule, so nothing is refused for good; but an append-only log cannot forget, so a person must say
that it is meant. Every path to a signature comes through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from keruen.domain.joint import MText, Project
from keruen.domain.languages import LANGUAGES
from keruen.errors import Problem, RegisterError
from keruen.register.joint_list import consent
from keruen.register.joint_list.rules import WriterView
from keruen.register.record.entries import Offer
from keruen.register.record.signable import look, shown
from keruen.tabular.persons import personal_parts

Ask = Callable[[tuple[Problem, ...]], bool]
"""Told every question at once; says whether all of it is meant. `kind_of` tells their kinds."""

_KEYS: Final[Mapping[str, str]] = {
    "phone": "problem.ask_phone",
    "mail": "problem.ask_mail",
    "iin": "problem.ask_iin",
    "chinese_id": "problem.ask_chinese_id",
    "name": "problem.ask_name",
    "link": "problem.ask_link",
    "title": "problem.ask_title",
}
KINDS: Final = tuple(_KEYS)
_KIND_OF: Final = {key: kind for kind, key in _KEYS.items()}

_UNREAD: Final = frozenset(
    {
        *("sha256", "minutes_sha256", "inputs_sha256", "outputs_sha256", "scenario_digest"),
        *("week_sha256", "plans_sha256", "list_sha256", "code_sha256"),
        *("follows", "core_hash", "parent", "answers", "offer", "target", "bundle"),
        *("value", "low", "high", "public", "sig", "key", "geometry"),
    }
)
"""Fields with fingerprints and figures: digits that only look like a person's number."""


def kind_of(question: Problem) -> str:
    """The kind of a question, one of `KINDS`."""
    return _KIND_OF[question.key]


def settle(
    ask: Ask | None, view: WriterView, bodies: Sequence[tuple[str, Any]], first: int
) -> None:
    """Go on only when everything that must be asked was meant.

    Parameters
    ----------
    ask : None refuses whatever must be asked.
    bodies : type and record of each entry that is to be signed.
    first : place of the first one in the side's log.

    Raises
    ------
    RegisterError
        With every question, when there is nobody to ask, or the answer is no.
    """
    found: list[Problem] = []
    for number, (kind, record) in enumerate(bodies, start=first):
        place = f"{view.side} {number} {kind}"
        found += personal_questions(record, place)
        if isinstance(record, Offer):
            found += _title_questions(view, record, place)
    refuse_unless_meant(ask, found)


def refuse_unless_meant(ask: Ask | None, questions: Sequence[Problem]) -> None:
    """Raise the questions as problems unless somebody says that all of it is meant."""
    if questions and (ask is None or not ask(tuple(questions))):
        kinds = ", ".join(dict.fromkeys(kind_of(one) for one in questions))
        last = Problem("problem.ask_refused", {"kinds": kinds})
        raise RegisterError((*questions, last))


def personal_questions(record: Any, place: str) -> Iterator[Problem]:
    """Every part of a record that points to a person, with the place of its field."""
    for path, said in _texts(msgspec.to_builtins(record, str_keys=True), ""):
        for part in personal_parts(said):
            found = shown(said[part.first : part.end])
            yield Problem(_KEYS[part.kind], {**_placed(record, place, path), "found": found})


def _placed(record: Any, place: str, path: str) -> dict[str, str]:
    """The place of a text in a record, so that a face can name the field in words."""
    kind = type(record).__name__.lower()
    if isinstance(record, Offer) and path.startswith("core."):
        kind, path = record.kind, path.removeprefix("core.")
    # The words of a language are one field to a person.
    if path.endswith(tuple(f".{language}.text" for language in LANGUAGES)):
        path = path.removesuffix(".text")
    return {"place": f"{place}: {path}", "record": kind, "field_path": path}


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text of a body with the path of its field; names that a side chose itself are texts."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield path, name
            if name not in _UNREAD:
                yield from _texts(one, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value, start=1):
            yield from _texts(one, f"{path}[{n}]")


def _title_questions(view: WriterView, offer: Offer, place: str) -> Iterator[Problem]:
    """A project's title that differs from another project's only in letters that look alike."""
    core = consent.record_of(offer)
    if not isinstance(core, Project):
        return
    others: dict[str, tuple[str, str]] = {}
    for one in view.state.projects.values():
        if one.latest.id != core.id:
            others |= {
                _title_look(said): (one.latest.id, said) for _, said in _said(one.core.title)
            }
    for language, said in _said(core.title):
        name, known = others.get(_title_look(said), ("", said))
        if known != said:
            words = {"found": shown(said), "known": shown(known), "id": shown(name)}
            placed = _placed(offer, place, f"core.title.{language}")
            yield Problem(_KEYS["title"], {**placed, **words})


def _said(title: MText) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        words = getattr(title, language)
        if words is not None:
            yield language, words.text


def _title_look(said: str) -> str:
    return look(" ".join(said.split()))
