"""The week as a plain arc-flow model: every stream may use every arc of the network.

Our planner gives each stream a column for each way that it may take. This model knows no ways: it
conserves flow at stations, as the literature writes service network design (Gendron, Crainic,
Frangioni 1999), and so checks that no useful way was forgotten and that plans cost what we say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.model import Rows, rows_of, stacked
from keruen.corridor.plan.design.problem import Flags, Floats, Ints
from keruen.corridor.plan.week_problem import WeekProblem, costs_of
from keruen.scenario.network import Network

_BROKEN: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcModel:
    """Columns: units of each offer, share of each stream on each arc, share of it left behind."""

    cost: Floats
    upper: Floats
    is_integer: Flags
    rows: Rows
    n_offers: int
    n_arcs: int
    amount: Floats
    capacity: Floats
    service: Ints

    @property
    def n_columns(self) -> int:
        """Number of the columns."""
        return len(self.cost)


def arc_model(network: Network, week: WeekProblem) -> ArcModel:
    """Write the week down without ways."""
    problem, offers, streams = week.problem, week.offers, week.streams
    n_offers, n_arcs, n_streams = len(offers), 2 * len(offers), len(streams)
    stations = sorted({key for offer in offers for key in (offer.start, offer.end)})
    node = {key: n for n, key in enumerate(stations)}
    ends = [(node[offer.start], node[offer.end]) for offer in offers]
    tail = np.array([pair[side] for pair in ends for side in (0, 1)])
    head = np.array([pair[1 - side] for pair in ends for side in (0, 1)])
    flow = n_offers + np.arange(n_streams * n_arcs).reshape(n_streams, n_arcs)
    left = n_offers + n_streams * n_arcs + np.arange(n_streams)
    every = np.arange(n_streams)
    origin = np.array([node[stream.origin] for stream in streams])
    destination = np.array([node[stream.destination] for stream in streams])
    first_row = every[:, None] * len(stations)
    right = np.zeros(n_streams * len(stations))
    right[first_row[:, 0] + origin], right[first_row[:, 0] + destination] = 1.0, -1.0
    conservation = rows_of(
        np.concatenate(
            (
                (first_row + tail).ravel(),
                (first_row + head).ravel(),
                first_row[:, 0] + origin,
                first_row[:, 0] + destination,
            )
        ),
        np.concatenate((flow.ravel(), flow.ravel(), left, left)),
        np.concatenate(
            (np.ones(flow.size), -np.ones(flow.size), np.ones(n_streams), -np.ones(n_streams))
        ),
        right,
        right,
    )
    limited = np.flatnonzero(np.isfinite(problem.arc_capacity))
    service = problem.arc_service
    has_service = service[limited] >= 0
    capacity = rows_of(
        np.concatenate(
            (np.repeat(np.arange(len(limited)), n_streams), np.flatnonzero(has_service))
        ),
        np.concatenate((flow[:, limited].T.ravel(), service[limited][has_service])),
        np.concatenate(
            (np.tile(problem.amount, len(limited)), -problem.arc_capacity[limited][has_service])
        ),
        np.full(len(limited), -np.inf),
        np.where(has_service, 0.0, problem.arc_capacity[limited]),
    )
    resources = rows_of(
        np.repeat(np.arange(len(problem.resource_limit)), np.diff(problem.resource_start)),
        problem.resource_service,
        problem.resource_use,
        np.full(len(problem.resource_limit), -np.inf),
        problem.resource_limit,
    )
    price = np.repeat(costs_of(network, offers, streams), 2, axis=1) * problem.amount[:, None]
    return ArcModel(
        cost=np.concatenate(
            (problem.unit_cost, price.ravel(), problem.unserved_price * problem.amount)
        ),
        upper=np.concatenate((problem.most_units, np.ones(flow.size + n_streams))).astype(float),
        is_integer=np.arange(n_offers + flow.size + n_streams) < n_offers,
        rows=stacked(conservation, capacity, resources),
        n_offers=n_offers,
        n_arcs=n_arcs,
        amount=problem.amount,
        capacity=problem.arc_capacity,
        service=service,
    )


def relaxed(model: ArcModel) -> Answer:
    """The relaxation, strengthened by the forcing rows that it breaks."""
    engine = Engine(model, model.upper, is_relaxed=True)
    answer = engine.run(seconds=np.inf)
    pairs = (model.service >= 0).sum() * len(model.amount)
    for _ in range(int(pairs)):
        stream, arc = _broken(model, answer.values)
        if not len(stream):
            break
        n, rows = len(stream), np.arange(len(stream))
        engine.add(
            rows_of(
                np.concatenate((rows, rows)),
                np.concatenate((model.n_offers + stream * model.n_arcs + arc, model.service[arc])),
                np.concatenate((np.ones(n), -_share(model)[stream, arc])),
                np.full(n, -np.inf),
                np.zeros(n),
            )
        )
        answer = engine.run(seconds=np.inf)
    return answer


def repriced(model: ArcModel, units: Ints) -> float:
    """What the week costs with these units and the best flows over any arcs."""
    engine = Engine(model, model.upper, is_relaxed=True)
    exact = units.astype(np.float64)
    engine.set_bounds(np.arange(model.n_offers), exact, exact)
    return engine.run(seconds=np.inf).objective


def _share(model: ArcModel) -> Floats:
    """The share of a stream that one unit carries, float64, shape (n_streams, n_arcs)."""
    return np.asarray(np.minimum(1.0, model.capacity[None, :] / model.amount[:, None]))


def _broken(model: ArcModel, values: Floats) -> tuple[Ints, Ints]:
    n, n_flows = model.n_offers, len(model.amount) * model.n_arcs
    flow = values[n : n + n_flows].reshape(len(model.amount), model.n_arcs)
    units = np.where(model.service >= 0, values[np.maximum(model.service, 0)], np.inf)
    stream, arc = np.nonzero(flow > _share(model) * units[None, :] + _BROKEN)
    return stream, arc
