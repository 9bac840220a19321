"""The railway without a model of the dry port: a port in which nothing ever waits for a machine.

Knows what its kernel is handed; the rules are in `kernel.open_port`. For questions to the railway
alone: with the real dry port it can only be slower.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from keruen.compiled import call, exclusive_cache, gathered
from keruen.corridor.network.calendar import first_weekday
from keruen.corridor.railway.kernel import run_open_port
from keruen.corridor.railway.kernel.open_port import LEAVING_DTYPE, PORT_NUMBERS, PORT_TABLES
from keruen.corridor.railway.kernel.state import NUMBER_DTYPE
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.railway.set_up import empty_record
from keruen.corridor.visits.pickups import truck_week
from keruen.domain.results import Demand
from keruen.scenario.models import Scenario
from keruen.scenario.world import PlannedNetwork
from keruen.units import NONE


def run_alone(
    scenario: Scenario,
    planned: PlannedNetwork,
    demand: Demand,
    seed: int,
    *,
    is_paranoid: bool = False,
) -> tuple[LiveRailway, NDArray[np.int64]]:
    """Run the railway for the whole horizon with a dry port that never keeps a train waiting.

    Parameters
    ----------
    scenario : Scenario
        Its `services` are the lines of the dry port.
    planned : PlannedNetwork
        Its railway and week.
    demand : Demand
        The bookings of the horizon.
    seed : int
        Of the keyed draws.
    is_paranoid : bool, default False
        Verify the whole state after every step (slow).

    Returns
    -------
    railway : after its run.
    left_ms : when each booking left the dry port by truck, int64; −1 if it did not.

    Notes
    -----
    A train leaves at its booked departure with the boxes of its line that have been at the dry port
    for twelve hours or longer, first come, first served, as far as they fit. One that is late stays
    for six hours, or for its layover if that is shorter.
    """
    _compile()
    railway = LiveRailway(scenario, planned, demand, seed)
    left = np.full(len(demand.bookings), NONE, NUMBER_DTYPE)
    weekday_shares = scenario.terminal.gate.weekday_shares
    tables = {
        "weeks": truck_week(first_weekday(scenario), weekday_shares),
        "trains": np.zeros(railway.most_trains, LEAVING_DTYPE),
        "left": left,
    }
    numbers = dict.fromkeys(PORT_NUMBERS, 0) | {
        "until_ms": scenario.calendar.horizon_ms,
        "step_ms": railway.longest_step_ms,
        "is_paranoid": int(is_paranoid),
    }
    port = gathered({name: tables[name] for name in PORT_TABLES}, numbers)
    call(run_open_port, railway.record, port)
    return railway, left["number"]


@cache
def _compile() -> None:
    """Compile the loop, or load it from the cache: by a call that does nothing."""
    nothing = np.zeros(0, NUMBER_DTYPE)
    port = gathered(dict.fromkeys(PORT_TABLES, nothing), dict.fromkeys(PORT_NUMBERS, 0))
    with exclusive_cache():
        call(run_open_port, empty_record(), port)
