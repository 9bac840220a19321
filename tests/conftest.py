"""How all tests run: hypothesis without a deadline, with the same examples every time.

A failing example prints the line that makes it happen again. A longer search is asked for:
``scripts/test tests/properties --hypothesis-profile=search``.

No test measures time: machines differ, and one that is shared proves nothing. A test that waits for
another process waits for what it does (`contracts/test_banned_calls.py` holds that). Seconds are
measured in ``benchmarks/``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from keruen import caches

settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile("steady")


@pytest.fixture(scope="module")
def alone_in_the_cache() -> Iterator[None]:
    """No other worker compiles meanwhile, for modules that call compiled leaves themselves.

    What runs a terminal locks the cache itself, and would wait for itself here.
    """
    from keruen.compiled import exclusive_cache

    with exclusive_cache():
        yield


@pytest.fixture(autouse=True)
def own_experiments(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody finds experiments of another test, or of a person, and code broken on purpose keeps none.

    The name of a kind is a path below the caches; an absolute one leads out of them.
    """
    monkeypatch.setattr(caches, "EXPERIMENTS", str(tmp_path_factory.mktemp("experiments")))
