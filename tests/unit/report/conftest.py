"""Studies that the tests of the report share: made once, because nothing changes them."""

from __future__ import annotations

import pytest

from keruen.study.results import Study
from made_up_studies import scenario, study


@pytest.fixture(scope="session")
def light() -> Study:
    """A case that holds."""
    return study(scenario(case_title="light"), load=0.5, boxes=90_000)


@pytest.fixture(scope="session")
def heavy() -> Study:
    """A case whose trains take too long and whose yard is too full."""
    return study(
        scenario(case_title="heavy", n_gantries=3), load=0.97, boxes=400_000, is_growing=True
    )
