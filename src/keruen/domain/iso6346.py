"""Container numbers and size-type codes after ISO 6346.

A number is three letters of the owner, the category (U: freight container, J: its detachable
equipment, Z: trailer or chassis), six digits of the owner's choice and a check digit. Owner codes
are registered with the Bureau International des Containers; none is listed here.

Check digit: letters count 10 to 38 without the multiples of 11, digits count as they are, the
character at place i (from 0) weighs 2**i, and the sum is taken modulo 11, then 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final = dict(
    zip(_LETTERS, (number for number in range(10, 39) if number % 11), strict=True)
) | {str(digit): digit for digit in range(10)}
_VALUE_OF_BYTE: Final = np.array([_VALUES.get(chr(byte), 0) for byte in range(128)])

CATEGORIES: Final = "JUZ"
"""Letters that may stand in the fourth place."""

MOST_GROSS_KG: Final = 30_480
"""Rated gross mass of most series 1 containers (ISO 668)."""

MOST_SERIALS: Final = 1_000_000
"""Serial numbers of one owner code."""


@dataclass(frozen=True, slots=True)
class SizeType:
    """A size-type code as it is used here.

    Parameters
    ----------
    code : first character the length (2 or 4), second the height (2: 8 ft 6 in, 5: 9 ft 6 in),
        third the type (G general purpose, R cooled, T tank).
    length_ft : 20 or 40.
    tare_kg : usual empty mass.
    is_reefer : has a cooling machine.

    Notes
    -----
    Tare of dry boxes: 2.25 t (2.0 to 2.35) and 3.9 t (3.7 to 4.15), from
    https://43413.net/computers/kakaya-massa-brutto-u-krupnotonnazhnyh-konteynerov.html. Cooled
    boxes: 3.0 t in https://tuscorlloyds.com.tr/container-information/refrigerated-container/;
    published 40-ft values lie between 3.6 and 4.9 t, 4.6 t is an assumption, and so is 3.7 t of a
    tank.
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
"""Code → size-type."""


@dataclass(frozen=True, slots=True)
class ContainerNumber:
    """The parts of a container number, as they are written.

    Parameters
    ----------
    owner : three capital letters.
    category : one of `CATEGORIES`.
    serial : six digits.
    check_digit : 0 to 9.
    """

    owner: str
    category: str
    serial: str
    check_digit: int


def check_digit(first_ten: str) -> int:
    """The check digit of an owner code, category and serial number.

    Parameters
    ----------
    first_ten : capital letters and digits, ten of them.

    Returns
    -------
    0 to 9.

    Notes
    -----
    (Σ value · 2^place) mod 11 mod 10: a remainder of 10 is written 0, which is why ISO 6346 advises
    against serial numbers that have it.

    Examples
    --------
    >>> check_digit("CSQU305438")
    3
    """
    assert len(first_ten) == 10, "owner code, category and serial are ten characters"
    total = sum(_VALUES[character] << place for place, character in enumerate(first_ten))
    return total % 11 % 10


def parse(text: str) -> ContainerNumber | None:
    """The parts of a full number; None when it is not a right one.

    Parameters
    ----------
    text : eleven characters; blanks and hyphens between them are allowed, small letters are not.

    Examples
    --------
    >>> parse("CSQU 305438-3")
    ContainerNumber(owner='CSQ', category='U', serial='305438', check_digit=3)
    >>> parse("CSQU 305438-4") is None
    True
    """
    number = text.replace(" ", "").replace("-", "")
    if len(number) != 11 or not number.isascii():
        return None
    letters, digits = number[:4], number[4:]
    if not (letters.isalpha() and letters.isupper() and digits.isdecimal()):
        return None
    if letters[3] not in CATEGORIES or check_digit(number[:10]) != int(number[10]):
        return None
    return ContainerNumber(letters[:3], letters[3], digits[:6], int(number[10]))


def is_valid(number: str) -> bool:
    """Whether a full number is well formed, without blanks, and its check digit agrees.

    Parameters
    ----------
    number : any text.

    Examples
    --------
    >>> is_valid("CSQU3054383"), is_valid("CSQU3054384")
    (True, False)
    """
    return len(number) == 11 and parse(number) is not None


def numbers(prefixes: NDArray[np.bytes_], serials: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Full container numbers, many at once.

    Parameters
    ----------
    prefixes : S4, shape (n,) or (1,): owner code and category.
    serials : int64, shape (n,), 0 ≤ serial < `MOST_SERIALS`.

    Returns
    -------
    S11, shape (n,).

    Examples
    --------
    >>> numbers(np.array([b"CSQU"]), np.array([305438]))
    array([b'CSQU3054383'], dtype='|S11')
    """
    letters = np.ascontiguousarray(prefixes, dtype="S4").view(np.uint8).reshape(-1, 4)
    digits = serials[:, None] // 10 ** np.arange(5, -1, -1) % 10
    total = _VALUE_OF_BYTE[letters] @ (1 << np.arange(4)) + digits @ (1 << np.arange(4, 10))
    written = np.empty((len(serials), 11), np.uint8)
    written[:, :4] = letters
    written[:, 4:10] = digits + ord("0")
    written[:, 10] = total % 11 % 10 + ord("0")
    return written.view("S11").reshape(-1)
