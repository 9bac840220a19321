"""The toy with one lever: another lane at its gate."""

from __future__ import annotations

from pathlib import Path

from keruen.i18n import LANGUAGES
from scenarios import changed, write

SOURCE = {"source": "assumption", "note": "made up"}
LANE = {
    "title": dict.fromkeys(LANGUAGES, "Another lane"),
    "adds": "gate-lanes",
    "step": 1,
    "most": 1,
    "capital": "3 mln KZT2025",
    "yearly": "100 thousand KZT2025",
    "life": "20 yr",
    "decided_by": "akimat",
    "build_time": "6 mo",
    **SOURCE,
}


def toy_with_lane(folder: Path) -> str:
    """The folder of a scenario that may get the lane."""
    investment = {"discount_rate": "9 %", **SOURCE}
    return str(write(folder, changed({"levers": {"lane": LANE}, "investment": investment})))
