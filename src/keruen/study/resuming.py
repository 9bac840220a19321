"""A run that was stopped and is to go on: whether a saved state belongs to what is asked for."""

from __future__ import annotations

from pathlib import Path

from keruen.compiled import source_digest
from keruen.domain.results import Stopped
from keruen.errors import UsageError
from keruen.scenario import Scenario
from keruen.store import code_version
from keruen.store.runs.saved_state import SavedState, read_state, write_state
from keruen.study.results import Played
from keruen.units import MS_PER_HOUR


def saved_state(path: Path, scenario: Scenario, until_ms: int) -> SavedState:
    """The state of a file, if the run of this scenario can go on from it until then.

    Raises
    ------
    RunFolderError
        When the file is no state, or damaged.
    UsageError
        When it belongs to another scenario or another kernel, or lies later than `until_ms`.
    """
    saved = read_state(path)
    if saved.kernel != source_digest():
        raise UsageError("error.state_other_version", path=str(path), found=saved.version)
    if saved.scenario_digest != scenario.digest:
        raise UsageError("error.state_other_scenario", path=str(path), name=scenario.name)
    if until_ms <= saved.at_ms:
        at = f"{saved.at_ms / MS_PER_HOUR:g} h"
        raise UsageError("error.state_later", path=str(path), at=at)
    return saved


def stopped_at(saved: SavedState) -> Stopped:
    """From where a saved run goes on."""
    return Stopped(state=saved.state, at_ms=saved.at_ms, departures=saved.departures)


def keep_state(path: Path, scenario: Scenario, seed: int, played: Played) -> None:
    """Write the state at which a run was stopped."""
    write_state(
        path,
        SavedState(
            version=code_version(),
            kernel=source_digest(),
            scenario_digest=scenario.digest,
            seed=seed,
            at_ms=played.run.end_ms,
            state=played.run.state,
            departures=played.stopped.departures,
        ),
    )
