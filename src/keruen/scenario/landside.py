"""What a scenario says of the trucks' side: how long boxes stay, who fetches them, a full yard.

Knows what is allowed within one table; what must hold between tables is in `check_landside`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from keruen.scenario.quantities import Count, DurationMs, Share
from keruen.scenario.value_types import DurationLaw, ScenarioTable


class Removal(ScenarioTable):
    """Boxes that nobody fetches are moved to another place, outside the dry port."""

    after_ms: DurationMs
    """From the arrival of a box; one whose truck would come later is moved then."""
    boxes_per_day: Annotated[Count, Field(ge=1, le=10_000)]
    """Boxes that can be moved, a day."""


class IntakeStop(ScenarioTable):
    """While the yard is full, trains for it are stopped."""

    stop_share: Share
    """Share of the slots of laden blocks taken or promised, or of no use to a further 40-ft box,
    from which on the yard is full."""
    resume_share: Share
    """Share below which it is full no longer."""
    ban_delay_ms: DurationMs = 0
    """So long after the yard is full loading is banned at the origins, and as long after it has
    room again it is allowed; trains under way are left standing from the next midnight on."""


class Landside(ScenarioTable):
    """How long boxes stay, and who takes them away."""

    free_time_ms: DurationMs = 0
    """Storage costs nothing for so long: boxes of `import` flows that trucks fetch are fetched by
    then, unless they are long-stayers. 0: `stay` alone says."""
    long_stay_share: Share = 0.0
    """Share of these boxes that their owners leave beyond the free time."""
    long_stay: DurationLaw | None = None
    """How long beyond the free time; needed with `long_stay_share`."""
    trucks_per_day: Annotated[Count, Field(ge=0, le=100_000)] = 0
    """Trucks that can fetch a box, a day (evacuation capacity); 0: as many as are wanted."""
    removal: Removal | None = None
    """Removal of boxes that nobody fetches; left out: they stay."""
    intake_stop: IntakeStop | None = None
    """When trains are stopped; left out: they come whatever the yard is like."""
