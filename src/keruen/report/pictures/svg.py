"""Drawing: shapes and text, written as SVG with the same bytes each time.

Knows nothing of terminals and languages. Every picture carries its title and description for those
who cannot see it. All text that is given is escaped here, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from keruen.report.fonts import STACK, text_width
from keruen.report.pictures.colours import INK, PAPER

WIDTH: Final = 720.0
"""Every picture is this wide: the width of the text on A4 and on a small screen."""
TEXT: Final = 13.0
SMALL: Final = 11.5

_WIDE_FROM: Final = 0x2E80
"""From this code point on letters are Chinese, and a line may break between them."""
_NEVER_FIRST: Final = tuple("，。、；：）」》")

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A finished drawing.

    Parameters
    ----------
    svg : the drawing, one ``<svg>`` element.
    title : what it is; unique in a report.
    description : what one sees, for a reader who does not.
    """

    svg: str
    title: str
    description: str


@dataclass(slots=True)
class Drawing:
    """A sheet of `WIDTH` by `height` on which shapes are put one after the other."""

    height: float = 100.0
    width: float = WIDTH
    _parts: list[str] = field(default_factory=list)

    def rect(
        self,
        at: tuple[float, float],
        size: tuple[float, float],
        fill: str = "none",
        *,
        stroke: str = "",
        hint: str = "",
        moving: str = "",
    ) -> None:
        """A rectangle from its upper left corner; `hint` is shown when pointed at.

        `moving` is SVG that changes its attributes in time (`pictures.yard_film`).
        """
        shape = (
            f'<rect x="{_n(at[0])}" y="{_n(at[1])}" width="{_n(size[0])}" '
            f'height="{_n(size[1])}" fill="{fill}"{_stroke(stroke)}'
        )
        inside = f"<title>{escape(hint)}</title>{moving}" if hint else moving
        self._parts.append(f"{shape}>{inside}</rect>" if inside else f"{shape}/>")

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        stroke: str = INK,
        *,
        width: float = 1.0,
        dash: str = "",
    ) -> None:
        """A straight line; `dash` as in ``stroke-dasharray``."""
        self.path(
            f"M{_n(start[0])} {_n(start[1])}L{_n(end[0])} {_n(end[1])}",
            stroke=stroke,
            width=width,
            dash=dash,
        )

    def path(
        self,
        d: str,
        *,
        fill: str = "none",
        stroke: str = "",
        width: float = 1.0,
        dash: str = "",
        opacity: float = 1.0,
    ) -> None:
        """A path in SVG's own words."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        veil = f' opacity="{_n(opacity)}"' if opacity < 1 else ""
        self._parts.append(f'<path d="{d}" fill="{fill}"{_stroke(stroke, width)}{dashes}{veil}/>')

    def dot(self, at: tuple[float, float], radius: float, fill: str, stroke: str = "") -> None:
        """A filled circle."""
        self._parts.append(
            f'<circle cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}" '
            f'fill="{fill}"{_stroke(stroke)}/>'
        )

    def text(
        self,
        at: tuple[float, float],
        words: str,
        *,
        size: float = TEXT,
        anchor: Anchor = "start",
        fill: str = INK,
        is_bold: bool = False,
    ) -> None:
        """Words on one line; `at` is on the base line."""
        weight = ' font-weight="700"' if is_bold else ""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(
            f'<text x="{_n(at[0])}" y="{_n(at[1])}" font-size="{_n(size)}"{place}{weight} '
            f'fill="{fill}">{escape(words)}</text>'
        )

    def open_halo(self) -> None:
        """Texts that follow, up to `close_group`, have paper around them: read over lines."""
        self._parts.append(
            f'<g stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
        )

    def open_group(self, moving: str, *, is_hidden: bool) -> None:
        """What follows, up to `close_group`, is shown or hidden as `moving` says."""
        veil = ' visibility="hidden"' if is_hidden else ""
        self._parts.append(f"<g{veil}>{moving}")

    def close_group(self) -> None:
        """End what `open_group` or `open_halo` began."""
        self._parts.append("</g>")

    def finish(self, title: str, description: str) -> Picture:
        """The drawing as a picture with its words."""
        body = "\n".join(self._parts)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} '
            f'{_n(self.height)}" role="img" font-family="{STACK}">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>\n{body}\n</svg>"
        )
        return Picture(svg=svg, title=title, description=description)


def draw_legend(
    sheet: Drawing, entries: Sequence[tuple[str, str]], top: float, width: float
) -> float:
    """Names with their colours, side by side as far as they fit; returns where they end."""
    x, y = 0.0, top
    for name, colour in entries:
        needed = 25 + text_width(name, TEXT)
        if x > 0 and x + needed > width:
            x, y = 0.0, y + 21
        sheet.rect((x, y), (18, 12), colour)
        sheet.text((x + 25, y + 10.5), name)
        x += needed + 24
    return y + 21


def escape(words: str) -> str:
    """Words as XML and HTML text or attribute; control characters become spaces.

    Examples
    --------
    >>> escape('<b> & "')
    '&lt;b&gt; &amp; &quot;'
    """
    clean = "".join(letter if letter >= " " or letter in "\n\t" else " " for letter in words)
    for letter, entity in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"), ("'", "#39")):
        clean = clean.replace(letter, f"&{entity};")
    return clean


def fitted(words: str, room: float, size: float = TEXT) -> str:
    """The words, shortened with an ellipsis when they are wider than `room`."""
    if text_width(words, size) <= room:
        return words
    while words and text_width(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip(" ,;:(–-") + "…"


def wrapped(words: str, room: float, size: float = TEXT, most: int = 2) -> list[str]:
    """The words on at most `most` lines, each within `room`."""
    lines: list[str] = []
    rest = words
    while rest and len(lines) < most - 1 and text_width(rest, size) > room:
        cut = _break(rest, room, size)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, fitted(rest, room, size)] if rest else lines


def _break(words: str, room: float, size: float) -> int:
    """Where to break: behind a blank or dash, before a bracket, or between Chinese letters.

    Between Chinese letters when all else would leave half of the line empty; no line begins with a
    stop or a closing bracket.
    """
    fits = next((n for n in range(len(words), 0, -1) if text_width(words[:n], size) <= room), 1)
    blank = words.rfind(" ", 1, fits + 1)
    dash = max(words.rfind("–", 1, fits), words.rfind("—", 1, fits))
    cut = max(blank + 1, dash + 1, words.rfind("（", 1, fits))
    is_chinese = all(ord(letter) >= _WIDE_FROM for letter in words[fits - 1 : fits + 1])
    if cut <= 1 or (is_chinese and cut < fits / 2):
        return fits - 1 if fits > 2 and words[fits : fits + 1] in _NEVER_FIRST else fits
    return cut


def _stroke(stroke: str, width: float = 1.0) -> str:
    if not stroke:
        return ""
    return f' stroke="{stroke}"' + (f' stroke-width="{_n(width)}"' if width != 1 else "")


def _n(value: float) -> str:
    """A coordinate with at most two decimals, never ``-0``."""
    written = f"{round(float(value), 2) + 0.0:.2f}".rstrip("0").rstrip(".")
    return written or "0"


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """Straight lines from point to point in the words of a path."""
    return "M" + "L".join(point(x, y) for x, y in points)


def point(x: float, y: float) -> str:
    """A point in the words of a path."""
    return f"{_n(x)} {_n(y)}"
