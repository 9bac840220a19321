"""What must hold between projects, years, terms and the scenario that they change.

Knows keys, money units and weights; computes no value of a project. All is told at once, each with
its place.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from keruen.scenario.documents import nearest
from keruen.scenario.levers import OWN_MONEY
from keruen.scenario.models import Scenario
from keruen.scenario.projects import ListedProject, ListTerms, ProjectDocument, WeightsOfSide
from keruen.scenario.quantities import split_quantity
from keruen.scenario.reading import ScenarioReading, written

_SIDE_OF: Final[Mapping[str, str]] = {
    "akimat": "A",
    "company": "A",
    "shippers-a": "A",
    "ktz": "A",
    "budget-a": "A",
    "hefei": "B",
    "shippers-b": "B",
    "china-railway": "B",
    "budget-b": "B",
}
"""Whose budget a party draws on; third parties have none of the list's."""


def check_projects(
    reading: ScenarioReading,
    document: ProjectDocument,
    scenario: Scenario,
    works: Collection[str],
) -> None:
    """Note every broken rule in `reading`.

    Parameters
    ----------
    document : the projects that are sound in themselves.
    scenario : what they change.
    works : keys of what is built without a decision of the list.
    """
    investment = scenario.investment
    rates = {OWN_MONEY: 1.0, **document.rates, **(investment.rates if investment else {})}
    for key, project in sorted(document.projects.items()):
        _check_ties(reading, document, key, project)
        _check_project(reading, key, project)
    for place, text in _money(document):
        _check_rate(reading, place, text, rates)
    _check_claims(reading, document)
    for year, ahead in sorted(document.years.items()):
        for work in ahead.works:
            if work not in works:
                _complain_unknown(reading, f"years.{year}.works", work, "works", works)
    for key, way in sorted(document.other_ways.items()):
        _check_shares(reading, f"other_ways.{key}.paid_to", way.paid_to.values())
        if way.time_p90_ms < way.time_ms:
            reading.complain_at(f"other_ways.{key}.time_p90", "p90_below_median")
    if document.terms is not None:
        _check_terms(reading, document, document.terms, rates)


def _check_terms(
    reading: ScenarioReading,
    document: ProjectDocument,
    terms: ListTerms,
    rates: Mapping[str, float],
) -> None:
    _check_budgets(reading, document, terms, rates)
    for side, weights in sorted(terms.weights.items()):
        if not admits_weights(weights):
            reading.complain_at(f"terms.weights.{side}", "weights_admit_nothing")


def _check_project(reading: ScenarioReading, key: str, project: ListedProject) -> None:
    """What must hold within one project."""
    for year in sorted(project.capital):
        if int(year) < project.earliest:
            reading.complain_at(
                f"projects.{key}.capital.{year}", "capital_too_early", earliest=project.earliest
            )
    if project.capital:
        _check_shares(reading, f"projects.{key}.paid_by", project.paid_by.values())
    if project.is_judged and not project.effect and not project.benefits:
        reading.complain_at(f"projects.{key}", "nothing_to_judge", key=key)


def _check_ties(
    reading: ScenarioReading, document: ProjectDocument, key: str, project: ListedProject
) -> None:
    known = document.projects.keys()
    for name in ("requires", "excludes", "level_of"):
        tied = getattr(project, name)
        for other in (tied,) if isinstance(tied, str) else tied or ():
            if other not in known and not reading.is_left_out(f"projects.{other}"):
                _complain_unknown(reading, f"projects.{key}.{name}", other, "projects", known)
            elif name != "requires" and other == key:
                reading.complain_at(f"projects.{key}.{name}", "project_of_itself", key=key)
    for other in sorted(set(project.requires) & _excluded(document, key)):
        reading.complain_at(f"projects.{key}.requires", "requires_excluded", key=key, other=other)
    chain = _circle(document.projects, key)
    if chain:
        shown = " → ".join(chain)
        reading.complain_at(f"projects.{key}.requires", "requires_itself", key=key, chain=shown)


def _excluded(document: ProjectDocument, key: str) -> set[str]:
    """Projects beside which one cannot be built, whichever of the two says so."""
    own = set(document.projects[key].excludes)
    return own | {other for other, one in document.projects.items() if key in one.excludes}


def are_apart(document: ProjectDocument, one: str, other: str) -> bool:
    """Whether two projects are never built together: they exclude each other, or are two sizes.

    Parameters
    ----------
    one, other : keys of two projects.
    """
    sizes = {document.projects[key].level_of or key for key in (one, other)}
    return len(sizes) == 1 or other in _excluded(document, one)


def _circle(projects: Mapping[str, ListedProject], start: str) -> tuple[str, ...]:
    """The way on which a project requires itself; empty when it does not."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for other in projects[way[-1]].requires:
            if other == start:
                return (*way, start)
            if other in projects and other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()


def _check_shares(reading: ScenarioReading, place: str, shares: Iterable[float]) -> None:
    total = math.fsum(shares)
    if abs(total - 1) > 1e-9:  # rounding of shares that are written in per cent
        reading.complain_at(place, "shares_sum", total=round(total, 6))


def _money(document: ProjectDocument) -> Iterator[tuple[str, str]]:
    """Place and text of every sum of money."""
    for key, project in sorted(document.projects.items()):
        place = f"projects.{key}"
        for year, text in sorted(project.capital.items()):
            yield f"{place}.capital.{year}", text
        yield f"{place}.yearly", project.yearly
        if project.others_gain is not None:
            yield f"{place}.others_gain", project.others_gain
        for name, benefit in sorted(project.benefits.items()):
            yield f"{place}.benefits.{name}.amount", benefit.amount
    for side, text in sorted(document.terms.budgets.items() if document.terms else ()):
        yield f"terms.budgets.{side}", text


def _check_rate(
    reading: ScenarioReading, place: str, text: str, rates: Mapping[str, float]
) -> None:
    split = split_quantity(text)
    assert split is not None, "money that is none"
    if split[0] and split[1] not in rates:
        known = ", ".join(sorted(rates))
        reading.complain_at(place, "no_rate", value=split[1], known=known)


def _check_claims(reading: ScenarioReading, document: ProjectDocument) -> None:
    """One gain has one owner, or each side says that it means its own part only."""
    first_of: dict[str, tuple[str, str]] = {}
    for key, project in sorted(document.projects.items()):
        for name, benefit in sorted(project.benefits.items()):
            if benefit.apart:
                continue
            place = f"projects.{key}.benefits.{name}"
            side, other = first_of.setdefault(benefit.thing, (benefit.side, place))
            if other != place and side != benefit.side:
                shown = reading.place(other)
                reading.complain_at(place, "benefit_twice", thing=benefit.thing, other=shown)


def _check_budgets(
    reading: ScenarioReading,
    document: ProjectDocument,
    terms: ListTerms,
    rates: Mapping[str, float],
) -> None:
    """A budget pays for at least one of the projects that a side pays for."""
    for side, text in sorted(terms.budgets.items()):
        budget = in_own_money(text, rates)
        costs = {
            key: cost
            for key, project in sorted(document.projects.items())
            if (cost := _capital_of(project, side, rates)) is not None and cost > 0
        }
        if budget is None or not costs:
            continue
        cheapest = min(costs, key=lambda key: (costs[key], key))
        if budget < costs[cheapest]:
            reading.complain_at(
                f"terms.budgets.{side}",
                "budget_below_cheapest",
                value=text,
                project=cheapest,
                cost=f"{costs[cheapest]:.0f} {OWN_MONEY}",
            )


def _capital_of(project: ListedProject, side: str, rates: Mapping[str, float]) -> float | None:
    """What a side pays of the capital, in KZT of 2025; None where a currency has no rate."""
    share = math.fsum(
        part for party, part in sorted(project.paid_by.items()) if _SIDE_OF.get(party) == side
    )
    sums = [in_own_money(text, rates) for _, text in sorted(project.capital.items())]
    known = [amount for amount in sums if amount is not None]
    return share * math.fsum(known) if len(known) == len(sums) else None


def in_own_money(text: str, rates: Mapping[str, float]) -> float | None:
    """A sum as KZT of 2025; None where its currency has no rate.

    Examples
    --------
    >>> in_own_money("2 mln USD2025", {"USD2025": 500.0})
    1000000000.0
    """
    split = split_quantity(text)
    assert split is not None, "money that is none"
    amount, unit = split
    if amount == 0:
        return 0.0
    return amount * rates[unit] if unit in rates else None


def admits_weights(weights: WeightsOfSide) -> bool:
    """Whether any weights keep bounds and order and sum to 1.

    Notes
    -----
    The order first tightens the bounds: nobody's low end is below that of a lighter one, nobody's
    high end above that of a weightier one. Both ends then keep the order, and so does every mixture
    of them; one of these sums to 1 just when the low ends do not sum to more and the high ends not
    to less.
    """
    low = {key: bound.low for key, bound in weights.bounds.items()}
    high = {key: bound.high for key, bound in weights.bounds.items()}
    ranked = [key for key in weights.order if key in low]
    for lighter, heavier in zip(ranked[:0:-1], ranked[-2::-1], strict=True):
        low[heavier] = max(low[heavier], low[lighter])
    for heavier, lighter in itertools.pairwise(ranked):
        high[lighter] = min(high[lighter], high[heavier])
    if any(low[key] > high[key] for key in sorted(low)):
        return False
    margin = 1e-9  # of shares that are written in per cent
    return math.fsum(low.values()) <= 1 + margin and math.fsum(high.values()) >= 1 - margin


def _complain_unknown(
    reading: ScenarioReading, place: str, value: str, table: str, known: Collection[str]
) -> None:
    reading.complain_at(
        place, "no_such_id", value=written(value), table=table, nearest=nearest(value, known)
    )
