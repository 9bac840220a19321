"""Service network design: which services to offer, and which way each commodity takes.

Knows arcs, commodities and shared limits as arrays. Does not know stations, calendars or trains.
The solver HiGHS stands behind this door only; it comes with the extra ``keruen[corridor]``.
"""

from keruen.corridor.design.problem import DesignPlan, DesignProblem, ModelSize, Progress
from keruen.corridor.design.solve import solve

__all__ = ["DesignPlan", "DesignProblem", "ModelSize", "Progress", "solve"]
