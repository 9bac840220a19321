"""The fingerprint of a scenario: of all that can change a result, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from keruen.scenario.models import Scenario


def digest_of(scenario: Scenario) -> str:
    """SHA-256 of all that can change a result: no names, no claims, no origins."""
    words = scenario.model_dump(mode="json", exclude={"scenario", "claims"})
    if scenario.network is None:
        del words["network"]  # so that a scenario without one keeps the digest it had
    canonical = json.dumps(_without_titles(words), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _without_titles(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: _without_titles(child)
            for key, child in node.items()
            if key not in {"title", "partner", "evidence", "reason", "season"}
        }
    return node
