"""The corridor's first form: nobody boards twice, too early, or a full train."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen import corridor, demand
from keruen.domain.codes import Mode
from keruen.domain.results import CorridorPlan
from keruen.scenario import Scenario, read
from keruen.units import MS_PER_DAY, MS_PER_HOUR


@pytest.fixture(scope="module")
def dry_port() -> Scenario:
    return read("kostanay-hefei", ["calendar.days=60"])


def planned(scenario: Scenario, seed: int = 1) -> CorridorPlan:
    return corridor.plan_timetabled(scenario, demand.generate(scenario, seed))


def assert_possible(plan: CorridorPlan, scenario: Scenario) -> None:
    """No train over its TEU or mass, nobody on a train before being ready."""
    bookings, trains = plan.bookings, plan.trains
    mass_most = np.array(
        [s.n_wagons * s.payload_per_wagon_kg for _, s in sorted(scenario.services.items())]
    )
    for column, time, service in (
        (plan.in_train, "arrival_ms", "in_service"),
        (plan.out_train, "departure_ms", "out_service"),
    ):
        on = column >= 0
        trains_of = column[on]
        teu = np.bincount(trains_of, bookings["n_teu"][on], len(trains))
        mass = np.bincount(trains_of, bookings["gross_mass_kg"][on], len(trains))
        assert (teu <= trains["capacity_teu"]).all()
        assert (mass <= mass_most[trains["service"]]).all()
        assert (trains["service"][trains_of] == bookings[service][on]).all()
        assert (trains[time][trains_of] >= bookings["ready_ms"][on]).all()


def test_the_toy_train_takes_all_five() -> None:
    """Three boxes come on the train of noon and two leave on it."""
    plan = planned(read("toy"))
    assert plan.trains["arrival_ms"].tolist() == [12 * MS_PER_HOUR]
    assert sorted(plan.in_train.tolist()) == [-1, -1, 0, 0, 0]
    assert sorted(plan.out_train.tolist()) == [-1, -1, -1, 0, 0]
    assert plan.is_served.all()


def test_timetable_is_even(dry_port: Scenario) -> None:
    """Seven trains a week come every day at the same hour, from the first Monday's hour on."""
    trains = planned(dry_port).trains
    kartaly = trains[trains["service"] == sorted(dry_port.services).index("kartaly")]
    assert (np.diff(kartaly["arrival_ms"]) == MS_PER_DAY).all()
    assert (kartaly["arrival_ms"] % MS_PER_DAY == 16 * MS_PER_HOUR).all()


def test_the_real_plan_is_possible(dry_port: Scenario) -> None:
    """All boxes of the bottom-up case find a train."""
    plan = planned(dry_port)
    assert_possible(plan, dry_port)
    assert plan.is_served.all()


@settings(max_examples=15, deadline=None)
@given(
    scale=st.floats(0.2, 6.0),
    trains_per_week=st.integers(1, 20),
    n_wagons=st.integers(1, 70),
    payload_t=st.integers(15, 80),
    seed=st.integers(0, 2**62),
)
def test_any_plan_is_possible(
    scale: float, trains_per_week: int, n_wagons: int, payload_t: int, seed: int
) -> None:
    """Whatever the trains and the demand, no train is overfull and nobody boards too early."""
    base = read("kostanay-hefei", ["calendar.days=5"])
    changes = {
        "trains_per_week": trains_per_week,
        "n_wagons": n_wagons,
        "payload_per_wagon_kg": payload_t * 1000,
    }
    services = {key: s.model_copy(update=changes) for key, s in base.services.items()}
    changed = base.model_copy(
        update={
            "services": services,
            "demand": base.demand.model_copy(update={"scale": scale}),
        }
    )
    assert_possible(planned(changed, seed), changed)


def test_demand_beyond_the_trains_is_not_served(dry_port: Scenario) -> None:
    """With a tenth of the wagons most boxes are refused, and they do not come at all."""
    services = {key: s.model_copy(update={"n_wagons": 6}) for key, s in dry_port.services.items()}
    small = dry_port.model_copy(update={"services": services})
    plan = planned(small)
    assert 0.2 < (~plan.is_served).mean() < 0.9
    _, visits = corridor.run_timetabled(plan, small, 1)
    assert plan.is_served[visits["booking"]].all()


def test_trains_are_late_and_bring_their_boxes(dry_port: Scenario) -> None:
    """No train comes early; its boxes come with it; trucks fetch them three hours later at least."""
    plan = planned(dry_port)
    trains, visits = corridor.run_timetabled(plan, dry_port, 1)
    assert (trains["arrival_ms"] >= trains["scheduled_ms"]).all()
    late_h = (trains["arrival_ms"] - trains["scheduled_ms"]).mean() / MS_PER_HOUR
    assert 6 < late_h < 16
    by_train = visits[visits["in_train"] >= 0]
    assert (by_train["in_ms"] == trains["arrival_ms"][by_train["in_train"]]).all()
    fetched = visits[visits["out_mode"] == Mode.TRUCK]
    assert (fetched["out_ms"] >= fetched["in_ms"] + 3 * MS_PER_HOUR).all()
    assert (np.diff(visits["in_ms"]) >= 0).all()
    assert len(np.unique(visits["booking"])) == len(visits)


def test_delays_do_not_depend_on_other_services(dry_port: Scenario) -> None:
    """Without the Hefei train all other trains come when they came."""
    flows = {k: f for k, f in dry_port.flows.items() if f.service != "hefei"}
    services = {k: s for k, s in dry_port.services.items() if k != "hefei"}
    without = dry_port.model_copy(update={"flows": flows, "services": services})
    both, _ = corridor.run_timetabled(planned(dry_port), dry_port, 1)
    rest, _ = corridor.run_timetabled(planned(without), without, 1)
    hefei = sorted(dry_port.services).index("hefei")
    assert both["arrival_ms"][both["service"] != hefei].tolist() == rest["arrival_ms"].tolist()
