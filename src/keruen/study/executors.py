"""Where replications run: processes of this machine, or a cluster; others are the caller's own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Final

from keruen.study.cluster import ClusterExecutor

_OF_CLUSTER: Final = 8
"""Workers of a cluster come and go; so many tasks keep some of them busy."""


def processes(n_workers: int) -> ProcessPoolExecutor:
    """Replications on so many processes of this machine.

    Workers are spawned, not forked: a fork would copy threads of DuckDB and Numba half alive. They
    end with the process that started them, even when that is killed.

    Parameters
    ----------
    n_workers : int
        At least 1; more than cores gain nothing, and each needs up to 1 GB of memory.

    Returns
    -------
    ProcessPoolExecutor
        An executor for `run`, `capacity` and others; close it, or use it in a ``with``.
    """
    return ProcessPoolExecutor(
        max_workers=n_workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_serve_parent,
    )


def n_at_once(executor: Executor | None) -> int:
    """Tasks that an executor works on side by side: processes of this machine, or of a cluster."""
    if executor is None:
        return 1
    return max(1, int(getattr(executor, "_max_workers", _OF_CLUSTER)))


def shares_disk(executor: Executor | None) -> bool:
    """Whether tasks of an executor see the folders of this machine."""
    return not isinstance(executor, ClusterExecutor)


def _serve_parent() -> None:
    # Ctrl-C reaches the whole group of processes; the parent alone decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # Nobody waits for results any more; what is half written is never taken for whole.
        os._exit(1)
