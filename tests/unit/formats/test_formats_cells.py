"""What is written in one cell."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from keruen.formats.cells import CellError, Kind, Raw, plain, read, tidy


def refusal(raw: Raw, kind: Kind) -> str:
    """The key of what is wrong with a cell."""
    with pytest.raises(CellError) as told:
        read(raw, kind)
    return told.value.key


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (63800000000, "63800000000"),
        (63.8, "63.8"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (4e5, "400000"),
        ("63,8", "63.8"),
        ("0,125", "0.125"),
        ("63 800 000", "63800000"),
        ("63\u00a0800\u202f000", "63800000"),
        ("1.234.567,5", "1234567.5"),
        ("1,234,567.5", "1234567.5"),
        ("12,345,678", "12345678"),
        ("−5", "-5"),
        ("+5", "5"),
        ("１２", "12"),
        ("  7 ", "7"),
        ("63.80", "63.80"),
    ],
)
def test_a_decimal_is_read_as_people_write_it(raw: Raw, value: str) -> None:
    """Blanks part thousands, a comma may be the decimal sign, full-width digits are digits."""
    assert read(raw, "decimal") == value


def test_a_comma_with_three_digits_is_refused() -> None:
    """63,800 is sixty-three and a bit in one office and nearly sixty-four thousand in another."""
    assert refusal("63,800", "decimal") == "problem.sheet_comma"


@pytest.mark.parametrize("raw", ["many", "5 km", "1.2.3", "1,2,3", "--5", "1e5", "٣", float("nan")])
def test_what_is_no_decimal_is_refused(raw: Raw) -> None:
    """Words, units, doubled signs and other scripts' digits are no figure."""
    assert refusal(raw, "decimal") == "problem.sheet_decimal"


def test_yes_is_no_figure() -> None:
    """True is not one, although Python would count it."""
    assert refusal(True, "decimal") == "problem.sheet_yes_no"


@pytest.mark.parametrize(
    "raw",
    [
        datetime.fromisoformat("2027-12-31"),
        date(2027, 12, 31),
        "2027-12-31",
        "31.12.2027",
        "2027年12月31日",
        "2027/12/31",
        " 31.12.2027 ",
        "２０２７-１２-３１",
    ],
)
def test_a_day_in_each_accepted_form(raw: Raw) -> None:
    """The spreadsheet's own days, ISO, day.month.year and Chinese days are one day."""
    assert read(raw, "date") == "2027-12-31"


@pytest.mark.parametrize("raw", ["03/04/2027", "3-4-2027", "03/04/27"])
def test_a_day_that_can_be_two_days_is_refused(raw: str) -> None:
    """Day first or month first is nothing to guess, where both are possible."""
    assert refusal(raw, "date") == "problem.sheet_date_two_ways"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("2027-02-30", "problem.sheet_no_day"),
        ("31.11.2027", "problem.sheet_no_day"),
        ("0001-01-01", "problem.sheet_no_day"),
        ("end of 2027", "problem.sheet_date"),
        (46752, "problem.sheet_date"),
        ("2027", "problem.sheet_date"),
        (datetime.fromisoformat("2027-12-31T14:00"), "problem.sheet_date_hour"),
    ],
)
def test_what_is_no_day_is_refused(raw: Raw, key: str) -> None:
    """A bare number is no day, the 30th of February is none, an hour is more than a day."""
    assert refusal(raw, "date") == key


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2027", "2027-01-01/2027-12-31"),
        (2027, "2027-01-01/2027-12-31"),
        ("2027-02", "2027-02-01/2027-02-28"),
        ("2027Q4", "2027-10-01/2027-12-31"),
        ("2027 q1", "2027-01-01/2027-03-31"),
        ("2027年8月", "2027-08-01/2027-08-31"),
        ("2027年", "2027-01-01/2027-12-31"),
        ("31.12.2027", "2027-12-31/2027-12-31"),
        (date(2027, 12, 31), "2027-12-31/2027-12-31"),
        ("2027-10-01 – 2027-12-31", "2027-10-01/2027-12-31"),
        ("2027-10-01/2027-12-31", "2027-10-01/2027-12-31"),
        ("2027/10/01 - 2027/12/31", "2027-10-01/2027-12-31"),
        ("01.10.2027–31.12.2027", "2027-10-01/2027-12-31"),
        ("2027-10…2028", "2027-10-01/2028-12-31"),
    ],
)
def test_an_interval_in_each_accepted_form(raw: Raw, value: str) -> None:
    """A year, month, quarter or day is all of its days; two days have a stroke between."""
    assert read(raw, "interval") == value


def test_an_interval_does_not_end_before_it_begins() -> None:
    """First and last day stand in order."""
    assert refusal("2028 – 2027", "interval") == "problem.sheet_date_order"


def test_a_partial_day_stays_partial() -> None:
    """A source of 2025 has no invented month."""
    assert [read(raw, "partial") for raw in (2025, "2025-08", "2025年8月", "13.08.2025")] == [
        "2025",
        "2025-08",
        "2025-08",
        "2025-08-13",
    ]


def test_a_code_is_known_by_any_of_its_words() -> None:
    """Titles in any language and in any case mean the code; nothing else passes."""
    words = {"trade": "trade", "торговля": "trade", "贸易": "trade"}
    assert {read(raw, "code", words) for raw in ("Trade", " ТОРГОВЛЯ ", "贸易")} == {"trade"}
    with pytest.raises(CellError) as told:
        read("sale", "code", words)
    assert told.value.parameters == {"found": "sale"}


@pytest.mark.parametrize("letter", ["\x07", "\u202e", "\u200b", "\ufeff"])
def test_a_letter_that_cannot_be_seen_is_refused(letter: str) -> None:
    """Its number and its place in the text are told; in every kind of column."""
    for kind in ("text", "date", "decimal", "code", "unit"):
        with pytest.raises(CellError) as told:
            read(f"Sum{letter}me", kind, {})  # type: ignore[arg-type]
        assert told.value.key == "problem.sheet_unseen"
        assert told.value.parameters["position"] == 4
        assert told.value.parameters["found"] == "Sum"


def test_several_codes_are_parted_by_any_comma() -> None:
    """Semicolons and commas of both scripts part codes; twins count once."""
    words = {"who": "who", "when": "when", "кто": "who"}
    assert read("кто；when, who、", "codes", words) == "who; when"


def test_an_open_list_takes_other_codes_but_no_sentences() -> None:
    """A code of one's own passes where the list is open; words with blanks do not."""
    assert read("transport.pipeline", "codes", {"": ""}) == "transport.pipeline"
    with pytest.raises(CellError):
        read("by pipe", "codes", {"": ""})


def test_text_keeps_its_letters_and_loses_its_blanks() -> None:
    """Trailing blanks and control letters go, one kind of line end stays, every script stays."""
    assert tidy("  Қостанай\r\n合肥\x07\u2028🚂\u00a0 \ufffe") == "Қостанай\n合肥\n🚂"


@pytest.mark.parametrize("number", [0, -3, 63.8, 1e15, 1e22, 0.30000000000000004])
def test_a_number_becomes_the_digits_that_make_it(number: float) -> None:
    """Nothing is rounded: the digits read back as the same number."""
    digits = plain(number)
    assert float(digits) == number
    assert "e" not in digits
