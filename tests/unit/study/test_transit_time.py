"""Quote, plan, run and report mean the same days where they speak of the same route and month."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.corridor.quote.quote import LATE_D, Lateness, QuoteRequest, lateness_of
from keruen.domain.transit import TransitTime
from keruen.i18n import number as number_of
from keruen.report.transit_words import transit_cells
from keruen.scenario import Scenario
from keruen.study import quote
from keruen.study.plan import plan_week
from keruen.study.railway import RailwayStudy, run_railway
from keruen.study.transit import transit_of_rows
from keruen.units import MS_PER_DAY
from railways import plain

RUNNING_D = 2 * 3 / 24
"""Two lines of 120 km at 960 km a day."""
BORDER_D = 30 / 24


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """One train a day on both gauges, laws without spread, borders without queues; March."""
    return plain()


@pytest.fixture(scope="module")
def ran(scenario: Scenario) -> RailwayStudy:
    """The railway alone, once."""
    return run_railway(scenario, replications=1, seed=1)


def of_quote(scenario: Scenario, origin: str, destination: str) -> TransitTime:
    """The only way that a quote finds."""
    first = scenario.calendar.first_day
    (option,) = quote(
        scenario,
        QuoteRequest(
            origin=origin,
            destination=destination,
            commodity="goods",
            size_ft=40,
            year=first.year,
            month=first.month,
        ),
    )
    return option.transit


@pytest.mark.parametrize(
    ("flow", "origin", "destination"), [("in", "origin", "port"), ("out", "port", "origin")]
)
def test_quote_plan_and_run_mean_the_same_days(
    scenario: Scenario, ran: RailwayStudy, flow: str, origin: str, destination: str
) -> None:
    """Without waiting: six hours on trains and thirty at the border, wherever it is asked.

    With waiting they differ by what they know of trains, and by nothing else: a quote expects half
    the headway of a day at the origin and at the border.
    """
    quoted = of_quote(scenario, origin, destination)
    plan = plan_week(scenario, gap=0.02)
    planned = next(one.transit for one in plan.served() if one.flow == flow)
    run = next(one.transit for one in ran.flows if one.flow == flow)
    assert run is not None
    for found in (quoted, planned, run):
        assert found.running_d == pytest.approx(RUNNING_D, abs=0.02)
        assert found.border_d == pytest.approx(BORDER_D, abs=0.02)
        parts = found.train_wait_d + found.running_d + found.border_d + found.border_wait_d
        assert found.mean_d == pytest.approx(parts)
        assert found.moving_d == pytest.approx(RUNNING_D + BORDER_D, abs=0.03)
    # By a train a day nobody waits longer for it; the plan runs fewer trains where that is cheaper.
    assert 0 <= run.border_wait_d <= 1
    assert quoted.train_wait_d == pytest.approx(0.5, abs=0.03)
    assert quoted.border_wait_d == pytest.approx(0.5, abs=0.03)


def test_the_report_shows_the_days_of_the_run(ran: RailwayStudy) -> None:
    """Its table takes from the run's rows what the run itself tells, to the last bit."""
    rows = ran.tables[0]["flow_journeys"]
    for one in ran.flows:
        number = sorted(ran.scenario.flows).index(one.flow)
        own = rows[(rows["flow"] == number) & (rows["is_to_china"] == one.is_to_china)]
        assert transit_of_rows(own) == one.transit
        assert one.transit is not None
        assert number_of(one.transit.mean_d, "en", 1) in transit_cells(one.transit, "en")


def test_lateness_is_held_against_the_undisrupted_median() -> None:
    """By hand: ten journeys of ten days; six are held up by six days, one of them by a week more.

    Their own median is sixteen days, and against it none but one would be late by more than five.
    Against the ten days without disruption six of ten are. In one queue with all goods a seventh
    is held up by two days: held up, but not late. The mean of seven delays is (5·6 + 13 + 2) / 7.
    """
    calm = np.full(10, 10 * MS_PER_DAY)
    own = calm + np.array([6, 6, 6, 6, 6, 13, 0, 0, 0, 0]) * MS_PER_DAY
    shared = own + np.array([0, 0, 0, 0, 0, 0, 2, 0, 0, 0]) * MS_PER_DAY
    assert LATE_D == 5
    assert lateness_of(own, shared, calm, calm) == Lateness(
        undisrupted_p50_d=10.0,
        late_share_low=0.6,
        late_share_high=0.6,
        held_up_share_low=0.6,
        held_up_share_high=0.7,
        held_up_d=pytest.approx(45 / 7),
    )
