"""Every how-to page works as it is written: its commands, its files, its Python.

What a fence means, all of it visible to a reader of the page:

- ``bash``: run line by line in one folder for the page; exit code 0 is expected, or that of a comment
  ``# exit 2`` at the end of the line;
- ``text`` right after it: each line is among what the block printed;
- ``toml name=FILE`` (or csv, or any other kind): the file is written;
- ``python``: run in one namespace for the page;
- ``<!-- not run: REASON -->`` above a block leaves it out; the reasons are those of `REASONS`.

Any other fence shows something and is not run. Commands of Keruen run in this process, without the
second that a new one takes to start, and the demonstration of the register is made once for all pages.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from keruen.cli.main import run

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted((ROOT / "docs" / "how-to").glob("*.md"))
FENCE: Final = re.compile(
    r"(?:^ *<!-- not run: (?P<reason>.*?) -->\n)?"
    r"^(?P<indent> *)```(?P<kind>\w*)(?: name=(?P<name>\S+))?\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
EXIT: Final = re.compile(r"# exit (\d+)$")

REASONS: Final = frozenset(
    {
        "an id of your own register stands here",
        "a file of your own stands here",
        "needs the network",
        "plans the railway for minutes",
        "a change of the code",
    }
)
DEMONSTRATION: Final = ["keruen", "register", "demo"]
MOST_LEFT_OUT: Final = 17
"""Blocks that are not run, over all pages: a page whose commands nobody runs goes out of date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fence of a page."""

    kind: str
    name: str | None
    reason: str | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What the demonstration of the register leaves behind, and what it printed."""

    folder: Path
    printed: str


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Eight pages begin with it: it is made once, and each gets a copy of its own."""
    folder = tmp_path_factory.mktemp("demonstration")
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.chdir(folder)
        patch.setenv("KERUEN_LANGUAGE", "en")
        patch.setenv("COLUMNS", "200")
        assert run(DEMONSTRATION[1:]) == 0
    return Demonstration(folder=folder, printed=said.getvalue())


@dataclass(slots=True)
class Reader:
    """Somebody who types a page into a terminal."""

    patch: pytest.MonkeyPatch
    demonstration: Demonstration
    printed: str = ""
    namespace: dict[str, Any] = field(default_factory=dict)

    def follow(self, block: Block) -> None:
        """Do what the page says."""
        if block.name:
            Path(block.name).parent.mkdir(parents=True, exist_ok=True)
            Path(block.name).write_text(block.body, encoding="utf-8")
        elif block.kind == "bash":
            self.printed = "".join(self.command(line) for line in lines(block.body))
        elif block.kind == "text":
            # Tables and sentences are broken to the width of the terminal.
            shown = " ".join(self.printed.split())
            for line in block.body.splitlines():
                assert " ".join(line.split()) in shown, f"not printed: {line}\n{self.printed}"
        elif block.kind == "python":
            exec(block.body, self.namespace)

    def command(self, line: str) -> str:
        """Run one line; returns what it printed."""
        expected = EXIT.search(line)
        words = shlex.split(line, comments=True)
        if words[0] == "export":
            self.patch.setenv(*words[1].split("=", 1))
            return ""
        if words == DEMONSTRATION:
            shutil.copytree(self.demonstration.folder, Path(), dirs_exist_ok=True)
            return self.demonstration.printed
        if words[0] == "keruen":
            words, target = (words[: words.index(">")], words[-1]) if ">" in words else (words, "")
            said, complained = io.StringIO(), io.StringIO()
            with redirect_stdout(said), redirect_stderr(complained):
                code = run(words[1:])
            if target:
                Path(target).write_text(said.getvalue(), encoding="utf-8")
            printed = said.getvalue() + complained.getvalue()
        else:
            done = subprocess.run(
                ["bash", "-c", line], capture_output=True, text=True, encoding="utf-8", check=False
            )
            code, printed = done.returncode, done.stdout + done.stderr
        assert code == (int(expected[1]) if expected else 0), f"{line}\n{printed}"
        return printed


def blocks(page: Path) -> Iterator[Block]:
    """The fences of a page in order, without the indentation of the list that they stand in."""
    for found in FENCE.finditer(page.read_text(encoding="utf-8")):
        body = re.sub(f"^{found['indent']}", "", found["body"], flags=re.MULTILINE)
        yield Block(kind=found["kind"], name=found["name"], reason=found["reason"], body=body)


def lines(body: str) -> Iterator[str]:
    """The commands of a block: a backslash at the end of a line continues it."""
    for line in body.replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_works_as_written(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demonstration: Demonstration
) -> None:
    """Each command of the page ends as the page says, in the order in which they stand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERUEN_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    # Pages are read in a checkout, and some copy a scenario from it.
    (tmp_path / "src").symlink_to(ROOT / "src")
    reader = Reader(monkeypatch, demonstration)
    for block in blocks(page):
        if block.reason is None:
            reader.follow(block)


def test_few_blocks_are_left_out_and_each_with_a_reason() -> None:
    """What is not run says why, with a reason that is allowed."""
    left_out = [block.reason for page in PAGES for block in blocks(page) if block.reason]
    assert set(left_out) <= REASONS
    assert len(left_out) <= MOST_LEFT_OUT


def test_no_command_hides_from_the_test() -> None:
    """A command of Keruen stands in a `bash` fence, run or left out with a reason."""
    for page in PAGES:
        for block in blocks(page):
            is_command = re.search(r"^keruen ", block.body, re.MULTILINE)
            assert block.kind == "bash" or not is_command, f"{page.name}: {block.body}"
