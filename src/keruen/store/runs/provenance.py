"""Which code made a run, on what: version, commit, platform."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import numpy as np

_SHOWING: Final = {"cli", "formats", "i18n", "register", "report", "web"}
"""Rooms of the package whose code changes no measure."""


@cache
def code_version() -> str:
    """The installed version of Keruen."""
    try:
        return version("keruen")
    except PackageNotFoundError:
        return "0"


@cache
def code_commit() -> str:
    """The commit of the checkout that the code runs from; empty outside of one.

    A changed checkout is told from its commit, and from another change, by eight hexadecimal
    digits of what was changed: ``0123456789ab+89abcdef``.
    """
    here = Path(__file__).resolve().parents[2]
    if not any((parent / ".git").exists() for parent in here.parents[:3]):
        return ""
    commit = _git(here, "rev-parse", "--short=12", "HEAD")
    changes = _git(here, "diff", "HEAD", "--no-ext-diff", "--no-color", "--", ".")
    if not commit or not changes:
        return commit
    return f"{commit}+{hashlib.sha256(changes.encode()).hexdigest()[:8]}"


@cache
def code_digest() -> str:
    """SHA-256 of all sources that can change a result, and of the solver's version.

    The version stands still while somebody works on the code; this does not. What only shows
    results is left out.
    """
    digest = hashlib.sha256(f"{code_version()} HiGHS {version('highspy')}".encode())
    package = Path(__file__).resolve().parents[2]
    for source in sorted(package.rglob("*")):
        place = source.relative_to(package)
        if source.suffix in {".py", ".toml"} and place.parts[0] not in _SHOWING:
            digest.update(place.as_posix().encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _git(folder: Path, *arguments: str) -> str:
    try:
        answer = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


@cache
def platform_name() -> str:
    """Machine, system, Python, NumPy and Numba: bits are promised on the same platform."""
    return (
        f"{platform.machine()} {platform.system()} Python {platform.python_version()} "
        f"NumPy {np.__version__} Numba {version('numba')}"
    )
