"""From a planned week to trains, departures and ways by name, as a scenario file writes them.

Knows arcs, flows and stations; knows no box.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from typing import Final

from keruen.corridor.plan.trains_of_ways import arc_head, chains_of
from keruen.corridor.plan.week_plan import WeekPlan
from keruen.domain.untyped import JsonTable

_SHARE_DIGITS: Final = 9
_MOST_KEY: Final = 40


def week_as_data(plan: WeekPlan) -> dict[str, dict[str, JsonTable]]:
    """The trains and routes of a planned week: tables that `scenario.week.Week` can be made of.

    Parameters
    ----------
    plan : the plan; where it has no timing, trains have no departures.

    Returns
    -------
    Tables ``trains`` and ``routes``; the amounts of each stream are taken apart into ways, the
    widest first, so that shares of one flow in one direction sum to what the design carries of it.
    """
    trains: dict[str, JsonTable] = {}
    for offer, n_trains, _, _ in plan.trains():
        weeks = plan.every_other_week(offer)
        key = _new_key(f"{offer.start}-{offer.end}", trains)
        trains[key] = {
            "start": offer.start,
            "end": offer.end,
            "trains_per_week": math.ceil(n_trains),
            "departures_ms": [f"{ms} ms" for ms in plan.departures_ms(offer)],
            **({} if weeks is None else {"every_other_week": weeks}),
        }
    counts: dict[str, int] = {}
    routes: dict[str, JsonTable] = {}
    for flow, stations, share in _routes(plan):
        stem = flow[:34]
        counts[stem] = counts.get(stem, 0) + 1
        key = f"{stem}-{counts[stem]}"
        routes[key] = {
            "flow": flow,
            "stations": stations,
            "share": round(share, _SHARE_DIGITS),
        }
    return {"trains": trains, "routes": routes}


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
    week = plan.week
    totals: dict[tuple[str, bool], float] = {}
    before = {offer.start for offer in week.offers if offer.kind == "crossing"}
    dispatch = {o.start for o in week.offers if o.kind == "block-train" and o.end in before}
    for stream in week.streams:
        side = stream.flow, stream.origin in dispatch
        totals[side] = totals.get(side, 0.0) + stream.teu
    for chain in chains_of(week, plan.design):
        stream = week.streams[chain.stream]
        total = totals[stream.flow, stream.origin in dispatch]
        stations = (stream.origin, *(arc_head(week, arc) for arc in chain.arcs))
        yield stream.flow, stations, chain.teu / total
