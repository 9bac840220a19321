"""The whole state of a terminal as one structured record, and the parameters as another.

Knows the names, types and sizes of what the kernel remembers; knows no rule of work.

Sub-arrays come in three capacity classes, never in a layout's own size: the sizes are part of the
compiled type, and a new design must not compile anew. A *row* is one box on site with its truck, if
it has one; rows are recycled, so the state's size follows the yard and not the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from keruen.draws import TABLE_INTERVALS

MAX_TIERS = 8
N_STORAGES = 4
TABLE_LENGTH = TABLE_INTERVALS + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeClass:
    """How much a compiled kernel can hold.

    Parameters
    ----------
    rows : boxes on site, on machines and on trucks at the gate.
    cells : 40-ft ground positions of all blocks together.
    blocks, groups, machines, services : as named.
    trains : trains on site (not those waiting outside).
    """

    name: str
    rows: int
    cells: int
    blocks: int
    groups: int
    machines: int
    services: int
    trains: int

    @property
    def events(self) -> int:
        """Events that can be pending: two a row, one a machine and train, and a few."""
        return 2 * self.rows + self.machines + self.trains + 16


SIZE_CLASSES = (
    SizeClass(
        name="S", rows=256, cells=256, blocks=8, groups=16, machines=64, services=8, trains=16
    ),
    SizeClass(
        name="M", rows=16384, cells=4096, blocks=32, groups=32, machines=512, services=64, trains=64
    ),
    SizeClass(
        name="L",
        rows=98304,
        cells=32768,
        blocks=64,
        groups=64,
        machines=2048,
        services=128,
        trains=128,
    ),
)

# Where a box is.
BOX_ABSENT = 0
"""The row is free, or the box is still on its truck before the block."""
BOX_INBOUND = 1
"""Between wagon and slot."""
BOX_HELD = 2
"""In its slot, not released."""
BOX_FREE = 3
"""In its slot, released."""
BOX_CALLED = 4
"""In its slot, and a machine is to fetch it."""
BOX_OUTBOUND = 5
"""Between slot and wagon, or on the truck that fetches it."""

# Where a truck is.
TRUCK_NONE = 0
TRUCK_EXPECTED = 1
TRUCK_AT_GATE = 2
TRUCK_IN_YARD = 3
TRUCK_LEAVING = 4

# What a yard machine is asked to do with a row's box.
JOB_NONE = 0
JOB_STACK_FROM_TRACTOR = 1
JOB_STACK_FROM_TRUCK = 2
JOB_RETRIEVE_TO_TRACTOR = 3
JOB_RETRIEVE_TO_TRUCK = 4

# What a train is doing.
TRAIN_NONE = 0
TRAIN_INSPECTING = 1
TRAIN_WAITING_PLACE = 2
TRAIN_PLACING = 3
TRAIN_UNLOADING = 4
TRAIN_LOADING = 5
TRAIN_WORKED = 6
TRAIN_PULLING = 7
TRAIN_TESTING = 8
TRAIN_READY = 9

# Queues in `queue_head`.
GATE_IN = 0
GATE_OUT = 1
INSPECTION = 2

# Slot policies, in the order of the scenario's names.
LOWEST_STACK = 0
FIRST_FIT = 1
RANDOM_STACK = 2

# Columns of `blocked_ms`: what an idle gantry with boxes under it waited for.
BLOCKED_TRACTOR = 0
BLOCKED_ROOM = 1


def state_dtype(size: SizeClass) -> np.dtype[Any]:
    """The record of the state for one capacity class."""
    i1, i2, i4, i8 = np.int8, np.int16, np.int32, np.int64
    rows, cells, events = size.rows, size.cells, size.events
    return np.dtype(
        [
            ("now_ms", i8),
            ("serial", i8),
            ("n_events", i8),
            ("n_trace", i8),
            # event queue: a binary heap ordered by (time, rank and serial)
            ("queue_length", i8),
            ("queue_time_ms", i8, (events,)),
            ("queue_order", i8, (events,)),
            ("queue_what", i8, (events,)),
            # rows: boxes on site with their trucks
            ("n_rows_used", i8),
            ("free_row", i4),
            ("row_next", i4, (rows,)),
            ("row_truck_next", i4, (rows,)),
            ("row_visit", i4, (rows,)),
            ("row_position", i4, (rows,)),
            ("row_machine", i2, (rows,)),
            ("row_train", i2, (rows,)),
            ("row_moves", i2, (rows,)),
            ("row_block", i1, (rows,)),
            ("row_tier", i1, (rows,)),
            ("row_box", i1, (rows,)),
            ("row_truck", i1, (rows,)),
            ("row_job", i1, (rows,)),
            ("row_claim", i1, (rows,)),
            # yard
            ("height", i1, (2 * cells,)),
            ("slot", i4, (2 * cells, MAX_TIERS)),
            ("cell_teu", i1, (cells,)),
            ("cell_claims", i1, (cells,)),
            ("open_20", i4, (size.blocks,)),
            ("open_40", i4, (size.blocks,)),
            ("empty_cells", i4, (size.blocks,)),
            ("reserved_20", i4, (size.blocks,)),
            ("reserved_40", i4, (size.blocks,)),
            ("block_boxes", i4, (size.blocks,)),
            # machines
            ("machine_busy", i1, (size.machines,)),
            ("machine_row", i4, (size.machines,)),
            ("machine_put_back", i2, (size.machines,)),
            ("machine_since_ms", i8, (size.machines,)),
            ("machine_busy_ms", i8, (size.machines,)),
            ("n_idle", i4, (size.groups,)),
            ("job_head", i4, (size.groups,)),
            ("job_tail", i4, (size.groups,)),
            ("blocked_since_ms", i8, (2,)),
            ("blocked_ms", i8, (2,)),
            # boxes that wait for a train, by service
            ("wait_head", i4, (size.services,)),
            ("wait_tail", i4, (size.services,)),
            # trains on site
            ("n_trains_arrived", i8),
            ("n_trains_admitted", i8),
            ("n_trains_departed", i8),
            ("held_since_ms", i8),
            ("free_reception", i8),
            ("free_handling", i8),
            ("n_beyond_reception", i8),
            ("n_to_place", i8),
            ("n_worked", i8),
            ("reception_busy", i1, (size.trains,)),
            ("handling_busy", i1, (size.trains,)),
            ("n_at_work", i8),
            ("at_work", i2, (size.trains,)),
            ("train_row", i4, (size.trains,)),
            ("train_phase", i1, (size.trains,)),
            ("train_track", i2, (size.trains,)),
            ("train_since_ms", i8, (size.trains,)),
            ("train_next_box", i4, (size.trains,)),
            ("train_to_unload", i4, (size.trains,)),
            ("train_in_flight", i4, (size.trains,)),
            ("train_teu_left", i4, (size.trains,)),
            ("train_load_head", i4, (size.trains,)),
            ("train_load_tail", i4, (size.trains,)),
            # trucks that bring boxes: arrived and admitted, by kind of storage
            ("n_trucks_arrived", i8, (N_STORAGES,)),
            ("n_trucks_admitted", i8, (N_STORAGES,)),
            # queues of trucks at the gate, and of boxes before customs
            ("queue_head", i4, (3,)),
            ("queue_tail", i4, (3,)),
        ]
    )


def parameters_dtype(size: SizeClass) -> np.dtype[Any]:
    """The record of what does not change during a run, for one capacity class."""
    i8 = np.int64
    return np.dtype(
        [
            ("seed", i8),
            ("horizon_ms", i8),
            ("n_blocks", i8),
            ("n_groups", i8),
            ("n_reception", i8),
            ("n_handling", i8),
            ("slot_policy", i8),
            ("max_load_jobs", i8),
            # machine groups: first machine and number of machines, then their kinds
            ("group_first", i8, (size.groups,)),
            ("group_count", i8, (size.groups,)),
            ("is_gantry_group", i8, (size.groups,)),
            ("is_tractor_group", i8, (size.groups,)),
            ("machine_group", i8, (size.machines,)),
            ("locomotive_group", i8),
            ("lane_in_group", i8),
            ("lane_out_group", i8),
            ("inspection_group", i8),
            ("cycle_ms", i8, (size.groups, TABLE_LENGTH)),
            ("drive_ms", i8, (size.groups, size.blocks)),
            # blocks
            ("block_first_cell", i8, (size.blocks,)),
            ("block_cells", i8, (size.blocks,)),
            ("block_tiers", i8, (size.blocks,)),
            ("block_storage", i8, (size.blocks,)),
            ("block_group", i8, (size.blocks,)),
            ("block_boxes_most", i8, (size.blocks,)),
            ("block_spare_cells", i8, (size.blocks,)),
            # times
            ("inspect_ms", i8, (TABLE_LENGTH,)),
            ("place_ms", i8, (TABLE_LENGTH,)),
            ("pull_ms", i8, (TABLE_LENGTH,)),
            ("brake_test_ms", i8, (TABLE_LENGTH,)),
            ("gate_in_ms", i8, (TABLE_LENGTH,)),
            ("gate_out_ms", i8, (TABLE_LENGTH,)),
            ("gate_drive_ms", i8, (TABLE_LENGTH,)),
            ("gate_opens_ms", i8),
            ("gate_closes_ms", i8),
            # trucks that bring boxes, by kind of storage: where each stream starts in `order`
            ("stream_first", i8, (N_STORAGES + 1,)),
        ]
    )


VISIT_DTYPE = np.dtype(
    [
        ("in_ms", np.int64),
        ("out_ms", np.int64),
        ("hold_ms", np.int64),
        ("out_service", np.int16),
        ("n_teu", np.int8),
        ("storage", np.int8),
        ("channel", np.int8),
        ("in_mode", np.int8),
        ("out_mode", np.int8),
    ],
    align=True,
)
"""What the kernel reads of a container visit."""

TRAIN_DTYPE = np.dtype(
    [
        ("arrival_ms", np.int64),
        ("departure_ms", np.int64),
        ("first_box", np.int64),
        ("end_box", np.int64),
        ("service", np.int32),
        ("capacity_teu", np.int32),
        ("onboard_teu", np.int32),
    ],
    align=True,
)
"""What the kernel reads of a train; its boxes are ``order[first_box:end_box]``."""
