"""The traffic light of a project: a rule with signed limits, not an opinion.

Knows dates, leads, costs, disputes, silence and the charter's limits; knows nothing of consent.
Every reason that was found is given, also those of a milder light than the one that shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from keruen.domain.appraised import LOSS_PROBABILITY
from keruen.domain.joint import Appraisal, Lifecycle, Lights, Project, Report
from keruen.domain.joint_state import CommitmentState, Health, Light, Saying
from keruen.register.joint_list.lifecycle import ENDED
from keruen.register.joint_list.statements import current, is_in_dispute
from keruen.register.record import figures

Reason = tuple[str, Mapping[str, str | int]]
_Found = tuple[Light, Reason]

_WORST_FIRST: Final[tuple[Light, ...]] = ("red", "amber", "grey", "green")
"""A known trouble shows before silence: not hearing of it does not make it better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LightInputs:
    """What the light of a project looks at.

    Parameters
    ----------
    agreed : the text in force; none when nothing was agreed.
    agreed_on : day of the first agreement: silence is counted from there.
    commitments : of the project, those that nothing carries on.
    sayings : claims and evidence about the project and its commitments.
    """

    agreed: Project | None
    agreed_on: str
    lifecycle: Lifecycle
    commitments: Sequence[CommitmentState]
    reports: Sequence[Saying]
    appraisals: Sequence[Saying]
    sayings: Sequence[Saying]


def health(inputs: LightInputs, limits: Lights, today: str) -> Health:
    """The light and its reasons.

    Parameters
    ----------
    limits : of the charter that both sides signed, or the defaults while there is none.

    Returns
    -------
    Grey for a project that is not agreed or that has ended. Else the worst of what was found, its
    reasons first: milestones late, cost above the agreed budget, chance of a loss, disputes;
    grey when nothing is wrong but nobody leads, no day is agreed by which it could be late, or
    nobody has reported for too long.
    """
    if inputs.agreed is None:
        return Health(light="grey", reasons=(("joint.light_not_agreed", {}),))
    if inputs.lifecycle in ENDED:
        return Health(light="grey", reasons=(("joint.light_ended", {}),))
    found = [
        *_late(inputs, limits),
        *_costly(inputs, limits),
        *_losing(inputs, limits),
        *_disputed(inputs, limits, today),
        *_halted(inputs),
        *_unplanned(inputs, inputs.agreed),
        *_silent(inputs, limits, today),
    ]
    found.sort(key=lambda one: _WORST_FIRST.index(one[0]))
    light: Light = found[0][0] if found else "green"
    return Health(light=light, reasons=tuple(reason for _, reason in found))


def _late(inputs: LightInputs, limits: Lights) -> Iterator[_Found]:
    late = [one for one in inputs.commitments if one.days_late > 0]
    for one in sorted(late, key=lambda one: (-one.days_late, one.latest.id)):
        reason: Reason = ("joint.light_late", {"commitment": one.latest.id, "days": one.days_late})
        if one.days_late > limits.red_late_days:
            yield "red", reason
        elif one.days_late > limits.amber_late_days:
            yield "amber", reason


def _costly(inputs: LightInputs, limits: Lights) -> Iterator[_Found]:
    """The newest forecast of each side against the agreed budget, where the two compare."""
    budget = inputs.agreed.budget if inputs.agreed is not None else None
    agreed = figures.point(budget) if budget is not None else None
    if budget is None or agreed is None or agreed <= 0:
        return
    newest: dict[str, Report] = {}
    for saying in inputs.reports:
        if isinstance(saying.body, Report) and saying.body.forecast_cost is not None:
            newest[saying.side] = saying.body
    for side, report in sorted(newest.items()):
        forecast = report.forecast_cost
        cost = figures.point(forecast) if forecast is not None else None
        if forecast is None or cost is None:
            continue
        if figures.measure(forecast) != figures.measure(budget):
            yield "grey", ("joint.light_cost_not_comparable", {"side": side})
            continue
        above = (cost - agreed) / agreed
        reason: Reason = ("joint.light_cost", {"side": side, "percent": _percent(above)})
        if _is_above(above, limits.red_cost_share):
            yield "red", reason
        elif _is_above(above, limits.amber_cost_share):
            yield "amber", reason


def _losing(inputs: LightInputs, limits: Lights) -> Iterator[_Found]:
    """The newest appraisal that says how likely a loss is."""
    for saying in reversed(inputs.appraisals):
        body = saying.body
        chance = body.outputs.get(LOSS_PROBABILITY) if isinstance(body, Appraisal) else None
        likely = figures.point(chance) if chance is not None else None
        if likely is None:
            continue
        reason: Reason = ("joint.light_loss", {"percent": _percent(likely)})
        if _is_above(likely, limits.red_loss_probability):
            yield "red", reason
        elif _is_above(likely, limits.amber_loss_probability):
            yield "amber", reason
        return


def _disputed(inputs: LightInputs, limits: Lights, today: str) -> Iterator[_Found]:
    """Every dispute that is neither accepted nor overtaken by a newer word of its author."""
    for saying in _open_disputes((*inputs.sayings, *inputs.reports)):
        days = max(0, figures.days_between(saying.disputed_at, today))
        reason: Reason = ("joint.light_dispute", {"entry": saying.entry[:12], "days": days})
        yield ("red" if days > limits.red_dispute_days else "amber"), reason


def _open_disputes(sayings: Iterable[Saying]) -> Iterator[Saying]:
    for saying in current(sayings):
        if is_in_dispute(saying):
            yield saying


def _halted(inputs: LightInputs) -> Iterator[_Found]:
    if inputs.lifecycle in {"suspended", "deferred"}:
        yield "amber", (f"joint.light_{inputs.lifecycle}", {})


def _unplanned(inputs: LightInputs, agreed: Project) -> Iterator[_Found]:
    """What nobody leads, or what has no day, can never be late: that is no good news."""
    dues = [one.agreed.due for one in inputs.commitments if one.agreed is not None]
    if not agreed.baseline and not any(dues):
        yield "grey", ("joint.light_no_dates", {})
    if agreed.lead_a is None and agreed.lead_b is None:
        yield "grey", ("joint.light_no_lead", {})


def _silent(inputs: LightInputs, limits: Lights, today: str) -> Iterator[_Found]:
    heard = max((saying.at[:10] for saying in inputs.reports), default="")
    since = figures.days_between(max(heard, inputs.agreed_on), today)
    if since > limits.grey_silence_days:
        yield "grey", ("joint.light_silence", {"days": since})


def _is_above(share: Fraction, limit: str) -> bool:
    """A share passes a limit, exactly; a limit that is no number is never passed."""
    found = figures.decimal(limit)
    return found is not None and share > Fraction(found)


def _percent(share: Fraction) -> int:
    return round(share * 100)
