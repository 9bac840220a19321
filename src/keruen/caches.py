"""Where compiled code, planned weeks and experiments are kept on this machine, for one user alone.

Knows folders, owners and modes; knows nothing of what is kept. It is the one part below the faces
that reads the environment (docs/decisions/0020-one-place-for-caches.md).

Compiled code is loaded as pickles, which run what they contain: so a folder is used only when it is
this user's own, no link, and writable by nobody else. Places are tried in this order: the folder
that `KERUEN_CACHE_DIR` names, the user's cache folder (`XDG_CACHE_HOME`, else ``~/.cache``; on
Windows ``%LOCALAPPDATA%``), the folder for temporary files under the user's number, and a private
folder for this run alone, which its worker processes share and which is removed at the end.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from keruen.errors import StorageError

VARIABLE: Final = "KERUEN_CACHE_DIR"
"""Names the folder of all caches; workers inherit it."""

_PRIVATE_MODE: Final = 0o700
_WRITABLE_BY_OTHERS: Final = 0o022
_USED: Final = ".used"
"""Touched whenever a folder is used: its age tells which folders are of old versions."""
_MOST_OTHER_VERSIONS: Final = 3
"""Folders of compiled code of other versions that stay, the latest used ones: whoever goes back and
forth between two versions need not compile each time. One takes some 30 MB."""
WEEKS: Final = "weeks"
"""Kind of the planned weeks that are kept."""
EXPERIMENTS: Final = "experiments"
"""Kind of the measures of experiments that are kept."""
_MOST_KEPT_FILES: Final = 500
"""Planned weeks that stay, the latest used ones; one takes some 20 kB."""


@cache
def root() -> Path:
    """The folder of all caches, private to this user; made if it is missing.

    Raises
    ------
    StorageError
        When not even a folder for this run alone can be made.
    """
    for place in _places():
        folder = _private(place)
        if folder is not None:
            return folder
    try:
        folder = Path(tempfile.mkdtemp(prefix="keruen-"))
    except OSError as refused:
        raise StorageError("error.no_cache_folder", reason=str(refused)) from refused
    # Workers are other processes: they find the folder in the environment that they inherit.
    os.environ[VARIABLE] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def folder_of_code(name: str) -> Path:
    """The folder of one version's compiled code; those of versions long unused are removed.

    Parameters
    ----------
    name : kind and digest of the sources with a hyphen between, such as ``kernel-1f0a…``.

    Raises
    ------
    StorageError
        When there is no room for the folder.
    """
    folder = root() / name
    try:
        folder.mkdir(mode=_PRIVATE_MODE, exist_ok=True)
    except OSError as refused:
        raise StorageError("error.no_cache_folder", reason=str(refused)) from refused
    _touch(folder / _USED)
    kind = name.partition("-")[0]
    others = [place for place in root().glob(f"{kind}-*") if place.name != name]
    for place in _latest_first(others, _USED)[_MOST_OTHER_VERSIONS:]:
        shutil.rmtree(place, ignore_errors=True)
    return folder


def kept_text(kind: str, key: str, *, ending: str = ".toml") -> str | None:
    """The text that was kept under a key; None when there is none, or it cannot be read."""
    file = root() / kind / f"{key}{ending}"
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    _touch(file)
    return text


def keep_text(
    kind: str, key: str, text: str, *, ending: str = ".toml", most: int = _MOST_KEPT_FILES
) -> None:
    """Keep a text under a key, whole or not at all; a disk that refuses is nobody's fault.

    Parameters
    ----------
    kind : folder within that of all caches.
    key : name of the file, without its `ending`.
    most : texts of this kind that stay, the latest used ones.
    """
    with contextlib.suppress(OSError):
        folder = root() / kind
        folder.mkdir(mode=_PRIVATE_MODE, parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(partial).replace(folder / f"{key}{ending}")
        except OSError:
            Path(partial).unlink(missing_ok=True)
            raise
        for old in _latest_first(list(folder.glob(f"*{ending}")))[most:]:
            old.unlink(missing_ok=True)


def usage(kind: str) -> tuple[int, int]:
    """How many files of a kind are kept, and how many bytes they hold together."""
    sizes = []
    for file in (root() / kind).rglob("*"):
        # Another process may have removed it meanwhile.
        with contextlib.suppress(OSError):
            found = file.lstat()
            if stat.S_ISREG(found.st_mode):
                sizes.append(found.st_size)
    return len(sizes), sum(sizes)


def forget(kind: str) -> None:
    """Remove everything that is kept of a kind; it is made again when it is needed."""
    shutil.rmtree(root() / kind, ignore_errors=True)


def _places() -> Iterator[Path]:
    """Candidates for the root, best first; their parents exist already or may be made."""
    named = os.environ.get(VARIABLE, "")
    if named:
        yield Path(named)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        base = os.environ.get(variable, "")
        # The XDG specification has relative paths ignored.
        if base and Path(base).is_absolute():
            yield Path(base) / "keruen"
    home = _home()
    if home is not None:
        yield home / ".cache" / "keruen"
    # Others may write to a shared folder for temporary files: so each user has a name of his own.
    getuid = getattr(os, "getuid", None)
    # No folder for temporary files is usable on a full disk: `root` says so.
    with contextlib.suppress(OSError):
        yield Path(tempfile.gettempdir()) / ("keruen" if getuid is None else f"keruen-{getuid()}")


def _home() -> Path | None:
    """The home folder if there is one: none is made, and no folder called ``~`` appears."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home if home.is_absolute() and home.is_dir() else None


def _private(folder: Path) -> Path | None:
    """The folder, made and tried out; None when it cannot be used or is not this user's alone."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=_PRIVATE_MODE)
        if not _is_own(folder):
            return None
        # A umask may have taken rights from us, and earlier versions gave others the right to read.
        folder.chmod(_PRIVATE_MODE)
        (folder / _USED).touch()
    except OSError:
        return None
    return folder


def _is_own(folder: Path) -> bool:
    """A folder, not a link to one, that belongs to this user and that nobody else may write to."""
    found = folder.lstat()
    getuid = getattr(os, "getuid", None)
    if not stat.S_ISDIR(found.st_mode):
        return False
    if getuid is None:
        # Windows has no owners by number; the user's own folders are protected by their lists.
        return True
    return bool(found.st_uid == getuid() and not found.st_mode & _WRITABLE_BY_OTHERS)


def _latest_first(places: list[Path], mark: str = "") -> list[Path]:
    def used_ns(place: Path) -> int:
        try:
            return (place / mark if mark else place).stat().st_mtime_ns
        except OSError:
            return 0

    return sorted(places, key=lambda place: (-used_ns(place), place.name))


def _touch(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.touch()
