"""Queues whose answer is known in closed form, played through the terminal's kernel.

The gate is the queue: trucks bring boxes, a yard large enough takes them at once, and the waiting
time before the in-gate is compared with theory. Bounds are four standard errors of batch means, so
that a correct kernel fails about once in ten thousand seeds; the seeds are fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from keruen import draws
from keruen.domain.codes import Event
from keruen.domain.results import TerminalRun
from keruen.domain.tables import Table
from keruen.terminal import simulate
from keruen.units import MS_PER_MINUTE
from terminals import rows_of, terminal, trains, visits

N_TRUCKS = 16_000
SERVICE_MS = 4 * MS_PER_MINUTE
WIDE_YARD = {
    "blocks__a__n_bays": 100,
    "blocks__a__n_rows": 20,
    "blocks__a__n_tiers": 5,
    "machines__stacker__count": 60,
    "machines__stacker__cycle_time": "1 s",
    "gate__n_lanes_out": 60,
    "gate__drive_time": "1 s",
    "gate__out_time": "1 s",
}


def poisson_arrivals(rate_per_ms: float, seed: int) -> Table:
    """Trucks that bring one box each at the times of a Poisson process."""
    gaps = draws.exponential_table(1 / rate_per_ms)
    bits = draws.bits_array(seed, 99, np.arange(N_TRUCKS))
    table = visits(*[{"n_teu": 1} for _ in range(N_TRUCKS)])
    table["in_ms"] = np.cumsum(draws.millis_array(gaps, bits))
    return table


def play(table: Table, seed: int, **changes: object) -> TerminalRun:
    """The run of a terminal that is nothing but a gate."""
    return simulate(
        terminal(**{**WIDE_YARD, **changes}),
        trains(),
        table,
        seed=seed,
        horizon_ms=int(table["in_ms"].max()) + 10**9,
        n_services=1,
    )


def waits_ms(run: TerminalRun) -> NDArray[np.float64]:
    """Waiting time before the in-gate of each truck, in the order of arrival."""
    arrived = rows_of(run.trace, Event.TRUCK_ARRIVED)
    entered = rows_of(run.trace, Event.TRUCK_ENTERED)
    arrived = arrived[np.argsort(arrived["visit"])]
    entered = entered[np.argsort(entered["visit"])]
    waited = entered["time_ms"] - entered["busy_ms"] - arrived["time_ms"]
    return waited.astype(np.float64)


def assert_mean(sample: NDArray[np.float64], expected: float) -> None:
    """The mean of a correlated sample is as expected, by 30 batch means."""
    batches = sample[len(sample) // 20 :]
    batches = batches[: len(batches) // 30 * 30].reshape(30, -1).mean(axis=1)
    error = batches.std(ddof=1) / math.sqrt(30)
    assert abs(batches.mean() - expected) < 4 * error, "another mean than in theory"
    assert error < 0.2 * expected, "too noisy to prove anything"


def erlang_c_wait_ms(rate: float, service_ms: float, servers: int) -> float:
    """Mean wait in M/M/c (Erlang 1917; Kleinrock 1975, vol. 1, eq. 3.40)."""
    load = rate * service_ms
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last) * service_ms / (servers - load)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (2, 0.75), (4, 0.8)])
def test_gate_is_an_mmc_queue(servers: int, load: float) -> None:
    """Poisson trucks and exponential service wait as Erlang's formula says."""
    rate = load * servers / SERVICE_MS
    law = {"law": "exponential", "mean": f"{SERVICE_MS} ms"}
    run = play(poisson_arrivals(rate, 3), 4, gate__n_lanes_in=servers, gate__in_time=law)
    assert_mean(waits_ms(run), erlang_c_wait_ms(rate, SERVICE_MS, servers))


def test_the_check_fails_when_service_is_a_tenth_slower() -> None:
    """A wrong service time is noticed: the same check has the power to fail."""
    rate = 0.5 / SERVICE_MS
    slow = {"law": "exponential", "mean": f"{SERVICE_MS * 11 // 10} ms"}
    run = play(poisson_arrivals(rate, 3), 4, gate__in_time=slow)
    with pytest.raises(AssertionError, match="mean"):
        assert_mean(waits_ms(run), erlang_c_wait_ms(rate, SERVICE_MS, 1))


@pytest.mark.parametrize(
    ("law", "squared_variation"),
    [
        ({"law": "fixed", "value": f"{SERVICE_MS} ms"}, 0.0),
        (
            {
                "law": "triangular",
                "least": "0 s",
                "mode": f"{SERVICE_MS} ms",
                "most": f"{2 * SERVICE_MS} ms",
            },
            1 / 6,
        ),
    ],
    ids=["deterministic", "triangular"],
)
def test_gate_is_an_mg1_queue(law: dict[str, str], squared_variation: float) -> None:
    """Poisson trucks and any service wait as Pollaczek and Khinchine say.

    W = ρ (1 + c²) / (2 (1 − ρ)) · s (Kleinrock 1975, vol. 1, eq. 5.72).
    """
    load = 0.7
    run = play(poisson_arrivals(load / SERVICE_MS, 8), 1, gate__in_time=law)
    expected = load * (1 + squared_variation) / (2 * (1 - load)) * SERVICE_MS
    assert_mean(waits_ms(run), expected)


def test_littles_law_at_the_gate() -> None:
    """Trucks in the queue on average are arrivals a second times the wait, exactly, over a busy time.

    Integrated over a time that begins and ends with an empty queue the law holds for each path.
    """
    table = poisson_arrivals(0.8 / SERVICE_MS, 5)
    law = {"law": "exponential", "mean": f"{SERVICE_MS} ms"}
    run = play(table, 2, gate__in_time=law)
    waits = waits_ms(run)
    start = np.sort(table["in_ms"])
    events = np.concatenate([start, start + waits])
    steps = np.concatenate([np.ones(N_TRUCKS), -np.ones(N_TRUCKS)])
    by_time = np.argsort(events, kind="stable")
    span = np.diff(events[by_time])
    area = float((np.cumsum(steps[by_time])[:-1] * span).sum())
    total_ms = events.max() - events.min()
    assert area / total_ms == pytest.approx(N_TRUCKS / total_ms * waits.mean(), rel=1e-12)


def test_more_lanes_never_lengthen_any_wait() -> None:
    """In a FIFO queue with the same draws one lane more lengthens nobody's waiting."""
    table = poisson_arrivals(0.9 / SERVICE_MS, 6)
    law = {"law": "exponential", "mean": f"{SERVICE_MS} ms"}
    one = waits_ms(play(table, 2, gate__in_time=law, gate__n_lanes_in=1))
    two = waits_ms(play(table, 2, gate__in_time=law, gate__n_lanes_in=2))
    assert (two <= one).all()
    assert two.mean() < one.mean()


def test_gantry_cycle_is_deterministic() -> None:
    """With fixed times and tractors to spare a gantry lifts a box every cycle, without a gap."""
    boxes = [{"in_train": 0, "out_ms": 10**8} for _ in range(20)]
    run = simulate(
        terminal(machines__tractor__count=20, machines__stacker__count=10),
        trains(0),
        visits(*boxes),
        seed=1,
        horizon_ms=10**7,
        n_services=1,
    )
    lifted = rows_of(run.trace, Event.UNLOADED)["time_ms"]
    assert (np.diff(lifted) == 2 * MS_PER_MINUTE).all()
    assert lifted[0] == 17 * MS_PER_MINUTE
