"""Keyed draws: the same key gives the same luck, and the luck is good."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from keruen import draws

pytestmark = pytest.mark.usefixtures("alone_in_the_cache")

MANY = np.arange(100_000)


def test_mixing_function_is_splitmix64() -> None:
    """The mixing function gives the published first output of SplitMix64 for seed 0."""
    mixed = draws._mix_array(np.array([0x9E3779B97F4A7C15], np.uint64))
    assert int(mixed[0]) == 0xE220A8397B1DCDAF


@pytest.mark.parametrize("key", [(0, 0, 0, 0), (1, 40, 7, 2), (2**62, 45, 399_999, 30)])
def test_scalar_and_vector_agree(key: tuple[int, int, int, int]) -> None:
    """One draw at a time and many at once give the same bits."""
    seed, stream, entity, k = key
    vector = draws.bits_array(seed, stream, np.array([entity]), k)[0]
    with np.errstate(over="ignore"):
        assert int(draws.bits(seed, stream, entity, k)) == int(vector)


def test_order_and_company_do_not_matter() -> None:
    """An entity's draw does not depend on which others are drawn, or in which order."""
    whole = draws.uniform_array(3, draws.STREAM_CRANE, MANY)
    part = draws.uniform_array(3, draws.STREAM_CRANE, MANY[::-7])
    assert (part == whole[::-7]).all()


@pytest.mark.parametrize("vary", ["entity", "k", "seed", "stream"])
def test_uniform_in_every_part_of_the_key(vary: str) -> None:
    """Draws are uniform whichever part of the key varies (Kolmogorov-Smirnov, 1 in 1000)."""
    n = 20_000
    if vary == "entity":
        sample = draws.uniform_array(1, 2, np.arange(n))
    else:
        keys = {"seed": 1, "stream": 2, "k": 3}
        values = []
        for i in range(n):
            keys[vary] = i
            draw = draws.uniform_array(keys["seed"], keys["stream"], np.array([5]), keys["k"])
            values.append(draw[0])
        sample = np.array(values)
    assert stats.kstest(sample, "uniform").pvalue > 0.001


def test_neighbours_are_independent() -> None:
    """Neighbouring entities and neighbouring draws of one entity are uncorrelated."""
    first = draws.uniform_array(9, 1, MANY, 0)
    again = draws.uniform_array(9, 1, MANY, 1)
    bound = 4 / np.sqrt(len(MANY))
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < bound
    assert abs(np.corrcoef(first, again)[0, 1]) < bound


@pytest.mark.parametrize(
    ("table", "mean_ms", "law"),
    [
        (draws.fixed_table(90_000), 90_000, None),
        (draws.exponential_table(180_000), 180_000, stats.expon(scale=180_000)),
        (
            draws.triangular_table(60_000, 90_000, 180_000),
            110_000,
            stats.triang(c=0.25, loc=60_000, scale=120_000),
        ),
        (
            draws.lognormal_table(120_000, 240_000),
            120_000 * np.exp((np.log(2) / stats.norm.ppf(0.9)) ** 2 / 2),
            stats.lognorm(s=np.log(2) / stats.norm.ppf(0.9), scale=120_000),
        ),
    ],
    ids=["fixed", "exponential", "triangular", "lognormal"],
)
def test_tables_follow_their_law(table: np.ndarray, mean_ms: float, law: object) -> None:
    """A quantile table has the mean of its law and its quantiles where the law has them."""
    middle = (table[1:] + table[:-1]) / 2
    assert middle.mean() == pytest.approx(mean_ms, rel=2e-3)
    assert (np.diff(table) >= 0).all()
    if law is not None:
        p = np.arange(1, draws.TABLE_INTERVALS) / draws.TABLE_INTERVALS
        assert table[1:-1] == pytest.approx(law.ppf(p), abs=1.0)  # type: ignore[attr-defined]


def test_drawn_durations_have_the_mean() -> None:
    """Durations drawn from a table have the mean of its law within four standard errors."""
    table = draws.exponential_table(100_000)
    drawn = draws.millis_array(table, draws.bits_array(5, 6, MANY))
    assert abs(drawn.mean() - 100_000) < 4 * drawn.std() / np.sqrt(len(MANY))


def test_scalar_reading_of_a_table() -> None:
    """Half way between two entries is their integer middle."""
    table = np.arange(draws.TABLE_INTERVALS + 1, dtype=np.int64) * 1000
    half_way = np.uint64((3 << 56) | (1 << 55))
    assert int(draws.millis_from(table, half_way)) == 3500
    assert draws.millis_array(table, np.array([half_way]))[0] == 3500
