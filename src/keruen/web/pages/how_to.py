"""How to, for each role: at most ten short steps, each leading to the page of which it speaks."""

from __future__ import annotations

from typing import Final

from keruen.web.accounts import EVERYBODY, ROLES
from keruen.web.asked import PageNotFoundError, PageRequest, WebPage

READERS: Final = (EVERYBODY, *ROLES)
"""Who has a page, in the order in which help names them."""
STEPS: Final = {
    "public": ("start", "list", "list", "results", "results", "figures", "figures", "help"),
    "clerk": (
        *("login", "account", "write", "write", "write", "write"),
        *("list", "write/evidence", "exchange", "exchange"),
    ),
    "signatory": (
        *("login", "sign", "sign", "write", "sign"),
        *("sign", "sign", "sign", "sign", "exchange"),
    ),
    "planner": ("results", "results", "results", "figures", "figures", "results", "list"),
    "auditor": (
        *("login", "audit", "exchange", "exchange", "sign"),
        *("write", "list", "figures", "list"),
    ),
    "administrator": (
        *("login", "accounts", "accounts", "accounts", "account"),
        *("accounts", "accounts", "accounts", "audit"),
    ),
}
"""Role → the page of each step; its words are the catalogue's, by number."""
_NAMES: Final = {
    "login": "web.sign_in",
    "account": "web.account_title",
    "write/evidence": "web.write_evidence",
}
"""Pages that stand in no menu, by the words of their titles."""
_OF_ACCOUNTS: Final = frozenset({"login", "account", "accounts"})
"""Pages that only a shared server has: an office's own machine signs nobody in."""


def how_to(asked: PageRequest) -> WebPage:
    """The steps of one role.

    Raises
    ------
    PageNotFoundError
        When there is no such role.
    """
    role = asked.names["role"]
    if role not in STEPS:
        raise PageNotFoundError
    is_shared = asked.data.settings.place == "shared"
    return WebPage(
        template="how_to.html",
        title=asked.say("web.how_title", role=asked.say(f"web.role_{role}")),
        lead=asked.say(f"web.role_about_{role}"),
        shown={
            "steps": [
                (
                    asked.say(f"web.how_{role}_{n:02}"),
                    asked.address(*path.split("/")),
                    asked.say(_NAMES.get(path, f"web.menu_{path}")),
                )
                for n, path in enumerate(STEPS[role], start=1)
                if is_shared or path not in _OF_ACCOUNTS
            ],
        },
    )


def roles(asked: PageRequest) -> list[tuple[str, str, str]]:
    """Name, what it does and address of each role's page."""
    return [
        (
            asked.say(f"web.role_{role}"),
            asked.say(f"web.role_about_{role}"),
            asked.address("help", role),
        )
        for role in READERS
    ]
