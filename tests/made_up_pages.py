"""The web face over a made-up list and a made-up run, for tests of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from starlette.testclient import TestClient

from keruen.domain.joint_state import JointState
from keruen.i18n import text
from keruen.report.compose import words_of_frame
from keruen.report.document import Cell, Chapter, PrintedDocument, TableBlock
from keruen.report.kept_document import keep_in_all_languages
from keruen.store.runs.kept_runs import KeptRun
from keruen.study.results import Study
from keruen.web import WebSettings, create_app
from keruen.web.reading import RegisterReader, RunReader
from made_up_lists import TODAY, joint_list
from made_up_studies import scenario, study

RUN = "made-up"
PROJECT = "KH-0001"


def which_first(language: str) -> PrintedDocument:
    """A study of one chapter with one table, in the words of a language."""
    title = text("web.study_appraisal", language)
    table = TableBlock(
        caption=text("web.menu_list", language),
        header=(text("web.column_value", language), text("web.column_low", language)),
        rows=((Cell(text="500"), Cell(text="400")), (Cell(text="20"), Cell(text="–"))),
        widths=(1.0, 1.0),
    )
    return PrintedDocument(
        language=language,
        title=title,
        summary=text("web.results_lead", language),
        sections=(Chapter(name="which", title=title, blocks=(table,)),),
        words=words_of_frame(language),
    )


@contextmanager
def pages(folder: Path, state: JointState | None = None, run: str = RUN) -> Iterator[TestClient]:
    """A browser without JavaScript before pages of `state`, by default the made-up list."""
    shown = joint_list() if state is None else state
    case = folder / run / "base"
    case.mkdir(parents=True, exist_ok=True)
    (case / "provenance.json").write_text("{}", encoding="utf-8")
    (case / "study.json").write_text("{}", encoding="utf-8")
    studied = folder / run / "appraisal" / "nameplate"
    if not studied.parent.exists():
        keep_in_all_languages(which_first, studied, "which-first")
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
