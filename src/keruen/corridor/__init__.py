"""The corridor: trains of a timetable, or those of a planned week on the network of the scenario.

Knows services, lines, borders and capacities of trains. Does not know tracks, machines or stacks.
"""

from keruen.corridor.alone import run_alone
from keruen.corridor.arrivals import as_arrivals, visits_by_railway
from keruen.corridor.measures import measure
from keruen.corridor.plan import plan
from keruen.corridor.planned import with_week
from keruen.corridor.railway import Railway, Run
from keruen.corridor.run import run
from keruen.corridor.timetable import load_patterns

__all__ = [
    "Railway",
    "Run",
    "as_arrivals",
    "load_patterns",
    "measure",
    "plan",
    "run",
    "run_alone",
    "visits_by_railway",
    "with_week",
]
