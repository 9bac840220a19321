"""The runs that lie in a folder: their cases, how far they are, how much they take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from keruen.errors import KeruenError
from keruen.store.runs.folder import RunFolder

_DEEPEST: Final = 2
"""Folders of cases lie in that of a run; those of a search for capacity one deeper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun:
    """A folder below that of all runs, with the cases in it."""

    folder: Path
    cases: tuple[Path, ...]

    @property
    def n_complete(self) -> int:
        """Complete replications over all cases."""
        return sum(len(RunFolder(case).complete()) for case in self.cases)

    @property
    def n_bytes(self) -> int:
        """What all its files take."""
        files = (file for file in self.folder.rglob("*") if not file.is_symlink())
        return sum(file.stat().st_size for file in files if file.is_file())

    @property
    def scenario(self) -> str:
        """The scenario that was run; nothing when the folder is of another version."""
        try:
            return RunFolder(self.cases[0]).provenance().scenario
        except KeruenError:
            return ""


def runs_in(folder: Path) -> list[KeptRun]:
    """The runs of a folder by name. A link is none: what it leads to belongs to somebody else."""
    if not folder.is_dir():
        return []
    found = []
    for child in sorted(folder.iterdir()):
        if child.is_symlink() or not child.is_dir():
            continue
        patterns = ("/".join([*["*"] * depth, "provenance.json"]) for depth in range(_DEEPEST + 1))
        cases = [mark.parent for pattern in patterns for mark in sorted(child.glob(pattern))]
        if cases:
            found.append(KeptRun(folder=child, cases=tuple(cases)))
    return found
