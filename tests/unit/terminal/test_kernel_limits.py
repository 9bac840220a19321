"""What the kernel promises of itself: its size, and the order that the conventions print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keruen.terminal.kernel import SIZE_CLASSES, event_queue
from keruen.terminal.kernel.rows import ROW_MASK
from keruen.terminal.kernel.state import SizeClass, state_dtype

CONVENTIONS = Path(__file__).parents[3] / "docs" / "conventions.md"
each_class = pytest.mark.parametrize("size", SIZE_CLASSES, ids=lambda size: size.name)


@each_class
def test_the_state_fits_the_cache_of_a_core(size: SizeClass) -> None:
    """The state of every capacity class is under 4 MiB."""
    assert state_dtype(size).itemsize < 4 * 2**20


@each_class
def test_a_row_fits_the_subject_of_an_event(size: SizeClass) -> None:
    """Every row of every class has a number below the bits that hold its generation."""
    assert size.rows <= ROW_MASK + 1


def test_the_conventions_list_every_rank() -> None:
    """Conventions §2 gives each rank once, and the names of completions before those of arrivals."""
    section = CONVENTIONS.read_text(encoding="utf-8").split("## 2 ")[1].split("## 3 ")[0]
    ranks = {int(n): name for n, name in re.findall(r"(\d+) \| ([^|]+?) \|", section)}
    assert sorted(ranks) == list(range(event_queue.N_EVENTS))
    assert ranks[int(event_queue.GANTRY_DONE)] == "gantry done"
    assert ranks[int(event_queue.OUTAGE_ENDS)] == "outage ends"
    assert ranks[int(event_queue.TRAIN_DUE)] == "train due"
