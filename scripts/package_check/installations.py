"""Environments with nothing in them, and the wheel installed there with chosen versions."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from .commands import TRACE, pinned_digest
from .process import ROOT, StepError, run

PYTHONS: Final = ((3, 11), (3, 12), (3, 13))
"""What the classifiers of pyproject.toml promise."""

FAST_TESTS: Final = (
    *("tests/unit/domain", "tests/unit/scenario", "tests/unit/demand", "tests/unit/i18n"),
    *("tests/unit/tabular", "tests/unit/formats", "tests/unit/register", "tests/golden"),
)


def bare(folder: Path, python: str = sys.executable) -> Path:
    """A new environment with nothing in it.

    Returns
    -------
    Its python.
    """
    # The pip of the checkout's environment installs into it: quicker than one pip for each.
    run(python, "-m", "venv", "--without-pip", folder)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def install(python: Path, *words: str | Path) -> None:
    """Install with pip into the environment of a python."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
    run(*pip, "--python", python, "install", "-qq", *words)


def install_exact(python: Path, wheel: Path, work: Path) -> str:
    """Install the wheel with the versions of constraints.txt, and nothing that contradicts them."""
    # Where a constraint has hashes, pip wants one of the wheel too; `scripts/test` holds them.
    rows = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    # One file for each environment: they are made at the same time.
    versions = python.parents[1] / "versions.txt"
    exact = [row.removesuffix("\\").strip() for row in rows if re.match(r"\w", row)]
    versions.write_text("\n".join(exact), encoding="utf-8")
    install(python, "-c", versions, wheel)
    run(sys.executable, "-m", "pip", "--python", python, "check")
    place = Path(run(python, "-c", "import keruen; print(keruen.__file__)", folder=work).strip())
    if not place.is_relative_to(work):
        raise StepError(f"keruen is not the installed one, but {place}")
    return f"{wheel.name}, {sum(1 for _ in _distributions(python))} packages"


def _distributions(python: Path) -> Iterator[str]:
    listed = run(sys.executable, "-m", "pip", "--python", python, "list", "--format", "json")
    yield from (row["name"] for row in json.loads(listed))


def pythons() -> Iterator[tuple[tuple[int, int], str]]:
    """A working Python of each promised version, as far as this machine has them."""
    for version in PYTHONS:
        name = f"python{version[0]}.{version[1]}"
        places = [Path(found) for found in (shutil.which(name),) if found]
        places += sorted(
            Path.home().glob(f".pyenv/versions/{version[0]}.{version[1]}.*/bin/python")
        )
        if sys.version_info[:2] == version:
            places.insert(0, Path(sys.executable))
        for python in places:
            # A shim of pyenv stands there without the Python that it names; Debian's may lack venv.
            words = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
            if run(python, "-c", words, may_fail=True).split() == [str(part) for part in version]:
                yield version, str(python)
                break


def other_pythons(wheel: Path, work: Path) -> str:
    """Every other Python gives the pinned trace."""
    found = dict(pythons())
    digest = ""
    same: list[str] = []
    for version, other in found.items():
        if version == sys.version_info[:2]:
            continue
        inside = bare(work / f"python-{version[1]}", other)
        install_exact(inside, wheel, work)
        # A run knows its platform, and caches of the person who runs this stay as they are.
        place = work / f"trace-{version[1]}"
        place.mkdir()
        home = {"KERUEN_CACHE_DIR": str(place / "caches")}
        told = run(inside.with_name("keruen"), *TRACE, folder=place, environment=home)
        digest = pinned_digest(told)
        same.append(run(inside, "-c", "import platform; print(platform.python_version())").strip())
    missing = [f"{version[0]}.{version[1]}" for version in PYTHONS if version not in found]
    parts = [f"{digest} with {', '.join(same)}"] if same else []
    parts += [f"not looked at: no Python {', '.join(missing)} on this machine"] if missing else []
    return "; ".join(parts) or "there is only one"


def lowest_versions(requirements: Iterable[str]) -> list[str]:
    """Each requirement with its lower bound as the only version."""
    return [re.sub(r"[,<].*", "", row).replace(">=", "==") for row in requirements]


def lowest(wheel: Path, work: Path) -> str:
    """Pass the fast tests with the lowest versions that pyproject.toml states."""
    oldest = PYTHONS[0]
    python = dict(pythons()).get(oldest)
    if python is None:
        # The bounds are what the oldest Python can meet: later ones need later wheels.
        return f"not looked at: no Python {oldest[0]}.{oldest[1]} on this machine"
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    stated = [*facts["project"]["dependencies"], *facts["dependency-groups"]["test"]]
    inside = bare(work / "lowest", python)
    install(inside, *lowest_versions(stated))
    install(inside, "--no-deps", wheel)
    # Old versions warn of their own age; the tests of the latest ones refuse every warning.
    pytest = (inside, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "default")
    # What an old Numba compiled must not lie among the caches of the person who runs this.
    own = {"KERUEN_CACHE_DIR": str(work / "lowest-caches")}
    told = run(*pytest, *FAST_TESTS, folder=_tests_alone(work), environment=own)
    return told.strip().splitlines()[-1].strip("= ")


def _tests_alone(work: Path) -> Path:
    """The unpacked source archive without `src`: tests that can only meet the installed package."""
    (sources,) = (work / "sources").iterdir()
    if (sources / "src").exists():
        (sources / "src").rename(work / "src-away")
    return sources
