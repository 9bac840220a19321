"""An official agrees a project with the mouse: in Kazakh on one side, in Chinese on the other.

Two registers, two servers, a bundle there and one back; not one English word on the way, and
nothing that was typed becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from keruen.i18n import text
from keruen.register import Register
from real_browser import Visitor, chromium_open
from served_pages import Served, demonstration, served
from web_world import HOSTILE

REASONS = {
    "Keruen": "the name of the program",
    "KH": "begins the number of a project",
    "JAC": "a company by its own name",
    "Kia": "a company by its own name",
    "CSV": "a form of files",
    "JSON": "a form of files",
    "XLSX": "a form of files",
    "Python": "a language of programs",
}
"""Word in Latin letters that may stand on a page → why."""
_HOSTILE_WORDS = {"class", "hostile", "lt", "img", "src", "onerror", "alert", "script"}
_ALLOWED = frozenset({*REASONS, *_HOSTILE_WORDS})
PROJECT = {
    "title.kk": "Қойма <b class=hostile>",
    "title.ru": "Склад <b class=hostile>",
    "title.zh": "仓库 <b class=hostile>",
    "description.kk": f"Сипаты {HOSTILE}",
    "description.ru": f"Описание {HOSTILE}",
    "description.zh": f"说明 {HOSTILE}",
}


class Official:
    """Somebody who goes through pages by clicks, in one language, and stumbles over every fault."""

    def __init__(self, browser: Browser, server: Served, language: str) -> None:
        self.visitor = Visitor(browser, server.address)
        self.page = self.visitor.page
        self.language = language
        self.visitor.go(f"/{language}/start")
        self.n_presses = 0
        self.strange: dict[str, list[str]] = {}
        self.look()

    def look(self) -> None:
        """Nothing is wrong with the page that is open."""
        assert self.visitor.faults() == [], self.visitor.path
        assert self.page.locator(".hostile").count() == 0, self.visitor.path
        found = self.visitor.latin_words(_ALLOWED)
        if found:
            self.strange[self.visitor.path] = found

    def press(self, selector: str) -> None:
        self.visitor.press(selector)
        self.n_presses += 1
        self.look()

    def menu(self, place: str) -> None:
        self.press(f"nav.menu a[href='/{self.language}/{place}']")

    def button(self, action: str) -> None:
        self.press(f"button[name=_action][value={action}]")

    def sign(self) -> None:
        """Tick that it was read, and sign."""
        self.page.check("#i-_read")
        self.n_presses += 1
        self.button("sign")

    def bundle(self, folder: Path) -> Path:
        """Make the bundle for the other side, and carry it away in a file."""
        self.menu("exchange")
        self.button("out")
        with self.page.expect_download() as download:
            self.page.click("main a[download] >> nth=0")
        name = download.value.suggested_filename
        assert name.endswith(".jlb")
        download.value.save_as(folder / name)
        return folder / name

    def take_in(self, bundle: Path) -> None:
        self.menu("exchange")
        self.page.set_input_files("#i-_file", bundle)
        self.button("in")
        assert self.page.locator(".done").count() == 1

    def standing(self, title: str) -> str:
        """What the list says of the project of that title."""
        self.menu("list")
        row = self.page.locator("table.list tbody tr", has_text=title)
        return row.locator("td >> nth=1").inner_text()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium_open() as opened:
        yield opened


def test_a_project_is_agreed_with_the_mouse_alone(browser: Browser, tmp_path: Path) -> None:
    """Offer, bundle, take in, read, sign, bundle back: both lists say that it is agreed."""
    here, there = demonstration(tmp_path / "register")
    none = tmp_path / "runs"
    with served(here, none) as first, served(there, none) as second:
        kazakh, chinese = Official(browser, first, "kk"), Official(browser, second, "zh")
        kazakh.menu("write")
        kazakh.press("main a[href='/kk/write/project']")
        kazakh.page.select_option("[name=kind]", "infrastructure")
        for name, words in PROJECT.items():
            kazakh.page.fill(f"[name='{name}']", words)
        kazakh.button("next")
        kazakh.sign()
        assert kazakh.page.locator(".done").count() == 1
        chinese.take_in(kazakh.bundle(tmp_path))
        n_before = chinese.n_presses
        chinese.menu("sign")
        chinese.press("main .tasks a:has-text('仓库')")
        assert chinese.page.locator("dd", has_text="说明").count() == 1
        chinese.sign()
        assert chinese.page.locator(".done").count() == 1
        assert chinese.n_presses - n_before <= 6
        kazakh.take_in(chinese.bundle(tmp_path))
        assert kazakh.standing("Қойма") == text("register.consent_agreed", "kk")
        assert chinese.standing("仓库") == text("register.consent_agreed", "zh")
        for official in (kazakh, chinese):
            official.press("main td a:has-text('<b class=hostile>')")
            assert official.strange == {}
    for side in (here, there):
        agreed = [one.agreed for one in Register.open(side).state("2026-11-29").projects.values()]
        titles = [one.title.zh.text for one in agreed if one is not None and one.title.zh]
        assert PROJECT["title.zh"] in titles
