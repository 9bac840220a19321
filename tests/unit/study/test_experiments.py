"""Experiments: played once, kept by content, and never believed when something is odd about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from keruen import caches
from keruen.errors import CancelledError
from keruen.scenario import Scenario, read
from keruen.study import experiments
from keruen.study.experiments import Experiment, measures_of
from keruen.study.results import Progress


@pytest.fixture(scope="module")
def toy() -> Scenario:
    """Five containers in three days."""
    return read("toy", ["calendar.days=3"])


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Experiment]:
    """What is played, in order; it still is."""
    made: list[Experiment] = []
    play = experiments.play

    def noted(experiment: Experiment) -> Mapping[str, float]:
        made.append(experiment)
        return play(experiment)

    monkeypatch.setattr(experiments, "play", noted)
    return made


def files() -> list[Path]:
    """The files of kept experiments."""
    return sorted(Path(caches.EXPERIMENTS).rglob("*.json"))


def test_nothing_is_played_twice(toy: Scenario, played: list[Experiment]) -> None:
    """Neither equal experiments of one call, nor those of an earlier one, by whatever executor."""
    wanted = [Experiment(scenario=toy, seed=seed) for seed in (1, 2, 1)]
    first = measures_of(wanted)
    assert len(played) == len(files()) == 2
    assert first[0] == first[2] != first[1]
    with ThreadPoolExecutor(2) as pool:
        assert measures_of(wanted, pool) == first
    assert len(played) == 2


def test_names_and_files_make_no_difference(toy: Scenario, played: list[Experiment]) -> None:
    """What no measure depends on is no part of the key; days are, however they are said."""
    short = toy.model_copy(update={"calendar": toy.calendar.model_copy(update={"days": 1})})
    measures_of([Experiment(scenario=short, seed=1)])
    renamed = toy.model_copy(update={"name": "other", "documents": {}})
    measures_of([Experiment(scenario=renamed, seed=1, days=1)])
    assert len(played) == 1


@pytest.mark.parametrize(
    ("overrides", "wanted"),
    [
        ([], {"seed": 2}),
        ([], {"replication": 1}),
        ([], {"days": 1}),
        (["demand.scale=1.01"], {}),
        (["terminal.gate.n_lanes_in=3"], {}),
    ],
)
def test_any_change_is_played(
    toy: Scenario, played: list[Experiment], overrides: list[str], wanted: dict[str, int]
) -> None:
    """Another seed, replication, length or figure is another experiment."""
    before = Experiment(scenario=toy, seed=1)
    measures_of(
        [before, replace(before, scenario=read("toy", ["calendar.days=3", *overrides]), **wanted)]
    )
    assert len(played) == 2


@pytest.mark.parametrize("what", ["code_digest", "platform_name"])
def test_other_code_plays_again(
    toy: Scenario, played: list[Experiment], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Another version or machine measures for itself."""
    measures_of([Experiment(scenario=toy, seed=1)])
    monkeypatch.setattr(experiments, what, lambda: "other")
    measures_of([Experiment(scenario=toy, seed=1)])
    assert len(played) == 2


def _cut(text: str) -> str:
    return text[: len(text) // 2]


def _digit(text: str) -> str:
    place = text.index(": ", text.index("measures") + 12) + 2
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


@pytest.mark.parametrize("damage", [_cut, _digit, lambda _: "[]", lambda _: "", lambda _: "null"])
def test_what_is_damaged_is_played_again(
    toy: Scenario, played: list[Experiment], damage: Callable[[str], str]
) -> None:
    """A cut file, a wrong digit and somebody else's file are not believed, and are replaced."""
    wanted = [Experiment(scenario=toy, seed=1)]
    first = measures_of(wanted)
    (file,) = files()
    whole = file.read_text(encoding="utf-8")
    file.write_text(damage(whole), encoding="utf-8")
    assert measures_of(wanted) == first
    assert len(played) == 2
    assert file.read_text(encoding="utf-8") == whole


def test_a_file_under_another_key_is_not_believed(toy: Scenario, played: list[Experiment]) -> None:
    """The result of one experiment is not that of another, though its file was put there."""
    one, two = (Experiment(scenario=toy, seed=seed) for seed in (1, 2))
    measures_of([one])
    (file,) = files()
    wanted = measures_of([two])
    (other,) = set(files()) - {file}
    other.write_bytes(file.read_bytes())
    assert measures_of([two]) == wanted
    assert len(played) == 3


@pytest.mark.parametrize("how", [KeyboardInterrupt, CancelledError("error.cancelled")])
def test_a_stopped_call_keeps_what_is_done(
    toy: Scenario, played: list[Experiment], how: BaseException
) -> None:
    """Ctrl-C after two of four; the same call plays the other two."""
    wanted = [Experiment(scenario=toy, seed=seed) for seed in range(4)]

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise how

    with pytest.raises((KeyboardInterrupt, CancelledError)):
        measures_of(wanted, progress=stop)
    assert len(played) == 2
    seen: list[Progress] = []
    measures_of(wanted, progress=seen.append)
    assert len(played) == 4
    assert seen == [Progress(n, 4, "experiments") for n in (2, 3, 4)]


def test_what_was_running_is_kept_too(toy: Scenario, played: list[Experiment]) -> None:
    """A task that runs when the call is stopped ends, and its result is kept."""

    def stop(progress: Progress) -> None:
        if progress.done == 1:
            raise KeyboardInterrupt

    wanted = [Experiment(scenario=toy, seed=seed) for seed in range(40)]
    with ThreadPoolExecutor(2) as pool, pytest.raises(KeyboardInterrupt):
        measures_of(wanted, pool, progress=stop)
    assert len(files()) == len(played) < 40


def test_the_oldest_are_removed(toy: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder holds so many at most; those unused for longest go first."""
    monkeypatch.setattr(experiments, "_MOST_IN_FOLDER", 2)
    monkeypatch.setattr(experiments, "_folder", lambda _key: caches.EXPERIMENTS)
    for seed in range(4):
        measures_of([Experiment(scenario=toy, seed=seed)])
    assert len(files()) == 2
