"""The order of files, tables and rows of a scenario changes nothing."""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_tree import PACKAGE

from keruen import scenario, study
from keruen.scenario import Scenario

PACKAGED = PACKAGE / "scenario" / "packaged"
TOY = PACKAGED / "toy" / "scenario.toml"
SHORT = ("calendar.days=2", 'calendar.warm_up="0 d"')
"""Two days of the real scenario: many flows, services, groups and blocks, and still quick."""


def as_toml(value: Any) -> str:
    """A value on one line of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(v) for v in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # TOML's basic strings are JSON's.
    return str(value)


def turned(node: Any, order: Any) -> Any:
    """The same document with the keys of every table in another order."""
    if not isinstance(node, dict):
        return node
    return {key: turned(node[key], order) for key in order(sorted(node))}


def lines_of(key: str, value: Any, depth: int = 1) -> list[str]:
    """A table as lines with dotted keys: the parser is slow on one very long line."""
    if isinstance(value, dict) and value and depth < 3:
        return [
            line
            for name, inner in value.items()
            for line in lines_of(f"{key}.{name}", inner, depth + 1)
        ]
    return [f"{key} = {as_toml(value)}"]


def written(document: dict[str, Any], folder: Path, order: Any) -> Path:
    """The document in one file for each top-level table, named so that files turn too."""
    folder.mkdir(parents=True)
    origin = {key: document[key] for key in ("source", "note")}
    tables = [key for key in document if key not in origin]
    for number, key in enumerate(order(sorted(tables))):
        head = "".join(f"{name} = {as_toml(text)}\n" for name, text in origin.items())
        body = f"{key} = {as_toml(turned(document[key], order))}\n"
        (folder / f"{number:02d}.toml").write_text(head + body, encoding="utf-8")
    return folder


def trace_digest(found: Scenario) -> str:
    seed = study.replication_seed(found.scenario.seed, 0)
    return study.replay(found, seed).run.digest


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(randomly=st.randoms(use_true_random=False))
def test_order_of_a_scenario_changes_nothing(randomly: Any, tmp_path_factory: Any) -> None:
    """A scenario cut into other files, with all its rows in another order, gives the same bytes."""

    def order(keys: list[str]) -> list[str]:
        mixed = list(keys)
        randomly.shuffle(mixed)
        return mixed

    document = tomllib.loads(TOY.read_text(encoding="utf-8"))
    folder = tmp_path_factory.mktemp("turned")
    found = scenario.read(written(document, folder / "toy", order))
    plain = scenario.read("toy")
    assert found.digest == plain.digest
    assert trace_digest(found) == trace_digest(plain)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_the_real_scenario_changes_nothing(seed: int, tmp_path_factory: Any) -> None:
    """The real scenario with its files renamed and all rows in another order gives the same bytes."""
    # Hypothesis would have to choose each of thousands of swaps itself, and give up.
    randomly = random.Random(seed)

    def order(keys: list[str]) -> list[str]:
        mixed = list(keys)
        randomly.shuffle(mixed)
        return mixed

    folder = tmp_path_factory.mktemp("turned") / "kostanay-hefei"
    folder.mkdir()
    files = order([path.name for path in documents_of(PACKAGED / "kostanay-hefei")])
    for number, name in enumerate(files):
        document = tomllib.loads((PACKAGED / "kostanay-hefei" / name).read_text(encoding="utf-8"))
        lines = [
            line
            for key in order(sorted(document))
            for line in lines_of(key, turned(document[key], order))
        ]
        (folder / f"{number}.toml").write_text("\n".join(lines), encoding="utf-8")
    found = scenario.read(folder, SHORT)
    plain = scenario.read("kostanay-hefei", SHORT)
    assert found.digest == plain.digest
    assert [figure.path for figure in found.figures] == [figure.path for figure in plain.figures]
    assert trace_digest(found) == trace_digest(plain)


def test_a_real_change_changes_the_digest() -> None:
    """The test above could fail: another seed and another machine give another trace."""
    plain = scenario.read("toy")
    faster = scenario.read("toy", ("terminal.machines.gantry.cycle_time=1 min",))
    assert faster.digest != plain.digest
    assert trace_digest(faster) != trace_digest(plain)
