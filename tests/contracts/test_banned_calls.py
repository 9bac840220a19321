"""What would make a result depend on luck, clock, machine or hidden order is not called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from source_tree import ROOT, Function, Module, modules

FACES = 7

BANNED = {
    "random": "keruen.draws",
    "secrets": "keruen.draws",
    "uuid": "a row index, or keruen.draws",
    "numpy.random": "keruen.draws",
    "time.time": "simulated time; the clock is for the faces",
    "time.perf_counter": "simulated time; the clock is for the faces",
    "time.monotonic": "simulated time; the clock is for the faces",
    "time.sleep": "nothing: nobody waits below the faces",
    "datetime.datetime.now": "simulated time; the clock is for the faces",
    "datetime.datetime.today": "simulated time; the clock is for the faces",
    "datetime.datetime.utcnow": "simulated time; the clock is for the faces",
    "datetime.date.today": "simulated time; the clock is for the faces",
    "os.environ": "a parameter; the environment is for the faces",
    "os.getenv": "a parameter; the environment is for the faces",
    "print": "a return value; the faces print",
    "input": "a parameter",
    "sys.stdout": "a return value; the faces print",
    "hash": "hashlib or keruen.draws.text_key: hash() of a text changes from run to run",
}
"""Name that nothing below the faces uses → what to use instead."""

READS_THE_ENVIRONMENT = {
    "keruen.caches": "where compiled code is kept is decided when modules are imported, before any "
    "door is called (docs/decisions/0020-one-place-for-caches.md)",
}
"""Module below the faces → why it may read the environment all the same."""

WAITS = {
    "keruen.store.register.folder": "a reader waits until another process has finished its change; "
    "what it then reads does not depend on how long",
}
"""Module below the faces → why it may wait all the same."""

CLOCKS = {"time", "timeit"}
"""Modules that tell how long something took."""

READS_OR_WRITES = {
    "open",
    "read_text",
    "write_text",
    "read_bytes",
    "write_bytes",
    "mkdir",
    "unlink",
}
IO_FLOORS = {3, 6, 7}
IO_ELSEWHERE = {
    "keruen.caches": "makes the folders of what is kept on this machine; no result depends on them",
    "keruen.domain.tables": "reads its own fields.toml, a part of the package",
    "keruen.register.exchange.refused": "reads why bundles in quarantine were refused, in the folder it is given",
    "keruen.register.waiting": "looks whether the private keys beside the register are encrypted",
    "keruen.register.start": "puts a card into the folder that is carried, and reads the other side's there",
    "keruen.register.seed": "reads its own packaged list, a part of the package",
    "keruen.corridor.plan.design.quiet": "sends what the solver prints by itself nowhere",
    "keruen.study.prepare": "hashes the planner's own source to key the weeks that were planned",
    "keruen.study.sensitivity.factors": "reads its own factors.toml, a part of the package",
    "keruen.compiled": "hashes the kernel's own source to key the compiled code",
}
"""Module outside the floors of I/O → why it may read all the same."""

LIBM = {"exp", "log", "log1p", "log2", "log10", "pow", "sin", "cos", "tan", "sqrt", "expm1"}


def full_names(module: Module) -> dict[str, str]:
    """Local name → what it was imported as, dotted."""
    found: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def dotted(node: ast.AST, imported: dict[str, str]) -> str:
    """`np.random.rand` → ``numpy.random.rand``; empty when it is no plain name."""
    if isinstance(node, ast.Name):
        return imported.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        head = dotted(node.value, imported)
        return f"{head}.{node.attr}" if head else ""
    return ""


def banned_names(module: Module) -> Iterator[str]:
    imported = full_names(module)
    own = {node.id for node in ast.walk(module.tree) if _is_stored(node)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        name = dotted(node, imported)
        if isinstance(node, ast.Name) and node.id in own and node.id not in imported:
            continue
        for banned, instead in BANNED.items():
            if name == banned or name.startswith(f"{banned}."):
                yield f"{module.shown}:{node.lineno}: {name}: use {instead}"


def clocks_read(module: Module) -> Iterator[str]:
    """Places where a test reads a clock; waiting for another process (`time.sleep`) reads none."""
    imported = full_names(module)
    if not any(name.split(".")[0] in CLOCKS for name in imported.values()):
        return  # A variable may be called `time`.
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            name = dotted(node, imported)
            if name.split(".")[0] in CLOCKS and name not in {*CLOCKS, "time.sleep"}:
                yield f"{module.shown}:{node.lineno}: {name}: measure it in benchmarks/"


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def is_set(node: ast.AST, known: set[str]) -> bool:
    """The expression makes a set, or is a variable that holds one."""
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Name):
        return node.id in known
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"set", "frozenset"}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.BitAnd | ast.BitOr):
        return any(is_set(side, known) or _is_keys(side) for side in (node.left, node.right))
    return False


def _is_keys(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "keys"
    )


def sets_iterated(module: Module) -> Iterator[str]:
    """Places where the order of a set decides something."""
    scopes = [module.tree, *(n for n in ast.walk(module.tree) if isinstance(n, Function))]
    for scope in scopes:
        inside = tuple(_own_nodes(scope))
        known = {
            target.id
            for node in inside
            if isinstance(node, ast.Assign) and is_set(node.value, set())
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in inside:
            if isinstance(node, ast.For) and is_set(node.iter, known):
                yield f"{module.shown}:{node.lineno}"
            if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
                for loop in node.generators:
                    if is_set(loop.iter, known) and not _is_order_free(scope, node):
                        yield f"{module.shown}:{node.lineno}"
            if _takes_order(node) and node.args and is_set(node.args[0], known):
                yield f"{module.shown}:{node.lineno}"


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Everything in a scope but what stands in functions of its own."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, Function):
            yield child
            yield from _own_nodes(child)


def _takes_order(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in {"list", "tuple", "enumerate", "iter", "next", "zip", "map"}
    return isinstance(node.func, ast.Attribute) and node.func.attr in {"join", "fromiter"}


def _is_order_free(scope: ast.AST, inner: ast.AST) -> bool:
    """The comprehension is the argument of a function whose answer has no order."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"sorted", "set", "frozenset", "any", "all", "min", "max", "len", "sum"}
        and inner in node.args
        for node in ast.walk(scope)
    )


BELOW_THE_FACES = tuple(module for module in modules() if module.floor < FACES)


def test_no_luck_clock_or_environment_below_the_faces() -> None:
    """Only `draws` makes random numbers; only the faces read clock, environment, and print."""
    faults = {
        module.name: [
            fault
            for fault in banned_names(module)
            if not (": os.environ" in fault and module.name in READS_THE_ENVIRONMENT)
            and not (": time.sleep" in fault and module.name in WAITS)
        ]
        for module in BELOW_THE_FACES
    }
    assert not [fault for listed in faults.values() for fault in listed]
    readers = {
        module.name
        for module in BELOW_THE_FACES
        if any(": os.environ" in fault for fault in banned_names(module))
    }
    assert readers == set(READS_THE_ENVIRONMENT), "an exception that is none any more"
    waiters = {
        module.name
        for module in BELOW_THE_FACES
        if any(": time.sleep" in fault for fault in banned_names(module))
    }
    assert waiters == set(WAITS), "an exception that is none any more"


def test_no_random_numbers_in_the_faces_either() -> None:
    """Not even a face makes random numbers of its own, but for the secret of a browser's form."""
    luck = ("random", "secrets", "uuid", "numpy.random")
    others = [module for module in modules() if module.name != "keruen.web.tokens"]
    assert len(others) == len(modules()) - 1, "an exception that is none any more"
    faults = [fault for module in others for fault in banned_names(module)]
    assert not [fault for fault in faults if any(f": {word}" in fault for word in luck)]


def test_no_test_measures_time() -> None:
    """No test reads a clock: how fast a machine is proves nothing, and it is shared with others."""
    tests = [
        Module(path=path, name=path.stem, text=text, tree=ast.parse(text))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for text in [path.read_text(encoding="utf-8")]
    ]
    assert not [place for test in tests for place in clocks_read(test)]


def test_no_order_of_sets() -> None:
    """Below the faces nothing iterates over a set: its order changes from run to run."""
    assert not [place for module in BELOW_THE_FACES for place in sets_iterated(module)]


def test_files_are_touched_only_where_they_belong() -> None:
    """Only scenario, store, formats, i18n, report and the faces read or write files."""
    wrong = [
        f"{module.shown}:{node.lineno}"
        for module in modules()
        if module.floor not in IO_FLOORS and module.name not in IO_ELSEWHERE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "open")
            or (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in READS_OR_WRITES
                # A register is opened through `store`, as everything else.
                and ast.unparse(node.func) not in {"Register.open", "cls.open"}
            )
        )
    ]
    assert not wrong
    assert set(IO_ELSEWHERE) <= {module.name for module in modules()}


def test_no_maths_library_in_the_kernel() -> None:
    """The kernel calls no function whose last bit differs between maths libraries."""
    wrong = [
        f"{module.shown}:{node.lineno}: {node.attr}"
        for module in modules()
        if module.name.startswith("keruen.terminal.kernel")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in LIBM
        and dotted(node.value, full_names(module)) in {"math", "numpy"}
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ("for x in {1, 2}: pass", True),
        ("y = [x for x in set(z)]", True),
        ("y = ', '.join(a.keys() - b)", True),
        ("s = set(z)\nfor x in s: pass", True),
        ("for x in sorted({1, 2}): pass", False),
        ("y = sorted(x + 1 for x in {1, 2})", False),
        ("y = 1 in {1, 2}", False),
        ("def f():\n s = {1}\n for x in s: pass", True),
        ("def f(): s = {1}\ndef g(s):\n for x in s: pass", False),
    ],
)
def test_ruler_for_sets(line: str, is_wrong: bool) -> None:
    """The ruler itself is right: it sees a set iterated, and not a set sorted."""
    sample = Module(path=modules()[0].path, name="keruen.x", text=line, tree=ast.parse(line))
    assert bool(list(sets_iterated(sample))) is is_wrong


@pytest.mark.parametrize(
    "line",
    [
        "import random\nx = random.random()",
        "import numpy as np\nx = np.random.default_rng()",
        "from time import time\nx = time()",
        "from datetime import datetime as d\nx = d.now()",
        "import os\nx = os.environ['A']",
        "print(1)",
    ],
)
def test_ruler_for_names(line: str) -> None:
    """The ruler itself is right: a banned name is seen through any import."""
    sample = Module(path=modules()[0].path, name="keruen.x", text=line, tree=ast.parse(line))
    assert list(banned_names(sample))


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ("import time\nx = time.perf_counter()", True),
        ("from time import monotonic_ns as now\nx = now()", True),
        ("import timeit\nx = timeit.timeit('1')", True),
        ("import time\ntime.sleep(1)", False),
        ("for time in times: x = time.value", False),
    ],
)
def test_ruler_for_clocks(line: str, is_wrong: bool) -> None:
    """The ruler itself is right: a clock is seen through any import, a wait is none."""
    sample = Module(path=modules()[0].path, name="x", text=line, tree=ast.parse(line))
    assert bool(list(clocks_read(sample))) is is_wrong
