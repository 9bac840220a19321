"""Who was where when: a trace turned into stays of boxes and trains, and work of machines.

Knows the events that move something; knows no layout and no measure. Enough for an animation.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Event, Mover, PlaceKind
from keruen.domain.tables import Table
from keruen.units import NONE

_PUTS: Final = (
    *(Event.UNLOADED, Event.STACKED, Event.RESHUFFLED, Event.RETRIEVED, Event.LOADED),
    Event.AT_DOOR,
)
"""A box has reached the place in `destination`."""

_ENDS: Final = {
    Event.TRUCK_LEFT: PlaceKind.TRUCK,
    Event.UNPACKED: PlaceKind.DOOR,
    Event.SHUTTLE_BACK: PlaceKind.TRUCK,
}
"""Event → where a box is that is gone then; the truck that brought a box leaves without it."""

_TRAIN_PLACES: Final = {
    Event.TRAIN_ARRIVED: False,
    Event.TRAIN_RECEIVED: True,
    Event.TRAIN_PLACED: True,
    Event.TRAIN_PULLED: True,
    Event.TRAIN_DEPARTED: False,
}
"""Event → whether the train is then at the place in `destination`."""

_GONE: Final = -2
"""Place −2 − k: gone, if it was at a place of kind k; of a train, gone."""
_TRUCK: Final = PlaceKind.TRUCK << 24
_WAGON: Final = PlaceKind.WAGON << 24


def movements(trace: Table, visits: Table, end_ms: int) -> Table:
    """The stays and the work of a trace.

    Parameters
    ----------
    trace : Table
        Table `trace`, from the beginning of a run.
    visits : Table
        Table `container_visits`.
    end_ms : int
        When the trace ends, ms; what is still there then stays until then.

    Returns
    -------
    Table
        Table `movements`. A box that a train brings is on its wagon from the train's arrival;
        one that a truck brings is on the truck from its arrival; it is gone when its truck or
        train is. The places of one box or train follow one another without a gap, so nothing is
        in two places: it is where it was until it has been put down elsewhere. So a train that is
        pulled off is on its track until it stands elsewhere, while the track is free for the next
        from `moving_ms` before; with two locomotives the next may stand there first.
    """
    parts = [
        _stays(Mover.TRAIN, _train_steps(trace), end_ms),
        _stays(Mover.BOX, _box_steps(trace, visits), end_ms),
        _work(trace),
    ]
    rows = np.concatenate(parts)
    tables.verify("movements", rows)
    return rows


def _steps(rows: Table, number: NDArray[np.int32], place: NDArray[np.int64]) -> Table:
    """Rows of the table with `ends_ms` still open."""
    steps = tables.empty("movements", len(rows))
    steps["number"] = number
    steps["place"] = place
    steps["begins_ms"] = rows["time_ms"]
    steps["machine"] = rows["machine"]
    steps["moving_ms"] = rows["busy_ms"]
    return steps


def _train_steps(trace: Table) -> Table:
    rows = trace[np.isin(trace["kind"], list(_TRAIN_PLACES))]
    known = np.isin(rows["kind"], [kind for kind, is_place in _TRAIN_PLACES.items() if is_place])
    place = np.where(known, rows["destination"], NONE)
    place = np.where(rows["kind"] == Event.TRAIN_DEPARTED, _GONE, place)
    return _steps(rows, rows["train"], place)


def _box_steps(trace: Table, visits: Table) -> Table:
    """Steps of every box in the order of the trace, from where it comes to where it is gone."""
    arrived = trace[trace["kind"] == Event.TRAIN_ARRIVED]
    came_ms = np.full(len(visits) and int(visits["in_train"].max()) + 1, NONE, np.int64)
    here = arrived["train"] < len(came_ms)
    came_ms[arrived["train"][here]] = arrived["time_ms"][here]
    brought = np.flatnonzero(visits["in_train"] >= 0)
    brought = brought[came_ms[visits["in_train"][brought]] != NONE]
    on_wagon = np.zeros(len(brought), trace.dtype)
    on_wagon["time_ms"] = came_ms[visits["in_train"][brought]]
    on_wagon["visit"], on_wagon["machine"] = brought, NONE
    steps = [_steps(on_wagon, brought.astype(np.int32), np.full(len(brought), _WAGON))]
    puts = trace[np.isin(trace["kind"], _PUTS)]
    steps.append(_steps(puts, puts["visit"], puts["destination"]))
    # Behind the puts: of the same moment, a box is put down before it comes down.
    lowered = _lowered(puts)
    steps.append(_steps(lowered, lowered["visit"], lowered["destination"]))
    trucks = trace[trace["kind"] == Event.TRUCK_ARRIVED]
    # The first truck of a box that no train brings carries it; later ones come for it.
    trucks = trucks[np.sort(np.unique(trucks["visit"], return_index=True)[1])]
    trucks = trucks[visits["in_train"][trucks["visit"]] < 0]
    steps.append(_steps(trucks, trucks["visit"], np.full(len(trucks), _TRUCK)))
    for event, kind in _ENDS.items():
        ends = trace[(trace["kind"] == event) & (trace["visit"] >= 0)]
        steps.append(_steps(ends, ends["visit"], np.full(len(ends), _GONE - kind)))
    steps.append(_departures(trace, puts))
    rows = np.concatenate(steps)
    rows = rows[np.lexsort((rows["begins_ms"], rows["number"]))]
    return _without_trucks_that_left_alone(rows)


def _lowered(puts: Table) -> Table:
    """Boxes that come down one tier because the one below them was taken out, as further puts.

    When no other pile had room, those above are lifted off and put back: the trace has their moves
    (from a slot to the same one) and then the box from below, but not where they stand then.
    """
    is_put_back = (puts["kind"] == Event.RESHUFFLED) & (puts["origin"] == puts["destination"])
    if not is_put_back.any():
        return puts[:0]
    moved = puts[~is_put_back]
    visit_in: dict[int, int] = {}
    taken: list[int] = []
    visits: list[int] = []
    places: list[int] = []
    columns = (moved[name].tolist() for name in ("visit", "origin", "destination"))
    for i, (visit, origin, destination) in enumerate(zip(*columns, strict=True)):
        # A box lifted from its slot onto a wagon leaves it in two rows of the trace: the first.
        if visit_in.get(origin) == visit:
            del visit_in[origin]
            # The tier is the lowest part of a slot's code: the next code is the slot above.
            place = origin
            while place + 1 in visit_in:
                visit_in[place] = visit_in.pop(place + 1)
                taken.append(i)
                visits.append(visit_in[place])
                places.append(place)
                place += 1
        if destination >> 24 == PlaceKind.SLOT:
            visit_in[destination] = visit
    rows: Table = moved[taken]
    rows["visit"], rows["destination"], rows["busy_ms"] = visits, places, 0
    return rows


def _departures(trace: Table, puts: Table) -> Table:
    """Boxes that were loaded go with their train."""
    loaded = puts[puts["kind"] == Event.LOADED]
    departed = trace[trace["kind"] == Event.TRAIN_DEPARTED]
    gone_ms = np.full(int(trace["train"].max(initial=-1)) + 1, NONE, np.int64)
    gone_ms[departed["train"]] = departed["time_ms"]
    loaded = loaded[gone_ms[loaded["train"]] != NONE]
    going = np.zeros(len(loaded), trace.dtype)
    going["time_ms"] = gone_ms[loaded["train"]]
    going["machine"] = NONE
    return _steps(going, loaded["visit"], np.full(len(loaded), _GONE - PlaceKind.WAGON))


def _without_trucks_that_left_alone(rows: Table) -> Table:
    """A truck that has brought a box leaves without it: the box stays where it was put."""
    is_end = rows["place"] <= _GONE
    # The last place before each end, of the same box: ends in between are no places.
    last = np.maximum.accumulate(np.where(is_end, 0, np.arange(len(rows))))
    is_own = rows["number"][last] == rows["number"]
    needed = _GONE - rows["place"]
    kept: Table = rows[~is_end | (is_own & (rows["place"][last] >> 24 == needed))]
    return kept


def _stays(mover: Mover, steps: Table, end_ms: int) -> Table:
    """Each step lasts until the next of the same number; those of the gone are left out."""
    steps = steps[np.lexsort((np.arange(len(steps)), steps["number"]))]
    steps["mover"] = mover
    steps["ends_ms"] = end_ms
    follows = steps["number"][1:] == steps["number"][:-1]
    steps["ends_ms"][:-1][follows] = steps["begins_ms"][1:][follows]
    stays: Table = steps[steps["place"] > _GONE]
    return stays


def _work(trace: Table) -> Table:
    """Each piece of work of a machine, where it ended (a lift off a wagon: where it began)."""
    rows = trace[(trace["machine"] >= 0) & (trace["busy_ms"] > 0)]
    place = np.where(rows["destination"] >= 0, rows["destination"], rows["origin"])
    track = _track_of(trace, rows)
    place = np.where(track != NONE, track, place)
    work = _steps(rows, rows["machine"].astype(np.int32), place)
    work["begins_ms"] = rows["time_ms"] - rows["busy_ms"]
    work["ends_ms"] = rows["time_ms"]
    work["moving_ms"] = 0
    work["mover"] = Mover.MACHINE
    return work[np.lexsort((work["begins_ms"], work["number"]))]


def _track_of(trace: Table, rows: Table) -> NDArray[np.int64]:
    """The track on which the train of each row stood, for lifts at a train; −1 for others."""
    placed = trace[trace["kind"] == Event.TRAIN_PLACED]
    track = np.full(len(rows), NONE, np.int64)
    at_train = np.flatnonzero(np.isin(rows["kind"], (Event.UNLOADED, Event.LOADED)))
    order = np.lexsort((placed["time_ms"], placed["train"]))
    span = int(trace["time_ms"].max(initial=0)) + 1
    keys = placed["train"][order].astype(np.int64) * span + placed["time_ms"][order]
    wanted = rows["train"][at_train].astype(np.int64) * span + rows["time_ms"][at_train]
    at = np.searchsorted(keys, wanted, side="right") - 1
    track[at_train] = (
        np.where(at >= 0, placed["destination"][order][at], NONE) if len(keys) else NONE
    )
    return track
