"""What was just done, and what went wrong: sentences that every page that writes shows alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from keruen.domain.joint import MText, Side
from keruen.domain.joint_state import JointState
from keruen.errors import KeruenError, Problem
from keruen.i18n import describe, text
from keruen.register import asking
from keruen.register.record import text_from
from keruen.web.asked import Answer, PageNotFoundError, PageRequest
from keruen.web.writing import AskedError, PassphraseError

_UPLOADED: Final = re.compile(r"/[^\s:]*/(?:waiting\.json|bundle\.jlb|register\.backup)")
"""Where an upload lay for a moment."""
_OF_DISKS: Final = frozenset(
    {
        "error.disk",
        "error.disk_forbidden",
        "error.disk_full",
        "error.disk_read_only",
        "error.web_notes",
    }
)
DONE: Final = (
    "accepted",
    "brought_back",
    "countersigned",
    "declined",
    "disputed",
    "draft_kept",
    "draft_dropped",
    "entered",
    "evidence_given",
    "exported",
    "imported",
    "office_signed",
    "put_forward",
    "restored",
    "restored_alone",
    "withdrawn",
)
"""What a line of the audit may say that somebody did: ends of catalogue keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What keeps a form from being acted upon.

    Parameters
    ----------
    fields : name of an input → sentences.
    lines : what is about no single input.
    questions : kind and sentence of what must be meant before it is signed.
    """

    fields: dict[str, list[str]] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()


def done_line(asked: PageRequest) -> str:
    """What was done by the form that led here; empty when nothing was."""
    number = asked.query.get("done", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 12
    deed = asked.data.writer.notebook.deed(int(number)) if is_number else None
    if deed is None or deed.what not in DONE:
        return ""
    return asked.say(f"web.done_{deed.what}", subject=deed.subject, after=deed.after)


def tried(
    asked: PageRequest, act: Callable[[], Answer], again: Callable[[PageRequest, Wrong], Answer]
) -> Answer:
    """What `act` answers; what refuses it is shown where it belongs, with all that was typed."""
    try:
        return act()
    except PassphraseError as wrong:
        key = "web.passphrase_missing" if wrong.is_missing else "web.passphrase_wrong"
        return again(asked, Wrong(fields={"_passphrase": [asked.say(key)]}))
    except AskedError as wrong:
        return again(asked, Wrong(questions=tuple(questions(wrong.questions, asked.language))))
    except KeruenError as wrong:
        return again(asked, Wrong(lines=lines_of(wrong.problems, asked.language)))


def lines_of(problems: Iterable[Problem], language: str) -> tuple[str, ...]:
    """Problems that are about the whole, each once; an uploaded file by no path of this machine."""
    told = (_told(one, language) for one in problems)
    named = text("web.the_file", language)
    return tuple(dict.fromkeys(_UPLOADED.sub(named, one) for one in told))


def _told(problem: Problem, language: str) -> str:
    """A sentence; of a disk that refuses what a reader of pages can do, and no path of it."""
    if problem.key in _OF_DISKS:
        is_full = problem.key == "error.disk_full" or "full" in str(
            problem.parameters.get("reason")
        )
        return text("web.disk_full" if is_full else "web.disk_refused", language)
    return describe(problem, language)


def questions(found: Iterable[Problem], language: str) -> list[tuple[str, str]]:
    """Kind and sentence of each question; the field by its name, without the place in the log."""
    asked = []
    for one in found:
        path = str(one.parameters.get("field_path", ""))
        shown = replace(one, parameters={**one.parameters, "place": path}) if path else one
        asked.append((asking.kind_of(one), describe(shown, language)))
    return asked


def needed_state(asked: PageRequest) -> JointState:
    """The joint list.

    Raises
    ------
    PageNotFoundError
        Where there is none.
    """
    state = asked.data.register.state(asked.today)
    if state is None:
        raise PageNotFoundError
    return state


def own_side(asked: PageRequest) -> Side:
    """Of which side this installation is."""
    return asked.data.writer.reader().side


def reason_of(asked: PageRequest) -> MText | None:
    """The reason that was typed, in the language of the page; None of none."""
    words = asked.posted.typed.get("_reason", "").strip() if asked.posted else ""
    return text_from({asked.language: words}) if words else None


def signing_fields(asked: PageRequest, wrong: Wrong) -> dict[str, object]:
    """What every form needs that signs: whether a passphrase is asked for, what must be meant."""
    posted = asked.posted
    return {
        "is_locked": asked.data.writer.is_locked,
        "is_shared": asked.data.settings.place == "shared",
        "wrong": wrong,
        "reason": posted.typed.get("_reason", "") if posted else "",
        "is_expired": asked.is_expired,
        "done": done_line(asked),
    }
