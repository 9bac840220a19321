"""Modules, functions, parameter lists and nesting keep their limits.

`ratchet.toml` lists what is still larger, with its size; an entry may only fall.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping

from source_tree import ROOT, Function, Module, functions, modules

MODULE_LINES = 600
FUNCTION_LINES = 60
KERNEL_FUNCTION_LINES = 70
PARAMETERS = 6
NESTING = 4
LONG_FUNCTION_LINES = 40
LONG_FUNCTION_SHARE = 0.08
RATCHET = ROOT / "tests" / "contracts" / "ratchet.toml"

BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)


def ratchet(table: str) -> Mapping[str, int]:
    """The known exceptions: name → size."""
    found: Mapping[str, int] = tomllib.loads(RATCHET.read_text(encoding="utf-8")).get(table, {})
    return found


def assert_only_falls(table: str, sizes: Mapping[str, int], limits: Mapping[str, int]) -> None:
    """Everything is within its limit or its ratchet entry, and no entry is looser than needed."""
    allowed = ratchet(table)
    too_large = {
        name: (size, allowed.get(name, limits[name]))
        for name, size in sizes.items()
        if size > allowed.get(name, limits[name])
    }
    assert not too_large, f"{table}: name → (size, limit): {too_large}"
    loose = {
        name: (sizes.get(name), entry)
        for name, entry in allowed.items()
        if sizes.get(name, 0) < entry
    }
    assert not loose, f"lower these entries of [{table}] in ratchet.toml: {loose}"


def body_lines(function: Function) -> int:
    """Lines of a function without its signature and docstring."""
    first, *_ = function.body
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    body = function.body[1:] if has_docstring else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def positional(function: Function) -> int:
    """Parameters that a caller may give by place; keyword-only ones name themselves."""
    names = [*function.args.posonlyargs, *function.args.args]
    return len([name for name in names if name.arg not in {"self", "cls"}])


def depth(node: ast.AST) -> int:
    """How deep blocks stand within one another; `elif` is no deeper than its `if`."""
    deepest = 0
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, Function):
                continue
            is_elif = isinstance(node, ast.If) and name == "orelse" and isinstance(child, ast.If)
            deepest = max(deepest, depth(child) + (isinstance(child, BLOCKS) and not is_elif))
    return deepest


def every_function() -> Iterator[tuple[str, Module, Function]]:
    for module in modules():
        for name, function in functions(module.tree):
            yield f"{module.shown}::{name}", module, function


def is_kernel(module: Module) -> bool:
    return module.name.startswith("keruen.terminal.kernel")


def test_modules_are_short() -> None:
    """A module has at most 600 lines."""
    sizes = {module.shown: module.text.count("\n") for module in modules()}
    assert_only_falls("modules", sizes, dict.fromkeys(sizes, MODULE_LINES))


def test_functions_are_short() -> None:
    """A function has at most 60 lines without its docstring, in the kernel 70."""
    sizes = {name: body_lines(function) for name, _, function in every_function()}
    limits = {
        name: KERNEL_FUNCTION_LINES if is_kernel(module) else FUNCTION_LINES
        for name, module, _ in every_function()
    }
    assert_only_falls("functions", sizes, limits)


def test_few_functions_are_long() -> None:
    """At most 8 % of all functions have more than 40 lines."""
    sizes = [body_lines(function) for _, _, function in every_function()]
    long = [size for size in sizes if size > LONG_FUNCTION_LINES]
    assert len(long) <= LONG_FUNCTION_SHARE * len(sizes)


def test_parameter_lists_are_short() -> None:
    """A function takes at most six parameters by place."""
    sizes = {name: positional(function) for name, _, function in every_function()}
    assert_only_falls("parameters", sizes, dict.fromkeys(sizes, PARAMETERS))


def test_nesting_is_shallow() -> None:
    """Blocks stand at most four deep."""
    sizes = {name: depth(function) for name, _, function in every_function()}
    assert_only_falls("nesting", sizes, dict.fromkeys(sizes, NESTING))


def test_depth_counts_blocks() -> None:
    """The ruler itself is right: two loops and a condition are three deep, an `elif` adds none."""
    source = (
        "def f():\n for a in b:\n  for c in d:\n"
        "   if e:\n    pass\n   elif g:\n    pass\n   else:\n    pass\n"
    )
    assert depth(ast.parse(source).body[0]) == 3
