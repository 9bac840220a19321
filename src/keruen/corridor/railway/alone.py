"""The railway without a model of the dry port: a port in which nothing ever waits for a machine.

Knows what its kernel is handed; the rules are in `kernel.open_port`. For questions to the railway
alone: with the real dry port it can only be slower.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.compiled import call
from keruen.corridor.network.calendar import first_weekday
from keruen.corridor.railway.kernel import run_open_port
from keruen.corridor.railway.kernel.open_port import LEAVING_DTYPE
from keruen.corridor.railway.kernel.state import NUMBER_DTYPE
from keruen.corridor.railway.railway import LiveRailway
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
    railway = LiveRailway(scenario, planned, demand, seed)
    left = np.full(len(demand.bookings), NONE, NUMBER_DTYPE)
    call(
        run_open_port,
        railway.record,
        truck_week(first_weekday(scenario), scenario.terminal.gate.weekday_shares),
        np.zeros(railway.most_trains, LEAVING_DTYPE),
        left,
        scenario.calendar.horizon_ms,
        railway.longest_step_ms,
        is_paranoid,
    )
    return railway, left["number"]
