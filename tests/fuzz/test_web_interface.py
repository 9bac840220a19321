"""The interface for programs as its own description says it, asked for anything at all.

Schemathesis makes requests from the OpenAPI description, right ones and wrong ones, and holds every
answer to it: no fault of the server, the statuses, kinds and forms that are described.
`KERUEN_WEB_EXAMPLES=200` asks that often at each address.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.schemas import APIOperation, BaseSchema

from keruen.web import WebSettings, create_app
from made_up_pairs import full

N_EXAMPLES = int(os.environ.get("KERUEN_WEB_EXAMPLES", "15"))


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> BaseSchema:
    folder: Path = tmp_path_factory.mktemp("interface")
    register = full(folder).a.path
    app = create_app(WebSettings(register=register, runs=folder / "runs", place="reading"))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def _operations(schema: BaseSchema) -> Iterator[APIOperation]:
    for found in schema.get_all_operations():
        yield found.ok()


def test_answers_are_as_described(described: BaseSchema) -> None:
    """Whatever is asked, the answer is one that the description has."""
    n_asked = 0

    def hold(case: Case) -> None:
        nonlocal n_asked
        n_asked += 1
        case.call_and_validate()

    for operation in _operations(described):
        asked = settings(
            max_examples=N_EXAMPLES,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )(given(operation.as_strategy())(hold))
        asked()
    assert n_asked >= N_EXAMPLES
