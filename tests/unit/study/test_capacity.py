"""Capacity of a terminal: what the search does with real replications, folders and workers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from keruen import study
from keruen.domain.codes import Resource
from keruen.domain.results import Trial
from keruen.errors import CancelledError, KeruenError, RunFolderError, UsageError
from keruen.scenario import Scenario, read
from keruen.scenario.world import PlannedWorld
from keruen.study.capacity import at_flow, attempt, with_open_railway
from keruen.study.results import Capacity, Progress
from keruen.study.search import FLOW


@pytest.fixture(scope="module")
def week() -> Scenario:
    """The toy for a week: a trial takes an instant, and its yard fills when boxes stay."""
    return read("toy", ["calendar.days=7"])


@pytest.fixture(scope="module")
def whole(week: Scenario) -> Capacity:
    return study.capacity(week, replications=2, seed=5)


@pytest.fixture(scope="module")
def two_threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def bare(found: Capacity) -> Capacity:
    """Without the folder, which is not part of the answer."""
    return replace(found, folder="")


def test_the_case_itself_is_the_first_trial(week: Scenario, whole: Capacity) -> None:
    """At a factor of 1 a trial is exactly what a run of the case measures."""
    run = study.run(week, replications=2, seed=5)
    for replication in run.replications:
        (trial,) = (t for t in whole.trials if t.factor == 1 and t.replication == replication.index)
        assert trial.measures == replication.measures


def test_below_holds_and_above_fails(whole: Capacity) -> None:
    """Every trial below the capacity holds, the one just above fails, and it is 2 % away."""
    assert whole.outcome == "found"
    for one in whole.brackets:
        assert one.kept_at is not None
        assert one.broken_at is not None
        assert one.broken_at / one.kept_at < 1.02
        own = [trial for trial in whole.trials if trial.replication == one.replication]
        assert not [t for t in own if t.factor <= one.kept_at and t.broken]
        assert [t.broken for t in own if t.factor == one.broken_at] != [()]
    assert whole.flow.mean == math.fsum(b.flow_per_year for b in whole.brackets) / 2


def test_what_breaks_first_and_what_binds(whole: Capacity) -> None:
    """The toy keeps its boxes for three days in a yard of 20 TEU: the yard is what is full."""
    assert whole.first_limit is not None
    assert whole.first_limit.limit == "yard_occupancy_p95"
    assert whole.first_limit.outcome == "broken"
    assert whole.verdict is not None
    assert whole.above is not None
    assert whole.above.n_keeping == 0
    assert whole.verdict.binding.resource is Resource.YARD_SLOT
    tried = {probe.resource: probe.after < probe.before for probe in whole.verdict.probes}
    assert tried[Resource.YARD_SLOT]
    assert not tried[Resource.GANTRY]


def test_the_curve_is_common_to_all_replications(whole: Capacity) -> None:
    """Every point of the curve was tried by every replication; the case's own flow is one."""
    assert [p.factor for p in whole.curve] == sorted({p.factor for p in whole.curve})
    assert 1.0 in [point.factor for point in whole.curve]
    for point in whole.curve:
        assert point.flow.n == 2
        assert {check.limit for check in point.checks} == set(
            type(whole.scenario.limits).model_fields
        )


def test_workers_change_nothing(week: Scenario, whole: Capacity, two_threads: Executor) -> None:
    """The same answer, trial by trial, from one worker and from several."""
    assert study.capacity(week, replications=2, seed=5, executor=two_threads) == whole


@pytest.mark.slow
def test_processes_change_nothing(week: Scenario, whole: Capacity) -> None:
    """Trials cross to processes and back unchanged."""
    with study.processes(2) as pool:
        assert study.capacity(week, replications=2, seed=5, executor=pool) == whole


def test_stopped_work_goes_on(week: Scenario, whole: Capacity, tmp_path: Path) -> None:
    """A search stopped in the middle keeps its trials; the same call makes only the others."""

    def stop_after(n: int) -> object:
        def tell(progress: Progress) -> None:
            if progress.done == n:
                raise KeyboardInterrupt

        return tell

    with pytest.raises(CancelledError) as stopped:
        study.capacity(week, replications=2, seed=5, out=tmp_path, progress=stop_after(9))  # type: ignore[arg-type]
    assert stopped.value.key == "error.capacity_cancelled_kept"
    assert stopped.value.parameters["done"] == 9
    kept = [json.loads(file.read_text()) for file in sorted(tmp_path.glob("trials-*.json"))]
    assert sum(len(one["trials"]) for one in kept) == 9
    again = study.capacity(week, replications=2, seed=5, out=tmp_path)
    assert bare(again) == whole


def test_a_finished_search_makes_no_trial_again(
    week: Scenario, whole: Capacity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same call in the same folder only remembers."""
    study.capacity(week, replications=2, seed=5, out=tmp_path)

    def never(*_: object) -> Trial:
        raise AssertionError

    # The function has the name of its module, so the dotted way leads to the function.
    monkeypatch.setattr(import_module("keruen.study.capacity"), "attempt", never)
    monkeypatch.setattr(import_module("keruen.study.capacity"), "replicate", never)
    monkeypatch.setattr("keruen.study.experiments.play", never)
    assert bare(study.capacity(week, replications=2, seed=5, out=tmp_path)) == whole


def test_fixed_and_growing_trains_share_a_folder(week: Scenario, tmp_path: Path) -> None:
    """Trials with and without growing trains are told apart."""
    one = study.capacity(week, replications=1, out=tmp_path)
    fixed = study.capacity(week, replications=1, out=tmp_path, trains="fixed")
    assert bare(fixed) == study.capacity(week, replications=1, trains="fixed")
    assert bare(study.capacity(week, replications=1, out=tmp_path)) == bare(one)


def test_a_study_in_the_folder_is_left_alone(week: Scenario, tmp_path: Path) -> None:
    """A finished run is not written over, and a search is not taken for a run."""
    study.run(week, replications=1, out=tmp_path / "run")
    with pytest.raises(RunFolderError) as foreign:
        study.capacity(week, replications=1, out=tmp_path / "run")
    assert foreign.value.key == "error.run_foreign"


def test_a_damaged_file_is_named(week: Scenario, tmp_path: Path) -> None:
    """A file of trials that is not one is named, with what to do."""
    study.capacity(week, replications=1, out=tmp_path)
    file = tmp_path / "trials-0000.json"
    file.write_text('{"trials": [{"trains": "grow"}]}', encoding="utf-8")
    with pytest.raises(RunFolderError) as damaged:
        study.capacity(week, replications=1, out=tmp_path)
    assert damaged.value.parameters["path"] == str(file)
    assert str(file) in str(damaged.value)
    file.unlink()
    (tmp_path / "experiments.json").write_text(
        json.dumps({key: [{}] for key in json.loads((tmp_path / "experiments.json").read_text())}),
        encoding="utf-8",
    )
    with pytest.raises(RunFolderError) as damaged:
        study.capacity(week, replications=1, out=tmp_path)
    assert damaged.value.parameters["path"] == str(tmp_path / "experiments.json")


def test_a_dead_worker_is_one_sentence(week: Scenario) -> None:
    """A pool whose worker was killed ends the search with what is done."""

    class Dead(ThreadPoolExecutor):
        """A pool that is broken from the start."""

        def submit(self, *_: object, **__: object) -> object:  # type: ignore[override]
            raise BrokenProcessPool

    with pytest.raises(KeruenError) as died:
        study.capacity(week, replications=1, executor=Dead(1))
    assert died.value.key == "error.capacity_worker_died"


def test_trains_grow_with_the_flow() -> None:
    """Services grow rounded up, never to nothing; a factor of 1 and fixed trains change none."""
    scenario = read("kostanay-hefei").model_copy(update={"network": None})
    start = PlannedWorld.of(scenario)
    own = {key: service.trains_per_week for key, service in scenario.services.items()}

    def trains(factor: float, word: str) -> dict[str, int]:
        grown = at_flow(start, factor, word).scenario  # type: ignore[arg-type]
        return {key: service.trains_per_week for key, service in grown.services.items()}

    assert trains(1.0, "grow") == own
    assert trains(1.01, "grow") == {key: n + 1 for key, n in own.items()}
    assert set(trains(0.01, "grow").values()) == {1}
    # 10 times 1.1 is 11.000000000000002 in binary, and still eleven trains.
    ten = {
        "only": next(iter(scenario.services.values())).model_copy(update={"trains_per_week": 10})
    }
    round_figures = PlannedWorld.of(scenario.model_copy(update={"services": ten}))
    grown = at_flow(round_figures, 1.1, "grow").scenario.services["only"]
    assert grown.trains_per_week == 11
    assert trains(3.0, "fixed") == own
    assert at_flow(start, 3.0, "fixed").scenario.demand.scale == 3.0
    assert at_flow(at_flow(start, 3.0, "grow"), 0.5, "grow").scenario.demand.scale == 1.5


def test_a_flow_beyond_the_trains() -> None:
    """With fixed trains the limit of refused boxes breaks; with growing ones it does not."""
    given = read("kostanay-hefei", ["calendar.days=30"])
    world = PlannedWorld.of(given.model_copy(update={"network": None}))
    fixed, grown = (attempt(world, 5, word, 3.0, 0) for word in ("fixed", "grow"))  # type: ignore[arg-type]
    assert "unserved_share" in fixed.broken
    assert "unserved_share" not in grown.broken
    assert grown.measures[FLOW] > fixed.measures[FLOW]


def test_an_open_railway_refuses_nobody() -> None:
    """Half as much again: the railway as it is refuses many, the open one what its plan leaves.

    A plan may leave boxes that no train is worth, within its gap of two per cent.
    """
    closed = study.prepare(read("kostanay-hefei", ["calendar.days=30"]))
    fixed = attempt(closed, 5, "fixed", 1.5, 0)
    grown = attempt(with_open_railway(closed), 5, "grow", 1.5, 0)
    assert "unserved_share" in fixed.broken
    assert grown.measures["unserved_share"] < 0.02
    assert grown.measures[FLOW] > fixed.measures[FLOW]


def test_impossible_limits(week: Scenario) -> None:
    """A limit that nothing keeps ends at the smallest flow, in words of its own."""
    strict = week.model_copy(
        update={"limits": week.limits.model_copy(update={"truck_turn_time_p90_ms": 1})}
    )
    found = study.capacity(strict, replications=1, tolerance=0.5)
    assert found.outcome == "impossible"
    assert found.flow.mean == 0
    assert found.brackets[0].kept_at is None


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"tolerance": 0.0}, "error.tolerance"),
        ({"tolerance": math.nan}, "error.tolerance"),
        ({"tolerance": 1.5}, "error.tolerance"),
        ({"trains": "shrink"}, "error.trains"),
        ({"replications": 0}, "error.replications"),
        ({"seed": -1}, "error.seed"),
        ({"case": "x"}, "error.case_of_read_scenario"),
    ],
)
def test_impossible_wishes(week: Scenario, options: dict[str, object], key: str) -> None:
    """What cannot be searched is refused before anything runs."""
    with pytest.raises(UsageError) as refused:
        study.capacity(week, **options)  # type: ignore[arg-type]
    assert refused.value.key == key
