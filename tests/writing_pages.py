"""A browser without JavaScript that fills in the forms of the web face, as a person does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import httpx2 as httpx
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from keruen.web import WebSettings, accounts, create_app
from keruen.web.accounts import AccountDesk
from keruen.web.settings import Place

HERE = "http://127.0.0.1:8420"
PASSWORD = "birch lantern gravel tide"
LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOW = "2026-11-29T10:00:00Z"


class Forms(HTMLParser):
    """The forms of a page: where they go, what stands in their inputs, what their buttons say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []
        self.links: list[str] = []
        self._inside = ""
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag == "form":
            self.forms.append((found.get("action", ""), {}, []))
        elif self.forms and tag == "button" and "name" in found:
            self.forms[-1][2].append((found["name"], found["value"]))
        elif self.forms and tag == "input" and found.get("type") not in {"checkbox", "file"}:
            self.forms[-1][1][found.get("name", "")] = found.get("value", "")
        elif (
            self.forms and tag == "input" and found.get("type") == "checkbox" and "checked" in found
        ):
            self.forms[-1][1][found["name"]] = found["value"]
        elif self.forms and tag == "textarea":
            self._inside = found["name"]
            self.forms[-1][1][self._inside] = ""
        elif self.forms and tag == "select":
            self._select = found["name"]
            self.forms[-1][1][self._select] = ""
        elif self._select and tag == "option" and "selected" in found:
            self.forms[-1][1][self._select] = found["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._inside = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.forms[-1][1][self._inside] += data


class Clerk:
    """One person before one server; keeps every page that was seen."""

    def __init__(
        self,
        register: Path,
        *,
        place: Place = "office",
        base: str = HERE,
        most_mb: int = 64,
        roles: tuple[str, ...] = ("clerk", "signatory"),
        now: Callable[[], str] = lambda: NOW,
    ) -> None:
        settings = WebSettings(
            register=register,
            runs=register.parent / "runs",
            today=lambda: NOW[:10],
            now=now,
            place=place,
            hosts=("register.example.kz",),
            most_upload_mb=most_mb,
        )
        # A password that takes a tenth of a second is what guards it, and what tests need not wait for.
        vars(accounts).update(_HASHER=LIGHT, _NOBODY=LIGHT.hash("nobody"))
        self.app = create_app(settings)
        self.browser = TestClient(self.app, base_url=base, follow_redirects=False)
        self.base = base
        self.seen: list[tuple[str, str]] = []
        self.page = ""
        self.address = ""
        self.desk = AccountDesk(settings)
        if place == "shared" and roles:
            self.name = "-".join(roles)
            if self.name not in {one.name for one in self.desk.accounts()}:
                self.desk.add(self.name, frozenset(roles), PASSWORD, who="local")
            self.sign_in(self.name)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in on the page for it."""
        self.open("/en/login")
        return self.press("in", {"_user": name, "_password": password})

    def open(self, address: str) -> httpx.Response:
        """Go to a page, over redirects."""
        answer = self.browser.get(address)
        while answer.status_code in {302, 303}:
            address = answer.headers["location"]
            answer = self.browser.get(address)
        self._take(address, answer)
        return answer

    def press(
        self,
        action: str,
        typed: Mapping[str, str] | None = None,
        file: tuple[str, bytes] | None = None,
    ) -> httpx.Response:
        """Fill in the form that has this button, and press it."""
        for target, there, buttons in Forms(self.page).forms:
            if ("_action", action) in buttons:
                unknown = set(typed or {}) - set(there) - {"_read", "_meant", "_confirm", "_whole"}
                assert not unknown, f"no such inputs: {unknown}"
                words = {**there, **(typed or {}), "_action": action}
                return self.send(target, words, file)
        raise AssertionError(f"no button {action} on {self.address}")

    def send(
        self,
        target: str,
        words: Mapping[str, str],
        file: tuple[str, bytes] | None = None,
        **headers: str,
    ) -> httpx.Response:
        """Send a form as the browser does, and go on where it leads."""
        files = {"_file": file} if file else None
        sent = {"origin": self.base, **headers}
        answer = self.browser.post(target, data=dict(words), files=files, headers=sent)
        if answer.status_code == 303:
            return self.open(answer.headers["location"])
        self._take(target, answer)
        return answer

    def _take(self, address: str, answer: httpx.Response) -> None:
        self.address = address
        if "text/html" in answer.headers.get("content-type", ""):
            self.page = answer.text
            self.seen.append((address, answer.text))

    def link(self, beginning: str) -> str:
        """The first link of the page that begins so."""
        return next(one for one in Forms(self.page).links if one.startswith(beginning))

    def file_to_sign(self) -> bytes:
        """The file that the page offers to be signed elsewhere."""
        address = next(one for one in Forms(self.page).links if one.endswith("/file"))
        return self.browser.get(address).content


def words_seen(page: str) -> str:
    """What a reader sees of a page, but for command lines, names of files and languages by name."""
    page = re.sub(
        r"(?s)<nav class=\"languages\".*?</nav>|<details class=\"files\">.*?</details>", " ", page
    )
    page = re.sub(r"(?s)<(\w+)[^>]*translate=\"no\"[^>]*>.*?</\1>", " ", page)
    page = re.sub(r"(?s)<head>.*?</head>", " ", page)
    return re.sub(r"<[^>]+>", " ", page)
