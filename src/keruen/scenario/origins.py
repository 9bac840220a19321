"""Which figure has which source, file by file, before files are merged.

Knows the keys ``value``, ``low``, ``high`` and those of `PROVENANCE`; knows nothing of
what a figure means. A table's ``source``, ``as_of`` and ``note`` hold for all figures in it that
have none of their own, within the file that says so: a case must not lend its reasons to the base.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keruen.scenario.quantities import dimension_of, is_money, split_quantity
from keruen.scenario.reading import TomlValue

PROVENANCE: Final = ("source", "as_of", "note", "published")

_NOT_FIGURES: Final = (
    "scenario",
    "case",
    "remove",
    "claims",
    "calendar.first_day",
    "calendar.days",
)
_TEXT_KEYS: Final = frozenset(
    {"title", "partner", "hs", "gng", "etsng", "un_numbers", "esr", "evidence", "reason"}
)

Origin = Mapping[str, str]


def is_leaf(table: Mapping[str, TomlValue]) -> bool:
    """Whether a table is one value (a figure or a law) and not a table of tables."""
    return "value" in table or "law" in table


def is_figure(node: object) -> bool:
    """Whether a plain value is a number or a quantity, and so needs a source."""
    if isinstance(node, bool):
        return False
    if isinstance(node, int | float):
        return True
    if isinstance(node, str):
        split = split_quantity(node)
        return split is not None and (dimension_of(split[1]) is not None or is_money(split[1]))
    return isinstance(node, list) and len(node) > 0 and all(is_figure(item) for item in node)


def with_origins(node: TomlValue, path: str = "", inherited: Origin | None = None) -> TomlValue:
    """The document with the source of every figure written beside it.

    Examples
    --------
    >>> with_origins({"source": "x", "a": "5 m"})["a"]
    {'value': '5 m', 'source': 'x'}
    """
    origin = inherited or {}
    if path in _NOT_FIGURES or path.rpartition(".")[2] in _TEXT_KEYS:
        return node
    if not isinstance(node, dict):
        return {"value": node, **origin} if is_figure(node) else node
    own = _origin(node, origin)
    if path and is_leaf(node):  # the whole document is a table whatever keys it has
        return {**{key: child for key, child in node.items() if key not in PROVENANCE}, **own}
    # What a source counts for one figure says nothing of the others in its table.
    below = {key: said for key, said in own.items() if key != "published"}
    return {
        key: with_origins(child, f"{path}.{key}" if path else key, below)
        for key, child in node.items()
        if key not in PROVENANCE
    }


def _origin(node: Mapping[str, TomlValue], inherited: Origin) -> Origin:
    """A table with a source of its own starts afresh; a note alone refines the inherited one."""
    given = {key: str(node[key]) for key in PROVENANCE if key in node}
    return given if "source" in given else {**inherited, **given}
