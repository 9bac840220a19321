"""What one side says, evidence above all: read whole, then accepted or disputed by the other."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from keruen.domain.joint import Claim, Evidence
from keruen.domain.joint_state import JointState, Saying
from keruen.register import Register
from keruen.report.joint.meeting import subject_in_words
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    plain,
    said,
    saying_name,
    side_name,
    side_names,
)
from keruen.report.joint.whole_text import fields_for_reader
from keruen.web.asked import Answer, Download, PageNotFoundError, PageRequest, SeeOther, WebPage
from keruen.web.pages.deeds import (
    Wrong,
    needed_state,
    own_side,
    reason_of,
    signing_fields,
    tried,
)
from keruen.web.pages.sign import after_signing

_NOTHING_WRONG: Final = Wrong()
_SAFE: Final = re.compile(r"[^A-Za-z0-9]+")


def one_saying(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """One saying: all of it, its file, what follows, and the two answers.

    Raises
    ------
    PageNotFoundError
        When no saying has this entry.
    """
    asked.data.writer.check_may_write()
    state, language = needed_state(asked), asked.language
    saying = _saying(state, asked)
    kind = type(saying.body).__name__.lower()
    core, sides = msgspec.to_builtins(saying.body), side_names(state, language)
    first, others = fields_for_reader(kind, core, language, sides)
    is_open = not (saying.accepted or saying.disputed) and saying.side != own_side(asked)
    facts = [
        (asked.say("web.column_side"), side_name(state, saying.side, language)),
        (asked.say("web.column_date"), date_in_words(saying.at, language)),
        (asked.say("web.column_standing"), _standing(saying, asked)),
    ]
    if saying.dispute_reason is not None:
        facts.append((asked.say("web.reason"), said(saying.dispute_reason, language).text))
    return WebPage(
        template="saying.html",
        kicker=asked.say(f"web.kind_{kind}"),
        title=_title(state, saying, asked),
        shown={
            "facts": facts,
            "fields": first,
            "others": others,
            "file": _file_address(saying, asked),
            "has_file": isinstance(saying.body, Evidence),
            "follows": _follows(state, saying, asked),
            "may_accept": is_open and isinstance(saying.body, Evidence),
            "may_dispute": is_open,
            "other": side_name(state, saying.side, language),
            "who": side_name(state, own_side(asked), language),
            **signing_fields(asked, wrong),
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _saying(state: JointState, asked: PageRequest) -> Saying:
    entry = asked.names["entry"]
    found = next((one for one in state.all_sayings() if one.entry == entry), None)
    if found is None:
        raise PageNotFoundError
    return found


def _title(state: JointState, saying: Saying, asked: PageRequest) -> str:
    body = saying.body
    if isinstance(body, Evidence):
        title = said(body.document.title, asked.language, 200).text
        return title or subject_in_words(state, body.about, body.about, asked.language)
    project = str(getattr(body, "project", "")) or next(iter(getattr(body, "projects", ())), "")
    if not project and isinstance(body, Claim):
        return saying_name(saying, asked.language, 200).text
    return subject_in_words(state, project, project, asked.language)


def _standing(saying: Saying, asked: PageRequest) -> str:
    if saying.accepted or saying.disputed:
        status = "accepted" if saying.accepted else "disputed"
        return code_name("commitment", status, asked.language)
    return asked.say("register.answer_unanswered")


def _follows(state: JointState, saying: Saying, asked: PageRequest) -> list[str]:
    """What accepting does."""
    body = saying.body
    if not isinstance(body, Evidence):
        return []
    lines = [asked.say("web.follows_accepted")]
    commitment = state.commitments.get(body.about)
    if commitment is not None and commitment.claimed == saying.entry:
        words = subject_in_words(state, body.about, commitment.core.project, asked.language)
        lines.append(asked.say("web.follows_met", commitment=words))
    return lines


def _content(saying: Saying, asked: PageRequest) -> bytes | None:
    body = saying.body
    if not isinstance(body, Evidence):
        return None
    return asked.data.writer.reader().kept_file(body.document.sha256)


def _file_address(saying: Saying, asked: PageRequest) -> str:
    is_here = _content(saying, asked) is not None
    return asked.address("said", saying.entry, "file") if is_here else ""


def file_of_saying(asked: PageRequest) -> Answer:
    """The file that evidence shows, to be opened on the reader's own machine.

    Raises
    ------
    PageNotFoundError
        When there is no such saying, or its file has not come.
    """
    asked.data.writer.check_may_write()
    saying = _saying(needed_state(asked), asked)
    content = _content(saying, asked)
    if content is None:
        raise PageNotFoundError
    # The other side chose the id: only its letters and digits get into a header.
    name = _SAFE.sub("-", str(getattr(saying.body, "about", "")))[:40].strip("-")
    return Download(name=f"evidence-{name or 'file'}{_ending(content)}", content=content)


def _ending(content: bytes) -> str:
    """The ending by the content's first bytes; the entry keeps no name of the file."""
    kinds = {b"%PDF": ".pdf", b"PK\x03\x04": ".zip", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
    return next((ending for mark, ending in kinds.items() if content.startswith(mark)), "")


def answer(asked: PageRequest) -> Answer:
    """Accept or dispute; what keeps it from that stands at its input."""
    assert asked.posted is not None
    acts = {"accept": _accept, "dispute": _dispute}
    action = asked.posted.action
    if action not in acts:
        raise PageNotFoundError
    return tried(asked, lambda: acts[action](asked), one_saying)


def _accept(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    if asked.posted.typed.get("_read") != "yes":
        return one_saying(asked, Wrong(fields={"_read": [asked.say("web.read_missing")]}))
    saying = _open_saying(asked)
    if not isinstance(saying.body, Evidence):
        raise PageNotFoundError

    def act(register: Register) -> str:
        return register.accept(saying.entry, at=asked.data.settings.now())

    return _written(asked, saying, "accepted", act)


def _dispute(asked: PageRequest) -> Answer:
    reason = reason_of(asked)
    if reason is None:
        return one_saying(asked, Wrong(fields={"_reason": [asked.say("web.reason_missing")]}))
    saying = _open_saying(asked)

    def act(register: Register) -> str:
        return register.dispute(saying.entry, reason, at=asked.data.settings.now())

    return _written(asked, saying, "disputed", act)


def _open_saying(asked: PageRequest) -> Saying:
    """The saying, as long as it waits for an answer of this side.

    Raises
    ------
    PageNotFoundError
        When it is this side's own, or was answered meanwhile.
    """
    saying = _saying(needed_state(asked), asked)
    if saying.side == own_side(asked) or saying.accepted or saying.disputed:
        raise PageNotFoundError
    return saying


def _written(asked: PageRequest, saying: Saying, what: str, act: object) -> Answer:
    assert asked.posted is not None
    assert callable(act)
    about = getattr(saying.body, "about", "") or getattr(saying.body, "project", "")
    deed = (what, plain(str(about)), saying.entry)
    done = asked.data.writer.carry_out(asked.signature, deed, act)
    return SeeOther(address=after_signing(asked, done))
