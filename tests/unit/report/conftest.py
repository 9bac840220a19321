"""Studies that the tests of the report share: made once, because nothing changes them."""

from __future__ import annotations

import pytest

from keruen.study.results import Study
from made_up_corridor import made_up_week, packaged_network, with_corridor
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


@pytest.fixture(scope="session")
def railway() -> Study:
    """A case of two weeks whose railway ran by the made-up week."""
    return with_corridor(study(scenario(days=14)), packaged_network(), made_up_week())
