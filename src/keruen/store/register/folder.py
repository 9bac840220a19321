"""The folder of one installation of the register: where everything lies, and who is at work in it.

Knows names, sizes and fingerprints; knows nothing of what entries say. The *seal* is a page of
fingerprints of the files that no signature covers (settings, keys, database), so that a byte
changed in any of them is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from keruen.errors import InputError, RunFolderError
from keruen.store.disk import WRITING, alone, settle, storing
from keruen.store.register import intents as joint_log
from keruen.store.register.intents import Change

SEAL: Final = "seal.json"
DATABASE: Final = "state.sqlite"
RESTORED: Final = "restored"
"""The line of the seal that says when the folder was brought back from a backup."""

_PIECE: Final = 1 << 20
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
FOLDERS: Final = ("keys", "log", "parked", "quarantine", "pending", "files")
_PAUSE_S: Final = 0.01
_MOST_LOOKS: Final = 3000
"""So often somebody else's change is waited for: half a minute."""
_MOST_SMALL: Final = 64 << 20
"""Largest file that is read as a whole, but for the logs."""


@dataclass(frozen=True, slots=True)
class JointFolder:
    """An installation on disk."""

    path: Path

    @classmethod
    def create(
        cls, path: Path, content: Mapping[str, bytes], folders: Sequence[str] = FOLDERS
    ) -> JointFolder:
        """Make the folder with its first files, complete or not at all.

        Parameters
        ----------
        content : Mapping[str, bytes]
            Name inside the folder (``keys/….pem``) → bytes.
        folders : Sequence[str]
            Folders inside it: those of an installation; the place of one office has keys alone.

        Raises
        ------
        InputError
            When something is there already; it is left as it is.
        StorageError
            When the disk refuses.
        """
        partial = path.with_name(f".{path.name}.partial")
        with storing(path):
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise InputError("error.register_exists", path=str(path))
            _clear(partial)
            partial.mkdir(parents=True)
            try:
                for name in folders:
                    (partial / name).mkdir()
                (partial / "keys").chmod(0o700)
                for name, words in content.items():
                    joint_log.write_whole(partial / name, words)
                    if name.startswith("keys/"):
                        (partial / name).chmod(0o600)
                seal = _seal_words({name: [_digest(words)] for name, words in content.items()})
                joint_log.write_whole(partial / SEAL, seal)
                os.replace(partial, path)  # noqa: PTH105
                settle(path.parent)
            except OSError:
                _clear(partial)
                raise
        return cls(path)

    def put_whole(self, name: str, words: bytes) -> None:
        """Write one file that travels, whole or not at all; no seal knows it.

        Raises
        ------
        StorageError
            When the disk refuses.
        """
        with storing(self.path / name):
            joint_log.write_whole(self.path / name, words)

    @contextmanager
    def working(self) -> Iterator[JointFolder]:
        """Be the only one who writes here, after what was left unfinished has been finished.

        Raises
        ------
        InputError
            When another process is at work here.
        StorageError
            When the disk refuses.
        """
        try:
            with alone(self.path):
                strange = joint_log.finish(self.path)
                if strange is not None:
                    self.set_aside(strange, "intent", {"reason": "problem.register_intent"})
                yield self
        except RunFolderError as busy:
            raise InputError("error.register_busy", path=str(self.path)) from busy

    def settle_down(self) -> None:
        """Finish what a kill left unfinished, if there is something; else only look.

        While another process is at work, only the moment of a change is waited for: what it
        prepares shows nowhere yet.

        Raises
        ------
        InputError
            When the other process has stopped in the middle of a change.
        """
        for n_left in range(_MOST_LOOKS, -1, -1):
            if not joint_log.is_unfinished(self.path):
                return
            try:
                with self.working():
                    return
            except InputError:
                if not joint_log.is_changing(self.path):
                    return
                if not n_left:
                    raise
            time.sleep(_PAUSE_S)

    def mark(self) -> str | None:
        """What is another one after every change of the logs; none while one is being made."""
        found = self.digest(SEAL)
        return None if joint_log.is_changing(self.path) else found

    def carry_out(self, change: Change) -> None:
        """Make a change, all of it or nothing; only while `working`.

        Raises
        ------
        StorageError
            When the disk refuses: nothing was changed.
        """
        joint_log.carry_out(self.path, change)

    def read(self, name: str) -> bytes | None:
        """A small file; none when it is not there.

        Raises
        ------
        StorageError
            When the disk refuses.
        InputError
            When the file is larger than any file of ours.
        """
        path = self.path / name
        with storing(path):
            if not path.is_file():
                return None
            if path.stat().st_size > _MOST_SMALL:
                limit = _MOST_SMALL >> 20
                raise InputError("error.register_file_size", path=str(path), limit=limit)
            return path.read_bytes()

    def log(self, side: str) -> bytes:
        """All lines of one side's log; empty when there is none yet."""
        path = self.path / "log" / f"{side}.jsonl"
        with storing(path):
            return path.read_bytes() if path.exists() else b""

    def log_size(self, side: str) -> int:
        """How many bytes one side's log has."""
        path = self.path / "log" / f"{side}.jsonl"
        with storing(path):
            return path.stat().st_size if path.exists() else 0

    def names(self, under: str = "") -> tuple[str, ...]:
        """Names of everything that lies in the folder, or below one of its folders, in order.

        What is no plain file (a link, a pipe) is listed too, with a ``@`` behind its name. What is
        only being prepared is not: `settle_down` clears it away when nobody is at work.
        """
        with storing(self.path):
            return tuple(sorted(self._walk(self.path / under)))

    def _walk(self, folder: Path) -> Iterator[str]:
        for path in folder.iterdir() if folder.is_dir() else ():
            name = path.relative_to(self.path).as_posix()
            if path.is_dir() and not path.is_symlink():
                yield from self._walk(path)
            elif not joint_log.is_leftover(path.name):
                is_plain = path.is_file() and not path.is_symlink()
                yield name if is_plain else f"{name}@"

    def digest(self, name: str) -> str:
        """Fingerprint of a file; empty when it is not there."""
        path = self.path / name
        with storing(path):
            if not path.is_file():
                return ""
            found = hashlib.sha256()
            with path.open("rb") as page:
                while piece := page.read(_PIECE):
                    found.update(piece)
        return found.hexdigest()

    def has_file(self, sha256: str) -> bool:
        """A content with this fingerprint lies among the files."""
        is_name = _SHA256.fullmatch(sha256) is not None
        return is_name and (self.path / "files" / sha256).is_file()

    def file_size(self, sha256: str) -> int:
        """How many bytes a content among the files has.

        Raises
        ------
        StorageError
            When it is not there.
        """
        path = self.file_path(sha256)
        with storing(path):
            return path.stat().st_size

    def file_path(self, sha256: str) -> Path:
        """Where a content lies, or would."""
        return self.path / "files" / sha256

    def stage(self, content: IO[bytes] | Iterable[bytes], limit: int) -> tuple[str, int]:
        """Let a content wait as a partial file until a change takes it in.

        Parameters
        ----------
        limit : int
            Most bytes; what is longer is refused.

        Returns
        -------
        tuple[str, int]
            Its fingerprint and size.

        Raises
        ------
        InputError
            When it is longer than `limit`; nothing is left of it.
        StorageError
            When the disk refuses; nothing is left of it.
        """
        files = self.path / "files"
        partial = files / ".incoming.partial"
        with storing(partial):
            files.mkdir(exist_ok=True)
            try:
                sha256, size = _copied(content, partial, limit)
                os.replace(partial, files / f".{sha256}.partial")  # noqa: PTH105
            finally:
                partial.unlink(missing_ok=True)
        return sha256, size

    def unstage(self, names: Iterable[str]) -> None:
        """Drop contents that wait and are not wanted any more."""
        with storing(self.path):
            for sha256 in names:
                (self.path / "files" / f".{sha256}.partial").unlink(missing_ok=True)

    def set_aside(self, content: bytes | Path, kind: str, reason: Mapping[str, object]) -> str:
        """Keep a copy of what was refused, with the reason, under its own fingerprint.

        Parameters
        ----------
        content : bytes or Path
            Bytes, or a file to copy.
        kind : str
            Ending of the name: ``jlb``, ``intent``, ``proof``.
        reason : Mapping[str, object]
            Catalogue key, parameters, and whatever proves it.

        Returns
        -------
        str
            Name of the copy inside the folder.
        """
        folder = self.path / "quarantine"
        partial = folder / ".incoming.partial"
        with storing(folder):
            folder.mkdir(exist_ok=True)
            try:
                if isinstance(content, Path):
                    with content.open("rb") as page:
                        sha256, _ = _copied(page, partial, 1 << 62)
                else:
                    sha256, _ = _copied([content], partial, 1 << 62)
                name = f"quarantine/{sha256}.{kind}"
                is_new = not (self.path / name).exists()
                if is_new:
                    os.replace(partial, joint_log.waiting(self.path, name))  # noqa: PTH105
            finally:
                partial.unlink(missing_ok=True)
        words = _canonical({"content": f"{sha256}.{kind}", **reason})
        put = {f"quarantine/{sha256}.{_digest(words)[:16]}.reason.json": words}
        # Both or neither: a content without its reason would be a complaint for ever.
        self.carry_out(Change(put=put, kept=(name,) if is_new else ()))
        return name

    def seal(self) -> Mapping[str, list[str]] | None:
        """Name → fingerprints that its file may have; none when the page is damaged."""
        words = self.read(SEAL)
        try:
            found = json.loads(words or b"")
        except (ValueError, RecursionError):
            return None
        is_form = isinstance(found, dict) and all(
            isinstance(digests, list) and all(isinstance(one, str) for one in digests)
            for digests in found.values()
        )
        try:
            return found if is_form and _seal_words(found) == words else None
        except UnicodeEncodeError:
            # Half a letter, which JSON may escape and no file can hold.
            return None

    def resealed(self, changed: Mapping[str, list[str]]) -> bytes:
        """The seal's page with other fingerprints for some files; none at all takes one off."""
        known = {**(self.seal() or {}), **changed}
        return _seal_words({name: digests for name, digests in known.items() if digests})

    def resealed_with(self, pages: Mapping[str, bytes], lines: Mapping[str, list[str]]) -> bytes:
        """The seal's page with the fingerprints of some contents, and some lines as they are."""
        return self.resealed({**{n: [_digest(words)] for n, words in pages.items()}, **lines})


def _clear(folder: Path) -> None:
    """Remove what a killed beginning left; only names that a beginning makes."""
    for name in FOLDERS:
        for path in sorted((folder / name).glob("*")) if (folder / name).is_dir() else ():
            path.unlink()
        if (folder / name).is_dir():
            (folder / name).rmdir()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        path.unlink()
    if folder.is_dir():
        folder.rmdir()


def _copied(content: IO[bytes] | Iterable[bytes], path: Path, limit: int) -> tuple[str, int]:
    """Copy piece by piece and settle; the fingerprint and size of what was copied."""
    found, size = hashlib.sha256(), 0
    pieces = iter(lambda: content.read(_PIECE), b"") if hasattr(content, "read") else content
    descriptor = os.open(path, WRITING | os.O_TRUNC, 0o644)
    try:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise InputError("error.register_file_size", path=str(path), limit=limit >> 20)
            found.update(piece)
            joint_log.write_all(descriptor, piece)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return found.hexdigest(), size


def _digest(words: bytes) -> str:
    return hashlib.sha256(words).hexdigest()


def _canonical(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def _seal_words(digests: Mapping[str, list[str]]) -> bytes:
    return _canonical(dict(digests))
