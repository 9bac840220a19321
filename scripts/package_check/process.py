"""Run a command as a stranger to this checkout would, and hear why it failed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LONGEST_S: Final = 600
"""No step's command takes that long; one that hangs shall not hold up whoever waits."""


class StepError(Exception):
    """A step that failed, with what it printed."""


def run(
    *words: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    may_fail: bool = False,
) -> str:
    """Run a command without the paths of the checkout.

    Returns
    -------
    What it wrote to standard output; with `may_fail`, to standard error too if it failed.

    Raises
    ------
    StepError
        When it ends with another code than 0, or does not end.
    """
    kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    command = [str(word) for word in words]
    try:
        answer = subprocess.run(
            command,
            cwd=folder,
            env=kept | dict(environment or {}),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=LONGEST_S,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise StepError(f"{' '.join(command)}\n{failure}") from failure
    if answer.returncode == 0:
        return answer.stdout
    if may_fail:
        return answer.stdout + answer.stderr
    # The end of a long output has the reason.
    told = f"{answer.stdout}{answer.stderr}"[-4000:]
    raise StepError(f"{' '.join(command)}\nended with {answer.returncode}:\n{told}")


def _is_ours(name: str) -> bool:
    """Whether a variable would lead back to the checkout or to the settings of a person."""
    return name in {"PYTHONPATH", "VIRTUAL_ENV"} or name.startswith("KERUEN_")
