"""The JSON Schema accepts what the reader accepts and refuses common slips."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from keruen.scenario import json_schema, names
from keruen.scenario.documents import BESIDE, packaged_folder
from scenarios import DROP, changed, toy


def as_json(node: Any) -> Any:
    """A TOML document as an editor sees it: dates are texts."""
    if isinstance(node, dict):
        return {key: as_json(value) for key, value in node.items()}
    if isinstance(node, list):
        return [as_json(value) for value in node]
    return node.isoformat() if isinstance(node, date) else node


def validator() -> Draft202012Validator:
    """A validator of the schema."""
    return Draft202012Validator(json_schema())


def test_the_schema_is_a_schema() -> None:
    """The schema itself is valid in Draft 2020-12, and describes every key."""
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    for name, table in [("", schema), *schema["$defs"].items()]:
        if name == "LocalText":
            continue
        for key, value in table.get("properties", {}).items():
            assert "description" in value or "$ref" in value, (name, key)
    assert not {"digest", "figures", "name", "case"} & schema["properties"].keys()


@pytest.mark.parametrize("name", names())
def test_packaged_scenarios_are_valid(name: str) -> None:
    """The files of the packaged scenarios, put together, satisfy the schema."""
    document: dict[str, Any] = {}
    for file in sorted((packaged_folder() / name).glob("*.toml")):
        if file.name not in BESIDE:  # no part of the scenario
            document.update(tomllib.loads(file.read_text(encoding="utf-8")))
    assert [error.message for error in validator().iter_errors(as_json(document))] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal.gate.n_lane_in": 3},
        {"terminal.gate.n_lanes_in": "three"},
        {"terminal.gate.n_lanes_in": {"value": 3, "sorce": "x"}},
        {"terminal.site_area": "1 km"},
        {"terminal.site_area": 5},
        {"terminal.tracks.handling.count": 65},
        {"terminal.tracks.handling.use": "siding"},
        {"terminal.machines.gantry.cycle_time": {"law": "gamma", "mean": "1 min"}},
        {"terminal.machines.gantry.cycle_time": "1 m"},
        {"terminal.gate": DROP},
        {"flows.arrivals.months": [1.0]},
        {"flows.arrivals.sizes": {"42G1": "much"}},
        {"flows.Arrivals": toy()["flows"]["arrivals"]},
        {"limits.unserved_share": 1.5},
        {"digest": "x"},
    ],
)
def test_slips_are_invalid(changes: dict[str, Any]) -> None:
    """A wrong key, unit, choice or bound does not satisfy the schema."""
    assert validator().is_valid(as_json(toy()))
    assert not validator().is_valid(as_json(changed(changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal.gate.n_lanes_in": {"value": 3, "low": 2, "high": 4, "source": "s"}},
        {"terminal.site_area": {"value": "1 ha", "low": "9000 m2", "as_of": 2025}},
        {"terminal.machines.gantry.cycle_time": {"value": "1 min", "note": "n"}},
        {"terminal.machines.gantry.cycle_time": {"law": "exponential", "mean": "1 min"}},
        {"terminal.blocks.note": "all blocks"},
        {"limits.unserved_share": 0.5},
        {"flows.arrivals.sizes": {"42G1": {"value": "100 %", "source": "s"}}},
    ],
)
def test_the_forms_of_a_figure_are_valid(changes: dict[str, Any]) -> None:
    """A plain number, a quantity and a table with its source all satisfy the schema."""
    errors = [e.message for e in validator().iter_errors(as_json(changed(changes)))]
    assert errors == []
