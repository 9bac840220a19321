"""Letters that cannot be seen, and letters of another alphabet."""

from __future__ import annotations

import pytest

from keruen.tabular.letters import first_unseen, foreign_letters, latin_reading, latin_twin


@pytest.mark.parametrize(
    "letter",
    [
        *("\x00", "\x07", "\x7f", "\x85", "\u00ad", "\u061c", "\u200b", "\u200d", "\u200e"),
        *("\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u3164", "\ufeff", "\ufffe"),
        *("\ud800", "\U000e0041"),
    ],
)
def test_what_nobody_sees_is_found(letter: str) -> None:
    """Control letters, direction marks, letters without a width, fillers, halves of letters."""
    assert first_unseen(f"мост {letter}через") == 5


def test_what_everybody_sees_is_none() -> None:
    """Four languages, accents, marks, emoji, blanks of every width, ends of lines."""
    said = "Тобыл көпірі – «мост»,\u00a063,8\u202fмлрд\u3000合肥\r\n\té🚂\u2028x"
    assert first_unseen(said) == -1


@pytest.mark.parametrize("name", ["КН-0901", "KН-0901", "ΚΗ-0901", "ＫＨ－０９０１", "КH-0901"])
def test_a_name_that_looks_latin_has_a_latin_reading(name: str) -> None:
    """Cyrillic, mixed, Greek and wide letters: all look like KH-0901, and that is named."""
    assert foreign_letters(name)
    assert latin_reading(name) == "KH-0901"
    assert latin_twin(name, [name]) == "KH-0901"


def test_a_name_among_latin_ones_is_mistaken() -> None:
    """Where the list numbers in Latin letters, the nearest of them is named."""
    assert latin_twin("ПР-0002", ["KH-0001", "PR-0002", "ПР-0002"]) == "PR-0002"


def test_a_mixed_name_is_mistaken_even_alone() -> None:
    """Letters of two alphabets in one name are never right."""
    assert latin_twin("PЖ-1", ["PЖ-1"]) == ""


def test_a_list_may_number_in_its_own_alphabet() -> None:
    """Where all names are in one alphabet that nobody takes for Latin, each is right."""
    assert latin_twin("合肥-1", ["合肥-1", "合肥-2", "3"]) is None
    assert latin_twin("ПР-1", ["ПР-1", "ПР-2"]) is None
