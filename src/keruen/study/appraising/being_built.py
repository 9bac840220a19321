"""What is built without a decision of the list, valued by taking it out: no project, and shown as
such.

Knows works by their keys and the relaxed week without each; knows no side and no cost: who pays for
them has decided already.
"""

from __future__ import annotations

from keruen.appraisal.indicators import present_value
from keruen.scenario import documents
from keruen.study.appraising.results import WorkBeingBuilt
from keruen.study.appraising.values import Ask
from keruen.study.appraising.worlds import WITHOUT
from keruen.study.appraising.worth import CoalitionWorth


def cases_without(worth: CoalitionWorth) -> tuple[str, ...]:
    """Cases of the scenario that each take one work out: ``without-`` and its key."""
    folder = documents.folder_of(worth.values.worlds.subject.path)
    known = documents.cases(folder)
    names = (f"{WITHOUT}{key}" for key in sorted(documents.work_keys(folder)))
    return tuple(name for name in names if name in known)


def asks_without(worth: CoalitionWorth) -> list[Ask]:
    """What the relaxation is asked: each year without each work, at the stated demand."""
    return [
        ask
        for case in cases_without(worth)
        for ask in worth.asks(frozenset((case,)), with_ends=False)
    ]


def being_built(worth: CoalitionWorth) -> tuple[WorkBeingBuilt, ...]:
    """Each work with what it saves against the same years without it, the most valuable first.

    Taken out one at a time, so they do not add up.
    """
    folder = documents.folder_of(worth.values.worlds.subject.path)
    titles, found = documents.work_titles(folder), []
    for case in cases_without(worth):
        out = frozenset((case,))
        gains = [worth.values.gain(out, one.year, one.value).amount for one in worth.ahead]
        found.append(
            WorkBeingBuilt(
                key=case.removeprefix(WITHOUT),
                title=titles[case.removeprefix(WITHOUT)],
                amounts=tuple(0.0 - gain for gain in gains),
                value=0.0 - present_value(worth.by_year(gains), worth.rate),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.value, one.key)))
