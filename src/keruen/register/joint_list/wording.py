"""What a person means becomes the words of a record, where the list must be asked for the rest.

Every face fills in the same: which id a paper or a step gets, what kind of subject it is about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from keruen.domain.joint import Side
from keruen.domain.joint_state import JointState
from keruen.domain.untyped import JsonTable, JsonValue
from keruen.errors import InputError
from keruen.register.joint_list.lookup import kind_of


def evidence_words(
    state: JointState,
    about: str,
    content: bytes,
    document: Mapping[str, JsonValue],
    *,
    is_met: bool,
) -> JsonTable:
    """The words of an evidence record about a file.

    Parameters
    ----------
    about : id of the subject that the file is about.
    document : what a person says of the file: ``kind``, ``title``, ``language``.
    is_met : the debtor says that the commitment is kept.
    """
    digest = hashlib.sha256(content).hexdigest()
    return {
        "id": f"E-{digest[:12]}-{about}",
        "about": about,
        "about_kind": kind_of(state, about),
        "claims_met": is_met,
        "document": {**document, "sha256": digest, "size": len(content)},
    }


def step_words(
    state: JointState, side: Side, project: str, to: str, evidence: Sequence[str]
) -> JsonTable:
    """The words of a step of a project's life, with the id that it gets.

    Raises
    ------
    InputError
        When the list has no such project; the known ones are named.
    """
    found = state.projects.get(project)
    if found is None:
        known = ", ".join(state.projects) or "–"
        raise InputError("error.register_no_project", project=project, known=known)
    name = f"{project}-{to.replace('_', '-')}-{side}{len(found.steps) + 1}"
    return {"id": name, "project": project, "to": to, "evidence": list(evidence)}
