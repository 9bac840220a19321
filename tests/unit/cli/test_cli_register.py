"""What the register's command line reads and says, without any register."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import typer

from keruen import i18n
from keruen.cli.commands import app
from keruen.cli.main import run
from keruen.cli.registering.content import read_content, texts_of
from keruen.cli.registering.opening import check_day, given_passphrase
from keruen.cli.registering.templates import FORMS, form
from keruen.errors import RegisterError, UsageError
from keruen.i18n import describe
from keruen.i18n.messages import catalogue
from keruen.register.record.forms import KINDS, record_of

Output = pytest.CaptureFixture[str]
OTHERS = tuple(language for language in i18n.LANGUAGES if language != "en")
ENGLISH_OF_TYPER = ("Usage", "Options", "Arguments", "Commands", "Show this message", "default")


def commands() -> tuple[tuple[str, ...], ...]:
    """Every command below `register`, as it is typed."""
    group = typer.main.get_command(app).commands["register"]
    found: list[tuple[str, ...]] = [("register",)]
    for name, command in group.commands.items():
        found.append(("register", name))
        found += [("register", name, inner) for inner in getattr(command, "commands", {})]
    return tuple(found)


def problem_keys(words: dict[str, object], kind: str) -> list[str]:
    """Keys of the problems that words have as a record of a kind."""
    with pytest.raises(RegisterError) as caught:
        record_of(words, kind, "file.toml")
    return [problem.key for problem in caught.value.problems]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
@pytest.mark.parametrize("language", OTHERS)
def test_register_help_is_in_the_language(
    command: tuple[str, ...], language: str, capsys: Output
) -> None:
    """A help page of the register has no word of Typer's English in it, nor ours."""
    assert run([*command, "--help", "--language", language]) == 0
    page = capsys.readouterr().out
    assert page.startswith(i18n.text("cli.usage", language))
    assert not [word for word in ENGLISH_OF_TYPER if word in page]


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_forms_are_records_as_they_are_printed(kind: str, language: str, tmp_path: Path) -> None:
    """A form with words in it says a whole record, even with every optional line filled in."""
    printed = form(kind, language).replace('sha256 = "…"', f'sha256 = "{"0" * 64}"')
    printed = printed.replace('"…"', '"E-1"')
    assert record_of(tomllib.loads(printed), kind, "form") is not None
    path = tmp_path / "form.toml"
    filled = re.sub(r"^# (?=[\w.]+ = )", "", printed, flags=re.MULTILINE)
    path.write_text(filled, encoding="utf-8")
    assert record_of(read_content(path, ()), kind, "form") is not None


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_form_that_nobody_filled_is_refused(kind: str) -> None:
    """A form as it was printed says nothing yet: every text that is still a mark is named."""
    assert set(problem_keys(tomllib.loads(form(kind, "ru")), kind)) == {
        "problem.content_placeholder"
    }


def test_every_line_of_a_form_has_its_sentence() -> None:
    """Each line of a form stands below a sentence, and no sentence is idle."""
    used = {f"register.form_{field}" for lines in FORMS.values() for _, field in lines}
    listed = {key for key in catalogue("en") if key.startswith("register.form_")}
    assert listed - {"register.form_head"} == used


def test_unknown_form(capsys: Output) -> None:
    """A form that there is not is answered with those that there are."""
    assert run(["register", "template", "contract", "--language", "en"]) == 2
    assert "commitment" in capsys.readouterr().err


def test_set_goes_over_the_file(tmp_path: Path) -> None:
    """`--set` changes single parts of what the file says."""
    path = tmp_path / "claim.toml"
    path.write_text('id = "S-1"\n[quantity]\nvalue = 63.80\nunit = "ha"\n', encoding="utf-8")
    words = read_content(path, ["quantity.unit=t/yr", "text.ru = слово = два"])
    assert words == {
        "id": "S-1",
        "quantity": {"value": "63.80", "unit": "t/yr"},
        "text": {"ru": "слово = два"},
    }


def test_figures_stay_as_they_were_typed(tmp_path: Path) -> None:
    """A decimal keeps its digits, a day its form, and a whole number may stand without quotes."""
    path = tmp_path / "claim.json"
    path.write_text(
        '{"id": "S-1", "field": "jobs", "quantity": {"value": 500, "low": 1.10, "unit": "job"},'
        ' "source": {"document": "d"}}',
        encoding="utf-8",
    )
    record = record_of(read_content(path, ()), "claim", "file")
    assert (record.quantity.value, record.quantity.low) == ("500", "1.10")
    path = tmp_path / "day.toml"
    path.write_text("due = { first = 2027-10-01, last = 2027-12-31 }", encoding="utf-8")
    assert read_content(path, ())["due"] == {"first": "2027-10-01", "last": "2027-12-31"}


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.toml", b"", "problem.content_empty"),
        ("a.toml", b"  \n", "problem.content_empty"),
        ("a.toml", b"\xff\xfe\x00", "problem.content_not_text"),
        ("a.toml", b"title = ", "problem.content_no_toml"),
        ("a.json", b"{", "problem.content_no_json"),
        ("a.json", b"[1]", "problem.content_no_table"),
        ("a.json", b'{"id": 1, "id": 2}', "problem.content_repeated"),
        ("a.json", b'{"a":' * 60 + b"1" + b"}" * 60, "problem.content_too_deep"),
        ("a.json", b"[" * 100_000, "problem.content_too_deep"),
        ("a.toml", b"#" * (4 * 1024 * 1024 + 1), "problem.content_too_large"),
    ],
)
def test_hostile_files(name: str, content: bytes, key: str, tmp_path: Path) -> None:
    """A file that cannot be content is one problem that names it."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RegisterError) as caught:
        read_content(path, ())
    assert caught.value.key == key
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [(b'id = "KH-1"\nkind = trade\n', 2, 8), (b"title = ", 1, 9), (b"a = 1\nb = [1,\n", 2, 8)],
)
def test_a_form_says_where_it_is_no_toml(
    content: bytes, line: int, column: int, tmp_path: Path
) -> None:
    """The line and the column, without the English sentence of a parser."""
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(RegisterError) as refused:
        read_content(path, [])
    words = refused.value.parameters
    assert (words["line"], words["column"]) == (line, column)
    assert "Invalid" not in describe(refused.value, "ru")


def test_figures_are_looked_at_beside_every_other_problem() -> None:
    """A day that does not exist is told at once, whatever else keeps the form from being read."""
    words = {
        "id": "S-1",
        "field": "cost",
        "colour": "red",
        "quantity": {"value": "5e3", "currency": "KZT"},
        "valid": {"first": "2026-13-01"},
        "source": {"document": "A report"},
    }
    assert sorted(problem_keys(words, "claim")) == [
        "problem.content_key",
        "problem.content_missing",
        "problem.content_missing",
        "problem.figure_day",
        "problem.figure_decimal",
    ]


def test_what_was_written_is_repeated_as_it_was_written() -> None:
    """A text where one word is asked is shown as typed, not in the register's own full form."""
    words = {"source": {"document": {"ru": "Протокол"}}}
    with pytest.raises(RegisterError) as refused:
        record_of(words, "claim", "--set")
    page = str(refused.value)
    assert "Протокол" in page
    assert "authentic" not in page


def test_folder_and_absent_file(tmp_path: Path) -> None:
    """A folder is no file, and a file that is not there is named with the reason."""
    for path, key in (
        (tmp_path, "problem.content_folder"),
        (tmp_path / "none.toml", "problem.content_unreadable"),
    ):
        with pytest.raises(RegisterError) as caught:
            read_content(path, ())
        assert caught.value.key == key


def test_mark_of_an_editor_is_no_letter(tmp_path: Path) -> None:
    """A byte order mark at the beginning of a file is not part of its first key."""
    path = tmp_path / "a.toml"
    path.write_bytes(b'\xef\xbb\xbfid = "x"')
    assert read_content(path, ()) == {"id": "x"}


@pytest.mark.parametrize("change", ["", "x", "=1", "a..b=1", ".a=1", "id.x=1"])
def test_impossible_changes(change: str, tmp_path: Path) -> None:
    """What is not key=value is refused, also where a word stands in the way."""
    path = tmp_path / "a.toml"
    path.write_text('id = "x"', encoding="utf-8")
    with pytest.raises(UsageError):
        read_content(path, [change])


def test_nothing_to_write() -> None:
    """Neither a file nor a change is nothing to write."""
    with pytest.raises(UsageError):
        read_content(None, ())


def test_all_problems_at_once_each_with_its_place() -> None:
    """A record with several faults is answered with all of them, and near words."""
    words = {
        "idd": "C-1",
        "strength": "promise",
        "text": {"ru": "слово"},
        "quantity": {"value": [1], "unit": "t"},
        "due": "2027",
        "open_questions": [1, {"a": 1}],
    }
    with pytest.raises(RegisterError) as caught:
        record_of(words, "commitment", "c.toml")
    said = str(caught.value)
    assert [problem.key for problem in caught.value.problems] == [
        "problem.content_key",
        "problem.content_word",
        "problem.content_letters",
        "problem.content_table",
        "problem.content_letters",
        "problem.content_missing",
        "problem.content_word",
    ]
    for words_ in ("(`strength`)", "memorandum", "(`open_questions`)", "“idd”"):
        assert words_ in said


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_empty_words_are_no_record(kind: str) -> None:
    """Of nothing, every key that is needed is missing, and nothing else is said."""
    assert set(problem_keys({}, kind)) == {"problem.content_missing"}


def test_letters_that_steer_a_terminal_are_not_repeated() -> None:
    """What a file says wrongly is shown without control letters."""
    with pytest.raises(RegisterError) as caught:
        record_of({"id\x1b[31m": "x" * 500}, "charter", "file")
    assert "\x1b" not in str(caught.value)


def test_text_left_as_it_was_is_behind_until_confirmed() -> None:
    """Change one language, and the others follow the old text until somebody read them again."""
    from keruen.register.record import texts

    def charter(title: dict[str, str]) -> dict[str, object]:
        return {"id": "charter", "title": title}

    import msgspec

    first = record_of(charter({"kk": "а", "ru": "б", "zh": "中"}), "charter", "f")
    before = msgspec.to_builtins(first)
    assert texts.behind(first.title) == ()
    changed = charter({"kk": "а", "ru": "в", "zh": "中"})
    second = record_of(changed, "charter", "f", before)
    assert set(texts.behind(second.title)) == {"kk", "zh"}
    third = record_of(changed, "charter", "f", before, ("zh",))
    assert texts.behind(third.title) == ("kk",)
    fourth = record_of(changed, "charter", "f", before, ("zh", "kk"))
    assert texts.behind(fourth.title) == ()


@pytest.mark.parametrize(
    "written", [["ru"], ["de=Wort"], ["ru="], ["ru=a", "ru=b"], ["=слово"], ["ru= "]]
)
def test_impossible_texts(written: list[str]) -> None:
    """A text is language=words with a language of ours, each once."""
    with pytest.raises(UsageError):
        texts_of(written, "--reason")


@pytest.mark.parametrize("day", ["2027", "2027-02-30", "32.12.2027", "20271231", "2027-W01-1", ""])
def test_impossible_days(day: str) -> None:
    """A day is one of the calendar, and whole."""
    with pytest.raises(UsageError):
        check_day(day, "--today")


def test_passphrase_comes_from_file_or_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file goes before the environment; its line end is not part of the passphrase."""
    monkeypatch.delenv("KERUEN_PASSPHRASE", raising=False)
    assert given_passphrase(None) is None
    monkeypatch.setenv("KERUEN_PASSPHRASE", "from the environment")
    assert given_passphrase(None) == "from the environment"
    path = tmp_path / "phrase"
    path.write_bytes("слово на ключ\r\n".encode())
    assert given_passphrase(path) == "слово на ключ"


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb", b"\xff", None])
def test_impossible_passphrase_files(content: bytes | None, tmp_path: Path) -> None:
    """A passphrase file has one line of text."""
    path = tmp_path / "phrase"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError):
        given_passphrase(path)


def test_no_command_takes_a_passphrase_as_an_argument() -> None:
    """What stands on a command line is seen by every user of the machine."""
    for command in commands():
        found = typer.main.get_command(app)
        for name in command:
            found = found.commands[name]
        spelled = [one for parameter in found.params for one in parameter.opts]
        assert "--passphrase" not in spelled


@pytest.mark.parametrize("command", ["status", "list", "diff", "verify", "export"])
def test_missing_and_foreign_folders(command: str, tmp_path: Path, capsys: Output) -> None:
    """A folder that is not there, or holds no register, is named, with a way on."""
    for folder in (tmp_path / "none", tmp_path):
        assert run(["register", command, "--folder", str(folder), "--language", "en"]) == 2
        said = capsys.readouterr().err
        assert str(folder) in said
        assert "register init" in said


def test_json_of_forms_is_toml_too() -> None:
    """The words of a form are plain: they survive JSON."""
    words = tomllib.loads(form("project", "en"))
    assert json.loads(json.dumps(words)) == words
