"""What hatchling does besides packing: the font files are made before, where they are stale."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# hatchling loads this file by its path, from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fonts.making import make, needed
from fonts.tools import pinned


class FontsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for source archive, wheel and editable installation."""

    def dependencies(self) -> list[str]:
        """What an isolated build has to bring: nothing where the files came with the archive."""
        return [pinned(package) for package in needed()]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - theirs
        """Make the files; those that hatchling then finds are named in pyproject.toml."""
        make()
