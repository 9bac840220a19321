"""The import floors of ARCHITECTURE.md hold."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

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


def _parts() -> set[str]:
    """Every part of the package that there is."""
    return {
        path.stem
        for path in PACKAGE.iterdir()
        if not path.name.startswith("_") and (path.is_dir() or path.suffix == ".py")
    }


def _contracts() -> list[dict[str, Any]]:  # Any: as read from TOML
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return contracts


def test_every_part_has_a_floor() -> None:
    """A part of the package stands on a floor, in the linter's contract and in these tests."""
    assert _parts() <= set(FLOORS)
    (layers,) = (entry["layers"] for entry in _contracts() if entry["id"] == "floors")
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


HOMES = {
    "pydantic": {"scenario", "web"},
    "numba": {"compiled", "draws"},
    "duckdb": {"store"},
    "drawing": {"report"},
    "babel": {"i18n", "report"},
    "faces": {"cli"},
    "pages": {"web"},
    "signatures": {"register"},
    "database": {"store"},
    "solver": {"corridor"},
    "workbooks": {"formats"},
    "cluster": {"study"},
}
"""Contract on a third party → the parts that may import it (ARCHITECTURE.md)."""


def test_third_party_limits_name_every_part() -> None:
    """A contract on a third party binds every part of the package but its homes, new parts too."""
    contracts = {
        entry["id"]: entry
        for entry in _contracts()
        if entry["type"] == "forbidden" and not entry["forbidden_modules"][0].startswith("keruen")
    }
    assert set(contracts) == set(HOMES)
    for name, homes in HOMES.items():
        bound = {f"keruen.{part}" for part in _parts() - homes}
        assert set(contracts[name]["source_modules"]) == bound, name


FACES = {"cli", "web"}
STAGES = {part for part, floor in FLOORS.items() if floor == 4}
OPEN_ROOMS = {"register"}
"""Stages that no study stands above: a face speaks to them itself, so it may use the doors of
their rooms as well."""


def inner_imports(tree: ast.AST, doors: set[str]) -> list[str]:
    """What a module takes from a stage past its door.

    Parameters
    ----------
    doors : dotted names of the packages that it may take exported names from.
    """
    taken = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            taken += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            taken += [(node.module or "", alias.name) for alias in node.names]
    return [
        f"{place} {name}".strip()
        for place, name in taken
        if place.partition(".")[2].partition(".")[0] in STAGES
        if place not in doors or name not in importlib.import_module(place).__all__
    ]


def _doors() -> set[str]:
    packages = {module.name for module in modules() if module.path.name == "__init__.py"}
    rooms = {name for name in packages if name.split(".")[1:2] in [[part] for part in OPEN_ROOMS]}
    return {f"keruen.{part}" for part in STAGES} | rooms


def test_faces_go_through_the_doors_of_stages() -> None:
    """No face imports what is inside a stage, only what its door exports."""
    faces = [module for module in modules() if module.part in FACES]
    assert any("keruen.register" in module.text for module in faces)
    wrong = {module.shown: inner_imports(module.tree, _doors()) for module in faces}
    assert not {shown: inner for shown, inner in wrong.items() if inner}


@pytest.mark.parametrize(
    "line",
    [
        "from keruen.terminal.inputs import kernel_inputs",
        "from keruen.corridor.plan import plan_week",
        "from keruen.corridor import plan",
        "import keruen.demand.boxes",
        "from keruen.register.joint_list.fold import waiting",
    ],
)
def test_an_import_past_the_door_is_seen(line: str) -> None:
    """The rule sees a module, a room, and a module that is taken as a name."""
    assert inner_imports(ast.parse(line), _doors())


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
