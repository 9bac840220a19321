"""Container numbers and size-type codes after ISO 6346:2022.

The check digit is that of clause 4.1 and annex A: letters count 10 to 38 without the multiples of 11,
position i weighs 2**i, and the sum is taken modulo 11, then 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_LETTER_VALUES: Final = {
    letter: value
    for letter, value in zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (number for number in range(10, 39) if number % 11),
        strict=True,
    )
}

MOST_GROSS_KG: Final = 30_480
"""Rated gross mass of most ISO series 1 containers (ISO 668)."""


@dataclass(frozen=True, slots=True)
class SizeType:
    """A size-type code as it is used here.

    Parameters
    ----------
    length_ft : 20 or 40.
    tare_kg : usual empty mass (20 ft 2 250 kg, 40 ft 3 900 kg; reefers 3 000 and 4 600 kg).
    is_reefer : has a cooling machine.
    """

    code: str
    length_ft: int
    tare_kg: int
    is_reefer: bool

    @property
    def n_teu(self) -> int:
        """Twenty-foot equivalents."""
        return self.length_ft // 20


SIZE_TYPES: Final = {
    size.code: size
    for size in (
        SizeType("22G1", 20, 2_250, False),
        SizeType("22T1", 20, 3_700, False),
        SizeType("22R1", 20, 3_000, True),
        SizeType("42G1", 40, 3_900, False),
        SizeType("45G1", 40, 3_900, False),
        SizeType("45R1", 40, 4_600, True),
    )
}
"""Code → size-type: 2 or 4 is the length, 2 or 5 the height, G general, R reefer, T tank."""


def check_digit(first_ten: str) -> int:
    """The check digit of an owner code, category and serial number (ten characters).

    Examples
    --------
    >>> check_digit("CSQU305438")
    3
    """
    assert len(first_ten) == 10, "owner code, category and serial are ten characters"
    return _weighted_sum(first_ten) % 11 % 10


def _weighted_sum(characters: str) -> int:
    return sum(
        (_LETTER_VALUES[character] if character.isalpha() else int(character)) << position
        for position, character in enumerate(characters)
    )


def numbers(prefix: str, serials: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Full container numbers of one owner: S11, the shape of `serials` (0 ≤ serial < 10**6).

    Examples
    --------
    >>> numbers("CSQU", np.array([305438]))
    array([b'CSQU3054383'], dtype='|S11')
    """
    digits = serials[:, None] // 10 ** np.arange(5, -1, -1) % 10
    total = _weighted_sum(prefix) + digits @ (1 << np.arange(4, 10))
    check = (total % 11 % 10).astype("U1")
    text = np.char.add(prefix, np.char.zfill(serials.astype("U6"), 6))
    return np.char.add(text, check).astype("S11")


def is_valid(number: str) -> bool:
    """Whether a full container number is well formed and its check digit agrees.

    Examples
    --------
    >>> is_valid("CSQU3054383"), is_valid("CSQU3054384")
    (True, False)
    """
    well_formed = (
        len(number) == 11
        and number[:4].isascii()
        and number[:4].isalpha()
        and number[:4].isupper()
        and number[4:].isdecimal()
    )
    return well_formed and check_digit(number[:10]) == int(number[10])
