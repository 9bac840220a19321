"""Build the source archive and the wheel, and compare what they hold with the repository."""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from fonts.making import STAMP, files_made

from .process import ROOT, StepError, run

WHEEL_MUST_HOLD: Final = (
    "keruen/py.typed",
    "keruen/report/report.typ",
    *(
        f"keruen/report/font_files/NotoSans{name}.ttf"
        for name in ("-Regular", "-Bold", "SC-Regular")
    ),
    "keruen/web/static/fonts/fonts.css",
    "keruen/web/static/style.css",
    "keruen/web/templates/base.html",
    *(f"keruen/i18n/catalogue/{language}/cli.json" for language in ("en", "kk", "ru", "zh")),
    *(f"keruen/scenario/packaged/{name}/scenario.toml" for name in ("toy", "kostanay-hefei")),
)
BELONGS: Final = {
    *(".css", ".geojson", ".html", ".json", ".py", ".svg", ".toml", ".ttf", ".typ", ".typed"),
    ".woff2",
}
"""The kinds of files that a wheel of Keruen consists of."""


def repository_files() -> set[str]:
    """The files that git knows, and the fonts made from them; without git, those that lie here."""
    if (ROOT / ".git").exists():
        known = set(filter(None, run("git", "ls-files", "-z", folder=ROOT).split("\0")))
        return known.union(files_made(), {STAMP.relative_to(ROOT).as_posix()})
    paths = (path for path in ROOT.rglob("*") if path.is_file())
    names = {path.relative_to(ROOT).as_posix() for path in paths}
    return {
        name
        for name in names
        if not re.search(r"__pycache__|^\.venv|^PKG-INFO$|^fonts/originals/", name)
    }


def wrong_in_wheel(names: Iterable[str], files: set[str]) -> list[str]:
    """What a wheel lacks of the package, and what it has that does not belong there.

    Parameters
    ----------
    names : the names in the wheel.
    files : the files of the repository.
    """
    held = {name for name in names if not re.match(r"keruen-[\w.]+\.dist-info/", name)}
    wanted = {name.removeprefix("src/") for name in files if name.startswith("src/")}
    foreign = {name for name in held if PurePosixPath(name).suffix not in BELONGS}
    return _told(wanted.union(WHEEL_MUST_HOLD) - held, held - wanted | foreign)


def wrong_in_archive(names: Iterable[str], files: set[str]) -> list[str]:
    """The same of a source archive: it is the repository, and what the builder adds."""
    held = {name.split("/", 1)[1] for name in names} - {"PKG-INFO"}
    return _told(files - held, held - files)


def _told(missing: set[str], foreign: set[str]) -> list[str]:
    return [f"missing: {name}" for name in sorted(missing)] + [
        f"does not belong there: {name}" for name in sorted(foreign)
    ]


def built(work: Path) -> Path:
    """Build the source archive and, out of it alone, the wheel.

    Returns
    -------
    The wheel.
    """
    dist, files = work / "dist", repository_files()
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", dist, folder=ROOT)
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        wrong = wrong_in_archive((item.name for item in packed if item.isfile()), files)
        packed.extractall(work / "sources", filter="data")
    (sources,) = (work / "sources").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", dist, folder=sources)
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as wheel_file:
        wrong += wrong_in_wheel(wheel_file.namelist(), files)
    if wrong:
        raise StepError("\n".join(wrong))
    return wheel
