"""Sentences from the catalogue."""

from __future__ import annotations

import errno
import os

import pytest

from keruen import i18n
from keruen.errors import Problem, ScenarioError, UsageError
from keruen.i18n import texts


@pytest.fixture
def _a_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    messages = {
        "t.plain": "{name} of {name}",
        "t.kinds": "{n:number} {part:share1} {wait:duration} {what:key}",
        "t.what": "a crane",
        "t.trains|one": "{n:number} поезд",
        "t.trains|few": "{n:number} поезда",
        "t.trains|many": "{n:number} поездов",
        "t.trains|other": "{n:number} поезда",
        "t.times|one": "в {times} раз",
        "t.times|few": "в {times} раза",
        "t.times|many": "в {times} раз",
        "t.times|other": "в {times} раза",
        "t.attribute": "{name.upper}",
    }
    monkeypatch.setattr(texts, "message", lambda key, _: messages[key])
    monkeypatch.setattr(texts, "catalogue", lambda _: messages)
    monkeypatch.setitem(texts._KINDS, "key", lambda key, _: messages[key])  # type: ignore[index]


@pytest.mark.usefixtures("_a_catalogue")
class TestSentences:
    """Placeholders and their kinds."""

    def test_a_placeholder_is_filled_as_it_is(self) -> None:
        """Braces and other markup in a value are not read again."""
        assert i18n.text("t.plain", "en", name="{x} %s") == "{x} %s of {x} %s"

    def test_a_kind_formats_its_value(self) -> None:
        """A placeholder with a kind is written by the language's rules."""
        said = i18n.text("t.kinds", "en", n=1234, part=0.123, wait=60_000, what="t.what")
        assert said.replace("\u00a0", " ") == "1,234 12.3% 1 min a crane"

    @pytest.mark.parametrize(
        ("n", "expected"), [(1, "1 поезд"), (2, "2 поезда"), (5, "5 поездов"), (21, "21 поезд")]
    )
    def test_a_count_chooses_its_form(self, n: int, expected: str) -> None:
        """Russian counts one, few and many apart."""
        assert i18n.plural("t.trains", n, "ru") == expected

    @pytest.mark.parametrize(
        ("n", "expected"),
        [(1.5, "в 1,5 раза"), (2.0, "в 2 раза"), (5.0, "в 5 раз"), (10.0, "в 10 раз")],
    )
    def test_a_broken_number_chooses_its_form(self, n: float, expected: str) -> None:
        """A fraction has a form of its own; a float that is whole counts as a whole number."""
        written = i18n.number(n, "ru", 0 if n.is_integer() else 1)
        assert i18n.plural("t.times", n, "ru", times=written) == expected

    def test_a_sentence_cannot_reach_into_a_value(self) -> None:
        """A placeholder is a plain name: no attribute, no index."""
        with pytest.raises(AssertionError, match="not a plain name"):
            i18n.text("t.attribute", "en", name="x")


def test_a_missing_key_is_a_fault_that_names_it() -> None:
    """No key falls back to English unseen."""
    with pytest.raises(KeyError, match=r"'kk' has no text 'cli\.no_such'"):
        i18n.text("cli.no_such", "kk")


def test_an_error_is_described_in_the_language_of_the_reader() -> None:
    """The same error is English as a string and the reader's language when described."""
    wrong = UsageError("error.unknown_language", language="de", known="en")
    assert str(wrong).startswith("There is no language")
    assert i18n.describe(wrong, "ru").startswith("Языка «de» нет")


def test_every_problem_of_an_error_has_its_line() -> None:
    """An error with several problems is described with all of them."""
    problems = tuple(
        Problem("error.unknown_language", {"language": name, "known": "en"}) for name in ("a", "b")
    )
    lines = i18n.describe(ScenarioError(problems), "kk").splitlines()
    assert [line[:3] for line in lines] == ["«a»", "«b»"]


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "a, b and c"), ("ru", "a, b и c"), ("zh", "a、b和c")]
)
def test_a_list_is_joined_by_the_words_of_its_language(language: str, expected: str) -> None:
    """A list ends with the language's "and"."""
    assert i18n.listing(["a", "b", "c"], language) == expected


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.ECONNREFUSED])
def test_what_the_system_says_is_said_in_the_language(language: str, number: int) -> None:
    """No English sentence of the system stands in a page, also not inside a longer one."""
    for reason in (os.strerror(number), f"[Errno {number}] {os.strerror(number)}"):
        problem = Problem("problem.content_unreadable", {"place": "a.toml", "reason": reason})
        page = i18n.describe(problem, language)
        assert os.strerror(number) not in page
        assert i18n.text(f"reason.{errno.errorcode[number].lower()}", language) in page


def test_a_reason_that_nobody_knows_stays_as_it_is() -> None:
    """Words of a system that are not in the catalogue are better than none."""
    problem = Problem("problem.content_unreadable", {"place": "a", "reason": "Strange"})
    assert "Strange" in i18n.describe(problem, "ru")
