"""The report as PDF: tagged by PDF/UA-1, fonts inside, the same bytes each time.

The document crosses to Typst as JSON data, never as markup.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any, Final

from keruen.i18n.messages import message
from keruen.report.document import (
    Block,
    Cell,
    Facts,
    Folded,
    Illustration,
    PrintedDocument,
    TableBlock,
)
from keruen.report.fonts import FAMILY, FAMILY_CHINESE, FOLDER, letters

STANDARD: Final = "ua-1"
_TEMPLATES: Final = {"report": "report.typ", "sheet": "sheet.typ", "wide_sheet": "sheet.typ"}
_BREAK: Final = "\u200b"
"""Zero width: a line may break here."""
_LONGEST_WORD: Final = 16
_LETTERS_ACROSS: Final = {"sheet": 90, "wide_sheet": 134}
"""About how many letters stand on a line of a sheet: the words of a column break by its share."""
_NO_SHAPE: Final = "\ufffd"


def render_pdf(document: PrintedDocument) -> bytes:
    """The whole document as PDF."""
    pdf: object = _compiler(document).compile(pdf_standards=[STANDARD])
    assert isinstance(pdf, bytes)
    return pdf


def n_pages(document: PrintedDocument) -> int:
    """How many pages the document fills; only a sheet knows before it is rendered."""
    assert document.form != "report", "a report's template does not mark its end"
    found: str = _compiler(document).query("<pages>", field="value", one=True)
    return int(found)


def _compiler(document: PrintedDocument) -> Any:  # Any: typst has no types
    import typst  # noqa: PLC0415 - slow to import

    template = str(files("keruen.report").joinpath(_TEMPLATES[document.form]))
    data = drawable(json.dumps(_document(document), ensure_ascii=False, sort_keys=True))
    return typst.Compiler(
        template, font_paths=[str(FOLDER)], ignore_system_fonts=True, sys_inputs={"data": data}
    )


def drawable(text: str) -> str:
    """The text with a replacement mark for each letter that no font of the report can draw.

    Tagged PDF forbids letters without a shape, and a scenario may hold any.
    """
    shapes = _shapes()
    return "".join(letter if ord(letter) in shapes else _NO_SHAPE for letter in text)


@cache
def _shapes() -> frozenset[int]:
    return letters(FAMILY) | letters(FAMILY_CHINESE) | {ord(_BREAK)}


def _document(document: PrintedDocument) -> dict[str, object]:
    page = message("report.page", document.language)
    across = _LETTERS_ACROSS.get(document.form, 0)
    return {
        "language": document.language,
        "title": document.title,
        "title-language": document.title_language,
        "form": document.form,
        "points": document.points,
        "lines": [_cell(line) for line in document.lines],
        "summary": document.summary,
        "words": {**document.words, "page": page},
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "blocks": [
                    _block(block, across)
                    for block in section.blocks
                    if not isinstance(block, Folded)
                ],
            }
            for section in document.sections
        ],
    }


def _block(block: Block, across: int) -> dict[str, object]:
    kind = {"kind": type(block).__name__}
    if isinstance(block, Illustration):
        picture = block.picture
        alt = f"{picture.title}. {picture.description}"
        return {
            **kind,
            "svg": picture.svg,
            "alt": alt,
            "caption": block.caption,
            "note": block.note,
            "paper-share": block.paper_share,
        }
    if isinstance(block, Facts):
        items = [[_breakable(name, _LONGEST_WORD), _cell(cell)] for name, cell in block.items]
        return {**kind, "items": items}
    if not isinstance(block, TableBlock):
        return {**kind, **asdict(block)}
    whole = sum(block.widths)
    longest = [
        max(5, int(across * width / whole)) if across else _LONGEST_WORD for width in block.widths
    ]
    return {
        **kind,
        "caption": block.caption,
        "header": list(block.header),
        "widths": list(block.widths),
        "is-small": block.is_small,
        "rows": [[*map(_cell, row, longest)] for row in block.rows],
    }


def _cell(cell: Cell, longest: int = _LONGEST_WORD) -> dict[str, object]:
    is_whole = bool(cell.links) and not cell.is_code
    text = cell.text if is_whole else _breakable(cell.text, longest)
    shown = {address: _breakable(address, longest) for address in cell.links}
    return {**asdict(cell), "text": text, "shown": shown}


def _breakable(text: str, longest: int) -> str:
    """The text with places where a word that is too long may break: behind ``. _ / -``, or else."""
    words = []
    for word in text.split(" "):
        run, parts = 0, []
        for letter in word:
            parts.append(letter)
            run += 1
            is_joint = letter in "._/-" and run > 1
            if len(word) > longest and (is_joint or run >= longest):
                parts.append(_BREAK)
                run = 0
        words.append("".join(parts))
    return " ".join(words)
