"""The guided start asks before it signs, in the reader's words, and cannot be jammed by a name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import typer

from keruen.cli.main import run
from keruen.i18n import LANGUAGES, text

Output = pytest.CaptureFixture[str]
PHONE = "+7 701 123 45 67"
PAIR = "Kostanay – Hefei"


def start(home: Path, *options: str, language: str = "en") -> int:
    """One step of a home, whose register and carried files lie in it."""
    where = ("--folder", str(home / "register"), "--mail", str(home / "mail"))
    return run(["register", "start", *where, *options, "--language", language])


def carry(source: Path, target: Path) -> None:
    shutil.copytree(source / "mail", target / "mail", dirs_exist_ok=True)


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    """Two homes with their keys, and each other's card."""
    a, b = tmp_path / "a", tmp_path / "b"
    assert start(a, "--side", "A", "--name", "ru=Костанай", "--office", "Office") == 0
    assert start(b, "--side", "B", "--name", "zh=合肥市", "--office", "Office") == 0
    carry(a, b)
    carry(b, a)
    return a, b


def form(folder: Path, title: str = "Склад") -> str:
    path = folder / "project.toml"
    title_line = f'title = {{ ru = "{title}", zh = "仓库" }}'
    path.write_text(f'id = "KH-0001"\nkind = "infrastructure"\n{title_line}\n', "utf-8")
    return str(path)


def test_a_hand_typed_name_makes_no_second_pair(
    homes: tuple[Path, Path], tmp_path: Path, capsys: Output
) -> None:
    """A hyphen for a dash makes another pair for ever; the bundle that has come shows it before."""
    a, b = homes
    assert start(a, "--yes", "--pair-name", PAIR, "--from", form(tmp_path)) == 0
    carry(a, b)
    capsys.readouterr()
    assert start(b, "--yes", "--pair-name", PAIR.replace("–", "-")) == 2
    page = capsys.readouterr().err
    assert "letter by letter" in page
    assert "Kostanay - Hefei" in page
    assert not (b / "register" / "genesis.json").exists()
    # The name as the other side wrote it goes on to the text that waits.
    assert start(b, "--yes", "--pair-name", PAIR) == 2
    assert "--read" in capsys.readouterr().err


def test_a_bundle_of_another_pair_says_how_to_compare(
    homes: tuple[Path, Path], tmp_path: Path, capsys: Output
) -> None:
    """Both joined before anything was carried: the refusal names the cause and the comparison."""
    a, b = homes
    assert start(b, "--yes", "--pair-name", "Another name") == 0
    assert start(a, "--yes", "--pair-name", PAIR, "--from", form(tmp_path)) == 0
    carry(a, b)
    capsys.readouterr()
    assert start(b) == 2
    assert "keys annex" in capsys.readouterr().err


def test_a_file_that_is_no_bundle_does_not_keep_from_joining(
    homes: tuple[Path, Path], capsys: Output
) -> None:
    """Whatever lies among the carried files is named when it is taken in, after the joining."""
    _, b = homes
    (b / "mail" / "from-a" / "x.jlb").write_bytes(b"no bundle")
    assert start(b, "--yes", "--pair-name", PAIR) == 2
    assert "x.jlb" in capsys.readouterr().err
    assert (b / "register" / "genesis.json").exists()


def test_persons_are_asked_about(homes: tuple[Path, Path], tmp_path: Path, capsys: Output) -> None:
    """A telephone in the first project is refused by the name of its field, until it is meant."""
    a, _ = homes
    page = form(tmp_path, f"Склад, {PHONE}")
    assert start(a, "--yes", "--pair-name", PAIR, "--from", page, language="ru") == 2
    said = capsys.readouterr().err
    assert "Название, русский (`title.ru`)" in said
    assert "--allow" in said
    assert start(a, "--from", page, "--allow", "telephone") == 2
    assert start(a, "--from", page, "--allow", "phone") == 0
    assert PHONE in capsys.readouterr().out


def test_from_nothing_to_agreed_in_six_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Two homes that share only carried files need six commands, of which none is looked up."""
    homes = (tmp_path / "a", tmp_path / "b")
    options = (
        ("--side", "A", "--name", "ru=Костанай", "--office", "Office"),
        ("--side", "B", "--name", "zh=合肥市", "--office", "Office"),
        ("--yes", "--pair-name", PAIR, "--from", form(tmp_path)),
        ("--yes", "--pair-name", PAIR),
        (),
        (),
    )
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: "yes")
    for n, more in enumerate(options):
        monkeypatch.setattr("sys.stdin.isatty", lambda n=n: n == 3)
        capsys.readouterr()
        assert start(homes[n % 2], *more) == 0
        if n:  # The first card waits until both are there.
            carry(homes[0], homes[1])
            carry(homes[1], homes[0])
    for home in homes:
        assert start(home) == 0
        assert text("register.start_agreed", "en") in capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_are_words_of_the_reader(
    language: str, homes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """The question about the card takes the language's own yes, asks again after anything else."""
    a, _ = homes
    yes = text("register.answers_yes", language).split(", ")[0]
    asked: list[str] = []
    given = iter(["?", yes.upper(), PAIR, ""])

    def prompt(question: str, **_: object) -> str:
        asked.append(question)
        return next(given)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(typer, "prompt", prompt)
    assert start(a, language=language) == 0
    assert (a / "register" / "genesis.json").exists()
    assert all(f"[{yes}/" in one for one in asked[:2])
    assert f"`{yes}`" in capsys.readouterr().out
    assert asked[0] == asked[1]


@pytest.mark.parametrize("content", [b"", b"{}", b"no card", b'{"side":"B"'])
def test_a_card_that_is_none_is_named_by_its_file(
    content: bytes, homes: tuple[Path, Path], capsys: Output
) -> None:
    """The file stands in the sentence, and no word of a parser."""
    a, _ = homes
    card = a / "mail" / "from-b" / "card.json"
    card.write_bytes(content)
    assert start(a, "--yes", "--pair-name", PAIR, language="ru") == 2
    page = capsys.readouterr().err
    assert str(card) in page
    assert not any(word in page for word in ("JSON", "Object", "Input", "truncated"))
