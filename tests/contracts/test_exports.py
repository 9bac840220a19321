"""Every subpackage has a small door, and the door tells the truth."""

from __future__ import annotations

import ast
import importlib

import pytest
from source_tree import Module, modules

MOST_NAMES = 10
DOORS = tuple(module for module in modules() if module.path.name == "__init__.py")


def public_bindings(module: Module) -> set[str]:
    """Public names that the door's own lines bind."""
    names: set[str] = set()
    for node in module.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                continue
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_door_is_described(door: Module) -> None:
    """The door of a subpackage says in a docstring what it knows."""
    docstring = ast.get_docstring(door.tree) or ""
    assert len(docstring.split()) >= 4, f"{door.shown}: {docstring!r}"


@pytest.mark.parametrize(
    "door", [door for door in DOORS if door.name != "keruen"], ids=lambda door: door.name
)
def test_door_is_sorted_small_and_complete(door: Module) -> None:
    """`__all__` is sorted, has at most ten names, all of them exist, and nothing else is public."""
    loaded = importlib.import_module(door.name)
    listed: list[str] = getattr(loaded, "__all__", [])
    assert list(listed) == sorted(listed)
    assert len(set(listed)) == len(listed) <= MOST_NAMES
    assert not [name for name in listed if not hasattr(loaded, name)]
    bound = public_bindings(door)
    # What the door imports for its own lines (a registration) is used there and not offered.
    used = {node.id for node in ast.walk(door.tree) if isinstance(node, ast.Name)}
    assert bound - used <= set(listed), f"public but not in __all__: {bound - used - set(listed)}"


def test_flat_door() -> None:
    """`keruen` offers its names sorted and lazily: each exists, and nothing heavy is loaded early."""
    import keruen

    assert list(keruen.__all__) == sorted(keruen.__all__)
    for name in keruen.__all__:
        assert getattr(keruen, name) is not None, name
    assert set(keruen.__all__) <= set(dir(keruen))
    with pytest.raises(AttributeError, match="no_such_name"):
        keruen.no_such_name  # noqa: B018 - the access is the test
