"""What every figure is made of, as plain numbers: coalition-years, runs, the error of the cheap.

Knows values that were asked; computes no money of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from keruen.appraisal.interdependence import Coalition
from keruen.study.appraising.accounts import summed
from keruen.study.appraising.gains import YearGain
from keruen.study.appraising.groups import noise_of
from keruen.study.appraising.quantities import Quantities
from keruen.study.appraising.results import (
    CheapError,
    CoalitionYear,
    FlowBoxes,
    ValuedTwice,
    YearState,
)
from keruen.study.appraising.values import NOBODY
from keruen.study.appraising.worth import CoalitionWorth


def year_states(worth: CoalitionWorth) -> tuple[YearState, ...]:
    """The years in which the corridor was looked at, with the works that are done."""
    worlds = worth.values.worlds
    keys = worth.document.years
    return tuple(
        YearState(
            year=one.year,
            demand=one.value,
            demand_low=one.low,
            demand_high=one.high,
            works=tuple(title.en for title in worlds.at(NOBODY, one.year, one.value).works)
            or (tuple(keys[str(one.year)].works) if str(one.year) in keys else ()),
        )
        for one in worth.ahead
    )


def coalition_years(worth: CoalitionWorth) -> tuple[CoalitionYear, ...]:
    """Every coalition-year at the stated demand, then those that were played."""
    values = worth.values
    stated = {(one.year, one.value) for one in worth.ahead}
    found = []
    for built, year, demand in sorted(
        values.relaxations, key=lambda ask: (ask[1], ask[2], len(ask[0]), sorted(ask[0]))
    ):
        # Without a work that is built anyway: no coalition of the list.
        if (year, demand) not in stated or not built <= worth.document.projects.keys():
            continue
        quantities = values.relaxations[built, year, demand]
        found.append(
            _opened(built, (year, demand), [values.gain(built, year, demand)], [quantities])
        )
    own = values.worlds.own_year
    for built in sorted(values.played, key=lambda one: (len(one), sorted(one))):
        gains = values.run_gains(built)
        keys = values.run_keys[built]
        found.append(_opened(built, (own, 1.0), gains, values.played[built], keys))
    return tuple(found)


def _opened(
    built: Coalition,
    when: tuple[int, float],
    gains: Sequence[YearGain],
    quantities: Sequence[Quantities],
    runs: tuple[str, ...] = (),
) -> CoalitionYear:
    n = len(gains)
    whole = summed([gain.parts for gain in gains])
    amounts = np.array([gain.amount for gain in gains])
    mean = {
        name: math.fsum(one[name] for one in quantities) / n
        for name in sorted(quantities[0])
        if name.startswith(("flow|", "hours|"))
    }
    flows = sorted({tuple(name.split("|")[1:4]) for name in mean if name.startswith("flow|")})
    others: dict[str, float] = {}
    for gain in gains:
        for one in gain.after.carried:
            others[one.key] = others.get(one.key, 0.0) + one.boxes / n
        others[""] = others.get("", 0.0) + gain.after.not_carried / n
    return CoalitionYear(
        built=tuple(sorted(built)),
        year=when[0],
        demand=when[1],
        by="runs" if runs else "relaxation",
        flows=tuple(
            FlowBoxes(
                flow=flow,
                is_to_china=direction == "east",
                boxes=mean[f"flow|{flow}|{kind}|{direction}|boxes"],
                carried=mean[f"flow|{flow}|{kind}|{direction}|carried"],
            )
            for flow, kind, direction in flows
        ),
        hours_p50=mean["hours|p50"],
        hours_p90=mean["hours|p90"],
        other_ways={key: boxes for key, boxes in sorted(others.items()) if boxes},
        parts={name: amount / n for name, amount in whole.items()},
        amount=float(amounts.mean()),
        noise=noise_of(amounts),
        moved=math.fsum(gain.benefit.moved for gain in gains) / n,
        newly_carried=math.fsum(one.before.not_carried - one.after.not_carried for one in gains)
        / n,
        runs=runs,
    )


def cheap_error(worth: CoalitionWorth) -> CheapError:
    """How far the cheap value lies off the dear one, over every coalition that has both.

    A coalition that touches the dry port is left out: the relaxation does not know it.
    """
    values, own = worth.values, worth.values.worlds.own_year
    pairs = []
    for built in sorted(values.played, key=lambda one: (len(one), sorted(one))):
        if not built or built & values.of_port:
            continue
        dear = np.array([gain.amount for gain in values.run_gains(built)])
        pairs.append(
            ValuedTwice(
                built=tuple(sorted(built)),
                cheap=values.gain(built, own, 1.0).amount,
                dear=float(dear.mean()),
                noise=noise_of(dear),
            )
        )
    gaps = np.array([pair.cheap - pair.dear for pair in pairs])
    return CheapError(
        pairs=tuple(pairs),
        bias=float(gaps.mean()) if gaps.size else None,
        typical=float(np.median(np.abs(gaps))) if gaps.size else None,
        worst=float(np.abs(gaps).max()) if gaps.size else None,
    )
