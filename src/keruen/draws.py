"""Random draws by key, not by sequence.

A draw is a pure function of ``(seed, stream, entity, k)``: adding a machine or changing a policy
shifts nobody else's luck, the order of calls does not matter, and the same source gives the same
bits interpreted, compiled and vectorised.

The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable
pseudorandom number generators", fig. 16), applied once for each part of the key.

Durations come from *quantile tables*: `TABLE_INTERVALS` + 1 integer milliseconds at equally spaced
probabilities, read piecewise linearly in integers. No `log` or `exp` is called when drawing, so
the bits do not depend on a maths library; a table is built once, in Python, and rounded to 1 ms.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from keruen.units import MS_PER_HOUR, MS_PER_SECOND

# One number for each independent source of luck. Never renumber: it changes every result. Gaps are
# room for later streams of the same stage: bookings, the terminal, the railway, quotes.
STREAM_BOOKING_READY: Final = 1
STREAM_BOOKING_SIZE: Final = 2
STREAM_BOOKING_MASS: Final = 3
STREAM_BOOKING_HOLD: Final = 4
STREAM_BOOKING_HOLD_TIME: Final = 5
STREAM_BOOKING_STAY: Final = 6
STREAM_BOOKING_HOUR: Final = 7
STREAM_BOOKING_OWNER: Final = 8
STREAM_PICKUP_HOUR: Final = 9
STREAM_BOOKING_DANGEROUS: Final = 10
STREAM_BOOKING_LONG_STAY: Final = 11
STREAM_TRAIN_DELAY: Final = 20
STREAM_TRAIN_TRANSIT: Final = 21
STREAM_CRANE: Final = 40
STREAM_YARD_MACHINE: Final = 41
STREAM_GATE: Final = 42
STREAM_SHUNTING: Final = 43
STREAM_INSPECTION: Final = 44
STREAM_SLOT: Final = 45
STREAM_DIRECT: Final = 46
STREAM_DUAL: Final = 47
STREAM_APPOINTMENT: Final = 48
STREAM_WAREHOUSE: Final = 49
STREAM_FAILURE: Final = 50
STREAM_REPAIR: Final = 51
STREAM_WIND: Final = 52
STREAM_WIND_TIME: Final = 53
STREAM_COLD: Final = 54
STREAM_BRINGING: Final = 55
STREAM_ROUTE: Final = 60
STREAM_RUNNING: Final = 61
STREAM_OTHER_TRAINS: Final = 62
STREAM_OTHER_PATH: Final = 63
STREAM_INTAKE: Final = 64
STREAM_BORDER_DWELL: Final = 65
STREAM_DISRUPTION: Final = 66
STREAM_DISRUPTION_LENGTH: Final = 67
STREAM_TURNAROUND: Final = 68
STREAM_WAGON_GROUP: Final = 69
STREAM_QUOTE_YEAR: Final = 80
STREAM_QUOTE_READY: Final = 81
STREAM_QUOTE_WAIT: Final = 82
STREAM_QUOTE_RUNNING: Final = 83
STREAM_QUOTE_GROUP: Final = 84
STREAM_QUOTE_DWELL: Final = 85
STREAM_TRAJECTORY: Final = 90
STREAM_TRAJECTORY_ORDER: Final = 91
STREAM_STRATUM: Final = 92
STREAM_IN_STRATUM: Final = 93
STREAM_APPRAISAL: Final = 94

TABLE_INTERVALS: Final = 256
"""Intervals of a quantile table; a table has one more entry than this."""

# All operands are uint64: with a plain int NumPy makes a float64 of a uint64, and Numba too, which
# loses the lower bits.
# 2**64 / golden ratio, odd: SplitMix64's increment; keys that follow one another lie far apart.
# Then the two multipliers of its finaliser.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
# Shifts: three of the finaliser; then the top 53 bits, which a float64 holds exactly, the top 32,
# and the top 8, which number the 256 intervals of a table.
_S27 = np.uint64(27)
_S30 = np.uint64(30)
_S31 = np.uint64(31)
_S11 = np.uint64(11)
_S32 = np.uint64(32)
_S56 = np.uint64(56)
_MASK_24 = np.uint64(0xFFFFFF)
_TWO_POW_MINUS_53 = 1.0 / 9007199254740992.0


@njit(inline="always")  # type: ignore[untyped-decorator]
def _mix(z: Any) -> Any:  # Any: scalars of Numba, of NumPy when interpreted
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


# Inlined, or it would be compiled for each mixture of widths that its keys come in.
@njit(inline="always")  # type: ignore[untyped-decorator]
def bits(seed: Any, stream: Any, entity: Any, k: Any) -> Any:  # Any: as in `_mix`
    """64 random bits for a key.

    Parameters
    ----------
    seed : int64, 0 ≤ seed < 2**63.
    stream : one of the numbers above: the kind of luck.
    entity : int64; whose luck it is.
    k : int64; the how-many-th draw of this kind for this entity, not negative.

    Returns
    -------
    uint64, all values alike; scalar, or broadcast when arrays are given.

    Notes
    -----
    With m the finaliser of SplitMix64 and g its increment, modulo 2**64::

        bits = m(m(m(seed·g + stream) + entity·g) + k·g)

    Interpreted scalar use must run under ``numpy.errstate(over="ignore")``: the arithmetic is
    modulo 2**64 by intent. Arguments are untyped (Any): Numba compiles it for what it is given.
    """
    z = _mix(np.uint64(seed) * _GOLDEN + np.uint64(stream))
    z = _mix(z + np.uint64(entity) * _GOLDEN)
    return _mix(z + np.uint64(k) * _GOLDEN)


@njit(forceinline=True)  # type: ignore[untyped-decorator]
def millis_from(table: Any, random_bits: Any) -> Any:  # Any: as in `bits`
    """Read a quantile table at 64 random bits.

    Parameters
    ----------
    table : int64, shape (TABLE_INTERVALS + 1,), ms, ascending, each below 2**38.
    random_bits : uint64; the top 8 choose the interval, the next 24 the place in it.

    Returns
    -------
    int64 milliseconds.

    Notes
    -----
    value = t[i] + ⌊(t[i + 1] − t[i]) · part / 2**24⌋. A difference below 2**38 times 2**24 stays
    below 2**62, so it cannot overflow: hence the bound on the entries (conventions §5).
    """
    index = np.int64(random_bits >> _S56)
    part = np.int64((random_bits >> _S32) & _MASK_24)
    low = table[index]
    return low + (((table[index + 1] - low) * part) >> np.int64(24))


def bits_array(
    seed: int,
    stream: int,
    entities: NDArray[np.integer],
    k: int | NDArray[np.integer] = 0,
) -> NDArray[np.uint64]:
    """`bits` for many entities or draws at once, the same bits, without compiling anything.

    Parameters
    ----------
    seed : any integer; those from 0 to 2**63 − 1 agree with `bits`.
    stream, k : as for `bits`.
    entities : integers of any width and shape; broadcast with `k` where that is an array.

    Returns
    -------
    uint64, the shape of `entities`, or that of both.
    """
    entity = np.ascontiguousarray(entities).astype(np.uint64)
    with np.errstate(over="ignore"):
        head = np.uint64(seed % 2**64) * _GOLDEN + np.uint64(stream)
        z = _mix_array(np.full(entity.shape, head, np.uint64))
        z = _mix_array(z + entity * _GOLDEN)
        return _mix_array(z + np.asarray(k).astype(np.uint64) * _GOLDEN)


def _mix_array(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # In place but for the first step: most of the time went into fresh memory.
    z = z ^ (z >> _S30)
    z *= _MIX_1
    z ^= z >> _S27
    z *= _MIX_2
    z ^= z >> _S31
    return z


def uniform_array(
    seed: int, stream: int, entities: NDArray[np.integer], k: int = 0
) -> NDArray[np.float64]:
    """Uniform numbers, one for each entity.

    Parameters
    ----------
    seed, stream, entities, k : as for `bits_array`.

    Returns
    -------
    float64 in [0, 1), the shape of `entities`: multiples of 2**−53, so the same on every machine.
    """
    return (bits_array(seed, stream, entities, k) >> _S11).astype(np.float64) * _TWO_POW_MINUS_53


def millis_array(table: NDArray[np.int64], random_bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    """`millis_from` for many draws at once, the same milliseconds.

    Parameters
    ----------
    table : as for `millis_from`.
    random_bits : uint64, any shape.

    Returns
    -------
    int64 ms, the shape of `random_bits`.
    """
    index = (random_bits >> _S56).astype(np.int64)
    part = ((random_bits >> _S32) & _MASK_24).astype(np.int64)
    low = table[index]
    return low + (((table[index + 1] - low) * part) >> np.int64(24))


def text_key(text: str) -> int:
    """A stable 40-bit number for a name, to key draws by it.

    Python's own `hash` of a text differs from process to process. 40 bits leave room to number
    boxes behind the name in an int64; among 1000 names two are alike once in two million.

    Parameters
    ----------
    text : the name.

    Returns
    -------
    0 ≤ number < 2**40.
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=5).digest(), "big")


def time_of_day_millis(
    hour_shares: Sequence[float], uniform: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Whole seconds of a day by its hourly profile, in ms, at the quantiles `uniform`.

    Parameters
    ----------
    hour_shares : 24 shares, midnight first, none negative; any positive sum.
    uniform : in [0, 1), any shape.

    Returns
    -------
    int64 ms since midnight, the shape of `uniform`: even within each hour.
    """
    bounds = np.concatenate(([0.0], np.cumsum(hour_shares)))
    bounds /= bounds[-1]
    # A sum that was rounded to just below 1 must not make a 25th hour.
    hour = np.minimum(np.searchsorted(bounds, uniform, side="right") - 1, 23)
    within = (uniform - bounds[hour]) / (bounds[hour + 1] - bounds[hour])
    second = np.floor(within * 3600).astype(np.int64)
    times: NDArray[np.int64] = hour * MS_PER_HOUR + second * MS_PER_SECOND
    return times


def fixed_table(milliseconds: int) -> NDArray[np.int64]:
    """The table of a duration that is always the same.

    Parameters
    ----------
    milliseconds : ms, 0 ≤ milliseconds < 2**38.

    Returns
    -------
    int64 ms, shape (TABLE_INTERVALS + 1,).
    """
    return np.full(TABLE_INTERVALS + 1, milliseconds, np.int64)


def exponential_table(mean_ms: float) -> NDArray[np.int64]:
    """The table of an exponential duration, cut at probability 1 − 1/(8·TABLE_INTERVALS).

    Parameters
    ----------
    mean_ms : ms, positive.

    Returns
    -------
    int64 ms, shape (TABLE_INTERVALS + 1,), ascending.

    Notes
    -----
    Quantile at probability p: −mean · ln(1 − p). The last interval is stretched so that the table's
    own mean is `mean_ms` to within rounding.
    """
    p = _probabilities()
    return _matching_mean(-mean_ms * np.log1p(-p), mean_ms)


def lognormal_table(median_ms: float, p90_ms: float) -> NDArray[np.int64]:
    """The table of a lognormal duration given by its median and its 90th percentile.

    Parameters
    ----------
    median_ms : ms, positive.
    p90_ms : ms, above the median.

    Returns
    -------
    int64 ms, shape (TABLE_INTERVALS + 1,), ascending; cut at both ends as the exponential one.

    Notes
    -----
    σ = ln(p90 / median) / z₀.₉; quantile at probability p: median · exp(σ · z_p); mean: median ·
    exp(σ² / 2), which the table's own mean is made to be.
    """
    sigma = math.log(p90_ms / median_ms) / NormalDist().inv_cdf(0.9)
    z = np.array([0.0, *(NormalDist().inv_cdf(float(q)) for q in _probabilities()[1:])])
    values = median_ms * np.exp(sigma * z)
    values[0] = median_ms * math.exp(sigma * NormalDist().inv_cdf(1 / (8 * TABLE_INTERVALS)))
    return _matching_mean(values, median_ms * math.exp(sigma * sigma / 2))


def triangular_table(least_ms: float, mode_ms: float, most_ms: float) -> NDArray[np.int64]:
    """The table of a triangular duration.

    Parameters
    ----------
    least_ms, mode_ms, most_ms : ms, ascending, not negative; all equal: always the same.

    Returns
    -------
    int64 ms, shape (TABLE_INTERVALS + 1,), ascending.

    Notes
    -----
    With knee k = (mode − least) / (most − least), the quantile at p ≤ k is least + √(p · span ·
    (mode − least)), above it most − √((1 − p) · span · (most − mode)). Bounded at both ends, so
    nothing is cut, and the mean is right but for the chords of 256 intervals.
    """
    p = np.arange(TABLE_INTERVALS + 1) / TABLE_INTERVALS
    span = most_ms - least_ms
    if span <= 0:
        return fixed_table(round(least_ms))
    knee = (mode_ms - least_ms) / span
    rising = least_ms + np.sqrt(p * span * (mode_ms - least_ms))
    falling = most_ms - np.sqrt((1 - p) * span * (most_ms - mode_ms))
    return np.rint(np.where(p <= knee, rising, falling)).astype(np.int64)


def _probabilities() -> NDArray[np.float64]:
    p = np.arange(TABLE_INTERVALS + 1) / TABLE_INTERVALS
    # The quantile at 1 is infinite: the table ends an eighth of an interval before it.
    p[-1] = 1 - 1 / (8 * TABLE_INTERVALS)
    return p


def _matching_mean(values: NDArray[np.float64], mean: float) -> NDArray[np.int64]:
    """Round to ms and move the last entry so that the piecewise-linear mean is `mean`."""
    table = np.rint(values).astype(np.int64)
    without_last = float(table[1:-1].sum()) + float(table[0]) / 2
    last = 2 * (mean * TABLE_INTERVALS - without_last)
    # Never below the one before it: a table must ascend, also where rounding leaves nothing to add.
    table[-1] = max(round(last), int(table[-2]))
    return table
