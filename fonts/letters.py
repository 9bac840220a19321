"""Which letters each font file keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

_PRINTED: Final = (
    (0x0020, 0x052F),  # Latin, Greek, all of Cyrillic
    (0x1AB0, 0x1AFF),
    (0x1C80, 0x1C8F),
    (0x1D00, 0x23FF),  # further Latin and Greek, punctuation, signs of money (₸), №
    (0x2C60, 0x2C7F),
    (0x2DE0, 0x2E7F),
    (0xA640, 0xA7FF),
    (0xFB00, 0xFB06),
    (0xFE00, 0xFE2F),
    (0xFFFC, 0xFFFD),  # the mark that stands for a letter without a shape
)
_SIGNS_OF_CHINESE: Final = ((0x2000, 0x33FF), (0xFE10, 0xFE6F), (0xFF00, 0xFFEF))
_ON_PAGES: Final = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x0400, 0x045F),
    (0x0490, 0x0493),
    (0x2010, 0x2027),
    (0x202F, 0x203A),
)
_KAZAKH_AND_SIGNS: Final = "ҚқҢңҮүҰұҺһӘәӨө€₸₽№™−₂Σ"

MARKS: Final = "←↑→↓√≈≤≥─■▲▼○●✓"
NAME_OF_CHINESE: Final = "中文"
"""What pages of every language show and Noto Sans lacks: signs, and the Chinese name of Chinese.

In a file of their own, so that a Kazakh page does not fetch the Chinese font for one tick. The name
is in the Chinese font as well: a Chinese heading in bold is not to have two thin letters."""


def printed_letters() -> frozenset[int]:
    """Of Noto Sans in PDFs and reports: all but the Indian letters."""
    return frozenset(_within(_PRINTED))


def printed_chinese() -> frozenset[int]:
    """Of Noto Sans SC in PDFs and reports: the characters of GBK, and signs.

    GB 2312 would be two thirds smaller, but lacks letters of given names (玥, 喆, 堃) and of
    places: on a paper that people sign, a name must not have a hole.
    """
    return frozenset(_within(_SIGNS_OF_CHINESE)) | frozenset(_two_bytes("gbk"))


def page_letters() -> frozenset[int]:
    """Of Noto Sans on pages: Latin, Russian, Kazakh, and the signs between them."""
    return frozenset(_within(_ON_PAGES)) | frozenset(map(ord, _KAZAKH_AND_SIGNS))


def page_chinese() -> frozenset[int]:
    """Of Noto Sans SC on pages: what the Chinese catalogue and the demonstration's list say.

    Without what other files have. A Chinese reader's system has a font; this one is for a machine
    that lacks it, and small enough for the first page.
    """
    package = ROOT / "src/keruen"
    words = "".join(
        word
        for path in (package / "i18n/catalogue/zh").glob("*.json")
        for word in json.loads(path.read_text(encoding="utf-8")).values()
    )
    demonstration = _characters((package / "register/packaged").glob("*.toml"))
    said = frozenset(ord(letter) for letter in words if letter.isprintable())
    return (said | demonstration) - page_letters() - frozenset(map(ord, MARKS))


def page_places() -> frozenset[int]:
    """Of Noto Sans SC on pages, in a file of its own: the packaged scenarios, names of places."""
    packaged = _characters((ROOT / "src/keruen/scenario/packaged").glob("**/*.toml"))
    return packaged - page_chinese() - page_letters() - frozenset(map(ord, MARKS))


def _characters(paths: Iterable[Path]) -> frozenset[int]:
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    return frozenset(ord(letter) for letter in text if "\u3001" <= letter <= "\uffee")


def _within(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def _two_bytes(codec: str) -> Iterator[int]:
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                yield ord(bytes((lead, trail)).decode(codec))
            except UnicodeDecodeError:
                continue
