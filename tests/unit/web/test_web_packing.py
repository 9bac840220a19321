"""Answers are packed for a browser that unpacks them, and what holds a secret is not."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from made_up_pages import pages
from made_up_pairs import full
from writing_pages import Clerk


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with pages(tmp_path_factory.mktemp("web")) as opened:
        yield opened


def _raw(browser: TestClient, address: str, accepts: str) -> tuple[bytes, dict[str, str]]:
    headers = {"accept-encoding": accepts}
    with browser.stream("GET", address, headers=headers) as answer:
        return b"".join(answer.iter_raw()), dict(answer.headers)


@pytest.mark.parametrize(
    "address",
    ["/kk/start", "/zh/list", "/ru/list.json", "/en/projects/KH-0001.json", "/static/style.css"],
)
def test_the_same_comes_packed(browser: TestClient, address: str) -> None:
    """Unpacked it is the very same, and less than half went over the line."""
    plain, _ = _raw(browser, address, "identity")
    packed, headers = _raw(browser, address, "br, gzip")
    assert headers["content-encoding"] == "gzip"
    assert "accept-encoding" in headers["vary"].lower()
    assert gzip.decompress(packed) == plain
    assert int(headers.get("content-length", len(packed))) == len(packed) < len(plain) / 2


def test_what_is_packed_already_is_left(browser: TestClient) -> None:
    """A workbook goes out as it is, and so does what is small."""
    for address in ("/kk/list.xlsx", "/static/icon.svg"):
        plain, _ = _raw(browser, address, "identity")
        body, headers = _raw(browser, address, "gzip")
        assert "content-encoding" not in headers
        assert len(body) == len(plain)


def test_a_page_with_a_token_is_not_packed(tmp_path: Path) -> None:
    """Its length would tell a stranger how alike the token and a guess are."""
    clerk = Clerk(full(tmp_path).a.path)
    for path in ("sign", "write/project", "exchange"):
        body, headers = _raw(clerk.browser, f"/kk/{path}", "gzip")
        assert "content-encoding" not in headers
        assert b"_token" in body
