"""How others of the same kind fared: reference classes with their number, instead of opinion.

Knows published spreads; knows no project. A stated building time is put beside them, not replaced.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

_AIDDATA: Final = "https://www.aiddata.org/data/aiddatas-global-chinese-development-finance-dataset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceClass:
    """What became of projects of one kind.

    Parameters
    ----------
    key : its name.
    n : projects in it.
    quantiles : probability and value, ascending; years, or the ratio of cost to estimate.
    is_lower_bound : those that were never finished are missing, so the truth is worse.
    source : where it is published.
    """

    key: str
    n: int
    quantiles: tuple[tuple[float, float], ...]
    is_lower_bound: bool
    source: str

    def at(self, probability: float) -> float | None:
        """Value at a probability, linear between those that are published; None beyond them."""
        known = self.quantiles
        if not known[0][0] <= probability <= known[-1][0]:
            return None
        for (p_low, low), (p_high, high) in itertools.pairwise(known):
            if probability <= p_high:
                return low + (high - low) * (probability - p_low) / (p_high - p_low)
        return known[0][1]


TRANSPORT_COMPLETION: Final = ReferenceClass(
    key="transport-completion",
    n=526,
    quantiles=((0.5, 3.6), (0.8, 5.2), (0.9, 6.3)),
    is_lower_bound=True,
    source=_AIDDATA,
)
"""Transport infrastructure, years from commitment to completion (AidData GCDF 3.0). The file has no
cancelled or suspended rows, so these are lower bounds."""

TRANSPORT_START: Final = ReferenceClass(
    key="transport-start",
    n=526,
    quantiles=((0.5, 0.56), (0.8, 1.46)),
    is_lower_bound=True,
    source=_AIDDATA,
)
"""The same projects, years from commitment to the start of works."""

KAZAKHSTAN_COMPLETION: Final = ReferenceClass(
    key="kazakhstan-completion",
    n=35,
    quantiles=((0.5, 2.7), (0.8, 5.1)),
    is_lower_bound=True,
    source=_AIDDATA,
)
"""All sectors in Kazakhstan, years from commitment to completion. Of seven rows of transport five
are unfinished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideView:
    """A stated building time beside its reference class.

    Parameters
    ----------
    reference : the class, with its n.
    stated_yr : as the project says.
    p50_yr, p80_yr : of the class.
    is_optimistic : the project says less than half of the class needed.
    """

    reference: ReferenceClass
    stated_yr: float
    p50_yr: float | None
    p80_yr: float | None
    is_optimistic: bool


def outside_view(stated_yr: float, reference: ReferenceClass = TRANSPORT_COMPLETION) -> OutsideView:
    """Put a stated time from decision to completion beside those of a class.

    Examples
    --------
    >>> outside_view(2.0).is_optimistic, outside_view(4.0).is_optimistic
    (True, False)
    """
    p50 = reference.at(0.5)
    return OutsideView(
        reference=reference,
        stated_yr=stated_yr,
        p50_yr=p50,
        p80_yr=reference.at(0.8),
        is_optimistic=p50 is not None and stated_yr < p50,
    )
