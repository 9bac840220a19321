"""The page on Python: types, defaults and returns from the signatures, meanings from the docstrings.

A docstring's sections are those of numpydoc. A parameter's line has its type after the colon and its
meaning below, indented; a line that has the meaning right after the colon is understood too.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from markdown_table import table

DOORS: Final = (
    "scenario",
    "demand",
    "corridor",
    "terminal",
    "study",
    "report",
    "register",
    "formats",
    "store",
    "i18n",
)
SECTION: Final = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
ENTRY: Final = re.compile(
    r"^(?P<names>[*\w][*\w, ]*?) : (?P<rest>.*)((?:\n(?:[ ].*)?)*)", re.MULTILINE
)
TYPE_WORDS: Final = frozenset({"or", "of", "optional", "default", "callable", "array", "sequence"})
"""Words of numpydoc between the names of types."""


@dataclass(frozen=True, slots=True)
class Described:
    """A docstring in its parts."""

    summary: str
    parameters: Mapping[str, str]
    returns: str
    raises: Mapping[str, str]


def python_page() -> str:
    """Every public name at a door, with types."""
    flat = import_module("keruen")
    text = (
        "# Python\n\nThe public names of each part. `import keruen` offers the most used ones flat: "
        + ", ".join(f"`{name}`" for name in flat.__all__)
        + ".\nTypes and defaults are those of the signatures.\n"
    )
    at_doors = {name for door in DOORS for name in import_module(f"keruen.{door}").__all__}
    only_flat = [name for name in flat.__all__ if name not in at_doors]
    text += _door("keruen", flat, only_flat)
    for door in DOORS:
        module = import_module(f"keruen.{door}")
        text += _door(f"keruen.{door}", module, module.__all__)
    return text


def is_function(value: Any) -> bool:
    """Whether it is called, cached or not, and is no class."""
    return callable(value) and not inspect.isclass(value)


def signature(value: Callable[..., Any]) -> inspect.Signature:
    """The signature without the object itself."""
    whole = inspect.signature(value)
    kept = [p for name, p in whole.parameters.items() if name not in ("self", "cls")]
    return whole.replace(parameters=kept)


def methods(kind: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public methods that a class itself defines, in their order."""
    for name, value in vars(kind).items():
        if name.startswith("_"):
            continue
        inner = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if inspect.isfunction(inner):
            yield name, inner


def properties(kind: type) -> Iterator[tuple[str, str, str]]:
    """Name, type and meaning of what an object holds: fields first, then what it works out."""
    meanings = described(kind).parameters
    for name, annotation in inspect.get_annotations(kind).items():
        is_field = not name.startswith("_") and "ClassVar" not in str(annotation)
        if is_field:
            yield name, type_name(annotation), meanings.get(name, "")
    for name, value in vars(kind).items():
        if isinstance(value, property) and not name.startswith("_"):
            returned = inspect.signature(value.fget).return_annotation if value.fget else ""
            yield name, type_name(returned), described(value).summary


def type_name(annotation: Any) -> str:
    """A type as the source writes it."""
    if annotation is inspect.Signature.empty:
        return ""
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def described(value: Any) -> Described:
    """A docstring in its parts; what it does not say is empty."""
    text = inspect.getdoc(value) or ""
    parts = SECTION.split(text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    types = _types(value)
    parameters = {}
    for section in ("Parameters", "Attributes"):
        for names, rest, body in ENTRY.findall(sections.get(section, "")):
            for name in (part.strip().lstrip("*") for part in names.split(",")):
                parameters[name] = _meaning(rest, body, types.get(name, ""))
    returned = sections.get("Returns", sections.get("Yields", "")).strip("\n")
    first, _, rest_of_it = returned.partition("\n")
    raised = re.findall(r"^(\w+)\n((?:[ ].*(?:\n|$))+)", sections.get("Raises", ""), re.MULTILINE)
    return Described(
        summary=_joined(parts[0].split("\n\n")[0]),
        parameters=parameters,
        returns=_meaning(first, rest_of_it, types.get("return", "")),
        raises={name: _joined(meaning) for name, meaning in raised},
    )


def _types(value: Any) -> Mapping[str, str]:
    """Parameter, or ``return`` → its type."""
    if inspect.isclass(value):
        return {name: type_name(a) for name, a in inspect.get_annotations(value).items()}
    if not callable(value):
        return {}
    whole = inspect.signature(value)
    types = {name: type_name(p.annotation) for name, p in whole.parameters.items()}
    return {**types, "return": type_name(whole.return_annotation)}


def _meaning(first: str, below: str, annotation: str) -> str:
    """The meaning of an entry, whether a type stands before it or not."""
    allowed = {*re.findall(r"\w+", annotation), *TYPE_WORDS}
    has_type = all(word in allowed for word in re.findall(r"\w+", first))
    return _joined(below if has_type else f"{first}\n{below}")


def _joined(text: str) -> str:
    return " ".join(textwrap.dedent(text).split())


def _door(title: str, module: ModuleType, names: list[str]) -> str:
    text = f"\n## {title}\n\n{described(module).summary}\n"
    for name in names:
        value = getattr(module, name)
        text += f"\n### {title}.{name}\n\n"
        if inspect.isclass(value):
            text += _class(value)
        elif is_function(value):
            text += _function(name, value)
        elif inspect.ismodule(value):
            text += f"Module: {described(value).summary}\n"
        else:
            text += f"Value: `{value!r}`.\n"
    return text


def _class(kind: type) -> str:
    text = f"{described(kind).summary}\n"
    held = [(f"`{name}`", f"`{a}`", meaning or "–") for name, a, meaning in properties(kind)]
    if held:
        text += "\n" + table(("attribute", "type", "meaning"), held)
    for name, method in methods(kind):
        text += f"\n#### {kind.__name__}.{name}\n\n" + _function(name, method)
    return text


def _function(name: str, value: Callable[..., Any]) -> str:
    shown, said = signature(value), described(value)
    text = f"{said.summary}\n"
    rows = [
        (
            f"`{_starred(parameter)}`",
            f"`{type_name(parameter.annotation)}`",
            _default(parameter),
            said.parameters.get(key, "–"),
        )
        for key, parameter in shown.parameters.items()
    ]
    text = f"`{name}({', '.join(_listed(shown))})`\n\n{text}"
    if rows:
        text += "\n" + table(("parameter", "type", "default", "meaning"), rows)
    returned = type_name(shown.return_annotation)
    text += f"\nReturns `{returned}`" + (f": {said.returns}" if said.returns else ".") + "\n"
    for error, meaning in said.raises.items():
        text += f"\nRaises `{error}`: {meaning}\n"
    return text


def _starred(parameter: inspect.Parameter) -> str:
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return stars.get(parameter.kind, "") + parameter.name


def _listed(shown: inspect.Signature) -> Iterator[str]:
    """The parameters as in a call, with the star after which they have to be named."""
    is_named = False
    for parameter in shown.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not is_named:
            is_named = True
            yield "*"
        yield _starred(parameter)


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is inspect.Parameter.empty:
        return "–"
    return f"`{parameter.default!r}`"
