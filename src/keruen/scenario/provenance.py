"""Where every figure comes from: taken out of the merged document before it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from keruen.scenario.models import Figure
from keruen.scenario.origins import PROVENANCE, is_leaf
from keruen.scenario.quantities import plain_number
from keruen.scenario.reading import ScenarioReading, TomlValue, written

ASSUMPTION: Final = "assumption"
_FIGURE_KEYS: Final = ("path", "text", "low", "high", "source", "as_of", "note", "published")
_LAW_KEYS: Final = ("law", "value", "mean", "least", "mode", "most", "median", "p90")


def take_figures(reading: ScenarioReading) -> tuple[dict[str, TomlValue], tuple[Figure, ...]]:
    """The document without provenance, and one `Figure` for each number, sorted by path."""
    figures: list[Figure] = []
    stripped = _strip(reading, reading.document, "", figures)
    assert isinstance(stripped, dict)
    return stripped, tuple(sorted(figures, key=lambda figure: figure.path))


def _strip(
    reading: ScenarioReading, node: TomlValue, path: str, figures: list[Figure]
) -> TomlValue:
    if path == "claims":
        return _sorted(node)
    if not isinstance(node, dict):
        return node
    if not path or not is_leaf(node):
        return {
            key: _strip(reading, child, f"{path}.{key}" if path else key, figures)
            for key, child in sorted(node.items())
        }
    _note(reading, path, node, figures)
    if "law" in node:
        return {key: child for key, child in node.items() if key not in PROVENANCE}
    for key in sorted(set(node) - {"value", "low", "high", *PROVENANCE}):
        reading.complain_at(
            f"{path}.{key}",
            "unknown_key",
            key=key,
            nearest="value, low, high, source, as_of, note, published",
        )
    return node["value"]


def _note(
    reading: ScenarioReading, path: str, node: Mapping[str, TomlValue], figures: list[Figure]
) -> None:
    text = _text(node)
    source, reason = str(node.get("source", "")), str(node.get("note", ""))
    if not source:
        reading.complain_at(path, "no_source", value=text)
    elif source == ASSUMPTION and not reason:
        reading.complain_at(path, "no_reason", value=text)
    if "law" not in node:
        _check_range(reading, path, node)
    low, high = written(node.get("low", "")), written(node.get("high", ""))
    as_of, published = str(node.get("as_of", "")), str(node.get("published", ""))
    figures.append(_figure(path, text, low, high, source or "-", as_of, reason, published))


# A study reads a scenario a hundred times with one figure changed: the others are made once.
@lru_cache(maxsize=16_384)
def _figure(*written_values: str) -> Figure:
    return Figure(**dict(zip(_FIGURE_KEYS, written_values, strict=True)))


def _text(node: Mapping[str, TomlValue]) -> str:
    if "law" in node:
        return ", ".join(f"{key} {written(node[key])}" for key in _LAW_KEYS if key in node)
    value = node["value"]
    return ", ".join(map(written, value)) if isinstance(value, list) else written(value)


def _sorted(node: TomlValue) -> TomlValue:
    if isinstance(node, dict):
        return {key: _sorted(child) for key, child in sorted(node.items())}
    return node


def _check_range(reading: ScenarioReading, path: str, node: Mapping[str, TomlValue]) -> None:
    """``low``, ``value`` and ``high`` are of one dimension and in order."""
    given = [key for key in ("low", "value", "high") if key in node]
    if given == ["value"]:
        return
    numbers = [plain_number(node[key]) for key in given]
    known = [number for number in numbers if number is not None]
    place, value = reading.place(path), _text(node)
    if len(known) < len(given) or len({dimension for _, dimension in known}) > 1:
        reading.complain("range_units", place=place, value=value)
    elif [number for number, _ in known] != sorted(number for number, _ in known):
        low, high = written(node.get("low", "-")), written(node.get("high", "-"))
        reading.complain("range_order", place=place, value=value, low=low, high=high)
