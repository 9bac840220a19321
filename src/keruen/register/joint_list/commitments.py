"""Who owes what to whom by when, and whether it is kept: one commitment on one day.

Knows the revisions of a commitment and the evidence about it; knows nothing of projects. A debtor
claims, the other side accepts or disputes; the clock makes overdue; a new date needs both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keruen.domain.joint import OTHER_SIDE, Commitment, Evidence
from keruen.domain.joint_state import CommitmentState, CommitmentStatus, Slip
from keruen.register.joint_list.consent import Consent, OrderedEntry, knew
from keruen.register.joint_list.statements import AnsweredSaying
from keruen.register.record import figures, texts


def stands(
    consent: Consent, evidence: Sequence[AnsweredSaying], *, carried_by: str, today: str
) -> CommitmentState:
    """How a commitment stands.

    Parameters
    ----------
    consent : its texts, decided.
    evidence : everything put as evidence about it, in the order of the fold.
    carried_by : commitment that carries it on after a split or merge; empty for none. Such a one
        is not overdue any more: its heir is.
    today : the day of the reading.
    """
    latest = consent.latest.core_as(Commitment)
    agreed = consent.agreed.core_as(Commitment) if consent.agreed is not None else None
    claim = _claim(agreed, consent, evidence) if agreed is not None else None
    status = _status(agreed, claim)
    late = 0
    if agreed is not None and agreed.due is not None and status != "accepted" and not carried_by:
        late = max(0, figures.days_between(agreed.due.last, today))
    return CommitmentState(
        agreed=agreed,
        latest=latest,
        status="overdue" if late else status,
        revisions=consent.revisions,
        evidence=tuple(spoken.said() for spoken in evidence),
        slips=_slips(consent),
        days_late=late,
        carried_by=carried_by,
        claimed=claim.line.id if claim is not None else "",
    )


def _status(agreed: Commitment | None, claim: AnsweredSaying | None) -> CommitmentStatus:
    if agreed is None:
        return "offered"
    if claim is None:
        return "open"
    if claim.acceptance is not None:
        return "accepted"
    return "disputed" if claim.dispute is not None else "claimed_met"


def _claim(
    agreed: Commitment, consent: Consent, evidence: Sequence[AnsweredSaying]
) -> AnsweredSaying | None:
    """The debtor's word that the text in force is kept: an accepted one, else the newest."""
    terms = _terms_signed(consent)
    found: AnsweredSaying | None = None
    for spoken in evidence:
        body = spoken.body
        assert isinstance(body, Evidence)
        if not body.claims_met or (agreed.debtor or spoken.line.entry.side) != (
            spoken.line.entry.side
        ):
            continue
        last_word = spoken.acceptance or spoken.line
        if terms is not None and knew(terms.entry, last_word.entry):
            continue
        if found is None or found.acceptance is None:
            found = spoken
    return found


def _terms_signed(consent: Consent) -> OrderedEntry | None:
    """The signature under the newest text that changed what is owed; none when none did.

    Whoever signed new terms, knowing that the old ones were claimed or accepted as kept, opened the
    commitment again. A better translation does not.
    """
    changed: OrderedEntry | None = None
    for before, after in zip(consent.chain, consent.chain[1:], strict=False):
        if _terms(before.core_as(Commitment)) != _terms(after.core_as(Commitment)):
            changed = after.consent
    return changed


def _terms(core: Commitment) -> tuple[Any, ...]:
    words = texts.fingerprint(core.text)
    return core.due, core.quantity, core.debtor, core.creditor, core.condition, words


def _slips(consent: Consent) -> tuple[Slip, ...]:
    """Every date that both sides moved."""
    found: list[Slip] = []
    for before, after in zip(consent.chain, consent.chain[1:], strict=False):
        old, new = before.core_as(Commitment), after.core_as(Commitment)
        if old.due != new.due:
            asked_by = after.line.entry.side
            found.append(
                Slip(
                    entry=after.line.id,
                    asked_by=asked_by,
                    agreed_by=OTHER_SIDE[asked_by],
                    before=old.due,
                    after=new.due,
                    reason=after.offer.reason,
                )
            )
    return tuple(found)
