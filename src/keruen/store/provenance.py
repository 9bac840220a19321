"""Which code made a run, on what: version, commit, platform."""

from __future__ import annotations

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
    """The commit of the checkout that the code runs from, ``+`` when changed; or empty."""
    here = Path(__file__).resolve().parent
    if not any((parent / ".git").exists() for parent in here.parents[:4]):
        return ""
    commit = _git(here, "rev-parse", "--short=12", "HEAD")
    changed = _git(here, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}+" if commit and changed else commit


def _git(folder: Path, *arguments: str) -> str:
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


@cache
def platform_name() -> str:
    """Machine, system, Python and NumPy: bits are promised on the same platform."""
    return (
        f"{platform.machine()} {platform.system()} "
        f"Python {platform.python_version()} NumPy {np.__version__}"
    )
