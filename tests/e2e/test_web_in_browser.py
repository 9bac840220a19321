"""Every page in a real browser: no fault that axe-core knows, nothing from elsewhere, none too wide.

`KERUEN_WEB_VIEWS=all` looks at each page in every language, on an office screen and a telephone.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from keruen.i18n import LANGUAGES
from keruen.web.routes import ROUTES
from real_browser import OFFICE, TELEPHONE, Visitor, chromium_open
from web_world import PAGES, World, sign_in, world

_IS_LONG = os.environ.get("KERUEN_WEB_VIEWS") == "all"
_SCREENS = {"office": OFFICE, "telephone": TELEPHONE}
VIEWS = [
    (path, where, language, screen)
    for n, (path, where) in enumerate(PAGES)
    for language in (LANGUAGES if _IS_LONG else (LANGUAGES[n % len(LANGUAGES)],))
    for screen in (_SCREENS if _IS_LONG else ("office",))
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_open() as opened:
        yield opened


@pytest.fixture(scope="module")
def there(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    del browser  # Without one, no server is started.
    with world(tmp_path_factory.mktemp("web")) as made:
        yield made


@pytest.fixture(scope="module")
def visitors(browser: Browser, there: World) -> Iterator[dict[tuple[str, str], Visitor]]:
    """One visitor for each server and screen; at the shared one signed in."""
    made = {}
    for where, home in there.homes.items():
        for screen in _SCREENS if _IS_LONG else ("office",):
            visitor = Visitor(browser, home, screen=_SCREENS[screen])
            if where == "shared":
                sign_in(visitor, "kk")
            made[where, screen] = visitor
    yield made
    for visitor in made.values():
        visitor.close()


@pytest.mark.parametrize(("path", "where", "language", "screen"), VIEWS)
def test_a_page(
    there: World,
    visitors: dict[tuple[str, str], Visitor],
    path: str,
    where: str,
    language: str,
    screen: str,
) -> None:
    """Axe-core finds nothing, the policy reports nothing, no other host is asked, nothing sticks out."""
    visitor = visitors[where, screen]
    visitor.go(there.address(path, language))
    assert visitor.faults() == []
    assert visitor.axe() == []


@pytest.mark.parametrize(("language", "files"), [("kk", {"400", "700"}), ("zh", {"sc-400"})])
def test_letters_come_from_our_own_files(
    browser: Browser, there: World, language: str, files: set[str]
) -> None:
    """A machine with Noto installed would hide that ours are missing: they are seen to load."""
    visitor = Visitor(browser, there.homes["office"])
    visitor.go(f"/{language}/start")
    visitor.page.evaluate("document.fonts.ready.then(() => 0)")
    loaded = visitor.page.evaluate(
        "performance.getEntriesByType('resource').map(one => one.name.split('/').pop())"
    )
    names = {name.split(".")[0].removeprefix("noto-sans-") for name in loaded if "woff2" in name}
    has_system_font = language == "zh" and not names & files
    assert names >= files or (has_system_font and _is_chinese_here())
    assert visitor.page.evaluate("[...document.fonts].every(one => one.status !== 'error')")
    visitor.close()


def _is_chinese_here() -> bool:
    """The system has a font of its own for Chinese, which comes first."""
    found = subprocess.run(
        ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
    )
    return bool(found.stdout.strip())


def test_every_page_is_looked_at() -> None:
    """A new route has a row in the list of pages; files are no pages."""
    files = {"waiting/{text}/file", "said/{entry}/file", "exchange/{bundle}", "first/card"}
    for route in ROUTES:
        if not route.is_file and route.path not in files:
            form = re.sub(r"{\w+}", "[^/]+", route.path)
            assert any(re.fullmatch(form, path) for path, _ in PAGES), route.path


def test_faults_are_seen(browser: Browser, there: World) -> None:
    """The visitor notices what it is there for."""
    visitor = Visitor(browser, there.homes["office"])
    visitor.go("/kk/start")
    assert visitor.faults() == []
    visitor.page.evaluate(
        """() => {
          document.body.insertAdjacentHTML('beforeend',
            '<p style="color: red">x</p><img src="http://example.invalid/x.png"><input>');
          const wide = document.createElement('div');
          wide.textContent = 'English' + '\u00a0wide'.repeat(999);
          document.body.append(wide);
        }"""
    )
    visitor.page.wait_for_function("window.reported.length > 1")
    found = "\n".join(visitor.faults())
    for words in ("policy: style-src", "policy: img-src", "console: ", "scrolls sideways"):
        assert words in found
    assert any(one.startswith("axe label") for one in visitor.axe())
    assert visitor.latin_words(frozenset()) != []
    visitor.close()
