"""Ask whether a vulnerability of the exact versions is known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .installations import bare, install
from .process import ROOT, StepError, run

ACCEPTED: Final[Mapping[str, str]] = {}
"""Known vulnerabilities that do not touch Keruen: the advisory's id, and why."""


def audit(work: Path) -> str:
    """Ask for known vulnerabilities of the exact versions."""
    python = bare(work / "audit")
    try:
        install(python, "pip-audit")
    except StepError:
        # The one package that is not among the exact versions: an index of one's own may lack it.
        return "not looked at: pip-audit could not be fetched"
    words = (python, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off")
    told = run(*words, "-f", "json", "-r", ROOT / "constraints.txt", folder=work, may_fail=True)
    return audited(told)


def audited(told: str, accepted: Mapping[str, str] = ACCEPTED) -> str:
    """Judge what pip-audit told: its JSON, or why it has none.

    Raises
    ------
    StepError
        When a vulnerability is known that is not accepted, or the answer is not understood.
    """
    start = told.find('{"dependencies"')
    if start < 0:
        if re.search(
            r"ConnectionError|Max retries|Connection|resolve|[Tt]imed out|ServiceError", told
        ):
            return "not looked at: no network to a service that knows them"
        raise StepError(told[-2000:])
    rows = json.JSONDecoder().raw_decode(told[start:])[0]["dependencies"]
    asked = [row for row in rows if "skip_reason" not in row]
    if not asked:
        return f"not looked at: the service knows none of the {len(rows)} packages here"
    known = {
        (row["name"], row["version"], advisory["id"]) for row in asked for advisory in row["vulns"]
    }
    if unknown := sorted(row for row in known if row[2] not in accepted):
        raise StepError("\n".join(" ".join(row) for row in unknown))
    skipped = [row["name"] for row in rows if "skip_reason" in row]
    parts = [f"none in {len(asked)} packages"]
    parts += [f"{advisory} accepted: {accepted[advisory]}" for _, _, advisory in sorted(known)]
    parts += [f"not looked at: {', '.join(skipped)}"] if skipped else []
    return "; ".join(parts)
