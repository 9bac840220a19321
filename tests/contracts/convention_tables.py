"""The tables of docs/conventions.md that the code states: ranks of events, kinds of place, machines.

Each stands between two comments that name it, and is written by `reference_pages.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from markdown_table import table
from source_tree import PACKAGE

from keruen.domain.codes import PlaceKind
from keruen.scenario import read
from keruen.terminal.groups import machine_groups
from keruen.terminal.kernel import event_queue

EVERY_MACHINE: Final = ("terminal.gate.weighing_time=1 min", "terminal.gate.n_weighbridges=1")
"""What the packaged dry port lacks to have every kind of machine."""


def event_ranks() -> str:
    """Every kind of event of the kernel, in the order of ranks, with the sentence under it."""
    said = _sentences(_parsed("terminal/kernel/event_queue.py"))
    kinds = {
        int(value): name
        for name, value in vars(event_queue).items()
        if isinstance(value, np.int64) and not name.startswith("_")
    }
    assert sorted(kinds) == list(range(event_queue.N_EVENTS)), "a rank without a kind of event"
    rows = [(rank, _plain(name), said[name]) for rank, name in sorted(kinds.items())]
    return table(("rank", "event", "what has happened"), rows)


def place_kinds() -> str:
    """Every kind of place, with what its number counts."""
    said = _sentences(
        next(
            node.body
            for node in _parsed("domain/codes.py")
            if isinstance(node, ast.ClassDef) and node.name == PlaceKind.__name__
        )
    )
    rows = [(int(k), _plain(k.name), said[k.name].removeprefix("Number: ")) for k in PlaceKind]
    return table(("kind", "place", "number"), rows)


def machine_order() -> str:
    """Every kind of machine, in the order in which machines are numbered."""
    terminal = read("kostanay-hefei", EVERY_MACHINE).terminal
    kinds = dict.fromkeys(group.resource for group in machine_groups(terminal))
    assert list(kinds) == sorted(kinds), "not in the order of the resources"
    rows = [(n, _plain(kind.name), int(kind)) for n, kind in enumerate(kinds, start=1)]
    return table(("order", "machine", "resource"), rows)


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "event ranks": event_ranks,
    "place kinds": place_kinds,
    "machine order": machine_order,
}


def with_tables(page: str) -> str:
    """A page with all its tables as the code states them.

    Raises
    ------
    ValueError
        When a table does not have its place on the page, or has two.
    """
    for name, make in TABLES.items():
        first, last = (
            f"<!-- {name}: written by scripts/check --fix -->\n",
            f"<!-- end: {name} -->\n",
        )
        if page.count(first) != 1 or page.count(last) != 1:
            message = f"docs/conventions.md must have one place for the table of {name}"
            raise ValueError(message)
        before, rest = page.split(first)
        page = f"{before}{first}\n{make()}\n{last}{rest.split(last)[1]}"
    return page


def _parsed(path: str) -> list[ast.stmt]:
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8")).body


def _sentences(body: Sequence[ast.stmt]) -> dict[str, str]:
    """The text under each name of a module or class."""
    return {
        above.targets[0].id: " ".join(below.value.value.split())
        for above, below in pairwise(body)
        if isinstance(above, ast.Assign)
        and isinstance(above.targets[0], ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def _plain(name: str) -> str:
    return name.lower().replace("_", " ")
