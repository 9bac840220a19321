"""A run folder: who made it, and one folder for each complete replication.

Knows names and completeness; knows nothing of what is measured. A replication's folder appears by
one renaming when everything in it is written, so a killed run loses only what was not complete.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keruen.domain.codes import Resource
from keruen.domain.results import Jam, Provenance, Replication
from keruen.domain.tables import Table, table_names
from keruen.errors import RunFolderError
from keruen.store.tables_on_disk import read_table, storing, write_table

_PROVENANCE = "provenance.json"
_MEASURES = "measures.json"
_KEY = ("version", "commit", "scenario", "case", "scenario_digest", "seed", "days")
"""What must agree for a run to be continued; the number of replications may grow."""


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
        try:
            return Provenance(**document)
        except TypeError as broken:
            path = str(self.path)
            raise RunFolderError("error.run_other_version", path=path, found="?") from broken

    def complete(self) -> tuple[int, ...]:
        """Indexes of the complete replications, ascending."""
        names = (child.name for child in self.path.glob("replication-*") if child.is_dir())
        return tuple(sorted(int(name.removeprefix("replication-")) for name in names))

    def write(self, replication: Replication, extra: Mapping[str, Table] | None = None) -> None:
        """Write one replication, complete or not at all.

        Raises
        ------
        StorageError
            When the disk refuses; nothing of the replication is left behind.
        """
        final = self._replication(replication.index)
        partial = self.path / f".{final.name}.partial"
        with storing(self.path):
            shutil.rmtree(partial, ignore_errors=True)
            try:
                partial.mkdir(parents=True)
                for name, table in {**replication.tables, **(extra or {})}.items():
                    write_table(partial / f"{name}.parquet", table)
                words = {
                    "index": replication.index,
                    "seed": replication.seed,
                    "n_events": replication.n_events,
                    "trace_digest": replication.trace_digest,
                    "measures": dict(replication.measures),
                    "jam": dataclasses.asdict(replication.jam) if replication.jam else None,
                }
                (partial / _MEASURES).write_text(_canonical(words), encoding="utf-8")
                shutil.rmtree(final, ignore_errors=True)
                partial.replace(final)
            finally:
                shutil.rmtree(partial, ignore_errors=True)

    def read(self, index: int) -> Replication:
        """Read one complete replication back, without its trace.

        Raises
        ------
        RunFolderError
            When it is missing or damaged.
        """
        folder = self._replication(index)
        words = self._json(folder / _MEASURES)
        names = [name for name in table_names() if (folder / f"{name}.parquet").exists()]
        try:
            return Replication(
                index=int(words["index"]),
                seed=int(words["seed"]),
                measures={str(k): float(v) for k, v in words["measures"].items()},
                tables={
                    name: read_table(folder / f"{name}.parquet", name)
                    for name in names
                    if name != "trace"
                },
                n_events=int(words["n_events"]),
                trace_digest=str(words["trace_digest"]),
                jam=_jam(words["jam"]),
            )
        except (KeyError, TypeError, ValueError) as broken:
            raise RunFolderError("error.run_damaged", path=str(folder)) from broken

    def keep_text(self, name: str, text: str) -> None:
        """Keep a text file in the run, for example a file of its scenario."""
        target = self.path / name
        with storing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def note(self, name: str, document: Mapping[str, Any]) -> None:
        """Write a small JSON document beside the replications."""
        with storing(self.path):
            (self.path / f"{name}.json").write_text(_canonical(document), encoding="utf-8")

    def noted(self, name: str) -> dict[str, Any]:
        """Read a small JSON document back; empty when it is not there."""
        path = self.path / f"{name}.json"
        return self._json(path) if path.exists() else {}

    def _replication(self, index: int) -> Path:
        return self.path / f"replication-{index:04d}"

    def _json(self, path: Path) -> dict[str, Any]:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as missing:
            raise RunFolderError("error.not_a_run", path=str(self.path)) from missing
        except (OSError, ValueError) as broken:
            raise RunFolderError("error.run_damaged", path=str(path)) from broken
        if not isinstance(document, dict):
            raise RunFolderError("error.run_damaged", path=str(path))
        return document


def open_run(path: Path, provenance: Provenance) -> RunFolder:
    """Open a folder for a run: new, or one that the same run has begun.

    Raises
    ------
    RunFolderError
        When the folder holds something else; nothing in it is touched.
    StorageError
        When the disk refuses.
    """
    folder = RunFolder(path)
    if path.exists() and not path.is_dir():
        raise RunFolderError("error.run_not_a_folder", path=str(path))
    if path.exists() and any(path.iterdir()):
        if not (path / _PROVENANCE).exists():
            raise RunFolderError("error.run_foreign", path=str(path))
        found = folder.provenance()
        for name in _KEY:
            theirs, ours = getattr(found, name), getattr(provenance, name)
            if theirs != ours:
                raise RunFolderError(
                    "error.run_differs",
                    path=str(path),
                    what=name,
                    found=str(theirs),
                    wanted=str(ours),
                )
    with storing(path):
        path.mkdir(parents=True, exist_ok=True)
        document = _canonical(dataclasses.asdict(provenance))
        partial = path / f".{_PROVENANCE}.partial"
        partial.write_text(document, encoding="utf-8")
        partial.replace(path / _PROVENANCE)
    return folder


def _jam(words: Any) -> Jam | None:
    if words is None:
        return None
    return Jam(**{**words, "cause": Resource(words["cause"])})


def _canonical(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
