"""What can be seen without a browser of who reads by ear, by keyboard, or in weak light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from keruen.i18n import LANGUAGES
from keruen.web.forms import RECORDS
from keruen.web.routes import ROUTES
from made_up_pages import PROJECT, RUN, pages
from made_up_pairs import full, project
from writing_pages import NOW, Clerk

SIGNED_IN = ("account", "accounts", "audit")
READ = [
    route.path.format(project=PROJECT, run=RUN, role="clerk", study="appraisal", case="nameplate")
    for route in ROUTES
    if not (route.is_writing or route.is_file)
]
STYLE = files("keruen.web").joinpath("static/style.css").read_text(encoding="utf-8")
NAMED = {"input", "select", "textarea"}


class Page(HTMLParser):
    """The parts of a page that other parts, or a reader's programs, have to find."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.pointed: set[str] = set()
        self.inputs: list[dict[str, str]] = []
        self.headings: list[int] = []
        self.unscoped: list[dict[str, str]] = []
        self.nameless: list[str] = []
        self.language = ""
        self.skips: list[str] = []
        self._open: list[str] = []
        self._button: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        for name in ("aria-labelledby", "aria-describedby"):
            self.pointed.update(found.get(name, "").split())
        if tag in NAMED and found.get("type") != "hidden":
            self.inputs.append({**found, "inside": "yes" if self._open else ""})
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self._frame(tag, found)
        self._drawing(tag, found)

    def _frame(self, tag: str, found: dict[str, str]) -> None:
        if tag == "html":
            self.language = found.get("lang", "")
        elif tag == "label":
            self.labels.add(found.get("for", ""))
            self._open.append(tag)
        elif tag == "th" and found.get("scope") not in {"row", "col", "colgroup", "rowgroup"}:
            self.unscoped.append(found)
        elif tag == "a" and found.get("class") == "skip":
            self.skips.append(found.get("href", ""))
        elif tag == "button":
            self._button = []

    def _drawing(self, tag: str, found: dict[str, str]) -> None:
        if tag in {"img", "svg"}:
            is_said = {"alt", "aria-label", "aria-labelledby"} & set(found)
            if not (is_said or found.get("aria-hidden") == "true"):
                self.nameless.append(tag)
        elif tag == "title" and self.nameless[-1:] == ["svg"]:
            # A drawing is named by the title that begins it.
            self.nameless.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._open.pop()
        if tag == "button":
            if not "".join(self._button or []).strip():
                self.nameless.append(tag)
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.append(data)

    def faults(self) -> list[str]:
        """Everything that a reader's program would stumble over."""
        found = [
            f"input without a label: {one}"
            for one in self.inputs
            if not (one["inside"] or one.get("id") in self.labels or "aria-label" in one)
        ]
        found += [f"two parts with one id: {one}" for one in _twice(self.ids)]
        found += [f"nothing has the id {one}" for one in sorted(self.pointed - set(self.ids))]
        found += [f"a label of nothing: {one}" for one in self.labels - set(self.ids) - {""}]
        found += [f"head of a table without scope: {one}" for one in self.unscoped]
        found += [f"{one} without a name" for one in self.nameless]
        steps = zip([0, *self.headings], self.headings, strict=False)
        found += [f"heading {b} after {a}" for a, b in steps if b > a + 1]
        if self.headings.count(1) != 1 or not self.language or self.skips != ["#main"]:
            found.append(f"{self.headings} {self.language} {self.skips}")
        return found + ([] if "main" in self.ids else ["no main part to skip to"])


def _twice(ids: list[str]) -> set[str]:
    return {one for one in ids if ids.count(one) > 1}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with pages(tmp_path_factory.mktemp("web")) as opened:
        yield opened


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Clerk:
    pair = full(tmp_path_factory.mktemp("pair"))
    pair.a.offer("project", project("KH-0002", "Bridge"), at=NOW)
    pair.exchange()
    return Clerk(pair.b.path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [*READ, "nowhere"])
def test_a_page_to_read(browser: TestClient, path: str, language: str) -> None:
    """Every input has a label, headings are in order, tables say which cell heads which."""
    assert not Page(browser.get(f"/{language}/{path}").text).faults()


@pytest.mark.parametrize(
    "path", ["sign", "write", "exchange", "backup", *(f"write/{k}" for k in RECORDS)]
)
def test_a_page_that_writes(clerk: Clerk, path: str) -> None:
    """…also where there is most to fill in."""
    clerk.open(f"/kk/{path}")
    assert not Page(clerk.page).faults()


@pytest.mark.parametrize("beginning", ["/zh/sign/", "/zh/said/"])
def test_a_page_to_answer(clerk: Clerk, beginning: str) -> None:
    """…and where something is signed."""
    clerk.open("/zh/sign")
    clerk.open(clerk.link(beginning))
    assert not Page(clerk.page).faults()
    clerk.press("sign" if "sign" in beginning else "dispute")
    assert not Page(clerk.page).faults()


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_of_accounts(tmp_path: Path, path: str) -> None:
    """…on a server that several offices share, to everybody and to who keeps its accounts."""
    base, roles = "https://register.example.kz", ("administrator",)
    person = Clerk(full(tmp_path).b.path, place="shared", base=base, roles=roles)
    person.open(f"/kk/{path}")
    assert not Page(person.page).faults()


@pytest.mark.parametrize("path", ["first", "login"])
def test_a_page_before_anybody_is_known(tmp_path: Path, path: str) -> None:
    """…and where an office begins, or somebody signs in."""
    pair = full(tmp_path)
    is_first = path == "first"
    shared = {"place": "shared", "base": "https://register.example.kz", "roles": ()}
    person = Clerk(tmp_path / "new") if is_first else Clerk(pair.b.path, **shared)  # type: ignore[arg-type]
    person.open(f"/zh/{path}")
    assert not Page(person.page).faults()


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The ratio of WCAG 2.2 between two colours, 1 to 21."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


COLOURS = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", STYLE))
TEXTS = ("ink", "soft", "accent", "good", "warn", "bad")
GROUNDS = sorted(
    {
        *re.findall(r"background: (#[0-9a-f]{3,6})", STYLE),
        COLOURS["ground"],
        COLOURS["shade"],
    }
    - {"#123a55"}
)
"""Everything that is written on, but for the button under the mouse, whose letters are white."""


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", TEXTS)
def test_every_colour_of_words_is_read_on_every_ground(name: str, ground: str) -> None:
    """At least 4.5 to 1, as WCAG asks of words of this size; what has the focus at least 3 to 1."""
    assert contrast(COLOURS[name], ground) >= 4.5
    assert contrast(COLOURS["focus"], ground) >= 3.0


def test_contrast_is_counted_as_the_standard_counts_it() -> None:
    """Black on white is 21; #767676 is the lightest grey that passes on white, as WCAG says."""
    assert contrast("#000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#fff") >= 4.5 > contrast("#777777", "#fff")
    assert contrast(COLOURS["accent"], "#fff") == contrast("#fff", COLOURS["accent"]) >= 4.5


def test_the_focus_is_seen() -> None:
    """No rule takes the ring away, and there is one."""
    assert re.search(r":focus-visible { outline: 3px solid var\(--focus\)", STYLE)
    assert not re.search(r"outline: (?:none|0)", STYLE)


def test_faults_are_seen() -> None:
    """The checks themselves see what they are for."""
    wrong = Page(
        '<html><h1>a</h1><h3>b</h3><input id="x"><svg><path></svg><button></button>'
        '<th>c</th><p id="x" aria-describedby="gone"><label for="y">d</label>'
    ).faults()
    words = (" label:", "one id", "gone", "of nothing", "scope", "svg", "button", "3 after 1")
    assert all(any(word in one for one in wrong) for word in words), wrong


def test_pages_are_looked_at() -> None:
    """Every page that needs no more than an address stands in one of the lists above."""
    writing = {route.path for route in ROUTES if route.is_writing and "{" not in route.path}
    writing.discard("first/card")  # a file
    assert writing == {"sign", "write", "exchange", "backup", "first", "login", *SIGNED_IN}
