"""The verdict: certain only when the whole interval is, and the root before its symptoms."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace

import pytest

from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.domain.results import (
    Estimate,
    IntervalPart,
    LimitCheck,
    Pressure,
    Probe,
    UnservedProof,
)
from keruen.scenario import Scenario, read
from keruen.scenario.models import Figure
from keruen.scenario.week import Week
from keruen.scenario.week_file import week_text
from keruen.scenario.world import PlannedWorld
from keruen.study.basis import basis_of, doubts_of
from keruen.study.probes import busiest_group, probes_of, with_one_more, with_probes
from keruen.study.run import run
from keruen.study.verdict import (
    ROOTS,
    in_order_of_binding,
    limit_check,
    units,
    within_measured_days,
)
from keruen.terminal import machine_numbers


def pressure(resource: Resource, peak: float) -> Pressure:
    """A resource with its load in the busiest hours."""
    return Pressure(
        resource=resource,
        n_units=1,
        load_share=peak / 2,
        peak_share=peak,
        peak_hour_start=6,
        peak_hour_end=9,
    )


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(1.0, 2.0, "kept"), (1.0, 3.0, "kept"), (2.9, 3.1, "inconclusive"), (3.1, 4.0, "broken")],
)
def test_limits_are_held_against_the_interval(low: float, high: float, outcome: str) -> None:
    """A limit of 3 is kept below, broken above, and inconclusive astride."""
    mean = (low + high) / 2
    estimate = Estimate(name="x", mean=mean, low=low, high=high, n=4)
    assert limit_check("x", "x", 3.0, estimate).outcome == outcome


def test_one_replication_is_held_by_its_mean() -> None:
    """Without an interval the mean decides."""
    estimate = Estimate(name="x", mean=2.0, low=math.nan, high=math.nan, n=1)
    assert limit_check("x", "x", 3.0, estimate).outcome == "kept"


PLANNER = IntervalPart(cause="planner", below=1.0, above=0.0)
WEEK = IntervalPart(cause="week", below=0.4, above=0.4)
SEASON = IntervalPart(cause="season", below=0.0, above=math.inf)


@pytest.mark.parametrize(
    ("mean", "doubts", "outcome", "low", "high"),
    [
        # Replications alone: 3.5 ± 0.3 lies above 3; a better week could bring it below.
        (3.5, [], "broken", 3.2, 3.8),
        (3.5, [PLANNER], "inconclusive", 2.2, 3.8),
        # It could not bring 4.5 there, and makes nothing worse.
        (4.5, [PLANNER], "broken", 3.2, 4.8),
        (2.6, [PLANNER], "kept", 1.3, 2.9),
        # Draws add as squares: 0.3 and 0.4 make 0.5, so the luck of the week reaches 3 from 2.6.
        (2.6, [WEEK], "inconclusive", 2.1, 3.1),
        (3.7, [WEEK], "broken", 3.2, 4.2),
        (2.4, [WEEK], "kept", 1.9, 2.9),
        # What was not measured may be worse, and mends nothing.
        (1.0, [SEASON], "inconclusive", 0.7, math.inf),
        (3.5, [SEASON], "broken", 3.2, math.inf),
        # No measure is negative.
        (1.0, [PLANNER], "kept", 0.0, 1.3),
    ],
)
def test_doubts_widen_the_interval(
    mean: float, doubts: list[IntervalPart], outcome: str, low: float, high: float
) -> None:
    """A limit of 3 against a mean ± 0.3: each doubt reaches as far as it should, on its side."""
    estimate = Estimate(name="x", mean=mean, low=mean - 0.3, high=mean + 0.3, n=4)
    found = limit_check("x", "x", 3.0, estimate, doubts)
    assert found.outcome == outcome
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert [part.cause for part in found.parts] == ["replications", *(d.cause for d in doubts)]


def test_the_season_is_left_out_of_the_measured_days() -> None:
    """Kept on the days measured is kept there, whatever the rest of the year may bring."""
    estimate = Estimate(name="x", mean=1.0, low=0.7, high=1.3, n=4)
    found = limit_check("x", "x", 3.0, estimate, [WEEK, SEASON])
    assert within_measured_days(found) == limit_check("x", "x", 3.0, estimate, [WEEK])
    assert within_measured_days(found).outcome == "kept"


def planned_world(days: int, unserved: UnservedProof | None) -> PlannedWorld:
    """The corridor with an empty week, measured for so many days."""
    scenario = read("kostanay-hefei", [f"calendar.days={days}"])
    assert scenario.network is not None
    network = scenario.network.model_copy(update={"week": Week(trains={}, routes={})})
    return PlannedWorld.of(scenario.model_copy(update={"network": network}), unserved)


def test_only_a_planned_week_has_a_planners_gap() -> None:
    """The gap is what the plan leaves above the least, of boxes not carried alone, and downwards."""
    proof = UnservedProof(planned=0.022, least=0.011)
    (gap,) = doubts_of(planned_world(365, proof), "unserved_share")
    assert (gap.cause, gap.below, gap.above) == ("planner", pytest.approx(0.011), 0.0)
    assert doubts_of(planned_world(365, proof), "trains_held_share") == ()
    assert doubts_of(planned_world(365, None), "unserved_share") == ()
    proved = UnservedProof(planned=0.011, least=0.011)
    assert doubts_of(planned_world(365, proved), "unserved_share") == ()


def test_less_than_a_year_is_doubted_where_months_differ() -> None:
    """60 days of the corridor may be its best; the toy is the same all year."""
    (season,) = doubts_of(planned_world(60, None), "trains_held_share")
    assert (season.cause, season.below, season.above) == ("season", 0.0, math.inf)
    assert doubts_of(planned_world(364, None), "trains_held_share") == (season,)
    assert doubts_of(planned_world(366, None), "trains_held_share") == ()
    toy = read("toy", ["calendar.days=7"])
    assert doubts_of(PlannedWorld.of(toy), "trains_held_share") == ()


def test_a_verdict_says_what_it_stands_on() -> None:
    """Days, both ends, replications and seed are those of the run; every assumption is counted."""
    study = run(read("toy", ["calendar.days=7"]), replications=2, seed=5)
    basis = basis_of(study.scenario, study.provenance)
    assert (basis.days, basis.n_replications, basis.seed) == (7, 2, 5)
    assert (basis.last_day - basis.first_day).days == 6
    assert basis.n_figures == len(study.scenario.figures) >= basis.n_assumed
    assert basis.n_assumed == sum(f.source == "assumption" for f in study.scenario.figures) > 0


def test_a_planned_week_is_no_input() -> None:
    """A run read back has its plan in the scenario: what Keruen computed is not counted as given by somebody."""
    given = read("toy")
    week = tomllib.loads(week_text(Week(trains={}, routes={})))["network"]["week"]
    share = Figure(
        path="network.week.routes.a.share", text="0.5", source=week["source"], note=week["note"]
    )
    planned = given.model_copy(update={"figures": (*given.figures, share)})
    provenance = run(read("toy", ["calendar.days=7"]), replications=2, seed=5).provenance
    assert basis_of(planned, provenance) == basis_of(given, provenance)
    own = share.model_copy(update={"path": "terminal.gate.n_lanes_in"})
    more = given.model_copy(update={"figures": (*given.figures, own)})
    assert basis_of(more, provenance).n_figures == basis_of(given, provenance).n_figures + 1


@pytest.mark.parametrize(
    ("peaks", "order"),
    [
        # Full tracks behind full reach stackers are their queue; gantries come next.
        (
            {"HANDLING_TRACK": 1.0, "REACH_STACKER": 0.96, "TRACTOR": 0.99, "GANTRY": 0.8},
            ["REACH_STACKER", "GANTRY", "HANDLING_TRACK", "TRACTOR"],
        ),
        # Full tracks alone do bind.
        (
            {"RECEPTION_TRACK": 0.95, "GANTRY": 0.6, "TRACTOR": 0.7},
            ["RECEPTION_TRACK", "GANTRY", "TRACTOR"],
        ),
        # Tractors bind when no machine behind them is full.
        ({"TRACTOR": 0.97, "GANTRY": 0.6}, ["TRACTOR", "GANTRY"]),
        # Nothing is full: the heaviest would bind first, and tractors' waiting does not count.
        ({"LANE_IN": 0.5, "GANTRY": 0.4, "TRACTOR": 0.6}, ["LANE_IN", "GANTRY", "TRACTOR"]),
        # Tracks and slots that are not full stand among the roots that are not, by their load alone.
        (
            {"HANDLING_TRACK": 0.4, "LANE_IN": 0.5, "YARD_SLOT": 0.6, "GANTRY": 0.3},
            ["YARD_SLOT", "LANE_IN", "HANDLING_TRACK", "GANTRY"],
        ),
        # 85 % is full, a little less is not: then a lane with more to do comes before the track.
        ({"RECEPTION_TRACK": 0.85, "LANE_IN": 0.84}, ["RECEPTION_TRACK", "LANE_IN"]),
        (
            {"RECEPTION_TRACK": 0.84, "TRACTOR": 0.85, "LANE_IN": 0.845},
            ["TRACTOR", "LANE_IN", "RECEPTION_TRACK"],
        ),
    ],
)
def test_root_before_symptom(peaks: dict[str, float], order: list[str]) -> None:
    """The order of binding follows the rule in words."""
    pressures = [pressure(Resource[name], peak) for name, peak in peaks.items()]
    assert [p.resource.name for p in in_order_of_binding(pressures)] == order


def test_one_more_of_each() -> None:
    """Each resource that there is gets exactly one unit more, and nothing else changes."""
    scenario = read("kostanay-hefei")
    before = units(scenario)
    groups = {resource: key for resource, key, _ in machine_numbers(scenario.terminal)}
    for resource in Resource:
        if resource is Resource.YARD_SLOT or not before[resource]:
            continue
        after = units(with_one_more(scenario, resource, groups))
        assert after == {**before, resource: before[resource] + 1}


def with_two_groups() -> Scenario:
    """The dry port with its reach stackers in two groups, `a` of 1 and `z` of 2."""
    scenario = read("kostanay-hefei")
    machines = dict(scenario.terminal.machines)
    (key,) = (key for key, group in machines.items() if group.kind == "reach_stacker")
    for name, count in (("a", 1), ("z", 2)):
        machines[name] = machines[key].model_copy(update={"count": count})
    del machines[key]
    terminal = scenario.terminal.model_copy(update={"machines": machines})
    return scenario.model_copy(update={"terminal": terminal})


@pytest.mark.parametrize(
    ("loads", "busiest"), [((0.2, 0.5), "z"), ((0.4, 0.1), "a"), ((0.3, 0.3), "a")]
)
def test_the_busiest_group_is_relieved(loads: tuple[float, float], busiest: str) -> None:
    """Of several groups of one kind, the one more is in the group that has most to do."""
    scenario = with_two_groups()
    numbers = machine_numbers(scenario.terminal)
    rows = tables.empty("machine_results", len(numbers))
    for row, (_, key, _) in zip(rows, numbers, strict=True):
        load = dict(zip("az", loads, strict=True)).get(key, 0.0)
        # However it is made up of work and waiting.
        row["working_share"] = 0.1 if load else 0.0
        row["waiting_share"] = load - row["working_share"]
    groups = busiest_group(scenario, rows)
    assert groups[Resource.REACH_STACKER] == busiest
    changed = with_one_more(scenario, Resource.REACH_STACKER, groups).terminal.machines
    assert changed[busiest].count == scenario.terminal.machines[busiest].count + 1


def check(measure: str, bound: float) -> LimitCheck:
    """A limit on a measure, whatever it was."""
    estimate = Estimate(name=measure, mean=0.0, low=math.nan, high=math.nan, n=1)
    return limit_check(measure, measure, bound, estimate)


def test_the_worst_limit_is_watched() -> None:
    """Twice a limit is worse than half above another, and anything at all is worse than a limit of 0."""
    limits = [check("a", 10.0), check("b", 100.0)]
    gantry = [Resource.GANTRY]
    (probe,) = probes_of(limits, gantry, [{"a": 15.0, "b": 200.0}, {"a": 1.0, "b": 150.0}])
    assert (probe.measure, probe.before, probe.after) == ("b", 200.0, 150.0)
    limits = [check("a", 10.0), check("zero", 0.0)]
    (probe,) = probes_of(limits, gantry, [{"a": 15.0, "zero": 0.1}, {"a": 1.0, "zero": 0.0}])
    assert probe.measure == "zero"
    (probe,) = probes_of(limits, gantry, [{"a": 15.0, "zero": 0.0}, {"a": 1.0, "zero": 0.0}])
    assert probe.measure == "a"


def test_an_experiment_names_what_binds() -> None:
    """The resource whose relief helps most stands first; one that helps little does not."""
    toy = run(read("toy"), replications=1)
    gantry = next(p for p in toy.verdict.pressures if p.resource is Resource.GANTRY)
    assert toy.verdict.binding is not gantry
    helps = Probe(resource=Resource.GANTRY, measure="x", before=100.0, after=60.0)
    assert with_probes(toy.verdict, [helps]).binding == gantry
    idle = Probe(resource=Resource.GANTRY, measure="x", before=100.0, after=99.0)
    assert with_probes(toy.verdict, [idle]).binding == toy.verdict.binding


def test_experiments_rank_before_loads() -> None:
    """What helped comes first by its effect, then what was not tried, last what changed nothing.

    But what is full comes before what is not, tried or not.
    """
    verdict = run(read("toy"), replications=1).verdict
    order = in_order_of_binding(verdict.pressures)
    calm = [replace(p, peak_share=0.5 - n / 100) for n, p in enumerate(order)]
    verdict = replace(verdict, pressures=tuple(calm))
    order = in_order_of_binding(verdict.pressures)
    idle, untried = order[0].resource, order[1].resource
    most, some = order[-1].resource, order[-2].resource
    probes = [
        Probe(resource=idle, measure="x", before=100.0, after=100.0),
        Probe(resource=some, measure="x", before=100.0, after=80.0),
        Probe(resource=most, measure="x", before=100.0, after=40.0),
    ]
    judged = with_probes(verdict, probes)
    assert judged.next_binding is not None
    assert (judged.binding.resource, judged.next_binding.resource) == (most, some)
    judged = with_probes(verdict, [probes[0], probes[2]])
    assert judged.next_binding is not None
    assert (judged.binding.resource, judged.next_binding.resource) == (most, untried)
    root = next(p.resource for p in order if p.resource in ROOTS and p.resource != most)
    full = [replace(p, peak_share=0.99) if p.resource == root else p for p in order]
    tried = [Probe(resource=root, measure="x", before=100.0, after=100.0), probes[2]]
    judged = with_probes(replace(verdict, pressures=tuple(full)), tried)
    assert judged.next_binding is not None
    assert (judged.binding.resource, judged.next_binding.resource) == (most, root)


def test_a_larger_yard_is_an_experiment_too() -> None:
    """A larger yard has a tenth more bays in every block, and nothing else more."""
    scenario = read("kostanay-hefei")
    before = units(scenario)
    after = units(with_one_more(scenario, Resource.YARD_SLOT, {}))
    assert 1.0 < after[Resource.YARD_SLOT] / before[Resource.YARD_SLOT] <= 1.15
    assert {**after, Resource.YARD_SLOT: 0} == {**before, Resource.YARD_SLOT: 0}


def test_the_smallest_yard_grows_by_a_bay() -> None:
    """A tenth of fewer than ten bays is none: then one bay is the experiment."""
    scenario = read("toy")
    blocks = scenario.terminal.blocks
    small = {key: block.model_copy(update={"n_bays": 2}) for key, block in blocks.items()}
    terminal = scenario.terminal.model_copy(update={"blocks": small})
    changed = with_one_more(
        scenario.model_copy(update={"terminal": terminal}), Resource.YARD_SLOT, {}
    )
    assert {block.n_bays for block in changed.terminal.blocks.values()} == {3}
