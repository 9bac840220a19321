"""Tables as structured arrays, their columns described once in ``fields.toml``.

Knows names, types, units and ranges; knows nothing of files or of what is computed from a table.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

TIER_MASK = 0xF
"""Bits of the place code of a yard slot that say the tier, 0 on the ground (`slot_place`)."""

Table = NDArray[Any]
"""A structured array whose dtype is that of one table of ``fields.toml``; Any, because a column of
it is an array of its own type, which NumPy's types cannot tell by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table: its type, unit, range and meaning.

    Parameters
    ----------
    name : as in the array.
    dtype : NumPy's code of its type.
    unit : as its name ends (conventions §9); empty for counts, indexes and codes.
    doc : a sentence.
    codes : the class of `domain.codes` that its values are of; empty when they are no codes.
    low, high : inclusive bounds; None: unbounded.
    """

    name: str
    dtype: str
    unit: str
    doc: str
    codes: str = ""
    low: float | None = None
    high: float | None = None


@cache
def _description() -> dict[str, Any]:  # Any: as read from TOML
    text = files("keruen.domain").joinpath("fields.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def table_names() -> tuple[str, ...]:
    """All tables, in the order of the file."""
    return tuple(_description())


def table_doc(table: str) -> str:
    """The sentence that describes a table.

    Parameters
    ----------
    table : one of `table_names`; another is a KeyError, here and below.
    """
    doc: str = _description()[table]["doc"]
    return doc


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table, in order.

    Parameters
    ----------
    table : one of `table_names`.

    Examples
    --------
    >>> columns("trace")[0].unit
    'ms'
    """
    described = _description()[table]["columns"]
    return tuple(Column(name=name, **facts) for name, facts in described.items())


@cache
def dtype(table: str) -> np.dtype[np.void]:
    """The structured dtype of a table, packed: its bytes are what digests are made of.

    Parameters
    ----------
    table : one of `table_names`.

    Examples
    --------
    >>> dtype("trace").names[0]
    'time_ms'
    """
    return np.dtype([(column.name, column.dtype) for column in columns(table)])


def empty(table: str, n_rows: int) -> Table:
    """A table of zeros.

    Parameters
    ----------
    table : one of `table_names`.
    n_rows : not negative.
    """
    return np.zeros(n_rows, dtype(table))


def verify(table: str, rows: Table) -> None:
    """Assert that a table is as ``fields.toml`` says.

    Parameters
    ----------
    table : one of `table_names`.
    rows : what is to be it.

    Raises
    ------
    AssertionError
        When columns differ or a value is out of range: a fault of ours.
    """
    assert rows.dtype == dtype(table), f"{table}: columns differ from fields.toml"
    for column in columns(table):
        values = rows[column.name]
        if column.low is not None:
            assert (values >= column.low).all(), f"{table}.{column.name} below {column.low}"
        if column.high is not None:
            assert (values <= column.high).all(), f"{table}.{column.name} above {column.high}"


def slot_place(block: int, position: int, tier: int) -> int:
    """The place code of a yard slot.

    Parameters
    ----------
    block : index among the blocks sorted by key, 0 ≤ block < 256: above would be another kind of
        place.
    position : of the 20-ft pile in the block, ``(bay * n_rows + row) * 2 + half``, below 4096; a
        40-ft box stands on both halves and is named by the first.
    tier : 0 on the ground, below 16.

    Examples
    --------
    >>> slot_place(1, 2, 3)
    65571
    """
    return block << 16 | position << 4 | tier


def place_parts(code: int) -> tuple[int, int]:
    """Kind and number of a place code (`keruen.domain.codes.PlaceKind`).

    Parameters
    ----------
    code : not negative; −1, for none, has no parts.

    Examples
    --------
    >>> place_parts(1 << 24 | 5)
    (1, 5)
    """
    return code >> 24, code & 0xFFFFFF


def slot_parts(number: int) -> tuple[int, int, int]:
    """Block, position and tier of the number of a yard slot.

    Parameters
    ----------
    number : as `slot_place` makes it.

    Examples
    --------
    >>> slot_parts(slot_place(1, 2, 3))
    (1, 2, 3)
    """
    return number >> 16, (number >> 4) & 0xFFF, number & TIER_MASK
