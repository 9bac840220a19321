"""Every page in four languages, its files, its headers, and what it refuses."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from starlette.routing import Route
from starlette.testclient import TestClient

from keruen.domain.joint import Appraisal
from keruen.domain.joint_state import Saying
from keruen.i18n import LANGUAGES, text
from keruen.i18n.messages import catalogue
from keruen.web import WebSettings, create_app
from keruen.web.app import FORMATS
from keruen.web.languages import accepted
from keruen.web.routes import ROUTES
from made_up_lists import BREAKING, hostile, joint_list
from made_up_pages import PROJECT, RUN, pages

NAMES = {
    "project": PROJECT,
    "run": RUN,
    "role": "clerk",
    "study": "appraisal",
    "case": "nameplate",
}
READ = [route for route in ROUTES if not (route.is_writing or route.is_file)]
PAGES = [route.path.format(**NAMES) for route in READ]
TABLED = [route.path.format(**NAMES) for route in READ if route.has_tables]
MATRIX = {
    # Address below the host → who may read it, or write at it. What is public is read by everybody;
    # "office" is whoever sits at the machine, while there are no accounts.
    "/": "public",
    "/openapi.json": "public",
    "/{language}": "public",
    "/{language}/": "public",
    **{
        f"/{{language}}/{path}{form}": "public"
        for path in (
            "start",
            "list",
            "projects/{project}",
            "results",
            "results/{run}",
            "results/{run}/{study}/{case}",
            "figures",
            "help",
        )
        for form in ("", ".json", ".csv", ".xlsx")
    },
    "/{language}/results/{run}/files/{study}/{case}/{file}": "public",
    "/{language}/help/{role}": "public",
    **{
        f"/{{language}}/{path}": "office"
        for path in (
            "sign",
            "sign/{entry}",
            "said/{entry}",
            "said/{entry}/file",
            "waiting/{text}",
            "waiting/{text}/file",
            "write",
            "write/{kind}",
            "drafts/{draft}",
            "exchange",
            "exchange/{bundle}",
            "first",
            "first/card",
            "backup",
        )
    },
    # …and these are for a server with accounts; test_web_accounts.py says which role may what.
    "/{language}/login": "public",
    **{f"/{{language}}/{path}": "account" for path in ("account", "accounts", "audit")},
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with pages(tmp_path_factory.mktemp("web")) as opened:
        yield opened


class _Text(HTMLParser):
    """What a reader sees of a page, and the names of all its elements and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.cells: list[str] = []
        self._is_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag in {"td", "th"}:
            self._is_cell = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._is_cell = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._is_cell:
            self.cells[-1] += data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_every_language(browser: TestClient, path: str, language: str) -> None:
    """A page is there, says its language, and shows no key of the catalogue."""
    answer = browser.get(f"/{language}/{path}")
    assert answer.status_code == 200
    seen = _Text(answer.text)
    assert ("lang", answer.headers["content-language"]) in seen.attributes
    areas = "|".join(sorted({key.partition(".")[0] for key in catalogue("en")}))
    keys = re.findall(rf"\b(?:{areas})\.[a-z]\w+(?:\.\w+)*", " ".join(seen.words))
    assert not [key for key in keys if key in catalogue("en")]
    assert text("web.menu_list", language) in seen.words
    assert not {"script", "style"} & set(seen.tags)
    assert not [name for name, _ in seen.attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", [*PAGES, "nowhere", "list?light=blue", "figures?page=0"])
def test_every_answer_has_the_headers(browser: TestClient, path: str) -> None:
    """No answer allows inline code, other hosts, or a frame; pages that refuse neither."""
    answer = browser.get(f"/en/{path}")
    policy = answer.headers["content-security-policy"]
    assert "'unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_comes_from_another_host(browser: TestClient, path: str) -> None:
    """What a browser loads by itself comes from here; only links lead elsewhere."""
    page = browser.get(f"/en/{path}").text
    loaded = re.findall(r"<(?:link|img|script|iframe|source)\b[^>]*(?:href|src)=\"([^\"]+)", page)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


def test_every_route_has_a_row() -> None:
    """A route that nobody has said who may read is refused here."""
    app = create_app(WebSettings(register=Path("none"), runs=Path("none")))
    routes = {route.path for route in app.routes if isinstance(route, Route)}
    routes |= {getattr(route, "path", "") for route in app.routes} - {"/static", ""}
    assert routes == set(MATRIX)


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """Markup in any text of the register is shown as text, on every page and in every file."""
    with pages(tmp_path, hostile(joint_list())) as browser:
        for path in PAGES:
            page = browser.get(f"/en/{path}").text
            seen = _Text(page)
            assert "script" not in seen.tags, path
            assert "<script>alert" not in page, path
        shown = " ".join(_Text(browser.get(f"/en/projects/{PROJECT}").text).words)
        assert '<script>alert("x")</script>' in shown
        assert "\u202e" not in shown
    assert "<script>" in BREAKING


@pytest.mark.parametrize(
    "name", ["%2e%2e", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "KH-9999", "%00", "a/b", "%2e"]
)
@pytest.mark.parametrize("place", ["en/projects", "en/results", "static"])
def test_no_name_leads_out(browser: TestClient, place: str, name: str) -> None:
    """A name is looked up among those that are there, and never a path."""
    answer = browser.get(f"/{place}/{name}")
    assert answer.status_code == 404
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("kk-KZ,kk;q=0.9,ru;q=0.8", "kk"),
        ("de,ru;q=0.4,zh-CN;q=0.7", "zh"),
        ("de", "en"),
        ("", "en"),
        ("ru;q=0, kk;q=nonsense", "en"),
    ],
)
def test_the_browser_chooses_the_language(browser: TestClient, header: str, language: str) -> None:
    """The first address leads to the language that the browser asks for most."""
    assert accepted(header) == language
    answer = browser.get("/", headers={"accept-language": header})
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/{language}/start"


def test_an_unknown_language_is_not_found(browser: TestClient) -> None:
    """The page that says so is in the language that the browser asks for."""
    answer = browser.get("/de/list", headers={"accept-language": "ru"})
    assert answer.status_code == 404
    assert text("web.not_found_title", "ru") in answer.text
    assert browser.get("/de").status_code == 404


@pytest.mark.parametrize("query", ["light=blue", "consent=x", "sort=x", "since=1.2.2026", "side=C"])
def test_a_filter_that_is_none_is_named(browser: TestClient, query: str) -> None:
    """The page says which value it does not take, in the reader's words."""
    answer = browser.get(f"/kk/list?{query}")
    assert answer.status_code == 422
    assert text("web.bad_query_title", "kk") in answer.text
    assert query.split("=")[1] in answer.text


def test_a_problem_for_programs(browser: TestClient) -> None:
    """A program gets an RFC 9457 document with the same words."""
    answer = browser.get("/ru/list.json?light=blue")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["instance"]) == (422, "/ru/list.json")
    assert problem["title"] == text("web.bad_query_title", "ru")
    assert "blue" in problem["detail"]


def test_nothing_is_written_by_reading(browser: TestClient) -> None:
    """Every page refuses to be posted to."""
    for path in PAGES:
        answer = browser.post(f"/en/{path}")
        assert answer.status_code == 405
        assert "content-security-policy" in answer.headers


def test_the_list_is_filtered_and_sorted(browser: TestClient) -> None:
    """A filter keeps what it says; a sorted column stands in its order, both ways."""
    whole = [row["project"]["value"] for row in _rows(browser, "/en/list.json", "list")]
    assert sorted(whole) == ["KH-0001", "KH-0002", "KH-0003"]
    assert whole[-1] == "KH-0003", "what is not on the list stands behind"
    offered = _rows(browser, "/en/list.json?stage=idea", "list")
    assert [row["project"]["value"] for row in offered] == ["KH-0003"]
    down = _rows(browser, "/en/list.json?sort=project&order=desc", "list")
    assert [row["project"]["value"] for row in down] == sorted(whole, reverse=True)


def test_changes_since_a_day(browser: TestClient) -> None:
    """Only what was written on that day or later is a change since then."""
    every = _rows(browser, "/en/list.json", "changes")
    since = _rows(browser, "/en/list.json?since=2026-09-02", "changes")
    assert since
    assert len(since) < len(every)
    assert all(row["date"]["value"] >= "2026-09-02" for row in since)


def test_an_appraisal_is_news(tmp_path: Path) -> None:
    """What a side computed of a project stands among the changes, with its first project."""
    state = joint_list()
    worth = Appraisal(
        id="W-1",
        projects=(PROJECT, "KH-0002"),
        model="made up",
        scenario_digest="0" * 64,
        inputs_sha256="1" * 64,
        outputs_sha256="2" * 64,
        seed=1,
        n_runs=1,
    )
    saying = Saying(entry="e" * 64, side="B", at="2026-11-20T08:00:00Z", body=worth)
    port = replace(state.projects[PROJECT], appraisals=(saying,))
    shown = replace(state, projects={**state.projects, PROJECT: port})
    with pages(tmp_path, shown) as browser:
        rows = _rows(browser, "/en/list.json?since=2026-11-20", "changes")
        assert browser.get(f"/en/projects/{PROJECT}").status_code == 200
    kinds = {row["kind"]["value"]: row["project"]["value"] for row in rows}
    assert kinds["appraisal"] == PROJECT


def _rows(browser: TestClient, address: str, table: str) -> list[dict[str, dict[str, str]]]:
    tables = {one["name"]: one for one in browser.get(address).json()["tables"]}
    rows: list[dict[str, dict[str, str]]] = tables[table]["rows"]
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", TABLED)
def test_files_say_what_the_page_shows(browser: TestClient, path: str, language: str) -> None:
    """Every cell of the page's tables stands in its JSON, CSV and workbook with the same words."""
    address = f"/{language}/{path}"
    cells = {" ".join(cell.split()) for cell in _Text(browser.get(address).text).cells}
    tables = browser.get(f"{address}.json").json()["tables"]
    assert tables
    sheets = load_workbook(io.BytesIO(browser.get(f"{address}.xlsx").content))
    assert len(sheets.sheetnames) == len(tables)
    for table in tables:
        shown = [row for row in table["rows"] if _is_shown(row, cells)]
        assert bool(shown) == bool(table["rows"]), table["name"]
        answer = browser.get(f"{address}.csv", params={"table": table["name"]})
        mark = ";" if language in {"kk", "ru"} else ","
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=mark))
        assert rows[0] == [column["title"] for column in table["columns"]]
        assert len(rows) - 1 == len(table["rows"])
        assert len(rows[0]) == sheets.worksheets[0].max_column or len(tables) > 1


def _is_shown(row: dict[str, dict[str, str]], cells: set[str]) -> bool:
    """All cells of a row stand on the page, after their lights."""
    wanted = [" ".join(unescape(cell["text"]).split()) for cell in row.values()]
    return all(any(cell == one or cell.endswith(f" {one}") for cell in cells) for one in wanted)


def test_the_whole_list_is_on_the_page(browser: TestClient) -> None:
    """The rows of the JSON are the rows of the page, in the same order."""
    page = _Text(browser.get("/en/list?sort=light").text)
    rows = _rows(browser, "/en/list.json?sort=light", "list")
    flat = [cell["text"] for row in rows for cell in row.values()]
    shown = [re.sub(r"^[●▲■○]\s*", "", cell.strip()) for cell in page.cells]
    start = shown.index(flat[0])
    assert shown[start : start + len(flat)] == flat


def test_the_interface_is_described(browser: TestClient) -> None:
    """OpenAPI 3.1 has every address of JSON with its languages and filters."""
    described = browser.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    paths = {f"/{{language}}/{route.path}.json" for route in ROUTES if route.has_tables}
    assert set(described["paths"]) == paths
    operation = described["paths"]["/{language}/list.json"]["get"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert {"language", "light", "since"} <= names
    assert set(FORMATS) == {"json", "csv", "xlsx"}


def test_a_fault_of_ours_has_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault is noted and told in the reader's language, with no word of the code."""
    with pages(tmp_path) as browser:
        monkeypatch.setattr("keruen.web.app.page_html", lambda *_: 1 / 0)
        answer = browser.get("/zh/help")
    assert answer.status_code == 500
    assert text("web.fault_title", "zh") in answer.text
    assert "ZeroDivision" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
