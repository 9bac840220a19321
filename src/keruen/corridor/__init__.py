"""The corridor, first form: services with a timetable, and trains that come late.

Knows services, timetables and capacities of trains. Does not know tracks, machines or stacks. The
optimising planner will replace `plan` behind the same door.
"""

from keruen.corridor.plan import plan
from keruen.corridor.run import run
from keruen.corridor.timetable import load_patterns

__all__ = ["load_patterns", "plan", "run"]
