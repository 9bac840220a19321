"""Names of what an appraisal gives, and the fingerprints by which two installations compare.

Knows records of the joint list and their one written form; knows nothing of how a figure is made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

import msgspec

from keruen.domain.joint import Appraisal, Quantity

LOSS_PROBABILITY: Final = "loss_probability"
"""The chance of a negative economic value of both sides together."""
JOINT: Final = "enpv_joint"
OF_SIDE: Final[Mapping[str, str]] = {"A": "enpv_a", "B": "enpv_b"}
"""Side → economic net present value of its account; left out where the split is not known."""
THIRD: Final = "enpv_third"


def outputs_digest(outputs: Mapping[str, Quantity]) -> str:
    """Fingerprint of outputs, whatever their order."""
    return _digest(outputs)


def inputs_digest(appraisal: Appraisal) -> str:
    """Fingerprint of everything that went into an appraisal, but for who ran it."""
    basis = msgspec.to_builtins(appraisal.basis) or {}
    return _digest(
        {
            "basis": {name: value for name, value in basis.items() if name != "run_by"},
            "projects": appraisal.projects,
            "model": appraisal.model,
            "scenario_digest": appraisal.scenario_digest,
            "seed": appraisal.seed,
            "n_runs": appraisal.n_runs,
        }
    )


def _digest(value: object) -> str:
    plain = msgspec.to_builtins(value)
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
