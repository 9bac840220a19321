"""`scripts/bench NAME --against COMMIT`: the version before beside this one, turn by turn.

The commit is put into a folder of its own and runs its own benchmark with its own code. Both take
turns, so that what else the machine does meets both; rows of the same name are compared.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| (?P<name>.+?) \| (?P<seconds>[0-9.]+) s \|")
"""Also a benchmark of an older version prints its rows so."""
COMPILE = "from keruen import terminal; terminal.compile_kernel()"


def _python(tree: Path, *words: str) -> str:
    path = os.pathsep.join(str(folder) for folder in (tree / "src", tree / "tests", tree))
    found = subprocess.run(
        [sys.executable, *words],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return found.stdout


def _seconds(tree: Path, name: str) -> dict[str, float]:
    """What the benchmark of a tree says, by name of the row."""
    found = (ROW.match(line) for line in _python(tree, "-m", f"benchmarks.{name}").splitlines())
    return {row["name"]: float(row["seconds"]) for row in found if row is not None}


def compare(name: str, before: Path, rounds: int) -> list[str]:
    """Lines of a table: before, now, and how many times as fast, with the least and the most."""
    runs: dict[Path, list[dict[str, float]]] = {before: [], HERE: []}
    for tree in runs:
        # Code that this process has just compiled runs slower than code from the cache.
        _python(tree, "-c", COMPILE)
    for number in range(rounds):
        for tree in (before, HERE) if number % 2 == 0 else (HERE, before):
            runs[tree].append(_seconds(tree, name))
    lines = ["| what | before | now | × as fast | least to most |", "|---|---|---|---|---|"]
    for row in runs[HERE][0]:
        if not all(row in told for told in runs[before]):
            continue
        was, now = ([told[row] for told in runs[tree]] for tree in (before, HERE))
        ratios = [a / b for a, b in zip(was, now, strict=True) if b > 0] or [0.0]
        lines.append(
            f"| {row} | {median(was):.3f} s | {median(now):.3f} s | {median(ratios):.2f} |"
            f" {min(ratios):.2f} to {max(ratios):.2f} |"
        )
    return lines


def main() -> int:
    """Compare what was asked for."""
    parser = argparse.ArgumentParser(prog="scripts/bench NAME", description=__doc__)
    parser.add_argument("name", choices=("terminal", "corridor", "register"))
    parser.add_argument("--against", metavar="COMMIT", required=True)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each version (default 3)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keruen-bench-") as folder:
        tree = Path(folder) / "before"
        git = ["git", "-C", str(HERE), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), asked.against], check=True)
        try:
            lines = compare(asked.name, tree, max(1, asked.rounds))
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
