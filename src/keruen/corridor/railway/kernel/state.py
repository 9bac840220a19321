"""What the railway's kernel works on: tables, and one record `r` that leads to them.

Knows columns; knows no rule of the railway. How long a table is says who makes it
(`corridor.railway.tables_of_run`): none grows, so nothing is allocated in a run. Every table that
is filled from row 0 on has its length in the record.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from keruen.compiled import reader

NOTHING: Final = -1
"""No row: the end of a list, a line that a box does not take, a line without a border."""

UNKNOWN_MS: Final = np.int64(-(1 << 62))
"""A time that has not come yet."""

NEVER_MS: Final = np.int64(1 << 52)
"""When a train that stands at a station will arrive, as far as anybody knows."""

MOMENTS: Final = (
    *("left_china", "at_border", "shifted", "other_gauge", "left_far", "at_port", "left_port"),
    *("at_border_back", "shifted_back", "other_gauge_back", "left_border", "ended"),
)
"""Moments of a journey; those of a box that does not have one stay `UNKNOWN_MS`. A box is `shifted`
when its turn has come at the border and on the crane that changes its gauge: the queue is behind
it, and the dwell begins."""

BOX_DTYPE: Final = np.dtype(
    [
        *((moment, np.int64) for moment in MOMENTS),
        ("ready_ms", np.int64),  # from when a truck may bring it; it leaves by train after that
        ("group_ms", np.int64),  # gathering or spreading in wagons of other trains
        ("stay_ms", np.int64),  # from its arrival at the dry port until its owner wants it
        ("fetched_ms", np.int64),  # when the truck that fetches it comes, since midnight
        ("teu", np.int32),
        ("mass_kg", np.int32),
        ("into_line", np.int32),
        ("out_line", np.int32),
        ("china_line", np.int32),
        ("visit", np.int32),  # row among the visits of the dry port
        ("next_loaded", np.int32),  # the box that was put on the same train after it
        ("by_truck", np.int8),  # a truck brings it
        ("is_fetched", np.int8),  # a truck fetches it
        ("is_gone", np.int8),  # refused, or gone another way
    ],
    align=True,
)
"""A booking. Lines of the dry port and of China are counted by themselves."""

LINE_DTYPE: Final = np.dtype(
    [
        ("n_usual", np.float64),  # trains of an average week
        ("is_port", np.int64),  # of the dry port, not of China
        ("border", np.int64),
        ("capacity_teu", np.int64),
        ("capacity_kg", np.int64),
        ("mean_ms", np.int64),  # running time without waiting
        ("layover_ms", np.int64),  # of its trains at the dry port
        ("first_slot", np.int64),
        ("n_slots", np.int64),
        ("first_section", np.int64),
        ("n_sections", np.int64),
        ("first_near", np.int64),  # running times of the first slot, in the order of the run
        ("first_back", np.int64),
        ("n_sets", np.int64),
        ("n_free", np.int64),  # sets of wagons at the far end
        ("first_due", np.int64),  # slots that are due and wait for wagons: from here …
        ("end_due", np.int64),  # … up to here, exclusive
        ("n_cancelled", np.int64),
        ("at_port_teu", np.int64),  # at the dry port, for its trains
        ("is_far_stopped", np.int64),  # nobody may begin a journey from its far end today
        ("is_near_stopped", np.int64),  # nobody may bring boxes for it to the dry port today
    ]
)
"""A line and what it has at a moment; those of the dry port come first."""

SLOT_DTYPE: Final = np.dtype(
    [
        ("scheduled_ms", np.int64),
        ("entity", np.int64),
        ("turnaround_ms", np.int64),
        ("dwell_ms", np.int64),
        ("back_dwell_ms", np.int64),
    ]
)
"""A train of the timetable: departure from the far end, key of its draws, and its draws."""

SECTION_DTYPE: Final = np.dtype(
    [("there", np.int64), ("back", np.int64), ("near_station", np.int64)]
)
"""A section of a line, from its far end on: its side of paths there and back, and the station at
its near end."""

STATION_DTYPE: Final = np.dtype([("n_tracks", np.int64), ("n_standing", np.int64)])
"""A station: tracks on which trains may be left standing, and trains that are meant for them."""

STAND_DTYPE: Final = np.dtype(
    [
        ("run", np.int64),
        ("station", np.int64),
        ("section", np.int64),  # the next one of its line
        ("from_ms", np.int64),  # when it comes there
        ("until_ms", np.int64),  # `UNKNOWN_MS`: it stands there still
    ]
)
"""A train that was left at a station, because the dry port was full."""

FULLNESS_DTYPE: Final = np.dtype([("time_ms", np.int64), ("is_full", np.int64)])
"""A midnight from which on the dry port takes no trains, or takes them again."""

RUNNING_DTYPE: Final = np.dtype([("ms", np.int64)])
"""Running time of a train over a section."""

SIDE_DTYPE: Final = np.dtype(
    [
        ("from_ms", np.int64),
        ("interval_ms", np.int64),
        ("first_path", np.int64),
        ("n_paths", np.int64),
        ("first_storm", np.int64),
        ("end_storm", np.int64),
    ]
)
"""A section in one direction: its paths from `from_ms` on, one in each interval, and its storms."""

PATH_DTYPE: Final = np.dtype([("is_taken", np.uint8)])
STORM_DTYPE: Final = np.dtype([("begins_ms", np.int64), ("ends_ms", np.int64)])

SERVER_DTYPE: Final = np.dtype(
    [("first_rate", np.int64), ("n_rates", np.int64), ("free_from", np.float64)]
)
"""What a border, or its cranes, take in: by a rate that changes. `free_from` is an amount."""

RATE_DTYPE: Final = np.dtype(
    [("edge_ms", np.int64), ("rate_per_ms", np.float64), ("done", np.float64)]
)
"""A rate from an edge to the next one, and the amount that was offered up to the edge."""

QUEUE_DTYPE: Final = np.dtype(
    [
        ("first_batch", np.int64),
        ("last_batch", np.int64),
        ("teu", np.int64),  # added and not taken; those of boxes that have gone until they are met
        ("patience_ms", np.int64),  # who is not taken so long after being ready goes another way
    ]
)
"""Boxes that wait for trains of one line at one place."""

BATCH_DTYPE: Final = np.dtype(
    [("next", np.int64), ("previous", np.int64), ("first", np.int64), ("end", np.int64)]
)
"""Boxes that came together: rows of `waiting`, by the time at which they are ready."""

WAITING_DTYPE: Final = np.dtype([("ready_ms", np.int64), ("box", np.int64)])

RUN_DTYPE: Final = np.dtype(
    [
        ("line", np.int64),
        ("slot", np.int64),
        ("is_away", np.int64),  # away from the dry port, or from the border into China
        ("scheduled_ms", np.int64),
        ("departure_ms", np.int64),
        ("arrival_ms", np.int64),
        ("path_wait_ms", np.int64),  # for train paths on the whole way
        ("first_wait_ms", np.int64),  # for the first of them
        ("first_box", np.int64),  # rows of `on_board`
        ("end_box", np.int64),
        ("first_passing", np.int64),  # rows of `passings`, one for each section
        ("is_standing", np.int64),
        ("has_come", np.int64),
    ]
)
"""A train from one end of its line to the other."""

ON_BOARD_DTYPE: Final = np.dtype([("box", np.int64)])

PASSING_DTYPE: Final = np.dtype(
    [
        ("run", np.int64),
        ("side", np.int64),
        ("waited_ms", np.int64),
        ("entered_ms", np.int64),
        ("left_ms", np.int64),
    ]
)
"""A train over a section."""

CROSSING_DTYPE: Final = np.dtype(
    [
        ("border", np.int64),
        ("is_to_china", np.int64),
        ("arrived_ms", np.int64),
        ("taken_in_ms", np.int64),
        ("n_boxes", np.int64),
    ]
)
"""A train before a border: when it came and was taken in, with how many boxes."""

SET_CHANGE_DTYPE: Final = np.dtype([("line", np.int64), ("time_ms", np.int64), ("step", np.int64)])
"""A set of wagons that became free (+1) or was taken (−1)."""

EVENT_DTYPE: Final = np.dtype([("time_ms", np.int64), ("order", np.int64), ("run", np.int64)])
"""See `events`."""

BEGIN_DTYPE: Final = np.dtype([("time_ms", np.int64), ("box", np.int64)])
"""When a journey is to begin, sorted."""

NUMBER_DTYPE: Final = np.dtype([("number", np.int64)])
"""A row of another table."""

TABLES: Final = {
    "boxes": BOX_DTYPE,
    "lines": LINE_DTYPE,
    "slots": SLOT_DTYPE,
    "sections": SECTION_DTYPE,
    "stations": STATION_DTYPE,
    "running": RUNNING_DTYPE,
    "sides": SIDE_DTYPE,
    "paths": PATH_DTYPE,
    "storms": STORM_DTYPE,
    "servers": SERVER_DTYPE,
    "rates": RATE_DTYPE,
    "queues": QUEUE_DTYPE,
    "batches": BATCH_DTYPE,
    "waiting": WAITING_DTYPE,
    "runs": RUN_DTYPE,
    "on_board": ON_BOARD_DTYPE,
    "passings": PASSING_DTYPE,
    "crossings": CROSSING_DTYPE,
    "set_changes": SET_CHANGE_DTYPE,
    "events": EVENT_DTYPE,
    "begins": BEGIN_DTYPE,
    "came": NUMBER_DTYPE,
    "by_truck": NUMBER_DTYPE,
    "stands": STAND_DTYPE,
    "fullness": FULLNESS_DTYPE,
}
"""Tables that the record leads to. `came`: runs that have come to the dry port; `by_truck`: boxes
that trucks bring to it, both in the order of time."""

FILLED: Final = (
    *("batches", "waiting", "runs", "on_board", "passings", "crossings", "set_changes"),
    *("events", "came", "by_truck", "stands", "fullness"),
)
"""Tables that are filled in a run; `n_` of each is in the record."""

NUMBERS: Final = (
    *("n_lines", "n_port", "n_begins", *(f"n_{name}" for name in FILLED)),
    *("is_port_full", "is_loading_banned", "ban_delay_ms", "n_known_at_origins"),
)
"""Numbers in the record `r`. `n_known_at_origins`: rows of `fullness` that have come to the ears of
those who load trains, `ban_delay_ms` after their time."""

box_at = reader(BOX_DTYPE)
line_at = reader(LINE_DTYPE)
slot_at = reader(SLOT_DTYPE)
section_at = reader(SECTION_DTYPE)
station_at = reader(STATION_DTYPE)
stand_at = reader(STAND_DTYPE)
fullness_at = reader(FULLNESS_DTYPE)
running_at = reader(RUNNING_DTYPE)
side_at = reader(SIDE_DTYPE)
path_at = reader(PATH_DTYPE)
storm_at = reader(STORM_DTYPE)
server_at = reader(SERVER_DTYPE)
rate_at = reader(RATE_DTYPE)
queue_at = reader(QUEUE_DTYPE)
batch_at = reader(BATCH_DTYPE)
waiting_at = reader(WAITING_DTYPE)
run_at = reader(RUN_DTYPE)
on_board_at = reader(ON_BOARD_DTYPE)
passing_at = reader(PASSING_DTYPE)
crossing_at = reader(CROSSING_DTYPE)
set_change_at = reader(SET_CHANGE_DTYPE)
event_at = reader(EVENT_DTYPE)
begin_at = reader(BEGIN_DTYPE)
number_at = reader(NUMBER_DTYPE)
