"""The slow check of everything that the kernel keeps incrementally.

Knows every invariant of the state; changes nothing. Runs after every event in paranoid mode. It
counts anew from what is told in one place only (heights and slots, phases of trains, busy
machines), and compares with every count that is kept beside it for speed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.terminal.kernel import state
from keruen.terminal.kernel.event_queue import next_ms
from keruen.terminal.kernel.gantries import BEYOND_DM, is_way_free, reach_dm
from keruen.terminal.kernel.landside import free_teu_of_laden
from keruen.terminal.kernel.reading import train_at, visit_at
from keruen.terminal.kernel.rows import is_idle
from keruen.terminal.kernel.yard import cells_needed


@compiled
def verify_state(s: Any, p: Any, visits: Any, trains: Any) -> None:
    """Assert every invariant: see the functions below, one for each part of the terminal."""
    assert next_ms(s) >= s.now_ms, "time runs backwards"
    for block in range(p.n_blocks):
        _verify_block(s, p, visits, block)
    _verify_rows(s)
    _verify_machines(s, p)
    _verify_waiting(s, p)
    _verify_trains(s, p, trains)
    _verify_trucks(s)
    _verify_landside(s, p)
    assert 0 <= s.free_floor_dm2 <= p.floor_dm2, "goods on more floor than there is"


@compiled
def _verify_block(s: Any, p: Any, visits: Any, block: Any) -> None:
    """No floating tier, no box in two places, one size in a cell, counts as recounted."""
    tiers = p.block_tiers[block]
    boxes = 0
    open_20 = 0
    open_40 = 0
    empty = 0
    levels = np.zeros((2, state.MAX_TIERS + 1), np.int64)
    first = p.block_first_cell[block]
    for cell in range(first, first + p.block_cells[block]):
        left = s.height[2 * cell]
        right = s.height[2 * cell + 1]
        teu = s.cell_teu[cell]
        assert (teu == 0) == (left == 0 and right == 0), "a cell's size outlives its boxes"
        if teu == 0:
            assert cell - first >= s.first_empty[block], "an empty cell was overlooked"
            empty += 1
        elif teu == 1:
            boxes += left + right
            open_20 += 2 * tiers - left - right
        else:
            assert left == right, "a 40-ft box stands on one half"
            boxes += left
            open_40 += tiers - left
        if teu != 0:
            lower = min(np.int64(left), np.int64(right))
            levels[np.int64(teu) - 1, lower] += 1
            assert cell - first >= s.level_first[block, np.int64(teu) - 1, lower], (
                "a low pile was overlooked"
            )
        claims = 0
        for half in range(2):
            # The second half of a 40-ft box repeats the first: counted there, it would count twice.
            for tier in range(s.height[2 * cell + half] if teu != 2 or half == 0 else 0):
                claims += s.row_claim[s.slot[2 * cell + half, tier]]
            if teu != 2 or half == 0:
                _verify_pile(s, p, visits, block, 2 * cell + half)
        assert claims == s.cell_claims[cell], "claims on a cell miscounted"
    for length in range(2):
        for level in range(state.MAX_TIERS + 1):
            assert levels[length, level] == s.level_cells[block, length, level], (
                "cells of a level miscounted"
            )
    assert boxes == s.block_boxes[block], "boxes of a block miscounted"
    assert empty == s.empty_cells[block], "empty cells miscounted"
    assert open_20 == s.open_20[block], "open 20-ft places miscounted"
    assert open_40 == s.open_40[block], "open 40-ft places miscounted"
    missing_20 = s.reserved_20[block] - open_20
    missing_40 = s.reserved_40[block] - open_40
    assert cells_needed(p, block, missing_20, missing_40) <= empty, "a promise cannot be kept"
    promised = s.reserved_20[block] + s.reserved_40[block]
    assert boxes + promised <= p.block_boxes_most[block], "more boxes than plugs or slots"


@compiled
def _verify_pile(s: Any, p: Any, visits: Any, block: Any, position: Any) -> None:
    height = s.height[position]
    assert 0 <= height <= p.block_tiers[block], "a pile too high"
    for tier in range(state.MAX_TIERS):
        row = s.slot[position, tier]
        if tier >= height:
            assert row < 0, "a box floats above its pile"
            continue
        assert row >= 0, "a gap in a pile"
        assert s.row_position[row] == position, "a box does not know its pile"
        assert s.row_tier[row] == tier, "a box does not know its tier"
        assert s.row_block[row] == block, "a box does not know its block"
        assert visit_at(visits, s.row_visit[row]).n_teu == s.cell_teu[position >> 1], (
            "a box of another size"
        )


@compiled
def _verify_rows(s: Any) -> None:
    """Each box in one place: a row has a slot exactly while its box stands in the yard."""
    for row in range(s.n_rows_used):
        if s.row_visit[row] < 0:
            continue
        box = s.row_box[row]
        # From its call to its end it is AT_DOOR, in its slot at first: neither can be demanded.
        if box == state.BOX_AT_DOOR:
            continue
        stands = box in (state.BOX_HELD, state.BOX_FREE, state.BOX_CALLED)
        assert stands == (s.row_position[row] >= 0), "a box neither here nor there"
        if s.row_job[row] >= state.JOB_WAGON_TO_STACK:
            assert s.row_train[row] >= 0, "a box between wagon and stack without a train"
        if stands:
            row_in_slot = s.slot[s.row_position[row], s.row_tier[row]]
            assert row_in_slot == row, "another box in the slot"


@compiled
def _verify_waiting(s: Any, p: Any) -> None:
    """Boxes that wait for a train, counted by service and by the portal that they stand under."""
    for service in range(s.wait_head.shape[0]):
        under = np.zeros(s.n_idle.shape[0], np.int64)
        n_waiting = 0
        row = s.wait_head[service]
        while row >= 0:
            n_waiting += 1
            portal = p.block_portal[s.row_block[row]]
            if portal >= 0:
                under[portal] += 1
            row = s.row_next[row]
        assert n_waiting == s.n_waiting[service], "boxes for a train miscounted"
        for group in range(p.n_groups):
            assert under[group] == s.n_waiting_under[service, group], "boxes miscounted by portal"


@compiled
def _verify_reach(s: Any, p: Any, group: Any) -> None:
    """What is kept of how far gantries reach is what a look at their neighbours says."""
    first = p.group_first[group]
    for machine in range(first, first + p.group_count[group]):
        if not is_idle(s, machine):
            continue
        low_dm, high_dm = reach_dm(s, p, group, machine)
        for x_dm in (low_dm, high_dm):
            assert is_way_free(s, p, group, machine, x_dm), "no way within reach"
        is_below = is_way_free(s, p, group, machine, low_dm - 1)
        is_above = is_way_free(s, p, group, machine, high_dm + 1)
        assert is_below == (low_dm == -BEYOND_DM), "a way beyond reach"
        assert is_above == (high_dm == BEYOND_DM), "a way beyond reach"


@compiled
def _verify_machines(s: Any, p: Any) -> None:
    for group in range(p.n_groups):
        idle = 0
        first = p.group_first[group]
        for machine in range(first, first + p.group_count[group]):
            if s.machine_busy[machine] == 0:
                idle += 1 if s.machine_off[machine] == 0 else 0
            else:
                assert s.machine_row[machine] >= 0, "a machine works for nobody"
        assert idle == s.n_idle[group], "idle machines miscounted"
        if p.travel_us_per_dm[group] > 0:
            for machine in range(first + 1, first + p.group_count[group]):
                apart_dm = s.machine_low_dm[machine] - s.machine_high_dm[machine - 1]
                assert apart_dm >= p.safety_dm[group], "two gantries across one another"
            _verify_reach(s, p, group)
            for machine in range(first, first + p.group_count[group]):
                low_dm, high_dm = s.machine_low_dm[machine], s.machine_high_dm[machine]
                assert low_dm <= s.machine_x_dm[machine] <= high_dm, "a gantry beyond its way"
                if s.machine_busy[machine] == 0:
                    assert low_dm == high_dm, "an idle gantry keeps a way"
                elif s.row_job[s.machine_row[machine]] == state.JOB_WAGON_TO_WAGON:
                    other = s.machine_to_train[machine]
                    assert s.train_in_flight[other] > 0, "a train does not expect its box"


@compiled
def _verify_trains(s: Any, p: Any, trains: Any) -> None:
    """Tracks hold one train each, and no train is loaded beyond its capacity."""
    on_site = 0
    on_two_tracks = 0
    to_place = 0
    worked = 0
    for t in range(s.train_phase.shape[0]):
        if s.train_phase[t] == state.TRAIN_NONE:
            continue
        on_site += 1
        to_place += s.train_phase[t] == state.TRAIN_WAITING_PLACE
        worked += s.train_phase[t] == state.TRAIN_WORKED
        assert s.train_row[t] >= 0, "a train without a name"
        assert s.train_in_flight[t] >= 0, "boxes in flight miscounted"
        assert s.train_teu_left[t] >= 0, "a train loaded beyond its capacity"
        if s.train_phase[t] in (
            state.TRAIN_PLACING,
            state.TRAIN_UNLOADING,
            state.TRAIN_LOADING,
            state.TRAIN_WORKED,
        ):
            # A train in portions keeps its reception track while one of them is at the machines.
            on_two_tracks += s.train_portion_wagons[t] < train_at(trains, s.train_row[t]).n_wagons
        if s.train_phase[t] in (state.TRAIN_UNLOADING, state.TRAIN_LOADING):
            assert s.train_n_left[t] <= s.train_to_unload[t], "a box too many"
            _verify_wagons(s, trains, t)
    for t in range(s.train_phase.shape[0]):
        if s.train_phase[t] != state.TRAIN_NONE and s.train_reception[t] < 0:
            is_leaving = s.train_phase[t] in (state.TRAIN_TESTING, state.TRAIN_READY)
            assert is_leaving, "a train that has no way back"
            assert s.handling_busy[s.train_track[t]] == 1, "a train without a track"
    assert to_place == s.n_to_place, "trains to place miscounted"
    assert worked == s.n_worked, "worked trains miscounted"
    reception = 0
    for track in range(p.n_reception):
        reception += s.reception_busy[track]
    handling = 0
    for track in range(p.n_handling):
        handling += s.handling_busy[track]
    assert reception + s.free_reception == p.n_reception, "reception tracks miscounted"
    assert handling + s.free_handling == p.n_handling, "handling tracks miscounted"
    assert on_site == s.n_trains_admitted - s.n_trains_departed, "a train lost"
    assert on_site + on_two_tracks == reception + handling, "two trains on a track"


@compiled
def _verify_wagons(s: Any, trains: Any, t: Any) -> None:
    """No wagon carries less than nothing, and the train's room is what its wagons leave."""
    train = train_at(trains, s.train_row[t])
    teu = 0
    kg = np.int64(0)
    for wagon in range(train.n_wagons):
        n_20 = s.wagon_20[t, wagon]
        n_40 = s.wagon_40[t, wagon]
        assert n_20 >= 0, "fewer than no box on a wagon"
        assert n_40 >= 0, "fewer than no box on a wagon"
        teu += n_20 + 2 * n_40
        kg += s.wagon_kg[t, wagon]
    assert train.capacity_teu - teu == s.train_teu_left[t], "room on a train miscounted"
    assert train.load_limit_kg - kg == s.train_kg_left[t], "mass on a train miscounted"


@compiled
def _verify_trucks(s: Any) -> None:
    """No truck is let in that has not come, and none that waits beside a train is forgotten."""
    for storage in range(state.N_KINDS):
        assert s.n_trucks_admitted[storage] <= s.n_trucks_arrived[storage], "a truck unseen"
    n_beside = 0
    for row in range(s.n_rows_used):
        if s.row_box[row] == state.BOX_ON_WAGON and s.row_truck[row] == state.TRUCK_BESIDE:
            n_beside += 1
    assert n_beside == s.n_trucks_beside, "trucks beside trains miscounted"


@compiled
def _verify_landside(s: Any, p: Any) -> None:
    """No day has more trucks than there are, and a yard is full while it has little room."""
    for place in range(state.N_DAYS_AHEAD):
        assert 0 <= s.day_fetched[place] <= p.trucks_per_day, "more trucks than a day has"
        assert 0 <= s.day_removed[place] <= p.removals_per_day, "more boxes moved than can be"
    if p.has_intake_stop != 0:
        free_teu = free_teu_of_laden(s, p)
        assert s.is_yard_full != 0 or free_teu > p.stop_free_teu, "a full yard that nobody noted"
        assert s.is_yard_full == 0 or free_teu < p.resume_free_teu, "room that nobody noted"
