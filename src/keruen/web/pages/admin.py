"""Administration: accounts with their roles, and who did what when."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Final

from keruen.i18n import listing
from keruen.i18n.field_names import field_name
from keruen.report.joint.sentences import DIGITS, date_in_words
from keruen.store.notebook import Deed
from keruen.web.accounts import ROLES, SHORTEST
from keruen.web.asked import Answer, PageNotFoundError, PageRequest, SeeOther, WebPage
from keruen.web.pages.deeds import DONE, Wrong, tried

_NOTHING_WRONG: Final = Wrong()
_FIRST: Final = ("backed_up", "card_taken", "joined", "side_begun")
"""…and of a side's first steps and its safekeeping."""
_OF_ACCOUNTS: Final = (
    "account_added",
    "account_closed",
    "account_reopened",
    "password_set",
    "roles_changed",
    "sign_in_refused",
    "signed_in",
    "signed_out",
)
"""What a line of the audit may say of accounts, beside what pages do."""
_ENTRY: Final = re.compile("[0-9a-f]{64}")
"""A whole id: its beginning names it on every page."""
_MOST_LETTERS: Final = 200
"""Of what was typed in a draft; the whole of it stands in the file."""
_MOST: Final = 200
"""Lines of the audit on one page."""


def accounts(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """All accounts; each with its roles, and what may be changed of it."""
    asked.data.writer.check_may_write()
    typed = asked.posted.typed if asked.posted else {}
    is_new = typed.get("_action", "") == "add"
    return WebPage(
        template="accounts.html",
        title=asked.say("web.menu_accounts"),
        lead=asked.say("web.accounts_lead"),
        shown={
            "accounts": [
                {
                    "name": one.name,
                    "roles": one.roles,
                    "in_words": roles_in_words(asked, one.roles),
                    "is_open": one.is_open,
                }
                for one in asked.data.desk.accounts()
            ],
            "roles": [
                (role, asked.say(f"web.role_{role}"), asked.say(f"web.role_about_{role}"))
                for role in ROLES
            ],
            "new_name": typed.get("_account", "") if is_new else "",
            "new_roles": typed.get("_role", "").split(",") if is_new else [],
            "hint": asked.say("web.password_hint", shortest=SHORTEST),
            "wrong": wrong,
            "done": _done(asked),
            "is_expired": asked.is_expired,
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def _done(asked: PageRequest) -> str:
    number = asked.query.get("done", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 12
    deed = asked.data.writer.notebook.deed(int(number)) if is_number else None
    if deed is None or deed.what not in _OF_ACCOUNTS:
        return ""
    return f"{deed.subject}: {_what(asked, deed)}"


def change(asked: PageRequest) -> Answer:
    """Make an account, or change one; what keeps it from that is said with what was typed."""
    assert asked.posted is not None
    typed, action = asked.posted.typed, asked.posted.action
    if action not in {"add", "roles", "close", "reopen", "password"}:
        raise PageNotFoundError
    name, password, desk = typed.get("_account", ""), typed.get("_password", ""), asked.data.desk
    roles = frozenset(typed.get("_role", "").split(",")) - {""}
    if action in {"add", "password"} and password != typed.get("_again", ""):
        return accounts(asked, Wrong(lines=(asked.say("web.passwords_differ"),)))

    def act() -> Answer:
        if action == "add":
            done = desk.add(name, roles, password, who=asked.who)
        elif action == "roles":
            done = desk.change_roles(name, roles, who=asked.who)
        elif action == "password":
            done = desk.set_password(name, password, who=asked.who)
        else:
            done = (desk.close if action == "close" else desk.reopen)(name, who=asked.who)
        return SeeOther(address=asked.address("accounts", done=str(done)))

    return tried(asked, act, accounts)


def audit(asked: PageRequest) -> WebPage:
    """Who did what when, the newest first."""
    asked.data.writer.check_may_write()
    number = asked.query.get("before", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 12
    deeds = asked.data.writer.notebook.newest_deeds(
        before=int(number) if is_number else 0, most=_MOST
    )
    return WebPage(
        template="audit.html",
        title=asked.say("web.menu_audit"),
        lead=asked.say("web.audit_lead"),
        shown={
            "deeds": [
                {
                    "at": f"{date_in_words(one.at, asked.language)}, {one.at[11:16]}",
                    "who": asked.say("web.who_local") if one.who == "local" else one.who,
                    "what": _what(asked, one),
                    "subject": one.subject,
                    "before": _state(asked, one, one.before),
                    "after": _state(asked, one, one.after),
                }
                for one in deeds
            ],
            "older": asked.with_query(before=str(deeds[-1].id)) if len(deeds) == _MOST else "",
        },
    )


def roles_in_words(asked: PageRequest, roles: Collection[str]) -> str:
    """Roles as a list in the reader's language."""
    words = [asked.say(f"web.role_{role}") for role in ROLES if role in roles]
    return listing(words, asked.language) if words else ""


def _state(asked: PageRequest, deed: Deed, written: str) -> str:
    """What stood before or after: of an account or a draft in words, else what is kept."""
    state, _, roles = written.partition(": ")
    if deed.what in _OF_ACCOUNTS and state in {"open", "closed"}:
        words = roles_in_words(asked, roles.split(", "))
        return words if state == "open" else f"{words} ({asked.say('web.account_is_closed')})"
    if _ENTRY.fullmatch(written):
        return written[:DIGITS]
    if written.startswith("{"):
        written = _draft_in_words(written, asked.language)
    return written if len(written) <= _MOST_LETTERS else f"{written[:_MOST_LETTERS]}…"


def _draft_in_words(written: str, language: str) -> str:
    """What was filled in of a form, each field by its name."""
    try:
        typed: dict[str, str] = json.loads(written)
    except ValueError:
        return written
    return "; ".join(
        f"{field_name('', name.removesuffix('.@name'), language)}: {words}"
        for name, words in typed.items()
        if words and not name.startswith("_")
    )


def _what(asked: PageRequest, deed: Deed) -> str:
    known = deed.what in {*DONE, *_OF_ACCOUNTS, *_FIRST}
    return asked.say(f"web.audit_{deed.what}") if known else deed.what
