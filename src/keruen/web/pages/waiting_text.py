"""What waits for the signatures of several offices: a file that travels, and comes back signed.

At an installation it is entered when enough have signed; at the place of an office, which has a key
and no list, it is read, signed and handed on. A server that several offices use takes no passphrase
and gives out files only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from keruen.domain.joint_state import JointState
from keruen.errors import Problem
from keruen.register import Register, asking, waiting
from keruen.register.joint_list import editions, find_offer
from keruen.report.joint.sentences import code_name, fingerprint, id_in_words, plain
from keruen.report.joint.whole_text import changes_in_words, fields_for_reader
from keruen.store.notebook import Deed, Draft
from keruen.web.asked import (
    Answer,
    Download,
    PageNotFoundError,
    PageRequest,
    SeeOther,
    WebPage,
)
from keruen.web.pages.deeds import Wrong, signing_fields, tried
from keruen.web.pages.sign import text_of_core, to_sign
from keruen.web.writing import AskedError, PassphraseError

_NOTHING_WRONG: Final = Wrong()
CARRIED: Final = "carried"
"""Kind of the draft that holds a file which came here to be signed or entered."""


@contextmanager
def _file_of(content: bytes) -> Iterator[Path]:
    """The content as a file of its own, for a moment: no name of the sender's is a path here."""
    with TemporaryDirectory(prefix="keruen-") as folder:
        path = Path(folder) / "waiting.json"
        path.write_bytes(content)
        yield path


def bring_back(asked: PageRequest) -> Answer:
    """Keep a file that came here, to be read before anything is done with it."""
    assert asked.posted is not None
    content = asked.posted.content
    if not content:
        return to_sign(asked, Wrong(lines=(asked.say("web.file_missing"),)))

    def act() -> Answer:
        with _file_of(content) as path:
            found = waiting.waiting_entry(path)
        at = asked.data.settings.now()
        with asked.data.writer.notebook.change() as change:
            kept = Draft(kind=CARRIED, typed={}, at=at, who=asked.who, content=content)
            number = change.keep_draft(kept)
            done = change.tell(
                Deed(at=at, who=asked.who, what="brought_back", after=found.fingerprint)
            )
        return SeeOther(address=asked.address("waiting", str(number), done=str(done)))

    return tried(asked, act, _not_one)


def _not_one(asked: PageRequest, wrong: Wrong) -> WebPage:
    """The file is none that waits for signatures: said without the names of this machine."""
    del wrong
    return to_sign(asked, Wrong(lines=(asked.say("web.file_not_one"),)))


def _content(asked: PageRequest) -> tuple[bytes, int]:
    """The file, and the number of the draft that holds it; 0 where it waits in the installation.

    Raises
    ------
    PageNotFoundError
        When there is none of this name.
    """
    name, writer = asked.names["text"], asked.data.writer
    if name.isascii() and name.isdecimal() and len(name) < 12:
        draft = writer.notebook.draft(int(name))
        if draft is not None and draft.kind == CARRIED:
            return draft.content, draft.id
    elif writer.office is None and asked.data.register.state(asked.today) is not None:
        for one in writer.reader().waiting():
            if one.fingerprint == name:
                return one.path.read_bytes(), 0
    raise PageNotFoundError


def waiting_text(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """What the file says, who has signed it, and what is to be done with it here."""
    asked.data.writer.check_may_write()
    content, number = _content(asked)
    with _file_of(content) as path:
        found = waiting.waiting_entry(path)
    state, language = asked.data.register.state(asked.today), asked.language
    kind, core = _text(state, found)
    first, others = fields_for_reader(kind or found.record, core or found.body, language)
    before = editions.in_force(state, kind, str(core.get("id", ""))) if state and kind else None
    needed = _needed(asked, found)
    title = text_of_core(core.get("title", core.get("text", core.get("meeting"))), language)
    changes = changes_in_words(kind, before.core, core, language) if before else ()
    return WebPage(
        template="waiting.html",
        kicker=asked.say(f"web.waits_{found.kind}"),
        title=title or (id_in_words(str(core.get("id", "–")), language)),
        shown={
            "kind": code_name("subject", kind, language) if kind else "",
            "fields": first,
            "others": others,
            "changes": list(changes),
            "signed": asked.say("web.signed_of", n=len(found.signed), needed=needed)
            if needed
            else asked.say("web.signed_by", n=len(found.signed)),
            "is_enough": bool(needed) and len(found.signed) >= needed,
            "is_office": asked.data.writer.office is not None,
            "is_carried": bool(number),
            "file": asked.address("waiting", asked.names["text"], "file"),
            "fingerprint": fingerprint(found.fingerprint),
            "whole_fingerprint": found.fingerprint,
            **signing_fields(asked, wrong),
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _text(state: JointState | None, found: waiting.WaitingEntry) -> tuple[str, dict[str, object]]:
    """Kind and core of the text that it is about; empty where it is about none."""
    offered = found.body if found.kind in {"offer", "counter"} else found.offered
    if offered is None and state is not None and found.kind == "withdraw":
        taken_back = find_offer(state, str(found.body["offer"]))
        return taken_back.kind, dict(taken_back.core)
    return (str(offered["kind"]), dict(offered["core"])) if offered else ("", {})


def _needed(asked: PageRequest, found: waiting.WaitingEntry) -> int:
    """How many must sign; 0 at an office, which has no list that says so."""
    writer = asked.data.writer
    if writer.office is not None:
        return 0
    register = writer.reader()
    here = {one.fingerprint: one.needed for one in register.waiting()}
    return here.get(found.fingerprint, register.keys[register.side].threshold)


def file_to_sign(asked: PageRequest) -> Answer:
    """The file, to be carried to the next office, or back."""
    asked.data.writer.check_may_write()
    content, _ = _content(asked)
    with _file_of(content) as path:
        name = waiting.waiting_entry(path).fingerprint
    return Download(name=f"keruen-sign-{name[:12]}.json", content=content)


def sign_more(asked: PageRequest) -> Answer:
    """Sign at an office, or enter what came back at the installation."""
    assert asked.posted is not None
    content, number = _content(asked)
    with _file_of(content) as path:
        found = waiting.waiting_entry(path)
    if asked.posted.typed.get("_fingerprint") != found.fingerprint:
        raise PageNotFoundError
    if asked.posted.typed.get("_read") != "yes":
        wrong = Wrong(fields={"_read": [asked.say("web.read_missing")]})
        return waiting_text(asked, wrong)
    if asked.data.writer.office is not None:
        return tried(asked, lambda: _sign_at_office(asked, content, number), waiting_text)
    return tried(asked, lambda: _enter(asked, content, number, found), waiting_text)


def _sign_at_office(asked: PageRequest, content: bytes, number: int) -> Answer:
    """The office's own key signs; the file is handed on from the page that follows."""
    assert asked.posted is not None
    writer, given = asked.data.writer, asked.signature
    office = writer.office
    assert office is not None
    if writer.is_locked and not given.passphrase:
        raise PassphraseError(is_missing=True)

    def ask(questions: tuple[Problem, ...]) -> bool:
        left = tuple(one for one in questions if asking.kind_of(one) not in given.meant)
        if left:
            raise AskedError(left)
        return True

    with _file_of(content) as path:
        signed = office.sign(path, given.passphrase or None, ask)
        content = path.read_bytes()
    at = asked.data.settings.now()
    with writer.notebook.change() as change:
        draft = Draft(kind=CARRIED, typed={}, at=at, who=asked.who, content=content)
        change.keep_draft(replace(draft, id=number))
        done = change.tell(
            Deed(at=at, who=asked.who, what="office_signed", after=signed.fingerprint)
        )
    return SeeOther(address=asked.address("waiting", str(number), done=str(done)))


def _enter(asked: PageRequest, content: bytes, number: int, found: waiting.WaitingEntry) -> Answer:
    assert asked.posted is not None

    def act(register: Register) -> str:
        with _file_of(content) as path:
            entry = register.sign_pending(path, at=asked.data.settings.now())
        return entry or found.fingerprint

    subject = plain(str((found.offered or found.body).get("subject", "")))
    deed = ("entered", subject, found.fingerprint)
    done = asked.data.writer.carry_out(asked.signature, deed, act, number)
    told = asked.data.writer.notebook.deed(done)
    if told is not None and told.after == found.fingerprint:
        return SeeOther(address=asked.address("waiting", found.fingerprint))
    return SeeOther(address=asked.address("sign", done=str(done)))
