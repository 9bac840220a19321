"""Every size and type code of ISO 6346, and the nearest kind of box that the twin models.

Knows the lengths, heights, widths and types of the standard (ISO 6346:1995 and 2022, annexes D and
E; the all-digit codes of the edition of 1984, which offices still write). Knows no box of a yard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from keruen.domain.iso6346 import SIZE_TYPES

Body = Literal["dry", "reefer", "tank"]

_LENGTHS_MM: Final = {
    "1": 2_991,
    "2": 6_058,
    "3": 9_125,
    "4": 12_192,
    "A": 7_150,
    "B": 7_315,
    "C": 7_430,
    "D": 7_450,
    "E": 7_820,
    "F": 8_100,
    "G": 12_500,
    "H": 13_106,
    "K": 13_600,
    "L": 13_716,
    "M": 14_630,
    "N": 14_935,
    "P": 16_154,
}
_HIGH: Final = frozenset("456DEFMNP")
"""Characters of boxes of 9 ft and more; all others are of 8 ft 6 in or less."""
_HEIGHTS: Final = frozenset("0245689CDEFLMNP")
_BODIES: Final[dict[str, Body]] = {
    # General purpose, ventilated, dry bulk, named cargo, air/surface, open top, platform and flat.
    **dict.fromkeys("GVBSAUPN", "dry"),
    "R": "reefer",
    # Insulated without a machine, or with one that is taken off: no plug is needed.
    "H": "dry",
    # Tanks: T in 1995, K in 2022.
    **dict.fromkeys("TK", "tank"),
}
_HEIGHTS_OF_1984: Final = {"0": "0", "1": "0", "2": "2", "3": "2", "4": "5", "5": "5", "6": "8"}
"""Odd digits have a tunnel for a gooseneck: the height is that of the digit before."""
_MOST_MM_IN_20_FT: Final = 6_058


@dataclass(frozen=True, slots=True)
class SizeCode:
    """What a size and type code says.

    Parameters
    ----------
    code : as the standard writes it, capital letters.
    length_mm : outer length.
    is_high : 9 ft or more.
    body : what matters to a terminal: a reefer needs a plug.
    """

    code: str
    length_mm: int
    is_high: bool
    body: Body

    @property
    def modelled(self) -> str:
        """The nearest key of `iso6346.SIZE_TYPES`: a slot that is long enough, a body alike.

        A box of 24 ft takes a forty-foot slot; one of 45 ft hangs over a forty-foot slot, the
        longest there is. A tank of 40 ft, which hardly exists, is taken as a dry box.

        Examples
        --------
        >>> size_code("22U1").modelled, size_code("45G0").modelled, size_code("L5R1").modelled
        ('22G1', '45G1', '45R1')
        """
        if self.code in SIZE_TYPES:
            return self.code
        is_short = self.length_mm <= _MOST_MM_IN_20_FT
        if is_short:
            return {"dry": "22G1", "reefer": "22R1", "tank": "22T1"}[self.body]
        if self.body == "reefer":
            return "45R1"
        return "45G1" if self.is_high else "42G1"


def size_code(written: str) -> SizeCode | None:
    """What a code says; None when the standard has no such code.

    Parameters
    ----------
    written : four characters such as ``22G1`` (detailed type), ``22GP`` (type group) or ``2210``
        (edition of 1984); small letters and blanks are allowed.

    Examples
    --------
    >>> size_code("22 g1").length_mm, size_code("42GP").body, size_code("4532").body
    (6058, 'dry', 'reefer')
    >>> size_code("99X9") is None
    True
    """
    code = re.sub(r"\s", "", written).upper()
    if len(code) != 4 or not code.isascii() or not code.isalnum():
        return None
    if code[2:].isdigit():
        return _of_1984(code)
    length_mm, body = _LENGTHS_MM.get(code[0]), _BODIES.get(code[2])
    if length_mm is None or body is None or code[1] not in _HEIGHTS:
        return None
    return SizeCode(code, length_mm, code[1] in _HIGH, body)


def _of_1984(code: str) -> SizeCode | None:
    """Type digits: 00 to 09 general, 30 to 49 cooled or heated, 70 to 79 tank, others dry."""
    length_mm = _LENGTHS_MM.get(code[0]) if code[0].isdigit() else None
    height = _HEIGHTS_OF_1984.get(code[1])
    if length_mm is None or height is None:
        return None
    tens = int(code[2])
    # 40 to 49 have removable machines: no plug of their own.
    body: Body = "reefer" if tens == 3 else "tank" if tens == 7 else "dry"
    return SizeCode(code, length_mm, height in _HIGH, body)
