"""Writing so that a reader finds the old or the new, never a half; and what the disk refuses.

Knows files, folders and error numbers; knows nothing of runs and tables.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from keruen.errors import RunFolderError, StorageError

try:
    import fcntl
except ImportError:  # Windows has none: there, two runs in one folder are the person's own care.
    fcntl = None  # type: ignore[assignment]

WRITING: Final = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
"""How a file is opened whose bytes must be the same on every system: Windows would change line
ends."""

_KEYS = {
    errno.ENOSPC: "error.disk_full",
    errno.EDQUOT: "error.disk_full",
    errno.EFBIG: "error.disk_full",
    errno.EROFS: "error.disk_read_only",
    errno.EACCES: "error.disk_forbidden",
    errno.EPERM: "error.disk_forbidden",
    errno.EEXIST: "error.disk_path",
    errno.ENOTDIR: "error.disk_path",
    errno.EISDIR: "error.disk_path",
    errno.ENAMETOOLONG: "error.disk_path",
}


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into a `StorageError` that names `path`."""
    try:
        yield
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        raise _refusal(path, refused.errno, reason) from refused
    except duckdb.IOException as refused:
        reason = str(refused).splitlines()[0]
        # DuckDB passes on the words of the system, not its number.
        numbers = (number for number in _KEYS if os.strerror(number) in reason)
        raise _refusal(path, next(numbers, None), reason) from refused


def _refusal(path: Path, number: int | None, reason: str) -> StorageError:
    if number in _KEYS:
        return StorageError(_KEYS[number], path=str(path), reason=reason)
    return StorageError("error.disk", path=str(path), reason=reason)


def settle(path: Path) -> None:
    """Wait until a file or folder is on the disk itself, so that a power cut cannot undo it."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    # Windows settles only what may be written to.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all.

    Raises
    ------
    StorageError
        When the disk refuses; what was there before is left.
    """
    partial = path.with_name(f".{path.name}.partial")
    with storing(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(text, encoding="utf-8", newline="\n")
            settle(partial)
            partial.replace(path)
        finally:
            # Nothing could be written where the folder itself was refused.
            if partial.parent.is_dir():
                partial.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes from writing into the same folder; ends with the process, however.

    Parameters
    ----------
    path : Path
        The folder to be written into.

    Raises
    ------
    RunFolderError
        When another process is at work there.
    """
    if fcntl is None:
        yield
        return
    with storing(path):
        descriptor = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise RunFolderError("error.run_busy", path=str(path)) from busy
        except OSError:
            # Some network file systems cannot lock: no reason not to run.
            pass
        yield
    finally:
        os.close(descriptor)


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Wait until no other process is at work with the same folder; its end ends the wait.

    Not to be entered twice by one thread, which would wait for itself.

    Parameters
    ----------
    path : Path
        A folder; where there is none yet, nobody is at work with it.
    """
    if fcntl is None or not path.is_dir():
        yield
        return
    with storing(path):
        descriptor = os.open(path, os.O_RDONLY)
    try:
        # Some network file systems cannot lock: no reason not to write.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
