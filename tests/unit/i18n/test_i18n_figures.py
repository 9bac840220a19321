"""Numbers, dates and durations as each language writes them."""

from __future__ import annotations

import datetime as dt
import math
import os
import subprocess
import sys

import pytest

from keruen import i18n
from keruen.errors import UsageError
from keruen.i18n.numbers import month_names

NARROW = {"\u00a0": " ", "\u202f": " "}


def plain(words: str) -> str:
    """With ordinary blanks, as a person sees it."""
    for wide, blank in NARROW.items():
        words = words.replace(wide, blank)
    return words


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("kk", "1 234 567,89"),
        ("ru", "1 234 567,89"),
        ("zh", "1,234,567.89"),
        ("en", "1,234,567.89"),
    ],
)
def test_a_number_has_the_signs_of_its_language(language: str, expected: str) -> None:
    """Thousands and decimals are separated as CLDR says for the language."""
    assert plain(i18n.number(1_234_567.89, language, 2)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("kk", "2026 ж. 23 қараша"),
        ("ru", "23 ноября 2026 г."),
        ("zh", "2026年11月23日"),
        ("en", "23 November 2026"),
    ],
)
def test_a_day_is_written_out(language: str, expected: str) -> None:
    """A date is written in the order and the words of the language."""
    assert plain(i18n.day(dt.date(2026, 11, 23), language)) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (59.6, "1 min"),
        (150, "2.5 min"),
        (9.96 * 60, "10 min"),
        (35 * 60, "35 min"),
        (59.6 * 60, "1 h"),
        (155 * 60, "2 h 35 min"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 d"),
        (3.4 * 86400, "3.4 d"),
        (250.4 * 86400, "250 d"),
        (-155 * 60, "−2 h 35 min"),
    ],
)
def test_a_duration_uses_the_units_a_person_would_say(seconds: float, expected: str) -> None:
    """A duration is said in one or two units, never as 60 min or 48 h."""
    assert plain(i18n.duration(seconds * 1000, "en")) == expected


def test_a_duration_has_the_units_of_each_language() -> None:
    """Hours and minutes are abbreviated as the language does."""
    said = {language: plain(i18n.duration(9_300_000, language)) for language in i18n.LANGUAGES}
    assert said == {
        "kk": "2 сағ 35 мин",
        "ru": "2 ч 35 мин",
        "zh": "2 小时 35 分钟",
        "en": "2 h 35 min",
    }


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_not_a_number_is_a_dash(language: str) -> None:
    """What is not known is a dash in every form, never "nan"."""
    forms = (
        i18n.number(math.nan, language),
        i18n.share(math.nan, language),
        i18n.duration(math.inf, language),
        i18n.quantity(math.nan, "boxes/yr", language),
    )
    assert set(forms) == {"–"}


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (399_512.4, "boxes/yr", "399,512 boxes/yr"),
        (0.02, "share", "2%"),
        (0.0234, "share", "2.3%"),
        (0.85, "share", "85%"),
        (9_300_000, "ms", "2 h 35 min"),
        (18.72, "moves/h", "18.7 moves/h"),
        (0.4242, "", "0.42"),
        (3, "trains", "3 trains"),
    ],
)
def test_a_quantity_is_rounded_for_reading(value: float, unit: str, expected: str) -> None:
    """A quantity has about three figures and its unit."""
    assert plain(i18n.quantity(value, unit, "en")) == expected


def test_minus_zero_is_zero() -> None:
    """A small negative number that rounds to zero loses its sign."""
    assert i18n.number(-0.2, "en") == "0"


def test_an_unknown_language_is_refused_by_name() -> None:
    """A language that we do not have is an error that names those we have."""
    with pytest.raises(UsageError) as refused:
        i18n.number(1, "de")
    assert "“de”" in str(refused.value)
    assert "en, kk, ru, zh" in str(refused.value)


SPOKEN_IN_ORDER = """
import datetime, sys
from keruen import i18n
from keruen.i18n.numbers import month_names
said = {
    language: [
        i18n.number(-1234567.891, language, 2),
        i18n.share(0.1234, language, 1),
        i18n.day(datetime.date(2026, 11, 23), language),
        i18n.listing(["a", "b", "c"], language),
        i18n.listing(["a", "b"], language),
        *month_names(language),
    ]
    for language in sys.argv[1].split(",")
}
print(sorted(said.items()))
"""


def test_no_language_depends_on_which_was_spoken_before() -> None:
    """A language says the same whether it is the first or the last of a process."""
    orders = ("kk,ru,zh,en", "zh,en,ru,kk", "ru,en,zh,kk")
    said = [
        subprocess.run(
            [sys.executable, "-c", SPOKEN_IN_ORDER, order],
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for order in orders
    ]
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_year_has_twelve_months(language: str) -> None:
    """Twelve different short names of months, in every language."""
    assert len(set(month_names(language))) == 12
