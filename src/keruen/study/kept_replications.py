"""A replication of a finished run, played again and held against what was kept of it.

Only the trace of the first replication is kept: that of any other comes back from its seed.
"""

from __future__ import annotations

from pathlib import Path

from keruen.errors import RunFolderError, UsageError
from keruen.study.replicate import replay
from keruen.study.results import Played
from keruen.study.run import load


def replay_kept(path: Path | str, index: int) -> Played:
    """Play a replication of a finished run again, whole, and check that it is the same.

    Parameters
    ----------
    path : Path or str
        The folder of one case of a run, as for `keruen.load`.
    index : int
        Number of the replication; the first is 0.

    Returns
    -------
    Played
        With the whole trace, whose digest is the one that the run kept.

    Raises
    ------
    RunFolderError
        When the folder is no finished run, was written by another version, or the trace is another
        one: then the code or the platform has changed since.
    UsageError
        When the run has no such replication.
    """
    study = load(path)
    n = len(study.replications)
    if not 0 <= index < n:
        raise UsageError("error.replication_not_kept", path=str(path), index=index, total=n)
    kept = study.replications[index]
    played = replay(study.world, kept.seed)
    if played.run.digest != kept.trace_digest:
        raise RunFolderError(
            "error.replay_differs",
            path=str(path),
            index=index,
            found=played.run.digest[:12],
            kept=kept.trace_digest[:12],
        )
    return played
