"""Debian's Chromium, driven by Playwright, and everything that a page may not do in it.

Where there is no Chromium, tests are skipped with a sentence; in CI they fail, since nobody reads
what was skipped there.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

OFFICE = {"width": 1366, "height": 768}
"""The screen of an office PC."""
TELEPHONE = {"width": 390, "height": 844}
_FLAGS = (
    # Root of a build machine has no sandbox, and pages of this very test are all that is opened.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # The browser's own errands to its maker would be refused by a closed network, one by one.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_REPORTED = "window.reported = []; addEventListener('securitypolicyviolation', e => window.reported.push(`${e.violatedDirective} ${e.blockedURI}`))"
_NOT_RUN = "{resultTypes: ['violations'], preload: false}"
"""What styles come from is our own file: nothing has to be loaded a second time."""


def chromium() -> str:
    """Where Chromium is; empty when there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), "")


@contextmanager
def chromium_open() -> Iterator[Browser]:
    """A browser that shows no window; the test is skipped, or fails in CI, where there is none."""
    path = chromium()
    if not path:
        sentence = "there is no Chromium on this machine: apt-get install chromium"
        if os.environ.get("CI", "").lower() in {"true", "1"}:
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


class Visitor:
    """One person before one browser, of whom everything is noticed that goes wrong.

    Parameters
    ----------
    home : address of the server; requests to any other are faults.
    """

    def __init__(
        self,
        browser: Browser,
        home: str,
        *,
        screen: dict[str, int] = OFFICE,
        has_scripts: bool = True,
    ) -> None:
        self.home = home
        self.context: BrowserContext = browser.new_context(
            viewport={"width": screen["width"], "height": screen["height"]},
            java_script_enabled=has_scripts,
            accept_downloads=True,
        )
        self.has_scripts = has_scripts
        if has_scripts:
            self.context.add_init_script(_REPORTED)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self._faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda wrong: self._faults.append(f"error: {wrong}"))
        self.page.on("request", lambda asked: self._look(asked.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._faults.append(f"console: {message.text}")

    def _look(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.home:
            self._faults.append(f"asks another host: {url}")

    def go(self, path: str, status: int = 200) -> None:
        """Open an address of the server, and hold it to the status that it must answer with."""
        answer = self.page.goto(f"{self.home}{path}")
        assert answer is not None
        assert answer.status == status, (path, answer.status)

    @property
    def path(self) -> str:
        """Where the browser is, without the server."""
        return self.page.url.removeprefix(self.home)

    def faults(self) -> list[str]:
        """What went wrong since it was last asked: console, policy, other hosts, too wide a page."""
        found, self._faults = self._faults, []
        if self.has_scripts:
            found += [f"policy: {one}" for one in self.page.evaluate("window.reported ?? []")]
        return found + self.overflow()

    def overflow(self) -> list[str]:
        """The page, where it has to be pushed sideways, and what sticks out of it."""
        return list(
            self.page.evaluate(
                """() => {
                  const wide = document.documentElement.clientWidth;
                  if (document.documentElement.scrollWidth <= wide) return [];
                  return ['scrolls sideways: ' + [...document.querySelectorAll('body *')]
                    .filter(one => one.getBoundingClientRect().right > wide + 1
                                   && !one.closest('.wide, .report figure'))
                    .slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ')];
                }"""
            )
        )

    def axe(self) -> list[str]:
        """What axe-core has against the page. It comes in as a debugger does, past the policy."""
        self.page.evaluate(_axe())
        found = self.page.evaluate(f"axe.run(document, {_NOT_RUN})")
        return [
            f"axe {one['id']}: {one['help']}: {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def words(self) -> str:
        """Everything that a reader may see or hear, but for what is marked as no language.

        What is folded in is opened for it, and what may be chosen is read.
        """
        return str(
            self.page.evaluate(
                """() => {
                  const all = words => [...document.querySelectorAll(words)];
                  const hidden = all('[translate=no], nav.languages');
                  const folded = all('details:not([open])');
                  folded.forEach(one => one.open = true);
                  hidden.forEach(one => one.style.setProperty('display', 'none', 'important'));
                  const heard = ['aria-label', 'title', 'placeholder', 'alt'].flatMap(name =>
                    all(`[${name}]`).filter(one => !one.closest('[translate=no], nav.languages'))
                      .map(one => one.getAttribute(name)));
                  const chosen = all('option').map(one => one.textContent);
                  const seen = document.body.innerText;
                  hidden.forEach(one => one.style.removeProperty('display'));
                  folded.forEach(one => one.open = false);
                  return [document.title, seen, ...heard, ...chosen].join(' ');
                }"""
            )
        )

    def latin_words(self, allowed: frozenset[str]) -> list[str]:
        """Words in Latin letters that nobody has a reason for."""
        found = re.findall(r"[A-Za-z][A-Za-z'\u2019]+", self.words())
        return sorted(set(found) - allowed)

    def press(self, selector: str) -> None:
        """Click, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def close(self) -> None:
        self.context.close()
