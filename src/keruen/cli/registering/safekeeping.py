"""`keruen register backup|restore`: the whole register in one file, and back."""

from __future__ import annotations

from pathlib import Path

from keruen.cli.registering.opening import chosen_folder, existing, keys_are_locked, now
from keruen.cli.registering.words import tell


def back_up(folder: Path | None, target: Path, language: str) -> int:
    """Write the register into one file."""
    from keruen.register import backup

    installation = existing(folder)
    backup.back_up(installation, target, at=now())
    tell("backed_up", language, path=str(target))
    if not keys_are_locked(installation):
        tell("backup_unlocked", language, path=str(target))
    return 0


def restore(folder: Path | None, source: Path, language: str) -> int:
    """Bring the register back from its file."""
    from keruen.register import backup

    installation = chosen_folder(folder)
    backup.restore(source, installation, at=now())
    tell("restored", language, path=str(installation))
    if (installation / "genesis.json").is_file():
        tell("restored_next", language)
    return 0
