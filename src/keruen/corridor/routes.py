"""From a designed week to trains and ways by name, as a scenario may also bring them.

Knows arcs, flows and stations; knows no box and no clock.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from keruen.corridor.week_plan import WeekPlan
from keruen.scenario.week import Route, Week, WeekTrain

_LEAST_TEU: Final = 1e-4
"""Smaller amounts are roundings of the solver."""
_SHARE_DIGITS: Final = 9
_MOST_KEY: Final = 40


def week_as_data(plan: WeekPlan) -> Week:
    """The trains and routes of a designed week.

    Parameters
    ----------
    plan : the design.

    Returns
    -------
    Week; the amounts of each stream are taken apart into ways, the widest first, so that shares of
    one flow in one direction sum to what the design carries of it.
    """
    trains: dict[str, WeekTrain] = {}
    for offer, n_trains, _, _ in plan.trains():
        key = _new_key(f"{offer.start}-{offer.end}", trains)
        trains[key] = WeekTrain(start=offer.start, end=offer.end, trains_per_week=n_trains)
    counts: dict[str, int] = {}
    routes = {}
    for flow, stations, share in _routes(plan):
        stem = flow[:34]
        counts[stem] = counts.get(stem, 0) + 1
        key = f"{stem}-{counts[stem]}"
        routes[key] = Route(flow=flow, stations=stations, share=round(share, _SHARE_DIGITS))
    return Week(trains=trains, routes=routes)


def _new_key(stem: str, used: Container[str]) -> str:
    """A key of at most forty characters that is not used yet."""
    key, n = stem[:_MOST_KEY].rstrip("-"), 1
    while key in used:
        n += 1
        end = f"-{n}"
        key = stem[: _MOST_KEY - len(end)].rstrip("-") + end
    return key


def _routes(plan: WeekPlan) -> Iterator[tuple[str, tuple[str, ...], float]]:
    """Flow, stations and share of the flow in its direction."""
    week, design = plan.week, plan.design
    totals: dict[tuple[str, bool], float] = {}
    before = {offer.start for offer in week.offers if offer.kind == "crossing"}
    dispatch = {o.start for o in week.offers if o.kind == "block-train" and o.end in before}
    for stream in week.streams:
        side = stream.flow, stream.origin in dispatch
        totals[side] = totals.get(side, 0.0) + stream.teu
    for n, stream in enumerate(week.streams):
        own = design.flow_commodity == n
        amounts = dict(
            zip(design.flow_arc[own].tolist(), design.flow_amount[own].tolist(), strict=True)
        )
        for stations, teu in _ways(plan, amounts, (stream.origin, stream.destination)):
            total = totals[stream.flow, stream.origin in dispatch]
            yield stream.flow, stations, teu / total


def _ways(
    plan: WeekPlan, amounts: dict[int, float], ends: tuple[str, str]
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Take the amounts on arcs apart into ways from end to end; changes `amounts`."""
    origin, destination = ends
    while True:
        way: list[int] = []
        at = origin
        while at != destination:
            leaving = [
                (-teu, arc)
                for arc, teu in amounts.items()
                if teu > _LEAST_TEU and _tail(plan, arc) == at and arc not in way
            ]
            if not leaving:
                return
            _, arc = min(leaving)
            way.append(arc)
            at = _head(plan, arc)
        teu = min(amounts[arc] for arc in way)
        for arc in way:
            amounts[arc] -= teu
        yield (origin, *(_head(plan, arc) for arc in way)), teu


def _tail(plan: WeekPlan, arc: int) -> str:
    offer = plan.week.offers[arc // 2]
    return offer.end if arc % 2 else offer.start


def _head(plan: WeekPlan, arc: int) -> str:
    offer = plan.week.offers[arc // 2]
    return offer.start if arc % 2 else offer.end
