"""A composed document kept in a file, so that a page shows later what paper showed, to the digit.

A study takes minutes to hours; its document is composed in every language when it ends, and kept as
plain parts. What is read back may have been written by somebody else: it has no markup but
drawings, and these hold nothing but shapes and words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints
from xml.etree import ElementTree as Xml

import msgspec

from keruen.i18n import LANGUAGES
from keruen.report.document import (
    Block,
    Chapter,
    Folded,
    Illustration,
    Part,
    PrintedDocument,
    TableBlock,
)
from keruen.report.write import put_file

ENDING: Final = ".page.json"
_VERSION: Final = 1
_PARTS: Final = {part.__name__: part for part in get_args(Part)}
_SHAPES: Final = frozenset({"svg", "g", "title", "desc", "text", "tspan", "rect", "path", "circle"})
"""What a drawing of `pictures.svg` is made of; a film moves, and is in no document."""
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_MOST: Final = 32 << 20
"""Bytes that are read: a hundred times what the largest document has."""


class UnfitDocumentError(ValueError):
    """A file is no kept document, or holds what no document has."""


def keep_in_all_languages(
    compose: Callable[[str], PrintedDocument], folder: Path, name: str
) -> None:
    """Keep a document as it reads in each language, beside the files for people.

    Parameters
    ----------
    compose : makes the document in a language.
    folder : made when it does not exist.
    name : beginning of the files: ``NAME-<language>.page.json``.

    Raises
    ------
    StorageError
        When the disk refuses.
    """
    for language in LANGUAGES:
        put_file(folder / f"{name}-{language}{ENDING}", kept(compose(language)))


def kept(document: PrintedDocument) -> bytes:
    """A document as bytes; the same for the same document."""
    words = {"v": _VERSION, **_plain(document)}
    return (json.dumps(words, ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:  # Any: every part of a document, and its JSON
    if is_dataclass(value):
        names = {"part": type(value).__name__} if isinstance(value, get_args(Block)) else {}
        return names | {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def read_kept(path: Path) -> PrintedDocument:
    """A document that was kept.

    Raises
    ------
    UnfitDocumentError
        When the file is none, or of another version, or a drawing or link in it could do something.
    """
    try:
        if path.stat().st_size > _MOST:
            raise UnfitDocumentError(path.name)
        words = json.loads(path.read_bytes())
        if words.pop("v") != _VERSION:
            raise UnfitDocumentError(path.name)
        sections = tuple(_chapter(one) for one in words.pop("sections"))
        kinds = get_type_hints(PrintedDocument)
        frame = {name: msgspec.convert(value, kinds[name]) for name, value in words.items()}
        return PrintedDocument(**frame, sections=sections)
    except UnfitDocumentError:
        raise
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise UnfitDocumentError(path.name) from wrong


def _chapter(words: Any) -> Chapter:  # Any: JSON of anybody
    name, title = (msgspec.convert(words[one], str) for one in ("name", "title"))
    return Chapter(name=name, title=title, blocks=_blocks(words["blocks"]))


def _blocks(found: Any) -> tuple[Block, ...]:  # Any: JSON of anybody
    return tuple(_block(one) for one in found)


def _block(words: Any) -> Block:  # Any: JSON of anybody
    kind = words.pop("part")
    if kind == Folded.__name__:
        return Folded(title=msgspec.convert(words["title"], str), blocks=_blocks(words["blocks"]))
    block: Part = msgspec.convert(words, _PARTS[kind])
    if isinstance(block, Illustration):
        _check_drawing(block.picture.svg)
    if isinstance(block, TableBlock):
        links = (link for row in block.rows for cell in row for link in cell.links)
        if not all(link.startswith(("https://", "http://")) for link in links):
            raise UnfitDocumentError(block.caption)
    return block


def _check_drawing(svg: str) -> None:
    """Refuse whatever could run, load or lead somewhere: only shapes and words are drawn."""
    # A drawing of ours declares nothing; a declaration could make its parser's work endless.
    if "<!" in svg or "<?" in svg:
        raise UnfitDocumentError("svg")
    try:
        whole = Xml.fromstring(svg)
    except Xml.ParseError as wrong:
        raise UnfitDocumentError("svg") from wrong
    for one in whole.iter():
        is_shape = one.tag.removeprefix(_NAMESPACE) in _SHAPES
        if not is_shape or any(_may_act(name, value) for name, value in one.attrib.items()):
            raise UnfitDocumentError("svg")


def _may_act(name: str, value: str) -> bool:
    plain = name.rpartition("}")[2].lower()
    return plain.startswith("on") or plain in {"href", "style", "src"} or "url(" in value.lower()


def tables_of(document: PrintedDocument) -> list[tuple[Chapter, TableBlock]]:
    """Every table that stands open in a document, with its chapter, in order."""
    return [
        (chapter, block)
        for chapter in document.sections
        for block in chapter.blocks
        if isinstance(block, TableBlock)
    ]
