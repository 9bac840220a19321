"""What two compared designs were told differently: keys of their scenarios, with both values."""

from __future__ import annotations

from keruen.scenario import Scenario
from keruen.scenario.difference import Row, diff

_DERIVED = ("network.week.", "services.")
"""Of a scenario with a railway both follow from the planned week: results, and no inputs."""


def differing_inputs(first: Scenario, second: Scenario) -> tuple[Row, ...]:
    """Key path, value of the first design, value of the second; None where one does not have it.

    Parameters
    ----------
    first, second : scenarios that were planned or run.
    """
    has_railway = first.network is not None or second.network is not None
    return tuple(
        row for row in diff(first, second) if not (has_railway and row[0].startswith(_DERIVED))
    )
