"""Train paths: each section gives so many a day each way, and other trains take theirs.

Knows sections, days and wind; knows no train. A train asks for its paths when it departs, all the
way: who departs earlier is served first. A path is a stretch of time in which one train enters the
section, at any moment of it; who finds it taken waits for the begin of the next free one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.disruptions import Closure
from keruen.scenario.network import Network
from keruen.units import MS_PER_DAY

_PERMILLE = 1000
_PLACE_BITS = 22


class Paths:
    """The free and taken paths of all sections, from some moment to another.

    Parameters
    ----------
    network : sections and their other traffic.
    seed : of the keyed draws: how many other trains a day, and which paths they take.
    from_ms, until_ms : time that is looked at; later a train finds every path free.
    storms : by border, when wind stops the trains of sections that end there and stop in wind.
    """

    def __init__(
        self,
        network: Network,
        seed: int,
        *,
        from_ms: int,
        until_ms: int,
        storms: Mapping[str, Sequence[Closure]],
    ) -> None:
        self._network = network
        self._seed = seed
        self._from_ms = from_ms // MS_PER_DAY * MS_PER_DAY
        self._n_days = -(-(until_ms - self._from_ms) // MS_PER_DAY)
        self._taken: dict[tuple[str, bool], bytearray] = {}
        self._interval_ms: dict[str, int] = {}
        self._storms = {
            key: storms.get(border_key, ())
            for border_key, border in sorted(network.borders.items())
            for key, section in network.sections.items()
            if section.stops_in_wind
            and {section.start, section.end} & {border.china_station, border.kazakh_station}
        }
        self._free_by_day: dict[tuple[str, bool], NDArray[np.int64]] = {}

    def enter(self, section: str, is_forward: bool, at_ms: int) -> int:
        """When a train that is at the section's beginning at `at_ms` enters it; the path is taken.

        Parameters
        ----------
        section : key in `sections`.
        is_forward : from its start to its end.
        """
        side = section, is_forward
        taken = self._taken.get(side)
        if taken is None:
            taken = self._taken[side] = self._others(section, is_forward)
        interval_ms = self._interval_ms[section]
        while True:
            at_ms = self._after_storm(section, at_ms)
            k = taken.find(0, max(0, (at_ms - self._from_ms) // interval_ms))
            if k < 0:
                return max(at_ms, self._from_ms + len(taken) * interval_ms)
            entered_ms = max(at_ms, self._from_ms + k * interval_ms)
            if self._after_storm(section, entered_ms) == entered_ms:
                break
            at_ms = entered_ms
        taken[k] = 1
        return entered_ms

    def _after_storm(self, section: str, at_ms: int) -> int:
        """The first moment from `at_ms` on at which no wind stops the trains of a section."""
        for closure in self._storms.get(section, ()):
            if closure.begins_ms <= at_ms < closure.ends_ms:
                at_ms = closure.ends_ms
        return at_ms

    def _others(self, section: str, is_forward: bool) -> bytearray:
        """Which paths other trains take: by a number for each day, and a draw for each path."""
        words = self._network.sections[section]
        interval_ms = int(MS_PER_DAY / words.capacity_trains_per_d)
        self._interval_ms[section] = interval_ms
        key = draws.text_key(f"{section}/{int(is_forward)}")
        days = np.arange(self._n_days) + self._from_ms // MS_PER_DAY
        trains = words.other_traffic
        table = draws.triangular_table(
            *(
                _PERMILLE * n
                for n in (
                    trains.low_trains_per_d,
                    trains.mode_trains_per_d,
                    trains.high_trains_per_d,
                )
            )
        )
        entities = (key << _PLACE_BITS) + days + (1 << (_PLACE_BITS - 1))
        bits = draws.bits_array(self._seed, draws.STREAM_OTHER_TRAINS, entities)
        share = draws.millis_array(table, bits) / (_PERMILLE * words.capacity_trains_per_d)
        starts_ms = np.arange(self._n_days * MS_PER_DAY // interval_ms) * interval_ms
        place = np.arange(len(starts_ms)) + (self._from_ms // interval_ms)
        luck = draws.uniform_array(
            self._seed,
            draws.STREAM_OTHER_PATH,
            (key << _PLACE_BITS) + place + (1 << (_PLACE_BITS - 1)),
        )
        day = starts_ms // MS_PER_DAY
        is_taken = luck < share[day]
        self._free_by_day[section, is_forward] = np.bincount(day, ~is_taken, self._n_days).astype(
            np.int64
        )
        return bytearray(is_taken.astype(np.uint8).tobytes())

    def free_by_day(self, section: str, is_forward: bool, first_ms: int) -> NDArray[np.int64]:
        """Paths that other trains leave, on each day from the one of `first_ms` on.

        Parameters
        ----------
        section, is_forward : a section and direction.
        """
        if (section, is_forward) not in self._free_by_day:
            self._others(section, is_forward)
        first = (first_ms - self._from_ms) // MS_PER_DAY
        return self._free_by_day[section, is_forward][first:]
