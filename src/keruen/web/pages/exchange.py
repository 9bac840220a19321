"""Exchange: bundles for the other side and from it, what is parked and what was refused."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from keruen.domain.joint import OTHER_SIDE, Side
from keruen.domain.joint_state import JointState
from keruen.register import Imported, Register
from keruen.register.exchange import refused_bundles
from keruen.report.joint.sentences import date_in_words, side_name
from keruen.web.asked import Answer, Download, PageNotFoundError, PageRequest, SeeOther, WebPage
from keruen.web.pages.deeds import Wrong, lines_of, needed_state, signing_fields, tried

_NOTHING_WRONG: Final = Wrong()
_BUNDLE: Final = re.compile(r"[A-Za-z0-9._-]{1,160}\.jlb")


def exchange(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """How far each side has the other's log, and the two forms."""
    asked.data.writer.check_may_write()
    state, register = needed_state(asked), asked.data.writer.reader()
    own, other = register.side, OTHER_SIDE[register.side]
    language = asked.language
    parked = [
        asked.say("web.parked_line", side=side_name(state, side, language), n=seq + 1)
        for side, seq in state.parked
    ]
    refused = [
        (date_in_words(one.day, language), lines_of(one.problems, language))
        for one in refused_bundles(register.path)
    ]
    return WebPage(
        template="exchange.html",
        title=asked.say("web.menu_exchange"),
        lead=asked.say("web.exchange_lead", side=side_name(state, other, language)),
        shown={
            "heads": [
                (side_name(state, side, language), _head(state, register, side, asked))
                for side in (own, other)
            ],
            "other": side_name(state, other, language),
            "parked": parked,
            "refused": refused,
            "ready": [(one, asked.address("exchange", one)) for one in _ready(asked)],
            "was_known": asked.query.get("known") == "yes",
            **signing_fields(asked, wrong),
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _head(state: JointState, register: Register, side: Side, asked: PageRequest) -> str:
    """How many entries of a side's log are here, and when the last of them was written."""
    at = register.last_at(side)
    if not at:
        return asked.say("web.head_none")
    n = state.heads[side][0] + 1
    return asked.say("web.head_line", n=n, date=date_in_words(at, asked.language))


def _outbox(asked: PageRequest) -> Path:
    """Where bundles for the other side lie: beside the register, with the notebook."""
    notes = asked.data.settings.notebook
    return notes.with_name(f"{notes.stem}-out")


def _ready(asked: PageRequest) -> list[str]:
    """Names of the bundles that were made here, the newest first."""
    folder = _outbox(asked)
    found = [one for one in folder.glob("*.jlb") if _BUNDLE.fullmatch(one.name)]
    return [one.name for one in sorted(found, key=lambda one: -one.stat().st_mtime_ns)][:10]


def bundle(asked: PageRequest) -> Answer:
    """A bundle that was made here, to be carried to the other side.

    Raises
    ------
    PageNotFoundError
        When there is none of that name: a name is looked up, and never a path.
    """
    asked.data.writer.check_may_write()
    name = asked.names["bundle"]
    if name not in _ready(asked):
        raise PageNotFoundError
    return Download(name=name, content=(_outbox(asked) / name).read_bytes())


def exchanged(asked: PageRequest) -> Answer:
    """Make a bundle, or take one in."""
    assert asked.posted is not None
    if asked.posted.action == "out":
        return tried(asked, lambda: _make(asked), exchange)
    if asked.posted.action == "in":
        return tried(asked, lambda: _take_in(asked), exchange)
    raise PageNotFoundError


def _make(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    folder = _outbox(asked)
    folder.mkdir(mode=0o700, exist_ok=True)
    is_whole = asked.posted.typed.get("_whole") == "yes"

    with TemporaryDirectory(prefix=".making-", dir=folder) as making:

        def act(register: Register) -> str:
            at = asked.data.settings.now()
            return register.export(Path(making), at=at, whole=is_whole).name

        done = asked.data.writer.carry_out(asked.signature, ("exported", "", ""), act)
        # It can be carried away only after the audit tells of it.
        for made in Path(making).iterdir():
            made.replace(folder / made.name)
    return SeeOther(address=asked.address("exchange", done=str(done)))


def _take_in(asked: PageRequest) -> Answer:
    assert asked.posted is not None
    content = asked.posted.content
    if not content:
        return exchange(asked, Wrong(fields={"_file": [asked.say("web.file_missing")]}))
    found: list[Imported] = []

    def act(register: Register) -> str:
        with TemporaryDirectory(prefix="keruen-") as folder:
            path = Path(folder) / "bundle.jlb"
            path.write_bytes(content)
            found.append(register.import_(path, at=asked.data.settings.now()))
        return str(found[0].applied)

    writer, given = asked.data.writer, asked.signature
    # Without a passphrase a bundle is taken in all the same; its receipt follows with the next one.
    needs_key = not writer.is_locked or bool(given.passphrase)
    done = writer.carry_out(given, ("imported", "", ""), act, needs_key=needs_key)
    was_known = not found[0].applied and not found[0].parked
    more = {"known": "yes"} if was_known else {}
    return SeeOther(address=asked.address("exchange", done=str(done), **more))
