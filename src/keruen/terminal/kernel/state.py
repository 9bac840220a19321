"""The whole state of a terminal as one structured record, the parameters as another, and the
numbers that stand in them.

Knows the names, types and sizes of what the kernel remembers; knows no rule of work.

Sub-arrays come in three capacity classes, never in a layout's own size: the sizes are part of the
compiled type, and a new design must not compile anew. A *row* is one box on site with its truck, if
it has one; rows are recycled, so the state's size follows the yard and not the year.

Columns are as narrow as their values allow (i1 to i8), so that the state stays in the cache of a
core; times, and what is summed, are i8. In a column of indexes −1 is none (conventions §3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keruen.domain.codes import Resource
from keruen.draws import TABLE_INTERVALS

MAX_TIERS = 8
"""The highest pile that a scenario may describe; a place code has four bits for the tier."""
N_KINDS = 24
"""Kinds of boxes that blocks tell apart: 5 storages, then 15 classes of dangerous goods, and a few
spare. Each is one bit of ``block_kinds``, so there can never be more than 63."""
MAX_DAYS = 4096
"""Days with a pace of their own: a scenario measures at most 3660, and the warm-up comes before."""
MAX_WAGON_20 = 5
MAX_WAGON_40 = 3
"""Boxes of each length that a platform may carry (four of 20 ft, two of 40 ft), and one, because
``pattern_ok`` has a place for none as well."""
N_WINDOWS = 1024
"""Appointment windows ahead that can be booked: six weeks of hours. The book is a ring, so further
ones would write over those of today."""
N_DAYS_AHEAD = 1024
"""Days ahead for which trucks can be ordered: a ring as well. A yard that takes three years to
empty is beyond help."""
N_WAGON_TYPES = 32
"""Types of platforms; trains of which only the TEU are known need `MAX_WAGON_20` of them."""
TABLE_LENGTH = TABLE_INTERVALS + 1
"""Entries of a quantile table: the ends of its intervals."""


@dataclass(frozen=True, slots=True)
class SizeClass:
    """How much a compiled kernel can hold: all counts, positive.

    Parameters
    ----------
    name : S, M or L.
    rows : boxes on site, on machines and on trucks at the gate.
    cells : 40-ft ground positions of all blocks together.
    blocks, groups, machines, services : as named.
    trains : trains on site (not those waiting outside); tracks of each use as well.
    wagons, train_boxes : platforms of a train, and boxes on its arrival.
    """

    name: str
    rows: int
    cells: int
    blocks: int
    groups: int
    machines: int
    services: int
    trains: int
    wagons: int
    train_boxes: int

    @property
    def events(self) -> int:
        """Events that can be pending in a heap.

        One a row (its truck, or the end of its hold), two a machine (the end of its work and of its
        stop), one a train; 32 for the next arrivals, the gate's hours and the next stop; 1024 for
        goods on the floor of the warehouse and for trucks whose box another has taken. Too few
        would stop the run by an assertion (`event_queue.put`), never lose an event.
        """
        return self.rows + 2 * self.machines + self.trains + 1056


# rows, cells, blocks, groups, machines, services, trains, wagons, train_boxes. S is for small
# worlds and tests, M for a dry port of 10 000 TEU with room to grow, L for the largest scenario
# that is let in (`scenario.check_terminal`). Three, because each costs forty seconds of compiling.
SIZE_CLASSES = (
    SizeClass("S", 256, 256, 8, 16, 64, 8, 16, 48, 64),
    SizeClass("M", 16384, 4096, 32, 32, 512, 64, 64, 128, 320),
    SizeClass("L", 24576, 12288, 64, 64, 2048, 128, 128, 160, 480),
)
"""The state of each is under 4 MiB (a test checks it), so that it fits the cache of a core."""

# Where a box is (`row_box`). These codes and the next are the kernel's own: only the sources that
# wrote a saved state read it, so they may be renumbered; those of `domain.codes` may not.
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
BOX_ON_WAGON = 6
"""On its wagon, and a truck is ordered to take it from there."""
BOX_AT_DOOR = 7
"""In the warehouse, or on the way there."""

# Where a truck is (`row_truck`): the one that brings the row's box, later the one that fetches it.
TRUCK_NONE = 0
TRUCK_EXPECTED = 1
TRUCK_AT_GATE = 2
TRUCK_IN_YARD = 3
TRUCK_LEAVING = 4
TRUCK_BESIDE = 5
"""Beside the train, for the box on its wagon."""
TRUCK_WAITING = 6
"""Inside, before its box is released."""
TRUCK_REMOVING = 7
"""Expected, to move the box to another place."""

# What a yard machine is asked to do with a row's box (`row_job`).
JOB_NONE = 0
JOB_STACK_FROM_TRACTOR = 1
JOB_STACK_FROM_TRUCK = 2
JOB_RETRIEVE_TO_TRACTOR = 3
JOB_RETRIEVE_TO_TRUCK = 4
JOB_RETRIEVE_TO_DOOR = 5
# Jobs between wagon and stack without a tractor (`direct`); no other job may come behind them.
JOB_WAGON_TO_STACK = 6
JOB_STACK_TO_WAGON = 7
JOB_WAGON_TO_WAGON = 8

# What a train is doing (`train_phase`), in the order in which it does it.
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

# Queues in `queue_head`, first come first served. Typed, because a plain number as an argument of
# `rows.append` and `rows.pop` would be compiled anew for each value.
GATE_IN = np.int64(0)
GATE_OUT = np.int64(1)
INSPECTION = np.int64(2)
WEIGHBRIDGE = np.int64(3)
SCANNER = np.int64(4)
SHUTTLE = np.int64(5)
DOOR = np.int64(6)
TEAM = np.int64(7)
PICKUP = np.int64(8)
"""Released boxes whose truck is only expected: one that is inside already may take them."""
N_QUEUES = 9

# Policies, in the order of the scenario's names (`terminal.inputs`); 0 is each one's default.
# The pile for a box, or for one that stands in the way. Those up to RANDOM_STACK look at heights
# only (`yard`), the others at departures (`stacking`): a rule of heights must not come behind.
LOWEST_STACK = 0
FIRST_FIT = 1
RANDOM_STACK = 2
RESHUFFLE_INDEX = 3
MIN_MAX = 4
EXPECTED_MINIMUM = 5
SCORE = 6
# The block for a box.
EMPTIEST_BLOCK = 0
NEAREST_BLOCK = 1
FIRST_BLOCK = 2
# The handling track for a train.
FIRST_TRACK = 0
LONGEST_TRACK = 1
SHORTEST_TRACK = 2
# The gantry for a move.
NEAREST_CRANE = 0
FIRST_CRANE = 1
ZONE_CRANE = 2
SHARED_ZONES = 3
"""The scenario's default, though not 0: it came later, and numbers are not given anew."""
# The next box off a train; the first two serve as load plans too: the wagon for a box.
FRONT_TO_BACK = 0
NEAREST_WAGON = 1
HEAVIEST_MIDDLE = 2
BY_SECTION = 3
"""A load plan only, and the scenario's default."""
# Which train's moves come first.
FIRST_PLACED = 0
EARLIEST_DEPARTURE = 1
MOST_LEFT = 2
# Which job of the yard comes first.
FIRST_COME = 0
TRAINS_FIRST = 1
TRUCKS_FIRST = 2

# Which block takes a box that a truck brings for a train.
AS_OTHERS = 0
UNDER_PORTAL = 1
"""The scenario's default."""
# Which waiting box a gantry fetches from the rows under its portal for a train.
RELEASED_FIRST = 0
NEAREST_BOX = 1
"""The scenario's default."""
LEAST_WORK = 2

# When boxes are called for a train that still has some to be unloaded.
WHEN_EMPTY = 0
AHEAD = 1

# Weights of the rule SCORE, in `score`: in the order of `scenario.dry_port.Scores`.
SCORE_HEIGHT = 0
SCORE_EARLIER_BELOW = 1
SCORE_BLOCKING = 2
SCORE_GAP = 3
SCORE_HEAVIER = 4
SCORE_DISTANCE = 5
SCORE_OPENS_CELL = 6
N_SCORES = 7

# Columns of `blocked_ms`: what an idle gantry with boxes under it waited for.
BLOCKED_TRACTOR = 0
BLOCKED_ROOM = 1

# How machines of a track serve a block themselves (`direct_way`): not, always, or only while no
# tractor is idle, because by tractor the box is there earlier.
NOT_DIRECT = 0
DIRECT = 1
DIRECT_WITHOUT_TRACTOR = 2


_OF_BLOCKS = (
    *("open_20", "open_40", "empty_cells", "first_empty"),
    *("reserved_20", "reserved_40", "block_boxes"),
)
"""Counts that are kept for each block (`yard`)."""


def _columns_of_yard(size: SizeClass) -> tuple[tuple[object, ...], ...]:
    """Piles, cells and blocks, and what is remembered of them."""
    i1, i4, i8 = np.int8, np.int32, np.int64
    cells = size.cells
    return (
        # yard: heights by 20-ft pile, so two a cell; `slot` holds the row in each tier
        ("height", i1, (2 * cells,)),
        ("slot", i4, (2 * cells, MAX_TIERS)),
        ("cell_teu", i1, (cells,)),
        ("cell_claims", i1, (cells,)),
        # kinds and lengths of boxes that no block had room for since the yard last changed,
        # asked without and with its reserve; whether a truck outside may find room now
        ("refused", i8, (2,)),
        ("may_admit_trucks", i8),
        # cells by block, length and height of their lower half, and a cell of the block before
        # which none is so (`yard`)
        ("level_cells", i4, (size.blocks, 2, MAX_TIERS + 1)),
        ("level_first", i4, (size.blocks, 2, MAX_TIERS + 1)),
        # places left in cells that hold the length, and cells that hold none (`yard`)
        *((name, i4, (size.blocks,)) for name in _OF_BLOCKS),
    )


def _columns_of_machines(size: SizeClass) -> tuple[tuple[object, ...], ...]:
    """Machines, by number through all groups (conventions §6), and who waits for them."""
    i1, i2, i4, i8 = np.int8, np.int16, np.int32, np.int64
    return (
        ("n_asked", i8),
        ("n_jobs", i8),
        ("machine_busy", i1, (size.machines,)),
        ("machine_off", i1, (size.machines,)),
        # where a gantry ends its move, and how far it gets on the way (`gantries`); its trolley
        *((f"machine_{what}_dm", i4, (size.machines,)) for what in ("x", "low", "high", "y")),
        # from where to where it can drive if it is idle, where that is known of its group
        *((f"reach_{what}_dm", i4, (size.machines,)) for what in ("low", "high")),
        ("is_reach_known", i1, (size.groups,)),
        # how often it has changed
        ("n_reaches", i8, (size.groups,)),
        # whether its last move was for a train, and the train that a box is lifted over to
        ("machine_served_train", i1, (size.machines,)),
        ("machine_to_train", i2, (size.machines,)),
        ("machine_row", i4, (size.machines,)),
        ("machine_put_back", i2, (size.machines,)),
        ("machine_since_ms", i8, (size.machines,)),
        ("machine_busy_ms", i8, (size.machines,)),
        ("n_idle", i4, (size.groups,)),
        # jobs of each group: those of tractors at 2 × group, of trucks at 2 × group + 1
        ("job_head", i4, (2 * size.groups,)),
        ("job_tail", i4, (2 * size.groups,)),
    )


def state_dtype(size: SizeClass) -> np.dtype[np.void]:
    """The record of the state for one capacity class.

    Parameters
    ----------
    size : the class; its counts are the shapes of the sub-arrays.

    Returns
    -------
    The dtype; `inputs.fresh_state` makes a record of it.
    """
    i1, i2, i4, i8 = np.int8, np.int16, np.int32, np.int64
    rows, events = size.rows, size.events
    return np.dtype(
        [
            ("now_ms", i8),
            ("serial", i8),
            ("n_events", i8),
            ("n_trace", i8),
            ("trace_rows", i8),
            # event queue: a near and a far heap of (time, rank and serial, what); one array, so
            # that an event lies in one piece of memory
            ("queue_length", i8, (2,)),
            ("queue", i8, (2, events, 3)),
            # rows: boxes on site with their trucks. Two links, because a box may wait in a queue of
            # boxes while its truck waits in one of trucks
            ("n_rows_used", i8),
            ("free_row", i4),
            ("row_next", i4, (rows,)),
            ("row_truck_next", i4, (rows,)),
            ("row_visit", i4, (rows,)),
            ("row_position", i4, (rows,)),
            ("row_machine", i2, (rows,)),
            ("row_train", i2, (rows,)),
            ("row_moves", i2, (rows,)),
            ("row_wagon", i2, (rows,)),
            ("row_generation", i2, (rows,)),
            # the how-many-th request of all: first come first served between two queues
            ("row_asked", i8, (rows,)),
            *(
                (f"row_{what}", i1, (rows,))
                for what in ("block", "tier", "box", "truck", "job", "claim")
            ),
            *_columns_of_yard(size),
            *_columns_of_machines(size),
            ("n_outages", i8),
            ("blocked_since_ms", i8, (2,)),
            ("blocked_ms", i8, (2,)),
            # boxes that wait for a train, by service
            ("wait_head", i4, (size.services,)),
            ("wait_tail", i4, (size.services,)),
            # how many of them, and how many stand under the portal of a group
            ("n_waiting", i4, (size.services,)),
            ("n_waiting_under", i4, (size.services, size.groups)),
            # how often they have changed
            ("n_waits", i8, (size.services,)),
            # both as they were when gantries last looked in vain for a box for a train (`direct`)
            ("train_vain_reach", i8, (size.trains,)),
            ("train_vain_wait", i8, (size.trains,)),
            # trains on site, by a place of their own that is given anew when they have left
            *((f"n_trains_{what}", i8) for what in ("arrived", "expected", "admitted", "departed")),
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
            ("train_reception", i2, (size.trains,)),
            ("train_portion", i2, (size.trains,)),
            ("train_portion_wagons", i2, (size.trains,)),
            ("train_to_unload", i4, (size.trains,)),
            ("train_in_flight", i4, (size.trains,)),
            ("train_teu_left", i4, (size.trains,)),
            ("train_kg_left", i4, (size.trains,)),
            # by length: the least mass that no wagon took, since a box last left one
            ("train_refused_kg", i4, (size.trains, 2)),
            # boxes still on the portion, by their place among the train's; and the row of each
            # that waits for a truck beside the train
            ("train_left", i2, (size.trains, size.train_boxes)),
            ("train_n_left", i4, (size.trains,)),
            ("train_direct", i4, (size.trains, size.train_boxes)),
            ("wagon_20", i1, (size.trains, size.wagons)),
            ("wagon_40", i1, (size.trains, size.wagons)),
            ("wagon_kg", i4, (size.trains, size.wagons)),
            ("train_load_head", i4, (size.trains,)),
            ("train_load_tail", i4, (size.trains,)),
            ("next_path_ms", i8),
            # trucks that bring boxes, by kind of box; a bit for each kind that waits outside
            *((f"n_trucks_{w}", i8, (N_KINDS,)) for w in ("arrived", "expected", "admitted")),
            ("trucks_outside", i8),
            # trucks beside a train whose box is still on its wagon
            ("n_trucks_beside", i8),
            # queues: trucks at the gate, boxes before customs, doors and teams
            ("queue_head", i4, (N_QUEUES,)),
            ("queue_tail", i4, (N_QUEUES,)),
            ("row_queue_back", i4, (rows,)),
            # pick-up windows that are booked, by number of the window in the horizon modulo
            ("window_booked", i2, (N_WINDOWS,)),
            ("window_from", i8),
            # trucks that fetch boxes and boxes to be moved away, by day modulo; from which day on
            ("day_fetched", i4, (N_DAYS_AHEAD,)),
            ("day_removed", i4, (N_DAYS_AHEAD,)),
            ("day_from", i8),
            ("is_yard_full", i8),
            # square decimetres: areas of a box are no whole metres, and sums must be exact
            ("free_floor_dm2", i8),
        ]
    )


ONE_OF_ITS_KIND = (
    *(Resource.LOCOMOTIVE, Resource.LANE_IN, Resource.LANE_OUT, Resource.INSPECTION_SLOT),
    *(Resource.SHUTTLE, Resource.WEIGHBRIDGE, Resource.SCANNER, Resource.DOOR, Resource.TEAM),
)
"""What is one group each, by a column `<resource>_group` of the parameters; −1 when there is
none."""

_POLICIES = (
    *("slot_policy", "reshuffle_policy", "block_policy", "track_policy", "crane_policy"),
    *("work_order", "train_order", "job_order", "load_plan", "train_box_block", "fetch_order"),
    "load_start",
)
"""Numbers of rules by name; what they may be stands above."""
_OF_PORTALS = (
    *("is_portal", "is_direct", "trolley_us_per_dm", "hoist_us_per_dm", "lift_dm", "lane_dm"),
)
_OF_ROWS = ("block_portal", "block_x_dm", "block_rows", "block_y_dm", "block_row_dm")

_DURATIONS = (
    *("inspect_ms", "place_ms", "pull_ms", "brake_test_ms", "coupling_ms"),
    *("gate_in_ms", "gate_out_ms", "gate_drive_ms", "weigh_ms", "recognised_ms"),
    *("scan_ms", "unpack_ms", "call_off_ms"),
)
"""Durations that are drawn, each with its quantile table."""


def parameters_dtype(size: SizeClass) -> np.dtype[np.void]:
    """The record of what does not change during a run, for one capacity class.

    Most are int64, shares in thousandths and lengths in decimetres: a share or a length as a
    floating-point number would bring rounding into the event loop.

    Parameters
    ----------
    size : the class; its counts are the shapes of the sub-arrays.

    Returns
    -------
    The dtype; `inputs.parameters` fills a record of it.
    """
    i1, i2, i8 = np.int8, np.int16, np.int64
    return np.dtype(
        [
            ("seed", i8),
            ("n_trains", i8),
            ("n_outages", i8),
            ("n_blocks", i8),
            ("n_groups", i8),
            ("n_portals", i8),
            ("yard_groups", i8, (2,)),
            ("tractor_groups", i8, (2,)),
            ("n_reception", i8),
            ("n_handling", i8),
            *((name, i8) for name in _POLICIES),
            ("score", i8, (N_SCORES,)),
            ("departure_window_ms", i8),
            ("max_load_jobs", i8, (size.groups,)),
            ("pace_permille", i8, (MAX_DAYS,)),
            ("is_slowed", i8, (size.groups,)),
            # machine groups: first machine and number of machines, then who they are; travel in
            # microseconds for a decimetre, because in ms a fast gantry would be rounded to half
            ("group_first", i8, (size.groups,)),
            ("group_count", i8, (size.groups,)),
            ("travel_us_per_dm", i8, (size.groups,)),
            ("safety_dm", i8, (size.groups,)),
            ("module_dm", i8, (size.groups,)),
            ("machine_group", i8, (size.machines,)),
            # portals (`portals`): trolley and hoist in µs for a decimetre, height of the way, where
            # the truck lane is; blocks under them: their group or −1, begin, rows
            *((name, i8, (size.groups,)) for name in _OF_PORTALS),
            *((name, i8, (size.blocks,)) for name in _OF_ROWS),
            ("track_y_dm", i8, (size.trains,)),
            ("direct_way", i8, (size.groups, size.blocks)),
            ("carry_ms", i8, (size.groups, size.blocks)),
            *((f"{resource.name.lower()}_group", i8) for resource in ONE_OF_ITS_KIND),
            # tracks: reception tracks first, then handling tracks by their own numbers
            ("track_group", i8, (size.trains,)),
            ("track_dm", i8, (size.trains,)),
            ("track_reception", i8, (size.trains,)),
            ("reception_bit", i8, (size.trains,)),
            ("lead_ms", i8, (size.trains,)),
            ("cycle_ms", i8, (size.groups, TABLE_LENGTH)),
            ("drive_ms", i8, (size.groups, size.blocks)),
            # blocks
            ("block_first_cell", i8, (size.blocks,)),
            ("block_cells", i8, (size.blocks,)),
            ("block_tiers", i8, (size.blocks,)),
            ("block_kinds", i8, (size.blocks,)),
            ("block_distance_m", i8, (size.blocks,)),
            ("block_group", i8, (size.blocks,)),
            ("block_boxes_most", i8, (size.blocks,)),
            ("block_spare_cells", i8, (size.blocks,)),
            # platforms: whether so many boxes of each length may stand on one of a type
            ("pattern_ok", i1, (N_WAGON_TYPES, MAX_WAGON_20, MAX_WAGON_40)),
            *((name, i8, (TABLE_LENGTH,)) for name in _DURATIONS),
            ("gate_opens_ms", i8),
            ("gate_closes_ms", i8),
            ("recognised_permille", i8),
            ("dual_permille", i8),
            ("direct_permille", i8),
            ("path_interval_ms", i8),
            ("path_taken_permille", i8),
            ("window_ms", i8),
            ("window_quota", i8),
            ("no_show_permille", i8),
            # by service: whether a finished train stays where it is; wagons of a group, or 0
            ("has_standing", i8),
            ("service_stands", i1, (size.services,)),
            ("service_group", i2, (size.services,)),
            # by service: its handling tracks, from the first to before the end; end 0: any
            ("service_track", i2, (size.services,)),
            ("service_track_end", i2, (size.services,)),
            # 0: no such limit, no removal, no stop
            ("trucks_per_day", i8),
            ("removals_per_day", i8),
            ("removal_after_ms", i8),
            ("has_intake_stop", i8),
            ("stop_free_teu", i8),
            ("resume_free_teu", i8),
            ("door_drive_ms", i8, (size.groups,)),
            ("floor_dm2", i8),
            ("floor_per_box_dm2", i8),
            # first and end of the known trucks in `order`, by kind; the initial boxes follow
            ("stream_first", i8, (N_KINDS + 1,)),
            ("stream_end", i8, (N_KINDS,)),
            ("n_initial_boxes", i8),
        ]
    )


VISIT_DTYPE = np.dtype(
    [
        ("in_ms", np.int64),
        ("out_ms", np.int64),
        ("hold_ms", np.int64),
        ("entity", np.int64),
        ("mass_kg", np.int32),
        ("in_place", np.int32),
        ("out_service", np.int16),
        ("n_teu", np.int8),
        ("kind", np.int8),
        ("channel", np.int8),
        ("in_mode", np.int8),
        ("out_mode", np.int8),
        ("delivery", np.int8),
    ],
    align=True,
)
"""What the kernel reads of a container visit: wide columns first, so that aligning leaves no
gap."""

TRAIN_DTYPE = np.dtype(
    [
        ("arrival_ms", np.int64),
        ("departure_ms", np.int64),
        ("entity", np.int64),
        ("first_box", np.int64),
        ("end_box", np.int64),
        ("service", np.int32),
        ("capacity_teu", np.int32),
        ("load_limit_kg", np.int32),
        ("wagon_kg", np.int32),
        ("wagon_dm", np.int32),
        ("n_wagons", np.int16),
        ("wagon_type", np.int16),
    ],
    align=True,
)
"""What the kernel reads of a train; its boxes are ``order[first_box:end_box]``.

`load_limit_kg` bounds the boxes of the whole train, `wagon_kg` those of one platform.
"""

ORDER_DTYPE = np.dtype([("visit", np.int32), ("wagon", np.int16)], align=True)
"""A box of a train with its wagon, or (wagon −1) one that a truck brings or of the initial yard."""

OUTAGE_DTYPE = np.dtype(
    [("begins_ms", np.int64), ("ends_ms", np.int64), ("machine", np.int32)], align=True
)
"""A machine is out of work; sorted by begin, and those of one machine do not touch."""
