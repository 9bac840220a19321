"""What a person means by a name: a subject's id, or the beginning of an entry's fingerprint.

Knows the state of one day; knows nothing of logs. Entries that are in a log but stand for nothing
that is shown (receipts, keys) are not found here; `log.logs.PairLogs.find` finds those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from keruen.domain.joint import Claim, Decision, Report, SubjectKind
from keruen.domain.joint_state import (
    CommitmentState,
    JointState,
    ProjectState,
    Revision,
    Saying,
)
from keruen.errors import InputError, Problem, RegisterError
from keruen.register.record.forms import printable, record_of, written_short
from keruen.register.record.signable import IDS, ListedIds

FEWEST_DIGITS: Final = 6
"""Fewer digits of a fingerprint soon stand for two entries, and are typed by accident."""
_SHOWN_DIGITS: Final = 12

Named = ProjectState | CommitmentState | tuple[Decision, tuple[Revision, ...]] | Revision | Saying


def find(state: JointState, name: str) -> Named:
    """What is called so: a project, commitment or decision by its id, else an entry.

    Raises
    ------
    InputError
        When nothing is, or more than one entry.
    """
    for subjects in (state.projects, state.commitments, state.decisions):
        if name in subjects:
            found: Named = subjects[name]
            return found
    return find_entry(state, name)


def find_entry(state: JointState, beginning: str) -> Revision | Saying:
    """The text or saying whose entry's id begins so.

    Parameters
    ----------
    beginning : at least six hexadecimal digits; spaces around and capitals do not matter.

    Raises
    ------
    InputError
        When there is none, or more than one; the ids are named.
    """
    known: dict[str, Revision | Saying] = {one.entry: one for one in state.all_revisions()}
    known.update({one.entry: one for one in state.all_sayings()})
    start = beginning.strip().lower()
    found = sorted(entry for entry in known if start and entry.startswith(start))
    if not found or len(start) < FEWEST_DIGITS:
        raise InputError("error.register_no_id", id=printable(beginning)[:80])
    if len(found) > 1:
        listed = ", ".join(entry[:_SHOWN_DIGITS] for entry in found[:5])
        raise InputError("error.register_many_ids", id=start, found=listed)
    return known[found[0]]


def find_offer(state: JointState, beginning: str) -> Revision:
    """The offered or agreed text whose entry's id begins so.

    Raises
    ------
    InputError
        When there is none, or more than one, or the entry is no text.
    """
    found = find_entry(state, beginning)
    if not isinstance(found, Revision):
        raise InputError("error.register_no_offer", id=found.entry[:_SHOWN_DIGITS])
    return found


def kind_of(state: JointState, subject: str) -> SubjectKind:
    """What kind of subject an id names; a step of a project's life when it names none other."""
    if subject in state.projects:
        return "project"
    if subject in state.commitments:
        return "commitment"
    return "decision" if subject in state.decisions else "transition"


def listed_in(state: JointState) -> ListedIds:
    """The ids of everything that anybody offered or said, by kind."""
    here: dict[str, set[str]] = {
        "project": {*state.projects},
        "commitment": {*state.commitments},
        "decision": {*state.decisions},
        "transition": {*state.transitions},
    }
    for one in state.all_sayings():
        if not isinstance(one.body, Report):
            here.setdefault(IDS[type(one.body)][0], set()).add(one.body.id)
    return ListedIds(here=here)


def text_in_force(state: JointState, kind: str, subject: str) -> Mapping[str, Any] | None:
    """The text of a subject that both sides signed, as plain words; None when there is none.

    Decisions and steps are not amended: they have none.
    """
    record: msgspec.Struct | None = None
    if kind == "charter":
        record = state.charter
    elif kind == "project" and subject in state.projects:
        record = state.projects[subject].agreed
    elif kind == "commitment" and subject in state.commitments:
        record = state.commitments[subject].agreed
    return None if record is None else msgspec.to_builtins(record)


def new_records(
    state: JointState, records: Mapping[str, Iterable[Any]], place: str
) -> list[tuple[str, Any]]:
    """What a filled form says that the list does not say yet, as whole records with their kinds.

    A text in which one language was changed marks the others as behind, as it does everywhere.

    Parameters
    ----------
    records : kind → its records as they were read, in the order in which they are to be offered.
    place : the file, for the sentences about problems.

    Raises
    ------
    RegisterError
        With every problem of every record.
    """
    found: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for kind, read in records.items():
        for one in read:
            if one in _known(state, kind, one.id):
                continue  # Whatever its form, it was signed so.
            before = text_in_force(state, kind, one.id)
            try:
                whole = record_of(written_short(msgspec.to_builtins(one)), kind, place, before)
            except RegisterError as wrong:
                problems += wrong.problems
                continue
            if whole not in _known(state, kind, one.id):
                found.append((kind, whole))
    if problems:
        raise RegisterError(tuple(problems))
    return found


def _known(state: JointState, kind: str, name: str) -> list[Any]:
    """Everything that the list already holds under this id; of claims, everything ever claimed."""
    if kind == "claim":
        return [one.body for one in state.claims if isinstance(one.body, Claim)]
    if kind == "decision":
        return [state.decisions[name][0]] if name in state.decisions else []
    subjects: Mapping[str, Any] = state.projects if kind == "project" else state.commitments
    return [subjects[name].agreed, subjects[name].latest] if name in subjects else []
