"""Pages over a real register: they follow it, and show nothing of a damaged one."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from keruen.i18n import text
from keruen.web import WebSettings, create_app
from made_up_pairs import full, lines, project, put_lines

TODAY = "2026-11-29"


def test_pages_follow_the_register(tmp_path: Path) -> None:
    """A project that is written while the server runs stands on the next page."""
    pair = full(tmp_path)
    settings = WebSettings(register=pair.a.path, runs=tmp_path / "runs", today=lambda: TODAY)
    with TestClient(create_app(settings)) as browser:
        before = browser.get("/en/list.json").json()["tables"][0]["rows"]
        pair.a.offer("project", project("KH-0077", "Bridge"), at="2026-11-29T10:00:00Z")
        after = browser.get("/en/list.json").json()["tables"][0]["rows"]
        assert len(after) == len(before) + 1
        assert browser.get("/en/projects/KH-0077").status_code == 200


def test_a_damaged_log_is_not_shown(tmp_path: Path) -> None:
    """Of a log with a changed byte the page says what is wrong, and shows no project."""
    pair = full(tmp_path)
    content = lines(pair.a, "B")
    content[-1] = content[-1].replace(b'"B"', b'"A"', 1)
    put_lines(pair.a, "B", content)
    settings = WebSettings(register=pair.a.path, runs=tmp_path / "runs", today=lambda: TODAY)
    with TestClient(create_app(settings)) as browser:
        answer = browser.get("/kk/list")
        assert answer.status_code == 503
        assert text("web.unreadable_title", "kk") in answer.text
        assert "KH-0001" not in answer.text
        problem = browser.get("/kk/list.json").json()
        assert problem["status"] == 503
        assert problem["errors"]


def test_pages_without_a_register(tmp_path: Path) -> None:
    """Where there is neither list nor run, the pages say so."""
    settings = WebSettings(register=tmp_path / "register", runs=tmp_path / "runs")
    with TestClient(create_app(settings)) as browser:
        for path in ("start", "list", "results", "figures", "help"):
            assert browser.get(f"/ru/{path}").status_code == 200
        assert text("web.no_list", "ru") in browser.get("/ru/list").text
        assert text("web.no_result", "ru") in browser.get("/ru/start").text
        assert browser.get("/ru/projects/KH-0001").status_code == 404


def test_a_register_that_was_cut_down_says_so_first(tmp_path: Path) -> None:
    """A log without its end reads well, as a shorter list: start and list warn before it."""
    pair = full(tmp_path)
    settings = WebSettings(register=pair.a.path, runs=tmp_path / "runs", today=lambda: TODAY)
    for path in ("start", "list"):
        with TestClient(create_app(settings)) as browser:
            assert text("web.damaged", "kk") not in browser.get(f"/kk/{path}").text
    put_lines(pair.a, "A", lines(pair.a, "A")[:-1])
    for path in ("start", "list"):
        with TestClient(create_app(settings)) as browser:
            page = browser.get(f"/kk/{path}").text
            assert page.index(text("web.damaged", "kk")) < page.index('class="head"')
            assert "log/A.jsonl" in page


def test_pages_without_a_run_say_what_comes(tmp_path: Path) -> None:
    """Empty results and figures tell a stranger where they come from."""
    settings = WebSettings(register=tmp_path / "register", runs=tmp_path / "runs")
    with TestClient(create_app(settings)) as browser:
        assert text("web.results_none", "kk") in browser.get("/kk/results").text
        assert text("web.figures_none", "kk") in browser.get("/kk/figures").text
        refused = browser.get("/kk/nothing")
        assert refused.status_code == 404
        assert text("web.public_notice", "kk") not in refused.text
