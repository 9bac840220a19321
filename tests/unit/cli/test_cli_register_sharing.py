"""What leaves an installation: tables for a spreadsheet, and a package for the partner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keruen.cli.main import run
from keruen.domain.joint import Claim, Quantity, Source
from keruen.register import Demo, Imported, Register, demo

AT = "2026-11-23T10:00:00Z"


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Two registers that have exchanged all, and a claim of A that B has not had yet."""
    played = demo(tmp_path_factory.mktemp("sharing") / "play", at=AT)
    played.a.claim(
        Claim(
            id="unsent",
            project="KH-0001",
            field="cost",
            quantity=Quantity(value="99", unit="bn KZT"),
            source=Source(document="not sent yet"),
        ),
        at=AT,
    )
    return played


def test_a_partner_sees_nothing_that_was_not_sent(play: Demo) -> None:
    """The state for a partner ends where the other side is known to have read."""
    own, shared = play.a.state(AT[:10]), play.a.shared_state(AT[:10])
    ids = [{said.body.id for said in state.claims} for state in (own, shared)]
    assert "unsent" in ids[0]
    assert "unsent" not in ids[1]
    assert shared.projects.keys() == own.projects.keys()


@pytest.mark.parametrize(("profile", "is_told"), [("partner", False), ("full", True)])
def test_a_package_holds_what_its_profile_may(
    play: Demo, tmp_path: Path, profile: str, is_told: bool
) -> None:
    """The package for a partner lacks what was not sent; the full one has it."""
    target = tmp_path / "list.json"
    folder = str(play.side_a)
    command = ["register", "oc4ids", "export", str(target), "--profile", profile]
    assert run([*command, "--folder", folder]) == 0
    content = target.read_text(encoding="utf-8")
    assert json.loads(content)["projects"]
    assert ("not sent yet" in content) is is_told


def test_a_folder_gets_tables(play: Demo, tmp_path: Path) -> None:
    """A folder instead of a workbook's name is filled with CSV tables that name what they code."""
    target = tmp_path / "tables"
    command = ["register", "sheet", "export", str(target), "--folder", str(play.side_a)]
    assert run([*command, "--language", "ru"]) == 0
    tables = sorted(target.glob("*.csv"))
    assert len(tables) >= 3
    text = "".join(table.read_text(encoding="utf-8-sig") for table in tables)
    assert "KH-0001" in text
    assert "Сухой порт «Тобол», первая очередь" in text


def test_the_empty_form_is_a_workbook(
    play: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The empty form cannot be a folder of tables, and says what it can be."""
    command = ["register", "sheet", "export", str(tmp_path / "form"), "--empty"]
    assert run([*command, "--folder", str(play.side_a), "--language", "en"]) == 2
    assert "form.xlsx" in capsys.readouterr().err


def test_the_office_is_behind_a_proxy(
    play: Demo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line alone reads the proxy of the environment, and prints no password."""
    asked: list[tuple[str, str]] = []

    def taken(_: Register, source: str, *, at: str, proxy: str) -> Imported:
        assert at.endswith("Z")
        asked.append((source, proxy))
        return Imported(applied=1)

    monkeypatch.setattr(Register, "import_", taken)
    for name in ("https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    far, near = "https://name:SECRET@far.example/x.jlb", "https://near.example/x.jlb"
    command = ["register", "import", "--folder", str(play.side_a)]
    assert run([*command, far]) == 0
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "near.example")
    for source in (far, near, "no-address.jlb"):
        assert run([*command, source]) == 0
    assert run([*command, far, "--json"]) == 0
    proxy = "http://proxy.example:3128"
    assert asked == [(far, ""), (far, proxy), (near, ""), ("no-address.jlb", ""), (far, proxy)]
    told = capsys.readouterr()
    assert "https://***@far.example/x.jlb" in told.out
    assert "SECRET" not in told.out + told.err
