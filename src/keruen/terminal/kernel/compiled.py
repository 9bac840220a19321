"""How the kernel's plain Python becomes machine code, which `keruen.caches` keeps.

Knows Numba; knows nothing of terminals, nor of where on a machine a cache may lie.

The cache folder's name is a hash of the sources of the kernel and of what it reads of `keruen`,
with the versions of Numba, NumPy and Python, so code compiled from other sources can never be used:
Numba's own check looks only at the file of the function itself, not at those it calls.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar, cast

import numba
import numpy as np
from numba.core import event

from keruen import caches
from keruen.errors import StorageError

Function = TypeVar("Function", bound=Callable[..., object])
Report = Callable[[str, int, int], None]
"""Called with the capacity class, functions compiled so far, and functions in the kernel."""

_KERNEL_FOLDER = Path(__file__).parent
_FROM_BELOW = ("draws.py", "units.py", "domain/codes.py", "domain/fields.toml")
"""What the kernel takes from outside: draws, lengths of time, codes, the columns of the trace."""


def source_digest() -> str:
    """SHA-256 of everything that the compiled code depends on, in hexadecimal.

    Besides the kernel's own sources these are what it takes constants and columns from: compiled
    code holds their values, and Numba would not notice that they have changed.

    Returns
    -------
    str
        64 characters; a saved state goes with exactly these sources (`cli.resuming`).
    """
    digest = hashlib.sha256()
    package = _KERNEL_FOLDER.parents[1]
    for source in (*sorted(_KERNEL_FOLDER.glob("*.py")), *(package / name for name in _FROM_BELOW)):
        digest.update(source.name.encode())
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


def _compiled(function: Function, **options: bool) -> Function:
    # nogil: replications on threads do not wait for one another. No fast-math: its sums differ.
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
    return cast("Function", made)


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
