"""`constraints.txt` names one version of everything that the scripts install."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from source_tree import ROOT

TEXT = (ROOT / "constraints.txt").read_text(encoding="utf-8")
ROWS = re.findall(r"^\w.*\n(?:^ +.*\n)*", TEXT, re.MULTILINE)
OURS = "keruen"


def exact() -> dict[str, list[str]]:
    """Package → its versions; more than one where systems or Pythons differ."""
    found: dict[str, list[str]] = {}
    for row in ROWS:
        pinned = Requirement(row.splitlines()[0].rstrip(" \\"))
        (one,) = pinned.specifier
        assert one.operator == "==", row
        found.setdefault(canonicalize_name(pinned.name), []).append(one.version)
    return found


def asked() -> Iterator[Requirement]:
    """What pyproject.toml asks for: at run time, in extras, in groups, to build."""
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = facts["project"]
    lists = [facts["build-system"]["requires"], project["dependencies"]]
    lists += [*project["optional-dependencies"].values(), *facts["dependency-groups"].values()]
    for line in (line for lines in lists for line in lines if isinstance(line, str)):
        wanted = Requirement(line)
        if wanted.name != OURS:
            yield wanted


def test_no_address() -> None:
    """Where packages come from is the reader's choice: no address of an index, no path."""
    assert not re.findall(r"://|--(?:extra-)?index-url|--find-links|(?<= )/\S+", TEXT)


def test_every_row_has_hashes() -> None:
    """Each package is held against the hashes of its files."""
    assert not [row for row in ROWS if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", row)]


def test_ranges_are_met() -> None:
    """Each dependency of pyproject.toml has its exact version, within its range."""
    found = exact()
    for wanted in asked():
        versions = found.get(canonicalize_name(wanted.name), [])
        assert versions, f"{wanted.name} has no row: scripts/constraints"
        assert all(one in wanted.specifier for one in versions), f"{wanted}: scripts/constraints"


@pytest.mark.parametrize("name", ["highspy", "numpy", "numba"])
def test_results_are_made_with_these(name: str) -> None:
    """What digests depend on is installed in the version that stands here."""
    assert version(name) in exact()[name], "this environment is not that of scripts/environment"
