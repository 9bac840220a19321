"""Bundles that were refused and kept, with what was wrong with each, as a reader is told it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from keruen.errors import Problem
from keruen.store import JointFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBundle:
    """A bundle in quarantine: the day on which it was kept (``2026-11-29``), and why."""

    day: str
    problems: tuple[Problem, ...]


def refused_bundles(folder: Path) -> tuple[RefusedBundle, ...]:
    """Every refused bundle of an installation's folder, the newest first.

    A reason that cannot be read is passed over: the check of the whole folder names it.
    """
    found = []
    for name in JointFolder(folder).names("quarantine"):
        if not name.endswith(".reason.json"):
            continue
        page = folder / name
        try:
            told = json.loads(page.read_bytes())["problems"]
            problems = tuple(Problem(str(one["key"]), dict(one["parameters"])) for one in told)
        except (ValueError, KeyError, TypeError, OSError, RecursionError):
            continue
        moment = page.stat().st_mtime
        day = dt.datetime.fromtimestamp(moment, dt.UTC).date().isoformat()
        found.append((moment, RefusedBundle(day=day, problems=problems)))
    return tuple(one for _, one in sorted(found, key=lambda pair: -pair[0]))
