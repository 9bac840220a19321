"""What was asked of a run beyond its replications stands beside its result, as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen.i18n import text
from keruen.web.reading import RunReader
from made_up_pages import RUN, pages

PAGE = "<!DOCTYPE html><style>b{color:red}</style><script>alert(1)</script><b>结果</b>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with "Which first?" in two languages, and what may not be given out."""
    study = tmp_path / RUN / "appraisal" / "nameplate"
    study.mkdir(parents=True)
    for name in ("which-first-zh.html", "which-first-ru.html", "which-first-zh.xlsx"):
        (study / name).write_text(PAGE, encoding="utf-8")
    (study / "which-first.json").write_text("{}", encoding="utf-8")
    secret = tmp_path / "secret-zh.html"
    secret.write_text("key", encoding="utf-8")
    (study / "linked-zh.html").symlink_to(secret)
    (tmp_path / RUN / "sensitivity").symlink_to(study.parent)
    return tmp_path


def test_a_study_is_read_in_its_language(folder: Path) -> None:
    """The page leads to the report in the reader's language; a report runs and sends nothing."""
    with pages(folder) as browser:
        page = browser.get(f"/zh/results/{RUN}").text
        assert text("web.study_appraisal", "zh") in page
        address = f"/zh/results/{RUN}/files/appraisal/nameplate/which-first-zh.html"
        assert address in page
        assert "which-first-ru" not in page
        assert "linked-zh" not in page
        assert text("web.study_sensitivity", "zh") not in page
        answer = browser.get(address)
        assert answer.text == PAGE
        assert answer.headers["content-type"].startswith("text/html")
        policy = answer.headers["content-security-policy"].split("; ")
        assert {"sandbox", "default-src 'none'", "form-action 'none'"} <= set(policy)
        assert not [one for one in policy if one.startswith("script-src")]
        book = browser.get(address.replace(".html", ".xlsx"))
        assert book.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name",
    [
        "appraisal/nameplate/linked-zh.html",
        "sensitivity/nameplate/which-first-zh.html",
        "appraisal/nameplate/which-first.json",
        "appraisal/nameplate/gone-zh.html",
        "appraisal/..%2F..%2Fsecret-zh.html/x-zh.html",
        "base/nameplate/which-first-zh.html",
    ],
)
def test_nothing_else_is_given_out(folder: Path, name: str) -> None:
    """No link, no other file, nothing outside the folders of studies."""
    with pages(folder) as browser:
        assert browser.get(f"/zh/results/{RUN}/files/{name}").status_code == 404


def test_other_pages_keep_the_strict_policy(folder: Path) -> None:
    """Only a report's own file may have a style inside."""
    with pages(folder) as browser:
        answer = browser.get(f"/zh/results/{RUN}")
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


def test_a_run_stays_when_a_search_lies_beside_it(tmp_path: Path) -> None:
    """What a search has run is no case of the run, and a search alone is no run."""
    for place in ("kostanay/base", "kostanay/capacity/base", "alone/capacity/base"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "provenance.json").write_text("{}", encoding="utf-8")
    (run,) = RunReader(tmp_path).runs()
    assert run.cases == (tmp_path / "kostanay" / "base",)
