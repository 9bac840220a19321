"""One word for each thing: names in the code keep to docs/glossary.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from source_tree import PACKAGE, Module, modules

INSTEAD = {
    "rehandle": "reshuffle",
    "rehandles": "reshuffles",
    "rehandling": "reshuffling",
    "relocation": "reshuffle",
    "shuffle": "reshuffle",
    "shuffles": "reshuffles",
    "lifts": "moves",
    "consist": "wagon set",
    "siding": "handling track",
    "shipment": "container or flow",
    "util": "the noun of what it does",
    "utils": "the noun of what it does",
    "helper": "the noun of what it does",
    "helpers": "the noun of what it does",
    "misc": "the noun of what it does",
    "manager": "the noun of what it does",
    "color": "colour",
    "colors": "colours",
    "center": "centre",
    "centers": "centres",
    "gray": "grey",
    "utilization": "utilisation",
    "initialize": "initialise",
    "normalize": "normalise",
    "serialize": "serialise",
    "optimize": "optimise",
    "canceled": "cancelled",
    "neighbor": "neighbour",
    "behavior": "behaviour",
    "labeled": "labelled",
}
"""Word that no name contains → the word to write instead."""

PHRASES = {
    r"lift_count": "n_moves",
    r"storage_time": "dwell",
    r"(visit|truck_cycle)_time_ms": "truck turn time (turn_time)",
    r"transit_lane|trade_lane": "OD pair",
}

NO_MODULE = {"utils", "common", "helpers", "base", "core", "manager", "service", "misc", "types"}

LANES_ARE_OF_THE_GATE = {"terminal", "domain", "scenario", "study"}
"""Parts of the package where a *lane* is a gate lane; elsewhere it would be an OD pair."""


def names(module: Module) -> Iterator[str]:
    """Every name that the module gives: functions, classes, arguments, variables, attributes."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def words(name: str) -> list[str]:
    """The words of a name, small: `TrainArrivals` and `train_arrivals` are the same two."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in apart.lower().split("_") if word]


def faults(module: Module) -> Iterator[str]:
    for name in sorted(set(names(module))):
        for word in words(name):
            if word in INSTEAD:
                yield f"{module.shown}: {name}: write {INSTEAD[word]}, not {word}"
            if word in {"lane", "lanes"} and module.part not in LANES_ARE_OF_THE_GATE:
                yield f"{module.shown}: {name}: a lane is a gate lane; write OD pair"
        for pattern, instead in PHRASES.items():
            if re.search(pattern, name.lower()):
                yield f"{module.shown}: {name}: write {instead}"


@pytest.mark.parametrize("name", ["TrainArrivals", "train_arrivals", "_TRAIN_ARRIVALS"])
def test_words_of_a_name(name: str) -> None:
    """The ruler itself is right: a name is split at underscores and capitals."""
    assert words(name) == ["train", "arrivals"]


def classes_by_name() -> dict[str, list[str]]:
    """Public class → the modules that define one of that name."""
    places: dict[str, list[str]] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module.shown)
    return places


def test_a_public_class_name_stands_once() -> None:
    """No two modules define a public class of one name; who reads a name need not ask which one."""
    places = classes_by_name()
    assert places["LiveRailway"] == ["src/keruen/corridor/railway/railway.py"]
    assert not {name: shown for name, shown in places.items() if len(shown) > 1}


def test_names_keep_to_the_glossary() -> None:
    """No name in the code contains a word that the glossary replaces."""
    assert not [fault for module in modules() for fault in faults(module)]


def test_modules_have_nouns_of_the_trade() -> None:
    """No folder and no module is named after nothing: utils, common, helpers, base, core…"""
    parts = {
        part
        for path in PACKAGE.rglob("*")
        if path.is_dir() or path.suffix == ".py"
        for part in path.relative_to(PACKAGE).with_suffix("").parts
    }
    assert not parts & NO_MODULE
