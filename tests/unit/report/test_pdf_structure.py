"""The check of PDF/UA has teeth: each thing that a report must have is taken from it, and missed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pikepdf import Array, Name, Pdf, parse_content_stream

from keruen.report.document import (
    Bullets,
    Cell,
    Chapter,
    Illustration,
    Paragraph,
    PrintedDocument,
    TableBlock,
)
from keruen.report.pdf import render_pdf
from keruen.report.pictures.svg import Picture
from pdf_structure import _elements, faults

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
ADDRESS = "https://example.org/a"


@pytest.fixture(scope="module")
def made() -> bytes:
    """A report with something of every kind."""
    blocks = (
        Paragraph(text="Words, слова, 文字."),
        Bullets(items=("one", "two")),
        Illustration(picture=Picture(svg=SVG, title="Triangle", description="Large"), caption="1"),
        TableBlock(
            caption="Rows",
            header=("a", "b"),
            rows=((Cell(text="1"), Cell(text=ADDRESS, links=(ADDRESS,))),),
            widths=(1, 1),
        ),
    )
    chapters = tuple(
        Chapter(name=name, title=name.title(), blocks=blocks) for name in ("verdict", "detail")
    )
    words = {"contents": "Contents"}
    return render_pdf(
        PrintedDocument(language="en", title="Title", summary="So.", sections=chapters, words=words)
    )


def test_what_we_make_has_everything(made: bytes) -> None:
    """Nothing is missed in a document with every kind of part."""
    with Pdf.open(BytesIO(made)) as pdf:
        roles = {role for _, role, _ in _elements(pdf)}
        assert {"H1", "H2", "P", "Figure", "Table", "TH", "TD", "L", "LI", "Link", "TOC"} <= roles
        assert faults(pdf) == []


def first(pdf: Pdf, wanted: str) -> Any:
    """The first element of a type."""
    return next(element for element, role, _ in _elements(pdf) if role == wanted)


def font(pdf: Pdf) -> Any:
    return next(iter(pdf.pages[0].Resources.Font.values()))


def without(path: str) -> Callable[[Pdf], None]:
    """Take a key of the root away; the last part of the path is the key."""

    def change(pdf: Pdf) -> None:
        holder: Any = pdf.Root
        *above, last = path.split("/")
        for name in above:
            holder = holder[f"/{name}"]
        del holder[f"/{last}"]

    return change


def metadata(old: bytes, new: bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        said = pdf.Root.Metadata.read_bytes()
        assert old in said
        pdf.Root.Metadata = pdf.make_stream(said.replace(old, new))

    return change


def drawn_outside(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 9 9 re f")


def drawn_in_both(pdf: Pdf) -> None:
    content = b"/Artifact BMC /P <</MCID 0>> BDC 0 0 9 9 re f EMC EMC"
    pdf.pages[0].contents_add(content)


def drawn_for_nobody(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"/P <</MCID 9999>> BDC 0 0 9 9 re f EMC")


def without_alternative(pdf: Pdf) -> None:
    del first(pdf, "Figure")["/Alt"]


def without_scope(pdf: Pdf) -> None:
    for part in first(pdf, "TH").A:
        if "/Scope" in part:
            del part["/Scope"]


def without_head(pdf: Pdf) -> None:
    for element, role, _ in list(_elements(pdf)):
        if role == "TH":
            element.S = Name.TD


def short_row(pdf: Pdf) -> None:
    row = [element for element, role, _ in _elements(pdf) if role == "TR"][1]
    row.K = Array(list(row.K)[:1])


def head_that_is_not_there(pdf: Pdf) -> None:
    for part in first(pdf, "TD").A:
        if "/Headers" in part:
            part.Headers = Array(["nobody"])


def skipped_level(pdf: Pdf) -> None:
    first(pdf, "H2").S = Name.H3


def strange_type(pdf: Pdf) -> None:
    first(pdf, "P").S = Name.Words


def cell_outside(pdf: Pdf) -> None:
    first(pdf, "TR").S = Name.Div


def own_order(pdf: Pdf) -> None:
    for page in pdf.pages:
        page.Tabs = Name.R


def link_outside(pdf: Pdf) -> None:
    for element, role, _ in list(_elements(pdf)):
        if role == "Link":
            element.K = Array([])


def silent_link(pdf: Pdf) -> None:
    for page in pdf.pages:
        for one in page.get("/Annots", []):
            one.Contents = ""


def font_elsewhere(pdf: Pdf) -> None:
    facts = font(pdf).DescendantFonts[0].FontDescriptor
    for name in ("/FontFile2", "/FontFile3"):
        if name in facts:
            del facts[name]


def font_without_letters(pdf: Pdf) -> None:
    del font(pdf)["/ToUnicode"]


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        ("7.1", without("MarkInfo")),
        ("7.1", lambda pdf: pdf.Root.MarkInfo.update({"/Suspects": True})),
        ("7.1", without("StructTreeRoot")),
        ("7.2", without("Lang")),
        ("7.1", without("ViewerPreferences/DisplayDocTitle")),
        ("7.1", metadata(b"Title", b"")),
        ("5", metadata(b"<pdfuaid:part>1<", b"<pdfuaid:part>2<")),
        ("5", without("Metadata")),
        ("7.1", drawn_outside),
        ("7.1", drawn_in_both),
        ("7.1", drawn_for_nobody),
        ("7.3", without_alternative),
        ("7.5", without_scope),
        ("7.5", without_head),
        ("7.2", short_row),
        ("7.5", head_that_is_not_there),
        ("7.4.2", skipped_level),
        ("7.1", strange_type),
        ("7.2", cell_outside),
        ("7.18.3", own_order),
        ("7.18.1", link_outside),
        ("7.18.5", silent_link),
        ("7.21.4.1", font_elsewhere),
        ("7.21.7", font_without_letters),
    ],
)
def test_what_is_missing_is_told(made: bytes, clause: str, change: Callable[[Pdf], None]) -> None:
    """A document without one of the things names the clause that asks for it."""
    with Pdf.open(BytesIO(made)) as pdf:
        change(pdf)
        assert clause in {fault.partition(":")[0] for fault in faults(pdf)}


def test_language_of_a_part() -> None:
    """Words in another language than the document's are marked with theirs."""
    foreign = Cell(text="Название", language="ru")
    made = render_pdf(
        PrintedDocument(
            language="en",
            title="Title",
            summary="",
            sections=(),
            form="sheet",
            lines=(foreign,),
            words={"kicker": "Fiche", "foot": "Foot"},
        )
    )
    with Pdf.open(BytesIO(made)) as pdf:
        spoken = {str(one["/Lang"]) for one, _, _ in _elements(pdf) if "/Lang" in one}
        spoken |= {
            str(step.operands[1]["/Lang"])
            for step in parse_content_stream(pdf.pages[0])
            if str(step.operator) == "BDC" and "/Lang" in step.operands[1]
        }
        assert faults(pdf) == []
        assert "ru-RU" in spoken
