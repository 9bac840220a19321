"""How a project stands on the joint list, in few codes: the same for every face.

Knows what a state of the register says of one project; knows no words.
"""

from __future__ import annotations

from typing import Literal

from keruen.domain.joint_state import JointState, ProjectState

Consent = Literal["consent_agreed", "consent_new_offer", "consent_offered", "consent_clash"]
CONSENTS: tuple[Consent, ...] = (
    "consent_agreed",
    "consent_new_offer",
    "consent_offered",
    "consent_clash",
)
"""Ends of catalogue keys ``register.…``, from settled to unsettled."""


def consent_of(project: ProjectState) -> Consent:
    """How a project stands between the sides, as the end of a catalogue key."""
    if any(one.status == "clash" for one in project.revisions):
        return "consent_clash"
    if project.agreed is None:
        return "consent_offered"
    if any(one.status == "offered" for one in project.revisions):
        return "consent_new_offer"
    return "consent_agreed"


def next_due(project: ProjectState, state: JointState) -> str:
    """The last day of the commitment that is due next and not accepted; empty for none."""
    dues = [
        promise.core.due
        for one in project.commitments
        if (promise := state.commitments.get(one)) is not None and promise.status != "accepted"
    ]
    ends = sorted((due for due in dues if due is not None), key=lambda due: (due.last, due.first))
    return ends[0].last if ends else ""
