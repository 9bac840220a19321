"""The finished report: HTML and PDF in four languages."""

from __future__ import annotations

import errno
import io
import itertools
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from keruen import report
from keruen.errors import InputError, StorageError, UsageError
from keruen.i18n import LANGUAGES, describe, text
from keruen.report import fonts
from keruen.report.pdf import drawable
from keruen.study.results import Study
from made_up_studies import BREAKING, scenario, study
from pdf_structure import faults

VOID = {"meta", "col", "br"}


class Page(HTMLParser):
    """Collects what a test asks about, and checks that elements close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def parsed(path: Path) -> Page:
    """The page at a path, read to its end."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    assert not page.open
    return page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, light: Study, heavy: Study) -> Path:
    """Both formats in all languages, written once."""
    place = tmp_path_factory.mktemp("reports")
    for language in LANGUAGES:
        report.write([light, heavy], place, format="html", language=language)
        report.write([light, heavy], place, format="pdf", language=language)
    return place


def pdf_text(path: Path) -> str:
    """All text of a PDF on one line, blanks as ordinary ones."""
    pages = PdfReader(path).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_complete_and_alone(folder: Path, language: str) -> None:
    """A page is well-formed, names its language, needs no script and asks nobody for anything."""
    path = folder / f"report-{language}.html"
    page = parsed(path)
    raw = path.read_text(encoding="utf-8")
    assert path.stat().st_size < 3_000_000
    assert page.of("html")[0]["lang"] == {"zh": "zh-Hans-CN", "en": "en-GB"}.get(language, language)
    assert not page.of("script")
    assert "default-src 'none'" in str(page.of("meta")[1]["content"])
    outside = re.findall(
        r"(?:src|srcset|data|poster|action)\s*=\s*[\"']?https?:|url\(\s*['\"]?http", raw
    )
    assert not outside
    assert not [tag for tag, _ in page.elements if tag in {"link", "iframe", "img", "object"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_can_be_walked_without_eyes(folder: Path, language: str) -> None:
    """Headings are in order, tables have captions and headings, pictures have words."""
    page = parsed(folder / f"report-{language}.html")
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert len(page.of("caption")) == len(page.of("table")) > 0
    assert all("scope" in attributes for attributes in page.of("th"))
    pictures = page.of("svg")
    assert len(pictures) >= 9
    assert all(picture["role"] == "img" for picture in pictures)
    assert len(page.of("desc")) == len(pictures)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for a in page.of("a") if str(a["href"]).startswith("#")}
    assert targets <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_comes_first(folder: Path, heavy: Study, language: str) -> None:
    """The verdict in words stands before every table and picture, in both formats."""
    said = report.verdict_sentences(heavy, language)
    words = " ".join(parsed(folder / f"report-{language}.html").words)
    body = re.sub(r"\s+", " ", words)
    headline = re.sub(r"\s+", " ", said[0])
    assert (
        0 < body.index(headline) < body.index(re.sub(r"\s+", " ", text("report.marks", language)))
    )
    written = pdf_text(folder / f"report-{language}.pdf").replace(" ", "")
    for sentence in said:
        assert re.sub(r"\s+", "", sentence) in written


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_and_says_its_language(folder: Path, language: str) -> None:
    """A PDF is marked, titled, in its language, and every picture has its words."""
    reader = PdfReader(folder / f"report-{language}.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).lower().startswith(language)
    assert reader.metadata is not None
    assert reader.metadata.title == text(
        "report.title", language, scenario=scenario().scenario.title.in_language(language)
    )
    metadata = root["/Metadata"].get_data().decode("utf-8")
    assert "pdfuaid:part" in metadata
    raw = b"".join(bytes(str(o), "utf-8", "replace") for o in alternatives(reader))
    assert raw


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_as_pdf_ua_asks(folder: Path, language: str) -> None:
    """Nothing that PDF/UA-1 asks for and a machine can see is missing."""
    assert faults(folder / f"report-{language}.pdf") == []


def alternatives(reader: PdfReader) -> list[str]:
    """Alternative texts of the figures of a tagged PDF."""
    found: list[str] = []
    todo = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        node = todo.pop()
        if not isinstance(node, dict):
            continue
        if "/Alt" in node:
            found.append(str(node["/Alt"]))
        kids = node.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        todo += [kid.get_object() for kid in kids if hasattr(kid, "get_object")]
    return found


def test_every_picture_of_the_pdf_has_its_words(folder: Path) -> None:
    """Each picture's alternative text says its title and what one sees."""
    said = " ".join(alternatives(PdfReader(folder / "report-en.pdf")))
    for title in ("Flows through the dry port", "Truck turn time", "Layout of the dry port"):
        assert title in said
    assert "Largest flows" in said


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("kk", "Құрғақ порттың қуаты жеткілікті ме?"),
        ("zh", "无水港的能力是否充足？"),
        ("ru", "Достаточно ли мощности сухого порта?"),
    ],
)
def test_letters_are_drawn_not_boxes(folder: Path, language: str, sentence: str) -> None:
    """The PDF holds the sentence as text, with our fonts inside and no shape missing."""
    path = folder / f"report-{language}.pdf"
    assert sentence.replace(" ", "") in pdf_text(path).replace(" ", "")
    names = embedded_fonts(PdfReader(path))
    assert names
    assert all(re.match(r"[A-Z]{6}\+NotoSans(SC)?-", name) for name in names), names
    assert any("NotoSansSC" in name for name in names) or language != "zh"


def embedded_fonts(reader: PdfReader) -> set[str]:
    """Names of all fonts of a PDF; each must have its file inside."""
    names: set[str] = set()
    for item in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        found = reader.get_object(item)
        if isinstance(found, dict) and found.get("/Type") == "/FontDescriptor":
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(found)
            names.add(str(found["/FontName"])[1:])
    return names


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_carries_every_letter_it_uses(folder: Path, language: str) -> None:
    """Each letter of the page has a shape in the fonts that are cut down for it."""
    words = "".join(parsed(folder / f"report-{language}.html").words)
    drawable = fonts.letters(fonts.FAMILY) | fonts.letters(fonts.FAMILY_CHINESE)
    assert not {c for c in words if c.isprintable() and ord(c) not in drawable}


def test_the_cut_down_fonts_have_the_letters_asked_for() -> None:
    """An embedded font draws the letters of the text and is far smaller than the whole."""
    import base64

    from fontTools.ttLib import TTFont

    found = fonts.embedded_fonts("Құрғақ порт 堆场 ✓")
    assert [(family, weight) for family, weight, _ in found] == [
        (fonts.FAMILY, "400"),
        (fonts.FAMILY, "700"),
        (fonts.FAMILY_CHINESE, "400"),
    ]
    faces = [TTFont(io.BytesIO(base64.b64decode(data))) for _, _, data in found]
    for latin in faces[:2]:
        assert set(map(ord, "Құрғақпорт")) <= set(latin.getBestCmap())
    assert [face["OS/2"].usWeightClass for face in faces[:2]] == [400, 700]
    assert set(map(ord, "堆场✓")) == set(faces[2].getBestCmap())
    _, _, chinese = found[2]
    assert len(chinese) < 20_000


@pytest.mark.parametrize("format_", ["html", "pdf"])
def test_the_same_study_gives_the_same_bytes(
    folder: Path, tmp_path: Path, light: Study, heavy: Study, format_: str
) -> None:
    """Nothing of the clock, of chance or of the order of sets is in a report."""
    again = report.write([light, heavy], tmp_path, format=format_, language="kk")  # type: ignore[arg-type]
    assert again.read_bytes() == (folder / again.name).read_bytes()


def test_a_pdf_holds_no_date_of_its_making(folder: Path) -> None:
    """A PDF does not say when it was written: the same study gives the same file on any day."""
    metadata = PdfReader(folder / "report-en.pdf").metadata
    assert metadata is not None
    dates = {metadata.creation_date, metadata.modification_date} - {None}
    assert all(date.year == 1970 for date in dates if date), dates


def test_texts_of_a_scenario_cannot_become_markup(tmp_path: Path) -> None:
    """A title with HTML, Typst, quotes and backslashes is shown as it is and does nothing."""
    described = scenario(title=BREAKING, case_title=BREAKING, days=2)
    figure = described.figures[0].model_copy(update={"text": BREAKING, "note": BREAKING})
    harmful = study(described.model_copy(update={"figures": (figure,)}))
    page = report.write([harmful], tmp_path, format="html", language="en")
    read = parsed(page)
    assert not read.of("script")
    assert BREAKING in "".join(read.words)
    pdf = report.write([harmful], tmp_path, format="pdf", language="en")
    written = pdf_text(pdf)
    assert "root:x:" not in written
    assert '<script>alert("x")</script> #read("/etc/passwd") \\ $x$ *b* _i_ @a &' in written


def test_a_letter_without_a_shape_is_marked(tmp_path: Path) -> None:
    """Letters that no font of ours has do not stop the PDF; each becomes a replacement mark."""
    foreign = study(scenario(title="Порт 🚂 ميناء \u200d!", days=2))
    assert "Steppe terminal" in pdf_text(report.write([foreign], tmp_path, format="pdf"))
    assert drawable("a🚂") == "a\ufffd"
    assert ord("\ufffd") in fonts.letters(fonts.FAMILY)


def test_a_link_leads_only_to_the_web(tmp_path: Path) -> None:
    """Only http and https addresses of a source become links, and they send no referrer."""
    described = scenario(days=2)
    figure = described.figures[1].model_copy(update={"source": "javascript:alert(1) \" onclick='x"})
    harmful = study(described.model_copy(update={"figures": (figure,)}))
    report.write([harmful], tmp_path)
    for name in ("report", "sources"):
        page = parsed(tmp_path / f"{name}-en.html")
        links = [str(a["href"]) for a in page.of("a")]
        own = ("#", "sources-en.", "https://example.org/")
        assert all(link.startswith(own) for link in links)
        assert not [a for _, a in page.elements if any(name.startswith("on") for name in a)]


def test_a_study_of_one_case_and_one_replication_is_enough(tmp_path: Path) -> None:
    """The smallest study has its report."""
    single = study(scenario(days=2), n_replications=1)
    assert report.write([single], tmp_path, format="pdf").stat().st_size > 10_000


@pytest.mark.parametrize("format_", ["html", "pdf"])
def test_a_port_where_nothing_happens_has_its_report(tmp_path: Path, format_: str) -> None:
    """No train, no truck, no demand and no known measure: a report with dashes, not a crash."""
    idle = study(scenario(days=1), n_replications=1)
    first = idle.replications[0]
    names = ("train_results", "truck_results")
    still = {**first.tables, **{name: first.tables[name][:0] for name in names}}
    unknown = {name: replace(estimate, mean=math.nan) for name, estimate in idle.estimates.items()}
    idle = replace(
        idle, replications=(replace(first, tables=still),), estimates=unknown, demand_rows={}
    )
    written = report.write([idle], tmp_path, format=format_)  # type: ignore[arg-type]
    assert "–" in (pdf_text(written) if format_ == "pdf" else written.read_text("utf-8"))
    assert "nan" not in " ".join(report.verdict_sentences(idle, "en"))


def test_an_unknown_format_is_refused(tmp_path: Path, light: Study) -> None:
    """A format that we do not write is an error that names those we write."""
    with pytest.raises(UsageError, match="html, pdf"):
        report.write([light], tmp_path, format="docx")  # type: ignore[arg-type]


def test_a_full_disk_leaves_the_old_report(
    tmp_path: Path, light: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk refuses, the error says so, and the former report is as it was."""
    old = tmp_path / "report-en.html"
    old.write_text("old")

    def refuse(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:100])
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(StorageError, match="disk is full"):
        report.write([light], tmp_path)
    assert old.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report-en.html"]


def test_a_missing_font_is_one_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the fonts were not made, the error says how one makes them."""
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    with pytest.raises(InputError) as refused:
        fonts.font_file(fonts.FAMILY)
    assert refused.value.key == "error.font_missing"
    assert "python -m fonts" in describe(refused.value, "en")


@pytest.mark.parametrize("family", [fonts.FAMILY, fonts.FAMILY_CHINESE])
def test_a_font_keeps_its_licence(family: str) -> None:
    """The licence of the letters goes wherever they go, also when they are cut down."""
    from fontTools.ttLib import TTFont

    names = TTFont(fonts.font_file(family))["name"]
    assert names.getDebugName(1) == family
    assert "Open Font License" in names.getDebugName(13)


def test_names_of_people_have_no_holes() -> None:
    """Letters of given names that the oldest Chinese code lacks, and money of both sides."""
    assert drawable("王玥、陶喆、朱镕基、₸ ₽ ¥ №") == "王玥、陶喆、朱镕基、₸ ₽ ¥ №"
