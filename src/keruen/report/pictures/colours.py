"""Colours that stay apart for colour-blind readers and in grey print.

Cases take the palette of Okabe and Ito (2008, "Color universal design"); shares take the scale
*YlGnBu* (Harrower and Brewer 2003, "ColorBrewer.org"): almost paper when empty, dark when full.
"""

from __future__ import annotations

from typing import Final

INK: Final = "#1a1a1a"
BLACK: Final = "#000000"
SOFT_INK: Final = "#4d4d4d"
GRID: Final = "#d9d9d9"
FRAME: Final = "#8c8c8c"
PAPER: Final = "#ffffff"
EMPTY: Final = "#f2f2f2"
ALERT: Final = "#a8200d"

CASES: Final = ("#0072b2", "#d55e00", "#007a5a", "#8f4f86", "#56788c", "#8a6d00")
"""One for each case, in order; repeated when there are more."""

KINDS: Final = {"import": "#0072b2", "export": "#d55e00", "transit": "#007a5a", "empty": "#7a7a7a"}
"""One for each kind of flow."""

_SCALE: Final = (
    (255, 255, 217),
    (237, 248, 177),
    (199, 233, 180),
    (127, 205, 187),
    (65, 182, 196),
    (29, 145, 192),
    (34, 94, 168),
    (37, 52, 148),
    (8, 29, 88),
)


def case_colour(index: int) -> str:
    """The colour of the case at `index`."""
    return CASES[index % len(CASES)]


def share_colour(value: float) -> str:
    """The colour of a share between 0 (light) and 1 (dark)."""
    place = min(max(value, 0.0), 1.0) * (len(_SCALE) - 1)
    low = min(int(place), len(_SCALE) - 2)
    part = place - low
    mixed = (round(a + (b - a) * part) for a, b in zip(_SCALE[low], _SCALE[low + 1], strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read better on `colour`.

    The full black, not `INK`: in the middle of the scale only that reaches a contrast of 4.5.
    """
    return BLACK if contrast(BLACK, colour) >= contrast(PAPER, colour) else PAPER


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
