"""The week by ways against the same week as a plain arc-flow model, on the packaged cases."""

from __future__ import annotations

import pytest
from verification.week_as_arcs import arc_model, relaxed, repriced

from keruen.corridor.plan.design import solve
from keruen.corridor.plan.week_problem import week_of
from keruen.scenario import read
from keruen.study.plan import whole_year


@pytest.mark.parametrize("case", ["bottom-up", "growth", "nameplate"])
def test_no_useful_way_is_missing(case: str) -> None:
    """Both relaxations have one value, and flows over any arcs make the plan no cheaper."""
    year, bookings = whole_year(read("kostanay-hefei", [], (case,)))
    assert year.network is not None
    week = week_of(year, year.network, bookings.bookings)
    told: list[float] = []
    # Wide apart, so that the plan is not the best: it must be repriced to the cent all the same.
    plan = solve(week.problem, gap=0.02, progress=lambda _, __, bound: told.append(bound))
    model = arc_model(year.network, week)
    assert relaxed(model).objective == pytest.approx(told[0], rel=1e-9)
    assert repriced(model, plan.units) == pytest.approx(plan.objective, rel=1e-9)
