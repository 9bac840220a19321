"""How all tests run: hypothesis without a deadline, with the same examples every time.

A failing example prints the line that makes it happen again. A longer search is asked for:
``scripts/test tests/properties --hypothesis-profile=search``.

No test measures time: machines differ, and one that is shared proves nothing. A test that waits for
another process waits for what it does (`contracts/test_banned_calls.py` holds that). Seconds are
measured in ``benchmarks/``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile("steady")


@pytest.fixture
def rough_weeks(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weeks are planned to a tenth of their cost, for tests in which any week of trains will do.

    Proving the last per cents takes ten times as long. Such weeks are kept apart from those of the
    person who tests, in the folder returned; all workers of one run of the tests share it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "weeks"
    # By module: in the package `study`, `prepared` is the function.
    monkeypatch.setattr(import_module("keruen.study.prepared"), "PLAN_GAP", 0.1)
    monkeypatch.setattr(import_module("keruen.store.runs.kept_weeks"), "_folder", lambda: folder)
    return folder


@pytest.fixture(scope="module")
def alone_in_the_cache() -> Iterator[None]:
    """No other worker compiles meanwhile, for modules that call compiled leaves themselves.

    What runs a terminal locks the cache itself, and would wait for itself here.
    """
    from keruen.terminal.kernel.compiled import alone

    with alone():
        yield
