"""What was asked of a run beyond its replications stands beside its result: as pages and files."""

from __future__ import annotations

import io
import random
from html import unescape
from pathlib import Path

import pytest
from openpyxl import load_workbook
from test_web_accessibility import Page

from damage import damaged
from hand_made_appraisals import of_every_kind
from keruen.i18n import LANGUAGES, text
from keruen.report.chapters.which_first import NAME, compose_appraisal
from keruen.report.document import (
    Cell,
    Chapter,
    Folded,
    Illustration,
    PrintedDocument,
    TableBlock,
)
from keruen.report.html import chapter_fragment
from keruen.report.kept_document import (
    ENDING,
    UnfitDocumentError,
    keep_in_all_languages,
    kept,
    read_kept,
    tables_of,
)
from keruen.report.pictures.svg import Drawing, Picture
from keruen.report.write import put_file
from keruen.scenario.read import read
from keruen.scenario.read_projects import read_projects
from keruen.web.reading import RunReader
from made_up_pages import RUN, pages

PAGE = "<!DOCTYPE html><style>b{color:red}</style><script>alert(1)</script><b>结果</b>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with "Which first?" in two languages, and what may not be given out."""
    study = tmp_path / RUN / "appraisal" / "nameplate"
    study.mkdir(parents=True)
    for name in ("which-first-zh.html", "which-first-ru.html", "which-first-zh.xlsx"):
        (study / name).write_text(PAGE, encoding="utf-8")
    (study / "which-first.json").write_text("{}", encoding="utf-8")
    secret = tmp_path / "secret-zh.html"
    secret.write_text("key", encoding="utf-8")
    (study / "linked-zh.html").symlink_to(secret)
    (tmp_path / RUN / "sensitivity").symlink_to(study.parent)
    return tmp_path


def test_a_study_is_read_in_its_language(folder: Path) -> None:
    """The page leads to the report in the reader's language; a report runs and sends nothing."""
    with pages(folder) as browser:
        page = browser.get(f"/zh/results/{RUN}").text
        assert text("web.study_appraisal", "zh") in page
        address = f"/zh/results/{RUN}/files/appraisal/nameplate/which-first-zh.html"
        assert address in page
        assert "which-first-ru" not in page
        assert "linked-zh" not in page
        assert text("web.study_sensitivity", "zh") not in page
        answer = browser.get(address)
        assert answer.text == PAGE
        assert answer.headers["content-type"].startswith("text/html")
        policy = answer.headers["content-security-policy"].split("; ")
        assert {"sandbox", "default-src 'none'", "form-action 'none'"} <= set(policy)
        assert not [one for one in policy if one.startswith("script-src")]
        book = browser.get(address.replace(".html", ".xlsx"))
        assert book.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name",
    [
        "appraisal/nameplate/linked-zh.html",
        "sensitivity/nameplate/which-first-zh.html",
        "appraisal/nameplate/which-first.json",
        "appraisal/nameplate/gone-zh.html",
        "appraisal/..%2F..%2Fsecret-zh.html/x-zh.html",
        "base/nameplate/which-first-zh.html",
    ],
)
def test_nothing_else_is_given_out(folder: Path, name: str) -> None:
    """No link, no other file, nothing outside the folders of studies."""
    with pages(folder) as browser:
        assert browser.get(f"/zh/results/{RUN}/files/{name}").status_code == 404


def test_other_pages_keep_the_strict_policy(folder: Path) -> None:
    """Only a report's own file may have a style inside."""
    with pages(folder) as browser:
        answer = browser.get(f"/zh/results/{RUN}")
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


def test_a_run_stays_when_a_search_lies_beside_it(tmp_path: Path) -> None:
    """What a search has run is no case of the run, and a search alone is no run."""
    for place in ("kostanay/base", "kostanay/capacity/base", "alone/capacity/base"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "provenance.json").write_text("{}", encoding="utf-8")
    (run,) = RunReader(tmp_path).runs()
    assert run.cases == (tmp_path / "kostanay" / "base",)


@pytest.fixture(scope="module")
def which_first() -> dict[str, PrintedDocument]:
    """The packaged list with every kind of answer, composed in each language."""
    listed = (read("kostanay-hefei"), read_projects("kostanay-hefei"))
    found = of_every_kind(*listed)
    return {one: compose_appraisal(found, listed, one) for one in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_is_a_page(
    tmp_path: Path, which_first: dict[str, PrintedDocument], language: str
) -> None:
    """Word for word what the report's own writer makes of it, so that no figure is another one."""
    keep_in_all_languages(which_first.__getitem__, tmp_path / RUN / "appraisal" / "nameplate", NAME)
    with pages(tmp_path) as browser:
        result = browser.get(f"/{language}/results/{RUN}").text
        address = f"/{language}/results/{RUN}/appraisal/nameplate"
        assert f'href="{address}"' in result
        assert text("web.study_appraisal", language) in result
        page = browser.get(address)
        document = which_first[language]
        for chapter in document.sections:
            assert chapter_fragment(chapter, document.words) in page.text
        # A telephone shows a part of a picture: who has no mouse pushes it along by keys.
        assert '<figure tabindex="0">' in result
        assert "<figure>" not in result + page.text
        assert document.title in unescape(page.text)
        assert not Page(page.text).faults()
        assert "unsafe-inline" not in page.headers["content-security-policy"]
        # The same tables for programs and sheets, with the command that gives them.
        tables = browser.get(f"{address}.json").json()["tables"]
        shown = [table for _, table in tables_of(document)]
        assert [[row["column_1"]["text"] for row in one["rows"]] for one in tables] == [
            [row[0].text for row in one.rows] for one in shown
        ]
        assert tables[0]["command"].startswith("keruen appraise")
        assert tables[0]["command"].endswith(" --case nameplate")
        assert "nameplate" in tables[0]["python"]
        assert len({one["title"] for one in tables}) == len(tables)
        book = load_workbook(io.BytesIO(browser.get(f"{address}.xlsx").content))
        assert len(book.sheetnames) == len(shown) > 1
        csv = browser.get(f"{address}.csv?table={tables[-1]['name']}").content.decode("utf-8-sig")
        assert shown[-1].rows[-1][0].text in csv


def _made(svg: str = "<svg/>", link: str = "https://example.kz/") -> PrintedDocument:
    """A document with one drawing and one link."""
    picture = Picture(svg=svg, title="A picture", description="What is seen")
    table = TableBlock(
        caption="A table",
        header=("figure",),
        rows=((Cell(text="<b>500</b>", links=(link,)),),),
        widths=(1.0,),
    )
    folded = Folded(title="More", blocks=(Illustration(picture=picture, caption="A"), table))
    chapter = Chapter(name="which", title="Which", blocks=(folded, table))
    words = {"mark_kept": "kept", "contents": "Contents"}
    return PrintedDocument(
        language="en", title="First", summary="", sections=(chapter,), words=words
    )


def test_a_document_comes_back_as_it_was(tmp_path: Path) -> None:
    """Every part of it; and words stay words."""
    drawing = Drawing()
    drawing.rect((1, 1), (2, 2), "#000000", hint="<a hint>")
    drawing.text((1, 1), "words & more")
    made = _made(drawing.finish("A picture", "What is seen").svg)
    path = tmp_path / RUN / "design" / "base" / f"design-en{ENDING}"
    put_file(path, kept(made))
    assert read_kept(path) == made
    with pages(tmp_path) as browser:
        page = browser.get(f"/en/results/{RUN}/design/base").text
        assert "<b>500</b>" not in page
        assert "&lt;b&gt;500" in page


@pytest.mark.parametrize(
    ("svg", "link"),
    [
        ("<svg><script>alert(1)</script></svg>", "https://example.kz/"),
        ('<svg onload="alert(1)"/>', "https://example.kz/"),
        ('<svg><path ONCLICK="x"/></svg>', "https://example.kz/"),
        ('<svg><a href="https://evil.example">x</a></svg>', "https://example.kz/"),
        ('<svg><g xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/></svg>', "https://a.kz/"),
        ("<svg><foreignObject><p>x</p></foreignObject></svg>", "https://example.kz/"),
        ('<svg><rect fill="URL(https://evil.example/x)"/></svg>', "https://example.kz/"),
        ('<svg><rect style="fill:red"/></svg>', "https://example.kz/"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "https://example.kz/"),
        ("<svg></svg><script/>", "https://example.kz/"),
        ("no drawing", "https://example.kz/"),
        ("<svg/>", "javascript:alert(1)"),
        ("<svg/>", "/en/account"),
    ],
)
def test_a_document_of_somebody_else_does_nothing(tmp_path: Path, svg: str, link: str) -> None:
    """A drawing that could act, or a link that leads to no other site's page: nothing is shown."""
    path = tmp_path / RUN / "design" / "base" / f"design-en{ENDING}"
    put_file(path, kept(_made(svg, link)))
    with pytest.raises(UnfitDocumentError):
        read_kept(path)
    with pages(tmp_path) as browser:
        assert browser.get(f"/en/results/{RUN}/design/base").status_code == 404


def test_a_damaged_document_is_none(tmp_path: Path) -> None:
    """Whatever happened to the file: a document, or the one error that pages know."""
    whole, path = kept(_made()), tmp_path / f"design-en{ENDING}"
    n_refused = 0
    for seed in range(300):
        path.write_bytes(damaged(whole, random.Random(seed)))
        try:
            read_kept(path)
        except UnfitDocumentError:
            n_refused += 1
    assert n_refused > 150
    for words in (b"", b"[]", b'{"v": 2}', b"[" * 100_000):
        path.write_bytes(words)
        with pytest.raises(UnfitDocumentError):
            read_kept(path)


@pytest.mark.parametrize("place", ["design/gone", "design/base", "secret/base", "..%2F..%2Fx/base"])
def test_no_other_document_is_shown(tmp_path: Path, place: str) -> None:
    """Neither a link nor a folder of another name."""
    path = tmp_path / "outside" / f"design-en{ENDING}"
    put_file(path, kept(_made()))
    for name in ("design", "secret"):
        (tmp_path / RUN / name / "base").mkdir(parents=True)
    (tmp_path / RUN / "design" / "base" / path.name).symlink_to(path)
    put_file(tmp_path / RUN / "secret" / "base" / path.name, kept(_made()))
    with pages(tmp_path) as browser:
        assert browser.get(f"/en/results/{RUN}/{place}").status_code == 404
