"""The fonts of pages: served as they are named, small enough, with the letters that pages show."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from fonts.letters import MARKS, NAME_OF_CHINESE
from fontTools.ttLib import TTFont
from starlette.testclient import TestClient

from keruen.i18n import LANGUAGES
from keruen.i18n.messages import catalogue
from keruen.web.assets import FOLDER
from keruen.web.rendering import tongues
from made_up_pages import pages

RULE = re.compile(
    r"@font-face { font-family: '([^']+)'; font-weight: (\d+); font-display: swap; "
    r"src: url\('([^']+)'\) format\('woff2'\); unicode-range: ([^;]+); }"
)
CHINESE = "Noto Sans SC"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Before the pages of the made-up list."""
    with pages(tmp_path_factory.mktemp("fonts")) as found:
        yield found


@pytest.fixture(scope="module")
def rules(browser: TestClient) -> list[tuple[str, str, str, str]]:
    """Family, weight, file and letters of each rule of the stylesheet that pages link to."""
    (address,) = (style for style in styles(browser, "/en/start") if "fonts.css" in style)
    style = browser.get(address).text
    found = RULE.findall(style)
    assert len(found) == style.count("@font-face")
    return found


def styles(browser: TestClient, page: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', browser.get(page).text)


def test_every_font_that_is_named_is_served(
    browser: TestClient, rules: list[tuple[str, str, str, str]]
) -> None:
    """With its type, for a year; and no file lies there that no rule names."""
    named = {file for _, _, file, _ in rules}
    assert {path.name for path in (FOLDER / "fonts").glob("*.woff2")} == named
    for file in named:
        answer = browser.get(f"/static/fonts/{file}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "font/woff2"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.content[:4] == b"wOF2"
        assert "font-src 'self'" in answer.headers["content-security-policy"]


def test_a_style_is_kept_only_at_its_stamp(browser: TestClient) -> None:
    """The address that a page names may be kept; the bare one, and an older stamp, may not."""
    for address in styles(browser, "/en/start"):
        assert "immutable" in browser.get(address).headers["cache-control"]
        for other in (address.partition("?")[0], f"{address}0"):
            assert "cache-control" not in browser.get(other).headers


def letters_of(rules: list[tuple[str, str, str, str]], family: str, weight: str) -> set[int]:
    found: set[int] = set()
    for file in {file for a, b, file, _ in rules if (a, b) == (family, weight)}:
        found |= set(TTFont(FOLDER / "fonts" / file).getBestCmap())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_have_every_letter_of_the_catalogue(
    rules: list[tuple[str, str, str, str]], language: str
) -> None:
    """No sentence of ours falls back to a font of the system; bold words neither."""
    words = "".join(catalogue(language).values())
    used = {ord(letter) for letter in words if letter.isprintable()}
    chinese = letters_of(rules, CHINESE, "400") if language == "zh" else set()
    for weight in ("400", "700"):
        missing = used - letters_of(rules, "Noto Sans", weight) - chinese
        assert not "".join(map(chr, sorted(missing)))


def test_a_letter_is_in_one_file(rules: list[tuple[str, str, str, str]]) -> None:
    """So no page fetches two files for it; and the name of Chinese needs no Chinese font.

    It alone is in both: in bold it is taken from the font of the Chinese letters around it.
    """
    common = letters_of(rules, "Noto Sans", "400") & letters_of(rules, CHINESE, "400")
    assert "".join(map(chr, sorted(common))) == NAME_OF_CHINESE
    assert set(map(ord, MARKS)) <= letters_of(rules, "Noto Sans", "400")
    (bold,) = (ranges for _, weight, file, ranges in rules if weight == "700" and "-marks" in file)
    assert "U+4E2D" not in bold


def test_packaged_scenarios_have_their_letters(rules: list[tuple[str, str, str, str]]) -> None:
    """Names of places in results can be read on a machine without a Chinese font."""
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(str(files("keruen.scenario").joinpath("packaged"))).rglob("*.toml")
    )
    used = {ord(letter) for letter in text if letter.isprintable()}
    missing = used - letters_of(rules, "Noto Sans", "400") - letters_of(rules, CHINESE, "400")
    assert not "".join(map(chr, sorted(missing)))


def fetched(browser: TestClient, language: str, families: set[str]) -> int:
    """Bytes of the start page with all that it links to, compressed where that is worth it."""
    address = f"/{language}/start"
    page = browser.get(address).text
    linked = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', page)
    size = sum(
        len(gzip.compress(content, mtime=0))
        for content in (page.encode(), *(browser.get(one).content for one in linked))
    )
    rows = RULE.findall(browser.get(linked[0]).text)
    # What a browser does: a file is fetched when the page has one of its letters.
    shown = {ord(letter) for letter in page}
    sizes = {
        path.name: path.stat().st_size
        for path in (FOLDER / "fonts").glob("*.woff2")
        # Names of places of packaged scenarios come on top (18 kB), on pages that show them.
        if "-places." not in path.name and shown & set(TTFont(path).getBestCmap())
    }
    wanted = {file for family, _, file, _ in rows if family in families}
    return size + sum(sizes.get(file, 0) for file in wanted)


@pytest.mark.parametrize(
    ("language", "families", "most"),
    [
        ("en", {"Noto Sans"}, 150_000),
        ("ru", {"Noto Sans"}, 150_000),
        ("kk", {"Noto Sans"}, 150_000),
        # With a font of the system, and without.
        ("zh", set(), 150_000),
        ("zh", {"Noto Sans", CHINESE}, 200_000),
    ],
)
def test_the_first_page_is_light(
    browser: TestClient, language: str, families: set[str], most: int
) -> None:
    """With the fonts, for the slow line of an office."""
    size = fetched(browser, language, families)
    assert size < most
    # The fonts are in it.
    assert size > 2_000 + 40_000 * ("Noto Sans" in families)


def test_chinese_pages_ask_the_system_first() -> None:
    """Our Chinese font comes last, and no page of another language names it."""
    style = Path(FOLDER, "style.css").read_text(encoding="utf-8")
    stacks = re.findall(r"font(?:-family)?: ([^;]*(?:sans-serif))", style)
    (chinese,) = (stack for stack in stacks if CHINESE in stack)
    assert re.search(rf"YaHei.*'Noto Sans', '{CHINESE}', sans-serif$", chinese)
    assert len(stacks) > 1


def test_a_font_is_read_as_one() -> None:
    """A file that is cut down still says whose it is."""
    for path in (FOLDER / "fonts").glob("*.woff2"):
        with TTFont(io.BytesIO(path.read_bytes())) as font:
            assert "Open Font License" in font["name"].getDebugName(13)


def test_chinese_in_a_name_of_both_sides_is_marked() -> None:
    """In the head of a Kazakh page as well, since only the rule for Chinese names its fonts."""
    marked = tongues("Қостанай <b> · 科斯塔奈—合肥（演示）")
    assert marked == 'Қостанай &lt;b&gt; · <span lang="zh-Hans">科斯塔奈—合肥（演示）</span>'
    assert tongues("Kostanay — Хэфэй") == "Kostanay — Хэфэй"


def test_no_rule_takes_the_chinese_fonts_from_an_input() -> None:
    """A class with `font: inherit` would win over the rule for a language."""
    style = Path(FOLDER, "style.css").read_text(encoding="utf-8")
    rules = re.findall(r"(?m)^([^{}@/]+)\{[^}]*font: inherit", style)
    assert rules
    assert not [one for one in rules if re.search(r"[.:#\[]", one)]
    assert any("textarea" in one for one in rules)
