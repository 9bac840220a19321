"""A scenario becomes a world that can be run: its week of trains is brought, kept or planned now.

Knows when a plan is needed, what it depends on, and that services and flows follow from the week
(`week_services`); the plan itself is the corridor's. A week is planned for a whole year, whatever
the days that are simulated, and kept on this machine.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Final

from keruen import caches, corridor, demand, terminal
from keruen.compiled import Report
from keruen.corridor.network.lines import lines_of_dry_port
from keruen.domain.results import UnservedProof
from keruen.domain.untyped import JsonTable
from keruen.scenario import Scenario, with_planned_week
from keruen.scenario.week import Week
from keruen.scenario.week_file import week_from, week_text
from keruen.scenario.world import PlannedWorld
from keruen.store import code_version
from keruen.study.coupled import compile_loop
from keruen.study.limits import PLAN_GAP
from keruen.study.plan import plan_week, week_of
from keruen.study.week_services import with_week

_PROOF: Final = "unserved"
"""Table behind a kept week: what it leaves behind, and the least that any would."""


def prepare(scenario: Scenario | PlannedWorld, report: Report | None = None) -> PlannedWorld:
    """The world of a scenario: where it has a network, with its trains.

    Parameters
    ----------
    scenario : Scenario or PlannedWorld
        Without a network it stays as it is. With a week, its services become those of the week;
        without one, a week is planned from its bookings first, and is from then on part of it.
        A world that is prepared already is returned unchanged.
    report : Report, optional
        When given, the kernels are compiled for the world too, and it is called with the capacity
        class, functions compiled so far and functions expected. Without it they are compiled, or
        loaded from the cache, when the first run needs them.

    Returns
    -------
    PlannedWorld
        The scenario, and its railway where it has one.
    """
    world = scenario if isinstance(scenario, PlannedWorld) else _planned(scenario)
    if report is not None:
        compile_kernels(world, report)
    return world


def compile_kernels(world: PlannedWorld, report: Report | None = None) -> None:
    """Compile what runs of a world need, or load it from the cache.

    Raises
    ------
    StorageError
        When the disk does not take the compiled code.
    """
    size = terminal.size_class(world.scenario.terminal, len(world.scenario.services))
    if world.railway is None:
        terminal.compile_class(size.name, report)
    else:
        compile_loop(size, report)


def _planned(scenario: Scenario) -> PlannedWorld:
    network = scenario.network
    if network is None:
        return PlannedWorld.of(scenario)
    week, unserved = network.week, None
    if week is None:
        week, unserved = _kept_or_planned(scenario)
        scenario = with_planned_week(scenario, week)
    # An experiment starts from a world: where its week, planned anew, has the same lines, its
    # services stay as they were, so that nothing differs but what the experiment changes.
    if set(scenario.services) != set(lines_of_dry_port(network, week)):
        scenario = with_week(scenario, week)
    return PlannedWorld.of(scenario, unserved)


def _kept_or_planned(scenario: Scenario) -> tuple[Week, UnservedProof]:
    key = _key(scenario)
    kept = caches.kept_text(caches.WEEKS, key) or ""
    week, unserved = week_from(kept), _proof_from(kept)
    if week is not None and unserved is not None:
        return week, unserved
    plan = plan_week(scenario, gap=PLAN_GAP)
    week = week_of(plan)
    unserved = UnservedProof(planned=plan.unserved_share, least=plan.least_unserved_share)
    shares = f"[{_PROOF}]\nplanned = {unserved.planned!r}\nleast = {unserved.least!r}\n"
    caches.keep_text(caches.WEEKS, key, week_text(week) + shares)
    return week, unserved


def _proof_from(text: str) -> UnservedProof | None:
    """What was kept with a week; None when it is not there."""
    try:
        words = tomllib.loads(text)[_PROOF]
        return UnservedProof(planned=float(words["planned"]), least=float(words["least"]))
    except (ValueError, KeyError, TypeError):
        return None


def _key(scenario: Scenario) -> str:
    """A digest of all that a week depends on: goods, railway, days of trucks, and our own code."""
    words: JsonTable = scenario.model_dump(
        mode="json", include={"demand", "commodities", "flows", "services", "network"}
    )
    words["gate"] = scenario.terminal.gate.model_dump(mode="json")
    words["year"] = scenario.calendar.first_day.year
    words["seed"] = scenario.scenario.seed
    words["code"] = code_version() + _sources()
    canonical = json.dumps(words, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _sources() -> str:
    """A digest of the planner's sources and of the solver: another planner plans another week."""
    digest = hashlib.sha256()
    for folder in (Path(corridor.__file__).parent, Path(demand.__file__).parent):
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.read_bytes())
    digest.update(version("highspy").encode())
    return digest.hexdigest()
