"""Forms that are kept while they are filled in, each with its file, as they were typed.

Knows the notebook; knows nothing of what a form shall become.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keruen.store.notebook import Deed, Draft
from keruen.web.asked import PageRequest

MOST_FILES: Final = 20
"""Drafts with a file at once: more than an office has open commitments in a quarter."""
WITH_FILE: Final = frozenset({"evidence"})
"""Kinds whose form has a file."""
_PART: Final = 4
"""…and not every one of them is as large as an upload may be."""


def own_draft(asked: PageRequest, number: str, kind: str) -> Draft | None:
    """The draft with a number that a form or an address names; None when it is of another kind."""
    is_number = number.isascii() and number.isdecimal() and len(number) < 12
    draft = asked.data.writer.notebook.draft(int(number)) if is_number else None
    return draft if draft is not None and draft.kind == kind else None


def keep_file(asked: PageRequest) -> PageRequest:
    """Keep the file of a form, and the form with it, while its sender signs in again.

    Returns
    -------
    PageRequest
        The same, its form with the number of the draft; without a file, or room for one, as it was.
    """
    kind, posted = asked.names["kind"], asked.posted
    if posted is None or not posted.content or kind not in WITH_FILE or not has_room(asked, kind):
        return asked
    again = with_draft(asked, keep_draft(asked, kind)[0])
    assert again.posted is not None
    return replace(again, posted=replace(again.posted, content=b"", is_file_kept=True))


def has_room(asked: PageRequest, kind: str) -> bool:
    """Another file may lie among the drafts: they are no place for an archive."""
    assert asked.posted is not None
    old = own_draft(asked, asked.posted.typed.get("_draft", ""), kind)
    n, size = asked.data.writer.notebook.files_beside(old.id if old else 0)
    most = MOST_FILES * (asked.data.settings.most_upload_mb << 20) // _PART
    return n < MOST_FILES and size + len(asked.posted.content) <= most


def with_draft(asked: PageRequest, number: int) -> PageRequest:
    """The same request, its form with the number of the draft that holds it now."""
    assert asked.posted is not None
    typed = {**asked.posted.typed, "_draft": str(number)}
    return replace(asked, posted=replace(asked.posted, typed=typed))


def keep_draft(asked: PageRequest, kind: str) -> tuple[int, int]:
    """Keep what was typed, with its file; the numbers of the draft and of its line of the audit."""
    assert asked.posted is not None
    posted, notebook = asked.posted, asked.data.writer.notebook
    secret = {"_passphrase", "_action", "_meant", "_draft"}
    typed = {name: words for name, words in posted.typed.items() if name not in secret}
    old = own_draft(asked, posted.typed.get("_draft", ""), kind)
    at = asked.data.settings.now()
    has_file = kind in WITH_FILE
    content, name = (posted.content, posted.content_name) if has_file else (b"", "")
    draft = Draft(
        id=old.id if old else 0,
        kind=kind,
        typed=typed,
        at=at,
        who=asked.who,
        content=content or (old.content if old else b""),
        content_name=name or (old.content_name if old else ""),
    )
    with notebook.change() as change:
        number = change.keep_draft(draft)
        before = as_audited(old.typed) if old else ""
        deed = Deed(
            at=at,
            who=asked.who,
            what="draft_kept",
            subject=str(number),
            before=before,
            after=as_audited(typed),
        )
        return number, change.tell(deed)


def as_audited(typed: Mapping[str, str]) -> str:
    """A draft as the audit keeps it."""
    return json.dumps(dict(typed), ensure_ascii=False, sort_keys=True)
