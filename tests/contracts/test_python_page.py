"""Each public function stands on the page on Python with its types, and its docstring is numpydoc."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from python_page import DOORS, ENTRY, SECTION, described, is_function, methods, signature, type_name
from source_tree import ROOT

UNTYPED_YET = frozenset({"register"})
"""Doors whose docstrings have the meaning where numpydoc has the type."""


def public(door: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Heading on the page → each function at a door, and each method of its classes."""
    module = import_module(f"keruen.{door}")
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value):
            for method, function in methods(value):
                yield f"#### {name}.{method}", function
        elif is_function(value):
            yield f"### keruen.{door}.{name}", value


def section(door: str, heading: str) -> str:
    """What the page says below a heading of a door."""
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    of_door = page.split(f"\n## keruen.{door}\n")[1].split("\n## ")[0]
    return re.split(r"\n###", of_door.split(f"\n{heading}\n")[1])[0]


def in_table(text: str) -> str:
    return text.replace("|", "\\|")


@pytest.mark.parametrize("door", DOORS)
def test_every_parameter_and_return_has_its_type_on_the_page(door: str) -> None:
    """Nothing at a public door is shown without types."""
    for heading, function in public(door):
        said, shown = section(door, heading), signature(function)
        for parameter in shown.parameters.values():
            annotation = type_name(parameter.annotation)
            assert annotation, heading
            row = rf"\| `\**{parameter.name}` \| `{re.escape(in_table(annotation))}` \|"
            assert re.search(row, said), (heading, parameter.name)
        returned = type_name(shown.return_annotation)
        assert returned, heading
        assert f"Returns `{returned}`" in said, heading


@pytest.mark.parametrize("door", [door for door in DOORS if door not in UNTYPED_YET])
def test_docstrings_have_the_type_where_numpydoc_has_it(door: str) -> None:
    """A parameter's line is its name and type; every function at the door tells all its parameters."""
    for heading, function in public(door):
        sections = SECTION.split(inspect.getdoc(function) or "")
        told = dict(zip(sections[1::2], sections[2::2], strict=True)).get("Parameters", "")
        for names, type_words, body in ENTRY.findall(told):
            assert body.strip(), (heading, names, "has no meaning below its type")
            first = names.split(",")[0].strip().lstrip("*")
            annotation = type_name(signature(function).parameters[first].annotation)
            bare = re.sub(r"(, optional|, default .*)$", "", type_words).replace(" or ", " | ")
            assert bare in (annotation, annotation.removesuffix(" | None")), (heading, names)
        # Methods of objects that few handle themselves may be one sentence.
        if not heading.startswith("####"):
            assert described(function).parameters.keys() >= signature(function).parameters.keys(), (
                heading
            )


def test_a_line_with_the_meaning_after_the_colon_is_understood() -> None:
    """Both ways to write a parameter give its meaning on the page, and neither its type twice."""

    def spoken(flow: int, *, limit: int | None = None) -> float:
        """Say it.

        Parameters
        ----------
        flow : boxes a year,
            empties included.
        limit : int, optional
            The most of them.

        Returns
        -------
        float
            Their share.
        """
        return flow / (limit or 1)

    said = described(spoken)
    assert said.parameters == {
        "flow": "boxes a year, empties included.",
        "limit": "The most of them.",
    }
    assert said.returns == "Their share."
