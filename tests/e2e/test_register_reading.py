"""What a person reads before signing, and how a text is changed: whole, by name, field by field."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_register_command_line import (  # noqa: F401 - fixtures of the two sides
    PROJECT,
    Sides,
    agreed,
    exchange,
    joined,
    no_settings,
    sides,
    signed,
    written,
)

from keruen import i18n

NAMES = {
    "en": ("Implementation period, start", "Budget, value", "Title, Russian"),
    "ru": ("Срок реализации, начало", "Бюджет, значение", "Название, русский"),
    "kk": ("Іске асыру мерзімі, басы", "Бюджеті, мәні", "Атауы, орысша"),
    "zh": ("建设实施时间：起", "预算：数值", "名称：俄文"),
}
BUDGET = 'budget = { value = "638000000.50", unit = "KZT", currency = "KZT" }\n'
FIGURES = {
    **dict.fromkeys(("kk", "ru"), "638\u00a0000\u00a0000,50"),
    **dict.fromkeys(("zh", "en"), "638,000,000.50"),
}
"""The same as people of each language write it."""
PLAN = 'baseline.implementation = { first = "2026-01-01", last = "2027-12-31" }\n'


@pytest.fixture
def offered(agreed: Sides, tmp_path: Path) -> tuple[Sides, str]:  # noqa: F811
    """A second edition of the agreed project, put by A, that B has."""
    a, b = agreed
    path = written(tmp_path, "second.toml", PROJECT + BUDGET + PLAN)
    entry = a.writes("offer", "project", "--from", path)
    exchange(a, b)
    return agreed, entry


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_whole_text_is_read_before_it_is_signed(
    language: str, offered: tuple[Sides, str]
) -> None:
    """Every field by its name, what differs from the text in force, the fingerprint last."""
    (_, b), entry = offered
    figure = re.escape(FIGURES[language])
    core_hash = json.loads(b.does("show", entry, "--json"))["core_hash"]
    said = b.does("countersign", entry, code=2, language=language)
    text, differences = said.split(core_hash)[0].rsplit(entry, 1)[0], said
    for name in NAMES[language]:
        assert name in text
    for language_of_text in ("Құрғақ порт", "Сухой порт", "无水港", "Dry port"):
        assert language_of_text in text, "one signs every language"
    assert FIGURES[language] in text, "a figure is shown with every digit that is signed"
    assert re.search(f"{figure}.*→|→ {figure}", differences)
    assert said.index(core_hash) > said.rindex(FIGURES[language]), "the fingerprint stands last"


def test_only_what_was_read_is_signed(offered: tuple[Sides, str]) -> None:
    """Another fingerprint, or too few of its digits, signs nothing and names the right one."""
    (_, b), entry = offered
    core_hash = json.loads(b.does("show", entry, "--json"))["core_hash"]
    log = b.folder / "log" / "B.jsonl"
    before = log.read_bytes()
    for wrong in ("0" * 64, core_hash[:11], "f" + core_hash[:-1]):
        assert core_hash in b.does("countersign", entry, "--yes", wrong, code=2)
    assert log.read_bytes() == before
    b.does("countersign", entry, "--yes", core_hash[:12])
    assert log.read_bytes() != before


def test_each_of_several_texts_must_be_read(sides: Sides, tmp_path: Path) -> None:  # noqa: F811
    """The fingerprint of one text signs no other that stands beside it."""
    a, b = sides
    other = PROJECT.replace("KH-0001", "KH-0002").replace("Сухой порт", "Мост")
    offers = [
        a.writes("offer", "project", "--from", written(tmp_path, f"{n}.toml", words))
        for n, words in enumerate((PROJECT, other))
    ]
    exchange(a, b)
    b.does("countersign", *offers, *b.reads(offers[0]), code=2)
    b.does("countersign", *offers, *b.reads(*offers))


def test_two_editions_are_compared(offered: tuple[Sides, str]) -> None:
    """`diff A B` names what differs and nothing else; the same edition twice says so."""
    (a, _), entry = offered
    said = a.does("diff", "KH-0001", entry, language="ru")
    assert f"Бюджет, значение: (нет) → {FIGURES['ru']}" in said
    assert "Название" not in said
    assert f"Бюджет, значение: {FIGURES['ru']} → (нет)" in a.does(
        "diff", entry, "KH-0001", language="ru"
    )
    assert "the same" in a.does("diff", entry, entry)
    assert "different kinds" in a.does("diff", "KH-0001", "C-0001", code=2)
    a.does("diff", "KH-0001", code=2)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_text_comes_back_as_a_form(
    language: str,
    offered: tuple[Sides, str],
    tmp_path: Path,
) -> None:
    """What `text` prints is the same text when it is offered again, its names above the lines."""
    (a, _), entry = offered
    form = a.does("text", entry, language=language)
    assert NAMES[language][0].split(",")[0].split("：")[0] in form
    again = a.writes("offer", "project", "--from", written(tmp_path, "again.toml", form))
    found = [json.loads(a.does("show", one, "--json")) for one in (entry, again)]
    assert found[0]["core_hash"] == found[1]["core_hash"]


def test_one_field_is_changed(offered: tuple[Sides, str]) -> None:
    """`counter` and `offer` begin with the present text; `--set` changes one field of it."""
    (a, b), entry = offered
    other = b.writes("counter", entry, "--set", "budget.value=600000000", "--reason", "zh=改")
    said = b.does("diff", entry, other)
    assert said.splitlines()[1:] == ["  Budget, value: 638,000,000.50 → 600,000,000"]
    change = a.writes("offer", "project", "--set", "id=KH-0001", "--set", "kind=trade")
    said = a.does("diff", "KH-0001", change)
    assert said.splitlines()[1:] == ["  Kind: infrastructure → trade"]
