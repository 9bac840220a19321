"""Cuts a font down to letters: the same bytes each time, on every machine."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Literal


def cut(original: Path, letters: Iterable[int], form: Literal["ttf", "woff2"]) -> bytes:
    """The font with these letters alone, as far as it has them.

    Parameters
    ----------
    original : the whole font.
    letters : code points.
    form : TrueType for PDFs, WOFF2 for pages.
    """
    from fontTools import subset  # noqa: PLC0415 - brought only for this
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    # Typst ignores hints, and screens of today do too.
    options.hinting = False
    options.notdef_outline = True
    # Name, version, trademark and licence of the font stay in it, as the licence asks.
    options.name_IDs = ["*"]
    # Where a picture has a sign of the Chinese font, Typst shapes the whole line with both fonts
    # and takes it letter by letter: "fi" as one shape in one font and two in the other refuses
    # the PDF.
    options.layout_features = [name for name in options.layout_features if name != "liga"]
    # Another library would pack the same tables in another way where it happens to be installed.
    options.harfbuzz_repacker = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(letters))
    with TTFont(original, recalcTimestamp=False) as font:
        cutter.subset(font)
        font.flavor = None if form == "ttf" else form
        file = io.BytesIO()
        font.save(file)
    return file.getvalue()


def letters_of(font_file: bytes) -> frozenset[int]:
    """Code points that a font file has a shape for."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - brought only for this

    with TTFont(io.BytesIO(font_file)) as font:
        return frozenset(font.getBestCmap())


def css_ranges(letters: Iterable[int]) -> str:
    """Code points as `unicode-range` of CSS writes them."""
    ranges: list[list[int]] = []
    for letter in sorted(letters):
        if ranges and letter == ranges[-1][1] + 1:
            ranges[-1][1] = letter
        else:
            ranges.append([letter, letter])
    return ", ".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in ranges)
