"""Who may sign in to a shared server, and for how long: passwords, sessions, limits, roles.

Knows the notebook's accounts; knows no page and no HTTP. Each change is kept together with the line
of the audit that tells of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from threading import Semaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from keruen.errors import InputError
from keruen.store import accounts
from keruen.store.accounts import Account, Session
from keruen.store.notebook import Deed, Notebook, NotebookChange
from keruen.web.settings import WebSettings
from keruen.web.tokens import new_secret

Roles = frozenset[str]
EVERYBODY: Final = "public"
"""Who reads without an account."""
ADMINISTRATOR: Final = "administrator"
ROLES: Final = ("clerk", "signatory", "planner", "auditor", ADMINISTRATOR)
"""What a person with an account may be, in the order in which pages name it; several at once."""

_IDLE: Final = timedelta(minutes=30)
"""A place that was left alone longer than a telephone call with a colleague."""
_LONGEST: Final = timedelta(hours=12)
"""A working day: nobody is signed in overnight."""
_SEEN_EACH: Final = timedelta(minutes=1)
"""How exactly idleness is noted: each note is a write."""
_WINDOW: Final = timedelta(minutes=15)
_MOST_OF_ACCOUNT: Final = 10
"""Failures in the window. An account guessed a thousand times a day holds for centuries when its
password is as long as is asked for, and one who mistypes waits a quarter of an hour."""
_MOST_OF_ADDRESS: Final = 30
"""An office shares one address; more than three people who mistype at once are none."""
SHORTEST: Final = 12
LONGEST: Final = 256
"""Letters of a password: what is longer costs the server more than it gains the person."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_HASHER: Final = PasswordHasher()
_NOBODY: Final = _HASHER.hash("of an account that is not there")
"""Tried for an unknown name, so that the time of an answer does not tell which names there are."""
_AT_ONCE: Final = Semaphore(2)
"""A password takes 64 MiB while it is tried; a crowd at the door waits, and the server lives."""


class TooManyAttemptsError(Exception):
    """So many attempts failed that no password is tried for a while."""


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """Where people sign in and out, and accounts are kept."""

    settings: WebSettings

    @property
    def notebook(self) -> Notebook:
        """Where accounts lie."""
        return Notebook(self.settings.notebook)

    def caller(self, secret: str) -> Account | None:
        """Who holds the secret of a session; None when there is none, or it is over."""
        if not secret or self.settings.place != "shared":
            return None
        session = accounts.session_of(self.notebook, _digest(secret))
        now = self.settings.now()
        if session is None or session.begun < _before(now, _LONGEST):
            return None
        if session.seen < _before(now, _IDLE):
            return None
        if session.seen < _before(now, _SEEN_EACH):
            with self.notebook.change() as change:
                accounts.note_seen(change, session, now)
        return session.account

    def idle_holder(self, secret: str) -> Account | None:
        """Who held a session that ran out because nobody used it, until its working day is over.

        Nobody is signed in by it. One that was ended, by its holder or with its account, is none.
        """
        if not secret or self.settings.place != "shared":
            return None
        session = accounts.session_of(self.notebook, _digest(secret))
        if session is None or session.begun < _before(self.settings.now(), _LONGEST):
            return None
        return session.account

    def sign_in(self, name: str, password: str, *, address: str, held: str) -> str | None:
        """Begin a session; its secret, or None when name and password do not belong together.

        Parameters
        ----------
        address : from which it is tried.
        held : secret that the browser held before: it is worth nothing afterwards, and the new one
            has never been anybody's.

        Raises
        ------
        TooManyAttemptsError
            Before the password is tried.
        """
        name, now, address = name.strip().lower()[:80], self.settings.now(), _network(address)
        self._count_attempt(name, address)
        found = accounts.account_named(self.notebook, name)
        is_right = _fits(found.hashed if found else _NOBODY, password)
        with self.notebook.change() as change:
            # Read again: it may have been closed, or its password changed, while it was tried.
            if found is None or found != accounts.account_named(self.notebook, name):
                return None
            if not is_right or not found.is_open:
                change.tell(Deed(at=now, who=name, what="sign_in_refused", after=address))
                return None
            accounts.forget_attempts(change, name=name, address=address)
            accounts.end_old_sessions(change, _before(now, _LONGEST))
            accounts.end_session(change, _digest(held))
            secret = new_secret()
            accounts.begin_session(
                change, Session(digest=_digest(secret), account=found, begun=now, seen=now)
            )
            change.tell(Deed(at=now, who=name, what="signed_in", after=address))
            return secret

    def sign_out(self, secret: str, who: str) -> None:
        """End a session, for whoever else may hold its secret as well."""
        with self.notebook.change() as change:
            accounts.end_session(change, _digest(secret))
            change.tell(Deed(at=self.settings.now(), who=who, what="signed_out"))

    def add(self, name: str, roles: Roles, password: str, *, who: str) -> int:
        """Make an account; the number of its line in the audit.

        Raises
        ------
        InputError
            When the name, a role or the password is none, or the name is taken.
        """
        account = Account(
            name=checked_name(name),
            roles=checked_roles(roles),
            hashed=hashed(name, password),
            at=self.settings.now(),
        )
        with self.notebook.change() as change:
            if accounts.account_named(self.notebook, account.name) is not None:
                raise InputError("error.account_exists", name=account.name)
            accounts.keep_account(change, account)
            return self._told(change, "account_added", who, None, account)

    def change_roles(self, name: str, roles: Roles, *, who: str) -> int:
        """Give an account these roles and no others; raises as `add` does."""
        return self._changed(name, "roles_changed", who, roles=checked_roles(roles))

    def close(self, name: str, *, who: str) -> int:
        """Nobody signs in to an account any more, and whoever has is signed out.

        Raises
        ------
        InputError
            When there is no such account, or nobody could keep accounts afterwards.
        """
        return self._changed(name, "account_closed", who, is_open=False)

    def reopen(self, name: str, *, who: str) -> int:
        """A closed account may be signed in to again."""
        return self._changed(name, "account_reopened", who, is_open=True)

    def set_password(self, name: str, password: str, *, who: str) -> int:
        """Give an account another password; whoever is signed in to it is signed out."""
        return self._changed(name, "password_set", who, hashed=hashed(name, password))

    def is_password(self, name: str, password: str, *, address: str) -> bool:
        """The password is the account's; guesses count, and raise, as those of `sign_in` do."""
        address = _network(address)
        self._count_attempt(name, address)
        found = accounts.account_named(self.notebook, name)
        is_right = found is not None and _fits(found.hashed, password)
        if is_right:
            with self.notebook.change() as change:
                accounts.forget_attempts(change, name=name, address=address)
        return is_right

    def accounts(self) -> list[Account]:
        """All accounts, by name."""
        return accounts.accounts_in(self.notebook)

    def _count_attempt(self, name: str, address: str) -> None:
        now = self.settings.now()
        with self.notebook.change() as change:
            of_account, of_address = accounts.n_attempts(
                change, name=name, address=address, since=_before(now, _WINDOW)
            )
            if of_account >= _MOST_OF_ACCOUNT or of_address >= _MOST_OF_ADDRESS:
                raise TooManyAttemptsError
            # Noted first: of a hundred at once each is counted before any has an answer.
            accounts.note_attempt(change, at=now, name=name, address=address)

    def _changed(
        self,
        name: str,
        what: str,
        who: str,
        *,
        roles: Roles | None = None,
        is_open: bool | None = None,
        hashed: str = "",
    ) -> int:
        with self.notebook.change() as change:
            old = accounts.account_named(self.notebook, name.strip().lower())
            if old is None:
                raise InputError("error.account_unknown", name=name)
            new = replace(
                old,
                roles=old.roles if roles is None else roles,
                is_open=old.is_open if is_open is None else is_open,
                hashed=hashed or old.hashed,
            )
            others = [one for one in self.accounts() if one.name != old.name]
            had_one = accounts.has_open([old], ADMINISTRATOR)
            if had_one and not accounts.has_open([*others, new], ADMINISTRATOR):
                raise InputError("error.account_last", name=old.name)
            accounts.keep_account(change, new)
            if what in {"account_closed", "password_set"}:
                accounts.end_sessions(change, old.name)
            return self._told(change, what, who, old, new)

    def _told(
        self, change: NotebookChange, what: str, who: str, old: Account | None, new: Account
    ) -> int:
        return change.tell(
            Deed(
                at=self.settings.now(),
                who=who,
                what=what,
                subject=new.name,
                before=old.in_words if old else "",
                after=new.in_words,
            )
        )


def checked_name(name: str) -> str:
    """The name of an account as it is kept.

    Raises
    ------
    InputError
        When it has letters that not every keyboard has: it is typed on all of them.
    """
    found = name.strip().lower()
    # Who sits at an office's own machine is called `local` in the audit, and nobody else.
    if not _NAME.fullmatch(found) or found == "local":
        raise InputError("error.account_name", found=name[:80])
    return found


def checked_roles(roles: Roles) -> Roles:
    """The roles; raises `InputError` when one is none, or there are none."""
    unknown = sorted(roles - set(ROLES))
    if unknown or not roles:
        raise InputError(
            "error.account_role", found=", ".join(unknown)[:80] or "–", allowed=", ".join(ROLES)
        )
    return roles


def hashed(name: str, password: str) -> str:
    """What is kept of a password.

    Raises
    ------
    InputError
        When it is too short or too long, or is the name said again.
    """
    rest = password.lower().replace(name.strip().lower(), "")
    is_poor = len(set(rest)) < 5 or len(rest) < SHORTEST // 2
    if not SHORTEST <= len(password) <= LONGEST or is_poor:
        raise InputError("error.account_password", shortest=SHORTEST, longest=LONGEST)
    with _AT_ONCE:
        return _HASHER.hash(password)


def _fits(hashed_word: str, password: str) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        with _AT_ONCE:
            return _HASHER.verify(hashed_word, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _before(moment: str, span: timedelta) -> str:
    """The moment a span before another, as moments are written; so written they sort by time."""
    return (datetime.fromisoformat(moment) - span).strftime("%Y-%m-%dT%H:%M:%SZ")


def _network(address: str) -> str:
    """What is counted as one address: of IPv6 the network, since one house has all of it."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:80]
    return str(found) if not isinstance(found, IPv6Address) else found.exploded[:19]
