"""A bundle as a file: a zip of a few known names, read with suspicion.

Knows the container and its limits; knows nothing of what stands in it. The directory of the zip is
weighed before it is read, only names that a bundle has are accepted, and nothing is ever unpacked
to a name that stands in the file.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from keruen.errors import InputError
from keruen.store.disk import settle, storing

MANIFEST: Final = "manifest.json"
SIGNATURES: Final = "manifest.sig.json"
ENTRIES: Final = "entries.jsonl"

_FILE: Final = re.compile(r"files/([0-9a-f]{64})")
_PLAIN: Final = frozenset({MANIFEST, SIGNATURES, ENTRIES})
_MB: Final = 1 << 20
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_END64: Final = b"PK\x06\x07"
_END64_SIZE: Final = 20
_MOST_COMMENT: Final = 65_535
_MOST_ROW: Final = 300
"""Bytes of a directory's row for one of our names, with room to spare."""
_MOST_MANIFEST: Final = 4 * _MB
"""Twice what a manifest of as many files as a bundle may hold needs."""
_MOST_SIGNATURES: Final = 1 << 16
_FEWEST_ENTRIES: Final = 4 * _MB
"""However small a bundle may be, some entries of the longest kind go into it."""
_SMALL: Final = _MB
"""Below this size nobody asks how well something was compressed."""
_MOST_PACKED: Final = 100
"""What packs better is written as it is: half of what a receiver takes who never set a ratio, so
that no honest content (zeros, an empty drawing) is taken for a bomb."""
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""Every member carries this time: the same content gives the same bytes."""
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleLimits:
    """What a bundle may weigh.

    Parameters
    ----------
    bundle, unpacked : most bytes of the file (looked at by `carrier`), and of everything in it.
    ratio : most bytes out of one byte in.
    members : most names.
    """

    bundle: int = 200 * _MB
    unpacked: int = 2048 * _MB
    ratio: int = 200
    members: int = 20_000

    @property
    def entries(self) -> int:
        """Most bytes of entries that are new here: unlike files, they are held in memory."""
        return max(_FEWEST_ENTRIES, self.bundle // 16)

    def fits(self, entries: int, files: int, members: int) -> bool:
        """A bundle to be written stays within what a receiver with the same limits takes.

        Parameters
        ----------
        entries, files : bytes of all lines, and of all contents.
        members : how many contents.
        """
        # A tenth is for the manifest and the zip's own pages, and for what does not pack at all.
        return (
            entries <= self.entries
            and (entries + files) * 10 <= min(self.bundle, self.unpacked) * 9
            and members + len(_PLAIN) <= self.members
        )

    def packs_too_well(self, size: int, packed: int) -> bool:
        """A member is more likely a bomb than a content."""
        return size > max(_SMALL, packed * self.ratio)


@dataclass(frozen=True, slots=True)
class OpenBundle:
    """A bundle that is open for reading; its names and sizes are already checked."""

    path: Path
    _zip: zipfile.ZipFile

    def manifest(self) -> bytes:
        """The manifest as it was signed."""
        return self._whole(MANIFEST, _MOST_MANIFEST)

    def signatures(self) -> bytes:
        """The signatures of the manifest."""
        return self._whole(SIGNATURES, _MOST_SIGNATURES)

    def lines(self, longest: int) -> Iterator[bytes]:
        """Lines of entries with their ends, one at a time.

        Parameters
        ----------
        longest : most bytes of one; of a longer line comes its beginning, without an end.

        Raises
        ------
        InputError
            When they are damaged.
        """
        with (
            _reading(self.path),
            self._zip.open(ENTRIES) as page,
            io.BufferedReader(page, _PIECE) as lines,  # type: ignore[type-var]
        ):
            while line := lines.readline(longest + 1):
                yield line

    def entries_digest(self) -> str:
        """Fingerprint of all lines of entries, read piece by piece; raises as `lines` does."""
        found = hashlib.sha256()
        for piece in self._pieces(ENTRIES):
            found.update(piece)
        return found.hexdigest()

    def files(self) -> Mapping[str, int]:
        """Fingerprint by which each file is named → the size that the directory tells."""
        members = sorted(self._zip.infolist(), key=lambda member: member.filename)
        return {
            name[1]: member.file_size
            for member in members
            if (name := _FILE.fullmatch(member.filename)) is not None
        }

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """The content of one file, piece by piece.

        Raises
        ------
        InputError
            When it is damaged.
        """
        return self._pieces(f"files/{sha256}")

    def _pieces(self, name: str) -> Iterator[bytes]:
        with _reading(self.path), self._zip.open(name) as page:
            while piece := page.read(_PIECE):
                yield piece

    def _whole(self, name: str, limit: int) -> bytes:
        with _reading(self.path), self._zip.open(name) as page:
            words = page.read(limit + 1)
        if len(words) > limit:
            raise _refused(self.path, "error.bundle_unpacked", limit=limit // _MB)
        return words


@contextmanager
def opened(path: Path, limits: BundleLimits) -> Iterator[OpenBundle]:
    """Open a bundle after weighing it.

    Raises
    ------
    InputError
        When it is no bundle, damaged, or holds a name that no bundle has; `path` and
        what is wrong are named.
    """
    with storing(path):
        _weigh(path, limits)
    with _reading(path), zipfile.ZipFile(path) as found:
        _check_members(path, found, limits)
        yield OpenBundle(path, found)


def write(path: Path, texts: Mapping[str, bytes], files: Mapping[str, Path]) -> None:
    """Write a bundle, whole or not at all; the same content gives the same bytes.

    Parameters
    ----------
    texts : name (`MANIFEST`, `SIGNATURES`, `ENTRIES`) → content.
    files : fingerprint → where the content lies.

    Raises
    ------
    StorageError
        When the disk refuses; what stood at `path` is left.
    """
    partial = path.with_name(f".{path.name}.partial")
    plain: frozenset[str] = frozenset()
    with storing(path):
        try:
            # How well something packs is known once it is packed; the second time is seldom.
            while found := _packing_too_well(partial, texts, files, plain):
                plain |= found
            settle(partial)
            partial.replace(path)
            settle(path.parent)
        finally:
            partial.unlink(missing_ok=True)


def _packing_too_well(
    partial: Path, texts: Mapping[str, bytes], files: Mapping[str, Path], plain: frozenset[str]
) -> frozenset[str]:
    """Write everything, the members `plain` as they are; which others the receiver would refuse."""
    own = BundleLimits(ratio=_MOST_PACKED)
    with zipfile.ZipFile(partial, "w") as bundle:
        for name in (MANIFEST, SIGNATURES, ENTRIES):
            bundle.writestr(_member(name, is_plain=name in plain), texts[name])
        for sha256, source in sorted(files.items()):
            name = f"files/{sha256}"
            _copy(source, bundle, _member(name, is_plain=name in plain))
        return frozenset(
            member.filename
            for member in bundle.infolist()
            if own.packs_too_well(member.file_size, member.compress_size)
        )


def _copy(source: Path, bundle: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Write a file into the bundle piece by piece: it may be larger than the memory."""
    with source.open("rb") as page, bundle.open(member, "w") as written:
        while piece := page.read(_PIECE):
            written.write(piece)


def _member(name: str, *, is_plain: bool) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _MOMENT)
    member.compress_type = zipfile.ZIP_STORED if is_plain else zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    member.create_system = 3
    return member


def _weigh(path: Path, limits: BundleLimits) -> None:
    """Read nothing but the end of the file, and refuse what cannot be a bundle within limits.

    The size of the whole file is the carrier's to refuse, before anything of it is fetched or kept.
    """
    size = path.stat().st_size
    with path.open("rb") as page:
        page.seek(max(0, size - _END_SIZE - _MOST_COMMENT))
        tail = page.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE:
        raise _refused(path, "error.bundle_not_zip")
    row = tail[place + 4 : place + _END_SIZE]
    _, _, count, total, length, start, comment = struct.unpack("<4H2LH", row)
    if count != total or count > limits.members or length > max(1, count) * _MOST_ROW:
        raise _refused(path, "error.bundle_members", found=total, limit=limits.members)
    is_whole = start + length + _END_SIZE == size and not comment
    # Before the end may stand another one for zips of more than 4 GB, which the reader would
    # believe instead: with a directory of any size.
    is_larger = tail[: max(0, place)][-_END64_SIZE:].startswith(_END64)
    if not is_whole or is_larger:
        raise _refused(path, "error.bundle_not_zip")


def _check_members(path: Path, bundle: zipfile.ZipFile, limits: BundleLimits) -> None:
    """Only names that a bundle has, each once, plain, and none larger than it may grow."""
    seen: dict[str, None] = {}
    total = 0
    for member in bundle.infolist():
        name = member.orig_filename
        is_known = name in _PLAIN or _FILE.fullmatch(name) is not None
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not is_known or name in seen or kind not in {0, stat.S_IFREG}:
            shown = ascii(name)[1:81]
            raise _refused(path, "error.bundle_name", name=shown)
        is_method = member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        if member.flag_bits & 0x1 or not is_method:
            raise _refused(path, "error.bundle_locked", name=name)
        seen[name] = None
        total += member.file_size
        is_bomb = limits.packs_too_well(member.file_size, member.compress_size)
        if total > limits.unpacked or is_bomb:
            raise _refused(path, "error.bundle_unpacked", limit=limits.unpacked // _MB)
    missing = [name for name in (MANIFEST, SIGNATURES, ENTRIES) if name not in seen]
    if missing:
        raise _refused(path, "error.bundle_incomplete", name=missing[0])


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what the container's own reader says into one sentence."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        struct.error,
    ) as broken:
        raise _refused(path, "error.bundle_damaged") from broken


def _refused(path: Path, key: str, **parameters: str | int) -> InputError:
    return InputError(key, path=str(path), **parameters)
