"""Replications and experiments on the workers of a Dask cluster, here or on other machines.

Knows Dask, and is the only part that does. Dask itself runs a task again when its worker dies, but
gives a task up that has killed several, and a scheduler whose workers are killed can lose tasks
without a word: so what is lost is submitted again from here under our own count, and no wait is
without end (docs/decisions/0026-cluster-by-dask.md).
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from keruen.errors import KeruenError, UsageError
from keruen.store import code_version
from keruen.store.runs.provenance import code_digest

Result = TypeVar("Result")
DaskPart = Any
"""Clients, futures and errors of Dask, which is not installed everywhere and has no types."""

CONNECT_S: Final = 8
"""A cluster that has not answered by then will not: a person waits ten seconds for a sentence."""
_VERSION_S: Final = 60
"""Workers load the whole package before they can tell their version, all of a machine at once."""
MOST_LOSSES: Final = 3
"""Times that a task is submitted again after its worker died; then the task itself is suspected."""
_TICK_S: Final = 5.0
_MOST_SILENT: Final = 6
"""Ticks in a row that the scheduler may be silent: half a minute, as a switch may restart."""
_MOST_IDLE: Final = 12
"""Ticks that there may be no worker at all: a minute, in which a queue starts another."""
_MOST_STILL: Final = 720
"""Ticks in which at least one task must end: an hour, which is many times the longest task."""
_LARGE: Final = 10_000
"""Bytes from which an argument is sent once to each worker that needs it, not with each task."""
_MOST_PARCELS: Final = 64
"""Large arguments that are held ready on the cluster; a study has one for each case."""


@dataclass(slots=True)
class _Call:
    """A task, and the answer that somebody waits for."""

    function: Callable[..., object]
    arguments: tuple[object, ...]
    answer: Future[Any] = field(default_factory=Future)  # Any: what a task gives
    attempt: Future[Any] | None = None  # Any: what a task gives
    n_lost: int = 0


class ClusterExecutor(Executor):
    """Tasks on a Dask cluster; made by `on_cluster`.

    Tasks must be pure: one may run twice when a worker dies.
    """

    def __init__(self, client: DaskPart, address: str) -> None:
        self._client = client
        self._address = address
        self._inner = client.get_executor(pure=False)
        self._parcels: dict[str, DaskPart] = {}
        self._packed: dict[int, tuple[object, str]] = {}
        self._open: dict[int, _Call] = {}
        self._lost: SimpleQueue[_Call] = SimpleQueue()
        self._n_ended = 0
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(
        self,
        fn: Callable[..., Result],
        /,
        *args: Any,  # Any: as the base class has them
        **kwargs: Any,  # Any: as the base class has them
    ) -> Future[Result]:
        """Have a function of this package called on some worker."""
        call = _Call(partial(fn, **kwargs) if kwargs else fn, args)
        self._open[id(call)] = call
        self._attempt(call)
        return call.answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take back what has not ended, and watch no more."""
        del wait, cancel_futures  # whoever submitted has waited for what it wanted
        self._closed.set()
        for call in list(self._open.values()):
            call.answer.cancel()

    def _attempt(self, call: _Call) -> None:
        try:
            sent = [self._sent(argument) for argument in call.arguments]
            attempt = self._inner.submit(_called, _code(), call.function, *sent)
        except (
            Exception
        ) as refused:  # Dask raises errors of many kinds when it has lost its cluster
            self._fail(call, refused)
            return
        call.attempt = attempt
        attempt.add_done_callback(partial(self._ended, call))
        call.answer.add_done_callback(lambda answer: answer.cancelled() and attempt.cancel())

    def _sent(self, argument: object) -> object:
        """The argument itself, or where it is large, the parcel that holds it on the cluster."""
        if isinstance(argument, int | float | str | bytes | os.PathLike):
            return argument
        # The object is held with its number, which another would get when it is gone.
        held, name = self._packed.get(id(argument), (None, ""))
        if held is None:
            content = pickle.dumps(argument, protocol=5)
            if len(content) < _LARGE:
                return argument
            content = zlib.compress(content, 1)
            name = hashlib.sha256(content).hexdigest()
            # A task that gives back what it was given: Dask can make it again when the worker that
            # held it has died, which it cannot with data that were scattered.
            parcel = _Parcel(name=name, content=content)
            self._parcels[name] = self._client.submit(_same, parcel, key=f"keruen-{name}")
            self._packed[id(argument)] = (argument, name)
            while len(self._packed) > _MOST_PARCELS:
                _, old = self._packed.pop(next(iter(self._packed)))
                self._parcels.pop(old, None)
        return self._parcels[name]

    def _ended(self, call: _Call, attempt: Future[Any]) -> None:  # Any: what a task gives
        if call.attempt is not attempt or call.answer.cancelled():
            self._open.pop(id(call), None)
        elif attempt.cancelled() or _is_loss(attempt.exception()):
            # From another thread: this one is that of Dask's own loop, which must not wait.
            self._lost.put(call)
        else:
            self._n_ended += 1
            self._open.pop(id(call), None)
            if call.answer.set_running_or_notify_cancel():
                wrong = attempt.exception()
                if wrong is None:
                    call.answer.set_result(attempt.result())
                else:
                    call.answer.set_exception(wrong)

    def _fail(self, call: _Call, wrong: Exception) -> None:
        self._open.pop(id(call), None)
        call.attempt = None
        if call.answer.set_running_or_notify_cancel():
            call.answer.set_exception(wrong)

    def _again(self, call: _Call) -> None:
        """Submit what was lost once more, unless it was lost too often."""
        call.n_lost += 1
        if call.n_lost > MOST_LOSSES:
            self._fail(call, KeruenError("error.cluster_task_lost", times=call.n_lost))
        elif not call.answer.cancelled():
            self._parcels.clear()
            self._packed.clear()
            self._attempt(call)

    def _watch(self) -> None:
        n_silent = n_idle = n_still = 0
        n_ended = -1
        while not self._closed.is_set():
            with suppress(Empty):
                self._again(self._lost.get(timeout=_TICK_S))
                continue
            if not self._open:
                n_silent = n_idle = n_still = 0
                continue
            n_workers = self._n_workers()
            n_silent = n_silent + 1 if n_workers is None else 0
            n_idle = n_idle + 1 if n_workers == 0 else 0
            n_still = n_still + 1 if n_ended == self._n_ended else 0
            n_ended = self._n_ended
            if n_silent >= _MOST_SILENT:
                self._fail_all(KeruenError("error.cluster_silent", address=self._address))
            elif n_idle >= _MOST_IDLE:
                self._fail_all(KeruenError("error.cluster_no_workers", address=self._address))
            elif n_still >= _MOST_STILL:
                n_still = 0
                for call in list(self._open.values()):
                    if call.attempt is not None:
                        call.attempt.cancel()

    def _fail_all(self, wrong: KeruenError) -> None:
        for call in list(self._open.values()):
            self._fail(call, wrong)

    def _n_workers(self) -> int | None:
        """How many workers there are; None when the scheduler does not answer."""
        try:
            return len(self._client.sync(_workers, self._client, callback_timeout=CONNECT_S))
        except Exception:  # whatever it is: no answer
            return None


@contextmanager
def on_cluster(address: str | None = None) -> Iterator[ClusterExecutor]:
    """An executor on a Dask cluster.

    Parameters
    ----------
    address : str, optional
        ``HOST:PORT`` of its scheduler. None starts a cluster on this machine, with a worker for
        each core.

    Raises
    ------
    UsageError
        When Dask is not installed, the cluster does not answer or has no workers, or a worker runs
        another version of Keruen.
    """
    try:
        import dask
        import distributed
    except ImportError as missing:
        raise UsageError("error.no_dask") from missing
    # Dask tells of every lost connection; whoever runs a study reads one sentence.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    # A task whose worker died comes back at once, and is counted here.
    config = {"distributed.scheduler.allowed-failures": 0}
    with dask.config.set(config), _local(distributed) if address is None else _given(address) as at:
        shown = address or at
        try:
            client = _connected(distributed, at)
        except (OSError, TimeoutError, ValueError) as silent:
            raise UsageError("error.cluster_silent", address=shown) from silent
        try:
            _verify_workers(client, shown)
            executor = ClusterExecutor(client, shown)
            try:
                yield executor
            finally:
                executor.shutdown()
        finally:
            client.close(timeout=CONNECT_S)


@contextmanager
def _given(address: str) -> Iterator[str]:
    yield f"tcp://{address}"


@contextmanager
def _local(distributed: DaskPart) -> Iterator[str]:
    cluster = distributed.LocalCluster(
        n_workers=os.cpu_count() or 1,
        threads_per_worker=1,
        dashboard_address=":0",
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    )
    try:
        yield str(cluster.scheduler_address)
    finally:
        cluster.close(timeout=CONNECT_S)


def _connected(distributed: DaskPart, at: str) -> DaskPart:
    """A client of a scheduler. Dask's own limit does not hold where a call is taken in silence."""
    answer: Future[DaskPart] = Future()

    def connect() -> None:
        try:
            client = distributed.Client(at, timeout=CONNECT_S, set_as_default=False)
        except Exception as refused:  # whatever it is: the one who waits is told
            answer.set_exception(refused)
        else:
            answer.set_result(client)

    threading.Thread(target=connect, daemon=True).start()
    return answer.result(timeout=CONNECT_S)


def _verify_workers(client: DaskPart, address: str) -> None:
    """Refuse a worker of another version by its name."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError as none:
        raise UsageError("error.cluster_no_workers", address=address) from none
    try:
        codes = client.sync(client._run, _code, on_error="return", callback_timeout=_VERSION_S)
    except (OSError, TimeoutError) as silent:
        raise UsageError("error.cluster_silent", address=address) from silent
    for worker, code in sorted(codes.items()):
        _verify_code(str(worker), code if isinstance(code, str) else "?", _code())


def _verify_code(worker: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise UsageError("error.cluster_version", worker=worker, found=found, wanted=wanted)


def _code() -> str:
    """Which Keruen this is: another one would measure something else."""
    return f"{code_version()}-{code_digest()[:8]}"


async def _workers(client: DaskPart) -> dict[str, int]:
    return dict(await client.scheduler.ncores())


def _is_loss(wrong: BaseException | None) -> bool:
    """Whether a task failed because of its worker, and not by itself."""
    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    return isinstance(wrong, KilledWorker | CommClosedError)


# --- what runs on the workers -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """A large argument, compressed, with the digest of its content."""

    name: str
    content: bytes


_unpacked: Final[dict[str, object]] = {}
"""The last parcels of this worker: a study's tasks share a world that takes a tenth of a second."""
_MOST_UNPACKED: Final = 8


def _same(parcel: _Parcel) -> _Parcel:
    return parcel


def _called(code: str, function: Callable[..., object], *arguments: object) -> object:
    """Make a call on this worker, which may have joined after the others were looked at."""
    own = _code()
    if code != own:
        from distributed import get_worker

        _verify_code(str(get_worker().address), own, code)
    return function(*map(_opened, arguments))


def _opened(argument: object) -> object:
    if not isinstance(argument, _Parcel):
        return argument
    if argument.name not in _unpacked:
        while len(_unpacked) >= _MOST_UNPACKED:
            del _unpacked[next(iter(_unpacked))]
        _unpacked[argument.name] = pickle.loads(zlib.decompress(argument.content))
    return _unpacked[argument.name]
