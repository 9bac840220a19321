"""The first steps of a side at its own machine: keys and card, the annex, the other side's card."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

from keruen.domain.joint import MText, Side
from keruen.errors import KeruenError
from keruen.i18n import LANGUAGES
from keruen.register import GuidedStart, Register
from keruen.register.record import SideCard, text_from
from keruen.report.joint.sentences import plain, said
from keruen.store.notebook import Deed, Draft
from keruen.web.asked import (
    Answer,
    Download,
    PageNotFoundError,
    PageRequest,
    SeeOther,
    WebPage,
)
from keruen.web.languages import NAMES, TAGS
from keruen.web.pages import safekeeping
from keruen.web.pages.deeds import Wrong, lines_of, signing_fields, tried
from keruen.web.pages.safekeeping import has_side
from keruen.web.writing import NotHereError

_NOTHING_WRONG: Final = Wrong()
_CARD: Final = "other_card"
"""Kind of the draft that holds the other side's card until it was compared."""
_MOST_CARD: Final = 64 * 1024
_OFFICES: Final = 3
"""Offices that a form names; more are admitted later, each with a key made at its own place."""
_SHORTEST: Final = 12
_STRONG: Final = 20
"""Letters from which four words in a row are as good as a key that nobody guesses."""


def first(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> Answer:
    """The step that can be taken now; where both sides are a pair, there is none left."""
    _check_place(asked)
    if asked.data.writer.office is not None:
        return SeeOther(address=asked.address("sign"))
    if not has_side(asked):
        return _begin_page(asked, wrong)
    register = asked.data.writer.reader()
    if register.pair:
        return SeeOther(address=asked.address("start"))
    draft = _kept_card(asked)
    if draft is not None:
        return _compare_page(asked, register, draft, wrong)
    return _card_page(asked, register, wrong)


def take_step(asked: PageRequest) -> Answer:
    """Take the step whose button was pressed; what keeps it from that is said at its input."""
    assert asked.posted is not None
    _check_place(asked)
    steps = {
        "begin": _begin,
        "restore": _restore,
        "card": _take_card,
        "join": _join,
        "another": _drop_card,
    }
    step = steps.get(asked.posted.action)
    # A step is taken once: a page that was open in another window leads to where things stand.
    if step is None:
        raise PageNotFoundError
    if (asked.posted.action in {"begin", "restore"}) == has_side(asked):
        return SeeOther(address=asked.address("first"))
    return tried(asked, lambda: step(asked), first)


def own_card(asked: PageRequest) -> Answer:
    """The card of this side, to be handed over."""
    _check_place(asked)
    path = asked.data.writer.folder / "card.json"
    if not has_side(asked) or not path.is_file():
        raise PageNotFoundError
    side = asked.data.writer.reader().side
    return Download(name=f"keruen-card-{side.lower()}.json", content=path.read_bytes())


def strength(passphrase: str) -> str:
    """How long a passphrase would hold against guessing: ``weak``, ``fair`` or ``strong``."""
    if len(passphrase) < _SHORTEST or len(set(passphrase.lower())) < 6:
        return "weak"
    return "strong" if len(passphrase) >= _STRONG else "fair"


def _check_place(asked: PageRequest) -> None:
    if asked.data.settings.place != "office":
        raise NotHereError


def _page(asked: PageRequest, step: str, wrong: Wrong, **shown: object) -> WebPage:
    return WebPage(
        template="first.html",
        title=asked.say(f"web.first_{step}"),
        kicker=asked.say("web.first_kicker", n=("begin", "card", "compare").index(step) + 1),
        lead=asked.say(f"web.first_{step}_lead"),
        shown={"step": step, "strength": "", **shown, **signing_fields(asked, wrong)},
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _begin_page(asked: PageRequest, wrong: Wrong) -> WebPage:
    typed = asked.posted.typed if asked.posted else {}

    def inputs(group: str) -> list[tuple[str, str, str, str]]:
        return [
            (f"{group}.{one}", NAMES[one], TAGS[one], typed.get(f"{group}.{one}", ""))
            for one in LANGUAGES
        ]

    return _page(
        asked,
        "begin",
        wrong,
        side=typed.get("side", ""),
        names=inputs("name"),
        offices=[inputs(f"office{n}") for n in range(1, _OFFICES + 1)],
        threshold=typed.get("threshold", "1"),
        most=_OFFICES,
        shortest=_SHORTEST,
        most_mb=asked.data.settings.most_upload_mb,
    )


def _restore(asked: PageRequest) -> Answer:
    found = safekeeping.restore(asked)
    return found if isinstance(found, SeeOther) else first(asked, found)


def _begin(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    typed = asked.posted.typed
    named = [_texts(asked, f"office{n}") for n in range(1, _OFFICES + 1)]
    offices = [one for one in named if one is not None]
    name, words = _texts(asked, "name"), asked.signature.passphrase
    threshold = typed.get("threshold", "")
    fields: dict[str, list[str]] = {}
    if typed.get("side") not in {"A", "B"}:
        fields["side"] = [asked.say("web.first_side_missing")]
    if name is None:
        fields["name"] = [asked.say("web.first_name_missing")]
    if not offices:
        fields["office1"] = [asked.say("web.first_office_missing")]
    if threshold not in {str(n) for n in range(1, max(len(offices), 1) + 1)}:
        fields["threshold"] = [asked.say("web.first_threshold_wrong", most=len(offices))]
    if strength(words) == "weak":
        fields["_passphrase"] = [asked.say("web.first_weak", shortest=_SHORTEST)]
    elif words != typed.get("_again", ""):
        fields["_again"] = [asked.say("web.passphrases_differ")]
    if fields or name is None:
        return first(asked, Wrong(fields=fields))
    writer = asked.data.writer
    with writer.notebook.change() as change:
        side = cast("Side", typed["side"])
        Register.init(
            writer.folder,
            side=side,
            name=name,
            offices=offices,
            threshold=int(threshold),
            passphrase=words,
        )
        change.tell(
            Deed(at=asked.data.settings.now(), who=asked.who, what="side_begun", after=side)
        )
    return SeeOther(address=asked.address("first", strength=strength(words)))


def _texts(asked: PageRequest, group: str) -> MText | None:
    typed = asked.posted.typed if asked.posted else {}
    words = {one: typed.get(f"{group}.{one}", "").strip() for one in LANGUAGES}
    given: dict[str, str] = {one: name for one, name in words.items() if name}
    return text_from(given) if given else None


def _card_page(asked: PageRequest, register: Register, wrong: Wrong) -> WebPage:
    told = asked.chosen("strength", ("fair", "strong"))
    return _page(
        asked,
        "card",
        wrong,
        cards=[_annex(asked, register.card)],
        strength=asked.say(f"web.first_{told}") if told else "",
    )


def _take_card(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    content = asked.posted.content
    if not content:
        return first(asked, Wrong(fields={"_file": [asked.say("web.file_missing")]}))
    if len(content) > _MOST_CARD:
        return first(asked, Wrong(fields={"_file": [asked.say("web.first_no_card")]}))
    try:
        card = _read(asked, content)
    except KeruenError:
        return first(asked, Wrong(fields={"_file": [asked.say("web.first_no_card")]}))
    if card.side == asked.data.writer.reader().side:
        return first(asked, Wrong(fields={"_file": [asked.say("web.first_own_card")]}))
    at, notebook = asked.data.settings.now(), asked.data.writer.notebook
    old = _kept_card(asked)
    with notebook.change() as change:
        kept = Draft(
            id=old.id if old else 0, kind=_CARD, typed={}, at=at, who=asked.who, content=content
        )
        change.keep_draft(kept)
        change.tell(Deed(at=at, who=asked.who, what="card_taken", after=card.side))
    return SeeOther(address=asked.address("first"))


def _read(asked: PageRequest, content: bytes) -> SideCard:
    """The other side's card, as the guided start reads it; raises `KeruenError` when it is none."""
    side = asked.data.writer.reader().side
    with TemporaryDirectory(prefix="keruen-") as mail:
        inbox = Path(mail) / f"from-{'b' if side == 'A' else 'a'}"
        inbox.mkdir()
        (inbox / "card.json").write_bytes(content)
        return GuidedStart(asked.data.writer.folder, Path(mail)).card()


def _kept_card(asked: PageRequest) -> Draft | None:
    notebook = asked.data.writer.notebook
    found = next((one for one in notebook.drafts() if one.kind == _CARD), None)
    return notebook.draft(found.id) if found else None


def _compare_page(asked: PageRequest, register: Register, draft: Draft, wrong: Wrong) -> WebPage:
    typed = asked.posted.typed if asked.posted else {}
    try:
        card = _read(asked, draft.content)
    except KeruenError as refused:
        wrong = Wrong(lines=lines_of(refused.problems, asked.language))
        return _page(asked, "compare", wrong, cards=[], pair_name="")
    cards = sorted((register.card, card), key=lambda one: one.side)
    return _page(
        asked,
        "compare",
        wrong,
        cards=[_annex(asked, one) for one in cards],
        pair_name=typed.get("pair_name", ""),
    )


def _drop_card(asked: PageRequest) -> Answer:
    draft = _kept_card(asked)
    if draft is not None:
        with asked.data.writer.notebook.change() as change:
            change.drop_draft(draft.id)
            change.tell(Deed(at=asked.data.settings.now(), who=asked.who, what="draft_dropped"))
    return SeeOther(address=asked.address("first"))


def _join(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    draft, name = _kept_card(asked), asked.posted.typed.get("pair_name", "").strip()
    if draft is None:
        return SeeOther(address=asked.address("first"))
    fields: dict[str, list[str]] = {}
    if not name:
        fields["pair_name"] = [asked.say("web.first_pair_missing")]
    if asked.posted.typed.get("_read") != "yes":
        fields["_read"] = [asked.say("web.first_compare_missing")]
    if fields:
        return first(asked, Wrong(fields=fields))

    def act(register: Register) -> str:
        return register.join(draft.content, pair_name=name, at=asked.data.settings.now())

    asked.data.writer.carry_out(asked.signature, ("joined", plain(name), ""), act, draft.id)
    return SeeOther(address=asked.address("start"))


def _annex(asked: PageRequest, card: SideCard) -> dict[str, object]:
    """What both sides put into the annex of their paper: names and fingerprints."""
    return {
        "title": asked.say(
            "web.first_annex_side", side=card.side, name=said(card.name, asked.language).text
        ),
        "threshold": asked.say(
            "web.first_annex_keys", n=card.root.threshold, total=len(card.root.keys)
        ),
        "keys": [
            (
                said(key.names, asked.language).text if key.names else plain(key.office),
                _in_fours(key.public),
            )
            for key in card.root.keys
        ],
    }


def _in_fours(public: str) -> str:
    """A public key as it stands on paper: in groups of four that can be read aloud."""
    return " ".join(public[start : start + 4] for start in range(0, len(public), 4))
