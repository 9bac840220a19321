"""The report as one HTML file: no request to anywhere, no script, fonts inside."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Final

from keruen.report.document import (
    Block,
    Bullets,
    CaseVerdict,
    Cell,
    Chapter,
    Code,
    Facts,
    Folded,
    Illustration,
    Part,
    PrintedDocument,
    Subheading,
    TableBlock,
)
from keruen.report.fonts import embedded_fonts
from keruen.report.pictures.svg import escape

MARKS: Final = {"kept": "✓", "broken": "×", "inconclusive": "≈"}
SIGNS: Final = {"green": "●", "amber": "▲", "red": "■", "grey": "○"}
LANGUAGE_TAGS: Final = {"kk": "kk", "ru": "ru", "zh": "zh-Hans-CN", "en": "en-GB"}
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def render_html(document: PrintedDocument) -> str:
    """The whole page as text."""
    words = document.words
    body = "\n".join(_section(section, words) for section in document.sections)
    if document.form != "report":
        kicker, foot = escape(words["kicker"]), escape(words["foot"])
        page = (
            f"<p>{kicker}</p>\n{_header(document)}\n<main>\n{body}\n</main>\n"
            f"<footer><p>{foot}</p></footer>"
        )
    else:
        first = document.sections[0].name
        skip = f'<a class="skip" href="#{first}">{escape(words["skip"])}</a>\n'
        page = f"{skip}{_header(document)}\n{_contents(document)}\n<main>\n{body}\n</main>"
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(document.title)}</title>\n"
        f"<style>\n{_faces(page + document.title)}\n{_style()}</style>"
    )
    language = LANGUAGE_TAGS[document.language]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{head}\n</head>\n'
        f"<body>\n{page}\n</body>\n</html>\n"
    )


def _header(document: PrintedDocument) -> str:
    title = _in_language(escape(document.title), document.title_language)
    lines = "".join(f"<p>{_content(line, document.words)}</p>\n" for line in document.lines)
    summary = f"<p>{escape(document.summary)}</p>" if document.summary else ""
    return f"<header><h1>{title}</h1>\n{lines}{summary}</header>"


def _contents(document: PrintedDocument) -> str:
    items = "".join(
        f'<li><a href="#{section.name}">{escape(section.title)}</a></li>'
        for section in document.sections
    )
    heading = escape(document.words["contents"])
    return f'<nav aria-labelledby="contents"><h2 id="contents">{heading}</h2><ol>{items}</ol></nav>'


def _in_language(content: str, language: str) -> str:
    return f'<span lang="{LANGUAGE_TAGS[language]}">{content}</span>' if language else content


def _style() -> str:
    return files("keruen.report").joinpath("style.css").read_text(encoding="utf-8")


def _faces(letters: str) -> str:
    return "\n".join(
        f"@font-face{{font-family:'{family}';font-weight:{weights};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
        for family, weights, data in embedded_fonts(letters)
    )


WriteTable = Callable[[TableBlock, str, dict[str, str]], str]
"""How a table is written, given it, the title of its section, and the words of the frame."""


def chapter_fragment(section: Chapter, words: dict[str, str]) -> str:
    """A chapter as a part of somebody else's page: its tables have no styles of their own.

    Each cell names its column (``data-label``), so that a narrow screen can show a row as a card.

    Parameters
    ----------
    words : of the frame: what the marks mean (`compose.words_of_frame`).
    """
    # On a telephone a picture is wider than the page and is pushed along: by keys, too.
    written = _section(section, words, _plain_table)
    return written.replace("<figure>", '<figure tabindex="0">')


def _section(section: Chapter, words: dict[str, str], table: WriteTable | None = None) -> str:
    write = table or _table
    blocks = "\n".join(_unfolded(block, section.title, words, write) for block in section.blocks)
    if not section.title:
        return f"<section>\n{blocks}\n</section>"
    return (
        f'<section aria-labelledby="{section.name}">\n'
        f'<h2 id="{section.name}">{escape(section.title)}</h2>\n{blocks}\n</section>'
    )


def _unfolded(block: Block, title: str, words: dict[str, str], table: WriteTable) -> str:
    if not isinstance(block, Folded):
        return _block(block, title, words, table)
    inside = "\n".join(_unfolded(one, block.title, words, table) for one in block.blocks)
    return f"<details><summary>{escape(block.title)}</summary>\n{inside}\n</details>"


def _block(block: Part, title: str, words: dict[str, str], table: WriteTable) -> str:
    if isinstance(block, TableBlock):
        return table(block, title, words)
    if isinstance(block, CaseVerdict):
        return _verdict(block)
    if isinstance(block, Illustration):
        note = f'<span class="note">{escape(block.note)}</span>' if block.note else ""
        caption = f"<figcaption>{escape(block.caption)}{note}</figcaption>"
        return f"<figure>{block.picture.svg}{caption}</figure>"
    if isinstance(block, Bullets):
        return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in block.items) + "</ul>"
    if isinstance(block, Facts):
        return _facts(block, words)
    if isinstance(block, Code):
        before, after = '<pre tabindex="0" translate="no"><code>', "</code></pre>"
    else:
        name = "h3" if isinstance(block, Subheading) else "p"
        before, after = f"<{name}>", f"</{name}>"
    return f"{before}{escape(block.text)}{after}"


def _verdict(block: CaseVerdict) -> str:
    sentences = "".join(f"<li>{escape(sentence)}</li>" for sentence in block.sentences)
    about = f"<p>{escape(block.about)}</p>" if block.about else ""
    return (
        f'<article class="verdict {block.outcome}">'
        f'<h3><span class="sign" aria-hidden="true">{MARKS[block.outcome]}</span> '
        f"{escape(block.headline)}</h3>{about}<ul>{sentences}</ul></article>"
    )


def _facts(block: Facts, words: dict[str, str]) -> str:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{_content(cell, words)}</dd>" for name, cell in block.items
    )
    return f"<dl>{rows}</dl>"


def _table(block: TableBlock, title: str, words: dict[str, str]) -> str:
    whole = sum(block.widths)
    columns = "".join(f'<col style="width:{100 * w / whole:.1f}%">' for w in block.widths)
    header = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in block.header
    )
    rows = "\n".join(
        "<tr>"
        + "".join(_cell(cell, words, is_first=n == 0) for n, cell in enumerate(row))
        + "</tr>"
        for row in block.rows
    )
    small = ' class="small"' if block.is_small else ""
    name = escape(block.caption or title)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{name}">'
        f"<table{small}><caption>{name}</caption>"
        f"<colgroup>{columns}</colgroup><thead><tr>{header}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _plain_table(block: TableBlock, title: str, words: dict[str, str]) -> str:
    header = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in block.header
    )
    rows = "\n".join(
        "<tr>"
        + "".join(
            _labelled(cell, name, words, is_first=n == 0)
            for n, (cell, name) in enumerate(zip(row, block.header, strict=True))
        )
        + "</tr>"
        for row in block.rows
    )
    name = escape(block.caption or title)
    # Without a caption of its own its name is the heading just above it.
    caption = f"<caption>{name}</caption>" if block.caption else ""
    return (
        # No landmark of its own: the section around it is one, often of the same name.
        f'<div class="wide" tabindex="0" role="group" aria-label="{name}"><table>'
        f"{caption}<thead><tr>{header}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _labelled(cell: Cell, name: str, words: dict[str, str], *, is_first: bool) -> str:
    content = _content(cell, words)
    if is_first and cell.text:
        return f'<th scope="row">{content}</th>'
    return f'<td data-label="{escape(name)}">{content}</td>'


def _cell(cell: Cell, words: dict[str, str], *, is_first: bool) -> str:
    content = _content(cell, words)
    if is_first and cell.text:
        return f'<th scope="row">{content}</th>'
    return f"<td>{content}</td>"


def _content(cell: Cell, words: dict[str, str]) -> str:
    content = _in_language(escape(cell.text), cell.language)
    if cell.is_code:
        content = f'<code translate="no">{content}</code>'
    for address in cell.links:
        shown = escape(address)
        if shown in content:
            content = content.replace(shown, _link(address, shown), 1)
        else:
            content = _link(address, content)
    if cell.mark:
        meaning = escape(words[f"mark_{cell.mark}"])
        content = (
            f'<span class="mark {cell.mark}"><span aria-hidden="true">{MARKS[cell.mark]}</span>'
            f'<span class="unseen">{meaning}: </span></span> {content}'
        )
    if cell.sign:
        sign = f'<span class="light {cell.sign}" aria-hidden="true">{SIGNS[cell.sign]}</span>'
        content = f"{sign} {content}"
    if cell.note:
        content += f' <span lang="en">{escape(cell.note)}</span>'
    return content


def _link(address: str, shown: str) -> str:
    return f'<a href="{escape(address)}" rel="noreferrer noopener">{shown}</a>'
