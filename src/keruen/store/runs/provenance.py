"""Which code made a run, on what: version, commit, platform."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np


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
