"""The tables of the railway's kernel, made of lines, borders and bookings before the first train.

Knows every column and how many rows it can get; knows no rule of the railway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.compiled import gathered
from keruen.corridor.network.borders import Intake
from keruen.corridor.network.lines import Line
from keruen.corridor.network.time_limits import patience_ms
from keruen.corridor.railway.kernel.loading_bans import LOADING_STOP_MS
from keruen.corridor.railway.kernel.state import (
    FILLED,
    MOMENTS,
    NOTHING,
    NUMBERS,
    TABLES,
    UNKNOWN_MS,
)
from keruen.corridor.railway.scheduled_trains import Slots
from keruen.corridor.railway.train_paths import Paths
from keruen.corridor.railway.trips import Trips
from keruen.domain.codes import Mode
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.units import MS_PER_WEEK

Tables = dict[str, NDArray[np.void]]

_MOST_RIDES = 4
"""A box waits for a train, and rides on one, at most so many times: through China and to the dry
port, or from there and through China; one more is for a box in transit."""


def box_table(scenario: Scenario, trips: Trips, seed: int) -> NDArray[np.void]:
    """Table `boxes`: all bookings, before their first moment.

    Parameters
    ----------
    seed : of the keyed draws: the hour at which a truck fetches a box.
    """
    bookings = trips.bookings
    boxes = np.zeros(len(bookings), TABLES["boxes"])
    for moment in MOMENTS:
        boxes[moment] = UNKNOWN_MS
    for name in ("ready_ms", "stay_ms"):
        boxes[name] = bookings[name]
    luck = draws.uniform_array(seed, draws.STREAM_PICKUP_HOUR, trips.entity)
    boxes["fetched_ms"] = draws.time_of_day_millis(scenario.terminal.gate.hour_shares, luck)
    boxes["teu"] = bookings["n_teu"]
    boxes["mass_kg"] = bookings["gross_mass_kg"]
    for name in ("group_ms", "into_line", "out_line", "china_line"):
        boxes[name] = getattr(trips, name)
    boxes["visit"] = boxes["next_loaded"] = NOTHING
    boxes["by_truck"] = bookings["in_mode"] == Mode.TRUCK
    boxes["is_fetched"] = bookings["out_mode"] == Mode.TRUCK
    boxes["is_gone"] = trips.route < 0
    return boxes


def line_tables(
    lines: Sequence[Line], slots: Sequence[Slots], layovers_ms: Sequence[int], paths: Paths
) -> Tables:
    """Tables `lines`, `slots`, `sections` and `running`; `n_sets` and `border` are left out.

    Parameters
    ----------
    lines : those of the dry port first.
    slots : trains of each line.
    layovers_ms : of the trains of each line of the dry port.
    """
    n_port = len(layovers_ms)
    table = np.zeros(len(lines), TABLES["lines"])
    table["n_usual"] = [line.mean_trains_per_week * LOADING_STOP_MS / MS_PER_WEEK for line in lines]
    table["is_port"][:n_port] = 1
    table["layover_ms"][:n_port] = layovers_ms
    for name in ("capacity_teu", "capacity_kg", "mean_ms"):
        table[name] = [getattr(line, name) for line in lines]
    table["n_slots"] = [len(of_line.scheduled_ms) for of_line in slots]
    table["first_slot"] = _firsts(table["n_slots"])
    table["n_sections"] = [len(line.sections) for line in lines]
    table["first_section"] = _firsts(table["n_sections"])
    n_times = table["n_slots"] * table["n_sections"]
    table["first_near"] = _firsts(n_times)
    table["first_back"] = table["first_near"] + n_times.sum()
    trains = np.zeros(int(table["n_slots"].sum()), TABLES["slots"])
    for name in trains.dtype.names or ():
        trains[name] = np.concatenate([getattr(of_line, name) for of_line in slots])
    ways = [(line.sections, line.back()[::-1]) for line in lines]
    sections = np.zeros(int(table["n_sections"].sum()), TABLES["sections"])
    sections["there"] = [paths.side_of(*side) for there, _ in ways for side in there]
    sections["back"] = [paths.side_of(*side) for _, back in ways for side in back]
    times = [of_line.near_ms for of_line in slots] + [of_line.back_ms for of_line in slots]
    running = np.zeros(2 * int(n_times.sum()), TABLES["running"])
    running["ms"] = np.concatenate([np.zeros(0, np.int64), *(part.ravel() for part in times)])
    return {"lines": table, "slots": trains, "sections": sections, "running": running}


def server_tables(servers: Sequence[Intake]) -> Tables:
    """Tables `servers` and `rates`."""
    table = np.zeros(len(servers), TABLES["servers"])
    table["n_rates"] = [len(server.rates) for server in servers]
    table["first_rate"] = _firsts(table["n_rates"])
    rates = np.zeros(int(table["n_rates"].sum()), TABLES["rates"])
    for first, server in zip(table["first_rate"].tolist(), servers, strict=True):
        of_server = rates[first : first + len(server.rates)]
        of_server["edge_ms"] = server.edges_ms
        of_server["rate_per_ms"] = server.rates
        of_server["done"] = server.done
    return {"servers": table, "rates": rates}


def station_table(network: Network) -> NDArray[np.void]:
    """Table `stations`, by key."""
    table = np.zeros(len(network.stations), TABLES["stations"])
    table["n_tracks"] = [station.standing_tracks for _, station in sorted(network.stations.items())]
    return table


def near_stations(lines: Sequence[Line], network: Network) -> list[int]:
    """The station at the near end of each section of each line: rows of `stations`."""
    keys = sorted(network.stations)
    ways = [side for line in lines for side in line.sections]
    ends = [
        network.sections[key].end if is_forward else network.sections[key].start
        for key, is_forward in ways
    ]
    return [keys.index(end) for end in ends]


def empty_tables(
    lines: NDArray[np.void], stations: NDArray[np.void], n_boxes: int, n_days: int
) -> Tables:
    """The tables that are filled in a run, with room for all that can come, and `queues`.

    Parameters
    ----------
    n_days : of the run: each may begin or end a time in which the dry port is full, and so fill all
        tracks of the stations once.
    """
    n_slots = int(lines["n_slots"].sum())
    n_rides = _MOST_RIDES * n_boxes
    # There and back; a set of wagons is taken and comes back once for each train.
    n_stands = n_days * int(stations["n_tracks"].sum())
    rows = {
        "batches": n_rides + len(lines),
        "waiting": n_rides,
        "runs": 2 * n_slots,
        "on_board": n_rides,
        "passings": 2 * int((lines["n_slots"] * lines["n_sections"]).sum()),
        "crossings": 2 * n_slots,
        "set_changes": 2 * n_slots,
        "events": n_slots + len(lines) + n_stands,
        "came": n_slots,
        "by_truck": n_boxes,
        "stands": n_stands,
        "fullness": n_days,
    }
    # Zeroed memory costs only address space until a row is written.
    made = {name: np.zeros(rows[name], TABLES[name]) for name in FILLED}
    # At both ends of each line, and at the dry port when it is an open one.
    made["queues"] = np.zeros(2 * len(lines) + int(lines["is_port"].sum()), TABLES["queues"])
    made["queues"]["first_batch"] = made["queues"]["last_batch"] = NOTHING
    made["queues"]["patience_ms"] = NOTHING
    return made


def fill_far_ends(
    tables: Mapping[str, NDArray[np.void]], trips: Trips, lines: Sequence[Line]
) -> dict[str, int]:
    """Boxes that begin their journey at the far end of a line wait there.

    Returns
    -------
    Rows that tables have got: `n_waiting`, `n_batches`.
    """
    n_port = int(tables["lines"]["is_port"].sum())
    queues, batches, waiting = tables["queues"], tables["batches"], tables["waiting"]
    n_waiting = n_batches = 0
    for place, line in enumerate(lines):
        is_port = place < n_port
        queue = queues[2 * place]
        if not line.border or not is_port:
            queue["patience_ms"] = patience_ms(line.mean_trains_per_week)
        if is_port:
            rows = np.flatnonzero((trips.into_line == place) & ~trips.is_west)
        else:
            rows = np.flatnonzero((trips.china_line == place - n_port) & trips.is_west)
        if not len(rows):
            continue
        gathers_ms = np.where(trips.is_west[rows], trips.group_ms[rows], 0)
        ready_ms = trips.ready_ms[rows] + gathers_ms
        order = np.argsort(ready_ms, kind="stable")
        end = n_waiting + len(rows)
        waiting["box"][n_waiting:end] = rows[order]
        waiting["ready_ms"][n_waiting:end] = ready_ms[order]
        batches[n_batches] = (NOTHING, NOTHING, n_waiting, end)
        queue["first_batch"] = queue["last_batch"] = n_batches
        queue["teu"] = tables["boxes"]["teu"][rows].sum()
        n_waiting, n_batches = end, n_batches + 1
    return {"n_waiting": n_waiting, "n_batches": n_batches}


def empty_record() -> Any:  # Any: see `keruen.compiled.gathered`
    """The record of a railway without lines and boxes: nothing happens on it."""
    nobody = {name: np.zeros(0, dtype) for name, dtype in TABLES.items()}
    return gathered(nobody, dict.fromkeys(NUMBERS, 0))


def _firsts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the rows of each begin that lie one after the other."""
    firsts: NDArray[np.int64] = np.cumsum(counts) - counts
    return firsts
