"""Work that waits for other processes, without one piece of it waiting for another.

A course is a generator: it submits tasks, hands out their futures, and is woken with each that has
ended. Many courses share one executor, and each goes on as soon as its own tasks are done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

Result = TypeVar("Result")
Answer = TypeVar("Answer")
Key = TypeVar("Key")

Task = Future[Any]
"""Any: courses wait for tasks of every kind."""
Course = Generator[Collection[Task], Task, Answer]
"""Gives the futures that it wants to be woken by, gets one that has ended, returns its answer."""
Calls = Mapping[Key, tuple[Callable[..., Result], tuple[object, ...]]]
"""Key of a result → what to call, with what."""

_WAKE_S: Final = 1.0
"""Windows hands Ctrl-C to a program only between two waits."""


def together(courses: Sequence[Course[Answer]]) -> list[Answer]:
    """Take courses to their ends side by side.

    Parameters
    ----------
    courses : Sequence[Course[Answer]]
        None has begun yet.

    Returns
    -------
    list[Answer]
        In the order of `courses`. What stops one stops all: tasks that have not begun are taken
        back.
    """
    # A queue, and no `concurrent.futures.wait`: that one looks at every future at each waking.
    ended: SimpleQueue[tuple[int, Task]] = SimpleQueue()
    answers: dict[int, Answer] = {}

    def go_on(place: int, task: Task | None) -> None:
        course = courses[place]
        try:
            wanted = next(course) if task is None else course.send(task)
        except StopIteration as end:
            answers[place] = end.value
            return
        for future in wanted:
            future.add_done_callback(lambda done: ended.put((place, done)))

    try:
        for place in range(len(courses)):
            go_on(place, None)
        while len(answers) < len(courses):
            try:
                place, task = ended.get(timeout=_WAKE_S)
            except Empty:
                continue
            go_on(place, task)
    finally:
        for course in courses:
            course.close()
    return [answers[place] for place in range(len(courses))]


def each(
    executor: Executor | None,
    calls: Calls[Key, Result],
    take: Callable[[Key, Result], None],
    late: Callable[[Key, Result], None] | None = None,
) -> Course[None]:
    """Make every call, and hand each result to `take` as it comes.

    Parameters
    ----------
    executor : where the calls are made; None is this process, one after the other.
    late : what is done with results of tasks that were running when the course was stopped; it is
        called from another thread.
    """
    if executor is None:
        for key, (function, arguments) in calls.items():
            take(key, function(*arguments))
        return
    waiting: dict[Task, Key] = {}
    try:
        for key, (function, arguments) in calls.items():
            waiting[executor.submit(function, *arguments)] = key
        wanted: Collection[Task] = tuple(waiting)
        while waiting:
            task = yield wanted
            wanted = ()
            take(waiting.pop(task), task.result())
    finally:
        for task, key in waiting.items():
            if not task.cancel() and late is not None:
                task.add_done_callback(partial(_hand_on, late, key))


def _hand_on(late: Callable[[Key, Result], None], key: Key, task: Task) -> None:
    if not task.cancelled() and task.exception() is None:
        late(key, task.result())
