"""Changes of a register's folder: wholly or not at all, whatever the disk or the power does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keruen.errors import InputError, StorageError
from keruen.store import JointFolder
from keruen.store.register.intents import Change, carry_out, finish, is_unfinished

CALLS = ("write", "fsync", "replace", "unlink", "open")
STAGED = b"paper"


class PowerCut(BaseException):
    """Nothing catches it: what follows is not done."""


class Failing:
    """From the n-th call on that touches the disk, something happens."""

    def __init__(self, at: int, happens: Callable[[], BaseException], *, once: bool) -> None:
        self.n = 0
        self.at = at
        self.happens = happens
        self.once = once

    def wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **more: Any) -> Any:
            self.n += 1
            if self.n == self.at or (self.n > self.at and not self.once):
                if name == "write":
                    # Half of it gets through, as it does in life.
                    real(words[0], bytes(words[1])[: len(words[1]) // 2])
                raise self.happens()
            return real(*words, **more)

        return call

    def install(self, monkeypatch: pytest.MonkeyPatch) -> Failing:
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrap(name, getattr(os, name)))
        return self


def full() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def folder_with_a_log(path: Path) -> JointFolder:
    folder = JointFolder.create(path, {"register.toml": b"side"})
    carry_out(path, Change(appended={"log/A.jsonl": b"one\n"}, put={"parked/old": b"old"}))
    return folder


def change(folder: JointFolder) -> Change:
    sha256, _ = folder.stage([STAGED], 1000)
    return Change(
        appended={"log/A.jsonl": b"two\nthree\n", "log/B.jsonl": b"first\n"},
        put={"parked/new": b"new", "parked/old": b"other"},
        removed=("register.toml",),
        staged=(sha256,),
    )


def seen(folder: JointFolder) -> dict[str, bytes]:
    return {
        name: (folder.path / name).read_bytes()
        for name in folder.names()
        if not name.startswith(("seal", "files/."))
    }


def both(tmp_path: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What the folder holds before and after the change."""
    folder = folder_with_a_log(tmp_path / "model")
    before = seen(folder)
    carry_out(folder.path, change(folder))
    return before, seen(folder)


def count_calls(tmp_path: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        counter = Failing(0, full, once=True).install(patch)
        folder = folder_with_a_log(tmp_path / "count")
        counter.n = 0
        carry_out(folder.path, change(folder))
        return counter.n


def refused(folder: JointFolder) -> str:
    """Key of the error of a change; empty when it was made."""
    try:
        carry_out(folder.path, change(folder))
    except StorageError as refusal:
        return refusal.key
    return ""


def cut_short(folder: JointFolder, wanted: Change | None = None) -> None:
    """Make a change during which the power goes."""
    with pytest.raises(PowerCut):
        carry_out(folder.path, wanted or change(folder))


def cut_before_the_logs(folder: JointFolder, wanted: Change | None = None) -> None:
    """Let the power go when the intent stands and nothing of it is done."""

    def cut(*_: object) -> None:
        raise PowerCut

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("keruen.store.register.intents._append", cut)
        cut_short(folder, wanted)


@pytest.mark.parametrize("once", [True, False], ids=["passing", "lasting"])
def test_full_disk_at_every_call(tmp_path: Path, once: bool) -> None:
    """Wherever the disk is full, the error is ours and nothing is half there."""
    before, after = both(tmp_path)
    n_calls = count_calls(tmp_path)
    # What could not be removed stays, and does no harm.
    kept = {"register.toml": b"side"}
    assert n_calls > 15
    for at in range(1, n_calls + 1):
        folder = folder_with_a_log(tmp_path / f"full-{at}-{once}")
        with pytest.MonkeyPatch.context() as patch:
            Failing(at, full, once=once).install(patch)
            refusal = refused(folder)
        assert refusal in ("", "error.disk_full"), at
        if refusal and once:
            assert seen(folder) == before, at
        with folder.working():
            found = seen(folder)
        assert found in (before, after, {**after, **kept}), at
        assert not list(folder.path.rglob("*.partial")), at


def test_power_cut_at_every_call(tmp_path: Path) -> None:
    """Wherever the power goes, the next opening finds all of the change or nothing of it."""
    before, after = both(tmp_path)
    n_whole = 0
    n_calls = count_calls(tmp_path)
    # What could not be removed stays, and does no harm.
    kept = {"register.toml": b"side"}
    for at in range(1, n_calls + 1):
        folder = folder_with_a_log(tmp_path / f"cut-{at}")
        with pytest.MonkeyPatch.context() as patch:
            Failing(at, PowerCut, once=False).install(patch)
            cut_short(folder)
        with folder.working():
            found = seen(folder)
        assert found in (before, after, {**after, **kept}), at
        n_whole += found != before
        assert not list(folder.path.rglob("*.partial")), at
    assert 0 < n_whole < n_calls


def test_torn_tail_of_zeros_is_set_aside(tmp_path: Path) -> None:
    """A tail that a power cut filled with zeros is kept apart, and the log says what was meant."""
    folder = folder_with_a_log(tmp_path / "x")
    cut_before_the_logs(folder)
    with (folder.path / "log/A.jsonl").open("ab") as page:
        page.write(bytes(7))
    with folder.working():
        assert folder.log("A") == b"one\ntwo\nthree\n"
    (torn,) = [name for name in folder.names("quarantine") if name.endswith(".tail")]
    assert (folder.path / torn).read_bytes() == bytes(7)


@pytest.mark.parametrize("damage", ["intent", "log", "shorter"])
def test_strange_intent_changes_nothing(tmp_path: Path, damage: str) -> None:
    """An intent that is damaged, or does not fit the log, is set aside and never carried out."""
    folder = folder_with_a_log(tmp_path / "x")
    cut_before_the_logs(folder)
    path = folder.path / ("intent" if damage == "intent" else "log/A.jsonl")
    words = path.read_bytes()
    path.write_bytes(words[:-1] if damage == "shorter" else words[:-2] + b"?" + words[-1:])
    logged = folder.log("A")
    with folder.working():
        assert folder.log("A") == logged
    assert folder.log("B") == b""
    kept = [name for name in folder.names("quarantine") if name.endswith(".intent")]
    assert len(kept) == 1
    assert not is_unfinished(folder.path)


def test_intent_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    """An intent that somebody forged with a name outside of the folder is not carried out."""
    folder = folder_with_a_log(tmp_path / "x")
    cut_before_the_logs(folder, Change(appended={"log/A.jsonl": b"x\n"}, put={"../evil": b"x"}))
    assert finish(folder.path) is not None
    assert not (tmp_path / "evil").exists()


def test_one_at_a_time(tmp_path: Path) -> None:
    """While one is at work, another is told so."""
    folder = folder_with_a_log(tmp_path / "x")
    with folder.working(), pytest.raises(InputError) as busy:
        JointFolder(folder.path).working().__enter__()
    assert busy.value.key == "error.register_busy"
