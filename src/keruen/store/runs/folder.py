"""A run folder: who made it, and one folder for each complete replication.

Knows names and completeness; knows nothing of what is measured. A replication's folder appears by
one renaming when everything in it is written, so a killed run loses only what was not complete.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from keruen.domain.codes import Resource
from keruen.domain.results import Jam, JamStep, Provenance, Replication
from keruen.domain.tables import Table
from keruen.domain.untyped import JsonTable
from keruen.errors import RunFolderError
from keruen.store.disk import replace_text, settle, storing
from keruen.store.runs.tables import read_table, write_tables

_PROVENANCE = "provenance.json"
_MEASURES = "measures.json"
_REPLICATION = re.compile(r"replication-(\d{4,})")
_PARTIAL = re.compile(r"\..*\.partial")
_KEY = (
    *("version", "commit", "scenario", "case", "scenario_digest", "seed", "days"),
    "platform",
)
"""What must agree for a run to be continued; the number of replications may grow."""

_UNFIT = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What a document that is JSON and yet not ours makes its reader raise."""

_RESULTS = (
    *("hourly", "train_results", "truck_results", "dwell_results", "machine_results"),
    *("wait_results", "corridor_trains", "train_passings", "border_days", "route_boxes"),
    *("flow_journeys", "corridor_use", "flow_services"),
)
"""Tables that belong to a `Replication`; others beside them are read one by one."""


@dataclasses.dataclass(frozen=True, slots=True)
class RunFolder:
    """A run on disk."""

    path: Path

    def provenance(self) -> Provenance:
        """Who made the run.

        Raises
        ------
        RunFolderError
            When the folder is no run, or is damaged.
        """
        document = self._json(self.path / _PROVENANCE)
        kinds = {field.name: field.type for field in dataclasses.fields(Provenance)}
        if set(document) != set(kinds):
            found = str(document.get("version", "?"))
            raise RunFolderError("error.run_other_version", path=str(self.path), found=found)
        for name, kind in kinds.items():
            if type(document[name]).__name__ != kind:
                raise RunFolderError("error.run_damaged", path=str(self.path / _PROVENANCE))
        return Provenance(**document)

    def complete(self) -> tuple[int, ...]:
        """Indexes of the complete replications, ascending."""
        if not self.path.is_dir():
            return ()
        names = (_REPLICATION.fullmatch(child.name) for child in self.path.iterdir())
        return tuple(sorted(int(name[1]) for name in names if name))

    def write(self, replication: Replication, extra: Mapping[str, Table] | None = None) -> None:
        """Write one replication, complete or not at all.

        Raises
        ------
        StorageError
            When the disk refuses; nothing of the replication remains.
        """
        final = self._replication(replication.index)
        partial = self.path / f".{final.name}.partial"
        with storing(self.path):
            shutil.rmtree(partial, ignore_errors=True)
            try:
                partial.mkdir(parents=True)
                named = {**replication.tables, **(extra or {})}
                write_tables({partial / f"{name}.parquet": table for name, table in named.items()})
                words = {
                    "index": replication.index,
                    "seed": replication.seed,
                    "n_events": replication.n_events,
                    "trace_digest": replication.trace_digest,
                    "measures": dict(replication.measures),
                    "demand_rows": dict(replication.demand_rows),
                    "jam": dataclasses.asdict(replication.jam) if replication.jam else None,
                }
                replace_text(partial / _MEASURES, _canonical(words))
                settle(partial)
                shutil.rmtree(final, ignore_errors=True)
                partial.replace(final)
                settle(self.path)
            finally:
                shutil.rmtree(partial, ignore_errors=True)

    def read(self, index: int) -> Replication:
        """Read one complete replication back: its measures and result tables.

        Raises
        ------
        RunFolderError
            When it is missing or damaged.
        """
        folder = self._replication(index)
        words = self._json(folder / _MEASURES)
        names = [name for name in _RESULTS if (folder / f"{name}.parquet").exists()]
        try:
            return Replication(
                index=int(words["index"]),
                seed=int(words["seed"]),
                measures={str(k): float(v) for k, v in words["measures"].items()},
                tables={name: read_table(folder / f"{name}.parquet", name) for name in names},
                n_events=int(words["n_events"]),
                trace_digest=str(words["trace_digest"]),
                jam=_jam(words["jam"]),
                demand_rows={str(k): int(v) for k, v in words["demand_rows"].items()},
            )
        except _UNFIT as broken:
            raise RunFolderError("error.run_damaged", path=str(folder)) from broken

    def keep_text(self, name: str, text: str) -> None:
        """Keep a text file in the run, for example a file of its scenario."""
        replace_text(self.path / name, text)

    def note(self, name: str, document: Mapping[str, object]) -> None:
        """Write a small JSON document beside the replications."""
        replace_text(self.path / f"{name}.json", _canonical(document))

    def noted(self, name: str) -> JsonTable:
        """Read a small JSON document back; empty when it is not there."""
        path = self.path / f"{name}.json"
        return self._json(path) if path.exists() else {}

    def _replication(self, index: int) -> Path:
        return self.path / f"replication-{index:04d}"

    def _json(self, path: Path) -> JsonTable:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError) as missing:
            raise RunFolderError("error.not_a_run", path=str(self.path)) from missing
        except (OSError, ValueError, RecursionError) as broken:
            raise RunFolderError("error.run_damaged", path=str(path)) from broken
        if not isinstance(document, dict):
            raise RunFolderError("error.run_damaged", path=str(path))
        return document


def open_run(path: Path, provenance: Provenance) -> RunFolder:
    """Open a folder for a run: new, or one that the same run has begun.

    Parameters
    ----------
    path : Path
        The folder; made when it is not there.
    provenance : Provenance
        Of the run that is to be kept; that of the folder must be the same.

    Returns
    -------
    RunFolder
        The folder, with what the run has completed already.

    Raises
    ------
    RunFolderError
        When the folder holds something else; nothing in it is touched.
    StorageError
        When the disk refuses.
    """
    folder = RunFolder(path)
    with storing(path):
        if path.exists() and not path.is_dir():
            raise RunFolderError("error.run_not_a_folder", path=str(path))
        path.mkdir(parents=True, exist_ok=True)
        # What a kill left half written in an empty folder does not make it somebody else's.
        is_new = all(_PARTIAL.fullmatch(child.name) for child in path.iterdir())
    if not is_new:
        _verify_same(folder, provenance)
    replace_text(path / _PROVENANCE, _canonical(dataclasses.asdict(provenance)))
    return folder


def _verify_same(folder: RunFolder, provenance: Provenance) -> None:
    path = str(folder.path)
    if not (folder.path / _PROVENANCE).exists():
        raise RunFolderError("error.run_foreign", path=path)
    found = folder.provenance()
    for name in _KEY:
        theirs, ours = str(getattr(found, name)), str(getattr(provenance, name))
        if theirs != ours:
            raise RunFolderError(
                "error.run_differs", path=path, what=name, found=theirs, wanted=ours
            )


def _jam(words: JsonTable | None) -> Jam | None:
    if words is None:
        return None
    chain = tuple(JamStep(**step) for step in words["chain"])
    return Jam(**{**words, "cause": Resource(words["cause"]), "chain": chain})


def _canonical(document: Mapping[str, object]) -> str:
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
