"""Numbers as people write them: decimal comma or point, groups apart by blanks, points or commas.

Knows how digits are grouped in four languages; knows no unit. ``1,234`` is a thousand or one and a
bit: it is refused unless the decimal sign of the table is known.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

DecimalSign = Literal["", ",", "."]

_PLAIN: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f\u2009'’]")
_MEANINGS: Final = (
    # One comma, not before three digits: a decimal comma.
    (r"[+-]?[0-9]+,[0-9]+", "", "."),
    # Groups by commas: two at least, or a point behind them.
    (r"[+-]?[0-9]{1,3}(,[0-9]{3}){2,}(\.[0-9]+)?", "", ""),
    (r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+", "", ""),
    # Groups by points: two at least, or a comma behind them.
    (r"[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}(,[0-9]+)?", ".", "."),
    (r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+", ".", "."),
)
"""Form → the sign that is left out, and what a comma stands for."""


def decimal_of(written: str, sign: DecimalSign = "") -> str | None:
    """A number as digits with a decimal point; None when it is none, or can be meant in two ways.

    Parameters
    ----------
    written : as a person typed it.
    sign : the decimal sign of the table where it is known: a comma where ``;`` separates cells.

    Examples
    --------
    >>> decimal_of("1 234,5"), decimal_of("1,234"), decimal_of("24,500", ","), decimal_of("−3")
    ('1234.5', None, '24.500', '-3')
    """
    said = _BLANKS.sub("", unicodedata.normalize("NFKC", written))
    said = said.replace("−", "-").replace("–", "-")
    if _PLAIN.fullmatch(said):
        return said.lstrip("+")
    if is_two_ways(said) and sign != ",":
        return None
    for form, left_out, comma in _MEANINGS:
        if re.fullmatch(form, said):
            return said.replace(left_out or "\x00", "").replace(",", comma).lstrip("+")
    return None


def is_two_ways(written: str) -> bool:
    """Whether a number can be meant with a decimal comma and with a comma between groups.

    Examples
    --------
    >>> is_two_ways("1,234"), is_two_ways("1,23")
    (True, False)
    """
    said = _BLANKS.sub("", unicodedata.normalize("NFKC", written))
    return bool(re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", said))
