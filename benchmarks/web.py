"""`scripts/bench web`: fifty readers for a minute while runs go on, and what the first page weighs.

Each of them asks for a page once a second, whether or not the one before has come: a wait counts
from the moment at which the page was due, so that a server that is late is not spared its queue.
"""

from __future__ import annotations

import http.client
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, sleep
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from benchmarks.table import Row, tell
from keruen.i18n import LANGUAGES
from keruen.register.demo import demo

N_USERS = 50
SECONDS = 60
LIMIT_S = 0.3
AT = "2026-11-29T10:00:00Z"
PAGES = ("start", "list", "projects/KH-0001", "results", "results/toy", "figures", "help")
_SERVING = re.compile(r"http://[\d.]+:\d+")
_RUN = (sys.executable, "-m", "keruen", "run", "toy", "--executor", "serial", "--format", "html")


def rows() -> Iterator[Row]:
    """Waits of all readers, then what the first page weighs."""
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as home:
        for language in LANGUAGES:  # What a first reader of all pays: reports are composed once.
            for page in PAGES:
                _Reader(home).get(f"/{language}/{page}")
        waits, n_runs = _minute(home, Path(folder) / "beside")
        load = os.getloadavg()[0]
        name = f"{N_USERS} readers, a page a second each, {SECONDS} s, runs beside it"
        note = f"{len(waits):,} pages, {n_runs} runs; load {load:.1f}"
        yield Row(f"{name}: median", _share(waits, 0.5), note)
        yield Row("95th percentile", _share(waits, 0.95), f"below {LIMIT_S:g} s")
        yield Row("the slowest", max(waits))
        yield from _weights(home)


def _share(waits: list[float], share: float) -> float:
    return sorted(waits)[math.ceil(share * len(waits)) - 1]


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """`keruen web` over the demonstration and a finished run; its address."""
    demo(folder / "register", at=AT)
    subprocess.run([*_RUN, "--out", str(folder / "runs" / "toy")], check=True, capture_output=True)
    command = [sys.executable, "-m", "keruen", "web", "--port", "0"]
    command += ["--folder", str(folder / "register" / "side-a"), "--runs", str(folder / "runs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = _SERVING.search(server.stdout.readline())
        assert found is not None
        try:
            yield found[0]
        finally:
            server.terminate()


class _Reader:
    """One browser: a connection that stays open, without a cookie."""

    def __init__(self, home: str) -> None:
        parts = urlsplit(home)
        assert parts.hostname is not None
        self._line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def get(self, path: str) -> bytes:
        """The body as it comes over the line; any other status than 200 is the end."""
        self._line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = self._line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(path, answer.status)
        return body


def _minute(home: str, out: Path) -> tuple[list[float], int]:
    """Every wait, and how many runs were finished beside it."""
    waits: list[float] = []
    end = Event()
    finished: list[Path] = []

    def read(user: int, start: float) -> None:
        reader, language = _Reader(home), LANGUAGES[user % len(LANGUAGES)]
        for n in range(SECONDS):
            due = start + n + user / N_USERS
            sleep(max(0.0, due - perf_counter()))
            reader.get(f"/{language}/{PAGES[(user + n) % len(PAGES)]}")
            waits.append(perf_counter() - due)

    def run() -> None:
        while not end.is_set():
            folder = out / str(len(finished))
            with subprocess.Popen([*_RUN, "--out", str(folder)], stdout=subprocess.DEVNULL) as work:
                while work.poll() is None and not end.wait(0.2):
                    pass
                work.terminate()
            finished.append(folder)

    beside = Thread(target=run)
    beside.start()
    start = perf_counter() + 1
    readers = [Thread(target=read, args=(user, start)) for user in range(N_USERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    end.set()
    beside.join()
    if len(waits) != N_USERS * SECONDS:
        raise RuntimeError(len(waits))
    return waits, len(finished)


def _weights(home: str) -> Iterator[Row]:
    """What a browser that has been here never before loads for the first page, over the line."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        yield Row("first page", None, "not measured: there is no Chromium here")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for language in LANGUAGES:
            sizes = _loaded(browser, f"{home}/{language}/start")
            note = f"{sum(sizes) / 1000:.0f} kB in {len(sizes)} files, as Chromium loads it"
            yield Row(f"first page, {language}", None, note)
        browser.close()


def _loaded(browser: Browser, address: str) -> list[float]:
    """Bytes over the line of everything that a page needs, in a browser that keeps nothing."""
    context = browser.new_context()
    sizes: list[float] = []
    page = context.new_page()
    watching = context.new_cdp_session(page)
    watching.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    watching.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    context.close()
    return sizes


if __name__ == "__main__":
    raise SystemExit(tell("web", rows()))
