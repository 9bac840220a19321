"""The cache of compiled code is named after every file that is compiled, and what those take."""

from __future__ import annotations

import ast
from pathlib import Path

import keruen
from keruen.compiled import SOURCES

PACKAGE = Path(keruen.__file__).parent
DECORATORS = {"compiled", "entry_point", "inlined", "spliced"}


def _named() -> set[Path]:
    return {path for pattern in SOURCES for path in PACKAGE.glob(pattern)}


def _is_compiled(source: Path) -> bool:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.FunctionDef)
        and any(isinstance(one, ast.Name) and one.id in DECORATORS for one in node.decorator_list)
        for node in ast.walk(tree)
    )


def _taken(source: Path) -> set[Path]:
    """Modules of ours that a compiled file imports: their constants are in the compiled code."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("keruen"):
            names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
            for name in names:
                path = PACKAGE.joinpath(*name.split(".")[1:])
                found |= {file for file in (path.with_suffix(".py"),) if file.is_file()}
    return found


def test_every_compiled_file_is_named() -> None:
    """No function is compiled from a file whose change would leave old code in the cache."""
    compiled = {path for path in PACKAGE.rglob("*.py") if _is_compiled(path)}
    assert len(compiled) > 20
    assert compiled <= _named()


def test_what_compiled_files_take_is_named() -> None:
    """Nor from one that takes a constant out of such a file."""
    # What compiles takes no constant of a kernel from where it keeps its files.
    kernels = {path for path in _named() if path.suffix == ".py" and _is_compiled(path)}
    kernels.discard(PACKAGE / "compiled.py")
    taken = {path for source in kernels for path in _taken(source)}
    assert {path.relative_to(PACKAGE).as_posix() for path in taken - _named()} == set()


def test_every_pattern_finds_a_file() -> None:
    """A file that was moved away is noticed."""
    for pattern in SOURCES:
        assert list(PACKAGE.glob(pattern)), pattern
