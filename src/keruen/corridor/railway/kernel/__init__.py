"""The compiled part of the railway: a pure function from tables to tables.

Knows the order in which things happen between stations; knows no scenario and no file. It
allocates nothing after its start and calls nothing back. It is plain Python in the words of the
terminal's kernel: functions that look for something return its index, or a negative number when
there is none; of equal ones the first is taken.

Its functions share their first argument ``r``, the record that leads to all tables (`state`), and
say in their docstrings only what is particular. ``line``, ``slot``, ``run``, ``queue``, ``border``:
rows or places; ``number``: row of `runs` or `boxes`; ``first``, ``end``: a stretch of rows, the
second exclusive.
"""

from keruen.corridor.railway.kernel.loading_bans import begin_day
from keruen.corridor.railway.kernel.open_port import run_open_port
from keruen.corridor.railway.kernel.run import (
    advance,
    begin,
    end_of_step,
    planned_arrival_ms,
    take_over,
)
from keruen.corridor.railway.kernel.trains import note_port
from keruen.corridor.railway.kernel.verify import verify_railway

__all__ = [
    "advance",
    "begin",
    "begin_day",
    "end_of_step",
    "note_port",
    "planned_arrival_ms",
    "run_open_port",
    "take_over",
    "verify_railway",
]
