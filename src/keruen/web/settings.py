"""What a web server of Keruen is told when it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from keruen.store.notebook import notebook_of

Place = Literal["reading", "office", "shared"]
"""What may be written here: nothing; all, with the keys of this very office; or what needs no
passphrase, on a server that several offices use."""


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What is served.

    Parameters
    ----------
    register : folder of an installation, or of an office with its key; pages say so where there is
        none.
    runs : folder of runs.
    today : says which day it is (``2026-11-29``), for what is late or lapsed.
    now : says the moment of what is written (``2026-11-29T10:00:00Z``).
    is_demo : pages say that all of it is a demonstration.
    place : what may be written. ``office`` is for a server on loopback alone: whoever sits at the
        machine is the office. On a ``shared`` server whoever writes has signed in to an account.
    hosts : names under which a ``shared`` server is called; loopback is always called by its own.
    notes : file of drafts and audit; None for one beside the register.
    most_upload_mb : of one upload.
    """

    register: Path
    runs: Path
    today: Callable[[], str] = _today
    now: Callable[[], str] = _now
    is_demo: bool = False
    place: Place = "reading"
    hosts: tuple[str, ...] = ()
    notes: Path | None = None
    most_upload_mb: int = 64

    @property
    def notebook(self) -> Path:
        """The file of drafts and audit: beside the register, which names every file inside it."""
        return self.notes or notebook_of(self.register)


def is_loopback(host: str) -> bool:
    """A name or address that leads to this machine alone."""
    name = host.strip("[]").lower()
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
