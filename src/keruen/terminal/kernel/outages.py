"""Machines that are out of work: shifts, breaks, holidays, wind, maintenance, failures.

Knows from when until when; why is known outside (table `outages`). An outage does not depend on
what the terminal does, so it is drawn before the run. A move that has begun is ended first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Event
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel.reading import outage_at
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, NOWHERE, write

_MACHINE_STOPPED = np.int64(Event.MACHINE_STOPPED)
_MACHINE_RESUMED = np.int64(Event.MACHINE_RESUMED)


@compiled
def expect_outage(s: Any, p: Any, outages: Any) -> None:
    """Put the next begin into the queue: one is pending, since the table is sorted by begin."""
    if s.n_outages < p.n_outages:
        # Not before now: `put` would refuse it.
        begins_ms = outage_at(outages, s.n_outages).begins_ms
        queue.put(s, max(begins_ms, s.now_ms), queue.OUTAGE_BEGINS, queue.NOBODY)


@compiled
def on_outage_begins(s: Any, p: Any, outages: Any, trace: Any) -> None:
    """A machine takes no new work from now on."""
    outage = outage_at(outages, s.n_outages)
    s.n_outages += 1
    machine = outage.machine
    # Overlapping outages of one machine were made one (`terminal.outages`), so one bit is enough.
    assert s.machine_off[machine] == 0
    s.machine_off[machine] = 1
    s.is_reach_known[p.machine_group[machine]] = 0
    # A machine at work is not among the idle; `release` will not count it either.
    if s.machine_busy[machine] == 0:
        s.n_idle[p.machine_group[machine]] -= 1
    write(s, trace, _MACHINE_STOPPED, machine, NOBODY, NOBODY, NOWHERE, NO_TIME)
    queue.put(s, max(outage.ends_ms, s.now_ms), queue.OUTAGE_ENDS, machine)
    expect_outage(s, p, outages)


@compiled
def on_outage_ends(s: Any, p: Any, trace: Any, machine: Any) -> None:
    """The machine may work again."""
    s.machine_off[machine] = 0
    s.is_reach_known[p.machine_group[machine]] = 0
    if s.machine_busy[machine] == 0:
        s.n_idle[p.machine_group[machine]] += 1
    write(s, trace, _MACHINE_RESUMED, machine, NOBODY, NOBODY, NOWHERE, NO_TIME)
