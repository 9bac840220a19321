"""Service network design: which services to offer, which way each commodity takes, and when.

Knows arcs, commodities, queues and shared limits as arrays. Does not know stations, calendars or
trains. The solver HiGHS stands behind this door only.
"""

from keruen.corridor.plan.design.departures import Departures, DeparturesProblem
from keruen.corridor.plan.design.departures_search import choose_departures, cost_from
from keruen.corridor.plan.design.problem import DesignPlan, DesignProblem, ModelSize, Progress
from keruen.corridor.plan.design.solve import solve

__all__ = [
    "Departures",
    "DeparturesProblem",
    "DesignPlan",
    "DesignProblem",
    "ModelSize",
    "Progress",
    "choose_departures",
    "cost_from",
    "solve",
]
