"""What Keruen publishes, pinned by digest: a change of the code that changes none of it shows it.

python tests/contracts/pinned.py                  names what has changed, exit 1
python tests/contracts/pinned.py --update         writes the digests of today
python tests/contracts/pinned.py --write FOLDER   writes every text that has a digest

Each digest is of a text that a person can read. To see a difference, write the texts of two
checkouts into two folders and compare them: ``diff -r BEFORE AFTER``.
"""

from __future__ import annotations

import hashlib
import platform
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

# This file also runs as a script, when its folder is the first place that Python looks in.
from source_tree import ROOT

if __name__ == "__main__":
    sys.path += [str(ROOT / "tests"), str(ROOT)]

import pinned_pages
import pinned_register
import pinned_trains

FILE: Final = ROOT / "tests" / "contracts" / "digests.toml"

HEADS: Final[Mapping[str, str]] = {
    "traces": """\
# SHA-256 of the trace of the first replication of a packaged scenario, with its own seed: the toy
# whole, the starter and cases of kostanay-hefei for a few days. A change here changes results: CHANGELOG.md must
# name the first 12 characters of the new digest.
""",
    "weeks": """\
# SHA-256 of the planned week of each case, as the text of its file. Another solver or another
# processor may plan another week, so both stand here.
""",
    "register": """\
# SHA-256 of the register's demonstration, with keys made from a fixed seed.
""",
    "pages": """\
# SHA-256 of what a person reads: reports, help, JSON; versions, paths and packed fonts left out.
""",
}
"""Table of digests → what stands above it in the file."""

WORDS: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "traces": pinned_trains.TRACES,
    "weeks": pinned_trains.WEEKS,
    "register": pinned_register.TEXTS,
    "pages": pinned_pages.TEXTS,
}
"""Table → name → what makes the text."""


def made_by() -> dict[str, str]:
    """The solver and the kind of machine that plan a week here."""
    return {
        "solver": f"highspy {version('highspy')}",
        "machine": f"{platform.machine()} {platform.system()}",
    }


def known() -> dict[str, dict[str, str]]:
    """The digests as they were written down: table → name → digest."""
    found: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found


def digest(text: str) -> str:
    """SHA-256 of a text; a trace brings its own in the first line, as `keruen run` names it."""
    head, _, _ = text.partition("\n")
    if head.startswith(pinned_trains.TRACE_HEAD):
        return head.removeprefix(pinned_trains.TRACE_HEAD)
    return hashlib.sha256(text.encode()).hexdigest()


def put(folder: Path, table: str, name: str, text: str) -> Path:
    """Write a text for a person to compare."""
    path = folder / f"{table}-{name}.txt"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def complaint(table: str, name: str, text: str) -> str:
    """How to see what changed, and what to do when that is meant; the text is written for it."""
    path = put(Path(tempfile.gettempdir()) / "keruen-pinned", table, name, text)
    return (
        f"{table}.{name} is not what was pinned. What it is now lies in {path};"
        " for what it was, run `python tests/contracts/pinned.py --write FOLDER` in a checkout of the"
        " commit before (git worktree add) and compare. If the change is meant:"
        " `python tests/contracts/pinned.py --update`, and a line in CHANGELOG.md."
    )


def as_file(digests: Mapping[str, Mapping[str, str]]) -> str:
    """The digests as the text of their file."""
    parts = []
    for table, named in digests.items():
        rows = "".join(f'{name} = "{value}"\n' for name, value in named.items())
        parts.append(f"{HEADS[table]}\n[{table}]\n{rows}")
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Check, write the texts, or write the digests with ``--update``."""
    texts = {t: {name: make() for name, make in named.items()} for t, named in WORDS.items()}
    if arguments[:1] == ["--write"]:
        for table, named in texts.items():
            for name, text in named.items():
                put(Path(arguments[1]), table, name, text)
        return 0
    found: dict[str, dict[str, Any]] = {
        table: {name: digest(text) for name, text in named.items()}
        for table, named in texts.items()
    }
    found["weeks"] = {**made_by(), **found["weeks"]}
    if arguments == ["--update"]:
        FILE.write_text(as_file(found), encoding="utf-8", newline="\n")
        return 0
    before = known()
    changed = [
        (table, name)
        for table, named in texts.items()
        for name in named
        if before.get(table, {}).get(name) != found[table][name]
    ]
    for table, name in changed:
        sys.stderr.write(complaint(table, name, texts[table][name]) + "\n")
    return 1 if changed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
