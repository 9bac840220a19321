"""What pages read: the register of one side, and the runs of a folder; each kept until it changes.

Knows folders and locks; knows nothing of pages. The register's own reading says when its logs have
changed, so a page never shows an old list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TypeVar

from keruen.domain.joint_state import JointState
from keruen.errors import KeruenError
from keruen.register import Register
from keruen.report.compose import compose
from keruen.report.document import PrintedDocument
from keruen.store.runs.folder import RunFolder
from keruen.store.runs.kept_runs import KeptRun, runs_in
from keruen.study.results import Study
from keruen.study.run import load_cases

Key = TypeVar("Key")
Kept = TypeVar("Kept")
Mark = tuple[tuple[str, int], ...]
"""Files of a run's cases with their times: when it differs, the run is read again."""


LogMarks = dict[str, tuple[int, int, int]]
"""File of a log → its size, when it was written, and which file it is."""


def _log_marks(folder: Path) -> LogMarks:
    found = {path.name: path.stat() for path in sorted((folder / "log").glob("*.jsonl"))}
    return {name: (one.st_size, one.st_mtime_ns, one.st_ino) for name, one in found.items()}


def _is_changed_inside(before: LogMarks, after: LogMarks) -> bool:
    """A log was written again and did not grow: logs are only added to, by whoever keeps them."""
    return any(
        after[name][0] <= mark[0] and after[name] != mark
        for name, mark in before.items()
        if name in after
    )


class RegisterReader:
    """One installation, read only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._open: Register | None = None
        self._marks: LogMarks = {}

    def state(self, today: str) -> JointState | None:
        """The joint list on a day; None when there is no installation or no pair yet.

        Raises
        ------
        RegisterError
            When its logs are damaged: nothing of them is shown then.
        """
        with self._lock:
            before, self._marks = self._marks, _log_marks(self.folder)
            is_lost = not (self.folder / "register.toml").is_file()
            if is_lost or _is_changed_inside(before, self._marks):
                # What was read is no list of this place any more: it is lost, or was damaged. A log
                # that only grew is read on by the register itself.
                self._open = None
            if self._open is None or not self._open.pair:
                # The place of an office has a key and no list.
                if not (self.folder / "register.toml").is_file() and (
                    not self.folder.is_dir() or (self.folder / "key-card.json").is_file()
                ):
                    return None
                self._open = Register.open(self.folder)
            return self._open.state(today) if self._open.pair else None

    def forget(self) -> None:
        """Read anew: another register lies there now."""
        with self._lock:
            self._open = None


class RunReader:
    """The runs of one folder, the newest first, and their reports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._studies: dict[str, tuple[Mark, list[Study]]] = {}
        self._reports: dict[tuple[str, str], tuple[Mark, PrintedDocument]] = {}

    def runs(self) -> list[KeptRun]:
        """Runs of one scenario, finished or not; searches and comparisons are none."""
        found = [
            replace(run, cases=cases) for run in runs_in(self.folder) if (cases := _own_cases(run))
        ]
        return sorted(found, key=lambda run: (-_changed(run), run.folder.name))

    def named(self, name: str) -> KeptRun | None:
        """A run by the name of its folder; None when there is none."""
        return next((run for run in self.runs() if run.folder.name == name), None)

    def newest(self) -> tuple[KeptRun, list[Study]] | None:
        """The newest finished run that this version reads; None when there is none."""
        for run in self.runs():
            try:
                return run, self.studies(run)
            except KeruenError:
                continue
        return None

    def studies(self, run: KeptRun) -> list[Study]:
        """The studies of a run, in the order of its scenario's cases.

        Raises
        ------
        RunFolderError
            When it is not finished, damaged, or of another version.
        """
        with self._lock:
            return _kept(self._studies, run.folder.name, run, lambda: load_cases(run.cases))

    def report(self, run: KeptRun, language: str) -> PrintedDocument:
        """The report of a run, as it would be written; raises as `studies` does."""
        studies = self.studies(run)
        with self._lock:
            key = (run.folder.name, language)
            return _kept(self._reports, key, run, lambda: compose(studies, language))


def _kept(
    keep: dict[Key, tuple[Mark, Kept]], key: Key, run: KeptRun, make: Callable[[], Kept]
) -> Kept:
    mark = _mark(run)
    if key not in keep or keep[key][0] != mark:
        keep[key] = (mark, make())
    return keep[key][1]


def _own_cases(run: KeptRun) -> tuple[Path, ...]:
    """The cases of a run; what a search beside them ran lies one folder deeper."""
    return tuple(case for case in run.cases if run.folder in (case, case.parent))


def _changed(run: KeptRun) -> int:
    return max(time for _, time in _mark(run))


def _mark(run: KeptRun) -> Mark:
    files = [file for case in run.cases for file in (case / "provenance.json", case / "study.json")]
    return tuple((str(file), file.stat().st_mtime_ns) for file in files if file.exists())


def n_asked(run: KeptRun) -> int:
    """Replications that a run is to have over all cases; 0 when another version made it."""
    try:
        return sum(RunFolder(case).provenance().n_replications for case in run.cases)
    except KeruenError:
        return 0
