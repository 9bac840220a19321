"""What a year saves over all ways, by hand."""

from __future__ import annotations

import pytest

from keruen.appraisal.box_costs import PricedWay
from keruen.study.appraising.gains import OtherWays, gain_of

WAYS = OtherWays(
    ways=(
        PricedWay(key="terminals", cost=9000.0, capacity=20.0),
        PricedWay(key="road", cost=11000.0, capacity=10.0),
    ),
    km={},
    g_per_tkm={},
    kzt_per_usd=500.0,
    co2e_usd2025_per_t=0.0,
)


def year(carried: float) -> dict[str, float]:
    """A hundred imports, of which the railway carries some at 4 000 dollars."""
    place = "flow|kits|import|west"
    return {
        f"{place}|boxes": 100.0,
        f"{place}|carried": carried,
        f"{place}|days_usd": 0.0,
        f"{place}|own_usd": 4000.0 * carried,
        "import|usd|carriage-kz": 4000.0 * carried,
    }


@pytest.mark.parametrize(
    ("before", "after", "usd"),
    [
        (85, 95, 10 * (9000 - 4000)),  # the terminals have room for all that are left
        (75, 85, 5 * (11000 - 4000) + 5 * (9000 - 4000)),  # five leave the road, five the terminals
        (50, 60, 10 * (11000 - 4000)),  # no way has room for these ten: as if the road had
        (60, 50, -10 * (11000 - 4000)),
    ],
    ids=["room", "both", "no-room", "back"],
)
def test_places_on_the_railway_save_the_dearest_way_in_use(
    before: float, after: float, usd: float
) -> None:
    """The whole difference of cost, no half; also for boxes for which no way had room."""
    found = gain_of(year(before), year(after), WAYS)
    assert found.amount == pytest.approx(500 * usd)
    assert found.benefit.amount == pytest.approx(usd)


def test_boxes_without_a_way_are_counted() -> None:
    """Fifty of a hundred are left, and there is room for thirty."""
    assert gain_of(year(50), year(100), WAYS).before.not_carried == pytest.approx(20)
