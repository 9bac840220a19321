"""`keruen corridor compare`: the planned weeks of two designs side by side, and the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from keruen import scenario as scenarios
from keruen.cli.corridor_planning import limited, planned
from keruen.cli.corridor_running import TOLD_MEASURES
from keruen.cli.options import stacked
from keruen.cli.printing import (
    inputs_in_words,
    print_inputs,
    print_json,
    print_table,
    print_title,
)
from keruen.cli.running import in_unit
from keruen.errors import UsageError
from keruen.i18n import listing, number, quantity, share, text
from keruen.report.measure_units import unit_of
from keruen.scenario import Scenario
from keruen.scenario.name_lookup import stations_between
from keruen.scenario.network import Network
from keruen.study.inputs import differing_inputs
from keruen.study.limits import check_search, days_override, replications_and_seed
from keruen.study.plan import week_of
from keruen.study.railway import RailwayStudy, run_railway
from keruen.study.week_services import with_week

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
    if len(asked.cases) > 2 or (len(asked.cases) == 2 and asked.against):
        raise UsageError("error.compare_two_cases")
    first, second = (*asked.cases, asked.against)[:2] if asked.cases else ("", asked.against)
    days = () if asked.days is None else (days_override(asked.days),)
    # Given twice, what is changed is changed in both, as `keruen compare` does.
    both = tuple(asked.overrides) if len(asked.cases) == 2 else ()
    designs = (
        (stacked(first), (*asked.overrides, *days)),
        (stacked(second), (*both, *asked.against_overrides, *days)),
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
    runs = _runs(sides, asked)
    if asked.as_json:
        print_json(_in_words(sides[0], sides[1], runs))
    else:
        _print(sides[0], sides[1], asked.language)
        _print_runs(runs, asked.language)
    return 0


def _runs(sides: Sequence[_Side], asked: TwoWeeksOptions) -> list[RailwayStudy]:
    """Both weeks as they run under the same luck; none where nobody asked how they run."""
    if asked.replications is None and asked.seed is None and asked.days is None:
        return []
    n, seed = replications_and_seed(sides[0].scenario, asked.replications, asked.seed)
    return [
        run_railway(with_week(side.scenario, week_of(side.plan)), replications=n, seed=seed)
        for side in sides
    ]


def _in_words(one: _Side, other: _Side, runs: Sequence[RailwayStudy]) -> dict[str, object]:
    """The comparison as JSON words."""
    sides = {"first": one, "second": other}
    return {
        "scenario": one.scenario.name,
        "cases": {name: side.scenario.case for name, side in sides.items()},
        "inputs": inputs_in_words(differing_inputs(one.scenario, other.scenario)),
        "weeks": {
            name: {
                "cost_usd2025_per_week": side.plan.cost_usd2025_per_week,
                "bound_usd2025_per_week": side.plan.bound_usd2025_per_week,
                "unserved_share": side.plan.unserved_share,
                "trains_per_week": {
                    f"{offer.start}>{offer.end}": n for offer, n, _, _ in side.plan.trains()
                },
                "transit_days": {flow.flow: flow.transit.mean_d for flow in side.plan.served()},
            }
            for name, side in sides.items()
        },
        "measures": {
            measure: dict(
                zip(sides, (in_unit(run.estimates[measure]) for run in runs), strict=True)
            )
            for measure in TOLD_MEASURES
            if runs
        },
    }


def _print_runs(runs: Sequence[RailwayStudy], language: str) -> None:
    if not runs:
        return
    print_title(text("compare.railway", language, n=len(runs[0].tables)))
    rows = []
    for measure in TOLD_MEASURES:
        first, second = (run.estimates[measure].mean for run in runs)
        unit = unit_of(measure) if unit_of(measure) in ("ms", "share") else ""
        values = [quantity(value, unit, language) for value in (first, second, second - first)]
        rows.append((text(f"measure.{measure}", language), *values))
    heads = [text("railway.column_measure", language), "A", "B"]
    _table([*heads, text("quote.weeks_change", language)], rows)


def _print(one: _Side, other: _Side, language: str) -> None:
    def say(key: str, **facts: object) -> str:
        return text(f"quote.{key}", language, **facts)

    print_title(say("weeks_title", name=one.scenario.name))
    for side in (one, other):
        changes = ", ".join(side.scenario.overrides)
        named = f"{side.scenario.case}, {changes}" if changes else side.scenario.case
        typer.echo(f"{side.label}  {named}")
    typer.echo("")
    print_inputs(differing_inputs(one.scenario, other.scenario), language)
    print_title(text("compare.results", language))
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
    counts: list[dict[tuple[str, str], float]] = [
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

    def say(key: str, **facts: object) -> str:
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
