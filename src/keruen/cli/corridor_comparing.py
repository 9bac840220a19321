"""`keruen corridor compare`: the planned weeks of two designs side by side, and the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from keruen import scenario as scenarios
from keruen.cli.corridor_planning import limited, planned
from keruen.cli.options import stacked
from keruen.cli.printing import print_table, print_title
from keruen.errors import UsageError
from keruen.i18n import listing, number, share, text
from keruen.scenario import Scenario
from keruen.scenario.name_lookup import stations_between
from keruen.scenario.network import Network
from keruen.study.limits import check_search

if TYPE_CHECKING:
    from keruen.cli.corridor_commands import TwoWeeksOptions
    from keruen.study.plan import Served, WeekPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of the two designs with its plan."""

    label: str
    scenario: Scenario
    network: Network
    plan: WeekPlan


def compare_weeks(asked: TwoWeeksOptions) -> int:
    """Plan the average week twice and print both with the difference."""
    check_search(asked.seconds, asked.gap_percent)
    designs = (
        (stacked(asked.case), tuple(asked.overrides)),
        (stacked(asked.against), tuple(asked.against_overrides)),
    )
    if set(designs[0][0]) == set(designs[1][0]) and designs[0][1] == designs[1][1]:
        raise UsageError("error.compare_same")
    # Both are read before either is planned: a slip in the second costs no minutes.
    read = [scenarios.read(asked.scenario, changes, cases) for cases, changes in designs]
    sides = []
    for letter, scenario in zip("AB", read, strict=True):
        if scenario.network is None:
            raise UsageError("error.no_network", name=asked.scenario)
        plan = planned(scenario, (asked.seconds, asked.gap_percent))
        sides.append(_Side(label=letter, scenario=scenario, network=scenario.network, plan=plan))
    _print(sides[0], sides[1], asked.language)
    return 0


def _print(one: _Side, other: _Side, language: str) -> None:
    def say(key: str, **facts: Any) -> str:
        return text(f"quote.{key}", language, **facts)

    print_title(say("weeks_title", name=one.scenario.name))
    for side in (one, other):
        changes = ", ".join(side.scenario.overrides)
        named = f"{side.scenario.case}, {changes}" if changes else side.scenario.case
        typer.echo(f"{side.label}  {named}")
    typer.echo("")
    change = say("weeks_change")
    _table([say("weeks_trains"), "A", "B", change], _trains(one, other, language))
    _table([say("weeks_borders"), "A", "B", change], _borders(one, other, language))
    heads = [text(f"plan.column_{name}", language) for name in ("flow", "served", "cost")]
    heads += [text(f"plan.column_{name}", language) for name in ("days", "co2e")]
    _table(heads, _flows(one, other, language))
    for sentence in _sentences(one, other, language):
        _say(sentence)


def _trains(one: _Side, other: _Side, language: str) -> list[Sequence[str]]:
    """Block trains a week, each way, by service."""
    counts: list[dict[tuple[str, str], int]] = [
        {(offer.start, offer.end): n for offer, n, _, _ in side.plan.trains()}
        for side in (one, other)
    ]
    rows: list[Sequence[str]] = []
    for start, end in sorted(counts[0].keys() | counts[1].keys()):
        first, second = (count.get((start, end), 0) for count in counts)
        name = stations_between(one.network, start, end, language)
        rows.append((name, str(first), str(second), _change(second - first, language)))
    return rows


def _borders(one: _Side, other: _Side, language: str) -> list[Sequence[str]]:
    """The share of each border in all TEU that cross, both ways."""
    shares = []
    for side in (one, other):
        teu = {offer.border: there + back for offer, there, back in side.plan.crossings()}
        whole = max(sum(teu.values()), 1e-9)
        shares.append({key: amount / whole for key, amount in teu.items()})
    rows: list[Sequence[str]] = []
    for key in sorted(shares[0].keys() | shares[1].keys()):
        first, second = (shares_of_side.get(key, 0.0) for shares_of_side in shares)
        name = one.network.borders[key].title.in_language(language)
        points = _change(100 * (second - first), language)
        rows.append((name, share(first, language), share(second, language), points))
    return rows


def _flows(one: _Side, other: _Side, language: str) -> list[Sequence[str]]:
    """What each flow gets: share carried, dollars, days and CO2e of a box."""
    served = [{flow.flow: flow for flow in side.plan.served()} for side in (one, other)]
    rows: list[Sequence[str]] = []
    for key in sorted(served[0].keys() | served[1].keys()):
        pair = [by_flow.get(key) for by_flow in served]
        flows = one.scenario.flows if key in one.scenario.flows else other.scenario.flows
        rows.append(
            (
                flows[key].title.in_language(language),
                _pair([share(s.share, language) if s else "–" for s in pair]),
                _pair([_figure(s, "usd2025_per_box", language) for s in pair]),
                _pair([_figure(s, "days", language, 1) for s in pair]),
                _pair([_figure(s, "co2e_kg_per_box", language) for s in pair]),
            )
        )
    return rows


def _figure(served: Served | None, name: str, language: str, digits: int = 0) -> str:
    if served is None or served.share <= 0:
        return "–"
    return number(getattr(served, name), language, digits)


def _pair(values: Sequence[str]) -> str:
    return values[0] if values[0] == values[1] else f"{values[0]}→{values[1]}"


def _change(value: float, language: str) -> str:
    if abs(value) < 0.5:
        return "="
    return ("+" if value > 0 else "") + number(value, language)


def _sentences(one: _Side, other: _Side, language: str) -> Iterable[str]:
    """What differs, in words, and how certain it is."""

    def say(key: str, **facts: Any) -> str:
        return text(f"quote.{key}", language, **facts)

    first, second = one.plan.design, other.plan.design
    change = second.objective - first.objective
    is_certain = second.objective < first.bound or first.objective < second.bound
    yield say(
        "weeks_cost",
        first=first.objective,
        second=second.objective,
        change=_change(change, language),
    )
    yield say(
        "weeks_certain" if is_certain else "weeks_uncertain", first=first.gap, second=second.gap
    )
    yield say("weeks_unserved", first=one.plan.unserved_share, second=other.plan.unserved_share)
    bound = [
        {limited(side.network, b.limit, language): None for b in side.plan.bindings()}
        for side in (one, other)
    ]
    groups = (
        ("weeks_bind_both", [name for name in bound[0] if name in bound[1]]),
        ("weeks_bind_first", [name for name in bound[0] if name not in bound[1]]),
        ("weeks_bind_second", [name for name in bound[1] if name not in bound[0]]),
    )
    if not any(names for _, names in groups):
        yield say("weeks_bind_none")
    for key, names in groups:
        if names:
            yield say(key, what=listing(names, language))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    print_table(heads, rows, figures=range(1, len(heads)), is_ruled=False)
    typer.echo("")


def _say(sentence: str) -> None:
    Console(highlight=False, markup=False).print(sentence)
