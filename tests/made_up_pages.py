"""The web face over a made-up list and a made-up run, for tests of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from starlette.testclient import TestClient

from keruen.domain.joint_state import JointState
from keruen.store.runs.kept_runs import KeptRun
from keruen.study.results import Study
from keruen.web import WebSettings, create_app
from keruen.web.reading import RegisterReader, RunReader
from made_up_lists import TODAY, joint_list
from made_up_studies import scenario, study

RUN = "made-up"
PROJECT = "KH-0001"


@contextmanager
def pages(folder: Path, state: JointState | None = None, run: str = RUN) -> Iterator[TestClient]:
    """A browser without JavaScript before pages of `state`, by default the made-up list."""
    shown = joint_list() if state is None else state
    case = folder / run / "base"
    case.mkdir(parents=True, exist_ok=True)
    (case / "provenance.json").write_text("{}", encoding="utf-8")
    (case / "study.json").write_text("{}", encoding="utf-8")
    kept = KeptRun(folder=folder / run, cases=(case,))
    made: list[Study] = [study(scenario())]
    settings = WebSettings(register=folder / "none", runs=folder, today=lambda: TODAY)
    with (
        patch.object(RegisterReader, "state", lambda _self, _today: shown),
        patch.object(RunReader, "runs", lambda _self: [kept]),
        patch.object(RunReader, "studies", lambda _self, _run: made),
        TestClient(create_app(settings), follow_redirects=False) as browser,
    ):
        yield browser
