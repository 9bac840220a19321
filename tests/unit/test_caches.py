"""Caches are private to one user, found again, and never loaded from where others may write."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from keruen import caches
from keruen.errors import StorageError

ON_POSIX = pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners by number")


@pytest.fixture(autouse=True)
def a_bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable names a place, the home is empty, and temporary files lie in the test's folder."""
    for variable in (caches.VARIABLE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    caches.root.cache_clear()
    yield
    caches.root.cache_clear()
    # A private folder is announced to workers by the environment.
    os.environ.pop(caches.VARIABLE, None)


def mode(folder: Path) -> int:
    """Rights of a folder."""
    return stat.S_IMODE(folder.stat().st_mode)


def test_the_home_is_the_usual_place(tmp_path: Path) -> None:
    """Without any variable the caches lie in the user's cache folder, for this user alone."""
    assert caches.root() == tmp_path / "home" / ".cache" / "keruen"
    assert mode(caches.root()) == 0o700


def test_the_cache_folder_of_the_desktop_is_honoured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`XDG_CACHE_HOME` comes before the home; a relative one is ignored, as the standard says."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert caches.root() == tmp_path / "xdg" / "keruen"
    caches.root.cache_clear()
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert caches.root() == tmp_path / "home" / ".cache" / "keruen"


def test_no_home_means_the_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that is not there is not made; the folder bears the number of the user."""
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))
    found = caches.root()
    assert found.parent == tmp_path / "tmp"
    assert str(os.getuid()) in found.name
    assert not (tmp_path / "missing").exists()
    caches.root.cache_clear()
    assert caches.root() == found, "the next run finds it again"


def test_no_folder_called_tilde_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that is told as ``~`` or not at all is no place."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "~")
    caches.root()
    assert not (tmp_path / "~").exists()


@ON_POSIX
@pytest.mark.parametrize("fault", ["link", "writable", "file"])
def test_a_folder_that_others_may_write_to_is_never_used(tmp_path: Path, fault: str) -> None:
    """A link, a folder that is open to others, a file: the next place is taken."""
    place = tmp_path / "home" / ".cache" / "keruen"
    place.parent.mkdir()
    if fault == "link":
        (tmp_path / "theirs").mkdir()
        place.symlink_to(tmp_path / "theirs")
    elif fault == "writable":
        place.mkdir()
        place.chmod(0o777)
    else:
        place.write_text("")
    assert caches.root().parent == tmp_path / "tmp"
    assert not list((tmp_path / "theirs").glob("*")) if fault == "link" else True


@ON_POSIX
def test_a_folder_of_another_user_is_never_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the folder can put pickles into it: only this user may."""
    place = tmp_path / "home" / ".cache" / "keruen"
    place.mkdir(parents=True, mode=0o700)
    own = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: own + 1)
    assert not caches._is_own(place)
    # Nothing on this disk is that user's: one private folder, and workers are told of it.
    assert caches.root().name.startswith("keruen-")
    assert caches.root() != place


@ON_POSIX
def test_one_private_folder_serves_all_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no place can be had, the workers use the folder of the process that started them."""
    monkeypatch.setattr(caches, "_places", lambda: iter(()))
    folder = caches.root()
    assert mode(folder) == 0o700
    asked = "from keruen import caches; print(caches.root())"
    answer = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == str(folder)


def test_old_versions_are_removed_but_the_last_used() -> None:
    """Going back and forth between two versions keeps both; the fifth one is too many."""
    for number in range(6):
        folder = caches.folder_of_code(f"kernel-{number}")
        (folder / "code").write_text("")
        os.utime(folder / ".used", ns=(number * 10**9, number * 10**9))
    caches.folder_of_code("draws-0")
    left = sorted(place.name for place in caches.root().iterdir() if place.is_dir())
    assert left == ["draws-0", "kernel-2", "kernel-3", "kernel-4", "kernel-5"]


def test_a_text_is_kept_whole_and_found_again() -> None:
    """What was kept under a key is read back; another key, or a damaged file, is nothing."""
    caches.keep_text("weeks", "a", "[week]\n")
    assert caches.kept_text("weeks", "a") == "[week]\n"
    assert caches.kept_text("weeks", "b") is None
    (caches.root() / "weeks" / "c.toml").write_bytes(b"\xff\xfe\xff")
    assert caches.kept_text("weeks", "c") is None
    assert [file.suffix for file in (caches.root() / "weeks").iterdir()] == [".toml", ".toml"]


def test_a_disk_that_refuses_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept text that cannot be written is simply not kept."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError

    caches.root()
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    caches.keep_text("weeks", "a", "[week]\n")
    assert caches.kept_text("weeks", "a") is None


def test_windows_without_owners_and_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where users have no numbers the user's own folders are used."""
    monkeypatch.delattr(os, "getuid", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert caches.root() == tmp_path / "local" / "keruen"
    caches.root.cache_clear()
    monkeypatch.delenv("LOCALAPPDATA")
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "missing"))
    assert caches.root() == tmp_path / "tmp" / "keruen"


def test_no_folder_at_all_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk refuses every folder: an error that a person can mend, and so for a version's."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    folder = caches.root()
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError) as caught:
        caches.folder_of_code("kernel-0")
    assert caught.value.key == "error.no_cache_folder"
    caches.root.cache_clear()
    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(StorageError, match="disk is full"):
        caches.root()
    assert folder.is_dir()
