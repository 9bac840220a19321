"""Which edition of a text a person means: the present one of a subject, or one by its entry."""

from __future__ import annotations

from keruen.domain.joint_state import JointState, Revision
from keruen.errors import InputError
from keruen.register.joint_list.lookup import find_offer
from keruen.register.record.forms import printable


def in_force(state: JointState, kind: str, subject: str) -> Revision | None:
    """The edition that both sides signed last; None when there is none."""
    signed = [
        one
        for one in state.all_revisions()
        if (one.kind, one.subject, one.status) == (kind, subject, "agreed")
    ]
    return signed[-1] if signed else None


def present_edition(state: JointState, subject: str, kind: str = "") -> Revision | None:
    """The text of a subject as it stands: in force, else the newest that was offered.

    Parameters
    ----------
    kind : of the subject; empty for any. A project may be called as a step or a decision is.
    """
    known = [
        one for one in state.all_revisions() if one.subject == subject and kind in ("", one.kind)
    ]
    return (in_force(state, known[-1].kind, subject) or known[-1]) if known else None


def find_edition(state: JointState, name: str) -> Revision:
    """The edition that is called so: a subject's present text by its id, else an entry's.

    Raises
    ------
    InputError
        When there is none, or more than one.
    """
    edition = present_edition(state, name)
    if edition is not None:
        return edition
    if not name.strip():
        raise InputError("error.register_no_id", id=printable(name))
    return find_offer(state, name)
