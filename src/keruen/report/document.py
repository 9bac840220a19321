"""The report as plain parts, before it becomes HTML or PDF.

Every text here is what a person reads, without markup and without escapes: the two writers escape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from keruen.domain.results import Outcome
from keruen.report.pictures.svg import Picture

Mark = Literal[""] | Outcome
Sign = Literal["", "green", "amber", "red", "grey"]
"""A traffic light: a shape and a colour before a text that says the same in words."""
Form = Literal["report", "sheet", "wide_sheet"]
"""A report has contents and chapters; a sheet is dense paper for one meeting, upright or wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table.

    Parameters
    ----------
    text : what it says.
    mark : whether a limit is kept; drawn as a sign, read as a word.
    links : addresses that the cell leads to.
    note : further text, in English whatever the report's language is.
    is_code : the text is a key or a digest.
    sign : a light; the text says it too.
    language : of the text, where it is not the document's.
    """

    text: str
    mark: Mark = ""
    links: tuple[str, ...] = ()
    note: str = ""
    is_code: bool = False
    sign: Sign = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """A table with its caption; the first cell of a row is its heading.

    `widths` are the shares of the columns, in any unit. A sheet's table may have no caption: its
    section's title is its name.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    is_small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subheading:
    """A heading inside a chapter."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVerdict:
    """What was found for one case: the outcome, then what supports it."""

    outcome: Outcome
    headline: str
    about: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustration:
    """A picture with its numbered caption.

    `note` says below it how it was made and what it does not show. `paper_share` is its
    width on paper, as a share of the page's: by default two stand on a page.
    """

    picture: Picture
    caption: str
    note: str = ""
    paper_share: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A command to copy."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and what is said of each, one under another."""

    items: tuple[tuple[str, Cell], ...]


Part = TableBlock | Paragraph | Subheading | Bullets | CaseVerdict | Illustration | Code | Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Parts that a page on the screen folds away under a title, and paper leaves out.

    What is in it has no number, so that both count the same figures. A figure opens to its parts,
    and these to theirs.
    """

    title: str
    blocks: tuple[Part | Folded, ...]


Block = Part | Folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter; `name` is its place in the address line."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """The whole report."""

    language: str
    title: str
    summary: str
    sections: tuple[Chapter, ...]
    words: dict[str, str] = field(default_factory=dict)
    """Words of the frame: contents, skip, marks, page."""
    form: Form = "report"
    lines: tuple[Cell, ...] = ()
    """Further titles under the title, each in its language."""
    points: float = 8.0
    """Size of a sheet's letters."""
    title_language: str = ""
    """Of the title, where it is not the document's."""
