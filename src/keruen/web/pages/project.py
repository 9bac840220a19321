"""One project: its text, what both agreed, who owes what, what contradicts, and every revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from keruen.domain.joint import Claim, Evidence, MText, Words
from keruen.domain.joint_state import JointState, ProjectState, Revision, Saying
from keruen.i18n import LANGUAGES
from keruen.report.joint.chapters import ordered_promises, promise_standing
from keruen.report.joint.fiche import whole_fiche
from keruen.report.joint.sentences import (
    address_of,
    code_name,
    date_in_words,
    debt_in_words,
    fingerprint,
    id_in_words,
    interval_in_words,
    plain,
    said,
    saying_name,
    saying_value,
    side_name,
    side_names,
    source_in_words,
    title_of,
)
from keruen.report.joint.whole_text import changes_in_words, fields_for_reader
from keruen.web.asked import PageNotFoundError, PageRequest, WebPage
from keruen.web.tables import TableCell, TableColumn, WebTable

_TEXTS: Final = ("title", "description", "purpose")
_LONG: Final = 10_000
_OWN: Final = frozenset({"promises", "figures", "history", "documents"})
"""Chapters of the fiche that stand here as tables, to be had as files."""


def project(asked: PageRequest) -> WebPage:
    """The page of one project.

    Raises
    ------
    PageNotFoundError
        When the list has no such project.
    """
    state = asked.data.register.state(asked.today)
    name = asked.names["project"]
    if state is None or name not in state.projects:
        raise PageNotFoundError
    found = state.projects[name]
    chapters = whole_fiche(state, name, language=asked.language).sections
    title = title_of(found.core, asked.language)
    return WebPage(
        template="project.html",
        title=title.text,
        kicker=id_in_words(name, asked.language),
        tables=(
            _texts(found, asked),
            _commitments(state, found, asked),
            _claims(state, found, asked),
            _documents(state, found, asked),
            _revisions(state, found, asked),
        ),
        chapters=tuple(one for one in chapters if one.name not in _OWN),
        shown={
            "title_language": title.language,
            "editions": list(_editions(state, found, asked)),
            "writes": _writes(asked),
        },
    )


def _writes(asked: PageRequest) -> list[tuple[str, str]]:
    """What may be written about the project: words and address; nothing on a server for reading."""
    if asked.data.settings.place == "reading":
        return []
    name = asked.names["project"]
    forms = {
        "commitment": "project",
        "claim": "project",
        "report": "project",
        "transition": "project",
    }
    return [
        (asked.say("web.offer_change"), asked.address("write", "project", subject=name)),
        *(
            (asked.say(f"web.write_{kind}"), asked.address("write", kind, **{key: name}))
            for kind, key in {**forms, "evidence": "about"}.items()
        ),
    ]


def _table(
    name: str, keys: Sequence[str], rows: Sequence[tuple[TableCell, ...]], asked: PageRequest
) -> WebTable:
    number = asked.names["project"]
    python = f'Register.open("register").find("{number}", "{asked.today}")'
    return WebTable(
        name=name,
        title=asked.say(f"web.table_{name}"),
        columns=tuple(TableColumn(key=key, title=asked.say(f"web.column_{key}")) for key in keys),
        rows=tuple(rows),
        command=f"keruen register show {plain(number)} --folder register",
        python=python,
    )


def _texts(found: ProjectState, asked: PageRequest) -> WebTable:
    """Every text in every language with its state, also the languages that are missing."""
    behind = found.revisions[-1].behind if found.revisions else ()
    rows = []
    for field in _TEXTS:
        words: MText | None = getattr(found.core, field)
        if words is None:
            continue
        for code in LANGUAGES:
            one: Words | None = getattr(words, code)
            state = _state_of(words, one, code, behind)
            missing = asked.say("web.no_text")
            rows.append(
                (
                    TableCell(text=asked.say(f"web.field_{field}"), value=field),
                    TableCell(text=asked.say(f"field.language_{code}"), value=code),
                    TableCell(
                        text=plain(one.text) if one else missing,
                        value=one.text if one else "",
                        language=code if one and code != asked.language else "",
                    ),
                    TableCell(text=asked.say(f"joint.text_state_{state.lower()}"), value=state)
                    if state in {"draft", "machine", "checked_by_A", "checked_by_B", "authentic"}
                    else TableCell(text=asked.say(f"web.text_{state}"), value=state),
                )
            )
    return _table("texts", ("field", "language", "text", "text_state"), rows, asked)


def _state_of(words: MText, one: Words | None, code: str, behind: Sequence[str]) -> str:
    if one is None:
        return "missing"
    if code in words.authentic:
        return "authentic"
    return "behind" if code in behind else one.state


def _commitments(state: JointState, found: ProjectState, asked: PageRequest) -> WebTable:
    language, rows = asked.language, []
    for promise in ordered_promises(state, found):
        core = promise.core
        words = said(core.text, language)
        standing = promise_standing(promise, language)
        rows.append(
            (
                TableCell(text=id_in_words(core.id, language), value=core.id),
                TableCell(text=words.text, language=words.language),
                TableCell(
                    text=debt_in_words(state, core.debtor, core.creditor, language),
                    value=f"{core.debtor or ''}>{core.creditor or ''}",
                ),
                TableCell(
                    text=interval_in_words(core.due, language),
                    value=core.due.last if core.due else "",
                ),
                TableCell(text=code_name("strength", core.strength, language), value=core.strength),
                TableCell(text=standing.text, value=promise.status, sign=standing.sign),
            )
        )
    keys = ("number", "commitment", "who_to_whom", "deadline", "strength", "standing")
    return _table("commitments", keys, rows, asked)


def _claims(state: JointState, found: ProjectState, asked: PageRequest) -> WebTable:
    """Every claim; those that contradict one another stand together and say so."""
    torn = {
        saying.entry: contradiction.field
        for contradiction in state.contradictions
        if contradiction.project == found.core.id
        for saying in contradiction.claims
    }

    def place(saying: Saying) -> tuple[bool, str, str]:
        field = saying.body.field if isinstance(saying.body, Claim) else ""
        return saying.entry not in torn, field, saying.entry

    rows = [
        _claim_row(saying, saying.body, state, asked, is_torn=saying.entry in torn)
        for saying in sorted(found.claims, key=place)
        if isinstance(saying.body, Claim)
    ]
    return _table("claims", ("figure", "value", "said_by", "source", "claim_standing"), rows, asked)


def _claim_row(
    saying: Saying, claim: Claim, state: JointState, asked: PageRequest, *, is_torn: bool
) -> tuple[TableCell, ...]:
    language = asked.language
    name = saying_name(saying, language, _LONG)
    who = said(claim.said_by, language).text or side_name(state, saying.side, language)
    links = address_of(claim.source)
    standing = "disputed" if saying.disputed else "torn" if is_torn else "unopposed"
    return (
        TableCell(
            text=name.text, value=claim.field, language=name.language, href=_said(saying, asked)
        ),
        TableCell(text=saying_value(saying, language, _LONG)),
        TableCell(text=who, value=saying.side),
        TableCell(
            text=source_in_words(claim.source, language, _LONG) or "–",
            value=claim.source.address or claim.source.document,
            href=links[0] if links else "",
        ),
        TableCell(
            text=asked.say(f"web.claim_{standing}"),
            value=standing,
            sign="" if standing == "unopposed" else "amber",
        ),
    )


def _said(saying: Saying, asked: PageRequest) -> str:
    """Where a saying is answered; nowhere on a server for reading."""
    is_reading = asked.data.settings.place == "reading"
    return "" if is_reading else asked.address("said", saying.entry)


def _documents(state: JointState, found: ProjectState, asked: PageRequest) -> WebTable:
    language, rows = asked.language, []
    for saying in found.documents:
        if not isinstance(saying.body, Evidence):
            continue
        document = saying.body.document
        title = said(document.title, language)
        rows.append(
            (
                TableCell(
                    text=title.text or "–", language=title.language, href=_said(saying, asked)
                ),
                TableCell(
                    text=code_name("document", document.kind.lower(), language),
                    value=document.kind,
                ),
                TableCell(text=side_name(state, saying.side, language), value=saying.side),
                TableCell(text=date_in_words(saying.at, language), value=saying.at),
                TableCell(text=fingerprint(document.sha256), value=document.sha256),
            )
        )
    keys = ("document", "document_kind", "side", "date", "fingerprint")
    return _table("documents", keys, rows, asked)


def _revisions(state: JointState, found: ProjectState, asked: PageRequest) -> WebTable:
    language = asked.language
    rows = [
        (
            TableCell(text=str(one.number), value=one.number),
            TableCell(text=side_name(state, one.side, language), value=one.side),
            TableCell(text=date_in_words(one.at, language), value=one.at),
            TableCell(text=code_name("offer", one.status, language), value=one.status),
            TableCell(
                text=date_in_words(one.countersigned_at, language) if one.countersigned_at else "–",
                value=one.countersigned_at,
            ),
            TableCell(text=fingerprint(one.core_hash), value=one.core_hash),
        )
        for one in found.revisions
    ]
    keys = ("revision", "side", "date", "standing", "signed", "fingerprint")
    return _table("revisions", keys, rows, asked)


def _editions(
    state: JointState, found: ProjectState, asked: PageRequest
) -> Iterator[dict[str, object]]:
    """Each revision, the newest first, with its differences field by field, or its whole text."""
    texts: Mapping[str, Revision] = {one.entry: one for one in found.revisions}
    for one in reversed(found.revisions):
        before = texts.get(one.parent)
        head = asked.say(
            "web.revision_head",
            n=one.number,
            side=side_name(state, one.side, asked.language),
            date=date_in_words(one.at, asked.language),
        )
        changes: list[tuple[str, str, str]] = []
        fields: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        if before is not None:
            changes = list(changes_in_words("project", before.core, one.core, asked.language))
        else:
            sides = side_names(state, asked.language)
            fields, others = fields_for_reader("project", one.core, asked.language, sides)
        yield {
            "head": head,
            "before": before.number if before else None,
            "changes": changes,
            "fields": fields,
            "others": others,
        }
