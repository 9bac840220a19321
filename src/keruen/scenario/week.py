"""The planned week of the railway: trains that run, and the ways that boxes take on them.

A scenario may bring such a plan; without one it is made from the bookings.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from keruen.domain.alternate_weeks import AlternateWeeks
from keruen.scenario.quantities import Count, DurationMs, Share
from keruen.scenario.value_types import Id, ScenarioTable


def mean_trains(trains_per_week: int, every_other_week: AlternateWeeks | None) -> float:
    """Trains of a mean week, where the last of them may run every other week only."""
    return trains_per_week if every_other_week is None else trains_per_week - 0.5


class WeekTrain(ScenarioTable):
    """Full trains between two stations of one gauge, as often there as back."""

    start: Id
    """Key in `stations`: a Chinese station, the Kazakh side of a border, or one beyond the dry
    port."""
    end: Id
    """Key in `stations`: the Chinese side of a border, or the dry port."""
    trains_per_week: Annotated[Count, Field(ge=1, le=140)]
    """In an average week, each way; weeks with more bookings have more."""
    departures_ms: tuple[DurationMs, ...] = ()
    """From the end away from the dry port, since Monday 00:00 of the dry port, ascending: one
    for each train of an average week. Left out: evenly through the week."""
    every_other_week: AlternateWeeks | None = None
    """The last of these trains runs every other week only: in those with an `even` or an `odd`
    number (ISO 8601). Left out: all run every week."""

    @property
    def mean_trains_per_week(self) -> float:
        """Each way, over even and odd weeks; whole where all trains run every week."""
        return mean_trains(self.trains_per_week, self.every_other_week)


class Route(ScenarioTable):
    """A way of some boxes of a flow, station by station."""

    flow: Id
    """Key in `flows`."""
    stations: Annotated[tuple[Id, ...], Field(min_length=2, max_length=12)]
    """Keys in `stations`, in the order of the way: where boxes change the train. Between two
    Chinese stations that no train of the week joins they go in wagons of other trains."""
    share: Share
    """Share of the flow's boxes in this direction; the rest, up to 1, is not carried."""


class Week(ScenarioTable):
    """A week of trains and the ways of all flows."""

    trains: dict[Id, WeekTrain]
    """Trains; the key is the reader's own."""
    routes: dict[Id, Route]
    """Ways of the flows; the key is the reader's own."""
    is_fixed: bool = False
    """No more trains than these run, in weeks with more bookings either."""
