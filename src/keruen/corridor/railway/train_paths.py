"""Train paths: each section gives so many a day each way, and other trains take theirs.

Knows sections, days and wind; knows no train. How trains ask for them is in `kernel.train_paths`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.disruptions import Closure
from keruen.corridor.railway.kernel.state import TABLES
from keruen.scenario.network import Network
from keruen.units import MS_PER_DAY

_PERMILLE = 1000
_PLACE_BITS = 22

Side = tuple[str, bool]
"""A section, and whether it is run from its start to its end."""


class Paths:
    """The free and taken paths of sections, from some moment to another.

    Parameters
    ----------
    network : sections and their other traffic.
    seed : of the keyed draws: how many other trains a day, and which paths they take.
    from_ms, until_ms : time that is looked at; later a train finds every path free.
    storms : by border, when wind stops the trains of sections that end there and stop in wind.
    used : sides on which trains run; others have no path.

    Attributes
    ----------
    tables : `sides`, `paths` and `storms` of the kernel.
    """

    def __init__(
        self,
        network: Network,
        seed: int,
        *,
        from_ms: int,
        until_ms: int,
        storms: Mapping[str, Sequence[Closure]],
        used: Collection[Side],
    ) -> None:
        self._network = network
        self._seed = seed
        self._from_ms = from_ms // MS_PER_DAY * MS_PER_DAY
        self._n_days = -(-(until_ms - self._from_ms) // MS_PER_DAY)
        self._place = {key: place for place, key in enumerate(sorted(network.sections))}
        self._free_by_day: dict[Side, NDArray[np.int64]] = {}
        sides = np.zeros(2 * len(self._place), TABLES["sides"])
        sides["from_ms"] = self._from_ms
        taken: list[NDArray[np.bool_]] = []
        for key, is_forward in sorted(used):
            own = sides[self.side_of(key, is_forward)]
            own["interval_ms"] = self._interval_ms(key)
            own["first_path"] = sum(len(part) for part in taken)
            taken.append(self._others(key, is_forward))
            own["n_paths"] = len(taken[-1])
        paths = np.zeros(sum(len(part) for part in taken), TABLES["paths"])
        paths["is_taken"] = np.concatenate([np.zeros(0, np.bool_), *taken])
        self.tables = {"sides": sides, "paths": paths, "storms": self._storms(sides, storms)}

    def side_of(self, section: str, is_forward: bool) -> int:
        """Row of a section in one direction, in the table `sides`."""
        return 2 * self._place[section] + int(is_forward)

    def _storms(
        self, sides: NDArray[np.void], storms: Mapping[str, Sequence[Closure]]
    ) -> NDArray[np.void]:
        """Table `storms`; notes in `sides` which are whose."""
        rows: list[tuple[int, int]] = []
        for border_key, border in sorted(self._network.borders.items()):
            first = len(rows)
            rows += [(one.begins_ms, one.ends_ms) for one in storms.get(border_key, ())]
            ends = {border.china_station, border.kazakh_station}
            for key, section in self._network.sections.items():
                if section.stops_in_wind and {section.start, section.end} & ends:
                    both = slice(self.side_of(key, False), self.side_of(key, True) + 1)
                    sides["first_storm"][both] = first
                    sides["end_storm"][both] = len(rows)
        return np.array(rows, TABLES["storms"])

    def _interval_ms(self, section: str) -> int:
        return int(MS_PER_DAY / self._network.sections[section].capacity_trains_per_d)

    def _others(self, section: str, is_forward: bool) -> NDArray[np.bool_]:
        """Which paths other trains take: by a number for each day, and a draw for each path."""
        words = self._network.sections[section]
        interval_ms = self._interval_ms(section)
        key = draws.text_key(f"{section}/{int(is_forward)}")
        days = np.arange(self._n_days) + self._from_ms // MS_PER_DAY
        trains = self._network.others_on(words)
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
        is_taken: NDArray[np.bool_] = luck < share[day]
        self._free_by_day[section, is_forward] = np.bincount(day, ~is_taken, self._n_days).astype(
            np.int64
        )
        return is_taken

    def free_by_day(self, section: str, is_forward: bool, first_ms: int) -> NDArray[np.int64]:
        """Paths that other trains leave, on each day from the one of `first_ms` on.

        Parameters
        ----------
        section, is_forward : a section and direction on which trains run.
        """
        first = (first_ms - self._from_ms) // MS_PER_DAY
        return self._free_by_day[section, is_forward][first:]
