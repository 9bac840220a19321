"""Who may read what of the joint list: the public, the other side, everybody who has both logs.

Knows the state of the list; knows nothing of files. Private tables of an installation are not in
the state at all.

======== ========================================================================================
public   what both sides signed: projects without risks, finance and effect; their commitments with
         the term and whether they are kept; titles and fingerprints of documents that the other
         side accepted; decisions without the reasons of one side; the charter. No claims, reports,
         disputes, appraisals, offers, lights. Where a text points to a person (telephone, mail,
         number, name that is addressed) or has a link other than http(s), `[▮▮▮]` stands instead.
partner  everything in the state but what waits for earlier entries. The state must be the one
         folded from both logs as far as the other side has them.
full     the whole state; nothing is lost.
======== ========================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace as changed

from keruen.domain.joint import Decision, Evidence, Identifier, Project, Quantity, Source
from keruen.domain.joint_state import (
    CommitmentState,
    CommitmentStatus,
    JointState,
    ProjectState,
    Revision,
    Saying,
)
from keruen.tabular.persons import REMOVED, without_persons

Profile = Literal["public", "partner", "full"]


def limited(state: JointState, profile: Profile) -> JointState:
    """The part of the joint list that `profile` shows.

    Parameters
    ----------
    state : the list; for ``partner`` as far as the other side has both logs.
    """
    if profile == "full":
        return state
    if profile == "partner":
        return replace(state, parked=())
    projects = {
        name: _public_project(project, project.agreed)
        for name, project in state.projects.items()
        if project.agreed is not None
    }
    commitments = {
        name: _public_commitment(commitment, state.today)
        for name, commitment in state.commitments.items()
        if commitment.agreed is not None
    }
    public = replace(
        state,
        projects={
            name: replace(
                project,
                commitments=tuple(one for one in project.commitments if one in commitments),
            )
            for name, project in projects.items()
        },
        commitments=commitments,
        decisions=_public_decisions(state),
        history=tuple(change for change in state.history if change.is_agreed),
        claims=(),
        contradictions=(),
        differences=(),
        parked=(),
        equivocations=(),
    )
    without: JointState = _public_words(public)
    return without


_NAMES: Final = frozenset({"id", "project", "about", "entry", "into", "mapping", "carried_by"})
"""Fields that name another record: one that was changed would name nothing."""


def _public_words(value: Any) -> Any:
    """The value without the parts of its texts that point to a person; each removal is marked."""
    if isinstance(value, str):
        return without_persons(value)
    if isinstance(value, Mapping):
        return {name: _public_words(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_public_words, value))
    if isinstance(value, Quantity):
        # Its digits are an amount, whatever they look like.
        return changed(value, source=_public_words(value.source))
    is_struct = isinstance(value, msgspec.Struct)
    if not is_struct and (isinstance(value, type) or not is_dataclass(value)):
        return value
    names = value.__struct_fields__ if is_struct else [one.name for one in fields(value)]
    kept = frozenset[str]() if isinstance(value, Identifier) else _NAMES
    made = {name: _public_words(getattr(value, name)) for name in names if name not in kept}
    if isinstance(value, Source) and made["address"] != value.address:
        # Half an address leads nowhere, and is no address in the form of OC4IDS.
        made |= {"address": "", "document": f"{made['document']} {REMOVED}"}
    return changed(value, **made) if is_struct else replace(value, **made)


def _public_project(project: ProjectState, core: Project) -> ProjectState:
    shown = changed(core, risks=(), finance=(), effect=None)
    return ProjectState(
        agreed=shown,
        latest=shown,
        lifecycle=project.lifecycle,
        is_listed=project.is_listed,
        revisions=(),
        steps=tuple(replace(step, missing=()) for step in project.steps if not step.missing),
        commitments=project.commitments,
        documents=tuple(_public_document(said) for said in project.documents if _is_public(said)),
    )


def _is_public(said: Saying) -> bool:
    return bool(said.accepted) and not said.disputed and isinstance(said.body, Evidence)


def _public_document(said: Saying) -> Saying:
    assert isinstance(said.body, Evidence), "a document that is no evidence"
    return replace(said, body=changed(said.body, document=changed(said.body.document, address="")))


def _public_commitment(commitment: CommitmentState, today: str) -> CommitmentState:
    core = commitment.agreed
    assert core is not None, "nobody signed it"
    status: CommitmentStatus = commitment.status
    if status not in {"open", "overdue", "accepted"}:
        # What one side says of it is no matter for the public before the other has answered.
        status = "overdue" if core.due is not None and core.due.last < today else "open"
    return CommitmentState(
        agreed=core,
        latest=core,
        status=status,
        revisions=(),
        days_late=commitment.days_late,
        carried_by=commitment.carried_by,
    )


def _public_decisions(state: JointState) -> dict[str, tuple[Decision, tuple[Revision, ...]]]:
    found: dict[str, tuple[Decision, tuple[Revision, ...]]] = {}
    for name, (_, revisions) in state.decisions.items():
        agreed = [revision for revision in revisions if revision.status == "agreed"]
        if agreed:
            newest = max(agreed, key=lambda revision: revision.number)
            core = msgspec.convert(dict(newest.core), Decision)
            items = tuple(changed(item, reason_a=None, reason_b=None) for item in core.items)
            found[name] = (changed(core, items=items), ())
    return found
