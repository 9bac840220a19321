"""`keruen register export|import`: bundles between the two sides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from keruen.cli.arguments import check_language
from keruen.cli.registering.opening import now, open_writer
from keruen.cli.registering.words import short, tell, tell_json


@dataclass(frozen=True, slots=True)
class Sending:
    """What `export` was asked for."""

    folder: Path | None
    target: Path
    passphrase_file: Path | None
    is_whole: bool


def export(wish: Sending, *, as_json: bool, language: str) -> int:
    """Write a bundle for the other side."""
    check_language(language)
    register = open_writer(wish.folder, wish.passphrase_file, language)
    path = register.export(wish.target, at=now(), whole=wish.is_whole)
    if as_json:
        tell_json({"path": str(path), "bytes": path.stat().st_size})
        return 0
    tell("exported", language, path=str(path), size=max(1, path.stat().st_size // 1024))
    return 0


def take_in(
    folder: Path | None,
    source: str,
    passphrase_file: Path | None,
    *,
    as_json: bool,
    language: str,
) -> int:
    """Take in a bundle, or every bundle of a folder in the order of their names."""
    check_language(language)
    register = open_writer(folder, passphrase_file, language)
    path = Path(source)
    sources = sorted(str(one) for one in path.glob("*.jlb")) if path.is_dir() else [source]
    results = []
    for one in sources or [source]:
        found = register.import_(one, at=now())
        results.append({"source": one, "result": found})
        if not as_json:
            tell(
                "imported",
                language,
                source=one,
                applied=found.applied,
                parked=found.parked,
                duplicates=found.duplicates,
            )
            if found.receipt:
                tell("receipt_written", language, id=short(found.receipt))
    if as_json:
        tell_json(results)
    return 0
