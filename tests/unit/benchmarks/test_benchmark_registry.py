"""The benchmarks run; how fast is not a test's business."""

from __future__ import annotations

import json

import pytest
from benchmarks.registry import MODELS, PHASES
from benchmarks.timing import as_document, as_table, facts, timings


@pytest.mark.parametrize("phase", sorted(PHASES))
def test_every_phase_runs_on_the_toy(phase: str) -> None:
    """Every registered phase can be measured on the smallest model."""
    (timing,) = timings(["toy"], [phase], 1)
    assert timing.phase == phase
    assert 0 < timing.fastest <= timing.seconds <= timing.slowest
    assert timing.ratio > 0


def test_every_model_can_be_read() -> None:
    """Every registered model is a scenario that exists, with cases that exist."""
    for model in MODELS.values():
        assert model.read().case == ("+".join(model.cases) or "base")


def test_results_are_written_for_people_and_machines() -> None:
    """The same timings come as a table and as JSON, with the size of each model."""
    found = timings(["toy"], ["read"], 2)
    sizes = facts(["toy"])
    assert sizes["toy"]["n_boxes"] == 5
    assert "read" in as_table(found, sizes)
    document = json.loads(json.dumps(as_document(found, sizes)))
    assert document["timings"][0]["n_repeats"] == 2
