"""Service network design in time: instances on a 60-minute grid with proved optima.

The reference counts as follows, found by reproducing its values: a commodity does not split; waiting
costs nothing; a commodity that no chain of arcs carries within its window is left out, free of
charge; times are whole hours (travel and release rounded up, due rounded down, as the files state).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.plan.design import DesignProblem, solve
from verification.tables import FINE, resume

Ints = NDArray[np.int64]


def _section(lines: list[str], first: int) -> tuple[NDArray[np.float64], int]:
    """The figures under a heading ``NAME,count``, and the line after them."""
    last = first + 1 + int(lines[first].split(",")[1])
    return np.array([line.split(",") for line in lines[first + 1 : last]], dtype=float), last


def _shortest(n_nodes: int, tail: Ints, head: Ints, hours: Ints) -> Ints:
    """Shortest hours between all nodes (Floyd and Warshall)."""
    found = np.full((n_nodes, n_nodes), 10**6)
    np.fill_diagonal(found, 0)
    np.minimum.at(found, (tail, head), hours)
    for node in range(n_nodes):
        found = np.minimum(found, found[:, [node]] + found[[node], :])
    return found


def read_continuous(path: Path) -> DesignProblem:
    """Expand an instance in time; a commodity may use only what keeps to its window."""
    lines = path.read_text(encoding="utf-8").splitlines()
    n_nodes = int(lines[0].split(",")[1])
    arcs, after = _section(lines, 1 + n_nodes)
    wanted, _ = _section(lines, after)
    start, end, hours = (arcs[:, i].astype(np.int64) for i in (1, 2, 6))
    start, end = start - 1, end - 1
    origin, destination, release, due = (wanted[:, i].astype(np.int64) for i in (1, 2, 4, 5))
    origin, destination = origin - 1, destination - 1
    near = _shortest(n_nodes, start, end, hours)
    n_hours = int(due.max()) + 1
    moving, leaves = np.divmod(np.arange(len(arcs) * n_hours), n_hours)
    waiting, since = np.divmod(np.arange(n_nodes * n_hours), n_hours)
    # A wait is an arc from a node to itself that takes an hour.
    tail, head = np.append(start[moving], waiting), np.append(end[moving], waiting)
    begins = np.append(leaves, since)
    ends = begins + np.append(hours[moving], np.ones_like(since))
    allowed = [
        np.flatnonzero(
            (begins >= release[k] + near[origin[k], tail])
            & (ends + near[head, destination[k]] <= due[k])
        )
        for k in range(len(wanted))
    ]
    used = np.unique(np.concatenate(allowed))
    free = np.zeros(len(waiting))

    def per_arc(column: int, else_: float = 0.0) -> NDArray[np.float64]:
        return np.append(arcs[moving, column], free + else_)[used]

    units = np.append(np.ceil(wanted[:, 3].sum() / arcs[moving, 5]), free)[used]
    has_way = release + near[origin, destination] <= due
    return DesignProblem(
        n_nodes=n_nodes * n_hours,
        tail=(tail * n_hours + begins)[used],
        head=(head * n_hours + ends)[used],
        flow_cost=per_arc(3),
        fixed_cost=per_arc(4),
        capacity=per_arc(5, np.inf),
        most_units=units.astype(np.int64),
        is_integer=np.ones(len(used), dtype=np.bool_),
        origin=origin * n_hours + release,
        destination=destination * n_hours + due,
        amount=wanted[:, 3],
        unserved_price=np.where(has_way, np.inf, 0.0),
        is_whole=np.ones(len(wanted), dtype=np.bool_),
        allowed_start=np.cumsum([0, *map(len, allowed)]),
        allowed_arc=np.searchsorted(used, np.concatenate(allowed)),
    )


def compare(path: Path, known: dict[str, str], seconds: float) -> dict[str, str]:
    """One row of the table."""
    plan = solve(read_continuous(path), time_limit_s=seconds, gap=FINE)
    # The reference stopped within a gap: an optimum lies between its bound and its value.
    slack = FINE * float(known["ub"]) + 0.5
    agrees = (
        plan.status == "optimal"
        and float(known["lb"]) - slack <= plan.objective <= float(known["ub"]) + slack
    )
    return {
        "instance": path.stem,
        "class": known["class"],
        "reference": known["ub"],
        "value": f"{plan.objective:.1f}",
        "bound": f"{plan.bound:.1f}",
        "seconds": f"{plan.seconds:.2f}",
        "status": plan.status,
        "agrees": "yes" if agrees else "no",
    }


def run_continuous(bench: Path, table: Path, seconds: float) -> None:
    """All instances, small first; rows that stand in the table are not made again."""
    with (bench / "ctsndp_ref.csv").open(encoding="utf-8") as source:
        rows = sorted(csv.DictReader(source), key=lambda one: (int(one["cols"]), one["instance"]))
    known = {Path(row["instance"]).stem: row for row in rows}
    folder = bench / "ctsndp-lc"
    resume(table, known, lambda name: compare(folder / f"{name}.txt", known[name], seconds))
