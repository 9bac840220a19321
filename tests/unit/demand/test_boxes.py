"""What a box is given: size, mass, storage, hold, number; and the empties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keruen import demand
from keruen.demand import numbering
from keruen.demand.boxes import BoxGroup, group_key
from keruen.demand.empties import empty_groups
from keruen.domain.codes import Channel, Mode, Storage
from keruen.domain.iso6346 import is_valid
from keruen.domain.tables import Table
from keruen.errors import ScenarioError
from keruen.scenario.models import Scenario
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from terminals import terminal
from worlds import FLAT, world

MANY = "36500 boxes/yr"
N_MANY = 2800
"""Boxes of `MANY` in the four weeks of a plain world."""


def bookings(scenario: Scenario, seed: int = 1) -> Table:
    return demand.generate(scenario, seed).bookings


def close(found: float, share: float, n: int = N_MANY) -> bool:
    """A share of n draws within four standard errors."""
    return abs(found - share) < 4 * np.sqrt(share * (1 - share) / n)


def test_sizes_by_share() -> None:
    """Three of ten boxes are short; a code gives its TEU, its tare and its net load."""
    scenario = world(
        {"a": {"boxes": MANY, "sizes": {"45G1": 0.7, "22G1": 0.3}}},
        commodities={"goods": {"net_load_20": "10 t", "net_load_40": "15 t"}},
    )
    rows = bookings(scenario)
    is_short = rows["size_type"] == b"22G1"
    assert close(is_short.mean(), 0.3)
    assert set(rows["size_type"][~is_short]) == {b"45G1"}
    assert (rows["n_teu"] == np.where(is_short, 1, 2)).all()
    # 2 250 kg and 10 t; 3 900 kg and 15 t.
    assert (rows["gross_mass_kg"] == np.where(is_short, 12_250, 18_900)).all()


def test_mass_spreads_evenly() -> None:
    """20 t plus or minus a tenth in a box of 3.9 t is 21.9 to 25.9 t, 23.9 t on average."""
    goods = {"load_spread": "10 %"}
    gross_kg = bookings(world({"a": {"boxes": MANY}}, commodities={"goods": goods}))[
        "gross_mass_kg"
    ]
    assert 21_900 <= gross_kg.min() < 21_910
    assert 25_890 < gross_kg.max() <= 25_900
    # An even spread over 4 000 kg has a standard deviation of 4 000 / sqrt(12) kg.
    assert abs(gross_kg.mean() - 23_900) < 4 * 4000 / np.sqrt(12 * N_MANY)


def test_no_box_is_heavier_than_rated() -> None:
    """A spread beyond the rated mass stops at 30 480 kg."""
    goods = {"net_load_40": "25 t", "load_spread": "20 %"}
    gross_kg = bookings(world({"a": {"boxes": MANY}}, commodities={"goods": goods}))[
        "gross_mass_kg"
    ]
    # 3.9 + 25 (1 + 0.2 x) > 30.48 t for x > 0.316: a third of x in (-1, 1).
    assert gross_kg.max() == 30_480
    assert close((gross_kg == 30_480).mean(), 0.342)


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        ({}, Storage.LADEN),
        ({"is_reefer": True}, Storage.REEFER),
        ({"is_reefer": True, "dangerous_share": 1.0}, Storage.DANGEROUS),
        ({"net_load_20": "0 t", "net_load_40": "0 t"}, Storage.EMPTY),
        ({"net_load_20": "0 t", "net_load_40": "0 t", "dangerous_share": 1.0}, Storage.EMPTY),
    ],
)
def test_storage(goods: dict[str, Any], expected: Storage) -> None:
    """Dangerous goods go before cooled, cooled before laden; a box without goods is empty."""
    rows = bookings(world({"a": {}}, commodities={"goods": goods}))
    assert (rows["storage"] == expected).all()


def test_dangerous_share() -> None:
    """A quarter of the boxes is dangerous, whatever their size."""
    goods = {"dangerous_share": 0.25}
    scenario = world(
        {"a": {"boxes": MANY, "sizes": {"22G1": 0.5, "42G1": 0.5}}}, commodities={"goods": goods}
    )
    rows = bookings(scenario)
    is_dangerous = rows["storage"] == Storage.DANGEROUS
    assert close(is_dangerous.mean(), 0.25)
    is_short = rows["n_teu"] == 1
    assert close((is_dangerous & is_short).mean(), 0.125)


def test_customs_channels() -> None:
    """Of boxes that pass customs 10 % are red, 20 % yellow, 70 % green, each with its time."""
    rows = bookings(world({"a": {"boxes": MANY, "customs": True}}))
    for channel, share, hours in (
        (Channel.RED, 0.1, 3),
        (Channel.YELLOW, 0.2, 2),
        (Channel.GREEN, 0.7, 1),
    ):
        here = rows["channel"] == channel
        assert close(here.mean(), share)
        assert (rows["hold_ms"][here] == hours * MS_PER_HOUR).all()


def test_who_is_not_held() -> None:
    """A flow that does not pass customs is not held, and neither is an empty box."""
    rows = bookings(
        world(
            {"a": {}, "b": {"commodity": "none", "customs": True}},
            commodities={"goods": {}, "none": {"net_load_20": "0 t", "net_load_40": "0 t"}},
        )
    )
    assert (rows["channel"] == Channel.NONE).all()
    assert (rows["hold_ms"] == 0).all()


@pytest.mark.parametrize("customs", [False, True])
def test_laboratory(customs: bool) -> None:
    """Three of ten boxes wait for the laboratory, with customs or without."""
    goods = {"laboratory_share": 0.3, "laboratory_time": "2 d"}
    flows = {"a": {"boxes": MANY, "customs": customs}}
    rows = bookings(world(flows, commodities={"goods": goods}))
    sampled = rows["channel"] == Channel.LABORATORY
    assert close(sampled.mean(), 0.3)
    assert (rows["hold_ms"][sampled] == 2 * MS_PER_DAY).all()
    # The channels of the others keep their shares.
    others = rows[~sampled]
    red = (others["channel"] == Channel.RED).mean()
    assert close(red, 0.1, len(others)) if customs else red == 0


def test_stay_and_due() -> None:
    """A box is due away when it was ready and has stayed."""
    rows = bookings(world({"a": {"stay": "30 h"}, "b": {"kind": "export", "stay": "6 h"}}))
    stay_ms = np.where(rows["flow"] == 0, 30, 6) * MS_PER_HOUR
    assert (rows["stay_ms"] == stay_ms).all()
    assert (rows["due_ms"] == rows["ready_ms"] + stay_ms).all()


def test_bookings_are_in_order() -> None:
    """Bookings stand by ready time, at the same moment by flow."""
    rows = bookings(world({"a": {"kind": "export"}, "b": {}, "c": {}}))
    order = np.lexsort((rows["flow"], rows["ready_ms"]))
    assert (order == np.arange(len(rows))).all()
    assert rows["flow"][:2].tolist() == [1, 2]
    assert rows["ready_ms"][:2].tolist() == [0, 0]


def test_commodity_is_an_index_by_key() -> None:
    """Commodities are numbered by their sorted keys, not as written."""
    scenario = world(
        {"a": {"commodity": "zinc"}, "b": {"commodity": "apples"}},
        commodities={"zinc": {}, "apples": {}},
    )
    rows = bookings(scenario)
    assert (rows["commodity"] == np.where(rows["flow"] == 0, 1, 0)).all()


# --- numbers --------------------------------------------------------------------------------


def test_container_numbers_are_valid_and_different() -> None:
    """Every box has a number of its own, with a right check digit and a placeholder for an owner."""
    scenario = world({"a": {"boxes": MANY}, "b": {"boxes": MANY}, "c": {"boxes": MANY}})
    numbers = [number.decode() for number in bookings(scenario)["container_number"].tolist()]
    assert len(set(numbers)) == 3 * N_MANY
    assert all(is_valid(number) for number in numbers)
    assert {number[:2] + number[3] for number in numbers} == {"ZZU"}


def test_a_million_numbers_are_different() -> None:
    """The map from places to numbers is one to one, past the end as well."""
    numbers = numbering.container_numbers(numbering.N_NUMBERS - 300_000, 1_000_000)
    assert len(np.unique(numbers)) == 1_000_000


@pytest.mark.parametrize(
    ("keys", "counts", "expected"),
    [
        # Runs that do not meet begin at their keys, taken modulo all numbers.
        ([5, 26_000_100], [10, 10], {5: 5, 26_000_100: 100}),
        # The second begins where the first ends, in the order of keys.
        ([50, 45, 40], [10, 10, 10], {40: 40, 45: 50, 50: 60}),
        # One past the end pushes the first ones on.
        ([25_999_995, 2, 30], [10, 10, 10], {25_999_995: 25_999_995, 2: 5, 30: 30}),
        # Pushed past the end itself: it goes on behind its neighbour, modulo all numbers.
        ([25_999_990, 25_999_992], [20, 5], {25_999_990: 25_999_990, 25_999_992: 26_000_010}),
    ],
)
def test_runs_do_not_overlap(keys: list[int], counts: list[int], expected: dict[int, int]) -> None:
    """Runs of numbers begin where their keys say, and behind one another when they would meet."""
    assert numbering.first_places(keys, counts) == expected


# --- empties --------------------------------------------------------------------------------


def group(kind: str, boxes: float, sizes: dict[str, float], months: list[float]) -> BoxGroup:
    flow = world({"a": {"kind": kind}}).flows["a"]
    return BoxGroup(
        flow=flow,
        flow_index=0,
        key=group_key(f"{kind}{boxes}"),
        by_train=kind != "export",
        to_train=kind != "import",
        n_boxes_per_year=boxes,
        months=tuple(months),
        sizes=sizes,
    )


def streams(reuse_share: float, *groups: BoxGroup) -> dict[tuple[str, bool], float]:
    """(size-type, comes by train) → boxes a year."""
    scenario = world(
        {"e": {"kind": "empty", "sizes": {}, "boxes": "0 boxes/yr"}},
        demand__reuse_share=reuse_share,
    )
    return {
        (next(iter(found.sizes)), found.by_train): found.n_boxes_per_year
        for found in empty_groups(scenario, list(groups))
    }


def test_surplus_leaves_and_shortage_comes() -> None:
    """365 long boxes in and 100 out leave 265 empty; 50 short ones out need 50 empty ones."""
    imports = group("import", 365, {"45G1": 1.0}, FLAT)
    exports = group("export", 150, {"42G1": 2 / 3, "22G1": 1 / 3}, FLAT)
    transit = group("transit", 999, {"45G1": 1.0}, FLAT)
    found = streams(1.0, imports, exports, transit)
    assert found == {("45G1", False): pytest.approx(265), ("22G1", True): pytest.approx(50)}


@pytest.mark.parametrize(
    ("reuse_share", "leave", "come"),
    [(1.0, 265.0, 0.0), (0.2, 292.0, 27.0), (0.0, 365.0, 100.0)],
)
def test_reuse(reuse_share: float, leave: float, come: float) -> None:
    """Of 365 emptied boxes a fifth, 73, can be loaded again: 292 leave and 27 come for 100."""
    found = streams(
        reuse_share,
        group("import", 365, {"45G1": 1.0}, FLAT),
        group("export", 100, {"45G1": 1.0}, FLAT),
    )
    assert found.get(("45G1", False), 0) == pytest.approx(leave)
    assert found.get(("45G1", True), 0) == pytest.approx(come)


def test_kinds_do_not_stand_in_for_one_another() -> None:
    """A dry box is not loaded with meat or oil: cooled boxes and tanks have their own balance."""
    found = streams(
        1.0,
        group("import", 100, {"22G1": 1.0}, FLAT),
        group("export", 30, {"22R1": 1.0}, FLAT),
        group("export", 20, {"22T1": 1.0}, FLAT),
        group("export", 10, {"45R1": 1.0}, FLAT),
    )
    assert found == {
        ("22G1", False): 100,
        ("22R1", True): 30,
        ("22T1", True): 20,
        ("45R1", True): 10,
    }


def test_empties_follow_the_months_of_their_cause() -> None:
    """Missing boxes come when the exports leave, the surplus when the imports came."""
    january, july = [1.0] + [0.0] * 11, [0.0] * 6 + [1.0] + [0.0] * 5
    scenario = world({"e": {"kind": "empty", "sizes": {}, "boxes": "0 boxes/yr"}})
    found = empty_groups(
        scenario,
        [
            group("import", 10, {"22G1": 1.0}, january),
            group("export", 20, {"45G1": 1.0}, july),
        ],
    )
    assert {next(iter(f.sizes)): list(f.months) for f in found} == {"22G1": january, "45G1": july}


def test_empty_boxes_in_the_bookings() -> None:
    """One box a day in and none out: one a day comes back by truck and leaves empty by train."""
    empty = {"kind": "empty", "sizes": {}, "boxes": "0 boxes/yr", "commodity": "none"}
    none = {"net_load_20": "0 t", "net_load_40": "0 t"}
    scenario = world(
        {"a": {"customs": True}, "e": {**empty, "customs": True}},
        commodities={"goods": {"laboratory_share": 1.0, "laboratory_time": "1 d"}, "none": none},
    )
    rows = bookings(scenario)
    empties = rows[rows["flow"] == 1]
    assert len(empties) == 28
    assert (empties["in_mode"] == Mode.TRUCK).all()
    assert (empties["out_service"] == 0).all()
    assert (empties["storage"] == Storage.EMPTY).all()
    assert (empties["channel"] == Channel.NONE).all()
    assert (empties["gross_mass_kg"] == 3_900).all()


def test_without_a_flow_of_empties_there_are_none() -> None:
    """Who does not ask for empties gets none."""
    scenario = world({"a": {}})
    assert empty_groups(scenario, [group("import", 10, {"22G1": 1.0}, FLAT)]) == []


# --- bounds ---------------------------------------------------------------------------------


def test_a_slip_of_the_pen_is_refused() -> None:
    """Hundred million boxes a year are refused by name before memory is filled."""
    # 28 of 365 days: 7 671 233 boxes each.
    large = {"boxes": "100000000 boxes/yr"}
    with pytest.raises(ScenarioError) as caught:
        bookings(world({"a": large, "b": {}, "c": large}))
    found = {p.parameters["place"]: p.parameters["found"] for p in caught.value.problems}
    assert found == {"flows": 2 * 7_671_233 + 28, "flows.a": 7_671_233, "flows.c": 7_671_233}


def test_nothing_at_all() -> None:
    """A scenario whose flows carry nothing has an empty table, not an error."""
    rows = bookings(world({"a": {"boxes": "0 boxes/yr"}}))
    assert len(rows) == 0


def stays_days(**landside: Any) -> np.ndarray:
    """Days that boxes of a flow with a stay of ten days stay; no landside: none is given."""
    scenario = world({"a": {"boxes": MANY, "stay": "10 d"}})
    if landside:
        scenario = scenario.model_copy(update={"terminal": terminal(landside=landside)})
    return bookings(scenario)["stay_ms"] / MS_PER_DAY


def test_free_time_and_long_stayers() -> None:
    """Boxes wanted after ten days are fetched within three free ones; a quarter stays twenty longer."""
    assert set(stays_days()) == {10.0}
    assert set(stays_days(free_time="3 d")) == {3.0}
    assert set(stays_days(free_time="12 d")) == {10.0}
    stays = stays_days(free_time="3 d", long_stay_share=0.25, long_stay="20 d")
    assert set(stays) == {3.0, 23.0}
    assert close((stays == 23.0).mean(), 0.25)


def test_long_stayers_are_boxes_that_trucks_fetch() -> None:
    """Exports, and imports that a shuttle delivers, stay as their flow says."""
    scenario = world(
        {
            "out": {"kind": "export", "stay": "10 d"},
            "plant": {"delivery": "shuttle", "stay": "10 d"},
        }
    )
    landside = {"free_time": "3 d", "long_stay_share": 1.0, "long_stay": "20 d"}
    with_landside = scenario.model_copy(update={"terminal": terminal(landside=landside)})
    assert set(bookings(with_landside)["stay_ms"]) == {10 * MS_PER_DAY}
