"""One project of a list: its account, its indicators, its risk.

Knows coalitions through the years and draws; knows no other project but those that it requires.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.cash_flows import (
    Line,
    OwnLine,
    Payment,
    SideFlows,
    SplitUnknown,
    Yearly,
    accounts_of,
)
from keruen.appraisal.indicators import (
    RATES,
    benefit_cost_ratio,
    common_values,
    internal_rates,
    joint_value,
    late_share,
    own_value,
    present_value,
    switching_values,
)
from keruen.appraisal.optimism import outside_view
from keruen.appraisal.uncertainty import CommonDraws, FigureRange, risk_of
from keruen.scenario.projects import ListedProject
from keruen.study.appraising.choosing import joint_of
from keruen.study.appraising.results import (
    AccountLine,
    MissingWord,
    ProjectAppraisal,
    ValueAtRate,
)
from keruen.study.appraising.worth import BySide, CoalitionWorth

EFFECT = "effect"
REQUIRES = "requires"


def missing_of(projects: Mapping[str, ListedProject], key: str) -> tuple[MissingWord, ...]:
    """Why a project cannot be judged; empty where it can."""
    project = projects[key]
    found = [MissingWord(key=name) for name in sorted(project.missing)]
    if not project.effect and not project.benefits and not found:
        found.append(MissingWord(key=EFFECT))
    found += [
        MissingWord(key=REQUIRES, about=other)
        for other in sorted(project.requires)
        if missing_of(projects, other)
    ]
    return tuple(found)


def lines_of(worth: CoalitionWorth, key: str) -> tuple[Line, ...]:
    """Gains and costs of a project, with what it requires already there."""
    opening = worth.opening(key)
    needs = worth.closure(key)
    with_it, before = worth.yearly(needs), worth.yearly(needs - {key})
    zero = np.zeros(worth.period.n_years)
    gains = {
        name: with_it.get(name, zero) - before.get(name, zero)
        for name in sorted(with_it.keys() | before.keys())
    }
    lines = (*worth.rules.costs(key, opening), *worth.rules.lines(gains, sorted(needs)))
    return _gathered(lines)


def _gathered(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines of one name and the same parties as one."""
    heaps: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        place: tuple[str, ...] = (
            (line.key, line.party)
            if isinstance(line, OwnLine)
            else (line.key, line.payer, line.payee, repr(line.resource_share))
        )
        heaps.setdefault(place, []).append(line)
    found = []
    for place in sorted(heaps):
        amounts = np.sum([line.amounts for line in heaps[place]], axis=0)
        if np.any(amounts):
            found.append(replace(heaps[place][0], amounts=amounts))
    return tuple(found)


def account_lines(lines: tuple[Line, ...]) -> tuple[AccountLine, ...]:
    """Lines as plain numbers."""
    return tuple(
        AccountLine(
            key=line.key,
            party=line.party if isinstance(line, OwnLine) else line.payer,
            payee="" if isinstance(line, OwnLine) else line.payee,
            resource_share=None
            if isinstance(line, OwnLine) or line.resource_share is None
            else line.resource_share.value,
            amounts=tuple(line.amounts.tolist()),
        )
        for line in lines
    )


def appraised(
    worth: CoalitionWorth,
    key: str,
    both: tuple[CommonDraws, CommonDraws],
    found: ProjectAppraisal,
) -> ProjectAppraisal:
    """A project that can be judged, with everything that its own account says.

    Parameters
    ----------
    both : draws of all figures; the same figures, one after the other at their ends
        (`corner_draws`).
    found : what is known of it already.
    """
    draws, at_ends = both
    lines = lines_of(worth, key)
    accounts = accounts_of(lines, worth.period)
    rates = tuple(sorted({*RATES, worth.rate}))
    known = accounts if isinstance(accounts, SideFlows) else None
    joint = (
        (accounts.joint, accounts.joint)
        if isinstance(accounts, SideFlows)
        else (accounts.joint_low, accounts.joint_high)
    )
    project = worth.document.projects[key]
    ratios = [_ratio(lines, flows, worth.rate) for flows in joint]
    sides = drawn_of(worth, key, draws)
    return replace(
        found,
        opening=worth.opening(key),
        lines=account_lines(lines),
        unknown_prices=accounts.prices if isinstance(accounts, SplitUnknown) else (),
        curve=tuple(_at_rate(accounts, joint, rate) for rate in rates),
        own_rates=_own(worth, known) if known else None,
        eirr_low=internal_rates(joint[0]),
        eirr_high=internal_rates(joint[1]),
        bcr_low=ratios[0],
        bcr_high=ratios[1],
        late_share=late_share(known, worth.rate) if known else None,
        switching=switching_values(_line_worths(lines, worth.rate)),
        risk={
            "joint": risk_of(joint_of(sides)),
            "a": risk_of(sides["A"]),
            "b": risk_of(sides["B"]),
        },
        tornado=_tornado(at_ends.names, joint_of(drawn_of(worth, key, at_ends))),
        outside=outside_view(project.build_time_yr),
        others=_others(project),
        others_share=1.0 - project.own_share,
        first_in=float(np.mean(worth.present(worth.closure(key))))
        - float(np.mean(worth.present(worth.closure(key) - {key}))),
    )


def drawn_of(worth: CoalitionWorth, key: str, draws: CommonDraws) -> BySide:
    """ENPV of a project by side and draw, with what it requires already there."""
    later = {key: f"projects.{key}.build_time"}
    needs = worth.closure(key)
    with_it = worth.drawn_sides(needs, draws, later=later)
    before = worth.drawn_sides(needs - {key}, draws)
    costs = worth.drawn_costs(key, draws)
    return {account: with_it[account] - before[account] + costs[account] for account in costs}


def _others(project: ListedProject) -> Literal["valued", "not_valued", "none"]:
    if project.others_gain is not None:
        return "valued"
    return "not_valued" if project.own_share < 1 else "none"


def _at_rate(
    accounts: SideFlows | SplitUnknown, joint: tuple[Yearly, Yearly], rate: float
) -> ValueAtRate:
    if isinstance(accounts, SideFlows):
        values = common_values(accounts, rate)
        whole = joint_value(values).amount
        return ValueAtRate(
            rate=rate,
            a=values["A"].amount,
            b=values["B"].amount,
            third=values["third"].amount,
            joint_low=whole,
            joint_high=whole,
        )
    ends = sorted(present_value(flows, rate) for flows in joint)
    return ValueAtRate(rate=rate, a=None, b=None, third=None, joint_low=ends[0], joint_high=ends[1])


def _own(worth: CoalitionWorth, accounts: SideFlows) -> dict[str, float]:
    terms = worth.document.terms
    found: dict[str, float] = {}
    for side, rate in sorted(terms.own_rates.items() if terms else ()):
        found[str(side)] = own_value(accounts, side, rate).amount
    return found


def _costs(lines: tuple[Line, ...]) -> NDArray[np.float64]:
    spent = [line.amounts for line in lines if line.key in ("capital", "yearly")]
    return -np.sum(spent, axis=0) if spent else np.zeros(1)


def _ratio(lines: tuple[Line, ...], joint: NDArray[np.float64], rate: float) -> float | None:
    costs = _costs(lines)
    return benefit_cost_ratio(joint + costs, costs, rate)


def _line_worths(lines: tuple[Line, ...], rate: float) -> dict[str, float]:
    """What each line is worth to both sides together; of an unknown share all is used up."""
    worths: dict[str, float] = {}
    for line in lines:
        used = 1.0
        if isinstance(line, Payment):
            used = -(line.resource_share.value if line.resource_share else 1.0)
        value = used * present_value(line.amounts, rate)
        worths[line.key] = math.fsum((worths.get(line.key, 0.0), value))
    return {key: value for key, value in sorted(worths.items()) if value}


def corner_draws(ranges: Mapping[str, FigureRange]) -> CommonDraws:
    """Every figure at its value, then each in turn at its low and at its high end."""
    names = tuple(sorted(ranges))
    values = np.tile([ranges[name].value for name in names], (2 * len(names) + 1, 1))
    for place, name in enumerate(names):
        values[2 * place + 1, place] = ranges[name].low
        values[2 * place + 2, place] = ranges[name].high
    return CommonDraws(seed=0, names=names, values=values)


def _tornado(
    names: tuple[str, ...], joint: NDArray[np.float64]
) -> tuple[tuple[str, float, float], ...]:
    """Joint ENPV with one figure at its low and its high end, all others as stated."""
    found = [
        (name, float(joint[2 * place + 1]), float(joint[2 * place + 2]))
        for place, name in enumerate(names)
    ]
    wide = [one for one in found if one[1] != one[2]]
    return tuple(sorted(wide, key=lambda one: (-abs(one[1] - one[2]), one[0])))
