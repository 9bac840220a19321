"""Queues with a known answer, played through the kernel: `queueing/gold.csv` row by row.

The gate is the queue (tandem rows: gate in, yard machine, gate out). Thirty replications; an
interval has to cover the closed form, at a level shared out over all rows (Bonferroni), so that a
correct kernel passes the whole table nineteen times in twenty. The same rows with service a tenth
slower must fail: a check that cannot fail proves nothing.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from keruen import draws
from keruen.domain import tables
from keruen.domain.codes import Event, Mode
from keruen.domain.results import TerminalRun
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import simulate

GOLD: Final = Path("..") / "shared" / "bench" / "queueing" / "gold.csv"
N_REPLICATIONS: Final = 30
N_TRUCKS: Final = 15_000
UNIT_MS: Final = 240_000
"""One unit of time of the table, in ms: long enough that rounding to ms is nothing."""
_WARM_UP: Final = 0.25
_NAME: Final = {"en": "queue", "ru": "очередь", "kk": "кезек", "zh": "队列"}
_STREAM_GAPS: Final = 900
_STREAM_BATCHES: Final = 901

Numbers = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table with what the kernel says."""

    model: str
    params: str
    metric: str
    gold: float
    mean: float
    half_width: float
    power_fails: bool
    """Whether the same row with service a tenth slower is refused."""

    @property
    def covers(self) -> bool:
        """Whether the interval holds the closed form."""
        return abs(self.mean - self.gold) <= self.half_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A row that the kernel cannot express, and why."""

    model: str
    params: str
    metric: str
    reason: str


def check_queues(
    gold: Path = GOLD, tell: Callable[[str], object] | None = None
) -> tuple[tuple[Row, ...], tuple[Skipped, ...]]:
    """Play every row that can be expressed; returns the rows and those that cannot be.

    Raises
    ------
    FileNotFoundError
        When the reference table is not beside the project.
    """
    wanted: dict[tuple[str, str], dict[str, float]] = {}
    skipped: list[Skipped] = []
    with gold.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            model, params, metric = line["model"], line["params"], line["metric"]
            reason = _reason_against(model, params)
            if reason:
                skipped.append(Skipped(model=model, params=params, metric=metric, reason=reason))
            else:
                wanted.setdefault((model, params), {})[metric] = float(line["value"])
    n_rows = sum(len(metrics) for metrics in wanted.values())
    rows: list[Row] = []
    for (model, params), metrics in wanted.items():
        if tell is not None:
            tell(f"{model} {params}")
        true = _samples(model, params, 1.0)
        slow = _samples(model, params, 1.1)
        for metric, value in metrics.items():
            mean, half_width = _interval(true[metric], n_rows)
            slow_mean, slow_half_width = _interval(slow[metric], n_rows)
            rows.append(
                Row(
                    model=model,
                    params=params,
                    metric=metric,
                    gold=value,
                    mean=mean,
                    half_width=half_width,
                    power_fails=abs(slow_mean - value) > slow_half_width,
                )
            )
    return tuple(rows), tuple(skipped)


def _reason_against(model: str, params: str) -> str:
    if model in ("M/M/c", "M^X/M/1"):
        return ""
    if model == "M/G/1":
        if params.endswith((";D", ";exp")):
            return ""
        return "a law whose tail is cut at 1/2048 has not this variance (conventions §3)"
    if model == "Jackson 4-node":
        if params.startswith(("gate_in", "yard", "gate_out")):
            return ""
        return "a truck does not visit the inspection: its box does"
    return {
        "M/M/c/K": "no truck is turned away at the gate: it waits",
        "closed M/M/c//N": "no machine of the terminal calls for repair after exponential work",
        "M/M/1 nonpreemptive priority": "the two classes come from different queues of machines",
    }[model]


def _parameters(params: str) -> Numbers:
    found: Numbers = {}
    for part in params.replace(": ", ";").split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found[name.strip()] = float(value)
    return found


def _samples(model: str, params: str, slowness: float) -> dict[str, NDArray[np.float64]]:
    """Every metric of every replication."""
    play = {"M/M/c": _mmc, "M/G/1": _mg1, "M^X/M/1": _batches, "Jackson 4-node": _tandem}[model]
    runs = [play(params, slowness, seed) for seed in range(1, N_REPLICATIONS + 1)]
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


def _interval(sample: NDArray[np.float64], n_rows: int) -> tuple[float, float]:
    t = float(stats.t.ppf(1 - 0.05 / n_rows / 2, len(sample) - 1))
    error = float(sample.std(ddof=1)) / math.sqrt(len(sample))
    # A rounding to whole milliseconds and the cut tail of the quantile tables (conventions §3).
    return float(sample.mean()), t * error + 1e-4 * abs(float(sample.mean()))


def _mmc(params: str, slowness: float, seed: int) -> Numbers:
    p = _parameters(params)
    law = _exponential(slowness / p["mu"])
    run, table = _play(_poisson(p["lam"], seed), seed, lanes=int(p["c"]), in_time=law)
    return _at_gate(run, table, p["lam"] * slowness / p["mu"] / p["c"])


def _mg1(params: str, slowness: float, seed: int) -> Numbers:
    p = _parameters(params)
    mean = p["ES"] * slowness
    law = _exponential(mean) if params.endswith(";exp") else f"{round(mean * UNIT_MS)} ms"
    run, table = _play(_poisson(p["lam"], seed), seed, lanes=1, in_time=law)
    return _at_gate(run, table, p["lam"] * mean)


def _batches(params: str, slowness: float, seed: int) -> Numbers:
    p = _parameters(params)
    mean = p["EX"]
    n = round(N_TRUCKS / mean)
    starts = _poisson(p["batch_rate"], seed, n)
    if "geometric" in params:
        u = draws.uniform_array(seed, _STREAM_BATCHES, np.arange(n))
        sizes = 1 + np.floor(np.log1p(-u) / math.log(1 - 1 / mean)).astype(np.int64)
    else:
        sizes = np.full(n, round(mean), np.int64)
    law = _exponential(slowness / p["mu"])
    run, table = _play(np.repeat(starts, sizes), seed, lanes=1, in_time=law)
    return _at_gate(run, table, p["batch_rate"] * mean * slowness / p["mu"])


def _tandem(params: str, slowness: float, seed: int) -> Numbers:
    """Gate in, yard machine and gate out one after the other: each a queue of its own (Burke)."""
    # The rates of the table are an hour's.
    hour = 3_600_000 / UNIT_MS
    slow = {"in": 1.0, "yard": 1.0, "out": 1.0}
    node = params.partition(":")[0].removeprefix("gate_")
    slow[node] = slowness
    run, table = _play(
        _poisson(20 / hour, seed),
        seed,
        lanes=2,
        in_time=_exponential(slow["in"] * hour / 12),
        machines__stacker__count=3,
        machines__stacker__cycle_time=_exponential(slow["yard"] * hour / 8),
        gate__n_lanes_out=1,
        gate__out_time=_exponential(slow["out"] * hour / 25),
    )
    arrived = _by_visit(run, Event.TRUCK_ARRIVED, 0)
    begun = {
        "in": _by_visit(run, Event.TRUCK_ENTERED, 1),
        "yard": _by_visit(run, Event.STACKED, 1),
        "out": _by_visit(run, Event.TRUCK_LEFT, 1),
    }
    ended = {
        "in": _by_visit(run, Event.TRUCK_ENTERED, 0),
        "yard": _by_visit(run, Event.STACKED, 0),
        "out": _by_visit(run, Event.TRUCK_LEFT, 0),
    }
    came = {"in": arrived, "yard": ended["in"], "out": ended["yard"]}[node]
    used = _after_warm_up(len(table))
    waits_h = (begun[node] - came)[used] / 3_600_000
    stays_h = (ended[node] - came)[used] / 3_600_000
    rate = 1 / (np.diff(np.sort(came)[used]).mean() / 3_600_000)
    load = {"in": 12 * 2, "yard": 8 * 3, "out": 25}[node]
    work_h = (ended[node] - begun[node])[used] / 3_600_000
    return {
        "Wq": float(waits_h.mean()),
        "L": float(stays_h.mean() * rate),
        "rho": float(work_h.mean() * rate / {"in": 2, "yard": 3, "out": 1}[node]),
        "lam": rate / load,
    }


def _exponential(mean_units: float) -> dict[str, str]:
    return {"law": "exponential", "mean": f"{mean_units * UNIT_MS} ms"}


def _poisson(rate: float, seed: int, n: int = N_TRUCKS) -> NDArray[np.int64]:
    """Arrival times of a Poisson process, ms."""
    gaps = -np.log1p(-draws.uniform_array(seed, _STREAM_GAPS, np.arange(n))) / rate * UNIT_MS
    return np.rint(np.cumsum(gaps)).astype(np.int64)


def _terminal(lanes: int, in_time: object, **changes: Any) -> Terminal:
    """A terminal that is nothing but a gate, unless the changes say otherwise."""
    words: dict[str, Any] = {
        "title": _NAME,
        "site_area": "1 ha",
        "tracks": {
            "handling": {"title": _NAME, "use": "handling", "count": 1, "useful_length": "500 m"},
            "reception": {"title": _NAME, "use": "reception", "count": 1, "useful_length": "500 m"},
        },
        "shunting": {
            "n_locomotives": 1,
            "inspection_time": "1 s",
            "placing_time": "1 s",
            "pulling_time": "1 s",
            "brake_test_time": "1 s",
        },
        "machines": {
            "gantry": {"title": _NAME, "kind": "gantry", "count": 1, "cycle_time": "1 s"},
            "stacker": {"title": _NAME, "kind": "reach_stacker", "count": 60, "cycle_time": "1 ms"},
            "tractor": {"title": _NAME, "kind": "tractor", "count": 1, "speed": "36 km/h"},
        },
        "blocks": {
            "a": {
                "title": _NAME,
                "kind": "laden",
                "n_bays": 64,
                "n_rows": 32,
                "n_tiers": 8,
                "machines": "stacker",
                "distance": "0 m",
            }
        },
        "gate": {
            "n_lanes_in": lanes,
            "n_lanes_out": 60,
            "in_time": in_time,
            "out_time": "1 ms",
            "drive_time": "0 s",
            "opens": "0 h",
            "open_time": "24 h",
            "weekday_shares": [1 / 7] * 7,
            "hour_shares": [1 / 24] * 24,
        },
        "n_inspection_slots": 1,
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        table = words
        for parent in parents:
            table = table[parent]
        table[last] = value
    return Terminal.model_validate(words)


def _play(
    arrivals_ms: NDArray[np.int64], seed: int, *, lanes: int, in_time: object, **changes: Any
) -> tuple[TerminalRun, Table]:
    table = tables.empty("container_visits", len(arrivals_ms))
    table["in_ms"] = arrivals_ms
    table["n_teu"] = 1
    table["in_mode"] = Mode.TRUCK
    table["out_mode"] = Mode.TRAIN
    table["in_train"] = table["out_train"] = -1
    table["entity"] = np.arange(len(table))
    run = simulate(
        _terminal(lanes, in_time, **changes),
        tables.empty("train_arrivals", 0),
        table,
        seed=seed,
        horizon_ms=int(arrivals_ms[-1]) + 3650 * 86_400_000 // 10,
        n_services=1,
    )
    return run, table


def _by_visit(run: TerminalRun, kind: Event, is_start: int) -> NDArray[np.int64]:
    """When an event was complete for each truck (or its work began)."""
    rows = run.trace[run.trace["kind"] == kind]
    rows = rows[np.argsort(rows["visit"])]
    times: NDArray[np.int64] = rows["time_ms"] - is_start * rows["busy_ms"]
    return times


def _after_warm_up(n: int) -> slice:
    return slice(int(n * _WARM_UP), n)


def _at_gate(run: TerminalRun, table: Table, load: float) -> Numbers:
    arrived = _by_visit(run, Event.TRUCK_ARRIVED, 0)
    begun = _by_visit(run, Event.TRUCK_ENTERED, 1)
    ended = _by_visit(run, Event.TRUCK_ENTERED, 0)
    used = _after_warm_up(len(table))
    waits = (begun - arrived)[used] / UNIT_MS
    stays = (ended - arrived)[used] / UNIT_MS
    # Little's law over the time in which the used trucks came.
    rate = (len(waits) - 1) / ((arrived[used][-1] - arrived[used][0]) / UNIT_MS)
    work = (ended - begun)[used] / UNIT_MS
    n_servers = round(float(work.mean()) * rate / load) or 1
    return {
        "rho": float(work.mean()) * rate / n_servers,
        "Pwait": float((waits > 0).mean()),
        "Wq": float(waits.mean()),
        "W": float(stays.mean()),
        "Wq95": float(np.quantile(waits, 0.95)),
        "Lq": float(waits.mean()) * rate,
        "L": float(stays.mean()) * rate,
    }


def rows_by_model(rows: tuple[Row, ...]) -> Iterator[tuple[str, int, int, int]]:
    """Model, rows, rows covered, rows refused with slower service."""
    for model in sorted({row.model for row in rows}):
        own = [row for row in rows if row.model == model]
        yield (
            model,
            len(own),
            sum(row.covers for row in own),
            sum(row.power_fails for row in own),
        )
