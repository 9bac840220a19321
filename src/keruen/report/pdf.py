"""The report as PDF: tagged by PDF/UA-1, fonts inside, the same bytes each time.

The document crosses to Typst as JSON data, never as markup.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from keruen.i18n.messages import message
from keruen.report.document import (
    Block,
    Bullets,
    CaseVerdict,
    Cell,
    Code,
    Document,
    Figure,
    Paragraph,
    TableBlock,
)
from keruen.report.fonts import FAMILY, FAMILY_CHINESE, font_file, letters

STANDARD: Final = "ua-1"
_BREAK: Final = "\u200b"
"""Zero width: a line may break here."""
_LONGEST_WORD: Final = 16
_NO_SHAPE: Final = "\ufffd"


def render_pdf(document: Document) -> bytes:
    """The whole document as PDF."""
    import typst  # noqa: PLC0415 - slow to import

    template = str(files("keruen.report").joinpath("report.typ"))
    folders = [str(font_file(family).parent) for family in (FAMILY, FAMILY_CHINESE)]
    data = drawable(json.dumps(_document(document), ensure_ascii=False, sort_keys=True))
    pdf: object = typst.compile(
        template,
        font_paths=folders,
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=[STANDARD],
    )
    assert isinstance(pdf, bytes)
    return pdf


def drawable(text: str) -> str:
    """The text with a replacement mark for each letter that no font of the report can draw.

    Tagged PDF forbids letters without a shape, and a scenario may hold any.
    """
    shapes = letters(FAMILY) | letters(FAMILY_CHINESE) | {ord(_BREAK)}
    return "".join(letter if ord(letter) in shapes else _NO_SHAPE for letter in text)


def _document(document: Document) -> dict[str, Any]:
    page = message("report.page", document.language)
    return {
        "language": document.language,
        "title": document.title,
        "summary": document.summary,
        "words": {**document.words, "page": page},
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__
    if isinstance(block, Paragraph | Code):
        return {"kind": kind, "text": block.text}
    if isinstance(block, Bullets):
        return {"kind": kind, "items": list(block.items)}
    if isinstance(block, CaseVerdict):
        return {
            "kind": kind,
            "outcome": block.outcome,
            "headline": block.headline,
            "about": block.about,
            "sentences": list(block.sentences),
        }
    if isinstance(block, Figure):
        picture = block.picture
        alt = f"{picture.title}. {picture.description}"
        return {"kind": kind, "svg": picture.svg, "alt": alt, "caption": block.caption}
    assert isinstance(block, TableBlock)
    return {
        "kind": kind,
        "caption": block.caption,
        "header": list(block.header),
        "widths": list(block.widths),
        "is-small": block.is_small,
        "rows": [[_cell(cell) for cell in row] for row in block.rows],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    text = _breakable(cell.text) if cell.is_code or not cell.links else cell.text
    return {
        "text": text,
        "mark": cell.mark,
        "note": cell.note,
        "links": list(cell.links),
        "shown": {address: _breakable(address) for address in cell.links},
    }


def _breakable(text: str) -> str:
    """The text with places where a long word may break: behind ``. _ / -`` and every 16 letters."""
    words = []
    for word in text.split(" "):
        run, parts = 0, []
        for letter in word:
            parts.append(letter)
            run += 1
            is_joint = letter in "._/-" and run > 1
            if len(word) > _LONGEST_WORD and (is_joint or run >= _LONGEST_WORD):
                parts.append(_BREAK)
                run = 0
        words.append("".join(parts))
    return " ".join(words)
