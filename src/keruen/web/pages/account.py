"""Sign in to a shared server, one's own account, and out again; nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keruen.errors import InputError
from keruen.web.accounts import SHORTEST, TooManyAttemptsError
from keruen.web.asked import Answer, PageNotFoundError, PageRequest, SessionChange, WebPage
from keruen.web.pages.admin import roles_in_words
from keruen.web.pages.deeds import Wrong, lines_of
from keruen.web.writing import NotHereError

_NOTHING_WRONG: Final = Wrong()
_KEPT: Final = "kept."
"""Before the names of what was typed in another form, while its sender signs in."""
_NEVER_KEPT: Final = frozenset({"_passphrase", "_password", "_action", "_token"})
_PATH: Final = re.compile(r"[a-z]+(/[\w.-]+)*", re.ASCII)


def login(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG, status: int = 200) -> WebPage:
    """Where people sign in.

    Raises
    ------
    NotHereError
        On a server without accounts.
    """
    typed = asked.posted.typed if asked.posted else {}
    wanted = typed.get("_next", "") or asked.query.get("next", "")
    return _login_page(asked, wanted, _kept_in(typed), wrong, status)


def asked_to_sign_in(asked: PageRequest) -> WebPage:
    """The same in place of a page whose form came from nobody who is signed in, with the form."""
    typed = asked.posted.typed if asked.posted else {}
    kept = {name: words for name, words in typed.items() if name not in _NEVER_KEPT}
    page = _login_page(asked, asked.path, kept, _NOTHING_WRONG, 403)
    has_file = asked.posted is not None and asked.posted.is_file_kept
    return replace(page, lead=asked.say("web.login_kept_file")) if has_file else page


def _login_page(
    asked: PageRequest, wanted: str, kept: Mapping[str, str], wrong: Wrong, status: int
) -> WebPage:
    if asked.data.settings.place != "shared":
        raise NotHereError
    typed = asked.posted.typed if asked.posted else {}
    return WebPage(
        template="login.html",
        title=asked.say("web.sign_in"),
        lead=asked.say("web.login_kept" if kept else "web.login_lead"),
        shown={
            "next": wanted,
            "kept": {f"{_KEPT}{name}": words for name, words in kept.items()},
            "name": typed.get("_user", "")[:80],
            "action": asked.address("login"),
            "wrong": wrong,
            "done": "",
            # What was typed elsewhere is told of by the lead; here nothing is old but a login.
            "is_expired": asked.is_expired,
        },
        status=status,
    )


def _kept_in(typed: Mapping[str, str]) -> dict[str, str]:
    names = [name for name in typed if name.startswith(_KEPT)]
    return {name.removeprefix(_KEPT): typed[name] for name in names}


def sign_in(asked: PageRequest) -> Answer:
    """Begin a session, and go on where somebody came from."""
    assert asked.posted is not None
    typed = asked.posted.typed
    try:
        secret = asked.data.desk.sign_in(
            typed.get("_user", ""),
            typed.get("_password", ""),
            address=asked.address_of_caller,
            held=asked.session,
        )
    except TooManyAttemptsError:
        return login(asked, Wrong(lines=(asked.say("web.login_too_many"),)), 429)
    if secret is None:
        return login(asked, Wrong(fields={"_password": [asked.say("web.login_wrong")]}), 422)
    wanted = typed.get("_next", "")
    path = wanted if _PATH.fullmatch(wanted) else "start"
    return SessionChange(session=secret, path=path, kept=_kept_in(typed))


def own(asked: PageRequest, wrong: Wrong = _NOTHING_WRONG) -> WebPage:
    """One's own account.

    Raises
    ------
    NotHereError
        On a server without accounts.
    """
    if asked.account is None:
        raise NotHereError
    return WebPage(
        template="account.html",
        title=asked.say("web.account_title"),
        lead=asked.say("web.signed_in_as", name=asked.account.name),
        shown={
            "roles": roles_in_words(asked, asked.account.roles),
            "hint": asked.say("web.password_hint", shortest=SHORTEST),
            "wrong": wrong,
            "done": "",
            "is_expired": asked.is_expired,
        },
        status=200 if wrong is _NOTHING_WRONG else 422,
    )


def change_own(asked: PageRequest) -> Answer:
    """Sign out, or take another password: then everybody who is signed in to it does so anew."""
    assert asked.posted is not None
    if asked.account is None:
        raise NotHereError
    desk, typed, name = asked.data.desk, asked.posted.typed, asked.account.name
    if asked.posted.action == "out":
        desk.sign_out(asked.session, name)
        return SessionChange(session="", path="start")
    if asked.posted.action != "password":
        raise PageNotFoundError
    old, new = typed.get("_password", ""), typed.get("_new", "")
    try:
        if not desk.is_password(name, old, address=asked.address_of_caller):
            return own(asked, Wrong(fields={"_password": [asked.say("web.old_password_wrong")]}))
        if new != typed.get("_again", ""):
            return own(asked, Wrong(fields={"_again": [asked.say("web.passwords_differ")]}))
        desk.set_password(name, new, who=name)
    except TooManyAttemptsError:
        return own(asked, Wrong(lines=(asked.say("web.login_too_many"),)))
    except InputError as refused:
        return own(asked, Wrong(fields={"_new": list(lines_of(refused.problems, asked.language))}))
    return SessionChange(session="", path="login")
