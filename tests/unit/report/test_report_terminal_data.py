"""What the pictures show is what the tables say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from keruen.domain import tables
from keruen.domain.codes import Storage
from keruen.report.chapters import terminal_data
from keruen.report.chapters.terminal_pictures import flow_picture
from keruen.study.results import Study
from made_up_studies import DAY, HOUR, scenario, study


def with_table(base: Study, name: str, rows: np.ndarray) -> Study:  # type: ignore[type-arg]
    """The study with one replication whose table is `rows`."""
    first = base.replications[0]
    return replace(base, replications=(replace(first, tables={**first.tables, name: rows}),))


def test_capacity_adds_the_blocks_of_a_kind(light: Study) -> None:
    """Capacity of a kind is bays × rows × tiers × 2 TEU over its blocks."""
    assert terminal_data.capacity_teu(light) == {
        Storage.LADEN: 2 * (40 * 8 * 4 + 20 * 6 * 4),
        Storage.EMPTY: 2 * 30 * 10 * 5,
        Storage.REEFER: 2 * 8 * 4 * 2,
    }


def test_heat_cells_are_means_over_the_days_of_a_week() -> None:
    """A cell is the mean occupancy at its hour over the days of its week; a short week counts."""
    base = study(scenario(days=30))
    hourly = tables.empty("hourly", 30 * 24)
    hourly["hour"] = np.arange(30 * 24)
    hourly["storage"] = Storage.REEFER
    hourly["occupied_teu"] = np.arange(30 * 24) // 24  # the day's number, at every hour
    cells, days = terminal_data.heat_cells(with_table(base, "hourly", hourly), Storage.REEFER)
    assert days == 7
    assert cells.shape == (24, 5)
    # Weeks hold days 0–6, 7–13, 14–20, 21–27 and 28–29; a reefer block of 128 TEU.
    assert cells[5] == pytest.approx(np.array([3, 10, 17, 24, 28.5]) / 128)


def test_a_short_study_has_a_column_for_each_day() -> None:
    """Below four weeks a column of the heat map is a day."""
    cells, days = terminal_data.heat_cells(study(scenario(days=3)), Storage.LADEN)
    assert days == 1
    assert cells.shape == (24, 3)


def test_the_largest_queue_of_a_day_is_averaged_over_replications() -> None:
    """Of each replication the day's largest number counts, of these the mean."""
    base = study(scenario(days=2), n_replications=2)
    replications = []
    for number, replication in enumerate(base.replications):
        hourly = tables.empty("hourly", 48)
        hourly["n_trucks"][[5, 30]] = (10 + 4 * number, 20)
        replications.append(replace(replication, tables={"hourly": hourly}))
    queues = terminal_data.largest_by_day(
        replace(base, replications=tuple(replications)), "n_trucks"
    )
    assert queues.tolist() == [12, 20]


def test_a_train_not_ready_counts_until_the_end() -> None:
    """A train without turnaround counts the time from its arrival to the end of measuring."""
    base = study(scenario(days=2))
    trains = tables.empty("train_results", 2)
    trains["arrival_ms"] = (DAY, 2 * DAY + 12 * HOUR)  # one day of warm-up
    trains["turnaround_ms"] = (5 * HOUR, -1)
    times = terminal_data.train_turnarounds(with_table(base, "train_results", trains), 0)
    assert times.tolist() == [5 * HOUR, 12 * HOUR]


def test_turn_time_is_queue_and_terminal_time() -> None:
    """A truck's turn time is the sum of its two parts, and the two errands are kept apart."""
    trucks = tables.empty("truck_results", 3)
    trucks["queue_ms"] = (1, 2, 4)
    trucks["terminal_ms"] = (10, 20, 40)
    trucks["is_delivery"] = (0, 1, 0)
    base = with_table(study(scenario(days=2)), "truck_results", trucks)
    assert terminal_data.truck_turn_times(base, is_delivery=False).tolist() == [11, 44]
    assert terminal_data.truck_turn_times(base, is_delivery=True).tolist() == [22]


def test_room_of_a_service_is_in_teu(light: Study) -> None:
    """Trains a year × wagons × TEU a wagon."""
    assert terminal_data.room_teu_per_year(light, "east") == pytest.approx(14 * 365 / 7 * 50 * 2)


def test_flows_are_scaled_to_a_year(light: Study) -> None:
    """Boxes of the measured time become boxes a year, as they came and leave."""
    found = {way.flow: way for way in terminal_data.flow_ways(light)}
    assert (found["kits"].in_service, found["kits"].out_service) == ("east", "")
    assert (found["parts"].in_service, found["parts"].out_service) == ("east", "west")
    assert found["kits"].boxes == pytest.approx(36_000, rel=1e-3)
    assert found["kits"].teu == pytest.approx(72_000, rel=1e-3)


def test_a_train_is_never_drawn_fuller_than_it_is(light: Study) -> None:
    """Beside a service stand the boxes it carries in this direction and how full its trains are."""
    picture = flow_picture(light, "en")
    assert picture is not None
    # In: kits and parts, (36 000 + 18 000) boxes of 2 TEU on 14 trains a week of 50 × 2 TEU.
    assert "148% full" in picture.svg
