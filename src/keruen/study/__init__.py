"""Studies: all replications of one scenario and case, and the verdict on them.

The only place that knows the order of the stages.
"""

from keruen.study.conduct import load, run
from keruen.study.executors import processes
from keruen.study.replicate import Progress, replay, replication_seed

__all__ = ["Progress", "load", "processes", "replay", "replication_seed", "run"]
