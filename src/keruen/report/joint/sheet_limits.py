"""How much a sheet may hold: lists are shortened with their rest named, never cut in silence.

Knows rows and pages; knows nothing of what stands in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, TypeVar

from keruen.i18n import plural
from keruen.report.document import Cell, PrintedDocument
from keruen.report.pdf import n_pages

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """Limits of one attempt to fill the sheet.

    Parameters
    ----------
    rows : most rows of the list that matters most; lesser lists get a share of it.
    letters : most letters of one text.
    points : size of the letters.
    """

    rows: int
    letters: int
    points: float = 8.0

    def of(self, share: float = 1.0) -> int:
        """Rows of a list that gets a share of the most."""
        return max(1, ceil(self.rows * share))


_SIZES: Final[tuple[tuple[int, int] | tuple[int, int, float], ...]] = (
    (30, 700, 9.2),
    (30, 700, 8.6),
    (30, 700),
    (24, 600),
    (20, 500),
    (17, 450),
    (15, 400),
    (13, 380),
    (11, 360),
    (10, 340),
    (9, 320),
    (8, 300),
    (7, 260),
    (6, 200),
    (5, 140),
    (4, 100),
    (3, 80),
    (2, 60, 7.5),
    (1, 40, 7.0),
    (1, 28, 6.0),
)


_POINTS: Final = (9.0, 8.4, 8.0, 7.6)


def fitting(compose: Callable[[SheetLimits], PrintedDocument], most_pages: int) -> PrintedDocument:
    """The fullest document that keeps to `most_pages`.

    The smallest room is taken without being measured when nothing larger fits.
    """
    rooms = [SheetLimits(*size) for size in _SIZES]
    fullest = compose(rooms[0])
    if n_pages(fullest) <= most_pages:
        return fullest
    low, high = 1, len(rooms) - 1
    while low < high:
        middle = (low + high) // 2
        if n_pages(compose(rooms[middle])) <= most_pages:
            high = middle
        else:
            low = middle + 1
    return compose(rooms[low])


def easiest(compose: Callable[[float], PrintedDocument]) -> PrintedDocument:
    """The document in the largest letters that need no more pages than the smallest."""
    documents = [compose(points) for points in _POINTS]
    pages = [n_pages(document) for document in documents]
    return documents[pages.index(pages[-1])]


def shortened(items: Sequence[Item], most: int) -> tuple[Sequence[Item], int]:
    """The first items and how many are left; its mention never stands in the place of one alone."""
    if len(items) <= most + 1:
        return items, 0
    return items[:most], len(items) - most


def more_row(
    n_left: int, n_columns: int, language: str, *, at: int = 0
) -> tuple[tuple[Cell, ...], ...]:
    """A row that says in column `at` how many more there are; none when nothing was left out."""
    if not n_left:
        return ()
    row = [Cell(text="")] * n_columns
    row[at] = Cell(text=plural("fiche.more", n_left, language))
    return (tuple(row),)
