"""The state of a terminal at an instant, in one file, with all that must agree to go on from it.

Knows files and what belongs to a state; knows nothing of what is in it. The file is for going on
with one's own run: the kernel trusts a state that is whole, so one from a stranger is not to be
opened.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.tables import Table
from keruen.errors import RunFolderError
from keruen.store.disk import settle, storing

MOST_BYTES: Final = 64_000_000
"""Largest file that is read: the largest compiled terminal has 4 MiB, a year of departures 25."""

_HEADER: Final = "header"
_STATE: Final = "state"
_DEPARTURES: Final = "departures"
_MEMBERS: Final = {f"{_HEADER}.npy", f"{_STATE}.npy", f"{_DEPARTURES}.npy"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """A state and where it comes from.

    Parameters
    ----------
    version : of keruen.
    kernel : digest of the kernel's sources: another kernel may keep its state otherwise.
    scenario_digest : of the scenario with its cases and changes.
    seed : of the replication.
    at_ms : the simulated time at which the run was stopped.
    state : one record.
    departures : table `trace`, of the trains that have left the dry port and their boxes.
    """

    version: str
    kernel: str
    scenario_digest: str
    seed: int
    at_ms: int
    state: NDArray[np.void]
    departures: Table = dataclasses.field(default_factory=lambda: tables.empty("trace", 0))


def write_state(path: Path, saved: SavedState) -> None:
    """Write a state, whole or not at all; the same state gives the same bytes.

    Raises
    ------
    StorageError
        When the disk refuses; what was there before is left.
    """
    facts = {name: getattr(saved, name) for name in _FACTS}
    facts["sha256"] = _sha256(saved.state, saved.departures)
    header = np.frombuffer(json.dumps(facts, sort_keys=True).encode(), np.uint8)
    packed = io.BytesIO()
    np.savez_compressed(packed, header=header, state=saved.state, departures=saved.departures)
    partial = path.with_name(f".{path.name}.partial")
    with storing(path):
        try:
            partial.write_bytes(packed.getvalue())
            settle(partial)
            partial.replace(path)
        finally:
            if partial.parent.is_dir():
                partial.unlink(missing_ok=True)


def read_state(path: Path) -> SavedState:
    """Read a state back.

    Raises
    ------
    RunFolderError
        When the file is missing, damaged or no state.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
        if set(sizes) != _MEMBERS or sum(sizes.values()) > MOST_BYTES:
            raise RunFolderError("error.state_damaged", path=str(path))
        with np.load(path, allow_pickle=False) as arrays:
            facts = json.loads(arrays[_HEADER].tobytes())
            state, departures = arrays[_STATE], arrays[_DEPARTURES]
        is_whole = _sha256(state, departures) == facts.pop("sha256")
        if not is_whole or departures.dtype != tables.dtype("trace"):
            raise RunFolderError("error.state_damaged", path=str(path))
        return SavedState(state=state, departures=departures, **facts)
    except FileNotFoundError as missing:
        raise RunFolderError("error.state_missing", path=str(path)) from missing
    except RunFolderError:
        raise
    except Exception as broken:
        # NumPy reads the head of an array as Python: a damaged one raises errors of every kind, and
        # one that asks for more memory than there is.
        raise RunFolderError("error.state_damaged", path=str(path)) from broken


_FACTS: Final = tuple(
    field.name
    for field in dataclasses.fields(SavedState)
    if field.name not in (_STATE, _DEPARTURES)
)


def _sha256(*arrays: NDArray[np.generic]) -> str:
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
