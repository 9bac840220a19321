"""Planned weeks kept on this machine, so that the same plan is not made twice.

Knows files by key; knows nothing of plans. What is kept is a copy that may be lost: a plan is a
function of its key, and is made again when it is not there or cannot be read.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def _folder() -> Path:
    return Path.home() / ".cache" / "keruen" / "weeks"


def kept_week(key: str) -> str | None:
    """The text that was kept under a key; None when there is none."""
    try:
        return (_folder() / f"{key}.toml").read_text(encoding="utf-8")
    except (OSError, RuntimeError, UnicodeDecodeError):
        return None


def keep_week(key: str, text: str) -> None:
    """Keep a text under a key, whole; a disk that refuses is no fault of the plan."""
    with contextlib.suppress(OSError, RuntimeError):
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partial).replace(folder / f"{key}.toml")
