"""What points to a person is found, and what only looks so is not; how often is counted.

All persons, numbers and addresses are invented: telephones of zeros, birthdays of the first days of
centuries, domains that are reserved for examples.
"""

from __future__ import annotations

import pytest

from keruen.tabular.persons import (
    REMOVED,
    is_chinese_id,
    is_iin,
    personal_parts,
    without_persons,
)

PERSONS: list[tuple[str, str]] = [
    ("phone", "Справки по тел. 8 (7142) 00-00-00."),
    ("phone", "Звоните +7 701 000 00 00"),
    ("phone", "+77010000000"),
    ("phone", "моб. 8-701-000-00-00"),
    ("phone", "87010000000"),
    ("phone", "Ұялы: 8 701 000 0000"),
    ("phone", "联系电话：010-00000000"),
    ("phone", "手机13800000000"),
    ("phone", "+86 138 0000 0000"),
    ("phone", "＋８６ １３８ ００００ ００００"),
    ("phone", "Phone (ext.) 00-00-00"),
    ("phone", "+996 555 000 000"),
    ("phone", "факс 54-00-00"),
    ("phone", "0086-551-00000000"),
    ("phone", "8 7142 54 00 00"),
    ("mail", "Писать: otdel@example.org"),
    ("mail", "name.surname+port@mail.example.com"),
    ("mail", "почта otdel (собака) example.org"),
    ("mail", "邮箱：port@example.cn"),
    ("mail", "пошта＠example.org"),
    ("iin", "ИИН 000101500001"),
    ("iin", "ЖСН: 000101 500001"),
    ("chinese_id", "身份证号110101190001010049"),
    ("chinese_id", "ID 110101 19000101 0049"),
    ("name", "Доложил г-н Пробников."),
    ("name", "господину А. Б. Пробникову"),
    ("name", "госпожа Пробная-Тестова"),
    ("name", "Сынақбаев мырза"),
    ("name", "Айсынақ Сынақова ханымға"),
    ("name", "联系人：李先生"),
    ("name", "欧阳测试女士负责"),
    ("name", "王同志"),
    ("name", "Mr Sample and the port"),
    ("name", "Dr. T. Example"),
    ("name", "Mrs Mary O'Example"),
    ("link", "mailto:a"),
    ("link", "ftp://files.example.org/plan"),
    ("link", "javascript:alert(1)"),
    ("link", "https://example.org и tg://resolve?domain=a"),
    ("link", "пишите в t.me/example"),
    ("link", "\\\\server\\share\\plan.docx"),
    # Beyond the patterns: what stands here is missed today and counted.
    ("name", "Ответственный: Пробников П. П."),
    ("name", "项目经理李测试"),
    ("name", "Contact: Sam Sample"),
    ("phone", "звонить на 00 00 00"),
    ("mail", "otdel на example точка org"),
]

NOBODY: list[str] = [
    "Станция Тобол: 6 200 000 т в год",
    "400 000 контейнеров, 63 800 000 000 KZT",
    "2025–2030 годы",
    "2027-10-01 … 2027-12-31",
    "+12 500 000 000 KZT",
    "Рост на +10 000 000 000 тенге",
    "https://example.org/a?b=1380000",
    "http://example.org",
    "http://example.org:8080/plan",
    "приказ № 870-1 от 12.03.2026",
    "БИН 000140000001",
    "счёт 123456789012",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "E-000101500001-KH-0001",
    "各位先生、女士",
    "铁路部门负责",
    "中国国家铁路集团有限公司",
    "Госпожнадзор",
    "г. Костанай, г-образный путь",
    "Товарищество с ограниченной ответственностью",
    "товарищи по проекту",
    "гражданин обязан",
    "Master plan, MS Excel sheet",
    "Drive, Drainage, Mrkt",
    "Sirius dry port",
    "улица Темір жолы, 12, 110000",
    "индекс 110000, Тобол",
    "время 10:30:00, 24:00",
    "data: 500 000 t",
    "file of the project",
    "координаты 53.214545, 63.624444",
    "вагоны 52345678 и 57654321",
    "контейнер MSKU 1234565",
    "код ЕТСНГ 011005, ГНГ 10019900",
    "станция 689107",
    "1435/1520 мм, 40-футовые",
    "2026Q4: 0.25",
    "ISBN 978-601-00-0000-0",
    "Hefei–Tobol 5 200 km, 13–15 days",
    "USD 1 380 000 000",
    "8 400 000 т; 87 000 000 000 тенге",
    "8 вагонов по 40 т",
    "протокол 2025-08-01 №12-34-56",
    "телефонизация станции",
    "12 января 2026 года в 15:00",
    "DN-1200, ГОСТ 9238-2013",
    "合肥北站 2026年1月",
    "总投资138亿元",
    "Қостанай облысы, Тобыл кенті",
    "мырзалық пен достық",
]

MOST_MISSED, MOST_FALSE = 5, 0
N_PERSONS, N_NOBODY = 46, 50
"""The figures of docs/concepts/register.md: they may only fall."""


@pytest.mark.parametrize(("kind", "text"), PERSONS[:41])
def test_persons_are_found(kind: str, text: str) -> None:
    """Each text of the set that the patterns know is found as what it is."""
    assert [part.kind for part in personal_parts(text)] == [kind]


def test_misses_and_false_alarms() -> None:
    """Of the whole set so many persons are missed, and so many texts about nobody are asked about."""
    missed = [text for _, text in PERSONS if not personal_parts(text)]
    false = [text for text in NOBODY if personal_parts(text)]
    assert (len(missed), len(false)) == (MOST_MISSED, MOST_FALSE), (missed, false)
    assert (len(PERSONS), len(NOBODY)) == (N_PERSONS, N_NOBODY)


def test_removal_leaves_the_rest() -> None:
    """Every part is marked in its place and nothing else is touched; what is left points to nobody."""
    text = "Тобол: г-н Пробников, тел. 8 (7142) 00-00-00, a@example.org; 500 т."
    assert without_persons(text) == f"Тобол: {REMOVED}, {REMOVED}, {REMOVED}; 500 т."
    for _, one in PERSONS:
        assert not personal_parts(without_persons(one))


def iin_by_hand(digits: str) -> str:
    """The check digit by the rule of the Government's decree: weights 1 to 11, then 3 to 11, 1, 2."""
    rest = sum(int(one) * n for n, one in enumerate(digits, start=1)) % 11
    if rest == 10:
        weights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]
        rest = sum(int(one) * n for one, n in zip(digits, weights, strict=True)) % 11
    return str(rest)


@pytest.mark.parametrize("beginning", ["00010150000", "99123130012", "85022940077", "01053160999"])
def test_iin_has_its_check_digit(beginning: str) -> None:
    """Of ten last digits one at most makes a number of Kazakhstan, and it is the right one."""
    right = [str(n) for n in range(10) if is_iin(f"{beginning}{n}")]
    wanted = iin_by_hand(beginning)
    assert right == ([] if wanted == "10" else [wanted])


def test_iin_is_of_a_person() -> None:
    """A number of a firm has no birthday, and is asked about by nobody."""
    firm = "000140000001"
    assert not is_iin(firm)
    assert not is_iin("001301500001")
    assert not is_iin("0001015000012")


def test_chinese_number_has_its_check_digit() -> None:
    """The example of the standard GB 11643 is one; with any other last digit it is none."""
    assert is_chinese_id("11010519491231002X")
    assert not any(is_chinese_id(f"11010519491231002{n}") for n in range(10))
    assert not is_chinese_id("11010519491331002X")


@pytest.mark.parametrize(
    "part", ["a1", "12 ", "a@", "a@b.c ", "И", "Ив-Ив ", "王", "8 (7142) ", "+7 "]
)
def test_work_grows_with_the_text(part: str) -> None:
    """A long line that somebody else signed is looked through, never for hours."""
    text = part * ((1 << 18) // len(part.encode()))
    assert all(0 <= one.first < one.end <= len(text) for one in personal_parts(text))


def test_parts_of_a_long_text() -> None:
    """What stands far down is found, and a name in an address longer than any is not all of it."""
    text = "ab" * 10_000 + " info@example.org " + "x" * 70 + "@example.org"
    found = [text[one.first : one.end] for one in personal_parts(text)]
    assert found == ["info@example.org", "x" * 64 + "@example.org"]
