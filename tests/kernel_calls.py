"""Functions of the railway's kernel that only the kernel calls, as tests call them."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from keruen.compiled import call, gathered
from keruen.corridor.network.borders import Intake
from keruen.corridor.railway.kernel import begin_day as _begin_day
from keruen.corridor.railway.kernel.border import admit as _admit
from keruen.corridor.railway.kernel.train_paths import enter as _enter
from keruen.corridor.railway.kernel.trains import _free_after
from keruen.corridor.railway.kernel.waiting import end_batch, take, wait
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.railway.set_up import server_tables
from keruen.corridor.railway.train_paths import Paths


@numba.njit
def _day(r: Any, day_ms: Any) -> None:
    _begin_day(r, day_ms)


@numba.njit
def _ask(r: Any, side: Any, at_ms: Any) -> Any:
    return _enter(r, side, at_ms)


@numba.njit
def _come(r: Any, at_ms: Any, amount: Any) -> Any:
    return _admit(r, 0, at_ms, amount)


@numba.njit
def _free(r: Any, line: Any) -> None:
    _free_after(r, 0, line, 0, 0)


@numba.njit
def _add(r: Any, queue: Any, rows: Any, ready_ms: Any) -> None:
    first = r.n_waiting
    for place in range(len(rows)):
        wait(r, rows[place], ready_ms[place])
    end_batch(r, queue, first)


@numba.njit
def _take(r: Any, queue: Any, now_ms: Any, teu: Any, mass_kg: Any) -> None:
    take(r, queue, now_ms, teu, mass_kg)


def trucks_of_day(railway: LiveRailway, day_ms: int) -> list[int]:
    """Decide at midnight; bookings that trucks bring on the day."""
    before = len(railway.by_truck)
    call(_day, railway.record, day_ms)
    return railway.by_truck[before:].tolist()


def enter(paths: Paths, section: str, is_forward: bool, at_ms: int) -> int:
    """When a train enters a section; the path is taken."""
    record = gathered(paths.tables, {})
    return int(call(_ask, record, paths.side_of(section, is_forward), at_ms))


class Server:
    """What a border takes in, as the kernel does it."""

    def __init__(self, intake: Intake) -> None:
        self._tables = server_tables([intake])
        self._record = gathered(self._tables, {})

    def admit(self, at_ms: int, amount: float) -> int:
        """When one that comes no earlier than those before it is taken in."""
        return int(call(_come, self._record, at_ms, float(amount)))


def add_boxes(
    railway: LiveRailway, queue: int, rows: NDArray[np.int64], ready_ms: NDArray[np.int64]
) -> None:
    """A batch for a queue."""
    call(_add, railway.record, queue, rows, ready_ms)


def take_boxes(
    railway: LiveRailway, queue: int, now_ms: int, *, teu: int, mass_kg: int
) -> list[int]:
    """The first boxes that are ready and fit."""
    before = int(railway.record.n_on_board)
    call(_take, railway.record, queue, now_ms, teu, mass_kg)
    return railway.tables["on_board"]["box"][before : int(railway.record.n_on_board)].tolist()


def free_after(railway: LiveRailway, line: int) -> int:
    """When the wagons of a train that arrives at 0 are free again."""
    before = int(railway.record.n_events)
    call(_free, railway.record, line)
    assert int(railway.record.n_events) == before + 1
    return int(railway.tables["events"]["time_ms"][: before + 1].min())
