"""Dates of four languages: each form is read as its writer meant it, or refused with a reason."""

from __future__ import annotations

from datetime import date

import pytest

from keruen.tabular import day_of, moment_of, period_of
from keruen.tabular.dates import _MONTHS, DateError

OCTOBER_TO_DECEMBER = (date(2027, 10, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    "written",
    [
        "31.12.2027",
        "31.12.27",
        "31.12.2027 г.",
        "31 декабря 2027 г.",
        "31 декабря 2027 года",
        "2027 жылғы 31 желтоқсан",
        "2027 ж. 31 желтоқсан",
        "31 желтоқсан 2027 ж.",
        "2027年12月31日",
        "2027 年 12 月 31 日",
        "2027-12-31",
        "2027/12/31",
        "31/12/2027",
        "12/31/2027",
        "31 December 2027",
        "December 31, 2027",
        "31 Dec 2027",
        "\u00a031.12.2027\u00a0",
        "３１.１２.２０２７",
    ],
)
def test_a_day_is_read_in_every_form(written: str) -> None:
    """One day, as people of four languages write it."""
    assert day_of(written) == date(2027, 12, 31)


@pytest.mark.parametrize(
    "written",
    [
        "4 квартал 2027 года",
        "4-й квартал 2027 г.",
        "IV квартал 2027",
        "4 кв. 2027 г.",
        "четвёртый квартал 2027 года",
        "2027 жылғы 4-тоқсан",
        "2027 жылдың IV тоқсаны",
        "төртінші тоқсан 2027",
        "2027年第四季度",
        "2027年四季度",
        "2027年第4季度",
        "Q4 2027",
        "2027-Q4",
        "fourth quarter of 2027",
        "the 4th quarter of 2027",
        "01.10.2027–31.12.2027",
        "01.10.2027 - 31.12.2027",
        "с 1 октября по 31 декабря 2027 г.",
        "октябрь – декабрь 2027 г.",
        "2027年10月至12月",
        "2027年10月1日至2027年12月31日",
        "1 October 2027 to 31 December 2027",
        "2027-10-01/2027-12-31",
        "2027-10/2027-12",
    ],
)
def test_the_last_quarter_is_read_in_every_form(written: str) -> None:
    """One quarter, by its name or by its ends."""
    period = period_of(written)
    assert (period.first, period.last) == OCTOBER_TO_DECEMBER


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2027 г.", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027 жыл", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027年", date(2027, 1, 1), date(2027, 12, 31)),
        ("2025–2027", date(2025, 1, 1), date(2027, 12, 31)),
        ("2025-2027 гг.", date(2025, 1, 1), date(2027, 12, 31)),
        ("2025–2027 жылдар", date(2025, 1, 1), date(2027, 12, 31)),
        ("2025年—2027年", date(2025, 1, 1), date(2027, 12, 31)),
        ("февраль 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027 жылғы ақпан", date(2027, 2, 1), date(2027, 2, 28)),
        ("2027年2月", date(2027, 2, 1), date(2027, 2, 28)),
        ("02.2027", date(2027, 2, 1), date(2027, 2, 28)),
        ("1 полугодие 2027 года", date(2027, 1, 1), date(2027, 6, 30)),
        ("2027 жылғы 2-жартыжылдық", date(2027, 7, 1), date(2027, 12, 31)),
        ("2027年上半年", date(2027, 1, 1), date(2027, 6, 30)),
        ("second half of 2027", date(2027, 7, 1), date(2027, 12, 31)),
    ],
)
def test_periods_have_all_their_days(written: str, first: date, last: date) -> None:
    """A month ends on its own last day, a half year has six months."""
    period = period_of(written)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_has_its_names(number: int) -> None:
    """Each name of a month, in three languages, means that month."""
    for name in _MONTHS[number - 1]:
        assert period_of(f"{name} 2027").first == date(2027, number, 1), name
        assert day_of(f"5 {name} 2027") == date(2027, number, 5), name


@pytest.mark.parametrize("written", ["03/04/2027", "3-4-2027", "03/04/27"])
def test_two_readings_are_both_named(written: str) -> None:
    """The third of April or the fourth of March: nobody can know."""
    with pytest.raises(DateError) as refused:
        day_of(written)
    assert refused.value.reason == "two_ways"
    assert refused.value.readings == ("2027-04-03", "2027-03-04")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("31.02.2027", "day"),
        ("29 февраля 2027", "day"),
        ("9999-12-31", "day"),
        ("0001-01-01", "day"),
        ("13.2027", "day"),
        ("конец 2027", "form"),
        ("5 квартал 2027", "form"),
        ("", "form"),
        ("12.08.25.1", "form"),
        ("2027–2025", "order"),
    ],
)
def test_what_is_no_date_has_its_reason(written: str, reason: str) -> None:
    """No such day, no such form, and an end before its beginning are told apart."""
    with pytest.raises(DateError) as refused:
        period_of(written)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("07.01.2030 10:00", "2030-01-07 10:00:00"),
        ("2030-01-07 10:00", "2030-01-07 10:00:00"),
        ("2030-01-07T10:00:30", "2030-01-07 10:00:30"),
        ("2030年1月7日 9:05", "2030-01-07 09:05:00"),
        ("7 января 2030 г. 10:00", "2030-01-07 10:00:00"),
        ("07.01.2030", "2030-01-07 00:00:00"),
    ],
)
def test_a_moment_has_its_day_and_time(written: str, moment: str) -> None:
    """A time of day may stand behind any form of a day."""
    assert str(moment_of(written)) == moment


def test_no_such_time_is_refused() -> None:
    """25 o'clock is no time."""
    with pytest.raises(DateError):
        moment_of("07.01.2030 25:00")
