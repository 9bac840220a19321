"""The unit of every measure, from ``domain/measures.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _described() -> dict[str, dict[str, object]]:
    described = files("keruen.domain").joinpath("measures.toml").read_text(encoding="utf-8")
    return tomllib.loads(described)


@cache
def unit_of(measure: str) -> str:
    """The unit of `measure`; a measure made for each kind or resource has that of its family.

    Examples
    --------
    >>> unit_of("dwell_ms_mean_laden")
    'ms'
    """
    described = _described()
    if measure in described:
        return str(described[measure]["unit"])
    families = [name for name in described if measure.startswith(name + "_")]
    assert families, f"no measure {measure} in measures.toml"
    return str(described[max(families, key=len)]["unit"])
