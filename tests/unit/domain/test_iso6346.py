"""Container numbers: the check digit against a table written out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.domain import iso6346

BY_HAND = {
    "A": 10,
    "B": 12,
    "C": 13,
    "D": 14,
    "E": 15,
    "F": 16,
    "G": 17,
    "H": 18,
    "I": 19,
    "J": 20,
    "K": 21,
    "L": 23,
    "M": 24,
    "N": 25,
    "O": 26,
    "P": 27,
    "Q": 28,
    "R": 29,
    "S": 30,
    "T": 31,
    "U": 32,
    "V": 34,
    "W": 35,
    "X": 36,
    "Y": 37,
    "Z": 38,
    **{str(digit): digit for digit in range(10)},
}
"""The values of the letters as the standard prints them."""

FIRST_TEN = st.from_regex(r"[A-Z]{3}[JUZ][0-9]{6}", fullmatch=True)


def total(first_ten: str) -> int:
    """The weighted sum by the printed table."""
    weights = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    return sum(BY_HAND[letter] * weight for letter, weight in zip(first_ten, weights, strict=True))


def test_published_example() -> None:
    """CSQU 305438 has the check digit 3, as the standard's own example says."""
    assert iso6346.check_digit("CSQU305438") == 3


def test_remainder_ten_is_zero() -> None:
    """A remainder of ten is written as 0: AAAU000004 has 70 + 256 + 4 * 512 = 2374 = 215 * 11 + 9."""
    # A 10, A 20, A 40, U 32 * 8 = 256: 326; the digit d in the last place adds 512 d.
    assert (326 + 512 * 4) % 11 == 9
    assert iso6346.check_digit("AAAU000004") == 9
    digits = {d: (326 + 512 * d) % 11 for d in range(10)}
    ten = next(d for d, remainder in digits.items() if remainder == 10)
    assert iso6346.check_digit(f"AAAU00000{ten}") == 0


@settings(max_examples=200, deadline=None)
@given(FIRST_TEN)
def test_check_digit_is_the_printed_table(first_ten: str) -> None:
    """The check digit is the weighted sum of the printed values modulo 11, then 10."""
    assert iso6346.check_digit(first_ten) == total(first_ten) % 11 % 10


@settings(max_examples=200, deadline=None)
@given(FIRST_TEN, st.integers(0, 9), st.integers(4, 9))
def test_one_wrong_digit_is_found(first_ten: str, digit: int, place: int) -> None:
    """A wrong digit changes the remainder; only remainders 10 and 0 look the same."""
    wrong = f"{first_ten[:place]}{digit}{first_ten[place + 1 :]}"
    number = f"{first_ten}{iso6346.check_digit(first_ten)}"
    assert iso6346.is_valid(number)
    if wrong != first_ten:
        look_alike = {total(wrong) % 11, total(first_ten) % 11} == {0, 10}
        assert iso6346.is_valid(f"{wrong}{number[10]}") == look_alike


@settings(max_examples=100, deadline=None)
@given(st.lists(FIRST_TEN, min_size=1, max_size=20))
def test_many_at_once_are_as_one_by_one(first_tens: list[str]) -> None:
    """Numbers written many at once are valid and have their prefix and serial."""
    prefixes = np.array([text[:4].encode() for text in first_tens])
    serials = np.array([int(text[4:]) for text in first_tens])
    for text, number in zip(first_tens, iso6346.numbers(prefixes, serials).tolist(), strict=True):
        assert number.decode()[:10] == text
        assert iso6346.is_valid(number.decode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CSQU305438",
        "CSQU30543833",
        "csqu3054383",
        "CSQX3054382",
        "CS1U3054383",
        "CSQU30543８3",
        "CSQU3054384",
        "ÇSQU3054383",
    ],
)
def test_what_is_no_number(text: str) -> None:
    """Too short, too long, small letters, a wrong category, foreign digits, a wrong check digit."""
    assert iso6346.parse(text) is None
    assert not iso6346.is_valid(text)


def test_blanks_are_read_but_not_valid() -> None:
    """A number is read as it is painted, in groups, but is stored without blanks."""
    found = iso6346.parse("CSQU 305438 3")
    assert found is not None
    assert (found.owner, found.category, found.serial, found.check_digit) == (
        "CSQ",
        "U",
        "305438",
        3,
    )
    assert not iso6346.is_valid("CSQU 305438 3")


def test_size_types_read_as_the_standard_codes() -> None:
    """The first character of a code is the length, the third tells a cooled box."""
    for code, size in iso6346.SIZE_TYPES.items():
        assert size.code == code
        assert size.length_ft == {"2": 20, "4": 40}[code[0]]
        assert size.n_teu == {"2": 1, "4": 2}[code[0]]
        assert size.is_reefer == (code[2] == "R")
        assert 2_000 < size.tare_kg < iso6346.MOST_GROSS_KG
