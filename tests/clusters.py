"""Dask clusters of real processes over TCP, and tasks for their workers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]

_OF_ANOTHER_VERSION = """
import keruen.store.runs.provenance as provenance
provenance.code_version = lambda: "9.9.9"
import keruen.store
keruen.store.code_version = provenance.code_version
"""
_START = "import sys; sys.argv[0] = 'dask'; from distributed.cli.dask_{part} import main; main()"


@contextmanager
def cluster(n_workers: int = 2, *, n_of_another_version: int = 0) -> Iterator[str]:
    """The address of a scheduler with workers, each a process that dies for good when it is killed."""
    with _process("", "scheduler", ["--host", "127.0.0.1", "--port", "0"], "Scheduler at:") as line:
        address = line.split("tcp://")[1].strip()
        options = [f"tcp://{address}", "--nthreads", "1", "--no-nanny"]
        with _workers(options, n_workers, n_of_another_version):
            yield address


@contextmanager
def _workers(options: list[str], n_workers: int, n_of_another_version: int) -> Iterator[None]:
    if n_workers + n_of_another_version == 0:
        yield
        return
    before = _OF_ANOTHER_VERSION if n_workers == 0 else ""
    fewer = (n_workers - 1, n_of_another_version) if n_workers else (0, n_of_another_version - 1)
    with _process(before, "worker", options, "Registered to:"), _workers(options, *fewer):
        yield


@contextmanager
def _process(before: str, part: str, options: list[str], ready: str) -> Iterator[str]:
    """A part of a cluster, from the line that says that it is ready."""
    paths = [str(ROOT / "src"), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        # Every death of a worker reaches who submitted the task.
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    }
    child = subprocess.Popen(
        [sys.executable, "-c", before + _START.format(part=part), "--no-dashboard", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert child.stderr is not None
    reader = threading.Thread(target=child.stderr.read, daemon=True)
    try:
        said = []
        for line in child.stderr:
            said.append(line)
            if ready in line:
                break
        assert ready in said[-1], "".join(said)
        # A pipe that nobody empties would stop the process that fills it.
        reader.start()
        yield said[-1]
    finally:
        child.kill()
        child.wait()
        if reader.ident is not None:
            reader.join()
        child.stderr.close()


def killed_once(marker: str, answer: int) -> int:
    """Kill the worker that makes this call first; the second one answers."""
    try:
        # Made or refused in one step: two workers that looked first would both die.
        Path(marker).touch(exist_ok=False)
    except FileExistsError:
        return answer
    os.kill(os.getpid(), signal.SIGKILL)
    return answer


def killed_always() -> None:
    """Kill every worker that makes this call."""
    os.kill(os.getpid(), signal.SIGKILL)


def own_fault(words: dict[str, str]) -> None:
    """Fail as a task does by itself."""
    raise ValueError(words["why"])


def wait_for_word(port: int) -> bytes:
    """Wait until somebody says something, or hangs up."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        return line.recv(1)
