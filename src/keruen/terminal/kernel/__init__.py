"""The compiled part of the terminal: a pure function from arrays to arrays.

Knows the order in which things happen at a dry port; knows no scenario and no file. It allocates
nothing after its start and calls nothing back.

Its functions share their arguments, and say in their docstrings only what is particular:

* ``s``, ``p``: the state and the parameters, one record each (`state`). Only ``s`` is changed.
* ``visits``, ``trains``, ``order``, ``outages``, ``trace``: handles of the tables from outside; one
  row is read by ``visit_at(visits, visit)`` and its like (`reading`).
* ``visit``, ``train``: row in `visits`, in `trains`. ``row``: a box on site with its truck. ``t``:
  a train on site, by its place in the state. ``block``, ``cell``, ``position``: see `yard`.
* ``machine``, ``gantry``, ``tractor``, ``lane``, ``locomotive``, …: number through all groups;
  ``group``: one of the groups. ``teu``: 1 for a box of 20 ft, 2 for one of 40 ft.
* ``kind``: of an event or, in the yard, of a box (`inputs.kinds_of_visits`).

A function that looks for something returns its index, or −1 when there is none. Where two are
equal, the one that is looked at first is taken, which is the one with the lower index: any fixed
choice would do, but it must not depend on how a search happens to run.

Arguments are typed ``Any``: Numba infers the types of records, handles and narrow integers, which
Python's type system has no names for, and interpreted runs hand over other ones. Bare numbers that
are arguments are ``np.int64``, because Numba compiles a function anew for each literal it is called
with.
"""

from keruen.terminal.kernel.run import begin, run, run_on, tell
from keruen.terminal.kernel.state import SIZE_CLASSES

__all__ = ["SIZE_CLASSES", "begin", "run", "run_on", "tell"]
