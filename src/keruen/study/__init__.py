"""Studies: all replications of one scenario and case, and the verdict on them.

The only place that knows the order of the stages. A search for capacity and a comparison of two
designs are made of the same replications.
"""

from keruen.study.capacity import capacity
from keruen.study.comparison import compare
from keruen.study.executors import processes
from keruen.study.plan import plan_week
from keruen.study.prepare import prepare
from keruen.study.quote import quote
from keruen.study.replicate import replay, replication_seed
from keruen.study.run import load, run

__all__ = [
    "capacity",
    "compare",
    "load",
    "plan_week",
    "prepare",
    "processes",
    "quote",
    "replay",
    "replication_seed",
    "run",
]
