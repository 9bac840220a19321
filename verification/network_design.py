"""Network design against published instances: our solver, a plain model, and known optima."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import numpy as np

from keruen.corridor.plan.design import DesignProblem, solve
from keruen.corridor.plan.design.engine import Engine
from keruen.corridor.plan.design.model import build
from verification.tables import FINE, resume


def read_dow(path: Path) -> DesignProblem:
    """Read an instance of Crainic, Frangioni and Gendron's format; every commodity must go."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    n_nodes, n_arcs, n_commodities = map(int, lines[0].split())
    arcs = np.array([line.split()[:5] for line in lines[1 : 1 + n_arcs]], dtype=np.float64)
    rest = lines[1 + n_arcs : 1 + n_arcs + n_commodities]
    wanted = np.array([line.split()[:3] for line in rest], dtype=np.float64)
    return DesignProblem(
        n_nodes=n_nodes,
        tail=arcs[:, 0].astype(np.int64) - 1,
        head=arcs[:, 1].astype(np.int64) - 1,
        flow_cost=arcs[:, 2],
        capacity=arcs[:, 3],
        fixed_cost=arcs[:, 4],
        most_units=np.ones(n_arcs, dtype=np.int64),
        is_integer=np.ones(n_arcs, dtype=np.bool_),
        origin=wanted[:, 0].astype(np.int64) - 1,
        destination=wanted[:, 1].astype(np.int64) - 1,
        amount=wanted[:, 2],
        unserved_price=np.full(n_commodities, np.inf),
    )


def solve_plain(
    problem: DesignProblem, seconds: float, n_threads: int
) -> tuple[float, float, float]:
    """The arc-flow model without anything of ours, same solver: objective, bound, seconds."""
    model = build(problem)
    engine = Engine(model, model.upper, is_relaxed=False, n_threads=n_threads)
    answer = engine.run(seconds=seconds, gap=FINE)
    return answer.objective, answer.bound, answer.seconds


def compare(path: Path, known: float, seconds: float, n_threads: int) -> dict[str, str]:
    """One row of the table; the load is what the machine had to do, in processes."""
    problem = read_dow(path)
    started = time.perf_counter()
    plan = solve(problem, time_limit_s=seconds, gap=FINE, n_threads=n_threads)
    wall = time.perf_counter() - started
    load = os.getloadavg()[0]
    value, bound, plain_s = solve_plain(problem, seconds, n_threads)
    return {
        "instance": path.stem,
        "known": f"{known:.0f}",
        "value": f"{plan.objective:.0f}",
        "bound": f"{plan.bound:.1f}",
        "gap_percent": f"{100 * plan.gap:.3f}",
        "seconds": f"{wall:.1f}",
        "plain_value": f"{value:.0f}",
        "plain_gap_percent": f"{100 * (value - bound) / value:.3f}",
        "plain_seconds": f"{plain_s:.1f}",
        "load": f"{load:.1f}",
        "plain_load": f"{os.getloadavg()[0]:.1f}",
    }


def run_fixed_charge(bench: Path, table: Path, seconds: float, n_threads: int) -> None:
    """All instances; rows that stand in the table are not made again."""
    with (bench / "canad_literature_values.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    known = {row["instance"]: float(row["value_recalled_from_literature"]) for row in rows}
    folder = bench / "canad-cplus"
    resume(
        table, known, lambda name: compare(folder / f"{name}.dow", known[name], seconds, n_threads)
    )
