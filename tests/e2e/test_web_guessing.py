"""Many at once guess at a password, over the wire: no more are tried than one after the other.

`KERUEN_WEB_GUESSES=1000` guesses that often.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx

from keruen.store.notebook import Notebook
from keruen.web import WebSettings, accounts
from keruen.web.accounts import AccountDesk
from made_up_pairs import two
from served_pages import served_beside
from writing_pages import LIGHT, PASSWORD, Forms

N_GUESSES = int(os.environ.get("KERUEN_WEB_GUESSES", "48"))
_AT_ONCE = 8


def _try(home: str, password: str) -> int:
    """Sign in as a browser does that nobody knows; the status of the answer."""
    with httpx.Client(base_url=home, headers={"origin": home}, timeout=60) as browser:
        target, inputs, _ = Forms(browser.get("/en/login").text).forms[0]
        typed = {"_user": "dana", "_password": password, "_action": "in"}
        return browser.post(target, data={**inputs, **typed}).status_code


def test_many_guess_at_once(tmp_path: Path) -> None:
    """Ten are tried; then not even the right password is, and the audit has each that was tried."""
    settings = WebSettings(register=two(tmp_path).a.path, runs=tmp_path, place="shared")
    vars(accounts).update(_HASHER=LIGHT, _NOBODY=LIGHT.hash("nobody"))
    AccountDesk(settings).add("dana", frozenset({"clerk"}), PASSWORD, who="local")
    with served_beside(settings) as home, ThreadPoolExecutor(_AT_ONCE) as guessers:
        guesses = [f"guess {n}" for n in range(N_GUESSES)]
        found = Counter(guessers.map(lambda one: _try(home, one), guesses))
        assert found == {422: 10, 429: N_GUESSES - 10}
        assert _try(home, PASSWORD) == 429
    refused = [one for one in Notebook(settings.notebook).deeds() if one.what == "sign_in_refused"]
    assert len(refused) == 10
