"""The transit times of a run, by flow and direction, over all its replications.

Knows the table `flow_journeys`; the definition is in `domain/transit.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from keruen.domain.tables import Table
from keruen.domain.transit import TRANSIT_COLUMNS, TransitTime
from keruen.scenario import Scenario
from keruen.study.results import FlowTransit
from keruen.units import MS_PER_DAY


def flow_transits(scenario: Scenario, journeys: Sequence[Table]) -> tuple[FlowTransit, ...]:
    """Transit times by flow and direction.

    Parameters
    ----------
    scenario : that was run.
    journeys : table `flow_journeys` of each replication.

    Returns
    -------
    One of each flow and direction with boxes, in the order of the flows' keys.
    """
    flows = sorted(scenario.flows)
    rows: Table = np.concatenate(list(journeys))
    return tuple(
        FlowTransit(
            flow=flows[flow],
            is_to_china=bool(is_to_china),
            transit=transit_of_rows(
                rows[(rows["flow"] == flow) & (rows["is_to_china"] == is_to_china)]
            ),
        )
        for flow, is_to_china in sorted({(int(r["flow"]), int(r["is_to_china"])) for r in rows})
    )


def transit_of_rows(rows: Table) -> TransitTime | None:
    """The transit time of rows of `flow_journeys`: means, weighted by the boxes that arrived.

    None where none arrived.
    """
    weights = rows["n_arrived"].astype(np.float64)
    if weights.sum() <= 0:
        return None

    def mean_d(column: str) -> float:
        values = rows[column].astype(np.float64)
        return float(np.average(values, weights=weights)) / MS_PER_DAY

    return TransitTime(
        **{f"{part}_d": mean_d(column) for part, column in TRANSIT_COLUMNS.items()},
        p50_d=mean_d("transit_ms_p50"),
        p90_d=mean_d("transit_ms_p90"),
    )
