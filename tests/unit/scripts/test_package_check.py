"""The judgements of `scripts/check --package`, without building or installing anything."""

from __future__ import annotations

import json

import pytest
from scripts.package_check.commands import pinned_digest
from scripts.package_check.contents import WHEEL_MUST_HOLD, wrong_in_archive, wrong_in_wheel
from scripts.package_check.installations import lowest_versions
from scripts.package_check.process import StepError, run
from scripts.package_check.vulnerabilities import audited

FILES = {f"src/{name}" for name in WHEEL_MUST_HOLD} | {"README.md"}
INFO = "keruen-0.1.0.dist-info/METADATA"


def test_a_whole_wheel_is_accepted() -> None:
    """The files of the package and what describes it are a wheel."""
    assert wrong_in_wheel([*WHEEL_MUST_HOLD, INFO], FILES) == []


@pytest.mark.parametrize("lost", WHEEL_MUST_HOLD)
def test_a_lost_file_is_named(lost: str) -> None:
    """The mark of types, a catalogue or a scenario that is not in the wheel is named."""
    held = [name for name in WHEEL_MUST_HOLD if name != lost]
    assert wrong_in_wheel(held, FILES) == [f"missing: {lost}"]
    # Also when it left the repository itself.
    assert wrong_in_wheel(held, FILES - {f"src/{lost}"}) == [f"missing: {lost}"]


@pytest.mark.parametrize(
    "foreign", ["tests/conftest.py", "keruen/notes.md", "keruen/kernel.pyc", "keruen/a.otf"]
)
def test_a_foreign_file_is_named(foreign: str) -> None:
    """What is not of the package is named, even where the repository has it."""
    wrong = [f"does not belong there: {foreign}"]
    assert wrong_in_wheel([*WHEEL_MUST_HOLD, foreign], FILES) == wrong
    if foreign.startswith("keruen"):
        assert wrong_in_wheel([*WHEEL_MUST_HOLD, foreign], FILES | {f"src/{foreign}"}) == wrong


def test_a_source_archive_is_the_repository() -> None:
    """A file too few or too many is named; what the builder adds is no file too many."""
    held = {f"keruen-0.1.0/{name}" for name in FILES} | {"keruen-0.1.0/PKG-INFO"}
    assert wrong_in_archive(held, FILES) == []
    assert wrong_in_archive(held - {"keruen-0.1.0/README.md"}, FILES) == ["missing: README.md"]
    assert wrong_in_archive(held | {"keruen-0.1.0/secret.key"}, FILES) == [
        "does not belong there: secret.key"
    ]


def test_lowest_versions() -> None:
    """The lower bound becomes the version, and an upper bound falls away."""
    assert lowest_versions(["numpy>=2.1", "fonts>=0.1.1,<0.2"]) == ["numpy==2.1", "fonts==0.1.1"]


def answer(*rows: dict[str, object]) -> str:
    return "WARNING: something\n" + json.dumps({"dependencies": rows, "fixes": []}) + "\nmore"


CLEAN = {"name": "numpy", "version": "2.1", "vulns": []}
WEAK = {"name": "click", "version": "8.5", "vulns": [{"id": "GHSA-1", "fix_versions": []}]}
SKIPPED = {"name": "typst", "skip_reason": "Dependency not found"}


def test_a_known_vulnerability_fails() -> None:
    """It is named with package and version, unless it is accepted with a reason."""
    with pytest.raises(StepError, match=r"^click 8\.5 GHSA-1$"):
        audited(answer(CLEAN, WEAK))
    told = audited(answer(CLEAN, WEAK), {"GHSA-1": "we parse no such thing"})
    assert "2 packages" in told
    assert "GHSA-1 accepted: we parse no such thing" in told


def test_what_was_not_asked_is_said() -> None:
    """A package that the service does not know is not one without vulnerabilities."""
    assert audited(answer(CLEAN, SKIPPED)) == "none in 1 packages; not looked at: typst"
    assert audited(answer(SKIPPED)).startswith("not looked at")
    assert audited("Traceback\nConnectionError: Max retries").startswith("not looked at")


def test_an_answer_that_is_not_understood_fails() -> None:
    """Any other end of the auditor is no pass."""
    with pytest.raises(StepError, match="no such option"):
        audited("pip_audit: no such option: -x")


def test_another_trace_fails() -> None:
    """The trace of the installed package is held against the one that is pinned."""
    with pytest.raises(StepError, match="the trace is 0123"):
        pinned_digest(json.dumps([{"trace_digests": ["0123"]}]))


def test_a_command_that_fails_tells_why() -> None:
    """The words of a failed command are in the error, with its code."""
    with pytest.raises(StepError, match=r"(?s)ended with 3.*because"):
        run("sh", "-c", "echo because >&2; exit 3")
