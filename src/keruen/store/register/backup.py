"""A whole installation in one file, and back: every file by its fingerprint.

Knows names and bytes; knows nothing of what entries say. What is derived from the logs stays out.
What a face keeps beside the folder goes along: drafts, accounts and the audit are in no log.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from keruen.errors import InputError
from keruen.store.disk import settle, storing
from keruen.store.notebook import Notebook, notebook_of
from keruen.store.register.folder import DATABASE, FOLDERS, RESTORED, SEAL, JointFolder

_CONTENTS: Final = "backup.json"
_VERSION: Final = 1
_PIECE: Final = 1 << 20
_MOST_CONTENTS: Final = 64 << 20
"""Largest page of contents that is read: of some hundred thousand files."""
_NOTES: Final = "web.sqlite3"
"""What a face keeps: beside the folder, and under this name in the file."""
_UNREADABLE: Final = (KeyError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError)
"""What a part of a damaged file makes its reader raise."""
_PAGES: Final = frozenset({"register.toml", "card.json", "genesis.json", SEAL})


def pack(folder: JointFolder, target: Path, at: str) -> None:
    """Write every file of an installation into one; the caller holds the lock.

    Parameters
    ----------
    target : written whole or not at all, readable by its owner only: it holds the private keys.
    at : moment of the backup.

    Raises
    ------
    InputError
        When something lies at `target` already.
    StorageError
        When the disk refuses.
    """
    if target.exists():
        raise InputError("error.backup_exists", path=str(target))
    partial = target.with_name(f".{target.name}.partial")
    names = [name for name in folder.names() if _belongs(name)]
    files = {name: folder.digest(name) for name in names}
    with storing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with storing(target), _notes(folder, target.parent) as notes:
        if notes is not None:
            files[_NOTES] = _digest(notes)
        contents = {"v": _VERSION, "at": at, "files": files}
        try:
            # Closed to others before the first byte of a key is in it.
            os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr(_CONTENTS, json.dumps(contents, sort_keys=True, indent=1))
                for name in names:
                    packed.write(folder.path / name, name)
                if notes is not None:
                    packed.write(notes, _NOTES)
            with partial.open("rb") as whole:
                os.fsync(whole.fileno())
            os.replace(partial, target)  # noqa: PTH105
            settle(target.parent)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def _notes(folder: JointFolder, aside: Path) -> Iterator[Path | None]:
    """A copy of what a face keeps, whole though it goes on writing; None where there is none."""
    notebook = Notebook(notebook_of(folder.path))
    if not notebook.path.is_file():
        yield None
        return
    # Beside the backup, so that drafts lie for a moment where they may lie for good.
    with TemporaryDirectory(prefix=".keruen-", dir=aside) as place:
        copy = Path(place) / _NOTES
        notebook.copied(copy)
        yield copy


def _belongs(name: str) -> bool:
    """One of our files, no partial one, no link, and none that is made anew from the logs."""
    first, _, rest = name.partition("/")
    is_plain = not name.endswith("@") and not rest.startswith(".") and "/" not in rest
    return name in _PAGES or (is_plain and bool(rest) and first in FOLDERS)


def unpack(source: Path, path: Path, at: str) -> None:
    """Bring an installation back from its file, complete or not at all.

    Its seal says that it was brought back: whoever signs has to know what the other side has seen
    meanwhile.

    Parameters
    ----------
    path : of the folder; empty, or not there.
    at : moment of the restoring.

    Raises
    ------
    InputError
        When something lies at `path`, or the file is no backup or not whole.
    StorageError
        When the disk refuses.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError("error.register_exists", path=str(path))
    partial = path.with_name(f".{path.name}.partial")
    try:
        with storing(path), zipfile.ZipFile(source) as packed:
            shutil.rmtree(partial, ignore_errors=True)
            try:
                files = _contents(packed, source)
                notes = notebook_of(path)
                if _NOTES in files and _is_others(notes, files[_NOTES]):
                    raise InputError("error.restore_notes", path=str(notes))
                _fill(packed, files, partial, source)
                _reseal(JointFolder(partial), at)
                if _NOTES in files:
                    # Before the folder: what is restored by halves can be restored again.
                    os.replace(partial / _NOTES, notes)  # noqa: PTH105
                if path.is_dir():
                    path.rmdir()
                os.replace(partial, path)  # noqa: PTH105
                settle(path.parent)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    except (zipfile.BadZipFile, NotImplementedError) as wrong:
        raise InputError("error.backup_not_one", path=str(source)) from wrong


def _is_others(notes: Path, digest: str) -> bool:
    """Something lies there that is neither what comes back nor a file that nobody wrote into."""
    return notes.exists() and _digest(notes) != digest and not Notebook(notes).is_empty()


def _contents(packed: zipfile.ZipFile, source: Path) -> dict[str, str]:
    """Name → fingerprint of every file, all of them names of ours."""
    try:
        if packed.getinfo(_CONTENTS).file_size > _MOST_CONTENTS:
            raise ValueError(_CONTENTS)
        page: Any = json.loads(packed.read(_CONTENTS))  # Anything: somebody may have written it.
        files: dict[str, str] = dict(page["files"])
        is_ours = page["v"] == _VERSION and "register.toml" in files
    except (ValueError, TypeError, *_UNREADABLE) as wrong:
        raise InputError("error.backup_not_one", path=str(source)) from wrong
    if not is_ours or not all(
        name == _NOTES or (_belongs(name) and ".." not in name) for name in files
    ):
        raise InputError("error.backup_not_one", path=str(source))
    return files


def _fill(packed: zipfile.ZipFile, files: dict[str, str], partial: Path, source: Path) -> None:
    for folder in FOLDERS:
        (partial / folder).mkdir(parents=True)
    (partial / "keys").chmod(0o700)
    for name, digest in files.items():
        target = partial / name
        is_private = name == _NOTES or name.startswith("keys/")
        target.touch(mode=0o600 if is_private else 0o644)
        try:
            with packed.open(name) as member, target.open("wb") as written:
                found = _copy(member, written)
        except _UNREADABLE as wrong:
            raise InputError("error.backup_damaged", path=str(source), file=name) from wrong
        if found != digest:
            raise InputError("error.backup_damaged", path=str(source), file=name)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(member: IO[bytes], written: IO[bytes]) -> str:
    found = hashlib.sha256()
    while piece := member.read(_PIECE):
        found.update(piece)
        written.write(piece)
    written.flush()
    os.fsync(written.fileno())
    return found.hexdigest()


def _reseal(folder: JointFolder, at: str) -> None:
    """Say in the seal that nothing may be signed yet; a register of one side alone may go on."""
    is_pair = bool(folder.digest("genesis.json"))
    seal = folder.resealed({DATABASE: [], RESTORED: [at] if is_pair else []})
    (folder.path / SEAL).write_bytes(seal)
