"""The fonts of the report: where they lie, how wide a text is, small parts to embed.

Noto Sans (Latin, Cyrillic with the Kazakh letters) and Noto Sans SC (Chinese in mainland forms, and
marks such as ✓), under the SIL Open Font License, are made when Keruen is built (`fonts/` of the
checkout) and lie in the package; none is committed. No font of the reader's system is ever used, so
that a report looks the same everywhere.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from keruen.errors import InputError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY: Final = "Noto Sans"
FAMILY_CHINESE: Final = "Noto Sans SC"
STACK: Final = f"'{FAMILY}', '{FAMILY_CHINESE}', sans-serif"

FOLDER: Final = Path(str(files("keruen.report").joinpath("font_files")))
"""Where the font files lie, and nothing else."""
_FILES: Final = {
    (FAMILY, "400"): "NotoSans-Regular.ttf",
    (FAMILY, "700"): "NotoSans-Bold.ttf",
    (FAMILY_CHINESE, "400"): "NotoSansSC-Regular.ttf",
}

_WIDE_FROM: Final = 0x2E80
"""From this code point on letters are taken as one em wide."""
_BOLD_WIDENS: Final = 1.08


def font_file(family: str, weight: str = "400") -> Path:
    """The file of a font family in one weight, 400 or 700 as CSS counts them.

    Raises
    ------
    InputError
        When it is missing: a checkout in which the fonts were not made, or a broken installation.
    """
    path = FOLDER / _FILES[family, weight]
    if not path.is_file():
        raise InputError("error.font_missing", font=family, command="python -m fonts")
    return path


def letters(family: str) -> frozenset[int]:
    """Code points that a font can draw."""
    return frozenset(_open(family).getBestCmap())


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """How wide a text is, in the unit of `size`; right to about two hundredths."""
    widths, em = _widths()
    units = sum(
        em if ord(letter) >= _WIDE_FROM else widths.get(ord(letter), em // 2) for letter in text
    )
    return units / em * size * (_BOLD_WIDENS if is_bold else 1.0)


def embedded_fonts(text: str) -> list[tuple[str, str, str]]:
    """The fonts that `text` needs, cut down to its letters.

    Returns
    -------
    Family, weight as CSS writes it, and the WOFF file in Base64, one for each font.
    """
    latin = letters(FAMILY)
    wanted = {ord(letter) for letter in text if letter.isprintable()} | {0x20, 0xA0}
    own = tuple(sorted(wanted & latin))
    faces = [(FAMILY, weight, _subset(FAMILY, weight, own)) for weight in ("400", "700")]
    chinese = tuple(sorted((wanted - latin) & letters(FAMILY_CHINESE)))
    if chinese:
        faces.append((FAMILY_CHINESE, "400", _subset(FAMILY_CHINESE, "400", chinese)))
    return faces


def _subset(family: str, weight: str, code_points: tuple[int, ...]) -> str:
    from fontTools import subset  # noqa: PLC0415 - slow to import

    font = _read(family, weight)
    _cut(font, subset, code_points)
    font.flavor = "woff"
    file = io.BytesIO()
    font.save(file)
    return base64.b64encode(file.getvalue()).decode("ascii")


def _cut(font: TTFont, subset: ModuleType, code_points: tuple[int, ...]) -> None:
    options = subset.Options(hinting=False, desubroutinize=True, notdef_outline=True)
    options.layout_features = ["locl", "ccmp"]
    # Kerning would cost more time than all the rest, and few readers would see it.
    options.drop_tables += ["GPOS", "GDEF"]
    options.name_IDs = [1, 2, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=code_points)
    cutter.subset(font)


@cache
def _open(family: str) -> TTFont:
    """The font for looking up; never changed."""
    return _read(family, "400")


def _read(family: str, weight: str) -> TTFont:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow to import

    # From memory, so that no file stays open while the tables are read one by one.
    file = io.BytesIO(font_file(family, weight).read_bytes())
    return TTFont(file, lazy=True, recalcTimestamp=False)


@cache
def _widths() -> tuple[dict[int, int], int]:
    font = _open(FAMILY)
    metrics = font["hmtx"].metrics
    widths = {code: metrics[name][0] for code, name in font.getBestCmap().items()}
    return widths, font["head"].unitsPerEm
