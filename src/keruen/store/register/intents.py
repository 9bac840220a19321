"""Changes of a register's folder that happen wholly or not at all.

Knows bytes, names and the order of writing; knows nothing of entries or signatures. Whatever is to
change is first written down as one *intent* and settled on the disk: from then on it will happen,
if need be by whoever opens the folder next. So a tail torn by a kill or a power cut is told from
one that somebody changed: the intent says what was to stand there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from keruen.store.disk import WRITING, settle, storing

INTENT: Final = "intent"
_VERSION: Final = 1
_TAIL: Final = 4096
"""How much of a log's end is compared before anything is written behind it."""
_DIGEST: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one step of work changes in the folder.

    Parameters
    ----------
    appended : name of a log (``log/A.jsonl``) → whole lines to write behind it.
    put : name → content of a small file that is new, or replaces the one of that name.
    removed : names of files that are no longer needed; one that cannot be removed does no harm.
    staged : fingerprints of contents that wait as partial files in ``files``.
    """

    appended: Mapping[str, bytes] = field(default_factory=dict)
    put: Mapping[str, bytes] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    staged: tuple[str, ...] = ()


class _Appended(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    before: int
    tail: str
    data: bytes


class _Put(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    old: bytes | None
    new: bytes


class _Secret(msgspec.Struct, forbid_unknown_fields=True):
    """A private key, which waits beside its place: the intent knows its fingerprint only."""

    name: str
    sha256: str


class _Intent(msgspec.Struct, forbid_unknown_fields=True):
    """A change with what stood there before, so that it can be finished or taken back."""

    v: int
    appended: list[_Appended]
    put: list[_Put]
    removed: list[str]
    staged: list[str]
    secrets: list[_Secret] = []


def carry_out(root: Path, change: Change) -> None:
    """Make a change, all of it or nothing.

    Raises
    ------
    StorageError
        When the disk refuses: everything is as it was before.
    """
    with storing(root):
        intent = _planned(root, change)
        try:
            # Once the intent is settled the change happens, now or at the next opening; removals
            # come last because nothing could bring the files back.
            for secret in intent.secrets:
                (root / secret.name).parent.mkdir(exist_ok=True)
                _write_settled(_waiting(root, secret), change.put[secret.name])
            _write_intent(root, intent)
            _apply(root, intent)
            _forget(root)
        except OSError:
            _take_back(root, intent)
            raise
        _remove(root, intent)


def is_unfinished(root: Path) -> bool:
    """Somebody's change was begun and not finished, or is being made at this moment."""
    return (root / INTENT).exists() or any(True for _ in _leftovers(root))


def _leftovers(root: Path) -> Iterator[Path]:
    """Partial files: what a kill left of something that was never promised to anybody."""
    for pattern in (".*.partial", ".*.partial-journal", "*/.*.partial"):
        yield from sorted(root.glob(pattern))


def finish(root: Path) -> bytes | None:
    """Finish what a kill or a power cut left unfinished, and clear away what was never begun.

    Returns
    -------
    The intent's content when it is none, or does not fit the folder: nothing was done then but
    to take it away. None when all is in order.

    Raises
    ------
    StorageError
        When the disk refuses.
    """
    with storing(root):
        page = root / INTENT
        found = page.read_bytes() if page.exists() else None
        intent = _read_intent(found) if found is not None else None
        is_fitting = intent is not None and _fits(root, intent)
        if intent is not None and is_fitting:
            _apply(root, intent)
        if found is not None:
            _forget(root)
        if intent is not None and is_fitting:
            _remove(root, intent)
        for partial in _leftovers(root):
            partial.unlink(missing_ok=True)
        return None if found is None or is_fitting else found


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old content or the new; errors are the system's."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        _write_settled(partial, content)
        os.replace(partial, path)  # noqa: PTH105  (one name for all that touches the disk here)
        settle(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(partial)  # noqa: PTH108
        raise


def _planned(root: Path, change: Change) -> _Intent:
    appended = []
    for name, data in sorted(change.appended.items()):
        path = root / name
        before = path.stat().st_size if path.exists() else 0
        appended.append(_Appended(name, before, _tail(path, before), data))
    put = [
        _Put(name, path.read_bytes() if (path := root / name).exists() else None, new)
        for name, new in sorted(change.put.items())
        if not _is_secret(name)
    ]
    secrets = [
        _Secret(name, hashlib.sha256(new).hexdigest())
        for name, new in sorted(change.put.items())
        if _is_secret(name)
    ]
    removed, staged = sorted(change.removed), sorted(change.staged)
    return _Intent(_VERSION, appended, put, removed, staged, secrets)


def _is_secret(name: str) -> bool:
    """A private key: its bytes stand in no file but its own, which only its owner may read."""
    return name.startswith("keys/")


def _waiting(root: Path, secret: _Secret) -> Path:
    path = root / secret.name
    return path.with_name(f".{path.name}.partial")


def _tail(path: Path, before: int) -> str:
    """Fingerprint of the last bytes before a place of a log."""
    if not before:
        return hashlib.sha256(b"").hexdigest()
    with path.open("rb") as page:
        page.seek(max(0, before - _TAIL))
        return hashlib.sha256(page.read(min(before, _TAIL))).hexdigest()


def _write_intent(root: Path, intent: _Intent) -> None:
    content = msgspec.json.encode(intent)
    digest = hashlib.sha256(content).hexdigest().encode()
    write_whole(root / INTENT, digest + b"\n" + content)


def _read_intent(found: bytes) -> _Intent | None:
    digest, content = found[:_DIGEST], found[_DIGEST + 1 :]
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    try:
        intent = msgspec.json.decode(content, type=_Intent)
    except msgspec.DecodeError:
        return None
    return intent if intent.v == _VERSION else None


def _fits(root: Path, intent: _Intent) -> bool:
    """The logs still end where the intent begins, and no name leads out of the folder."""
    names = [one.name for one in intent.appended] + [one.name for one in intent.put]
    names += [one.name for one in intent.secrets]
    if not all(_is_here(root, one) for one in intent.secrets):
        return False
    names += [*intent.removed, *(f"files/{sha256}" for sha256 in intent.staged)]
    if any(".." in name.split("/") or name.startswith("/") for name in names):
        return False
    for one in intent.appended:
        path = root / one.name
        size = path.stat().st_size if path.exists() else 0
        if size < one.before or _tail(path, one.before) != one.tail:
            return False
    return True


def _is_here(root: Path, secret: _Secret) -> bool:
    """The key lies in its place, or waits beside it."""
    pages = (one for one in (_waiting(root, secret), root / secret.name) if one.exists())
    return any(hashlib.sha256(one.read_bytes()).hexdigest() == secret.sha256 for one in pages)


def _apply(root: Path, intent: _Intent) -> None:
    """Do what the intent says, from wherever it was left."""
    for sha256 in intent.staged:
        partial = root / "files" / f".{sha256}.partial"
        if partial.exists():
            os.replace(partial, root / "files" / sha256)  # noqa: PTH105
    if intent.staged:
        settle(root / "files")
    for secret in intent.secrets:
        if _waiting(root, secret).exists():
            os.replace(_waiting(root, secret), root / secret.name)  # noqa: PTH105
            settle((root / secret.name).parent)
    for one in intent.appended:
        _append(root, one)
    for put in intent.put:
        path = root / put.name
        path.parent.mkdir(exist_ok=True)
        write_whole(path, put.new)


def _remove(root: Path, intent: _Intent) -> None:
    """Remove what is no longer needed, last of all: it cannot be brought back."""
    for name in intent.removed:
        with contextlib.suppress(OSError):
            os.unlink(root / name)  # noqa: PTH108


def _append(root: Path, one: _Appended) -> None:
    path = root / one.name
    path.parent.mkdir(exist_ok=True)
    _set_aside_strange_tail(root, one)
    is_new = not path.exists()
    descriptor = os.open(path, WRITING | os.O_APPEND, 0o644)
    try:
        done = os.fstat(descriptor).st_size - one.before
        write_all(descriptor, one.data[done:])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        settle(path.parent)


def _set_aside_strange_tail(root: Path, one: _Appended) -> None:
    """Keep what stands behind the log without being the beginning of what was to stand there."""
    path = root / one.name
    if not path.exists() or path.stat().st_size == one.before:
        return
    with path.open("rb") as page:
        page.seek(one.before)
        tail = page.read()
    if not one.data.startswith(tail):
        quarantine = root / "quarantine"
        quarantine.mkdir(exist_ok=True)
        write_whole(quarantine / f"{hashlib.sha256(tail).hexdigest()}.tail", tail)
        os.truncate(path, one.before)


def _take_back(root: Path, intent: _Intent) -> None:
    """Bring everything back to where it stood; what cannot be is finished by the next opening."""
    with contextlib.suppress(OSError):
        for one in intent.appended:
            path = root / one.name
            if path.exists() and not one.before:
                path.unlink()
            elif path.exists() and path.stat().st_size > one.before:
                os.truncate(path, one.before)
        for put in intent.put:
            _restore(root / put.name, put)
        for secret in intent.secrets:
            _waiting(root, secret).unlink(missing_ok=True)
            (root / secret.name).unlink(missing_ok=True)
        for sha256 in intent.staged:
            (root / "files" / f".{sha256}.partial").unlink(missing_ok=True)
            (root / "files" / sha256).unlink(missing_ok=True)
        (root / INTENT).unlink(missing_ok=True)


def _restore(path: Path, put: _Put) -> None:
    if put.old is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != put.old:
        write_whole(path, put.old)


def _forget(root: Path) -> None:
    os.unlink(root / INTENT)  # noqa: PTH108
    with contextlib.suppress(OSError):
        # An intent that a power cut brings back finds everything done.
        settle(root)


def _write_settled(path: Path, content: bytes) -> None:
    mode = 0o600 if _is_secret(f"{path.parent.name}/{path.name}") else 0o644
    descriptor = os.open(path, WRITING | os.O_TRUNC, mode)
    try:
        write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Write everything to an open file, however little the system takes at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
