"""Writing the trace.

Knows the columns of the table `trace`; knows no rule. Without a trace only the rows are counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.terminal.kernel.reading import row_at

# Typed, because a plain number as an argument would be compiled anew for each value.
NOBODY = np.int64(-1)
NOWHERE = (NOBODY, NOBODY)
NO_TIME = np.int64(0)
MARGIN_ROWS = 4096
"""Free rows that the buffer must have before an event: more than one event can write. It writes one
row itself, and each of what it starts a few: machines, lanes and trains on site, some hundreds."""


@compiled
def place_code(kind: Any, number: Any) -> Any:
    """The place code of a numbered place; `kind` is already shifted (`domain.tables`).

    Widened to int64 first: `number` often comes from a narrow column of the state.
    """
    return kind | np.int64(number)


@compiled
def write(
    s: Any, trace: Any, kind: Any, machine: Any, visit: Any, train: Any, places: Any, busy_ms: Any
) -> None:
    """Write one row.

    `kind` is an `Event`; machine, visit and train are NOBODY where there is none; `places` is
    (origin, destination), place codes; `busy_ms` is how long the machine worked, up to now.
    """
    s.n_events += 1
    n = s.n_trace
    if n >= s.trace_rows:
        return
    row = row_at(trace, n)
    row.time_ms = s.now_ms
    row.kind = kind
    row.machine = machine
    row.visit = visit
    row.train = train
    row.origin = places[0]
    row.destination = places[1]
    row.busy_ms = busy_ms
    s.n_trace = n + 1
