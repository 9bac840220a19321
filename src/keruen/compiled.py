"""How plain Python of the kernels becomes machine code, which `keruen.caches` keeps.

Knows Numba; knows nothing of terminals and railways, nor of where on a machine a cache may lie.

The cache folder's name is a hash of the sources of all kernels and of what they read of `keruen`,
with the versions of Numba, NumPy and Python, so code compiled from other sources can never be used:
Numba's own check looks only at the file of the function itself, not at those it calls.

Kernels pass the addresses of tables, not the arrays, and look at a row where it lies. An array as
an argument is eight numbers and a reference count; with five of them at every call, passing took
more than half of a run. Who calls a kernel keeps the arrays alive and contiguous. Interpreted, a
table's handle is the table itself. No index is checked, so a wrong one reads foreign memory:
interpreted runs find it.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numba import types
from numba.core import event
from numba.extending import intrinsic
from numpy.typing import NDArray

from keruen import caches
from keruen.errors import StorageError

Function = TypeVar("Function", bound=Callable[..., object])
Answer = TypeVar("Answer")
Argument = Any
"""What a kernel is handed: Numba gives it a type for which Python's type system has no name."""
Report = Callable[[str, int, int], None]
"""Called with the capacity class, functions compiled so far, and functions in the kernel."""

IS_INTERPRETED: Final[bool] = bool(numba.config.DISABLE_JIT)
"""Numba is switched off (`NUMBA_DISABLE_JIT`): kernels are plain Python, slow and easy to look
into."""

SOURCES: Final = (
    "compiled.py",
    "terminal/kernel/*.py",
    "terminal/measures/sorting.py",
    "corridor/railway/kernel/*.py",
    "corridor/network/time_limits.py",
    "corridor/visits/truck_days.py",
    "study/coupled_loop.py",
    "draws.py",
    "units.py",
    "domain/codes.py",
    "domain/fields.toml",
)
"""What is compiled, and what it takes from outside: draws, lengths of time, codes, the columns of
the trace."""


def source_digest() -> str:
    """SHA-256 of everything that the compiled code depends on, in hexadecimal.

    Besides the kernels' own sources these are what they take constants and columns from: compiled
    code holds their values, and Numba would not notice that they have changed.

    Returns
    -------
    str
        64 characters; a saved state goes with exactly these sources (`cli.resuming`).
    """
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for source in (path for pattern in SOURCES for path in sorted(package.glob(pattern))):
        digest.update(source.relative_to(package).as_posix().encode())
        digest.update(source.read_bytes())
    for version in (numba.__version__, np.__version__, sys.version):
        digest.update(version.encode())
    return digest.hexdigest()


_CACHE_FOLDER = str(caches.folder_of_code(f"kernel-{source_digest()[:16]}"))
_names: list[str] = []


def compiled(function: Function) -> Function:
    """Compile `function` at its first call; interpreted when Numba is switched off.

    Compiled, only the kernel calls it (`entry_point`): without a wrapper for Python it compiles
    faster.
    """
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def entry_point(function: Function) -> Function:
    """The same, for a function that Python calls."""
    return _compiled(function)


def inlined(function: Function) -> Function:
    """The same, and put into its callers: for leaves that are handed parts of the state."""
    return _compiled(function, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def spliced(function: Function) -> Function:
    """The same, for a function with one caller, into whose text it is put before anything is
    compiled.

    Whatever calls others is optimised anew together with all of them: each level between the loop
    and its leaves costs as much as the whole below it. A switch over many parts is no level then.
    """
    return _compiled(function, inline="always", no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compiled(function: Function, **options: bool | str) -> Function:
    # nogil: replications on threads do not wait for one another. No fast-math: its sums differ.
    if "inline" not in options:
        _names.append(function.__qualname__)
    # Numba takes the cache's place from global settings at the moment of decorating, so they are
    # ours for that moment only, whatever the environment says (NUMBA_CACHE_DIR and
    # NUMBA_CACHE_LOCATOR_CLASSES): whoever else uses Numba in this process keeps its own.
    config = numba.config
    before = config.CACHE_DIR, getattr(config, "CACHE_LOCATOR_CLASSES", "")  # since 0.62
    config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = _CACHE_FOLDER, ""
    try:
        made = numba.njit(cache=True, nogil=True, **options)(function)
    finally:
        config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = before
    # Where it cannot write Numba goes elsewhere without a word, perhaps to where others may write.
    if not config.DISABLE_JIT and not made.stats.cache_path.startswith(_CACHE_FOLDER):
        raise StorageError("error.no_cache_folder", reason=_CACHE_FOLDER)
    if not config.DISABLE_JIT:
        _take_one_width(made)
    return cast("Function", made)


def _take_one_width(made: Argument) -> None:
    """Let compiled callers hand it every whole number as int64.

    A leaf is called with numbers of tables (int16, int32), of loops (int64) and with constants, and
    Numba would compile it anew for each mixture: a quarter of all it compiled for one capacity
    class. Arithmetic is in int64 at any rate. Unsigned 64 bits, those of draws, stay.
    """
    template_of = made.get_call_template

    def of_one_width(arguments: Argument, named: Argument) -> Argument:
        return template_of([_at_full_width(argument) for argument in arguments], named)

    made.get_call_template = of_one_width


def _at_full_width(argument: Argument) -> Argument:
    plain = types.unliteral(argument)
    is_whole = isinstance(plain, types.Integer) and (plain.signed or plain.bitwidth < 64)
    return types.int64 if is_whole else plain


@contextmanager
def exclusive_cache() -> Iterator[None]:
    """No other process compiles into the cache meanwhile: two at once leave code that is neither's.

    Where files cannot be locked, nothing is waited for.
    """
    with ExitStack() as stack:
        try:
            import fcntl  # noqa: PLC0415 - not on every system

            file = stack.enter_context((Path(_CACHE_FOLDER) / ".lock").open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
        except (ImportError, OSError):
            pass
        yield


@contextmanager
def compiling(name: str, report: Report | None) -> Iterator[None]:
    """Report each function of the kernel as it is compiled for the capacity class `name`.

    Parameters
    ----------
    name : S, M or L.
    report : called after each function; None: nothing is reported.

    Raises
    ------
    StorageError
        When the disk does not take the compiled code.
    """
    try:
        with (
            nullcontext()
            if report is None or numba.config.DISABLE_JIT
            else _listening(name, report)
        ):
            yield
    except OSError as refused:
        reason = refused.strerror or str(refused)
        raise StorageError(
            "error.cache_not_written", path=_CACHE_FOLDER, reason=reason
        ) from refused


def _listening(name: str, report: Report) -> AbstractContextManager[object]:
    return cast(
        "AbstractContextManager[object]",
        event.install_listener("numba:compile", _Listener(name, report)),
    )


class _Listener(event.Listener):  # type: ignore[misc]
    def __init__(self, name: str, report: Report) -> None:
        self._name = name
        self._report = report
        self._n_done = 0

    def on_start(self, event: object) -> None:
        """Nothing: a function counts when it is done."""

    def on_end(self, event: object) -> None:  # noqa: ARG002 - Numba's signature
        """One function more; inlined leaves of `keruen.draws` may add a few to the total."""
        self._n_done += 1
        self._report(self._name, min(self._n_done, len(_names)), len(_names))


def call(function: Callable[..., Answer], *arguments: Argument) -> Answer:
    """Call an entry point of a kernel, compiled or interpreted.

    Parameters
    ----------
    function : decorated by `entry_point`.
    arguments : its own; tables as arrays.
    """
    # Interpreted, columns must be attributes as in compiled code, and draws are modulo 2**64.
    handed = [
        argument.view(np.recarray)
        if IS_INTERPRETED and isinstance(argument, np.ndarray) and argument.dtype.names
        else argument
        for argument in arguments
    ]
    with np.errstate(over="ignore"):
        return function(*handed)


def gathered(tables: Mapping[str, NDArray[np.void]], numbers: Mapping[str, int]) -> Argument:
    """One record that leads to many tables: what a kernel is handed instead of them.

    Parameters
    ----------
    tables : by name, contiguous; the caller keeps them alive.
    numbers : by name, which the kernel may change.

    Returns
    -------
    Attributes by these names: handles and int64. Its type depends on the names and their order.
    """
    if IS_INTERPRETED:
        seen = {name: table.view(np.recarray) for name, table in tables.items()}
        return SimpleNamespace(**seen, **numbers)
    record = np.zeros(1, [(name, np.int64) for name in (*tables, *numbers)])
    for name, table in tables.items():
        record[name] = table.ctypes.data
    for name, number in numbers.items():
        record[name] = number
    return record.view(np.recarray)[0]


if IS_INTERPRETED:

    def handle(array: Argument) -> Argument:
        """The table itself."""
        return array

    def reader(dtype: Argument) -> Argument:  # noqa: ARG001 - the compiled one needs it
        """A function that gives a row of a table."""

        def row(table: Argument, index: Argument) -> Argument:
            return table[index]

        return row

else:

    @compiled
    def handle(array: Argument) -> Argument:
        """The address of a table's first row."""
        return np.int64(array.ctypes.data)

    def reader(dtype: Argument) -> Argument:
        """A function that gives a row of a table of a dtype, from its handle and an index."""
        record = numba.from_dtype(dtype)
        size = dtype.itemsize

        @intrinsic  # type: ignore[untyped-decorator]
        def row(_typing: Argument, table: Argument, index: Argument) -> Argument:
            def address(
                context: Argument, builder: Argument, signature: Argument, arguments: Argument
            ) -> Argument:
                # Indexes come as int32 from tables and as int64 from loops: one width for both.
                at = context.cast(builder, arguments[1], signature.args[1], types.int64)
                width = context.get_constant(types.int64, size)
                place = builder.add(arguments[0], builder.mul(at, width))
                return builder.inttoptr(place, context.get_value_type(record))

            return record(table, index), address

        return row
