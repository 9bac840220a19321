"""The register's demonstration, whole: logs, bundles and what lies beside them.

A register is made by chance in one thing only: its keys. They are made from a fixed seed here, and
Ed25519 signs without chance, so that every byte is the same every time. A zip is told by its
members: how well it is packed is the machine's business.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keruen.register.demo import demo

AT: Final = "2026-11-23T10:00:00Z"
PRIVATE: Final = "keys"


def _keys() -> Iterator[Ed25519PrivateKey]:
    for number in count():
        seed = hashlib.sha256(f"key {number} of the demonstration".encode()).digest()
        yield Ed25519PrivateKey.from_private_bytes(seed)


@cache
def _made() -> Mapping[str, str]:
    """Part of the demonstration → its files with their content."""
    keys = _keys()
    with tempfile.TemporaryDirectory() as folder:
        with patch.object(Ed25519PrivateKey, "generate", lambda: next(keys)):
            demo(Path(folder), at=AT)
        return {name: _told(Path(folder) / name) for name in ("side-a", "side-b", "exchange")}


def _told(folder: Path) -> str:
    """Every file below a folder in one text, private keys left out."""
    parts = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(f"{PRIVATE}/"):
            members = _members(path) if zipfile.is_zipfile(path) else path.read_bytes()
            parts.append(f"=== {name}\n{members.decode()}\n")
    return "".join(parts)


def _members(path: Path) -> bytes:
    with zipfile.ZipFile(path) as packed:
        return b"\n".join(
            f"--- {member.filename} {member.date_time}\n".encode() + packed.read(member)
            for member in packed.infolist()
        )


def _part(name: str) -> Callable[[], str]:
    return lambda: _made()[name]


TEXTS: Final[Mapping[str, Callable[[], str]]] = {
    name: _part(name) for name in ("side-a", "side-b", "exchange")
}
