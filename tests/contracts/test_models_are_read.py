"""Decision 0009: the stages read the models of a scenario, and never make, validate or copy one."""

from __future__ import annotations

import ast

import pytest
from source_tree import Module, modules

from keruen.scenario import models  # noqa: F401 - its tables are the subclasses
from keruen.scenario.value_types import ScenarioTable

STAGES = ("demand", "corridor", "terminal", "planning", "appraisal")
REFUSED = {"model_copy", "model_validate", "model_construct"}


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
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        is_refused = isinstance(called, ast.Attribute) and called.attr in REFUSED
        if is_refused or (isinstance(called, ast.Name) and called.id in made):
            found.append(f"{node.lineno}: {ast.unparse(called)}")
    return found


@pytest.mark.parametrize(
    "module",
    [module for module in modules() if module.name.split(".")[1:2] in [[s] for s in STAGES]],
    ids=lambda module: module.name,
)
def test_stages_only_read_models(module: Module) -> None:
    """No stage calls a model's constructor, its validation or its copy (docstrings may)."""
    assert not breaches(module.tree)


@pytest.mark.parametrize(
    "line", ["scenario.model_copy(update={})", "Flow.model_validate({})", "Flow(kind='import')"]
)
def test_a_breach_is_seen(line: str) -> None:
    """The rule sees each of the three ways."""
    assert breaches(ast.parse(f"from keruen.scenario.models import Flow\n{line}"))
