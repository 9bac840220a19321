"""Classes of dangerous goods by their number in tables. Never renumber one."""

from __future__ import annotations

from typing import Final

HAZARD_CLASSES: Final = (
    "1",
    "2.1",
    "2.2",
    "2.3",
    "3",
    "4.1",
    "4.2",
    "4.3",
    "5.1",
    "5.2",
    "6.1",
    "6.2",
    "7",
    "8",
    "9",
)
"""UN Model Regulations 2.0.1.1; the number of a class in a table is its place here plus one."""


def hazard_number(hazard_class: str | None) -> int:
    """The number of a class, 0 for none.

    Parameters
    ----------
    hazard_class : one of `HAZARD_CLASSES`; another is a ValueError. None: no dangerous goods.

    Examples
    --------
    >>> hazard_number("9"), hazard_number(None)
    (15, 0)
    """
    return 0 if hazard_class is None else 1 + HAZARD_CLASSES.index(hazard_class)
