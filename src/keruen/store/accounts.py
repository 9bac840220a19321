"""Accounts of a face, who is signed in, and who tried: tables of the notebook.

Knows no password, no clock and no chance: hashes, moments and secrets come from above. A change is
part of the notebook's transaction, so the line that tells of it is there with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from keruen.store.notebook import Notebook, NotebookChange, SqlRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in.

    Parameters
    ----------
    name : in small letters; as it is typed to sign in and as the audit says it.
    roles : codes of what the person does: ``clerk``, ``signatory``.
    hashed : of the password; never shown.
    is_open : False of one that was closed; it is kept, since the audit names it.
    """

    name: str
    roles: frozenset[str]
    hashed: str
    is_open: bool = True
    at: str = ""

    @property
    def in_words(self) -> str:
        """What stands of it in the audit: everything but the password."""
        state = "open" if self.is_open else "closed"
        return f"{state}: {', '.join(sorted(self.roles))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who has signed in.

    Parameters
    ----------
    digest : of the secret that the browser holds: the file alone signs nobody in.
    begun, seen : moments of signing in and of the last request that was noted.
    """

    digest: str
    account: Account
    begun: str
    seen: str


def accounts_in(notebook: Notebook) -> list[Account]:
    """All accounts, by name."""
    return [_account(row) for row in notebook.read("select * from accounts order by name")]


def account_named(notebook: Notebook, name: str) -> Account | None:
    """The account of a name; None when there is none."""
    rows = notebook.read("select * from accounts where name = ?", (name,))
    return _account(rows[0]) if rows else None


def keep_account(change: NotebookChange, account: Account) -> None:
    """Keep an account in place of the one of its name."""
    values = (account.name, ",".join(sorted(account.roles)), account.hashed)
    change.run(
        "replace into accounts (name, roles, hashed, is_open, at) values (?, ?, ?, ?, ?)",
        (*values, int(account.is_open), account.at),
    )


def session_of(notebook: Notebook, digest: str) -> Session | None:
    """Who holds a session; None when it is over, or its account is closed."""
    rows = notebook.read(
        "select accounts.*, sessions.begun, sessions.seen from sessions "
        "join accounts using (name) where sessions.digest = ? and accounts.is_open = 1",
        (digest,),
    )
    if not rows:
        return None
    *account, begun, seen = rows[0]
    return Session(
        digest=digest, account=_account(tuple(account)), begun=str(begun), seen=str(seen)
    )


def begin_session(change: NotebookChange, session: Session) -> None:
    """Somebody is signed in from now on."""
    change.run(
        "insert into sessions (digest, name, begun, seen) values (?, ?, ?, ?)",
        (session.digest, session.account.name, session.begun, session.seen),
    )


def note_seen(change: NotebookChange, session: Session, at: str) -> Session:
    """Somebody signed in was seen at a moment."""
    change.run("update sessions set seen = ? where digest = ?", (at, session.digest))
    return replace(session, seen=at)


def end_session(change: NotebookChange, digest: str) -> None:
    """The session is over, for every copy of its secret."""
    change.run("delete from sessions where digest = ?", (digest,))


def end_sessions(change: NotebookChange, name: str) -> None:
    """Every session of an account is over."""
    change.run("delete from sessions where name = ?", (name,))


def end_old_sessions(change: NotebookChange, begun: str) -> None:
    """Sessions that began before a moment are over, and nobody's any more."""
    change.run("delete from sessions where begun < ?", (begun,))


def n_attempts(change: NotebookChange, *, name: str, address: str, since: str) -> tuple[int, int]:
    """Attempts to sign in that failed: to one account, and from one address."""
    change.run("delete from attempts where at < ?", (since,))
    ((of_name, of_address),) = change.run(
        "select sum(name = ?), sum(address = ?) from attempts", (name, address)
    )
    return int(of_name or 0), int(of_address or 0)


def note_attempt(change: NotebookChange, *, at: str, name: str, address: str) -> None:
    """Somebody tries to sign in: noted before it is known how it ends."""
    change.run("insert into attempts (at, name, address) values (?, ?, ?)", (at, name, address))


def forget_attempts(change: NotebookChange, *, name: str, address: str) -> None:
    """The right password came from there: what failed there before it was no attack."""
    change.run("delete from attempts where name = ? and address = ?", (name, address))


def has_open(accounts: Iterable[Account], role: str) -> bool:
    """Somebody with a role may sign in."""
    return any(one.is_open and role in one.roles for one in accounts)


def _account(row: SqlRow) -> Account:
    name, roles, hashed, is_open, at = row
    return Account(
        name=str(name),
        roles=frozenset(str(roles).split(",")) - {""},
        hashed=str(hashed),
        is_open=bool(is_open),
        at=str(at),
    )
