"""A register in one file, for the day on which its computer is gone.

Knows folders and files; nothing is signed here. What was brought back may be older than what the
other side has seen: it may sign only once the other side has given its log back.
"""

from __future__ import annotations

from pathlib import Path

from keruen.errors import InputError
from keruen.register import opening
from keruen.store import JointFolder
from keruen.store.register.backup import pack, unpack


def back_up(folder: Path | str, target: Path | str, *, at: str) -> None:
    """Write a register with its keys, logs and files into one file.

    Parameters
    ----------
    folder : of the installation.
    target : the file; it must not be there yet.
    at : moment of the backup (``2026-11-23T10:00:00Z``).

    Raises
    ------
    InputError
        When there is no register, another process is at work there, or `target` exists.
    StorageError
        When the disk refuses; no part of the file is left then.
    """
    found = JointFolder(Path(folder))
    opening.settings_in(found)
    with found.working():
        pack(found, Path(target), at)


def restore(source: Path | str, folder: Path | str, *, at: str) -> None:
    """Bring a register back from its file.

    It refuses to sign until it has taken in a bundle that the other side made after `at` and that
    leaves no gap in either log.

    Parameters
    ----------
    source : a file of `back_up`.
    folder : of the new installation; it must be empty or not there.
    at : moment of the restoring.

    Raises
    ------
    InputError
        When `source` is no such file or not whole, or something lies in the folder already.
    StorageError
        When the disk refuses; nothing is left in `folder` then.
    """
    if not Path(source).is_file():
        raise InputError("error.backup_not_one", path=str(source))
    unpack(Path(source), Path(folder), at)
