"""What this user has checked on this machine: how far each log, and the database made from it.

Knows fingerprints and sizes; knows nothing of entries. It lies in the user's own cache, outside the
installation: whoever changes a log there can change its seal and its database as well, so neither
is believed. Where nothing was noted, every signature is looked at again.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from typing import Final

from keruen import caches
from keruen.domain.joint import SIDES, Side
from keruen.register.log.logs import Checked, PairLogs
from keruen.store import JointFolder

_KIND: Final = "checked-logs"


def marks(folder: JointFolder, pair: str) -> dict[Side, Checked]:
    """How much of each log was checked here; nothing of a folder that is new to this user."""
    noted = _noted(folder, pair)
    return {side: Checked.read(noted.get(side, "")) for side in SIDES}


def note_logs(folder: JointFolder, pair: str, held: PairLogs) -> None:
    """Note that both logs were checked to their ends."""
    _note(folder, pair, {side: log.checked().words() for side, log in held.logs.items()})


def is_own_database(folder: JointFolder, pair: str, digest: str) -> bool:
    """The database is, byte by byte or row by row, one that was made here from checked logs.

    Parameters
    ----------
    digest : of its file, or of its rows where a server keeps it; empty when there is none.
    """
    return bool(digest) and _noted(folder, pair).get("database") == digest


def note_database(folder: JointFolder, pair: str, digest: str) -> None:
    """Note that the database of this digest was made from checked logs."""
    _note(folder, pair, {"database": digest})


def _key(folder: JointFolder, pair: str) -> str:
    """One note for each place and pair: a copy elsewhere is looked at for itself."""
    return hashlib.sha256(os.fsencode(folder.path.resolve()) + b"\0" + pair.encode()).hexdigest()


def _noted(folder: JointFolder, pair: str) -> Mapping[str, str]:
    try:
        found = tomllib.loads(caches.kept_text(_KIND, _key(folder, pair)) or "")
    except tomllib.TOMLDecodeError:
        return {}
    return {name: words for name, words in found.items() if isinstance(words, str)}


def _note(folder: JointFolder, pair: str, changed: Mapping[str, str]) -> None:
    noted = _noted(folder, pair)
    if not changed.items() <= noted.items():
        lines = [f'{name} = "{words}"\n' for name, words in {**noted, **changed}.items()]
        caches.keep_text(_KIND, _key(folder, pair), "".join(lines))
