"""From bytes to text: which encoding an office's program wrote a table in.

Knows encodings and the alphabets of four languages; knows no rows. UTF-8 and UTF-16 show what they
are. The code pages accept nearly any bytes, so what comes out decides: a code page is taken only
when it alone gives words of its language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keruen.errors import InputError, UsageError

ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1251": "Windows-1251",
    "kz1048": "KZ-1048",
    "ptcp154": "PTCP154",
    "gb18030": "GB 18030",
}
"""Codec of Python → the name that people know, for every encoding that can be asked for."""

_RUSSIAN: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_KAZAKH: Final = _RUSSIAN + "әғқңөұүһі"
_CODE_PAGES: Final = ("cp1251", "kz1048", "ptcp154", "gb18030")
"""In this order: where several give the same text, the first one's name is said."""

_LEAST_SHARE: Final = 0.95
"""So many of the words must be words: a few foreign names may stand in any list."""
_LEAST_COMMON: Final = 0.04
"""Ordinary Chinese has far more of the commonest characters; Cyrillic bytes read as Chinese give
rare characters."""
_EXCERPT_LETTERS: Final = 40

_COMMONEST: Final = frozenset(
    "的一是不在人有了中国大和年上月日为项目标题承诺来源文件面期货物铁路物流作工程市建设出口小麦农产品"
    "仓库场地区省州运输量单位金额称名义务方截止条件依据说明备注类型部门双合第二三四五个无与及至从"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and the encoding that it was read in (a key of `ENCODINGS`)."""

    text: str
    encoding: str


def check_encoding(encoding: str) -> None:
    """Refuse an encoding that cannot be asked for; empty is to find it out.

    Raises
    ------
    UsageError
        Naming those that can.
    """
    if encoding and encoding not in ENCODINGS:
        listed = ", ".join(ENCODINGS)
        raise UsageError("error.unknown_encoding", encoding=encoding, known=listed)


def decoded(content: bytes, *, place: str, encoding: str = "") -> Decoded:
    """The text of a table, in whichever encoding it was written.

    Parameters
    ----------
    content : the bytes of the whole file.
    place : name of the file, for messages.
    encoding : key of `ENCODINGS` that settles what the bytes leave open; empty to find out.

    Raises
    ------
    InputError
        When the bytes are no text in the encoding that was asked for, or fit several or none.
    """
    if encoding:
        text = _in_encoding(content, "utf-8-sig" if encoding == "utf-8" else encoding)
        if text is None:
            name = ENCODINGS[encoding]
            raise InputError("error.table_not_in_encoding", place=place, encoding=name)
        return Decoded(text, encoding)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _in_encoding(content, "utf-16")
        return _sure(text, "utf-16", place)
    if b"\x00" in content:
        return _sure(_utf_16_without_mark(content), "utf-16", place)
    text = _in_encoding(content, "utf-8-sig")
    if text is not None:
        return Decoded(text, "utf-8")
    return _in_code_page(content, place)


def _sure(text: str | None, encoding: str, place: str) -> Decoded:
    if text is None:
        raise InputError("error.sheet_encoding", place=place)
    return Decoded(text, encoding)


def _utf_16_without_mark(content: bytes) -> str | None:
    """Tables have many blanks, marks and digits: their zero bytes say which end comes first."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    return _in_encoding(content, "utf-16-be" if even > odd else "utf-16-le")


def _in_code_page(content: bytes, place: str) -> Decoded:
    readings: dict[str, str] = {}
    for codec in _CODE_PAGES:
        text = _in_encoding(content, codec)
        is_word = _is_chinese if codec == "gb18030" else _is_cyrillic
        # Russian alone reads the same in three of them: that is one reading, not three.
        if text is not None and is_word(text) and text not in readings.values():
            readings[codec] = text
    if not readings:
        raise InputError("error.sheet_encoding", place=place)
    if len(readings) > 1:
        (one, first), (other, second) = list(readings.items())[:2]
        raise InputError(
            "error.table_two_encodings",
            place=place,
            one=ENCODINGS[one],
            first=_difference(first, second),
            other=ENCODINGS[other],
            second=_difference(second, first),
        )
    ((codec, text),) = readings.items()
    return Decoded(text, codec)


def _difference(text: str, other: str) -> str:
    """The first words of a reading in which it differs from another one."""
    mine = re.findall(r"[^\s;,\t]+", text)
    theirs = set(re.findall(r"[^\s;,\t]+", other))
    different = [word for word in mine if word not in theirs]
    return " ".join(different)[:_EXCERPT_LETTERS]


def _in_encoding(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


_CYRILLIC_WORD: Final = re.compile(
    rf"[«“„(\"']*(?:[{_KAZAKH.upper()}]?[{_KAZAKH}]+|[{_KAZAKH.upper()}]+)(?:-[{_KAZAKH}{_KAZAKH.upper()}]+)*"
    rf"[»”“)…\"'.:!?]*|[№«»–—“”…°·•±§©®™]+"
)


def _is_cyrillic(text: str) -> bool:
    """All Cyrillic letters are Russian or Kazakh, and nearly all words are made of them.

    One letter of another Cyrillic alphabet (``кґпірі``) is a sign of the wrong code page.
    """
    cyrillic = {letter for letter in text.casefold() if "\u0400" <= letter <= "\u04ff"}
    if cyrillic - set(_KAZAKH):
        return False
    words = [word.strip("0123456789.,:;!?()/%*-") for word in re.findall(r"[^\s;,\t]+", text)]
    words = [word for word in words if not word.isascii()]
    fitting = sum(_CYRILLIC_WORD.fullmatch(word) is not None for word in words)
    return fitting >= _LEAST_SHARE * len(words) > 0


def _is_chinese(text: str) -> bool:
    """Letters of the first Chinese standard, among them the commonest at more than a trace."""
    letters = [letter for letter in text if ord(letter) > 0x7F]
    usual = [letter for letter in letters if _is_gb2312(letter)]
    chinese = [letter for letter in letters if "\u4e00" <= letter <= "\u9fff"]
    common = sum(letter in _COMMONEST for letter in chinese)
    return (
        len(usual) >= _LEAST_SHARE * len(letters)
        and bool(chinese)
        and common >= _LEAST_COMMON * len(chinese)
    )


def _is_gb2312(letter: str) -> bool:
    try:
        return len(letter.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
