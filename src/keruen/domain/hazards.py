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

UN_CLASSES: Final = {
    "3090": "9",
    "3091": "9",
    "3171": "9",
    "3480": "9",
    "3481": "9",
    "3536": "9",
    "3556": "9",
    "3557": "9",
    "3558": "9",
}
"""Class of the UN numbers of batteries and of what they drive, Dangerous Goods List of the UN Model
Regulations (23rd revised edition): lithium metal alone and with equipment, other battery vehicles,
lithium ion alone (3480) and with equipment (3481), batteries in a container, and from 2025 vehicles
by their battery: lithium ion (3556), lithium metal, sodium ion. Other numbers are not checked."""


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
