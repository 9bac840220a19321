"""Empty boxes from the imbalance of all other flows.

Box by box of one length, and for cooled boxes and tanks apart: a laden import leaves an empty box
in the region, a laden export needs one. Of those emptied here the share `demand.reuse_share` can be
loaded again. What is left over goes back by train (it comes to the dry port by truck); what is
missing comes by train (and leaves by truck). Both are balanced over the year; the surplus follows
the months of the imports, the missing boxes those of the exports. Transit leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.demand.boxes import BoxGroup, group_key
from keruen.domain.iso6346 import SIZE_TYPES
from keruen.scenario.models import Scenario

_EMPTY_CODES: Final = {
    (20, "G"): "22G1",
    (20, "R"): "22R1",
    (20, "T"): "22T1",
    (40, "G"): "45G1",
    (40, "R"): "45R1",
}
"""Length in feet and type → the code under which such boxes travel empty."""


def empty_groups(scenario: Scenario, laden: Sequence[BoxGroup]) -> list[BoxGroup]:
    """The empty streams of a scenario.

    Parameters
    ----------
    scenario : its flow of kind `empty` says by which service and how long; there is one at most.
    laden : all other groups.

    Returns
    -------
    For each length and type the boxes that leave empty, and those that come; none without such a
    flow.
    """
    flows = [(i, *item) for i, item in enumerate(sorted(scenario.flows.items()))]
    empties = [(index, key, flow) for index, key, flow in flows if flow.kind == "empty"]
    if not empties:
        return []
    (index, key, flow), *more = empties
    assert not more, "two flows of kind empty passed the door"
    groups = []
    for kind, code in sorted(_EMPTY_CODES.items()):
        emptied = _by_month(laden, kind, "import")
        needed = _by_month(laden, kind, "export")
        reused = min(emptied.sum() * scenario.demand.reuse_share, needed.sum())
        for cause, is_coming in ((emptied, False), (needed, True)):
            n_boxes = float(cause.sum() - reused)
            if n_boxes <= 0:
                continue
            groups.append(
                BoxGroup(
                    flow=flow,
                    flow_index=index,
                    key=group_key(key, f"{code}/{'in' if is_coming else 'out'}"),
                    by_train=is_coming,
                    to_train=not is_coming,
                    n_boxes_per_year=n_boxes,
                    months=tuple((cause / cause.sum()).tolist()),
                    sizes={code: 1.0},
                )
            )
    return groups


def _by_month(
    groups: Sequence[BoxGroup], kind: tuple[int, str], direction: str
) -> NDArray[np.float64]:
    """Laden boxes a year of one length and type, by month, in one direction."""
    total = np.zeros(12)
    for group in groups:
        if group.flow.kind != direction:
            continue
        for code, share in group.sizes.items():
            if (SIZE_TYPES[code].length_ft, code[2]) == kind:
                total += group.n_boxes_per_year * share * np.array(group.months)
    return total
