"""The web face as it is served: a process as an office starts it, or a thread for what stands beside."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from keruen.register import demo
from keruen.web import WebSettings, create_app

AT = "2026-11-29T10:00:00Z"
_SERVING = re.compile(r"http://[\d.]+:(\d+)/")


class Served:
    """`keruen web` over a register and a folder of runs; it can be killed and started again.

    The port of the first start is taken again, as a person's bookmark expects it.
    """

    def __init__(self, register: Path, runs: Path) -> None:
        self.register = register
        self.runs = runs
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; when this returns, requests are taken."""
        command = [sys.executable, "-m", "keruen", "web", "--language", "en"]
        command += ["--folder", str(self.register), "--runs", str(self.runs)]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        found = _SERVING.search(said)
        assert found is not None, said
        self.port = int(found[1])

    def kill(self) -> None:
        """End it as a power cut does: nothing of it is asked whether it is ready."""
        assert self._process is not None
        self._process.kill()
        self._ended()

    def stop(self) -> None:
        """End it as a person does."""
        if self._process is not None:
            self._process.terminate()
            self._ended()

    def _ended(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.wait()
        self._process.stdout.close()
        self._process = None


@contextmanager
def served(register: Path, runs: Path) -> Iterator[Served]:
    """A process of `keruen web`, until the end of the block."""
    server = Served(register, runs)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def served_beside(settings: WebSettings) -> Iterator[str]:
    """The same pages from a thread of this process, which is quicker; their address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(settings), log_level="error", access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def demonstration(folder: Path) -> tuple[Path, Path]:
    """Both sides of the demonstration register, made anew."""
    made = demo(folder, at=AT)
    return made.side_a, made.side_b


def finished_run(folder: Path) -> None:
    """A run of the smallest scenario below `folder`; without compiling, for it has five boxes."""
    command = [sys.executable, "-m", "keruen", "run", "toy", "--replications", "1"]
    command += ["--executor", "serial", "--format", "html", "--language", "kk"]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    subprocess.run(
        [*command, "--out", str(folder / "toy")], env=environment, check=True, capture_output=True
    )
