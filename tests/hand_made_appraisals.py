"""An appraised list by hand: every kind of answer, round figures, and parts that sum to them.

Nothing is computed by the appraisal: a project saves so many boxes the other way, each year alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from keruen.appraisal.answers import Answer, CoreIndices, SeparatingFigure
from keruen.appraisal.indicators import RATES, InternalRates, SwitchingLine, present_value
from keruen.appraisal.optimism import outside_view
from keruen.appraisal.uncertainty import EnpvSpread, FigureRange
from keruen.domain.results import Provenance
from keruen.scenario import Scenario
from keruen.scenario.projects import ProjectDocument
from keruen.study.appraising.results import (
    AccountLine,
    AddingUp,
    AppraisalWork,
    CheapError,
    CoalitionYear,
    FlowBoxes,
    GroupPlayer,
    GroupWorth,
    ListAppraisal,
    MissingWord,
    PortfolioIndices,
    ProjectAppraisal,
    ValueAtRate,
    ValuedTwice,
    WorkBeingBuilt,
    YearState,
)

FIRST_YEAR = 2027
N_YEARS = 30
OPENING = 2030
RATE = 0.09
SHARE = 0.75
"""Of each price, used up."""
ACCOUNT = {"akimat": "a", "ktz": "a", "company": "a", "shippers-a": "a"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of one project.

    Parameters
    ----------
    capital, yearly : KZT.
    boxes : a year that it brings onto the railway from the other way.
    """

    answer: Answer
    capital: float = 10e9
    yearly: float = 0.5e9
    boxes: float = 2000.0
    is_split_known: bool = True
    core: tuple[float, float, float] | None = (0.5, 0.4, 0.6)


def flat(amount: float, *, first: int = OPENING) -> tuple[float, ...]:
    """The same amount in every year from the first on."""
    return tuple(
        amount if year >= first else 0.0 for year in range(FIRST_YEAR, FIRST_YEAR + N_YEARS)
    )


def lines_of(told: Told) -> tuple[AccountLine, ...]:
    """Capital in one year, cost of each year, a price paid and the other way saved."""
    capital = tuple(
        -told.capital if year == OPENING - 1 else 0.0
        for year in range(FIRST_YEAR, FIRST_YEAR + N_YEARS)
    )
    share = SHARE if told.is_split_known else None
    rows = (
        ("capital", "akimat", "", None, capital),
        ("yearly", "company", "", None, flat(-told.yearly)),
        ("price:carriage-china", "shippers-a", "china-railway", share, flat(0.6e6 * told.boxes)),
        ("price:handling", "shippers-a", "company", SHARE, flat(0.03e6 * told.boxes)),
        ("time", "shippers-a", "", None, flat(-0.05e6 * told.boxes)),
        ("way:zabaikalsk", "shippers-a", "third", SHARE, flat(-2.4e6 * told.boxes)),
        ("way:zabaikalsk:time", "shippers-a", "", None, flat(0.2e6 * told.boxes)),
        ("co2e", "third", "", None, flat(0.01e6 * told.boxes)),
    )
    return tuple(
        AccountLine(key=key, party=party, payee=payee, resource_share=part, amounts=amounts)
        for key, party, payee, part, amounts in rows
    )


def flows_of(lines: tuple[AccountLine, ...]) -> dict[str, np.ndarray]:
    """Accounts of A, B and third by year; the ends of the joint one. A split that is open: none."""
    found = {side: np.zeros(N_YEARS) for side in ("a", "b", "third", "low", "high")}
    side_of = {"china-railway": "b", "third": "third"}
    for line in lines:
        amounts = np.array(line.amounts)
        payer = side_of.get(line.party, "a")
        if not line.payee:
            for side in (payer, "low", "high"):
                found[side] = found[side] + amounts
            continue
        share = line.resource_share
        found[payer] = found[payer] - amounts
        if share is None:
            found["low"] = found["low"] + np.minimum(-amounts, 0)
            found["high"] = found["high"] + np.maximum(-amounts, 0)
            continue
        payee = side_of.get(line.payee, "a")
        found[payee] = found[payee] + amounts * (1 - share)
        for side in ("low", "high"):
            found[side] = found[side] - amounts * share
    return found


def _at(flows: Mapping[str, np.ndarray], rate: float, *, is_known: bool) -> ValueAtRate:
    worth = {side: present_value(amounts, rate) for side, amounts in flows.items()}
    sides = {side: worth[side] if is_known else None for side in ("a", "b", "third")}
    return ValueAtRate(rate=rate, joint_low=worth["low"], joint_high=worth["high"], **sides)


def _spread(value: float) -> EnpvSpread:
    half = 0.6 * abs(value) + 1e9
    return EnpvSpread(
        n=400,
        p_negative=min(1.0, max(0.0, 0.5 - value / (3 * half))),
        mean=value,
        p5=value - half,
        p50=value,
        p95=value + half,
    )


def judged(key: str, told: Told, document: ProjectDocument, **more: object) -> ProjectAppraisal:
    """A project that is judged, with an account that sums."""
    lines = lines_of(told)
    flows = flows_of(lines)
    curve = tuple(_at(flows, rate, is_known=told.is_split_known) for rate in RATES)
    value = next(one for one in curve if one.rate == RATE)
    middle = (value.joint_low + value.joint_high) / 2
    project = document.projects[key]
    found = ProjectAppraisal(
        key=key,
        player=key,
        register_id=project.register_id,
        decided_by=project.decided_by,
        answer=told.answer,
        by="relaxation",
        opening=OPENING,
        lines=lines,
        unknown_prices=() if told.is_split_known else ("price:carriage-china",),
        curve=curve,
        own_rates={"A": value.a} if value.a is not None else None,
        eirr_low=InternalRates(kind="one", rates=(0.11,)),
        eirr_high=InternalRates(kind="one", rates=(0.11,)),
        bcr_low=1.3,
        bcr_high=1.3,
        late_share=0.6,
        switching=(
            SwitchingLine(key="capital", change=0.4, is_critical=False),
            SwitchingLine(key="way:zabaikalsk", change=-0.2, is_critical=True),
        ),
        risk={
            "joint": _spread(middle),
            "a": _spread(0.7 * middle),
            "b": _spread(0.2 * middle),
        },
        tornado=(
            ("other_ways.zabaikalsk.cost", middle - 9e9, middle + 11e9),
            ("years.demand", middle - 6e9, middle + 4e9),
            (f"projects.{key}.capital", middle + 3e9, middle - 5e9),
            ("network.costs.value_of_time", middle - 1e9, middle + 2e9),
            ("price:carriage-china.resource_share", middle + 1e9, middle - 1e9),
        ),
        outside=outside_view(project.build_time_yr),
        first_in=flat_value(told),
        last_in=0.3 * flat_value(told),
        shapley=0.6 * flat_value(told),
        core=CoreIndices(a=told.core[0], b=told.core[1], joint=told.core[2]) if told.core else None,
    )
    return replace(found, **more)


def flat_value(told: Told) -> float:
    """Present value of what its boxes save by the other way."""
    return present_value(np.array(flat(2.4e6 * told.boxes)), RATE)


def unjudged(key: str, document: ProjectDocument) -> ProjectAppraisal:
    """A project that cannot be judged."""
    project = document.projects[key]
    missing = tuple(MissingWord(key=name) for name in sorted(project.missing))
    return ProjectAppraisal(
        key=key,
        player=key,
        register_id=project.register_id,
        decided_by=project.decided_by,
        answer="not_yet",
        missing=missing or (MissingWord(key="effect"),),
    )


def coalition(built: tuple[str, ...], year: int, boxes: float, demand: float) -> CoalitionYear:
    """A year in which so many boxes find the railway that went by the other way before."""
    parts = {
        "price|carriage-china|import": -0.6e6 * boxes,
        "price|handling|import": -0.03e6 * boxes,
        "time||import": -0.05e6 * boxes,
        "way|zabaikalsk:cost|import": 2.4e6 * boxes,
        "way|zabaikalsk:time|import": 0.2e6 * boxes,
        "co2e||import": 0.01e6 * boxes,
    }
    wanted = 40_000.0 * demand
    return CoalitionYear(
        built=built,
        year=year,
        demand=demand,
        by="relaxation",
        flows=(
            FlowBoxes(flow="grain", is_to_china=True, boxes=wanted, carried=wanted - 9000 + boxes),
        ),
        hours_p50=24 * (14 - boxes / 2000),
        hours_p90=24 * (22 - boxes / 2000),
        other_ways={"zabaikalsk": 9000 - boxes},
        parts={name: amount for name, amount in parts.items() if amount},
        amount=sum(parts.values()),
        noise=0.0,
        moved=boxes,
        newly_carried=0.0,
    )


def appraised(scenario: Scenario, projects: tuple[ProjectAppraisal, ...]) -> ListAppraisal:
    """A list of these projects; the first two that are judged are one group."""
    n_judged = sum(one.risk is not None for one in projects)
    pair = [one for one in projects if one.risk is not None][:2]
    states = tuple(
        YearState(
            year=year, demand=demand, demand_low=0.7 * demand, demand_high=1.4 * demand, works=()
        )
        for year, demand in ((2028, 1.0), (2030, 1.3), (2035, 1.9), (2045, 2.6))
    )
    coalitions: list[CoalitionYear] = []
    for state in states:
        coalitions.append(coalition((), state.year, 0.0, state.demand))
        coalitions += [
            coalition((one.key,), state.year, 2000.0, state.demand)
            for one in projects
            if one.risk is not None
        ]
    coalitions.append(replace(coalitions[0], by="runs", runs=("0a1b2c3d", "4e5f6a7b")))
    groups = ()
    if len(pair) == 2:
        groups = (
            GroupWorth(
                players=tuple(
                    GroupPlayer(
                        key=one.key,
                        first_in=one.first_in,
                        last_in=one.last_in or 0.0,
                        shapley=one.shapley,
                        noise=0.0,
                    )
                    for one in pair
                ),
                limits=("border-west:dostyk",),
                joint=1.3 * pair[0].first_in,
                relation="substitutes",
                ratio=1.3,
            ),
        )
    twice = tuple(
        ValuedTwice(built=(one.key,), cheap=3.1e9, dear=2.8e9, noise=0.2e9) for one in pair
    )
    names = {figure for one in projects for figure, _, _ in one.tornado}
    names |= {one.separating.name for one in projects if one.separating}
    return ListAppraisal(
        scenario=scenario.name,
        case=scenario.case,
        provenance=Provenance(
            version="0.1.0",
            commit="0123456789ab",
            scenario=scenario.name,
            case=scenario.case,
            scenario_digest="ab" * 32,
            seed=1,
            n_replications=2,
            days=28,
            platform="hand",
        ),
        unit="KZT2025",
        first_year=FIRST_YEAR,
        n_years=N_YEARS,
        common_rate=RATE,
        own_rates={"A": RATE},
        years=states,
        owners={"import": "shippers-a", "export": "shippers-b"},
        figures={name: FigureRange(low=0.5, value=1.0, high=1.5) for name in sorted(names)},
        n_draws=400,
        projects=projects,
        groups=groups,
        adding_up=AddingUp(year=2035, summed=12e9, together=11.8e9, adds_up=True, merged=0),
        error=CheapError(
            pairs=twice,
            bias=0.3e9 if twice else None,
            typical=0.3e9 if twice else None,
            worst=0.3e9 if twice else None,
        ),
        portfolios=PortfolioIndices(
            n_draws=400, n_a=12, n_b=9, n_joint=21, best=tuple(one.key for one in pair)
        ),
        coalitions=tuple(coalitions),
        being_built=(
            WorkBeingBuilt(
                key="bakhty",
                title={"en": "Bakhty", "ru": "Бахты", "kk": "Бақты", "zh": "巴克图"},
                amounts=(1e9, 2e9, 3e9, 3e9),
                value=21e9,
            ),
        ),
        clashes=(),
        work=AppraisalWork(
            n_projects=len(projects),
            n_judged=n_judged,
            n_relaxations=1,
            n_coalitions=1,
            n_weeks=1,
            n_runs=2,
            seconds=1.0,
        ),
    )


def of_every_kind(scenario: Scenario, document: ProjectDocument) -> ListAppraisal:
    """Every packaged project, each answer at least once, an account that sums for each."""
    separating = SeparatingFigure(
        name="other_ways.zabaikalsk.cost",
        threshold=0.82,
        is_in_above=True,
        share_right=0.93,
        share_without=0.62,
    )
    demand = replace(separating, name="years.demand", threshold=0.3, share_right=0.8)
    told: dict[str, tuple[Told, dict[str, object]]] = {
        "stacking-by-optimisation": (
            Told(answer="do_now", capital=0.4e9, yearly=0.05e9, boxes=900, core=(1, 1, 1)),
            {},
        ),
        "gate-day-and-night": (
            Told(answer="do_now", capital=0.2e9, yearly=0.1e9, boxes=600, core=(1, 1, 1)),
            {},
        ),
        "dostyk-trains": (
            Told(
                answer="talk_about",
                capital=39e9,
                boxes=6000,
                is_split_known=False,
                core=(1, 0.4, 0.9),
            ),
            {"transfer_to_b": 3.2e9, "others": "not_valued", "others_share": 0.75},
        ),
        "flat-wagons-305": (
            Told(answer="find_out_first", capital=6e9, boxes=1500),
            {"separating": separating},
        ),
        "second-track": (
            Told(answer="find_out_first", capital=60e9, boxes=5000),
            {"separating": demand},
        ),
        "bakhty-trains": (
            Told(answer="find_out_first", capital=20e9, boxes=2500),
            {"in_base_from": (2035,)},
        ),
        "dry-port-stage-2": (
            Told(answer="leave", capital=30e9, boxes=300, core=(0, 0, 0)),
            {},
        ),
        "kit-warehouse": (
            Told(answer="leave", capital=1e9, yearly=0.1e9, boxes=1000, core=(0, 0, 0)),
            {},
        ),
    }
    return appraised(
        scenario,
        tuple(
            judged(key, told[key][0], document, **told[key][1])
            if key in told
            else unjudged(key, document)
            for key in sorted(document.projects)
        ),
    )
