"""What a step of each lever changes: of shared capacity the corridor's share, exactly."""

from __future__ import annotations

import pytest

from keruen.scenario import Scenario, read
from keruen.scenario.models import Figure
from keruen.scenario.world import network_of
from keruen.study.design.changed import changes_anything, is_railway, with_levers
from keruen.study.design.costs import others_units
from keruen.units import MS_PER_HOUR

PACKAGED = read("kostanay-hefei", (), ("growth",))


def test_four_trains_built_at_dostyk_are_one_of_ours() -> None:
    """Both ways, whatever the corridor has of what passes today; three are the others'."""
    changed = with_levers(PACKAGED, {"dostyk-trains": 2})
    before, after = (network_of(s).borders["dostyk"] for s in (PACKAGED, changed))
    for to_china in (False, True):
        own = after.own_trains_per_d(to_china=to_china) - before.own_trains_per_d(to_china=to_china)
        assert own == pytest.approx(2 * 4 * 0.25)
    assert after.to_china.mode_trains_per_d - before.to_china.mode_trains_per_d == 8
    assert others_units(PACKAGED.levers["dostyk-trains"], 2) == 6
    assert network_of(changed).week is None


def test_boxes_that_change_gauge_are_for_both_directions() -> None:
    """200 a day at Bakhty, half ours, half of them each way."""
    changed = with_levers(PACKAGED, {"bakhty-transshipment": 1})
    before, after = (network_of(s).borders["bakhty"] for s in (PACKAGED, changed))
    assert after.own_boxes_per_d - before.own_boxes_per_d == pytest.approx(200 * 0.5 / 2)


def test_wagons_bought_for_the_corridor_all_work_on_it() -> None:
    """Whatever share of the others does."""
    changed = with_levers(PACKAGED, {"platforms-1520": 3})
    before, after = (network_of(s).fleet["platforms-1520"] for s in (PACKAGED, changed))
    working = (
        after.n_platforms * after.available_share - before.n_platforms * before.available_share
    )
    assert working == pytest.approx(3 * 61)
    assert after.n_platforms - before.n_platforms == 3 * 61


def test_a_second_track_brings_the_corridors_half() -> None:
    """24 train paths built, 12 of them ours."""
    changed = with_levers(PACKAGED, {"tobol-kostanay": 1})
    before, after = (network_of(s).sections["tobol-kostanay"] for s in (PACKAGED, changed))
    assert after.capacity_trains_per_d - before.capacity_trains_per_d == 12


def test_longer_gate_hours_keep_a_whole_day_of_trucks() -> None:
    """Open later, then earlier; shares still sum to one and are 0 while it is closed."""
    for n in range(1, 5):
        gate = with_levers(PACKAGED, {"gate-hours": n}).terminal.gate
        assert sum(gate.hour_shares) == pytest.approx(1.0)
        first = gate.opens_ms // MS_PER_HOUR
        last = (gate.opens_ms + gate.open_time_ms) // MS_PER_HOUR
        assert last - first == 16 + 2 * n
        for hour, share in enumerate(gate.hour_shares):
            assert (share > 0) == (first <= hour < last)
        assert max(gate.hour_shares) < max(PACKAGED.terminal.gate.hour_shares)


def test_terminal_levers_keep_the_week_and_change_what_they_name() -> None:
    """Each its own table, by its step."""
    changed = with_levers(
        PACKAGED, {"gantry": 1, "tractors": 2, "laden-block": 1, "reefer-plugs": 1, "gate-lane": 1}
    ).terminal
    own = PACKAGED.terminal
    assert changed.machines["gantry"].count == own.machines["gantry"].count + 1
    assert changed.machines["tractor"].count == own.machines["tractor"].count + 4
    assert len(changed.blocks) == len(own.blocks) + 1
    assert changed.blocks["reefer"].n_plugs == own.blocks["reefer"].n_plugs + 24
    assert changed.blocks["reefer"].n_bays == own.blocks["reefer"].n_bays + 2
    assert changed.gate.n_lanes_out == own.gate.n_lanes_out + 1
    assert changed.shunting == own.shunting


@pytest.mark.parametrize("key", sorted(PACKAGED.levers))
def test_every_packaged_lever_changes_something_and_no_more_than_its_part(key: str) -> None:
    """A railway lever leaves the dry port alone, and the other way round."""
    lever = PACKAGED.levers[key]
    if not changes_anything(PACKAGED, lever):
        assert lever.adds == "trucks"
        return
    changed = with_levers(PACKAGED, {key: 1})
    assert (changed.terminal == PACKAGED.terminal) == is_railway(lever)
    assert (changed.network == PACKAGED.network) == (not is_railway(lever))


def _figures(scenario: Scenario) -> dict[str, Figure]:
    return {figure.path: figure for figure in scenario.figures}


@pytest.mark.parametrize("key", sorted(PACKAGED.levers))
def test_every_packaged_cost_has_a_source_or_a_reason_and_a_range(key: str) -> None:
    """Capital, yearly cost and time to build; what costs nothing has no range."""
    figures = _figures(PACKAGED)
    for name in ("capital", "yearly", "build_time"):
        figure = figures[f"levers.{key}.{name}"]
        assert figure.low
        assert figure.high
        assert not figure.is_assumption or figure.note
