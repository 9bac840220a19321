"""The network design on published instances; skipped where they are not beside the checkout."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from verification.continuous_time import compare
from verification.corridor import BENCH
from verification.network_design import read_dow

from keruen.corridor.plan.design import solve
from keruen.corridor.plan.design.model import build
from keruen.corridor.plan.design.relaxation import relax, tighten
from keruen.corridor.plan.design.search import Search
from made_up_networks import assert_lawful

pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason=f"no instances at {BENCH}")


def test_known_optimum_of_a_fixed_charge_instance() -> None:
    """A small instance of the C+ family is solved to its literature value."""
    problem = read_dow(BENCH / "canad-cplus" / "c25_100_10_V_L_5.dow")
    plan = solve(problem, time_limit_s=60, gap=1e-6)
    assert plan.objective == pytest.approx(14712)
    assert_lawful(problem, plan)


@pytest.mark.parametrize("name", ["c59_.3333_.25_2", "c59_.1666_.5_3", "c51_.3333_.5_2"])
def test_known_optima_in_time(name: str) -> None:
    """Small instances in time are solved to their references; two of them once misread a start."""
    with (BENCH / "ctsndp_ref.csv").open(encoding="utf-8") as source:
        known = {row["instance"]: row for row in csv.DictReader(source)}
    row = compare(BENCH / "ctsndp-lc" / f"{name}.txt", known[f"{name}.txt"], 60)
    assert row["agrees"] == "yes"


def test_strengthened_relaxation_stays_below_the_optimum() -> None:
    """Inequalities raise the bound of the relaxation a good deal, and not above the known optimum."""
    problem = read_dow(BENCH / "canad-cplus" / "c25_100_10_F_T_5.dow")
    model = build(problem)
    search = Search(problem, model, 60.0, None)
    relaxed, engine = relax(search)
    strong = tighten(search, engine, relaxed, 30.0)
    assert strong.bound <= 49899 + 0.1
    assert 49899 - strong.bound < 0.7 * (49899 - relaxed.bound)


def test_neighbourhoods_keep_the_laws_and_the_seed() -> None:
    """Stopped by nodes, not by the clock, a larger network gives the same plan twice."""
    problem = read_dow(BENCH / "canad-cplus" / "c25_100_10_F_L_5.dow")
    one, two = (solve(problem, time_limit_s=500, gap=1e-6, node_limit=1) for _ in range(2))
    assert_lawful(problem, one)
    assert np.array_equal(one.units, two.units)
    assert np.array_equal(one.flow_amount, two.flow_amount)
    assert one.bound == two.bound


def test_bound_stays_below_the_optimum_when_cut_off() -> None:
    """After one node the bound is still under the known optimum, and the plan is not better."""
    problem = read_dow(BENCH / "canad-cplus" / "c25_100_10_F_L_5.dow")
    plan = solve(problem, time_limit_s=60, gap=1e-6, node_limit=1)
    assert plan.bound <= 14941 + 0.1
    assert plan.objective >= 14941 - 0.1
    assert_lawful(problem, plan)
