"""`keruen verify`: the verification programme of a checkout, run and told."""

from __future__ import annotations

import sys
from pathlib import Path

from keruen.errors import UsageError
from keruen.i18n import text


def verify(out: Path, language: str) -> int:
    """Run the programme and say what did not hold; exit code 2 when something did not.

    Raises
    ------
    UsageError
        When the programme or its reference data are not here.
    """
    try:
        from verification import __main__ as programme
    except ImportError as missing:
        raise UsageError("error.verification_missing") from missing
    try:
        page, failed = programme.verify(out, lambda line: sys.stderr.write(f"{line}\n"))
    except FileNotFoundError as missing:
        raise UsageError("error.verification_missing") from missing
    for what in failed:
        sys.stdout.write(text("cli.verify_failed", language, what=what) + "\n")
    if not failed:
        sys.stdout.write(text("cli.verify_held", language, path=str(page)) + "\n")
    return 2 if failed else 0
