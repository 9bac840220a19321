"""Words of the command line as values: light, so that looking into a scenario stays quick."""

from __future__ import annotations

import re

from keruen.errors import UsageError
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE

_TIME = re.compile(r"^(\d+(?:\.\d+)?)(min|h|d)$")
_SHARE = re.compile(r"^(\d+(?:\.\d+)?)(%?)$")
_UNITS = {"min": MS_PER_MINUTE, "h": MS_PER_HOUR, "d": MS_PER_DAY}


def stacked(case: str) -> tuple[str, ...]:
    """The cases of ``a+b``; none of an empty word or ``base``.

    Examples
    --------
    >>> stacked("nameplate+stage-2")
    ('nameplate', 'stage-2')
    """
    return tuple(part for part in case.split("+") if part and part != "base")


def parse_time_ms(words: str) -> int:
    """Simulated time from ``30min``, ``12h`` or ``2d``, in ms.

    Raises
    ------
    UsageError
        When it is none of these.

    Examples
    --------
    >>> parse_time_ms("1.5 h")
    5400000
    """
    match = _TIME.match(words.replace(" ", ""))
    if match is None:
        raise UsageError("error.until", found=words)
    return round(float(match[1]) * _UNITS[match[2]])


def parse_share(words: str) -> float:
    """A share from ``2%`` or ``0.02``.

    Raises
    ------
    UsageError
        When it is neither.

    Examples
    --------
    >>> parse_share("2 %")
    0.02
    """
    match = _SHARE.match(words.replace(" ", ""))
    if match is None:
        raise UsageError("error.tolerance", found=words)
    value = float(match[1])
    return value / 100 if match[2] else value
