"""Tables as offices write them: encodings, separators, line ends, lost letters, numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen.errors import InputError
from keruen.tabular import decimal_of, text_table

SHARED_CASES = Path(__file__).parents[4] / "shared" / "cases"
KAZAKH = "Код;Атауы\nKH-0910;Тобыл өзені арқылы көпір салу, Қостанай\n"
RUSSIAN = "Код;Название\nKH-0910;Мост через реку Тобол, Костанай\n"
CHINESE = "编号,项目名称\nKH-0910,合肥北站铁路货运建设项目\n"


def rows(content: bytes, encoding: str = "") -> list[tuple[str, ...]]:
    """Cells of each row."""
    table = text_table(content, place="list.csv", encoding=encoding)
    return [row.cells for row in table.rows]


@pytest.mark.parametrize(
    ("text", "codec", "said"),
    [
        (KAZAKH, "utf-8", "utf-8"),
        (KAZAKH, "utf-8-sig", "utf-8"),
        (KAZAKH, "utf-16", "utf-16"),
        (KAZAKH, "utf-16-le", "utf-16"),
        (KAZAKH, "utf-16-be", "utf-16"),
        (KAZAKH, "kz1048", "kz1048"),
        (KAZAKH, "ptcp154", "ptcp154"),
        (RUSSIAN, "cp1251", "cp1251"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-8", "utf-8"),
    ],
)
def test_every_encoding_is_found_out_and_said(text: str, codec: str, said: str) -> None:
    """Each encoding of the region gives the letters that were written."""
    table = text_table(text.encode(codec), place="list.csv")
    assert table.encoding == said
    separator = "," if text is CHINESE else ";"
    assert [row.cells for row in table.rows] == [
        tuple(line.split(separator)) for line in text.splitlines()
    ]


def test_two_code_pages_that_both_fit_are_refused_with_both_readings() -> None:
    """Bytes that are Kazakh words in two code pages: the reader is asked, and can settle it."""
    # In KZ-1048 this is «қ», in PTCP154 «һ»: both are Kazakh letters.
    content = next(
        bytes([byte])
        for byte in range(0x80, 0xC0)
        if (one := bytes([byte]).decode("kz1048", "replace")) in "әғқңөұүһі"
        and (other := bytes([byte]).decode("ptcp154", "replace")) in "әғқңөұүһі"
        and one != other
    )
    word = b"a;" + "с".encode("cp1251") + content + "р".encode("cp1251") + b"\n"
    with pytest.raises(InputError) as refused:
        rows(word)
    assert refused.value.key == "error.table_two_encodings"
    assert {refused.value.parameters["one"], refused.value.parameters["other"]} == {
        "KZ-1048",
        "PTCP154",
    }
    assert refused.value.parameters["first"] != refused.value.parameters["second"]
    assert rows(word, "kz1048") != rows(word, "ptcp154")


def test_an_encoding_that_does_not_fit_is_refused() -> None:
    """Asked for UTF-8, a file in a code page is no text."""
    with pytest.raises(InputError) as refused:
        rows(RUSSIAN.encode("cp1251"), "utf-8")
    assert refused.value.key == "error.table_not_in_encoding"


@pytest.mark.parametrize(
    ("cell", "word"),
    [("к?пірі", "к?пірі"), ("Тобыл ?зені", "?зені"), ("к\ufffdпірі", "к\ufffdпірі")],
)
def test_a_lost_letter_is_refused_with_its_place(cell: str, word: str) -> None:
    """A question mark within a word is what is left of a letter."""
    with pytest.raises(InputError) as refused:
        rows(f"a;b\nx;{cell}\n".encode())
    assert refused.value.key == "error.table_lost_letters"
    assert refused.value.parameters["place"] == "list.csv:2:2"
    assert refused.value.parameters["word"] == word


@pytest.mark.parametrize("cell", ["Кто платит?", "https://example.org/a?b=1", "Зачем? Затем."])
def test_a_question_stays_a_question(cell: str) -> None:
    """A question mark at the end of a word, or in an address, is one."""
    assert rows(f"a;b\nx;{cell}\n".encode())[1][1] == cell


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_every_separator_and_line_end_is_read(mark: str, end: str) -> None:
    """Spreadsheets of each country, old and new, and the last line without an end."""
    written = end.join([mark.join(["number", "mass"]), mark.join(["CSQU3054383", "24000"])])
    assert rows(written.encode()) == [("number", "mass"), ("CSQU3054383", "24000")]


def test_a_line_that_names_the_separator_is_no_row() -> None:
    """``sep=;`` is read by spreadsheets and shown by none."""
    table = text_table(b"sep=;\r\na;b,c\r\n1;2\r\n", place="list.csv")
    assert [(row.number, row.cells) for row in table.rows] == [(1, ("a", "b,c")), (2, ("1", "2"))]


def test_empty_edges_are_left_out_and_rows_keep_their_numbers() -> None:
    """Empty columns behind and empty rows between are nothing; row 4 stays row 4."""
    table = text_table(b"a;b;;;\n1;2;;;\n;;;;\n3;;;;\n", place="list.csv")
    assert [(row.number, row.cells) for row in table.rows] == [
        (1, ("a", "b")),
        (2, ("1", "2")),
        (4, ("3", "")),
    ]


def test_a_quoted_cell_may_hold_lines_and_separators() -> None:
    """RFC 4180, §2.6 and 2.7."""
    assert rows(b'a;b\n"one\r\ntwo; three";"say ""yes"""\n')[1] == ("one\ntwo; three", 'say "yes"')


def test_a_mark_that_is_never_closed_is_refused() -> None:
    """What follows an open quotation mark cannot be told apart."""
    with pytest.raises(InputError) as refused:
        rows(b'a;b\n"one;two\n')
    assert refused.value.key == "error.table_quotes"


@pytest.mark.parametrize(
    ("written", "sign", "read"),
    [
        ("24,5", "", "24.5"),
        ("24000,5", "", "24000.5"),
        ("1 234,5", "", "1234.5"),
        ("1\u00a0234\u202f567", "", "1234567"),
        ("1'234.5", "", "1234.5"),
        ("1.234.567,8", "", "1234567.8"),
        ("1,234,567.8", "", "1234567.8"),
        ("−3", "", "-3"),
        ("1,234", "", None),
        ("1,234", ",", "1.234"),
        ("12 %", "", None),
        ("", "", None),
        ("1,2,3", "", None),
    ],
)
def test_numbers_mean_what_their_writer_meant(written: str, sign: str, read: str | None) -> None:
    """Decimal comma and point, groups of three; what can be meant in two ways is no number."""
    assert decimal_of(written, sign) == read  # type: ignore[arg-type]


@pytest.mark.skipif(not SHARED_CASES.is_dir(), reason="the shared cases are not here")
@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("list-csv/cp1251-ru.csv", "cp1251"),
        ("list-csv/kz1048.csv", "kz1048"),
        ("list-csv/cp1251-kk-lossy.csv", "error.table_lost_letters"),
        ("yard-csv/cr-only.csv", "utf-8"),
        ("yard-csv/trailing-blank-cols.csv", "utf-8"),
    ],
)
def test_files_of_real_offices(name: str, outcome: str) -> None:
    """Files that once failed are read, or refused with a true sentence."""
    path = Path(SHARED_CASES / name)
    try:
        found = text_table(path.read_bytes(), place=path.name).encoding
    except InputError as refused:
        found = refused.key
    assert found == outcome
