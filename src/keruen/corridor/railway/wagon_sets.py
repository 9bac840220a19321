"""How the wagons of a gauge are shared out to its lines, in whole trains.

Knows fleets and lines; knows no train that runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from keruen.corridor.network.lines import Line
from keruen.scenario.duration_laws import law_table
from keruen.scenario.network import Network

_ENOUGH: Final = 10_000


def wagon_sets(network: Network, lines: Sequence[Line]) -> list[int]:
    """Sets of wagons of each line: the fleet of its gauge, by what the average week needs.

    Parameters
    ----------
    lines : of both gauges.

    Returns
    -------
    Whole trains of wagons for each line, one at least, and always enough of a gauge whose fleet the
    scenario does not tell. What a line needs are its trains a week
    times two runs and a turnaround; sets that are left after rounding down go to the largest rests,
    as in an election.
    """
    sets = [_ENOUGH] * len(lines)
    for _, fleet in sorted(network.fleet.items()):
        own = [n for n, line in enumerate(lines) if network.stations[line.far].gauge == fleet.gauge]
        turn_ms = float(law_table(fleet.turnaround).mean())
        needs = [
            lines[n].mean_trains_per_week * lines[n].n_wagons * (2 * lines[n].mean_ms + turn_ms)
            for n in own
        ]
        left = float(fleet.n_platforms * fleet.available_share)
        shares = [
            left * need / sum(needs) / lines[n].n_wagons for n, need in zip(own, needs, strict=True)
        ]
        for n, share in zip(own, shares, strict=True):
            sets[n] = max(1, int(share))
            left -= sets[n] * lines[n].n_wagons
        rests = [(int(share) - share, n) for n, share in zip(own, shares, strict=True)]
        for _, n in sorted(rests):
            if left >= lines[n].n_wagons:
                sets[n] += 1
                left -= lines[n].n_wagons
    return sets
