"""From a described duration to the quantile table that draws read."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.scenario.value_types import DurationLaw

_MOST_TABLES: Final = 1024
"""Tables that are kept, 2 kB each: a scenario has some hundred laws, asked for in each replication
and for each line of trains."""


@lru_cache(maxsize=_MOST_TABLES)
def law_table(law: DurationLaw) -> NDArray[np.int64]:
    """The quantile table of a law.

    Parameters
    ----------
    law : with exactly the parameters that its kind needs (checked when a scenario is read).

    Returns
    -------
    int64 ms, shape (draws.TABLE_INTERVALS + 1,), ascending; read it with `draws.millis_array`. It
    cannot be written: whoever asks for an equal law gets the same array.

    Examples
    --------
    >>> law_table(DurationLaw.model_validate("55 min"))[[0, -1]].tolist()
    [3300000, 3300000]
    """
    table = _table_of(law)
    table.setflags(write=False)
    return table


def _table_of(law: DurationLaw) -> NDArray[np.int64]:
    if law.law == "exponential":
        return draws.exponential_table(_given(law.mean_ms))
    if law.law == "triangular":
        return draws.triangular_table(
            _given(law.least_ms), _given(law.mode_ms), _given(law.most_ms)
        )
    if law.law == "lognormal":
        return draws.lognormal_table(_given(law.median_ms), _given(law.p90_ms))
    return draws.fixed_table(_given(law.value_ms))


def _given(parameter_ms: int | None) -> int:
    assert parameter_ms is not None, "a law without its parameter passed the door"
    return parameter_ms
