"""Empty boxes from the imbalance of all other flows.

For each length (20 ft, 40 ft) and for cooled boxes apart, a laden import leaves an empty box at the
dry port and a laden export takes one. What is left over goes back by train; what is missing comes by
train. Totals are yearly; they follow the months of the larger side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from keruen.demand.boxes import BoxGroup, flow_key
from keruen.domain.iso6346 import SIZE_TYPES
from keruen.scenario.models import Scenario

_EMPTY_CODES = {(20, False): "22G1", (40, False): "45G1", (20, True): "22R1", (40, True): "45R1"}


def empty_groups(scenario: Scenario, laden: Sequence[BoxGroup]) -> list[BoxGroup]:
    """The empty streams of a scenario: none without a flow of kind `empty`."""
    flows = sorted(scenario.flows.items())
    empties = [(index, key, flow) for index, (key, flow) in enumerate(flows) if flow.kind == "empty"]
    if not empties:
        return []
    index, key, flow = empties[0]
    groups = []
    for kind, code in sorted(_EMPTY_CODES.items()):
        emptied = _by_month(laden, kind, "import") * scenario.demand.reuse_share
        filled = _by_month(laden, kind, "export")
        surplus = float(_by_month(laden, kind, "import").sum() - min(emptied.sum(), filled.sum()))
        missing = float(filled.sum() - min(emptied.sum(), filled.sum()))
        for n_boxes, by_train, cause in ((surplus, False, emptied), (missing, True, filled)):
            if n_boxes > 0 and cause.sum() > 0:
                part = f"{code}/{'in' if by_train else 'out'}"
                groups.append(
                    BoxGroup(
                        flow=flow,
                        flow_index=index,
                        key=flow_key(key, part),
                        by_train=by_train,
                        to_train=not by_train,
                        n_boxes_per_year=n_boxes,
                        months=tuple((cause / cause.sum()).tolist()),
                        sizes={code: 1.0},
                    )
                )
    return groups


def _by_month(
    groups: Sequence[BoxGroup], kind: tuple[int, bool], direction: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Boxes a year of one length, by month, that come laden (`import`) or leave laden (`export`)."""
    total = np.zeros(12)
    for group in groups:
        if group.flow.kind != direction:
            continue
        for code, share in group.sizes.items():
            size = SIZE_TYPES[code]
            if (size.length_ft, size.is_reefer) == kind:
                total += group.n_boxes_per_year * share * np.array(group.months)
    return total
