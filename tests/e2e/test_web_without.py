"""List, project and sign by somebody without a mouse, and in a browser that runs no scripts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from keruen.i18n import text
from keruen.register import Register
from keruen.web import WebSettings
from real_browser import Visitor, chromium_open
from served_pages import AT, demonstration, served_beside

_MOST_STOPS = 400
_WHAT_HAS_THE_FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const look = getComputedStyle(one), box = one.getBoundingClientRect();
  const all = [...document.querySelectorAll('*')];
  return {
    place: all.indexOf(one),
    shown: one.outerHTML.slice(0, 120),
    isSeen: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2
      && box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""
_WHAT_TAKES_IT = """() => {
  const all = [...document.querySelectorAll('*')];
  return all.filter(one => one.matches('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')
      && one.checkVisibility({visibilityProperty: true})).map(one => all.indexOf(one));
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_open() as opened:
        yield opened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration(tmp_path_factory.mktemp("made") / "register")[1]


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[tuple[str, Path, str]]:
    """An office with an offer to sign: its address, its register, the offer."""
    there = tmp_path / "side-b"
    shutil.copytree(made, there)
    state = Register.open(there).state(AT[:10])
    (offer,) = (one for one in state.all_revisions() if one.status == "offered" and one.side == "A")
    settings = WebSettings(register=there, runs=tmp_path / "runs", place="office")
    with served_beside(settings) as address:
        yield address, there, offer.entry


def _is_agreed(register: Path) -> bool:
    agreed = Register.open(register).state(AT[:10]).projects["KH-0009"].agreed
    return agreed is not None


@pytest.mark.parametrize("path", ["list", "projects/KH-0001", "sign", "sign/{entry}"])
def test_the_keyboard_reaches_everything(
    browser: Browser, office: tuple[str, Path, str], path: str
) -> None:
    """Tab goes through all that can be used, in the order of the page, and each stop is seen."""
    address, _, entry = office
    visitor = Visitor(browser, address)
    visitor.go(f"/kk/{path.format(entry=entry)}")
    wanted = visitor.page.evaluate(_WHAT_TAKES_IT)
    stops: list[int] = []
    for _ in range(_MOST_STOPS):
        visitor.page.keyboard.press("Tab")
        stop = visitor.page.evaluate(_WHAT_HAS_THE_FOCUS)
        if stop is None or stop["place"] in stops:
            break
        assert stop["isSeen"], stop
        stops.append(stop["place"])
    # A box that scrolls only when it is too full takes the focus besides.
    assert [one for one in stops if one in wanted] == wanted
    visitor.close()


def _tab_to(visitor: Visitor, selector: str) -> None:
    """Go on by Tab until what is meant has the focus."""
    for _ in range(_MOST_STOPS):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("words => document.activeElement.matches(words)", selector):
            return
    raise AssertionError(selector)


def _enter(visitor: Visitor, selector: str) -> None:
    _tab_to(visitor, selector)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def test_a_text_is_signed_by_keyboard(browser: Browser, office: tuple[str, Path, str]) -> None:
    """From the start page: menu, text, tick, button; the list is filtered on the way."""
    address, register, entry = office
    visitor = Visitor(browser, address)
    visitor.go("/zh/start")
    visitor.page.keyboard.press("Tab")
    with visitor.page.expect_event("framenavigated"):
        visitor.page.keyboard.press("Enter")
    assert visitor.path == "/zh/start#main"
    visitor.go("/zh/start")
    _enter(visitor, "nav.menu a[href='/zh/list']")
    _tab_to(visitor, "#f-light")
    visitor.page.keyboard.press("ArrowDown")
    _enter(visitor, "form.filter button")
    assert "light=" in visitor.path
    _enter(visitor, "nav.menu a[href='/zh/sign']")
    _enter(visitor, f"main a[href='/zh/sign/{entry}']")
    _tab_to(visitor, "#i-_read")
    visitor.page.keyboard.press("Space")
    _enter(visitor, "button[value=sign]")
    assert visitor.page.locator(".done").count() == 1
    assert visitor.faults() == []
    assert _is_agreed(register)
    visitor.close()


def test_a_text_is_signed_without_scripts(browser: Browser, office: tuple[str, Path, str]) -> None:
    """List, filter, project, sign: all of it works in a browser that runs no scripts."""
    address, register, entry = office
    visitor = Visitor(browser, address, has_scripts=False)
    visitor.go("/kk/start")
    visitor.press("nav.menu a[href='/kk/list']")
    visitor.page.select_option("#f-consent", label=text("register.consent_agreed", "kk"))
    visitor.press("form.filter button")
    assert visitor.page.locator("table.list tbody tr").count() > 5
    visitor.press("table.list td a >> nth=0")
    visitor.page.click("main details summary >> nth=0")
    visitor.press("nav.menu a[href='/kk/sign']")
    visitor.press(f"main a[href='/kk/sign/{entry}']")
    visitor.press("button[value=sign]")
    # It was not said to be read: the page says so, and nothing is signed.
    assert visitor.page.locator(".wrong a[href='#i-_read']").count() == 1
    assert not _is_agreed(register)
    visitor.page.check("#i-_read")
    visitor.press("button[value=sign]")
    assert visitor.page.locator(".done").count() == 1
    assert _is_agreed(register)
    visitor.close()
