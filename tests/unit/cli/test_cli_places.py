"""Where a command is told to write or read, and what stands there instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from appraised_lists import listed
from keruen.cli.main import run
from keruen.cli.registering.opening import check_day
from keruen.errors import KeruenError, UsageError
from keruen.i18n import LANGUAGES, text
from levers import toy_with_lane

Output = pytest.CaptureFixture[str]
COMMANDS = ("run", "capacity", "design", "sensitivity", "appraise")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A scenario that each of the commands would answer about."""
    return Path(toy_with_lane(tmp_path / "lane"))


def refused(arguments: list[str], capsys: Output) -> str:
    """What a command says that could do nothing."""
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_in_the_way_is_told_before_the_work(
    command: str, language: str, scenario: Path, tmp_path: Path, capsys: Output
) -> None:
    """In one sentence of the reader's language, with nothing said to be saved, and no progress."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    source = listed(tmp_path / "list", {"north": {"effect": "wider"}})
    place = str(source if command == "appraise" else scenario)
    for out in (in_the_way, in_the_way / "inside"):
        said = refused([command, place, "--out", str(out), "--language", language], capsys)
        # The reason is the one of the system; what is wrong is in the path or at its end.
        reasons = [text(f"reason.{name}", language) for name in ("eexist", "enotdir")]
        wanted = [
            text("error.disk_path", language, path="|", reason=reason).split("|")[1]
            for reason in reasons
        ]
        assert said.count("\n") == 1, said
        assert any(words in said for words in wanted), said
        assert str(out) in said


@pytest.mark.parametrize("name", ["file", "missing"])
def test_a_file_is_no_run(name: str, tmp_path: Path, capsys: Output) -> None:
    """To report from a file is not called a damaged run, which one would repair."""
    (tmp_path / "file").write_text("{", encoding="utf-8")
    place = str(tmp_path / name)
    said = refused(["report", place], capsys)
    assert text("error.not_a_run", "en", path=place) in said


@pytest.mark.parametrize("option", ["--folder", "--runs"])
def test_pages_are_not_served_from_a_file(option: str, tmp_path: Path, capsys: Output) -> None:
    """A file where the folder should be is refused, not shown as an empty register."""
    place = tmp_path / "file"
    place.write_text("", encoding="utf-8")
    said = refused(["web", option, str(place), "--port", "0"], capsys)
    reason = text("reason.enotdir", "en")
    assert text("error.disk_path", "en", path=str(place), reason=reason) in said


def test_a_backup_beside_a_file_claims_nothing(tmp_path: Path, capsys: Output) -> None:
    """No half of a backup is promised where none was written."""
    folder = str(tmp_path / "register")
    start = ["register", "init", "--side", "A", "--name", "en=A", "--office", "Head"]
    secret = tmp_path / "secret"
    secret.write_text("long enough to be kept\n", encoding="utf-8")
    secret.chmod(0o600)
    assert run([*start, "--folder", folder, "--passphrase-file", str(secret)]) == 0
    capsys.readouterr()
    out = secret / "backup"
    said = refused(["register", "backup", str(out), "--folder", folder], capsys)
    reason = text("reason.eexist", "en")
    assert text("error.disk_path", "en", path=str(out), reason=reason) in said


@pytest.mark.parametrize(
    "written",
    [
        "2027-12-31",
        "31.12.2027",
        "31.12.27",
        "31.12.2027 г.",
        "31 декабря 2027 г.",
        "2027 жылғы 31 желтоқсан",
        "31 December 2027",
        "2027年12月31日",
        "31/12/2027",
    ],
)
def test_a_day_of_an_option_as_people_write_it(written: str) -> None:
    """The same forms as in a table; the register gets the ISO form."""
    assert check_day(written, "--today") == "2027-12-31"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("03/04/2027", "error.day_two_ways"),
        ("31.02.2027", "error.no_day"),
        ("2027", "error.no_day"),
        ("2027-W01-1", "error.no_day"),
        ("soon", "error.no_day"),
    ],
)
def test_what_is_no_day_of_an_option(written: str, key: str) -> None:
    """Refused; of two readings both are named."""
    with pytest.raises(UsageError) as told:
        check_day(written, "--today")
    assert isinstance(told.value, KeruenError)
    assert told.value.key == key
    if key == "error.day_two_ways":
        assert told.value.parameters["first"] != told.value.parameters["second"]
