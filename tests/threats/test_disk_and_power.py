"""A full disk, a power cut and a kill −9 at every single write: all of it or nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from keruen.cli.main import run
from keruen.errors import InputError, KeruenError, StorageError
from keruen.register import Register
from made_up_pairs import (
    AT,
    PAPER,
    TODAY,
    FailingDisk,
    PowerCut,
    Two,
    claim,
    disk_full,
    evidence,
    full,
    listing,
    two,
    words,
)

Work = Callable[[Register, Path], object]


def _say(register: Register, _: Path) -> object:
    return register.claim(claim("S-new"), at=AT)


def _show(register: Register, _: Path) -> object:
    return register.evidence(evidence("E-new", PAPER + b"!"), PAPER + b"!", at=AT)


def _rotate(register: Register, _: Path) -> object:
    return register.rotate(["New"], at=AT)


def _import(register: Register, bundle: Path) -> object:
    return register.import_(bundle, at=AT)


def _status(register: Register, _: Path) -> object:
    return register.status("2026-11-24")


WORKS: dict[str, Work] = {
    "claim": _say,
    "evidence": _show,
    "rotate": _rotate,
    "import": _import,
    "status": _status,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Two, Path]:
    """A pair, and a bundle with a file for side B."""
    pair = full(tmp_path_factory.mktemp("made"))
    pair.a.evidence(evidence("E-2", PAPER + b"2"), PAPER + b"2", at=AT)
    return pair, pair.bundle("A")


def logs(folder: Path) -> tuple[int, ...]:
    """How many entries both logs have."""
    return tuple(len((folder / "log" / f"{side}.jsonl").read_bytes().splitlines()) for side in "AB")


def model(made: tuple[Two, Path], work: Work, folder: Path) -> tuple[int, tuple[int, ...]]:
    """How often the work touches the disk, and how long the logs are after it."""
    pair, bundle = made
    shutil.copytree(pair.b.path, folder)
    register = Register.open(folder)
    with pytest.MonkeyPatch.context() as patch:
        disk = FailingDisk(patch, 0, disk_full)
        work(register, bundle)
    return disk.n, logs(folder)


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.parametrize("happens", [disk_full, PowerCut], ids=["full", "cut"])
def test_every_write(
    made: tuple[Two, Path], name: str, happens: Callable[[], BaseException], tmp_path: Path
) -> None:
    """Whatever is being done, and wherever it stops: afterwards all of it is there or nothing, and
    the register is clean and goes on."""
    pair, bundle = made
    n_calls, done = model(made, WORKS[name], tmp_path / "model")
    before = logs(pair.b.path)
    assert n_calls > 3
    # The database is no truth and takes long: every third place is enough there.
    for at in range(1, n_calls + 1, 3 if name == "status" else 1):
        folder = tmp_path / f"{at}"
        shutil.copytree(pair.b.path, folder)
        register = Register.open(folder)
        with pytest.MonkeyPatch.context() as patch:
            FailingDisk(patch, at, happens)
            stopped = outcome(lambda r=register: WORKS[name](r, bundle))  # type: ignore[misc]
        assert stopped in ("", "cut", "error.disk_full"), at
        again = Register.open(folder)
        assert again.state(TODAY).today == TODAY
        assert logs(folder) in (before, done), at
        assert again.verify() == (), at
        again.claim(claim("S-next"), at=AT)
        shutil.rmtree(folder)


@pytest.mark.parametrize("happens", [disk_full, PowerCut], ids=["full", "cut"])
def test_first_database(happens: Callable[[], BaseException], tmp_path: Path) -> None:
    """A first status that stops anywhere leaves nothing to complain of, without a second one."""
    pair = two(tmp_path / "pair")
    folder = shutil.copytree(pair.b.path, tmp_path / "model")
    with pytest.MonkeyPatch.context() as patch:
        disk = FailingDisk(patch, 0, disk_full)
        Register.open(folder).status(TODAY)
    for at in range(1, disk.n + 1):
        folder = shutil.copytree(pair.b.path, tmp_path / f"{at}")
        register = Register.open(folder)
        with pytest.MonkeyPatch.context() as patch:
            FailingDisk(patch, at, happens)
            outcome(lambda r=register: r.status(TODAY))  # type: ignore[misc]
        assert Register.open(folder).verify() == (), at
        assert Register.open(folder).status(TODAY) == register.status(TODAY)
        shutil.rmtree(folder)


@pytest.mark.parametrize("happens", [disk_full, PowerCut], ids=["full", "cut"])
def test_quarantine(
    made: tuple[Two, Path], happens: Callable[[], BaseException], tmp_path: Path
) -> None:
    """What is refused is kept with its reason or not at all, wherever it stops."""
    pair, bundle = made
    wrong = tmp_path / "wrong.jlb"
    wrong.write_bytes(bundle.read_bytes()[:-1])

    def refuse(register: Register) -> str:
        try:
            return outcome(lambda: register.import_(wrong, at=AT))
        except InputError as refused:
            return refused.key

    folder = shutil.copytree(pair.b.path, tmp_path / "model")
    with pytest.MonkeyPatch.context() as patch:
        disk = FailingDisk(patch, 0, disk_full)
        assert refuse(Register.open(folder)) == "error.bundle_not_zip"
    assert len(list((folder / "quarantine").iterdir())) == 2
    for at in range(1, disk.n + 1):
        folder = shutil.copytree(pair.b.path, tmp_path / f"{at}")
        with pytest.MonkeyPatch.context() as patch:
            FailingDisk(patch, at, happens)
            refuse(Register.open(folder))
        again = Register.open(folder)
        assert again.verify() == (), at
        assert len(list((folder / "quarantine").iterdir())) in (0, 2), at
        assert refuse(again) == "error.bundle_not_zip"
        assert again.verify() == ()
        shutil.rmtree(folder)


def test_reader_beside_a_writer(made: tuple[Two, Path], tmp_path: Path) -> None:
    """Whoever reads is never told that somebody writes, and sees one state or the other."""
    folder = shutil.copytree(made[0].b.path, tmp_path / "x")
    register = Register.open(folder)
    told = register.state(TODAY)
    with register._folder.working():
        (folder / "files" / ".incoming.partial").write_bytes(b"half of it")
        reader = Register.open(folder)
        assert reader.state(TODAY) == told
        assert reader.status("2026-11-24").today == "2026-11-24"
        assert reader.verify() == ()
        assert reader.export(tmp_path / "x.jlb", at=AT).is_file()
        assert (folder / "files" / ".incoming.partial").exists()
    tests = str(Path(__file__).resolve().parents[1])
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder), "0.3"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, tests])},
    )
    assert writer.stdout is not None
    try:
        writer.stdout.readline()
        seen: list[int] = []
        for _ in range(400):
            if len(set(seen)) == 4:
                break
            state = Register.open(folder).state(TODAY)
            assert state.checks == told.checks
            seen.append(state.heads["B"][0])
            assert reader.verify() == ()
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    assert seen == sorted(seen)
    assert len(set(seen)) == 4


READERS = {
    "list": ["list"],
    "show": ["show", "KH-0001"],
    "status": ["status"],
    "status of another day": ["status", "--today", "2026-11-30"],
    "verify": ["verify"],
    "text": ["text", "KH-0001"],
    "sheet": ["sheet", "export", "list.xlsx"],
    "tables": ["sheet", "export", "tables"],
    "oc4ids": ["oc4ids", "export", "list.json"],
    "fiche": ["fiche", "KH-0001"],
    "meeting": ["meeting"],
}


@pytest.mark.parametrize("name", READERS)
def test_no_reader_is_told_that_somebody_writes(
    made: tuple[Two, Path],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every command that only reads answers as usual while somebody else holds the lock."""
    folder = shutil.copytree(made[0].b.path, tmp_path / "x")
    monkeypatch.chdir(tmp_path)
    command = ["register", *READERS[name], "--folder", str(folder), "--language", "en"]
    with Register.open(folder)._folder.working():
        assert run(command) == 0
    beside = capsys.readouterr()
    assert run(command) == 0
    assert capsys.readouterr() == beside


def outcome(work: Callable[[], object]) -> str:
    """How a piece of work ended: with a key of an error, cut, or well."""
    try:
        work()
    except StorageError as refused:
        return refused.key
    except PowerCut:
        return "cut"
    return ""


def test_full_disk_while_a_side_begins(tmp_path: Path) -> None:
    """A beginning that fails leaves nothing behind, and may be tried again."""
    with pytest.MonkeyPatch.context() as patch:
        disk = FailingDisk(patch, 0, disk_full)
        begin(tmp_path / "model")
        n_calls = disk.n
    for at in range(1, n_calls + 1):
        folder = tmp_path / f"{at}"
        with pytest.MonkeyPatch.context() as patch:
            FailingDisk(patch, at, disk_full)
            key = outcome(lambda f=folder: begin(f))  # type: ignore[misc]
        assert key == "error.disk_full", at
        if folder.exists():
            assert Register.open(folder).verify() == ()
        else:
            assert begin(folder).verify() == ()


def begin(folder: Path) -> Register:
    """Side A's own beginning."""
    return Register.init(folder, side="A", name=words("Side A"), offices=["Office"])


def test_one_process_at_a_time(made: tuple[Two, Path], tmp_path: Path) -> None:
    """While another process writes, a third is told so and changes nothing."""
    folder = shutil.copytree(made[0].b.path, tmp_path / "x")
    register = Register.open(folder)
    before = listing(folder)
    with register._folder.working(), pytest.raises(KeruenError) as refused:
        Register.open(folder).claim(claim("S-x"), at=AT)
    assert refused.value.key == "error.register_busy"
    assert listing(folder) == before


def test_two_openings_see_each_other(made: tuple[Two, Path], tmp_path: Path) -> None:
    """What one opening wrote, the other knows before it writes: no place is taken twice."""
    folder = shutil.copytree(made[0].b.path, tmp_path / "x")
    one, other = Register.open(folder), Register.open(folder)
    for n in range(3):
        one.claim(claim(f"S-{n}a"), at=AT)
        other.claim(claim(f"S-{n}b"), at=AT)
    assert one.verify() == ()
    assert one.state(TODAY) == other.state(TODAY)


_WRITER = """
import sys, time
from keruen.register import Register
from made_up_pairs import AT, claim
register = Register.open(sys.argv[1])
for n in range(10_000):
    register.claim(claim(f"S-{n}"), at=AT)
    sys.stdout.write(f"{n}\\n")
    sys.stdout.flush()
    time.sleep(float(sys.argv[2]))
"""


@pytest.mark.skipif(os.name != "posix", reason="no such signal")
def test_kill_9(made: tuple[Two, Path], tmp_path: Path) -> None:
    """A process killed while it writes has lost nothing that it said was written."""
    folder = shutil.copytree(made[0].b.path, tmp_path / "x")
    tests = str(Path(__file__).resolve().parents[1])
    n_before = logs(folder)[1]
    for delay in (0.05, 0.11):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(folder), "0"],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": tests},
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(delay)
        os.kill(writer.pid, signal.SIGKILL)
        n_told = len((first + writer.stdout.read()).splitlines())
        writer.wait()
        writer.stdout.close()
        register = Register.open(folder)
        assert register.verify() == ()
        n_after = logs(folder)[1]
        assert n_told <= n_after - n_before <= n_told + 1
        n_before = n_after
