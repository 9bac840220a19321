"""Rules for the landside: free time and long-stayers, removal, the thresholds of a full yard.

Knows the landside and the calendar; trucks and lanes are in `check_terminal`.
"""

from __future__ import annotations

from typing import Final

from keruen.scenario.landside import Landside
from keruen.scenario.models import Scenario
from keruen.scenario.reading import ScenarioReading
from keruen.units import MS_PER_DAY

_LANDSIDE: Final = "terminal.landside"


def check_landside(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for the landside in `reading`; there may be none."""
    landside = scenario.terminal.landside
    if landside is None or not reading.is_whole(_LANDSIDE):
        return
    if (landside.long_stay_share > 0) != (landside.long_stay is not None):
        reading.complain_at(_LANDSIDE, "goes_together", first="long_stay_share", second="long_stay")
    if reading.is_whole("calendar") and landside.free_time_ms > scenario.calendar.horizon_ms:
        reading.complain_at(
            f"{_LANDSIDE}.free_time",
            "free_time_too_long",
            free=_days(landside.free_time_ms),
            simulated=_days(scenario.calendar.horizon_ms),
        )
    _check_removal(reading, landside)
    stop = landside.intake_stop
    if stop is not None and stop.resume_share >= stop.stop_share:
        reading.complain_at(
            f"{_LANDSIDE}.intake_stop.resume_share",
            "resume_above_stop",
            resume=f"{stop.resume_share:.0%}",
            stop=f"{stop.stop_share:.0%}",
        )


def _check_removal(reading: ScenarioReading, landside: Landside) -> None:
    """Nobody's box is moved away while its storage is free."""
    removal = landside.removal
    if removal is not None and removal.after_ms < landside.free_time_ms:
        reading.complain_at(
            f"{_LANDSIDE}.removal.after",
            "removal_in_free_time",
            after=_days(removal.after_ms),
            free=_days(landside.free_time_ms),
        )


def _days(time_ms: int) -> str:
    return f"{time_ms / MS_PER_DAY:g} d"
