"""Comparison: a difference is real only when the luck that both share does not explain it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from scipy import stats

from keruen import study
from keruen.domain.results import Difference
from keruen.errors import UsageError
from keruen.scenario import read
from keruen.scenario.world import PlannedWorld
from keruen.study.comparison import MEASURES, compare, holm
from keruen.study.intervals import p_value
from keruen.study.results import Comparison, Study

ODD = "truck_turn_time_ms_p90"


@pytest.fixture(scope="module")
def toy() -> Study:
    return study.run(read("toy"), replications=4)


def changed(one: Study, measure: str, values: Sequence[float]) -> Study:
    """The study with other values of one measure."""
    replications = tuple(
        replace(replication, measures={**replication.measures, measure: value})
        for replication, value in zip(one.replications, values, strict=True)
    )
    return replace(one, replications=replications)


def difference(found: Comparison, measure: str) -> Difference:
    (one,) = (one for one in found.differences if one.measure == measure)
    return one


@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 29, 400])
@pytest.mark.parametrize("t", [0.0, 0.01, -0.5, 1.0, 2.3, -5.0, 40.0])
def test_p_values_are_those_of_students_t(t: float, degrees: int) -> None:
    """The p-value agrees with an independent implementation to nine digits."""
    assert p_value(t, degrees) == pytest.approx(2 * stats.t.sf(abs(t), degrees), abs=1e-9)


def test_an_infinite_t_leaves_no_doubt() -> None:
    """Differences that are all equal and not 0 are no luck."""
    assert p_value(math.inf, 3) == 0.0


def test_holm_by_hand() -> None:
    """Sorted 0.01, 0.02, 0.04 become 3 × 0.01, 2 × 0.02 and 1 × 0.04, never falling."""
    assert holm({"b": 0.02, "c": 0.04, "a": 0.01}) == {"b": 0.04, "c": 0.04, "a": 0.03}
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}


def test_the_same_design_has_no_difference(toy: Study) -> None:
    """A design against itself is the same in every measure."""
    found = compare(toy, toy)
    assert found.n == 4
    assert {one.outcome for one in found.differences} == {"same"}
    assert {one.measure for one in found.differences} <= {*MEASURES}


@pytest.mark.parametrize(
    ("measure", "step", "outcome"),
    [
        (ODD, -60_000.0, "better"),
        (ODD, 60_000.0, "worse"),
        ("gantry_moves_per_h", 2.0, "better"),
        ("boxes_per_year", -500.0, "worse"),
        ("offered_per_year", 500.0, "higher"),
        ("offered_per_year", -500.0, "lower"),
    ],
)
def test_directions(toy: Study, measure: str, step: float, outcome: str) -> None:
    """Less time is better, more moves are, and more boxes offered is only more."""
    values = [r.measures[measure] + step + 0.01 * step * r.index for r in toy.replications]
    assert difference(compare(toy, changed(toy, measure, values)), measure).outcome == outcome


def test_pairs_see_what_means_do_not(toy: Study) -> None:
    """Luck that both designs share falls out: a small steady gain is real beside large swings."""
    swings = [100.0, 900.0, 400.0, 2_000.0]
    before = changed(toy, ODD, swings)
    after = changed(
        toy, ODD, [value - gain for value, gain in zip(swings, (9, 10, 11, 10), strict=True)]
    )
    one = difference(compare(before, after), ODD)
    assert one.outcome == "better"
    assert one.change.mean == -10
    # Unpaired, nobody could tell.
    assert stats.ttest_ind(swings, [v - 10 for v in swings]).pvalue > 0.9
    assert one.p_value == pytest.approx(
        stats.ttest_rel([91, 890, 389, 1990], swings).pvalue, abs=1e-9
    )


def test_luck_is_not_a_difference(toy: Study) -> None:
    """A change that goes either way is no real difference, and how many replications is told."""
    before = changed(toy, ODD, [100.0, 100.0, 100.0, 100.0])
    after = changed(toy, ODD, [90.0, 108.0, 94.0, 104.0])
    one = difference(compare(before, after), ODD)
    assert one.outcome == "unsure"
    assert one.n_needed is not None
    assert one.n_needed > 4
    # With so many pairs of this kind, the test that is asked would speak.
    spread = math.sqrt(sum((d + 1) ** 2 for d in (-10, 8, -6, 4)) / 3)
    tested = [d for d in compare(before, after).differences if d.first.mean or d.second.mean]
    assert len(tested) < len(compare(before, after).differences)
    level = 0.05 / len(tested)

    def shows(n: int) -> bool:
        return p_value(1 / (spread / math.sqrt(n)), n - 1) <= level

    assert shows(one.n_needed)
    assert not shows(one.n_needed - 1)


def test_many_measures_are_corrected_for(toy: Study) -> None:
    """What is just real alone is not when a dozen measures were looked at."""
    before = changed(toy, ODD, [100.0, 100.0, 100.0, 100.0])
    after = changed(toy, ODD, [93.0, 95.0, 98.0, 96.0])
    one = difference(compare(before, after), ODD)
    assert one.p_value < 0.05 < one.p_adjusted
    assert one.change.high < 0
    assert one.outcome == "unsure"


def test_the_longer_study_is_cut(toy: Study) -> None:
    """Replications without a partner are left out."""
    shorter = replace(toy, replications=toy.replications[:2])
    assert compare(toy, shorter).n == compare(shorter, toy).n == 2


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("seed", 2, "error.compare_seed"),
        ("days", 2, "error.compare_days"),
        ("version", "0", "error.compare_version"),
        ("commit", "0", "error.compare_version"),
        ("platform", "abacus", "error.compare_platform"),
    ],
)
def test_what_cannot_be_compared(toy: Study, name: str, value: object, key: str) -> None:
    """Another seed, length, version or platform is refused in one sentence."""
    other = replace(toy, provenance=replace(toy.provenance, **{name: value}))  # type: ignore[arg-type]
    with pytest.raises(UsageError) as refused:
        compare(toy, other)
    assert refused.value.key == key
    assert str(value) in str(refused.value)


def test_another_calendar_and_a_single_replication(toy: Study) -> None:
    """Another first day is another year's luck; one replication has no luck to tell apart."""
    calendar = toy.scenario.calendar.model_copy(update={"warm_up_ms": 86_400_000})
    changed = toy.scenario.model_copy(update={"calendar": calendar})
    other = replace(toy, world=PlannedWorld.of(changed))
    with pytest.raises(UsageError) as refused:
        compare(toy, other)
    assert refused.value.key == "error.compare_calendar"
    one = replace(toy, replications=toy.replications[:1])
    with pytest.raises(UsageError) as refused:
        compare(toy, one)
    assert refused.value.key == "error.compare_one_replication"
