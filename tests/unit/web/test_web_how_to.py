"""How to: every role has its page, and each step leads to a page that is there and open to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen.i18n import LANGUAGES, text
from keruen.web.accounts import ROLES
from keruen.web.pages.how_to import STEPS
from keruen.web.routes import ROUTES
from made_up_pairs import two
from writing_pages import Clerk, Forms, words_seen

BASE = "https://register.example.kz"


def _steps(clerk: Clerk, language: str, role: str) -> list[str]:
    clerk.open(f"/{language}/help/{role}")
    inside = clerk.page.partition('<ol class="steps">')[2].partition("</ol>")[0]
    return Forms(inside).links


def test_every_role_has_its_page() -> None:
    """Of accounts, and of whoever reads without one; ten steps are the most that is read."""
    assert set(STEPS) == {"public", *ROLES}
    assert all(1 <= len(steps) <= 10 for steps in STEPS.values())


@pytest.mark.parametrize("role", STEPS)
def test_each_step_is_open_to_its_role(tmp_path: Path, role: str) -> None:
    """The page is asked for by somebody of that role alone: it is there, and refuses nobody."""
    roles = () if role == "public" else (role,)
    person = Clerk(two(tmp_path).b.path, place="shared", base=BASE, roles=roles)
    links = _steps(person, "kk", role)
    assert len(links) == len(STEPS[role])
    for link in links:
        answer = person.browser.get(link)
        assert answer.status_code == 200, link
        is_sign_in = link.endswith("/login")
        assert is_sign_in or "/login" not in answer.headers.get("location", ""), link
        assert link.removeprefix("/kk/") in {*(one.path for one in ROUTES), "write/evidence"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", STEPS)
def test_help_leads_to_each_role(tmp_path: Path, language: str, role: str) -> None:
    """In the reader's language, each step once; no step has the words of another role's."""
    clerk = Clerk(tmp_path / "none", place="reading")
    clerk.open(f"/{language}/help")
    assert f"/{language}/help/{role}" in Forms(clerk.page).links
    clerk.open(f"/{language}/help/{role}")
    assert text(f"web.role_{role}", language) in words_seen(clerk.page)
    links = _steps(clerk, language, role)
    # Only a shared server has accounts: elsewhere nobody is sent to sign in.
    assert not [one for one in links if "login" in one or "account" in one]
    other = text(f"web.how_{role}_05", "en")
    assert language == "en" or other not in clerk.page


def test_no_page_for_a_role_that_is_none(tmp_path: Path) -> None:
    """A name in the address is looked up."""
    clerk = Clerk(tmp_path / "none", place="reading")
    assert clerk.browser.get("/en/help/king").status_code == 404
