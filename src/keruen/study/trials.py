"""The trials of a search on disk, so that work that was stopped goes on where it was.

One file for each replication, written whole after each of its trials. A trial is known by its
replication, its flow and whether trains grew, so a finer search goes on from a coarser one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from keruen.domain.results import Probe, Provenance, Trial
from keruen.domain.untyped import JsonTable, JsonValue
from keruen.errors import RunFolderError
from keruen.store import RunFolder, open_run
from keruen.study.probes import as_words, from_words

Kept = dict[tuple[int, float], Trial]
"""Replication and factor → trial."""
_EXPERIMENTS = "experiments"


def opened(out: Path, provenance: Provenance) -> RunFolder:
    """The folder of a search: new, or one that the same search has begun.

    Raises
    ------
    RunFolderError
        When it holds anything else, a study of the same case too; nothing in it is touched.
    """
    folder = RunFolder(out)
    if folder.complete() or (out / "study.json").exists():
        raise RunFolderError("error.run_foreign", path=str(out))
    return open_run(out, provenance)


def keep(
    folder: RunFolder, trains: str, trials: Mapping[tuple[int, float], Trial], replication: int
) -> None:
    """Write all trials of one replication."""
    name = _name(replication)
    others = [one for one in _noted(folder, name) if one.get("trains") != trains]
    own = [
        {
            "trains": trains,
            "factor": trial.factor,
            "measures": dict(trial.measures),
            "broken": list(trial.broken),
        }
        for (index, _), trial in sorted(trials.items())
        if index == replication
    ]
    folder.note(name, {"trials": [*others, *own]})


def kept_trials(folder: RunFolder, trains: str, n_replications: int) -> Kept:
    """All trials that were made before with trains like these.

    Raises
    ------
    RunFolderError
        When a file is damaged.
    """
    found: Kept = {}
    for replication in range(n_replications):
        name = _name(replication)
        try:
            for words in _noted(folder, name):
                if words["trains"] == trains:
                    trial = _trial(replication, words)
                    found[replication, trial.factor] = trial
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as broken:
            path = str(folder.path / f"{name}.json")
            raise RunFolderError("error.trials_damaged", path=path) from broken
    return found


def keep_probes(folder: RunFolder, key: str, probes: Sequence[Probe]) -> None:
    """Write the experiments made above a capacity; `key` tells what they depend on."""
    others = folder.noted(_EXPERIMENTS)
    folder.note(_EXPERIMENTS, {**others, key: [as_words(probe) for probe in probes]})


def kept_probes(folder: RunFolder, key: str) -> list[Probe] | None:
    """Experiments made before; None when there are none of this key.

    Raises
    ------
    RunFolderError
        When the file is damaged.
    """
    found = folder.noted(_EXPERIMENTS).get(key)
    try:
        return None if found is None else [from_words(words) for words in found]
    except (KeyError, OverflowError, TypeError, ValueError) as broken:
        path = str(folder.path / f"{_EXPERIMENTS}.json")
        raise RunFolderError("error.trials_damaged", path=path) from broken


def _trial(replication: int, words: Mapping[str, JsonValue]) -> Trial:
    return Trial(
        replication=replication,
        factor=float(words["factor"]),
        measures={str(name): float(value) for name, value in words["measures"].items()},
        broken=tuple(str(limit) for limit in words["broken"]),
    )


def _name(replication: int) -> str:
    return f"trials-{replication:04d}"


def _noted(folder: RunFolder, name: str) -> list[JsonTable]:
    found: list[JsonTable] = folder.noted(name).get("trials", [])
    return found
