"""Differences between scenarios are short, readable and complete."""

from __future__ import annotations

from pathlib import Path

from keruen.scenario import diff, read
from scenarios import DROP, changed, write


def test_equal_scenarios_have_no_rows() -> None:
    """A scenario does not differ from itself, nor from a case that changes nothing."""
    assert diff(read("toy"), read("toy")) == ()
    assert diff(read("kostanay-hefei"), read("kostanay-hefei", cases=["bottom-up"])) == ()


def test_a_change_is_one_row_as_written(tmp_path: Path) -> None:
    """A changed figure shows both texts as their files write them; defaults show as values."""
    law = {"law": "triangular", "least": "1 d", "mode": "2 d", "most": "3 d"}
    other = changed(
        {
            "terminal.gate.in_time": law,
            "terminal.blocks.a.distance": "0.2 km",
            "demand.scale": 2.0,
            "flows.arrivals.customs": True,
            "note": "another reason",
        }
    )
    assert diff(read("toy"), read(write(tmp_path, other))) == (
        ("demand.scale", "1.0", "2.0"),
        ("flows.arrivals.customs", "false", "true"),
        ("terminal.blocks.a.distance", "100 m", "0.2 km"),
        ("terminal.gate.in_time", "1 min", "law triangular, least 1 d, mode 2 d, most 3 d"),
    )


def test_the_same_amount_in_another_unit_is_no_difference(tmp_path: Path) -> None:
    """100 m and 0.1 km are the same."""
    other = write(tmp_path, changed({"terminal.blocks.a.distance": "0.1 km"}))
    assert diff(read("toy"), read(other)) == ()


def test_entries_come_and_go(tmp_path: Path) -> None:
    """A flow that one side lacks is shown key by key, with nothing on the other side."""
    less = write(tmp_path, changed({"flows.departures": DROP}))
    rows = diff(read("toy"), read(less))
    assert rows
    assert all(path.startswith("flows.departures.") for path, _, _ in rows)
    assert all(after is None and before is not None for _, before, after in rows)
    assert ("flows.departures.boxes", "744 boxes/yr", None) in rows
    back = diff(read(less), read("toy"))
    assert [(path, old, new) for path, new, old in back] == list(rows)


def test_no_difference_means_the_same_digest() -> None:
    """Two cases with rows have different digests, and without rows the same."""
    base = read("kostanay-hefei")
    for case in ("bottom-up", "growth", "nameplate", "stage-2"):
        other = read("kostanay-hefei", cases=[case])
        assert (diff(base, other) == ()) == (base.digest == other.digest)
