"""What in a text points to a person: telephone, mail, number of a person, a name that is addressed.

Knows single texts; knows nothing of fields and of who may say what. A list that only grows cannot
forget, so this errs on the side of asking: how often it does is measured in
``tests/unit/tabular/test_tabular_persons.py``.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

PersonalKind = Literal["phone", "mail", "iin", "chinese_id", "name", "link"]
REMOVED: Final = "[▮▮▮]"
"""Stands in every language where something was left out."""

# No letter, digit or hyphen beside it: fingerprints and ids of entries are full of digits.
_BEFORE: Final = r"(?<![0-9A-Za-z\-])"
_AFTER: Final = r"(?![0-9A-Za-z])"
_GAP: Final = r"[ \u00a0]?[\-‐-―]?[ \u00a0]?"

_IIN: Final = re.compile(rf"{_BEFORE}\d{{6}}[ \-]?\d{{6}}{_AFTER}")
_CHINESE_ID: Final = re.compile(rf"{_BEFORE}\d{{6}}[ \-]?\d{{8}}[ \-]?\d{{3}}[\dXx]{_AFTER}")
# At most 64 letters before the sign, as RFC 5321 says (4.5.3.1.1): with no end to them, each letter
# of a long word is tried to its end, and one word of a megabyte takes an hour.
_MAIL: Final = re.compile(
    r"[\w.+\-]{1,64}(?:@|\s?[\[(](?:at|собака|эт)[\])]\s?)[\w\-]+(?:\.[\w\-]+)+", re.IGNORECASE
)
_LINK: Final = re.compile(
    r"(?<![\w])(?:"
    r"(?!https?:)[a-z][a-z0-9+.\-]{1,20}://\S+"
    r"|(?:mailto|tel|sms|callto|skype|viber|whatsapp|tg|weixin|javascript|vbscript|file|data):"
    r"(?=\S)\S+"
    r"|(?:t\.me|wa\.me)/\S+"
    r"|\\\\[\w.\-]+\\\S+"
    r")",
    re.IGNORECASE,
)

_PHONES: Final = (
    # With the code of a country.
    re.compile(
        rf"(?:(?<![\w+])\+|{_BEFORE}00[ \-]?)"
        rf"[1-9](?:[ \u00a0]?[()\-‐-―.]?[ \u00a0]?\d){{8,14}}{_AFTER}"
    ),
    # Of Kazakhstan and Russia: 8, the code, seven digits or fewer.
    re.compile(
        rf"{_BEFORE}8{_GAP}(?:\(\d{{3,5}}\)|\d{{3,5}}){_GAP}\d{{1,3}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_AFTER}"
    ),
    # Of China: a mobile, and a line with the code of its city.
    re.compile(rf"{_BEFORE}1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}{_AFTER}"),
    re.compile(rf"{_BEFORE}(?:0\d{{2,3}}[\-‐-―]|[(（]0\d{{2,3}}[)）]\s?)\d{{7,8}}{_AFTER}"),
    # Of whatever form, where a word says that it is one.
    re.compile(
        r"(?:\b(?:тел|телефон\w*|моб|ұялы|факс|phone|tel|mobile|cell|fax)\b|电话|手机|传真|联系方式)"
        r"[^\d\n]{0,12}(?:\d[ ()\-‐-―\u00a0]{0,2}){4,14}\d",
        re.IGNORECASE,
    ),
)
_GROUPED: Final = re.compile(r"\+?\d{1,3}(?:[ \u00a0]\d{3})+")
"""Thousands are written so: an amount, unless it begins as a country's code of three digits."""
_LONG_CODE: Final = re.compile(r"\+(?:37\d|38\d|85\d|88\d|99\d)\b")
_MOBILE: Final = re.compile(r"87(?:0\d|47|[67]\d)\d{7}")
"""Eleven digits without a gap: only these codes are a telephone and no amount."""

_CAPITAL: Final = r"[А-ЯЁӘҒҚҢӨҰҮҺІ]"
_SMALL: Final = r"[а-яёәғқңөұүһі]"
_CYRILLIC_NAME: Final = (
    rf"(?:{_CAPITAL}\.[ \u00a0]?){{0,2}}{_CAPITAL}{_SMALL}+(?:-{_CAPITAL}{_SMALL}+)?"
)
_SURNAMES: Final = (
    "欧阳|司马|上官|诸葛|王|李|张|刘|陈|杨|黄|赵|吴|周|徐|孙|马|朱|胡|郭|何|林|高|罗|郑|梁|谢|宋|唐|许|韩|邓|冯|曹|"
    "彭|曾|肖|田|董|潘|袁|蔡|蒋|余|于|杜|叶|程|魏|苏|吕|丁|任|卢|姚|沈|钟|姜|崔|谭|陆|范|汪|廖|石|金|韦|贾|夏|付|方|"
    "邹|熊|白|孟|秦|邱|侯|江|尹|薛|闫|段|雷|龙|黎|史|陶|贺|毛|郝|顾|龚|邵|万|覃|武|钱|戴|严|莫|孔|向|常|汤|康"
)
_NAMES: Final = (
    re.compile(
        r"\b(?:[Гг]осподин(?:а|у|ом|е)?|[Гг]оспож(?:а|и|е|у|ой)|[Гг]-(?:н|на|ну|ном|не|жа|жи|же|жу|жой)"
        r"|[Тт]оварищ(?:а|у|ем|е)?|[Тт]ов\.|[Гг]ражданин(?:а|у|ом|е)?|[Гг]ражданк(?:а|и|е|у|ой))"
        rf"[ \u00a0]+{_CYRILLIC_NAME}(?:[ \u00a0]{_CYRILLIC_NAME}){{0,2}}"
    ),
    re.compile(
        rf"\b{_CYRILLIC_NAME}(?:[ \u00a0]{_CYRILLIC_NAME})?[ \u00a0]+"
        rf"(?:мырза|ханым)(?:{_SMALL}+)?\b"
    ),
    re.compile(rf"(?:{_SURNAMES})[\u4e00-\u9fff]{{0,2}}(?:先生|女士|小姐|同志)"),
    re.compile(
        r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam|Dame)\b\.?[ \u00a0]+"
        r"(?:[A-Z]\.[ \u00a0]?){0,2}[A-Z][a-z][\w'’\-]*(?:[ \u00a0][A-Z][a-z][\w'’\-]*){0,2}"
    ),
)
_MARKS: Final = (
    *("@", "＠", "(at)", "[at]", "собака", "://", "mailto:", "tel:", "sms:", "callto:", "skype:"),
    *("viber:", "whatsapp:", "tg:", "weixin:", "javascript:", "vbscript:", "file:", "data:"),
    *("t.me/", "wa.me/", "\\\\", "господин", "госпож", "г-н", "г-ж", "товарищ", "тов."),
    *("граждан", "мырза", "ханым", "先生", "女士", "小姐", "同志", "mr", "ms", "miss", "mx", "dr"),
    *("prof", "sir", "madam", "dame"),
)
_MARK: Final = re.compile("|".join(map(re.escape, _MARKS)))
_FIVE_DIGITS: Final = re.compile(r"\d(?:\D{0,3}\d){4}")
"""A text without these and without a mark has nothing to be found: most are told so at once."""


_WEIGHT: Final[Mapping[PersonalKind, int]] = {
    "link": 0,
    "mail": 1,
    "chinese_id": 2,
    "iin": 3,
    "phone": 4,
    "name": 5,
}
"""Of two readings that overlap the one with more form wins: a number with a check digit is none of
a telephone."""


@dataclass(frozen=True, slots=True)
class Personal:
    """A part of a text that points to a person: letters from `first` up to `end`, without it."""

    kind: PersonalKind
    first: int
    end: int


def personal_parts(text: str) -> tuple[Personal, ...]:
    """Parts of a text that point to a person, in order; none overlaps another.

    Examples
    --------
    >>> [one.kind for one in personal_parts("тел. 8 (7142) 00-00-00, info@example.org")]
    ['phone', 'mail']
    >>> personal_parts("400 000 000 KZT, 2027-12-31, https://example.org/a")
    ()
    """
    small = text.lower()
    if not _MARK.search(small) and not _FIVE_DIGITS.search(text):
        return ()
    plain = _one_width(text)
    found: list[Personal] = []
    taken = bytearray(len(plain))
    for one in sorted(_all_parts(plain), key=lambda part: (_WEIGHT[part.kind], part.first)):
        if 1 not in taken[one.first : one.end]:
            taken[one.first : one.end] = b"\1" * (one.end - one.first)
            found.append(one)
    return tuple(sorted(found, key=lambda part: part.first))


def without_persons(text: str) -> str:
    """The text with `REMOVED` in place of every part that points to a person.

    Examples
    --------
    >>> without_persons("Write to info@example.org.")
    'Write to [▮▮▮].'
    """
    kept, at = [], 0
    for part in personal_parts(text):
        kept += [text[at : part.first], REMOVED]
        at = part.end
    return "".join([*kept, text[at:]])


def _one_width(text: str) -> str:
    """Full-width letters and digits as plain ones, each in its place."""
    wide = (unicodedata.normalize("NFKC", one) if one > "\u00ff" else one for one in text)
    return "".join(plain if len(plain) == 1 else own for own, plain in zip(text, wide, strict=True))


def _all_parts(text: str) -> Iterator[Personal]:
    for match in _LINK.finditer(text):
        yield _part("link", match)
    for match in _MAIL.finditer(text):
        yield _part("mail", match)
    for match in _CHINESE_ID.finditer(text):
        if is_chinese_id(re.sub(r"[ \-]", "", match[0])):
            yield _part("chinese_id", match)
    for match in _IIN.finditer(text):
        if is_iin(re.sub(r"[ \-]", "", match[0])):
            yield _part("iin", match)
    for pattern in _PHONES:
        yield from (_part("phone", match) for match in pattern.finditer(text) if _is_phone(match))
    for pattern in _NAMES:
        yield from (_part("name", match) for match in pattern.finditer(text))


def _part(kind: PersonalKind, match: re.Match[str]) -> Personal:
    words = match[0].rstrip(".,;:!?)»”\"'")
    return Personal(kind, match.start(), match.start() + len(words))


def _is_phone(match: re.Match[str]) -> bool:
    words = match[0]
    if _GROUPED.fullmatch(words) and not _LONG_CODE.match(words):
        return False
    if words[:1] == "8" and words.isdigit():
        return _MOBILE.fullmatch(words) is not None
    if words[:1] == "8":
        return sum(map(str.isdigit, words)) == _DIGITS_OF_KAZAKHSTAN
    return True


_DIGITS_OF_KAZAKHSTAN: Final = 11
_IIN_DIGITS: Final = 12
_IIN_WEIGHTS: Final = (range(1, 12), (*range(3, 12), 1, 2))
"""Of the check digit: the second ones count where the first give ten."""
_CENTURIES: Final = "0123456"


def is_iin(digits: str) -> bool:
    """Whether these are a person's number (IIN) of Kazakhstan: a birthday and the check digit.

    Numbers of firms (BIN) have the same length and no birthday.

    Examples
    --------
    >>> is_iin("000101500000"), is_iin("000101500001")
    (False, True)
    """
    if len(digits) != _IIN_DIGITS or not digits.isdecimal() or digits[6] not in _CENTURIES:
        return False
    # Two digits of a year: 2000 has every day that any year has.
    if not _is_day(f"2000{digits[2:6]}"):
        return False
    for weights in _IIN_WEIGHTS:
        check = sum(int(one) * weight for one, weight in zip(digits, weights, strict=False)) % 11
        if check < 10:
            return bool(check == int(digits[-1]))
    return False


_CHINESE_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHINESE_CHECKS: Final = "10X98765432"


def is_chinese_id(digits: str) -> bool:
    """Whether these are a Chinese resident's number (GB 11643): birthday and check digit.

    Examples
    --------
    >>> is_chinese_id("11010519491231002X"), is_chinese_id("110105194912310021")
    (True, False)
    """
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", digits) or not _is_day(digits[6:14]):
        return False
    total = sum(int(one) * n for one, n in zip(digits, _CHINESE_WEIGHTS, strict=False))
    return _CHINESE_CHECKS[total % 11] == digits[-1].upper()


def _is_day(digits: str) -> bool:
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
