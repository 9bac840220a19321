"""The import floors of ARCHITECTURE.md hold."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from source_tree import FLOORS, PACKAGE, ROOT, modules


def test_floors_and_third_party_limits() -> None:
    """A module imports only from a strictly lower floor, and third parties only where they belong."""
    pytest.importorskip("importlinter")
    command = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_part_has_a_floor() -> None:
    """A part of the package stands on a floor, in the linter's contract and in these tests."""
    parts = {
        path.stem
        for path in PACKAGE.iterdir()
        if not path.name.startswith("_") and (path.is_dir() or path.suffix == ".py")
    }
    assert parts <= set(FLOORS)
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        entry["layers"]
        for entry in contract["tool"]["importlinter"]["contracts"]
        if entry["id"] == "floors"
    )
    listed = [
        (part.strip(" ()"), height)
        for height, line in enumerate(reversed(layers))
        for part in line.split("|")
    ]
    assert {part for part, _ in listed} == set(FLOORS)
    heights = dict(listed)
    for lower, floor in FLOORS.items():
        for upper, other in FLOORS.items():
            assert floor >= other or heights[lower] < heights[upper], (lower, upper)


def test_nothing_imports_the_door() -> None:
    """No module of the package takes anything but a part of the package from the flat door."""
    wrong = [
        f"{module.shown}: {alias.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "keruen" and node.level == 0
        for alias in node.names
        if alias.name not in FLOORS
    ]
    assert not wrong


def test_no_private_name_crosses_a_module() -> None:
    """A name with a leading underscore is used only in its own module."""
    wrong = [
        f"{module.shown}: {node.module}.{alias.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("keruen")
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert not wrong
