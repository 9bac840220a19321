"""Traces and planned weeks of the packaged scenarios, each planned once in a session.

Weeks are planned afresh, never taken from those kept on this machine: a kept one proves nothing
about the code of today.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache, partial
from typing import Final
from unittest.mock import patch

import numpy as np

from keruen import scenario, study
from keruen.scenario import Scenario
from keruen.scenario.week_file import week_text

TRACE_HEAD: Final = "trace "

SHORT: Final = ("calendar.days=4", 'calendar.warm_up="3 d"')
"""A horizon that is simulated in a fraction of a second. The week is planned for the whole year."""

PLANNED: Final = ("bottom-up", "growth", "nameplate", "bottom-up+without-works")
"""Cases that need a plan of their own."""

CASES: Final = (*PLANNED, "nameplate+stage-2")
"""Stage 2 changes the dry port only, and so finds the week of its demand case kept."""


@cache
def planned() -> Mapping[str, Scenario]:
    """Each case with its week."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(patch.dict(os.environ, {"HOME": home, "USERPROFILE": home}))
        # Side by side, as `keruen run` plans its cases.
        pool = stack.enter_context(study.processes(2))
        found = dict(zip(PLANNED, pool.map(_with_week, PLANNED), strict=True))
        return {case: found.get(case) or _with_week(case) for case in CASES}


def _with_week(case: str) -> Scenario:
    found = scenario.read("kostanay-hefei", SHORT, tuple(case.split("+")))
    return study.prepare(found).scenario


def week(case: str) -> str:
    """The planned week of a case as the text of its file."""
    network = planned()[case].network
    assert network is not None, "no network"
    assert network.week is not None, "no week"
    return week_text(network.week)


def trace(found: Scenario) -> str:
    """The trace of a first replication: its digest, then its rows."""
    run = study.replay(found, study.replication_seed(found.scenario.seed, 0)).run
    rows = io.StringIO()
    np.savetxt(rows, run.trace, fmt="%s", delimiter=",", header=",".join(run.trace.dtype.names))
    return f"{TRACE_HEAD}{run.digest}\n{rows.getvalue()}"


def _toy() -> str:
    return trace(scenario.read("toy"))


def _starter() -> str:
    return trace(scenario.read("starter", SHORT))


def _short(case: str) -> str:
    return trace(planned()[case])


def _key(case: str) -> str:
    return case.replace("+", "-")


TRACES: Final[Mapping[str, Callable[[], str]]] = {
    "toy": _toy,
    "starter": _starter,
    **{_key(case): partial(_short, case) for case in CASES},
}
WEEKS: Final[Mapping[str, Callable[[], str]]] = {_key(case): partial(week, case) for case in CASES}
