"""Studies: all replications of one scenario and case, and the verdict on them.

The only place that knows the order of the stages. A search for capacity and a comparison of two
designs are made of the same replications.
"""

from keruen.study.capacity import capacity
from keruen.study.comparison import compare
from keruen.study.conduct import load, run
from keruen.study.coupled import Stopped
from keruen.study.executors import processes
from keruen.study.prepared import prepared
from keruen.study.replicate import Played, Progress, replay, replication_seed

__all__ = [
    "Played",
    "Progress",
    "Stopped",
    "capacity",
    "compare",
    "load",
    "prepared",
    "processes",
    "replay",
    "replication_seed",
    "run",
]
