"""Decision 0009: the stages read the models of a scenario, and never make, validate or copy one."""

from __future__ import annotations

import ast

import pytest
from source_tree import FLOORS, Module, modules

from keruen.scenario import models  # noqa: F401 - its tables are the subclasses
from keruen.scenario.value_types import ScenarioTable

REFUSED = {
    "model_copy",
    "model_validate",
    "model_validate_json",
    "model_validate_strings",
    "model_construct",
}

STAGES_FLOOR = FLOORS["demand"]


def _models(table: type[ScenarioTable]) -> set[str]:
    return {table.__name__}.union(*(_models(child) for child in table.__subclasses__()))


def breaches(tree: ast.AST) -> list[str]:
    """Calls that make, validate or copy a model of the scenario, with their lines."""
    made = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("keruen.scenario")
        for alias in node.names
        if alias.name in _models(ScenarioTable)
    }
    refused = REFUSED | _models(ScenarioTable)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        # By the name alone, whatever it is called on: no stage has a class of a model's name.
        is_refused = isinstance(called, ast.Attribute) and called.attr in refused
        if is_refused or (isinstance(called, ast.Name) and called.id in made):
            found.append(f"{node.lineno}: {ast.unparse(called)}")
    return found


@pytest.mark.parametrize(
    "module",
    [module for module in modules() if module.floor == STAGES_FLOOR],
    ids=lambda module: module.name,
)
def test_stages_only_read_models(module: Module) -> None:
    """No stage calls a model's constructor, its validation or its copy (docstrings may)."""
    assert not breaches(module.tree)


@pytest.mark.parametrize(
    "line",
    [
        "scenario.model_copy(update={})",
        "Flow.model_validate({})",
        "Flow(kind='import')",
        "models.Flow(kind='import')",
    ],
)
def test_a_breach_is_seen(line: str) -> None:
    """The rule sees each of the ways."""
    assert breaches(ast.parse(f"from keruen.scenario.models import Flow\n{line}"))
