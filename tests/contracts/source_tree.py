"""The package's sources as syntax trees, for the rules that are tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "keruen"

FLOORS = {
    "errors": 0,
    "caches": 1,
    "units": 1,
    "compiled": 1,
    "draws": 1,
    "domain": 2,
    "tabular": 2,
    "scenario": 3,
    "store": 3,
    "formats": 3,
    "i18n": 3,
    "demand": 4,
    "corridor": 4,
    "terminal": 4,
    "planning": 4,
    "appraisal": 4,
    "register": 4,
    "study": 5,
    "report": 6,
    "cli": 7,
    "web": 7,
}
"""Part of the package → its floor (ARCHITECTURE.md)."""


@dataclass(frozen=True)
class Module:
    """One source file."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def shown(self) -> str:
        """The path as a person would name it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def part(self) -> str:
        """The part of the package the module belongs to; empty for the door itself."""
        names = self.name.split(".")
        return names[1] if len(names) > 1 else ""

    @property
    def floor(self) -> int:
        """Its floor; the door and `__main__` stand above all."""
        return FLOORS.get(self.part, 8)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, sorted by path."""
    return tuple(module_at(path) for path in sorted(PACKAGE.rglob("*.py")))


def module_at(path: Path) -> Module:
    """Read and parse one file of the package."""
    names = ["keruen", *path.relative_to(PACKAGE).with_suffix("").parts]
    if names[-1] == "__init__":
        names.pop()
    text = path.read_text(encoding="utf-8")
    return Module(path=path, name=".".join(names), text=text, tree=ast.parse(text))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Every function with its qualified name, methods and inner functions too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            name = f"{prefix}{node.name}"
            yield name, node
            yield from functions(node, f"{name}.")
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        else:
            yield from functions(node, prefix)


def is_public(qualified: str) -> bool:
    """No part of the name is private."""
    return not any(part.startswith("_") for part in qualified.split("."))


def constants(tree: ast.AST) -> Iterator[str]:
    """Every string in the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
