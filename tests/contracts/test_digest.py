"""A changed result is a breaking change, and says so in the CHANGELOG."""

from __future__ import annotations

import tomllib

from source_tree import ROOT

from keruen import scenario, study

DIGESTS = tomllib.loads((ROOT / "tests/contracts/digests.toml").read_text(encoding="utf-8"))
SHOWN = 12
"""Characters of a digest that the CHANGELOG names."""


def trace_digest(name: str) -> str:
    """The digest of the first replication of a scenario, as `keruen run` makes it."""
    found = scenario.read(name)
    seed = study.replication_seed(found.scenario.seed, 0)
    return study.replay(found, seed).run.digest


def test_trace_of_the_toy() -> None:
    """The toy scenario's trace is byte for byte what it was when its digest was written down."""
    assert trace_digest("toy") == DIGESTS["toy"], (
        "the toy's trace has changed. If that is meant: write the new digest into"
        " tests/contracts/digests.toml and its first 12 characters under 'Changes results' in CHANGELOG.md"
    )


def test_changelog_names_the_digests() -> None:
    """Every digest is named in the CHANGELOG, under a heading that says that results change."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    changes = "".join(
        part.split("\n### ")[0] for part in changelog.split("### Changes results\n")[1:]
    )
    assert changes, "CHANGELOG.md has no heading 'Changes results'"
    assert not [name for name, digest in DIGESTS.items() if digest[:SHOWN] not in changes]
