"""Sign: what waits for this side, and each text as it will be signed, with what follows from it."""

from __future__ import annotations

from typing import Final

import msgspec

from keruen.domain.joint import OTHER_SIDE, MText, Project
from keruen.domain.joint_state import JointState, Revision
from keruen.errors import RegisterError
from keruen.register import Register
from keruen.register.joint_list import duplicates, editions, waiting
from keruen.report.joint.consequences import consequences
from keruen.report.joint.meeting import subject_in_words
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    fingerprint,
    id_in_words,
    plain,
    said,
    side_name,
    side_names,
)
from keruen.report.joint.whole_text import changes_in_words, fields_for_reader
from keruen.web.asked import Answer, PageNotFoundError, PageRequest, SeeOther, WebPage
from keruen.web.pages.deeds import (
    Wrong,
    needed_state,
    own_side,
    reason_of,
    signing_fields,
    tried,
)

_SIGNED: Final = frozenset({"countersign", "transition", "settle"})
"""Tasks of the list that end with a signature."""
_NOTHING_WRONG: Final = Wrong()


def to_sign(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """What waits for this side's signature, and what waits for the signatures of its offices."""
    asked.data.writer.check_may_write()
    state = asked.data.register.state(asked.today)
    return WebPage(
        template="sign.html",
        title=asked.say("web.menu_sign"),
        lead=asked.say("web.office_lead" if state is None else "web.sign_lead"),
        shown={
            "has_list": state is not None,
            "is_office": asked.data.writer.office is not None,
            "offers": [] if state is None else _offers(state, asked),
            "sayings": [] if state is None else _sayings(state, asked),
            "waiting": [] if state is None else _waiting(state, asked),
            **signing_fields(asked, wrong),
        },
        status=422 if wrong.lines else 200,
    )


def _offers(state: JointState, asked: PageRequest) -> list[dict[str, str]]:
    """Each offer that this side may sign, in the order in which the list puts its tasks."""
    language, found = asked.language, []
    for task in waiting(state, own_side(asked)):
        offer = _offer(state, task.entry) if task.kind in _SIGNED else None
        if offer is not None:
            found.append(
                {
                    "title": subject_in_words(state, task.subject, task.project, language),
                    "kind": code_name("subject", offer.kind, language),
                    "who": side_name(state, offer.side, language),
                    "date": date_in_words(offer.at, language),
                    "lapses": date_in_words(offer.lapses, language) if offer.lapses else "",
                    "href": asked.address("sign", offer.entry),
                }
            )
    return found


def _sayings(state: JointState, asked: PageRequest) -> list[dict[str, str]]:
    """What the other side says is kept, and this side has to accept or dispute."""
    language = asked.language
    return [
        {
            "title": subject_in_words(state, task.subject, task.project, language),
            "who": side_name(state, OTHER_SIDE[task.side], language),
            "date": date_in_words(task.since, language),
            "href": asked.address("said", task.entry),
        }
        for task in waiting(state, own_side(asked))
        if task.kind == "accept"
    ]


def _waiting(state: JointState, asked: PageRequest) -> list[dict[str, str]]:
    """What offices of this side have begun to sign."""
    found = []
    for one in asked.data.writer.reader().waiting():
        offered = one.body if one.kind in {"offer", "counter"} else one.offered
        subject = str((offered or one.body).get("subject", ""))
        found.append(
            {
                "title": subject_in_words(state, subject, subject, asked.language)
                if subject
                else asked.say("web.change_of_keys"),
                "signed": asked.say("web.signed_of", n=len(one.signed), needed=one.needed),
                "href": asked.address("waiting", one.fingerprint) if one.fingerprint else "",
                "void": asked.say("web.is_void") if one.void else "",
            }
        )
    return found


def _offer(state: JointState, entry: str) -> Revision | None:
    return next((one for one in state.all_revisions() if one.entry == entry), None)


def one_text(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """One text: all of it, what it changes, what follows, the form to answer, its fingerprint.

    Raises
    ------
    PageNotFoundError
        When no text has this entry.
    """
    asked.data.writer.check_may_write()
    state, language = needed_state(asked), asked.language
    offer = _offer(state, asked.names["entry"])
    if offer is None:
        raise PageNotFoundError
    side = own_side(asked)
    before = editions.in_force(state, offer.kind, offer.subject)
    is_open = offer.status == "offered"
    sides = side_names(state, language)
    first, others = fields_for_reader(offer.kind, offer.core, language, sides)
    return WebPage(
        template="to_sign.html",
        kicker=f"{code_name('subject', offer.kind, language)} "
        f"{id_in_words(offer.subject, language)}",
        title=_title(offer, language),
        shown={
            "facts": list(_facts(state, offer, asked)),
            "fields": first,
            "others": others,
            "changes": list(changes_in_words(offer.kind, before.core, offer.core, language))
            if before
            else [],
            "has_before": before is not None and before.entry != offer.entry,
            "follows": consequences(state, offer, side, language) if offer.side != side else [],
            "doubles": _doubles(state, offer, asked),
            "may_sign": is_open and offer.side != side,
            "may_withdraw": is_open and offer.side == side,
            "counter": asked.address("write", offer.kind, answers=offer.entry)
            if offer.kind != "charter"
            else "",
            "core_hash": offer.core_hash,
            "fingerprint": fingerprint(offer.core_hash),
            "who": side_name(state, side, language),
            "needed": asked.data.writer.reader().keys[side].threshold,
            **signing_fields(asked, wrong),
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _title(offer: Revision, language: str) -> str:
    key = {"commitment": "text", "decision": "meeting"}.get(offer.kind, "title")
    return text_of_core(offer.core.get(key), language) or plain(offer.subject)


def text_of_core(value: object, language: str) -> str:
    """A text of several languages of a text's plain words, in the reader's language."""
    try:
        return said(msgspec.convert(value, MText), language, 200).text
    except msgspec.ValidationError:
        return ""


def _facts(state: JointState, offer: Revision, asked: PageRequest) -> list[tuple[str, str]]:
    language = asked.language
    found = [
        (asked.say("web.fact_offered_by"), side_name(state, offer.side, language)),
        (asked.say("web.fact_offered_on"), date_in_words(offer.at, language)),
        (asked.say("web.column_standing"), code_name("offer", offer.status, language)),
    ]
    if offer.lapses:
        found.append((asked.say("web.fact_lapses"), date_in_words(offer.lapses, language)))
    if offer.reason is not None:
        found.append((asked.say("web.fact_reason"), said(offer.reason, language).text))
    if offer.answer_reason is not None:
        found.append((asked.say("web.fact_answer"), said(offer.answer_reason, language).text))
    return found


def _doubles(state: JointState, offer: Revision, asked: PageRequest) -> list[str]:
    """Projects that may be the same as the one that is about to be signed."""
    if offer.kind != "project":
        return []
    try:
        core = msgspec.convert(offer.core, Project)
    except msgspec.ValidationError:
        return []
    return [
        asked.say(duplicates.DUPLICATE, project=plain(core.id), other=plain(name))
        for name in duplicates.similar_projects(core, state.projects, ())
    ]


def answer(asked: PageRequest) -> Answer:
    """Countersign, decline or withdraw; what keeps it from that stands at its input."""
    assert asked.posted is not None
    action = asked.posted.action
    acts = {"sign": _sign, "decline": _decline, "withdraw": _decline}
    if action not in acts:
        raise PageNotFoundError
    return tried(asked, lambda: acts[action](asked), one_text)


def _shown_offer(asked: PageRequest) -> Revision:
    """The offer whose page was shown.

    Raises
    ------
    PageNotFoundError
        When there is none, or the page showed another text.
    """
    assert asked.posted is not None
    offer = _offer(needed_state(asked), asked.names["entry"])
    if offer is None or asked.posted.typed.get("_fingerprint") != offer.core_hash:
        raise PageNotFoundError
    return offer


def _sign(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    offer, writer = _shown_offer(asked), asked.data.writer
    if asked.posted.typed.get("_read") != "yes":
        wrong = Wrong(fields={"_read": [asked.say("web.read_missing")]})
        return one_text(asked, wrong)
    reader = writer.reader()
    if asked.data.settings.place == "shared" and reader.keys[reader.side].threshold == 1:
        # The open key of a server would bind its side alone, and nobody would have signed.
        return one_text(asked, Wrong(lines=(asked.say("web.shared_one_signature"),)))

    def act(register: Register) -> str:
        return register.countersign(offer.entry, at=asked.data.settings.now())

    return _written(asked, offer, ("countersigned", act))


def _decline(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    offer, reason = _shown_offer(asked), reason_of(asked)
    if reason is None:
        return one_text(asked, Wrong(fields={"_reason": [asked.say("web.reason_missing")]}))
    is_own = asked.posted.action == "withdraw"

    def act(register: Register) -> str:
        say_no = register.withdraw if is_own else register.decline
        return say_no(offer.entry, reason, at=asked.data.settings.now())

    return _written(asked, offer, ("withdrawn" if is_own else "declined", act))


def _written(asked: PageRequest, offer: Revision, deed: tuple[str, object]) -> Answer:
    assert asked.posted is not None
    what, act = deed
    assert callable(act)
    writer = asked.data.writer
    done = writer.carry_out(asked.signature, (what, plain(offer.subject), offer.core_hash), act)
    return SeeOther(address=after_signing(asked, done))


def after_signing(asked: PageRequest, done: int) -> str:
    """Where to go on: to what still waits for offices, else to the list of what waits.

    Raises
    ------
    RegisterError
        When the register cannot be read any more.
    """
    deed = asked.data.writer.notebook.deed(done)
    waits = {one.fingerprint for one in asked.data.writer.reader().waiting()}
    if deed is None:
        raise RegisterError.of("register_page", "audit", detail="")
    if deed.after in waits:
        return asked.address("waiting", deed.after)
    return asked.address("sign", done=str(done))
