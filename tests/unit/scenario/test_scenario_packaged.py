"""The packaged scenarios say what they are meant to say."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from keruen import corridor, demand, study
from keruen.domain.iso6346 import SIZE_TYPES
from keruen.scenario import Scenario, cases, read, read_projects
from keruen.units import MS_PER_DAY

DEMANDS = {"bottom-up": 90_000, "growth": 150_000, "nameplate": 400_000}


def teu(scenario: Scenario, kind: str) -> int:
    """TEU of the blocks of one kind."""
    blocks = scenario.terminal.blocks.values()
    return sum(block.capacity_teu for block in blocks if block.kind == kind)


def test_the_toy_is_what_it_says() -> None:
    """The toy is five boxes, one train, one crane: three come by train, two by truck."""
    toy = read("toy")
    bookings = demand.generate(toy, 1).bookings
    assert len(bookings) == 5
    assert int((bookings["in_mode"] == 0).sum()) == 3
    assert [m.count for m in toy.terminal.machines.values()] == [1, 1]
    assert len(corridor.plan_timetabled(toy, demand.generate(toy, 1)).trains) == 1


def test_the_starter_runs_a_month_without_a_jam() -> None:
    """No queue grows: every train is worked in time, and no truck or train is left over at the end."""
    measured = study.run(read("starter", ["calendar.days=28"]), replications=2).estimates
    assert measured["n_trains_held_end"].high == 0
    # Trucks come on Saturday too and the month ends on a Sunday, when the gate is closed.
    assert measured["n_trucks_end"].high == 0
    assert measured["unserved_share"].mean == 0


def test_the_starter_is_what_it_says() -> None:
    """One gantry, five trains a week, about 16 000 boxes a year, trucks on six days within opening hours."""
    starter = read("starter")
    gate = starter.terminal.gate
    assert starter.terminal.machines["gantry"].count == 1
    assert [service.trains_per_week for service in starter.services.values()] == [5]
    assert sum(flow.boxes for flow in starter.flows.values()) == 16_000
    assert sum(share > 0 for share in gate.weekday_shares) == 6
    opens, closes = 7, 19
    busy = [hour for hour, share in enumerate(gate.hour_shares) if share]
    assert busy == list(range(opens, closes))


def test_stage_1_is_laid_out_as_described() -> None:
    """Stage 1 has the tracks, machines, blocks, gate and warehouse of its description."""
    t = read("kostanay-hefei").terminal
    tracks = {key: (group.count, group.useful_length_m) for key, group in t.tracks.items()}
    assert tracks == {"reception": (6, 1050.0), "handling": (4, 1050.0)}
    counts = {key: group.count for key, group in t.machines.items()}
    lifting = {"gantry": 3, "reach-stacker": 4, "empty-handler": 2}
    assert counts == {**lifting, "tractor": 10, "shuttle": 14}
    assert t.machines["gantry"].lifting_capacity_kg == 41_000
    assert t.shunting.n_locomotives == 2
    scenario = read("kostanay-hefei")
    assert (teu(scenario, "laden"), teu(scenario, "empty")) == (6000, 3000)
    assert sum(block.n_plugs for block in t.blocks.values()) == 120
    assert sum(block.kind == "dangerous" for block in t.blocks.values()) == 1
    assert t.n_inspection_slots == 20
    assert (t.gate.n_lanes_in, t.gate.n_lanes_out) == (4, 4)
    assert t.gate.open_time_ms == 16 * 3_600_000
    assert t.warehouse is not None
    assert (t.warehouse.floor_area_m2, t.warehouse.n_doors) == (30_000, 40)


def test_stage_2_adds_what_is_described() -> None:
    """Stage 2 has 2 handling tracks, 3 gantries and 9 000 TEU more, on top of any demand case."""
    base, more = read("kostanay-hefei"), read("kostanay-hefei", cases=["nameplate", "stage-2"])
    assert more.terminal.tracks["handling"].count - base.terminal.tracks["handling"].count == 2
    assert more.terminal.machines["gantry"].count - base.terminal.machines["gantry"].count == 3
    added = sum(teu(more, kind) - teu(base, kind) for kind in ("laden", "empty"))
    assert added == 9000
    assert more.demand.scale == 4.5
    assert more.case == "nameplate+stage-2"


def test_the_days_off_of_2030_are_those_of_the_laws() -> None:
    """Kazakhstan's by its laws on holidays and labour; China's thirteen statutory days stop trains.

    Lunar New Year 2030 is 3 February, Qingming 5 April, the fifth day of the fifth moon 5 June, the
    fifteenth of the eighth 12 September; the first day of Eid al-Adha 1451 AH is 13 April.
    """
    terminal = read("kostanay-hefei").terminal
    year = [date(2030, 1, 1) + timedelta(days=n) for n in range(365)]
    off = {
        country: [f"{day:%m-%d}" for day in year if terminal.is_holiday(country, day)]
        for country in ("KZ", "CN")
    }
    kazakh = "01-01 01-02 01-07 03-08 03-15 03-21 03-22 03-23 04-13 05-01 05-07 05-09 07-06"
    assert off["KZ"] == f"{kazakh} 10-25 12-16".split()
    chinese = "01-01 02-02 02-03 02-04 02-05 04-05 05-01 05-02 06-05 09-12 10-01 10-02 10-03"
    assert off["CN"] == chinese.split()
    # In the six-day week only a holiday on a Sunday moves: Independence Day of 2029, in the warm-up.
    assert terminal.is_holiday("KZ", date(2029, 12, 17))


def test_trains_run_on_days_off_that_were_only_moved() -> None:
    """The Spring Festival lasts to the seventh day of the lunar year, 9 February."""
    moved = read("kostanay-hefei").terminal.holidays["spring-festival-moved"]
    assert [day.day for day in moved.days] == [6, 7, 8, 9]
    assert moved.trains_run


def test_the_cases_are_these() -> None:
    """Three demand cases, run by default, the effects of projects, and the world without each work or the ore."""
    gone = ("altynkol", "bakhty", "dostyk", "growth-of-others", "iron-ore", "wagons", "works")
    without = tuple(f"without-{name}" for name in gone)
    demand = ("bottom-up", "growth", "nameplate")
    projects = read_projects("kostanay-hefei").projects.values()
    effects = {project.effect for project in projects if project.effect}
    assert cases("kostanay-hefei") == tuple(sorted({*demand, *without, *effects}))
    assert read("kostanay-hefei").scenario.main_cases == ("bottom-up", "growth", "nameplate")


@pytest.mark.parametrize("case", DEMANDS)
def test_a_demand_case_gives_its_boxes(case: str) -> None:
    """The boxes of a year, empties included, are about what the case is called for."""
    scenario = read("kostanay-hefei", cases=[case])
    bookings = demand.generate(scenario, 1).bookings
    measured = bookings["ready_ms"] >= scenario.calendar.warm_up_ms
    assert int(measured.sum()) == pytest.approx(DEMANDS[case], rel=0.04)


@pytest.mark.parametrize("case", DEMANDS)
def test_trains_have_room_in_the_busiest_month(case: str) -> None:
    """In the busiest four weeks every service fills at most 85 % of its places, either way."""
    scenario = read("kostanay-hefei", cases=[case])
    bookings = demand.generate(scenario, 1).bookings
    day = (bookings["ready_ms"] - scenario.calendar.warm_up_ms) // MS_PER_DAY
    for index, (key, service) in enumerate(sorted(scenario.services.items())):
        places = 4 * service.trains_per_week * service.n_wagons * service.teu_per_wagon
        for way in ("in_service", "out_service"):
            here = (day >= 0) & (day < 364) & (bookings[way] == index)
            by_day = np.bincount(day[here], weights=bookings["n_teu"][here], minlength=364)
            windows = np.convolve(by_day, np.ones(28), "valid")
            assert windows.max() <= 0.86 * places, (key, way)


def test_nearly_every_box_finds_a_train() -> None:
    """The trains of the nameplate case refuse almost nothing, so that the terminal is what binds."""
    scenario = read("kostanay-hefei", cases=["nameplate"])
    plan = corridor.plan_timetabled(scenario, demand.generate(scenario, 1))
    assert 1 - plan.is_served.mean() < 0.005


PACKAGED = [
    ("kostanay-hefei", ()),
    *(("kostanay-hefei", (case,)) for case in (*DEMANDS, "stage-2")),
    ("starter", ()),
]


@pytest.mark.parametrize(("name", "case"), PACKAGED)
def test_every_packaged_figure_has_ground(name: str, case: tuple[str, ...]) -> None:
    """Each figure has an address, or is an assumption with a reason of several words."""
    for figure in read(name, cases=case).figures:
        if figure.is_assumption:
            assert len(figure.note.split()) >= 3, figure.path
        else:
            assert figure.source.startswith("https://") or figure.source.startswith("http://")


def test_no_code_is_invented() -> None:
    """Commodity codes are blank until verified; size-types are known ones."""
    scenario = read("kostanay-hefei")
    for commodity in scenario.commodities.values():
        assert (commodity.hs, commodity.gng, commodity.etsng) == ("", "", "")
    used = {code for flow in scenario.flows.values() for code in flow.sizes}
    assert used <= SIZE_TYPES.keys()


def test_flows_lie_within_their_ranges_and_growth_at_the_high_end() -> None:
    """The case `growth` takes the high end of each flow's range in the base."""
    base, growth = read("kostanay-hefei"), read("kostanay-hefei", cases=["growth"])
    figures = {figure.path: figure for figure in base.figures}
    for key, flow in growth.flows.items():
        if flow.kind != "empty":
            high = figures[f"flows.{key}.boxes"].high
            assert f"{flow.boxes:.0f} boxes/yr" == high, key
