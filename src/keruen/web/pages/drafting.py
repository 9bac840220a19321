"""Write: forms made from the schema, drafts kept as typed, each read whole before it is signed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from keruen.domain.joint import SIDES, MText
from keruen.domain.joint_state import JointState, Revision
from keruen.domain.languages import LANGUAGES
from keruen.domain.untyped import JsonValue
from keruen.errors import Problem, RegisterError
from keruen.i18n import describe
from keruen.i18n.messages import catalogue
from keruen.i18n.typed import read_day
from keruen.register import Register
from keruen.register.joint_list import editions, listed_in, text_in_force, wording
from keruen.register.record import record_of, text_from
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    id_in_words,
    names,
    plain,
    side_name,
    side_names,
    title_of,
)
from keruen.report.joint.whole_text import changes_in_words, fields_for_reader, unit_in_words
from keruen.store.notebook import Deed, Draft
from keruen.web.asked import Answer, PageNotFoundError, PageRequest, SeeOther, WebPage
from keruen.web.forms import RECORDS, FormPart, ReadForm, filled, form_of, read_typed, with_places
from keruen.web.pages.deeds import (
    Wrong,
    needed_state,
    own_side,
    signing_fields,
    tried,
)
from keruen.web.pages.kept_drafts import (
    MOST_FILES,
    WITH_FILE,
    as_audited,
    has_room,
    keep_draft,
    own_draft,
    with_draft,
)
from keruen.web.pages.sign import after_signing, text_of_core

_NOTHING_WRONG: Final = Wrong()
_OFFERED: Final = frozenset({"project", "commitment", "decision", "transition"})
"""Kinds that are put to the other side; the others are said, and need no answer."""
_PREFIX: Final = {
    "project": "KH",
    "commitment": "C",
    "claim": "S",
    "decision": "D",
    "transition": "T",
}
_QUARTERS: Final = 6
_ID: Final = re.compile(r"([A-Z]+)-(\d+)(?:-[AB])?")


def forms(asked: PageRequest) -> WebPage:
    """Which forms there are, and what was begun."""
    asked.data.writer.check_may_write()
    state = needed_state(asked)
    drafts = [one for one in asked.data.writer.notebook.drafts() if one.kind in RECORDS]
    return WebPage(
        template="forms.html",
        title=asked.say("web.menu_write"),
        lead=asked.say("web.write_lead"),
        shown={
            "kinds": [
                (
                    asked.say(f"web.write_{kind}"),
                    asked.say(f"web.about_{kind}"),
                    asked.address("write", kind),
                )
                for kind in RECORDS
            ],
            "drafts": [
                (
                    asked.say(f"web.write_{one.kind}"),
                    _draft_title(one, asked.language),
                    date_in_words(one.at, asked.language),
                    asked.address("write", one.kind, draft=str(one.id)),
                )
                for one in drafts
            ],
            "own": _own_open(state, asked),
            **signing_fields(asked, _NOTHING_WRONG),
        },
    )


def _own_open(state: JointState, asked: PageRequest) -> list[tuple[str, str]]:
    """This side's offers that the other side has not answered."""
    side = own_side(asked)
    return [
        (
            " ".join((id_in_words(one.subject, asked.language), _core_title(one, asked.language))),
            asked.address("sign", one.entry),
        )
        for one in state.all_revisions()
        if one.side == side and one.status == "offered"
    ]


def _core_title(one: Revision, language: str) -> str:
    key = {"commitment": "text", "decision": "meeting"}.get(one.kind, "title")
    return text_of_core(one.core.get(key), language)


def _draft_title(draft: Draft, language: str) -> str:
    keys = [
        f"{name}.{code}"
        for name in ("title", "text", "meeting", "summary", "document.title")
        for code in (language, *LANGUAGES)
    ]
    words = next((draft.typed[key] for key in keys if draft.typed.get(key)), "")
    return " ".join(part for part in (draft.typed.get("id", ""), plain(words)) if part) or "–"


def _kind(asked: PageRequest) -> str:
    kind = asked.names["kind"]
    if kind not in RECORDS:
        raise PageNotFoundError
    return kind


def form(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """The form of one kind: empty, from a text that is there, from a draft, or as it came back.

    Raises
    ------
    PageNotFoundError
        When there is no such kind, draft or text.
    """
    asked.data.writer.check_may_write()
    state, kind = needed_state(asked), _kind(asked)
    typed = _typed(state, kind, asked)
    before = _before(state, kind, typed)
    parts = form_of(
        kind,
        typed,
        asked.language,
        errors=wrong.fields,
        choices=_choices(state, asked),
        marks=_marks(before, asked),
    )
    answers = typed.get("_answers", "")
    return WebPage(
        template="form.html",
        title=asked.say("web.counter_title" if answers else f"web.write_{kind}"),
        lead=asked.say(f"web.about_{kind}"),
        shown={
            "parts": parts,
            "kept": {name: typed[name] for name in ("_draft", "_answers") if typed.get(name)},
            "is_offered": kind in _OFFERED,
            "has_file": kind in WITH_FILE,
            "file_name": typed.get("_file_name", ""),
            "lapses": typed.get("_lapses", ""),
            "confirm": _confirmable(before, asked),
            "confirmed": typed.get("_confirm", "").split(","),
            "summary": _summary(parts, wrong, asked),
            **signing_fields(asked, wrong),
            "reason": typed.get("_reason", ""),
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _typed(state: JointState, kind: str, asked: PageRequest) -> dict[str, str]:
    """What stands in the inputs."""
    if asked.posted is not None:
        draft = own_draft(asked, asked.posted.typed.get("_draft", ""), kind)
        # Of a form that was not acted upon the file is not here, whatever it was called.
        return {**asked.posted.typed, "_file_name": draft.content_name if draft else ""}
    if "draft" in asked.query:
        draft = own_draft(asked, asked.query["draft"], kind)
        if draft is None:
            raise PageNotFoundError
        return {**draft.typed, "_draft": str(draft.id), "_file_name": draft.content_name}
    answers = asked.query.get("answers", "")
    if answers:
        offer = next((one for one in state.all_revisions() if one.entry == answers), None)
        if offer is None or offer.kind != kind:
            raise PageNotFoundError
        return {**filled(kind, offer.core, asked.language), "_answers": answers}
    subject = asked.query.get("subject", "")
    if subject:
        edition = editions.present_edition(state, subject, kind)
        if edition is None:
            raise PageNotFoundError
        return filled(kind, edition.core, asked.language)
    started = {"project": asked.query.get("project", ""), "about": asked.query.get("about", "")}
    if kind in _PREFIX:
        started["id"] = _next_id(state, kind, own_side(asked))
    return {name: words for name, words in started.items() if words}


def _next_id(state: JointState, kind: str, side: str) -> str:
    """A number that nobody has used; the side's letter keeps both sides from taking the same."""
    used = [_ID.fullmatch(one) for one in listed_in(state).here.get(kind, ())]
    prefix = _PREFIX[kind]
    found = [int(one[2]) for one in used if one is not None and one[1] == prefix]
    return f"{prefix}-{max(found, default=0) + 1:04}-{side}"


def _before(
    state: JointState, kind: str, typed: Mapping[str, str]
) -> Mapping[str, JsonValue] | None:
    """The text that this one is to replace: that of the offer that is answered, else in force."""
    answers = typed.get("_answers", "")
    for one in state.all_revisions():
        if answers and one.entry == answers:
            return one.core
    return text_in_force(state, kind, typed.get("id", ""))


def _choices(state: JointState, asked: PageRequest) -> dict[str, list[tuple[str, str]]]:
    """What is chosen from the register: projects, commitments, units, quarters, subjects."""
    language = asked.language
    projects = [
        (name, f"{id_in_words(name, language)} {title_of(one.core, language, 60).text}")
        for name, one in state.projects.items()
    ]
    commitments = [
        (name, f"{id_in_words(name, language)} {_words(one.core.text, language)}")
        for name, one in state.commitments.items()
    ]
    sides = [(str(side), side_name(state, side, language)) for side in SIDES]
    return {
        "project": projects,
        "about": projects + commitments,
        "forecast": commitments,
        "milestones": commitments,
        "mapping": commitments,
        "debtor": sides,
        "creditor": sides,
        "side": sides,
        "unit": _units(language),
        "quarter": _quarters(asked),
        "field": _claim_fields(language),
    }


def _words(words: MText, language: str) -> str:
    return text_of_core(msgspec.to_builtins(words), language)[:60]


def _units(language: str) -> list[tuple[str, str]]:
    """Units that have a name, by that name; money first."""
    money = [(one, unit_in_words(one, language)) for one in ("KZT", "CNY", "USD")]
    named = (key.removeprefix("joint.unit_") for key in catalogue(language) if "joint.unit_" in key)
    codes = {"t", "t/yr", "ha", "m2", "km", *(one.replace("_per_", "/") for one in named)}
    return money + sorted(
        ((code, unit_in_words(code, language)) for code in codes), key=lambda one: one[1]
    )


def _quarters(asked: PageRequest) -> list[tuple[str, str]]:
    """This quarter and those before it, the newest first."""
    today = dt.date.fromisoformat(asked.today)
    last = today.year * 4 + (today.month - 1) // 3
    return [
        (f"{n // 4}Q{n % 4 + 1}", asked.say("web.quarter", year=str(n // 4), n=n % 4 + 1))
        for n in range(last, last - _QUARTERS, -1)
    ]


def _claim_fields(language: str) -> list[tuple[str, str]]:
    """What a claim may be about, by its name; single events of the past are not offered."""
    codes = [
        key.removeprefix("joint.field_")
        for key in catalogue(language)
        if key.startswith("joint.field_") and "event_" not in key
    ]
    return sorted(((one, code_name("field", one, language)) for one in codes), key=lambda x: x[1])


def _marks(before: Mapping[str, JsonValue] | None, asked: PageRequest) -> dict[str, str]:
    """How each language of the text before stands: original, draft, behind its originals."""
    marks: dict[str, str] = {}

    def look(value: JsonValue, path: str) -> None:
        if isinstance(value, Mapping) and any(
            isinstance(value.get(one), Mapping) and "text" in value[one] for one in LANGUAGES
        ):
            for one in LANGUAGES:
                if one in value:
                    is_original = one in value.get("authentic", ())
                    state = "authentic" if is_original else str(value[one].get("state", "draft"))
                    marks[f"{path}.{one}"] = asked.say(f"joint.text_state_{state.lower()}")
                else:
                    marks[f"{path}.{one}"] = asked.say("web.no_text")
        elif isinstance(value, Mapping):
            for name, one in value.items():
                look(one, f"{path}.{name}".lstrip("."))
        elif isinstance(value, list | tuple):
            for n, one in enumerate(value, start=1):
                look(one, f"{path}[{n}]")

    look(before or {}, "")
    return marks


def _confirmable(
    before: Mapping[str, JsonValue] | None, asked: PageRequest
) -> list[tuple[str, str]]:
    """Languages that may be said to have been read again, where a text is changed."""
    if before is None:
        return []
    return [(one, asked.say(f"field.language_{one}")) for one in LANGUAGES]


def _summary(
    parts: tuple[FormPart, ...], wrong: Wrong, asked: PageRequest
) -> list[tuple[str, str]]:
    """Every problem with the input to which it leads, in the order of the form."""
    del asked
    order: list[tuple[str, str]] = []

    def walk(part: FormPart) -> None:
        for sentence in part.errors:
            # What the register says of a field begins with its name already.
            is_named = sentence.startswith(f"{part.title}:")
            order.append((part.path, sentence if is_named else f"{part.title}: {sentence}"))
        for one in part.parts:
            walk(one)

    for part in parts:
        walk(part)
    shown = {path for path, _ in order}
    rest = [
        (path, line) for path, lines in wrong.fields.items() if path not in shown for line in lines
    ]
    return [*order, *rest, *(("", line) for line in wrong.lines)]


def keep(asked: PageRequest) -> Answer:
    """Keep the form as a draft; when it is said to be whole, look at it and show it to be read."""
    assert asked.posted is not None
    kind, posted = _kind(asked), asked.posted
    needed_state(asked)
    if posted.content and not has_room(asked, kind):
        without = replace(asked, posted=replace(posted, content=b"", content_name=""))
        again = with_draft(without, keep_draft(without, kind)[0])
        return form(again, Wrong(fields={"_file": [asked.say("web.files_full", n=MOST_FILES)]}))
    number = keep_draft(asked, kind)
    if posted.action == "draft":
        return SeeOther(
            address=asked.address("write", kind, draft=str(number[0]), done=str(number[1]))
        )
    if posted.action != "next":
        raise PageNotFoundError
    draft = asked.data.writer.notebook.draft(number[0])
    assert draft is not None
    again = with_draft(asked, number[0])
    wrong = _read(again, draft)[1]
    if wrong is not _NOTHING_WRONG:
        return form(again, wrong)
    return SeeOther(address=asked.address("drafts", str(number[0])))


def _read(asked: PageRequest, draft: Draft) -> tuple[JsonValue, Wrong]:
    """The record that a draft says, and what is wrong with it."""
    state = needed_state(asked)
    found = read_typed(draft.kind, draft.typed, asked.language)
    errors: dict[str, list[str]] = {path: [asked.say(key)] for path, key in found.unread.items()}
    lines: list[str] = []
    if draft.kind == "evidence":
        if not draft.content:
            errors["_file"] = [asked.say("web.file_missing")]
        _complete_evidence(state, found, draft)
    lapses = draft.typed.get("_lapses", "").strip()
    last_day = read_day(lapses, asked.language) if lapses else asked.today
    if last_day is None or last_day < asked.today:
        key = "web.problem_past" if last_day else "web.problem_day"
        errors["_lapses"] = [asked.say(key)]
    if draft.typed.get("_answers") and not draft.typed.get("_reason", "").strip():
        errors["_reason"] = [asked.say("web.reason_missing")]
    record = None
    try:
        before = _before(state, draft.kind, draft.typed)
        confirmed = tuple(one for one in draft.typed.get("_confirm", "").split(",") if one)
        record = record_of(found.words, draft.kind, "form", before, confirmed, listed_in(state))
        if draft.kind in _OFFERED and before and msgspec.to_builtins(record) == before:
            # Signed, it would ask the other side for an answer to what both have already.
            lines.append(asked.say("web.problem_unchanged"))
    except RegisterError as refused:
        _place(found, refused.problems, errors, lines, asked.language)
    if errors or lines:
        return record, Wrong(fields=errors, lines=tuple(lines))
    return record, _NOTHING_WRONG


def _complete_evidence(state: JointState, found: ReadForm, draft: Draft) -> None:
    """What is made from the file and the list, and nobody types."""
    words = found.words
    about = str(words.get("about", ""))
    document = words.get("document", {})
    is_met = words.get("claims_met") is True
    made = wording.evidence_words(state, about, draft.content, document, is_met=is_met)
    # Without what it is about it is refused for that alone: its number, half made, is no fault.
    found.words = {**made} if about else {**made, "about": None, "id": "E-0"}
    found.words = {name: value for name, value in found.words.items() if value is not None}


def _place(
    found: ReadForm,
    problems: tuple[Problem, ...],
    errors: dict[str, list[str]],
    lines: list[str],
    language: str,
) -> None:
    """Put each problem at its input; an input that could not be read has said so already."""
    for path, problem in with_places(found, problems):
        if path in found.unread:
            continue
        sentence = describe(problem, language)
        if path:
            errors.setdefault(path, []).append(sentence)
        else:
            lines.append(sentence)


def _draft_named(asked: PageRequest) -> Draft:
    number = asked.names["draft"]
    is_number = number.isascii() and number.isdecimal() and len(number) < 12
    draft = asked.data.writer.notebook.draft(int(number)) if is_number else None
    if draft is None or draft.kind not in RECORDS:
        raise PageNotFoundError
    return draft


def review(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> Answer:
    """The whole text as it will be signed, before it is.

    Raises
    ------
    PageNotFoundError
        When there is no such draft.
    """
    asked.data.writer.check_may_write()
    draft, state, language = _draft_named(asked), needed_state(asked), asked.language
    record, unfit = _read(asked, draft)
    if unfit is not _NOTHING_WRONG:
        # The list has changed since, or the draft was opened by its address: back to its form.
        return SeeOther(address=asked.address("write", draft.kind, draft=str(draft.id)))
    core = msgspec.to_builtins(record)
    before = _before(state, draft.kind, draft.typed)
    lapses = read_day(draft.typed.get("_lapses", ""), language)
    sides = side_names(state, language)
    first, others = fields_for_reader(draft.kind, core, language, sides)
    changes = changes_in_words(draft.kind, before, core, language) if before else ()
    return WebPage(
        template="review.html",
        kicker=asked.say(f"web.write_{draft.kind}"),
        title=_draft_title(draft, language),
        shown={
            "fields": first,
            "others": others,
            "changes": list(changes),
            "lapses": date_in_words(lapses, language) if lapses else "",
            "why": draft.typed.get("_reason", ""),
            "is_offered": draft.kind in _OFFERED,
            "readers": _others(state, asked),
            "who": side_name(state, own_side(asked), language),
            "edit": asked.address("write", draft.kind, draft=str(draft.id)),
            "shown_digest": _digest(draft, core),
            **signing_fields(asked, wrong),
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _digest(draft: Draft, core: Mapping[str, JsonValue]) -> str:
    """Of everything that the page shows before it is signed."""
    around = {name: words for name, words in draft.typed.items() if name.startswith("_")}
    shown = [core, around, hashlib.sha256(draft.content).hexdigest()]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def _others(state: JointState, asked: PageRequest) -> str:
    """The sides that will read it: the other one."""
    own = own_side(asked)
    return names(
        [side_name(state, one, asked.language) for one in SIDES if one != own], asked.language
    )


def put_forward(asked: PageRequest) -> Answer:
    """Sign what was read and write it to the log; or throw the draft away."""
    assert asked.posted is not None
    draft = _draft_named(asked)
    if asked.posted.action == "drop":
        return _dropped(asked, draft)
    if asked.posted.action != "sign":
        raise PageNotFoundError
    if asked.posted.typed.get("_read") != "yes":
        return review(asked, Wrong(fields={"_read": [asked.say("web.read_missing")]}))
    record, unfit = _read(asked, draft)
    if unfit is not _NOTHING_WRONG:
        return SeeOther(address=asked.address("write", draft.kind, draft=str(draft.id)))
    if asked.posted.typed.get("_shown") != _digest(draft, msgspec.to_builtins(record)):
        # Somebody changed the draft behind the page that was read: that text was never shown.
        return review(asked, Wrong(lines=(asked.say("web.draft_changed"),)))
    return tried(asked, lambda: _signed(asked, draft, record), _refused)


def _refused(asked: PageRequest, wrong: Wrong) -> Answer:
    return review(asked, wrong)


def _signed(asked: PageRequest, draft: Draft, record: JsonValue) -> Answer:
    assert asked.posted is not None
    subject = plain(str(getattr(record, "id", getattr(record, "project", ""))))
    what = "evidence_given" if draft.kind == "evidence" else "put_forward"
    done = asked.data.writer.carry_out(
        asked.signature, (what, subject, str(draft.id)), _act(asked, draft, record), draft.id
    )
    address = after_signing(asked, done)
    is_waiting = "/waiting/" in address
    return SeeOther(address=address if is_waiting else asked.address("write", done=str(done)))


def _act(asked: PageRequest, draft: Draft, record: JsonValue) -> Callable[[Register], str]:
    """What writes the record: an offer, an answer to one, or something that is said."""
    at, typed = asked.data.settings.now(), draft.typed
    why = typed.get("_reason", "").strip()
    reason = text_from({asked.language: why}) if why else None
    lapses = read_day(typed.get("_lapses", ""), asked.language) or ""
    answers = typed.get("_answers", "")

    def act(register: Register) -> str:
        if answers:
            return register.counter(answers, record, at=at, reason=reason)
        if draft.kind in _OFFERED:
            kind: Any = draft.kind  # Any: one of the kinds of a subject, as `_OFFERED` says
            return register.offer(kind, record, at=at, lapses=lapses, reason=reason)
        if draft.kind == "evidence":
            return register.evidence(record, draft.content, at=at)
        return (register.claim if draft.kind == "claim" else register.report)(record, at=at)

    return act


def _dropped(asked: PageRequest, draft: Draft) -> Answer:
    at = asked.data.settings.now()
    with asked.data.writer.notebook.change() as change:
        change.drop_draft(draft.id)
        deed = Deed(
            at=at,
            who=asked.who,
            what="draft_dropped",
            subject=str(draft.id),
            before=as_audited(draft.typed),
        )
        done = change.tell(deed)
    return SeeOther(address=asked.address("write", done=str(done)))
