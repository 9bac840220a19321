"""How early a box must be at a train, and how long it waits for one: the same plan or no plan.

Knows two moments that every way of running trains keeps to; knows no train and no box.
"""

from __future__ import annotations

from typing import Final

from keruen.units import MS_PER_DAY, MS_PER_HOUR

CUT_OFF_MS: Final = 12 * MS_PER_HOUR
"""A box is at the dry port this long before the departure of its train."""

PATIENCE_MS: Final = 14 * MS_PER_DAY
"""A box that no train takes within this time goes another way: it is not served."""
