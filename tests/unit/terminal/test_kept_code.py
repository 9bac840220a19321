"""The kernel's compiled code lies in the caches, whatever the environment says to Numba."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keruen import caches

ASKED = """
import numba
from keruen import caches
from keruen.errors import StorageError
{before}
try:
    from keruen.terminal.kernel import yard
except StorageError as refused:
    print(refused.key)
    raise SystemExit
from keruen import draws
folders = {{value.stats.cache_path for value in vars(yard).values() if hasattr(value, "stats")
           and value.__module__ == yard.__name__}}
assert folders, "nothing is compiled"
print(*folders, draws.bits.stats.cache_path, numba.config.CACHE_DIR, sep="\\n")
"""


def asked(tmp_path: Path, before: str = "", **variables: str) -> list[str]:
    """Folders of the kernel's code, of the draws' own, and Numba's setting in a fresh process."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "0", **variables}
    environment[caches.VARIABLE] = str(tmp_path / "caches")
    answer = subprocess.run(
        [sys.executable, "-c", ASKED.format(before=before)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return answer.stdout.splitlines()


@pytest.mark.parametrize("classes", ["", "InTreeCacheLocator", "no.such.Locator"])
def test_what_is_said_to_numba_does_not_matter(tmp_path: Path, classes: str) -> None:
    """The kernel's code lies in its own folder, the draws' nowhere; Numba is left as it was."""
    theirs = tmp_path / "theirs"
    kernel, draws, setting = asked(
        tmp_path, NUMBA_CACHE_DIR=str(theirs), NUMBA_CACHE_LOCATOR_CLASSES=classes
    )
    assert Path(kernel).parent.name.startswith("kernel-")
    assert Path(kernel).parents[1] == tmp_path / "caches"
    assert draws == "None"
    assert setting == str(theirs)
    assert not theirs.exists()


def test_numba_goes_nowhere_else_in_silence(tmp_path: Path) -> None:
    """Where the folder cannot be written, Numba would take another: that is an error instead."""
    taken = "caches.folder_of_code = lambda name: caches.Path('/proc/self/nowhere')"
    assert asked(tmp_path, taken) == ["error.no_cache_folder"]
