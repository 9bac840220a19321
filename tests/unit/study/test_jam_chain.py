"""A jam is told as a chain of causes, in order and with dates.

Trucks fetch 300 boxes a day while trains bring 350, in a yard of 4 000 TEU. Boxes stay two days, so
700 stand there when the trucks begin, and 50 more with every day: the 2 000 that fit are there 26 days
later, about day 28. Then trains fill the tracks: six to be handled and seven of the eight of reception,
thirteen trains of 50 boxes, which at 50 more a day takes thirteen days: about day 41.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from keruen import study
from keruen.corridor.railway.kernel.state import UNKNOWN_MS
from keruen.domain.codes import Event, Resource
from keruen.domain.results import Jam
from keruen.i18n import LANGUAGES
from keruen.report import verdict_sentences
from keruen.scenario import Scenario
from keruen.scenario.value_types import DurationLaw
from keruen.study import jams
from keruen.study.prepare import prepare
from keruen.study.results import Study
from keruen.terminal.kernel.state import SIZE_CLASSES, TRUCK_AT_GATE, state_dtype
from keruen.units import MS_PER_DAY
from railways import halfway
from terminals import PLAIN, terminal
from worlds import world

BOXES = f"{350 * 365} boxes/yr"


def changes(**landside: Any) -> dict[str, Any]:
    """A dry port with enough of everything, but a yard of 4 000 TEU and so many trucks."""
    machines = PLAIN["machines"]
    return {
        "blocks": {"a": {**PLAIN["blocks"]["a"], "n_bays": 50, "n_rows": 10, "n_tiers": 4}},
        "tracks": {
            "handling": {**PLAIN["tracks"]["handling"], "count": 6, "useful_length": "1000 m"},
            "reception": {**PLAIN["tracks"]["reception"], "count": 8, "useful_length": "1000 m"},
        },
        "machines": {
            "gantry": {**machines["gantry"], "count": 6},
            "stacker": {**machines["stacker"], "count": 16},
            "tractor": {**machines["tractor"], "count": 24},
        },
        "shunting__n_locomotives": 3,
        "gate__n_lanes_in": 4,
        "gate__n_lanes_out": 4,
        "landside": {"trucks_per_day": 300, **landside},
    }


def dry_port(n_trucks: int = 300) -> Scenario:
    """Seven trains a day with room for all, known ahead; no railway."""
    given = world(
        {"in": {"boxes": BOXES, "stay": "2 d"}},
        services={"shuttle": {"trains_per_week": 49, "n_wagons": 65}},
        calendar__days=70,
    )
    own = terminal(**changes(trucks_per_day=n_trucks))
    return given.model_copy(update={"terminal": own})


@pytest.fixture(scope="module")
def jammed() -> Study:
    return study.run(dry_port(), replications=1, seed=1)


def chain_of(one: Study) -> list[tuple[str, float]]:
    """Causes with their days."""
    assert one.verdict.jam is not None
    return [(step.cause, step.since_ms / MS_PER_DAY) for step in one.verdict.jam.chain]


def test_the_chain_of_causes_in_order(jammed: Study) -> None:
    """Too few are fetched; the yard is full about day 28; gantries wait; trains are held."""
    chain = chain_of(jammed)
    assert [cause for cause, _ in chain] == ["fetching", "yard", "slots", "held"]
    days = dict(chain)
    assert days["fetching"] < 4
    assert 22 < days["yard"] < 30
    assert days["yard"] <= days["slots"] < 32
    assert 38 < days["held"] < 44
    assert jammed.verdict.jam is not None
    fetching = jammed.verdict.jam.chain[0].values
    # Sums of weeks by chance: 350 a day are 2 450 a week, with a deviation of 50.
    assert abs(fetching["came_per_d"] - 350) < 15
    assert abs(fetching["fetched_per_d"] - 300) < 5


def test_yard_and_evacuation_are_named(jammed: Study) -> None:
    """The trucks bind, the yard behind them is next; trains are held, and both were tried."""
    verdict = jammed.verdict
    assert verdict.outcome == "broken"
    assert verdict.jam is not None
    assert verdict.jam.cause is Resource.YARD_SLOT
    assert verdict.jam.n_trains_held > 10
    assert {Resource.EVACUATION, Resource.YARD_SLOT} <= {probe.resource for probe in verdict.probes}
    assert verdict.next_binding is not None
    named = {verdict.binding.resource, verdict.next_binding.resource}
    assert named == {Resource.EVACUATION, Resource.YARD_SLOT}


def test_all_trucks_outside_are_counted() -> None:
    """A gate with one lane takes in 24 trucks a day, and 350 come for boxes until the yard is full: for most of
    the 2 000 boxes in it a truck stands outside, beside those that bring, as many as have come and are not in."""
    given = world(
        {
            "in": {"boxes": BOXES, "stay": "2 d"},
            "out": {"kind": "export", "boxes": "3650 boxes/yr"},
        },
        services={"shuttle": {"trains_per_week": 49, "n_wagons": 65}},
        calendar__days=70,
    )
    own = {**changes(), "gate__n_lanes_in": 1, "gate__in_time": "60 min"}
    narrow = given.model_copy(update={"terminal": terminal(**own)})
    run = study.replay(prepare(narrow), 1).run
    came = np.count_nonzero(run.trace["kind"] == Event.TRUCK_ARRIVED)
    entered = np.count_nonzero(run.trace["kind"] == Event.TRUCK_ENTERED)
    assert run.jam is not None
    assert came - entered > 1500
    assert run.jam.n_trucks_waiting == came - entered


def test_trucks_outside_are_told_where_the_railway_stopped() -> None:
    """A yard that has stopped trains all the time: three trucks at the gate and five without room are eight."""
    state = np.zeros(1, state_dtype(SIZE_CLASSES[0]))
    state["row_truck"][0, :3] = TRUCK_AT_GATE
    state["n_trucks_arrived"][0, 0], state["n_trucks_admitted"][0, 0] = 7, 2
    fullness = np.array([(0, 1)], [("time_ms", "i8"), ("is_full", "i1")])
    railway: Any = SimpleNamespace(fullness=fullness, stands={"until_ms": np.full(2, UNKNOWN_MS)})
    ended: Any = SimpleNamespace(end_ms=70 * MS_PER_DAY, state=state)
    jam = jams._of_stops(railway, ended)
    assert jam is not None
    assert (jam.n_trains_held, jam.n_trucks_waiting) == (2, 8)


def test_enough_trucks_are_no_jam() -> None:
    """With 400 trucks a day the same yard holds 700 to 800 boxes, and no train is held."""
    calm = study.run(dry_port(400), replications=1, seed=1)
    assert calm.verdict.jam is None
    assert calm.estimates["n_trains_held_end"].mean == 0
    assert calm.estimates["usable_occupancy_share_p95_laden"].mean < 0.6


def test_on_a_railway_trains_are_left_and_loading_is_banned() -> None:
    """The same on a railway whose trains are stopped at 90 % of the yard: days after that loading is
    banned, and trains stand halfway with their wagons."""
    scenario = busy_railway()
    found = study.run(scenario, replications=1, seed=1)
    chain = chain_of(found)
    causes = [cause for cause, _ in chain]
    assert causes[0] == "fetching"
    assert {"yard", "stand", "ban"} <= set(causes)
    days = dict(chain)
    assert days["fetching"] < days["yard"] <= days["stand"] < days["ban"]
    assert [day for _, day in chain] == sorted(day for _, day in chain)
    assert found.verdict.jam is not None
    values = {step.cause: step.values for step in found.verdict.jam.chain}
    assert values["stand"]["n_trains"] > 1
    assert values["stand"]["n_wagons"] == 61 * values["stand"]["n_trains"]
    assert values["ban"]["n_boxes"] > 100
    # They are answered for by the same two.
    named = {found.verdict.binding.resource, found.verdict.next_binding.resource}  # type: ignore[union-attr]
    assert named == {Resource.EVACUATION, Resource.YARD_SLOT}


def busy_railway() -> Scenario:
    """Seven trains a day each way over the station in the middle, which has ten tracks."""
    scenario = halfway(10)
    stop = {"stop_share": 0.9, "resume_share": 0.8, "ban_delay": "3 d"}
    network = scenario.network
    assert network is not None
    assert network.week is not None
    trains = {
        key: train.model_copy(update={"trains_per_week": 49})
        for key, train in network.week.trains.items()
    }
    week = network.week.model_copy(update={"trains": trains})
    fleet = {
        key: one.model_copy(update={"n_platforms": 100_000}) for key, one in network.fleet.items()
    }
    stay = DurationLaw.model_validate("2 d")
    flow = scenario.flows["in"].model_copy(update={"boxes": 350 * 365.0, "stay": stay})
    services = {
        key: one.model_copy(update={"trains_per_week": 49})
        for key, one in scenario.services.items()
    }
    out = scenario.flows["out"].model_copy(update={"boxes": 365.0})
    return scenario.model_copy(
        update={
            "terminal": terminal(**changes(intake_stop=stop)),
            "network": network.model_copy(update={"week": week, "fleet": fleet}),
            "flows": {"in": flow, "out": out},
            "services": services,
            "calendar": scenario.calendar.model_copy(update={"days": 70}),
        }
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chain_is_told_in_every_language(jammed: Study, language: str) -> None:
    """One sentence for each cause, with its figures."""
    jam = jammed.verdict.jam
    assert isinstance(jam, Jam)
    without = replace(jammed, verdict=replace(jammed.verdict, jam=replace(jam, chain=())))
    told = verdict_sentences(jammed, language)
    assert len(told) == len(verdict_sentences(without, language)) + len(jam.chain)
    assert any("300" in sentence and "350" in sentence for sentence in told) or any(
        str(round(jam.chain[0].values["came_per_d"])) in sentence for sentence in told
    )
