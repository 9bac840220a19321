"""The planned weeks behind an appraisal's runs, as inputs: told, carried in a file, checked again.

Knows weeks of coalitions; knows nothing of who signs them. Whoever runs an appraisal again takes
the weeks that the other side planned, after its own look at them: rules of the network, limits,
cost and bound.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from keruen.appraisal.interdependence import Coalition
from keruen.errors import InputError, ScenarioError
from keruen.scenario import Scenario
from keruen.scenario.week import Week
from keruen.scenario.week_changes import with_flows_and_week
from keruen.scenario.week_file import week_from, week_text
from keruen.scenario.world import network_of
from keruen.study.appraising.values import NOBODY
from keruen.study.appraising.worlds import Worlds
from keruen.study.plan import whole_year
from keruen.study.prepare import prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionPlan:
    """The week of a coalition.

    Parameters
    ----------
    built : keys of projects, sorted.
    week : as text (`scenario.week_file`).
    cost, bound : US dollars of 2025 a week, whole (`corridor.plan.proof`).
    """

    built: tuple[str, ...]
    week: str
    cost: int
    bound: int

    @property
    def sha256(self) -> str:
        """Fingerprint of the week's text."""
        return hashlib.sha256(self.week.encode()).hexdigest()


def plans_of(worlds: Worlds, coalitions: Iterable[Coalition]) -> tuple[CoalitionPlan, ...]:
    """The weeks by which coalitions were played in the scenario's own year.

    Parameters
    ----------
    worlds : scenarios.
    coalitions : that were played; those that only touch the dry port have the week of the base.
    """
    found = []
    for built in sorted(coalitions, key=lambda one: (len(one), sorted(one))):
        scenario = worlds.at(built, worlds.own_year, 1.0)
        railway = prepare(scenario).railway
        assert railway is not None, "a list without a railway"
        found.append(_weighed(scenario, built, railway.week))
    return tuple(found)


def as_file(plans: Sequence[CoalitionPlan]) -> bytes | None:
    """The texts of the weeks as one file; None for none."""
    if not plans:
        return None
    words = [{"built": list(plan.built), "week": plan.week} for plan in plans]
    return (json.dumps({"plans": words}, ensure_ascii=False, indent=1) + "\n").encode()


def texts_in(content: bytes) -> Mapping[str, str]:
    """The weeks of such a file by their fingerprints.

    Raises
    ------
    InputError
        When it is no such file.
    """
    try:
        weeks = [str(one["week"]) for one in json.loads(content)["plans"]]
    except (KeyError, RecursionError, TypeError, ValueError) as wrong:
        raise InputError("error.plans_unreadable") from wrong
    return {hashlib.sha256(week.encode()).hexdigest(): week for week in weeks}


def checked_week(worlds: Worlds, built: tuple[str, ...], text: str) -> tuple[Week, CoalitionPlan]:
    """A week that somebody brings for a coalition, and what this installation finds of it.

    Raises
    ------
    InputError
        When it cannot run: it breaks a rule of the network, or a limit, which is named.
    """
    name = ", ".join(built) or "–"
    week = week_from(text)
    if week is None or week_text(week) != text:
        raise InputError("error.plan_broken", plan=name, limit="week.toml")
    scenario = worlds.at(frozenset(built), worlds.own_year, 1.0)
    try:
        words = tomllib.loads(text)["network"]["week"]
        tables = {key: words.get(key, {}) for key in ("trains", "routes")}
        with_flows_and_week(scenario, boxes={}, week=tables, origin={})
    except ScenarioError as wrong:
        place = str(wrong.problems[0].parameters.get("place", ""))
        raise InputError("error.plan_broken", plan=name, limit=place) from wrong
    return week, _weighed(scenario, frozenset(built), week)


def _weighed(scenario: Scenario, built: Coalition, week: Week) -> CoalitionPlan:
    from keruen.corridor.plan.proof import proof_of  # noqa: PLC0415 - loads the solver
    from keruen.corridor.plan.week_problem import week_of  # noqa: PLC0415 - loads the solver

    year, bookings = whole_year(scenario)
    network = network_of(scenario)
    proof = proof_of(network, week_of(year, network, bookings.bookings), week)
    if proof.broken:
        name = ", ".join(sorted(built)) or "–"
        raise InputError("error.plan_broken", plan=name, limit=proof.broken)
    return CoalitionPlan(
        built=tuple(sorted(built)),
        week=week_text(week),
        cost=round(proof.cost_usd2025_per_week),
        bound=round(proof.bound_usd2025_per_week),
    )


def with_own_week(played: Iterable[Coalition], of_port: frozenset[str]) -> tuple[Coalition, ...]:
    """Coalitions whose week is their own: the base, and those that touch the railway."""
    return tuple(one for one in played if one == NOBODY or not one <= of_port)
