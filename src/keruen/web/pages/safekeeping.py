"""Safekeeping: the whole register in one file, and back into an empty place.

Knows the register's own backup; writes nothing of it itself. Both are done at an office's own
machine alone, since the file holds the keys.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from keruen.errors import InputError
from keruen.register import backup, waiting
from keruen.report.joint.sentences import date_in_words
from keruen.store.notebook import Deed
from keruen.web.asked import Answer, Download, PageNotFoundError, PageRequest, SeeOther, WebPage
from keruen.web.pages.deeds import Wrong, lines_of, signing_fields, tried
from keruen.web.writing import NotHereError

_NOTHING_WRONG: Final = Wrong()
_NAME: Final = "register.backup"
"""Of the file while it lies here for a moment; `deeds.lines_of` names it as the reader does."""
_RESTORING: Final = Lock()
"""A button that is pressed twice sends two files: one of them comes back, and not parts of both."""


def has_side(asked: PageRequest) -> bool:
    """There is an installation here, with a pair or before it."""
    return (asked.data.writer.folder / "register.toml").is_file()


def last_backup(asked: PageRequest) -> str:
    """When a backup was made on these pages last, in words; empty when none was."""
    found = asked.data.writer.notebook.last_deed("backed_up")
    return date_in_words(found.at, asked.language) if found else ""


def backup_page(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> Answer:
    """Where a backup is made; where there is nothing to keep, the first steps."""
    _check_place(asked)
    if not has_side(asked):
        return SeeOther(address=asked.address("first"))
    # Of a damaged register no backup is made: it would take the place of one that is whole.
    asked.data.register.state(asked.today)
    last = last_backup(asked)
    return WebPage(
        template="backup.html",
        title=asked.say("web.menu_backup"),
        lead=asked.say("web.backup_lead"),
        shown={
            "last": asked.say("web.backup_last", date=last) if last else "",
            "keys_are_open": not waiting.keys_are_locked(asked.data.writer.folder),
            **signing_fields(asked, wrong),
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def make(asked: PageRequest) -> Answer:
    """Make a backup, and give it to the reader."""
    assert asked.posted is not None
    _check_place(asked)
    if asked.posted.action != "make":
        raise PageNotFoundError
    if not has_side(asked):
        return SeeOther(address=asked.address("first"))
    return tried(asked, lambda: _made(asked), backup_page)


def _made(asked: PageRequest) -> Answer:
    writer, at = asked.data.writer, asked.data.settings.now()
    asked.data.register.state(asked.today)
    # Beside the register: keys lie for a moment where they lie for good, and on no other disk.
    with TemporaryDirectory(prefix=".keruen-", dir=writer.folder.parent) as place:
        path = Path(place) / _NAME
        backup.back_up(writer.folder, path, at=at)
        content = path.read_bytes()
    with writer.notebook.change() as change:
        change.tell(Deed(at=at, who=asked.who, what="backed_up"))
    side = writer.reader().side.lower()
    return Download(name=f"keruen-{side}-{at[:10]}.backup", content=content)


def restore(asked: PageRequest) -> Wrong | SeeOther:
    """Bring a register back from the uploaded file, whole or not at all.

    Returns
    -------
    SeeOther
        Where to go on; or what is wrong with the file.
    """
    assert asked.posted is not None
    content = asked.posted.content
    if not content:
        return Wrong(fields={"_file": [asked.say("web.file_missing")]})
    writer, at = asked.data.writer, asked.data.settings.now()
    writer.folder.parent.mkdir(parents=True, exist_ok=True)
    with _RESTORING, TemporaryDirectory(prefix=".keruen-", dir=writer.folder.parent) as place:
        if has_side(asked):
            return SeeOther(address=asked.address("first"))
        path = Path(place) / _NAME
        path.write_bytes(content)
        try:
            backup.restore(path, writer.folder, at=at)
        except InputError as refused:
            return Wrong(fields={"_file": list(lines_of(refused.problems, asked.language))})
    asked.data.register.forget()
    is_pair = bool(writer.reader().pair)
    what = "restored" if is_pair else "restored_alone"
    with writer.notebook.change() as change:
        done = change.tell(Deed(at=at, who=asked.who, what=what))
    return SeeOther(address=asked.address("exchange" if is_pair else "first", done=str(done)))


def _check_place(asked: PageRequest) -> None:
    if asked.data.settings.place != "office":
        raise NotHereError
