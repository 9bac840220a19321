"""The gantries of the real layout: each does its part."""

from __future__ import annotations

import numpy as np

from keruen import study
from keruen.domain.codes import Event, Resource
from keruen.scenario import read
from keruen.terminal import machine_numbers
from keruen.units import MS_PER_DAY


def test_the_third_gantry_does_about_a_third() -> None:
    """Of the moves at trains each of the three has 25 % to 42 %, and no gantry stands by."""
    scenario = read("kostanay-hefei", [], ("growth",))
    trace = study.replay(scenario, 5, until_ms=12 * MS_PER_DAY).run.trace
    numbers = machine_numbers(scenario.terminal)
    gantries = [n for n, (resource, _, _) in enumerate(numbers) if resource is Resource.GANTRY]
    at_trains = trace[np.isin(trace["kind"], (Event.UNLOADED, Event.LOADED))]
    moves = np.array([(at_trains["machine"] == gantry).sum() for gantry in gantries])
    shares = moves / moves.sum()
    assert len(shares) == 3
    assert shares.min() > 0.25
    assert shares.max() < 0.42
