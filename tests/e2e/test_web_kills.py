"""The server is killed while it writes: whatever it has answered is there, and nothing is there by half.

`KERUEN_WEB_KILLS=50` kills it that often; each time at another instant of a stream of writings.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2 as httpx

from keruen.register import Register
from keruen.store.notebook import Notebook, notebook_of
from served_pages import Served, demonstration
from writing_pages import Forms

N_KILLS = int(os.environ.get("KERUEN_WEB_KILLS", "5"))
_FEWEST, _MOST = 2, 7
"""The kill falls upon one of these forms of a server: a draft, the same put forward, the next."""
_LATEST_S = 0.25
"""…so long after it was sent at the latest: before, while and after it is written."""
_NUMBERS = re.compile(r"draft=(\d+)&done=(\d+)|done=(\d+)")


class Writer(threading.Thread):
    """Keeps drafts and puts every second one forward, without a pause, until the server is gone."""

    def __init__(self, server: Served, first: int) -> None:
        super().__init__()
        self.server = server
        self.number = first
        self.kept: dict[int, str] = {}
        """Number of a draft that the server has said it keeps → id of its project."""
        self.signed: dict[int, str] = {}
        """Number of a draft that the server has said is put forward → id of its project."""
        self.told: list[int] = []
        """Lines of the audit that the server has named."""
        self.n_sent = 0

    def run(self) -> None:
        headers = {"origin": self.server.address}
        with httpx.Client(base_url=self.server.address, headers=headers, timeout=60) as browser:
            try:
                while True:
                    self._write(browser)
            except httpx.TransportError:
                return

    def _write(self, browser: httpx.Client) -> None:
        self.number += 1
        name = f"KH-{self.number}-A"
        title = {f"title.{one}": f"Қойма {name}" for one in ("kk", "ru", "zh")}
        typed = {"id": name, "kind": "infrastructure", **title}
        draft, done = self._send(browser, "/en/write/project", {**typed, "_action": "draft"})
        self.kept[draft] = name
        self.told.append(done)
        if self.number % 2:
            _, done = self._send(
                browser, f"/en/drafts/{draft}", {"_read": "yes", "_action": "sign"}
            )
            self.signed[draft] = name
            self.told.append(done)

    def _send(self, browser: httpx.Client, address: str, typed: dict[str, str]) -> tuple[int, int]:
        """Fill in the form of a page and send it; the numbers of draft and line that it is told."""
        forms = Forms(browser.get(address).text).forms
        target, inputs, _ = next(one for one in forms if ("_action", typed["_action"]) in one[2])
        self.n_sent += 1
        answer = browser.post(target, data={**inputs, **typed})
        assert answer.status_code == 303, answer.text
        found = _NUMBERS.search(answer.headers["location"])
        assert found is not None, answer.headers["location"]
        return int(found[1] or 0), int(found[2] or found[3])


def test_nothing_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    """Drafts, lines of the audit and entries that were answered are there; each has its fellow."""
    folder = demonstration(tmp_path / "register")[0]
    server, luck = Served(folder, tmp_path / "runs"), random.Random(20261129)
    n_entries = Register.open(folder).state("2026-11-29").heads["A"][0]
    kept: dict[int, str] = {}
    signed: dict[int, str] = {}
    told: list[int] = []
    for n in range(N_KILLS):
        server.start()
        writer = Writer(server, 1000 * (n + 1))
        writer.start()
        n_wanted = luck.randint(_FEWEST, _MOST)
        while writer.is_alive() and writer.n_sent < n_wanted:
            time.sleep(0.002)
        time.sleep(luck.uniform(0, _LATEST_S))
        server.kill()
        writer.join()
        kept |= writer.kept
        signed |= writer.signed
        told += writer.told
    assert kept
    assert signed
    # Whatever was begun and not finished is put right by the next start, not by the test.
    server.start()
    assert httpx.get(f"{server.address}/en/write").status_code == 200
    server.stop()
    register, notebook = Register.open(folder), Notebook(notebook_of(folder))
    assert not register.verify()
    drafts = {one.id: one.typed["id"] for one in notebook.drafts()}
    assert kept.items() - signed.items() <= drafts.items() | _put_forward(notebook).items()
    assert not drafts.keys() & signed.keys()
    deeds = notebook.deeds()
    assert set(told) <= {one.id for one in deeds}
    # Every draft has the line that tells of it, and every line that tells of a draft had one.
    offered = [one for one in deeds if one.what == "put_forward"]
    told_of = Counter(int(one.subject) for one in deeds if one.what == "draft_kept")
    assert told_of == Counter([*drafts, *(int(one.before) for one in offered)])
    # Every entry has one line, every line its entry, and no draft is left of what is an entry.
    entries = register.state("2026-11-29").all_revisions()
    written = {
        one.entry: one.subject
        for one in entries
        if one.side == "A" and re.fullmatch(r"KH-\d{4,}-A", one.subject)
    }
    assert Counter(one.after for one in offered) == Counter(list(written))
    assert {one.after: one.subject for one in offered} == written
    assert not set(drafts.values()) & set(written.values())
    assert register.state("2026-11-29").heads["A"][0] == n_entries + len(written)


def _put_forward(notebook: Notebook) -> dict[int, str]:
    return {int(one.before): one.subject for one in notebook.deeds() if one.what == "put_forward"}
