"""What a web server of Keruen is told when it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What is served.

    Parameters
    ----------
    register : folder of an installation; pages say so where there is none.
    runs : folder of runs.
    today : says which day it is (``2026-11-29``), for what is late or lapsed.
    is_demo : pages say that all of it is a demonstration.
    """

    register: Path
    runs: Path
    today: Callable[[], str] = _today
    is_demo: bool = False
