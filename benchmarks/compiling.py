"""`scripts/bench compiling`: how long what the main job needs takes to compile, and to load again.

In processes of their own with an empty folder for compiled code; weeks that are planned already are
taken over, since planning is measured by `scripts/bench corridor`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.registry import MODELS
from benchmarks.table import Row, tell
from keruen import caches, study

CASES = ("bottom-up", "growth", "nameplate")
COMPILE = """
import json, sys
from time import perf_counter
from benchmarks.registry import MODELS
from keruen.study.prepare import compile_kernels, prepare
worlds = [prepare(MODELS[case].read()) for case in json.loads(sys.argv[1])]
begins = perf_counter()
for world in worlds:
    compile_kernels(world)
print(perf_counter() - begins)
"""


def seconds_in(folder: Path) -> float:
    """Seconds of a process of its own, whose compiled code lies in a folder."""
    found = subprocess.run(
        [sys.executable, "-c", COMPILE, json.dumps(CASES)],
        env={**os.environ, caches.VARIABLE: str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(found.stdout)


def rows() -> Iterator[Row]:
    """The first time, and the second."""
    for case in CASES:
        study.prepare(MODELS[case].read())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copytree(caches.root() / caches.WEEKS, folder / caches.WEEKS)
        first = seconds_in(folder)
        code = [one for one in folder.rglob("*") if one.is_file() and caches.WEEKS not in one.parts]
        size = sum(one.stat().st_size for one in code) / 2**20
        yield Row("compile what the three main cases need", first, f"{size:.0f} MiB on disk")
        yield Row("load it again", seconds_in(folder))


if __name__ == "__main__":
    raise SystemExit(tell("compiling", rows()))
