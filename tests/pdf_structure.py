"""What a PDF lacks of PDF/UA-1 (ISO 14289-1), as far as a machine can see it.

Reads the structure with pikepdf, which knows nothing of how we make a PDF. Each rule names its
clause. Not looked at: what only a person can judge (do the words describe the picture, is this the
order in which one reads), the programs inside the fonts, and what our documents never have: forms,
scripts, sounds, attached files, encryption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
_STANDARD = frozenset(
    (
        *(
            "Document",
            "Part",
            "Art",
            "Sect",
            "Div",
            "BlockQuote",
            "Caption",
            "TOC",
            "TOCI",
            "Index",
        ),
        *("NonStruct", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"),
        *(
            "Table",
            "TR",
            "TH",
            "TD",
            "THead",
            "TBody",
            "TFoot",
            "Span",
            "Quote",
            "Note",
            "Reference",
        ),
        *("BibEntry", "Code", "Link", "Annot", "Figure", "Formula", "Form"),
    )
)
"""Structure types of ISO 32000-1, 14.8.4, without those of Asian ruby."""
_PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "Lbl": {"LI", "Note", "TOCI"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
}
"""Where an element may stand (ISO 32000-1, tables 333 to 337)."""
_SHOWS = frozenset(
    ("Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "BI")
)
"""Operators that put something on the page."""


def faults(source: Path | Pdf) -> list[str]:
    """Everything that PDF/UA-1 asks for and the document has not; empty when it has all."""
    if isinstance(source, Pdf):
        return [
            *_of_document(source),
            *_of_elements(source),
            *_of_pages(source),
            *_of_fonts(source),
        ]
    with Pdf.open(source) as pdf:
        return faults(pdf)


def _of_document(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if root.get("/MarkInfo", {}).get("/Marked") is not True:
        yield "7.1: not marked as tagged"
    if root.get("/MarkInfo", {}).get("/Suspects", False):
        yield "7.1: its tags are suspect"
    if "/StructTreeRoot" not in root:
        yield "7.1: no structure"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", str(root.get("/Lang", ""))):
        yield "7.2: no language"
    if root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is not True:
        yield "7.1: the title is not shown"
    said = ElementTree.fromstring(root.Metadata.read_bytes()) if "/Metadata" in root else None
    if said is None or not "".join(_said(said, _TITLE)).strip():
        yield "7.1: no title in the metadata"
    if said is None or _said(said, _PART) != ["1"]:
        yield "5: does not say that it is PDF/UA-1"


def _said(metadata: ElementTree.Element, name: str) -> list[str]:
    """What XMP says of a property, as an element or as an attribute."""
    elements = ["".join(one.itertext()) for one in metadata.iter(name)]
    return elements + [one.attrib[name] for one in metadata.iter() if name in one.attrib]


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _role(pdf: Pdf, element: Any) -> str:
    """The standard type of an element, whatever it is called."""
    roles, name = pdf.Root.StructTreeRoot.get("/RoleMap", {}), str(element.S)
    for _ in range(9):
        if name.lstrip("/") in _STANDARD or name not in roles:
            break
        name = str(roles[name])
    return name.lstrip("/")


def _elements(pdf: Pdf) -> Iterator[tuple[Any, str, str]]:
    """Elements with their type and that of what they stand in, in the order of reading."""

    def walk(element: Any, within: str) -> Iterator[tuple[Any, str, str]]:
        for kid in _kids(element):
            if isinstance(kid, Dictionary) and "/S" in kid:
                role = _role(pdf, kid)
                yield kid, role, within
                # A part of a document divides nothing for who stands in it.
                yield from walk(kid, within if role in {"NonStruct"} else role)

    if "/StructTreeRoot" in pdf.Root:
        yield from walk(pdf.Root.StructTreeRoot, "")


def _attribute(element: Any, owner: str, name: str) -> Any:
    found = element.get("/A", [])
    for one in found if isinstance(found, Array) else [found]:
        if isinstance(one, Dictionary) and one.get("/O") == Name(f"/{owner}") and name in one:
            return one[name]
    return None


def _of_elements(pdf: Pdf) -> Iterator[str]:
    level = 0
    for element, role, within in _elements(pdf):
        if role not in _STANDARD:
            yield f"7.1: {role} is mapped to no standard type"
        if role in _PARENTS and within not in _PARENTS[role]:
            yield f"7.2: {role} stands in {within or 'nothing'}"
        if role in {"Figure", "Formula"} and not str(element.get("/Alt", "")).strip():
            yield f"7.3: {role} without alternative words"
        if re.fullmatch(r"H[1-6]", role):
            if int(role[1]) > level + 1:
                yield f"7.4.2: {role} after level {level}"
            level = int(role[1])
        elif role == "H":
            yield "7.4.4: headings without levels beside headings with levels"
        if role == "Table":
            yield from _of_table(pdf, element)
        if role == "L" and not any(isinstance(one, Dictionary) for one in _kids(element)):
            yield "7.6: a list without items"


def _of_table(pdf: Pdf, table: Any) -> Iterator[str]:
    """Rows of one length, and heads that say what they are the heads of."""
    rows = [
        [cell for cell in _kids(row) if isinstance(cell, Dictionary)]
        for part in _kids(table)
        for row in (_kids(part) if _role(pdf, part) in {"THead", "TBody", "TFoot"} else [part])
        if _role(pdf, row) == "TR"
    ]
    cells = [(cell, _role(pdf, cell)) for row in rows for cell in row]
    heads = [cell for cell, role in cells if role == "TH"]
    if not heads:
        yield "7.5: a table without a head"
    for head in heads:
        if str(_attribute(head, "Table", "/Scope")) not in {"/Row", "/Column", "/Both"}:
            yield "7.5: a head that does not say what it heads"
    named = {str(head.get("/ID", "")) for head in heads} - {""}
    for cell, _ in cells:
        for head in _attribute(cell, "Table", "/Headers") or ():
            if str(head) not in named:
                yield "7.5: a cell under a head that is not there"
    widths = {sum(int(_attribute(cell, "Table", "/ColSpan") or 1) for cell in row) for row in rows}
    spans = any(_attribute(cell, "Table", "/RowSpan") not in {None, 1} for cell, _ in cells)
    if len(widths) > 1 and not spans:
        yield f"7.2: rows of {sorted(widths)} columns in one table"


def _owned(pdf: Pdf) -> tuple[set[tuple[Any, int]], set[Any]]:
    """What the structure holds: marked parts as (page, number), and annotations."""
    marked: set[tuple[Any, int]] = set()
    annotations: set[Any] = set()
    for element, _, _ in _elements(pdf):
        for kid in _kids(element):
            if isinstance(kid, int):
                marked.add((element.Pg.objgen, kid))
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name("/MCR"):
                marked.add(((kid.get("/Pg") or element.Pg).objgen, int(kid.MCID)))
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name("/OBJR"):
                annotations.add(kid.Obj.objgen)
    return marked, annotations


def _of_pages(pdf: Pdf) -> Iterator[str]:
    marked, annotations = _owned(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        yield from _of_content(page, number, marked)
        if "/Annots" not in page:
            continue
        if page.get("/Tabs") != Name("/S"):
            yield f"7.18.3: page {number} has links in an order of their own"
        for annotation in page.Annots:
            if annotation.objgen not in annotations:
                yield f"7.18.1: page {number} has an annotation outside the structure"
            if annotation.Subtype == Name("/Link") and not str(annotation.get("/Contents", "")):
                yield f"7.18.5: page {number} has a link without words of its own"


def _of_content(page: Any, number: int, marked: set[tuple[Any, int]]) -> Iterator[str]:
    """Whatever is drawn stands in an element or is an artifact, and never in both."""
    open_parts: list[str] = []
    told: set[str] = set()
    for step in pikepdf.parse_content_stream(page):
        operator = str(step.operator)
        if operator in {"BDC", "BMC"}:
            tag = str(step.operands[0])
            facts = step.operands[1] if operator == "BDC" else {}
            if isinstance(facts, Name):
                facts = page.Resources.Properties[facts]
            if tag == "/Artifact":
                open_parts.append("artifact")
            elif "/MCID" in facts:
                is_owned = (page.objgen, int(facts["/MCID"])) in marked
                open_parts.append("element" if is_owned else "orphan")
            else:
                open_parts.append("")
        elif operator == "EMC":
            open_parts.pop()
        elif operator in _SHOWS or operator == "INLINE IMAGE":
            where = set(open_parts) - {""}
            if where not in ({"artifact"}, {"element"}):
                told.add(f"7.1: page {number} draws outside the structure ({sorted(where)})")
    yield from sorted(told)


def _fonts(found: Any, seen: set[Any]) -> Iterator[Any]:
    """Fonts of a page or of a drawing in it, each once."""
    resources = found.get("/Resources", {})
    for font in resources.get("/Font", {}).values():
        if font.objgen not in seen:
            seen.add(font.objgen)
            yield font
    for drawing in resources.get("/XObject", {}).values():
        if isinstance(drawing, Stream) and drawing.objgen not in seen:
            seen.add(drawing.objgen)
            yield from _fonts(drawing, seen)


def _of_fonts(pdf: Pdf) -> Iterator[str]:
    seen: set[Any] = set()
    for page in pdf.pages:
        for font in _fonts(page.obj, seen):
            name = str(font.get("/BaseFont", font.get("/Subtype")))
            if font.Subtype == Name("/Type3"):
                if "/ToUnicode" not in font:
                    yield f"7.21.7: {name} does not say which letters its shapes are"
                continue
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            programs = {"/FontFile", "/FontFile2", "/FontFile3"} & set(
                inner.get("/FontDescriptor", {}).keys()
            )
            if not programs:
                yield f"7.21.4.1: {name} is not in the document"
            if "/ToUnicode" not in font:
                yield f"7.21.7: {name} does not say which letters its shapes are"
            elif re.search(rb"<(0000|FEFF|FFFE)>\s*$", font.ToUnicode.read_bytes(), re.MULTILINE):
                yield f"7.21.7: {name} has a shape that is no letter"
