"""Labels on a map: where each fits without lying on another, the important ones first.

Knows boxes and lines on the sheet; knows no words and draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["start", "middle", "end"]

_TURNS: Final[tuple[tuple[float, float, Side], ...]] = (
    (1.0, 0.0, "start"),
    (-1.0, 0.0, "end"),
    (0.8, -0.8, "start"),
    (0.8, 0.8, "start"),
    (-0.8, -0.8, "end"),
    (-0.8, 0.8, "end"),
    (0.0, -1.0, "middle"),
    (0.0, 1.0, "middle"),
)
"""Where a label may stand about its point, the best place first."""

_REACHES: Final = (1.0, 2.2, 3.6)
"""How far from the point a label may stand, in units of its gap; the nearest first."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two have an area in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def holds_point(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.left < x < self.right and self.top < y < self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A label that wants a place: its point, its size and the gap between them.

    `may_wander` allows places further off, for labels that must not be left out.
    """

    x: float
    y: float
    width: float
    height: float
    gap: float
    may_wander: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a label stands, and to which of its sides its lines are drawn."""

    box: Box
    side: Side
    reach: float


def place_labels(
    wanted: Sequence[Wanted],
    obstacles: Sequence[Box],
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]],
    frame: Box,
) -> list[Placed | None]:
    """A place for each label, or none where it would lie on something.

    Parameters
    ----------
    wanted : the most important first: each is placed before the next is looked at.
    obstacles : what no label may cover.
    lines : what a label covers only when it must.
    frame : no label reaches beyond it.

    Returns
    -------
    One for each label, in the same order; boxes of placed labels never overlap.
    """
    taken = list(obstacles)
    found: list[Placed | None] = []
    for label in wanted:
        free = [
            (_covered(place.box, lines) + 1.5 * (place.reach - 1), n, place)
            for n, place in enumerate(_places(label))
            if frame.holds(place.box) and not any(place.box.meets(box) for box in taken)
        ]
        if not free:
            found.append(None)
            continue
        best = min(free, key=lambda one: one[:2])[2]
        taken.append(best.box)
        found.append(best)
    return found


def _places(label: Wanted) -> Iterator[Placed]:
    for reach in _REACHES if label.may_wander else _REACHES[:1]:
        for east, south, side in _TURNS:
            x, y = label.x + east * label.gap * reach, label.y + south * label.gap * reach
            left = {"start": x, "middle": x - label.width / 2, "end": x - label.width}[side]
            top = y - label.height / 2
            if side == "middle":
                top = y - label.height if south < 0 else y
            box = Box(left, top, left + label.width, top + label.height)
            yield Placed(box=box, side=side, reach=reach)


def _covered(box: Box, lines: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> float:
    """How much of the lines lies under a box."""
    covered = 0.0
    for (x0, y0), (x1, y1) in lines:
        if max(x0, x1) < box.left or min(x0, x1) > box.right:
            continue
        if max(y0, y1) < box.top or min(y0, y1) > box.bottom:
            continue
        covered += _part_inside(box, (x0, y0), (x1, y1))
    return covered


def _part_inside(box: Box, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Length of a line inside a box, as a share of the box's width and height together.

    Liang and Barsky (1984), "A new concept and method for line clipping".
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    low, high = 0.0, 1.0
    for step, room in (
        (-dx, start[0] - box.left),
        (dx, box.right - start[0]),
        (-dy, start[1] - box.top),
        (dy, box.bottom - start[1]),
    ):
        if step == 0:
            if room < 0:
                return 0.0
            continue
        at = room / step
        if step < 0:
            low = max(low, at)
        else:
            high = min(high, at)
    length = float((dx * dx + dy * dy) ** 0.5) * max(high - low, 0.0)
    return length / (box.right - box.left + box.bottom - box.top)
