"""Transit time: the one definition of the days of a box, for a quote, a plan, a run and a report.

From handing over at the origin, when the box stands ready for its train, until its train is at the
destination and the box is available there. What comes after (unloading, the stay at the dry port
until a truck fetches the box) is no part of it: door to door holds that too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from keruen.units import MS_PER_DAY

TransitPart = Literal["train_wait", "running", "border", "border_wait"]

TRANSIT_PARTS: Final[tuple[TransitPart, ...]] = ("train_wait", "running", "border", "border_wait")
"""In the order in which they are told; every moment of a journey belongs to exactly one."""


TRANSIT_COLUMNS: Final[Mapping[TransitPart, str]] = {
    "train_wait": "transit_train_wait_ms_mean",
    "running": "transit_running_ms_mean",
    "border": "transit_border_ms_mean",
    "border_wait": "transit_border_wait_ms_mean",
}
"""Part → its column in `flow_journeys`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitTime:
    """The days of many boxes on one way, or of one flow.

    Parameters
    ----------
    train_wait_d : mean, for trains: at the origin, while a wagon group is gathered, and at the dry
        port between two trains.
    running_d : mean, on trains, their waits for train paths included.
    border_d : mean, customs and change of gauge at the border.
    border_wait_d : mean, at the border: in the queue before it and for the next gauge's train.
    p50_d, p90_d : of the whole over the boxes; None of an average week, which has only means.
    """

    train_wait_d: float
    running_d: float
    border_d: float
    border_wait_d: float
    p50_d: float | None = None
    p90_d: float | None = None

    @property
    def moving_d(self) -> float:
        """The mean without waiting."""
        return self.running_d + self.border_d

    @property
    def mean_d(self) -> float:
        """The mean of the whole, waiting included: the sum of the parts."""
        return self.train_wait_d + self.running_d + self.border_d + self.border_wait_d


def transit_time(parts_ms: Mapping[TransitPart, NDArray[np.int64]]) -> TransitTime:
    """The transit time of boxes whose journeys are known.

    Parameters
    ----------
    parts_ms : by part, of each box, ms; all of one shape (n_boxes,), at least one box.

    Examples
    --------
    Two boxes ran a day each; one waited two days for its train.

    >>> day, none = np.array([1, 1]) * MS_PER_DAY, np.zeros(2, np.int64)
    >>> waits = np.array([0, 2]) * MS_PER_DAY
    >>> found = transit_time(
    ...     {"train_wait": waits, "running": day, "border": none, "border_wait": none}
    ... )
    >>> found.mean_d, found.moving_d, found.p50_d
    (2.0, 1.0, 2.0)
    """
    whole_ms = np.sum([parts_ms[part] for part in TRANSIT_PARTS], axis=0)
    p50_d, p90_d = (float(value) / MS_PER_DAY for value in np.quantile(whole_ms, (0.5, 0.9)))
    means = {f"{part}_d": float(parts_ms[part].mean()) / MS_PER_DAY for part in TRANSIT_PARTS}
    return TransitTime(**means, p50_d=p50_d, p90_d=p90_d)
