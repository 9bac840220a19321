"""What an installation was told when it began: side, pair, where its tables lie, limits.

Knows the page ``register.toml``; knows nothing of keys and entries, and holds no secret.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from typing import Any, Final

from keruen.domain.joint import Side
from keruen.errors import Problem, RegisterError
from keruen.store.register.bundle import BundleLimits

PAGE: Final = "register.toml"
_MB: Final = 1 << 20
_MOST_EVIDENCE: Final = 100
_KEYS: Final = frozenset({"side", "pair", "database", "limits"})
_LIMITS: Final = ("bundle_mb", "unpacked_mb", "ratio", "members", "file_mb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation's settings.

    Parameters
    ----------
    pair : fingerprint of the pair; empty before the two have joined.
    database : ``sqlite``, or the address of a PostgreSQL database (without a password).
    limits : what a bundle may weigh.
    most_evidence : most bytes of one file of evidence.
    """

    side: Side
    pair: str = ""
    database: str = "sqlite"
    limits: BundleLimits = field(default_factory=BundleLimits)
    most_evidence: int = _MOST_EVIDENCE * _MB


def page_of(settings: Settings) -> bytes:
    """The page for some settings; always the same bytes for the same settings."""
    limits = settings.limits
    lines = (
        f'side = "{settings.side}"',
        f'pair = "{settings.pair}"',
        f'database = "{settings.database}"',
        "",
        "[limits]",
        f"bundle_mb = {max(1, limits.bundle // _MB)}",
        f"unpacked_mb = {max(1, limits.unpacked // _MB)}",
        f"ratio = {limits.ratio}",
        f"members = {limits.members}",
        f"file_mb = {settings.most_evidence // _MB}",
    )
    return ("\n".join(lines) + "\n").encode()


def read_settings(page: bytes, path: str) -> Settings:
    """Read the page.

    Parameters
    ----------
    path : what to call the page in an error.

    Raises
    ------
    RegisterError
        Naming every key that is wrong.
    """
    try:
        found = tomllib.loads(page.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        reason = str(wrong)[:200]
        raise RegisterError((_wrong(path, "–", reason),)) from wrong
    problems = [_wrong(path, key, "?") for key in sorted(found) if key not in _KEYS]
    if found.get("side") not in {"A", "B"}:
        problems.append(_wrong(path, "side", str(found.get("side", ""))))
    problems += [
        _wrong(path, key, str(found[key])[:80])
        for key in ("pair", "database")
        if not isinstance(found.get(key, ""), str)
    ]
    limits = found.get("limits", {})
    problems += list(_limit_problems(limits, path))
    if problems:
        raise RegisterError(tuple(problems))
    return _settings(found, limits)


def _limit_problems(limits: Any, path: str) -> list[Problem]:
    if not isinstance(limits, dict):
        return [_wrong(path, "limits", str(limits)[:80])]
    return [
        _wrong(path, f"limits.{key}", str(value)[:80])
        for key, value in sorted(limits.items())
        if key not in _LIMITS or type(value) is not int or value < 1
    ]


def _settings(found: dict[str, Any], limits: dict[str, int]) -> Settings:
    usual = BundleLimits()
    return Settings(
        side=found["side"],
        pair=found.get("pair", ""),
        database=found.get("database", "sqlite"),
        limits=replace(
            usual,
            bundle=limits.get("bundle_mb", usual.bundle // _MB) * _MB,
            unpacked=limits.get("unpacked_mb", usual.unpacked // _MB) * _MB,
            ratio=limits.get("ratio", usual.ratio),
            members=limits.get("members", usual.members),
        ),
        most_evidence=limits.get("file_mb", _MOST_EVIDENCE) * _MB,
    )


def _wrong(path: str, key: str, found: str) -> Problem:
    return Problem("problem.register_setting", {"place": path, "setting": key, "found": found})
