"""The corridor: trains of a timetable, or those of a planned week on the network of the scenario.

Knows services, lines, borders and capacities of trains. Does not know tracks, machines or stacks.
"""

from keruen.corridor.network.service_trains import load_patterns
from keruen.corridor.railway.alone import run_alone
from keruen.corridor.railway.arrivals import arrivals_of, visits_by_railway
from keruen.corridor.railway.measures import measure
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.timetabled.plan import plan as plan_timetabled
from keruen.corridor.timetabled.run import run as run_timetabled

__all__ = [
    "LiveRailway",
    "arrivals_of",
    "load_patterns",
    "measure",
    "plan_timetabled",
    "run_alone",
    "run_timetabled",
    "visits_by_railway",
]
