"""An appraisal as the register keeps it: what is told of it, how rounded, from which inputs.

Knows results and the register's record; knows nothing of keys, logs and of who runs it again
(`reproducing`). Figures are compared as they are written here, so that what another processor
rounds otherwise tells no lie about anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

import msgspec

from keruen.appraisal.interdependence import Coalition
from keruen.appraisal.sides import PARTIES
from keruen.appraisal.uncertainty import EnpvSpread
from keruen.domain.appraised import (
    JOINT,
    LOSS_PROBABILITY,
    OF_SIDE,
    THIRD,
    inputs_digest,
    outputs_digest,
)
from keruen.domain.joint import Appraisal, AppraisalBasis, Quantity, Side, SignedPlan
from keruen.errors import UsageError
from keruen.scenario.projects import ProjectDocument
from keruen.scenario.read_projects import read_projects
from keruen.store import code_version
from keruen.store.runs.provenance import code_digest
from keruen.study.appraising.appraise import AppraisalEffort, appraise
from keruen.study.appraising.plans import CoalitionPlan, as_file, plans_of, with_own_week
from keruen.study.appraising.results import (
    AppraisalProgress,
    ListAppraisal,
    ProjectAppraisal,
    ValueAtRate,
)
from keruen.study.appraising.single import missing_of
from keruen.study.appraising.worlds import Worlds
from keruen.study.sensitivity.points import Subject

_CURRENCY_DIGITS: Final = 3
"""A unit of money is written KZT2025: currency and year of its prices."""
_THOUSANDS: Final = -3
"""Decimals of money: far below what any figure here is worth, and far above what another processor
could round otherwise."""
_RATE_DIGITS: Final = 4

Told = Callable[[AppraisalProgress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOrder:
    """What to appraise for an entry of the register.

    Parameters
    ----------
    project : number in the register.
    side : who runs it.
    scenario : its name, by which the other side will look for it.
    subject : where it is, in which cases.
    together : keys of the list with which it is appraised; none: with all.
    effort : how much is computed.
    is_own_year : look at the scenario's own year alone, and let it hold for all years.
    """

    project: str
    side: Side
    scenario: str
    subject: Subject
    together: tuple[str, ...] = ()
    effort: AppraisalEffort = field(default_factory=AppraisalEffort)
    is_own_year: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansBehind:
    """The weeks of an entry, and the file that holds their texts."""

    plans: tuple[SignedPlan, ...]
    file: bytes | None

    @property
    def sha256(self) -> str:
        """Fingerprint of the file; empty without one."""
        return hashlib.sha256(self.file).hexdigest() if self.file is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignableAppraisal:
    """A text to be signed, with the file of plans that goes with it; None where none was played."""

    record: Appraisal
    plans: bytes | None


def appraise_for_entry(
    order: EntryOrder, *, executor: Executor | None = None, progress: Told | None = None
) -> SignableAppraisal:
    """Appraise a project of the register.

    Parameters
    ----------
    order : EntryOrder
        What to run.
    executor, progress : as for `appraise`.

    Returns
    -------
    SignableAppraisal

    Raises
    ------
    UsageError
        When the scenario's list has no such project, or it cannot be judged yet.
    ScenarioError
        With every problem of the scenario and its list.
    """
    document = document_of(order.subject, is_own_year=order.is_own_year)
    key = key_of(order.project, document)
    found = appraise(
        order.subject,
        projects=tuple(sorted({*order.together, key})) if order.together else (),
        document=document,
        effort=order.effort,
        executor=executor,
        progress=progress,
    )
    plans = plans_of(Worlds(subject=order.subject, document=document), weeks_of(found))
    signed, file = tuple(_signed(plan) for plan in plans), as_file(plans)
    record = record_of(order, document, key, found, PlansBehind(plans=signed, file=file))
    return SignableAppraisal(record=record, plans=file)


def document_of(subject: Subject, *, is_own_year: bool) -> ProjectDocument:
    """The scenario's list; of one year alone without the years ahead."""
    document = read_projects(subject.path)
    return document.model_copy(update={"years": {}}) if is_own_year else document


def key_of(project: str, document: ProjectDocument) -> str:
    """The one project of the list that has a number of the register."""
    own = [key for key, one in sorted(document.projects.items()) if one.register_id == project]
    if not own:
        known = sorted({one.register_id for one in document.projects.values()} - {""})
        raise UsageError("error.appraise_unlisted", project=project, known=", ".join(known) or "–")
    judged = [key for key in own if not missing_of(document.projects, key)]
    if len(judged) == 1:
        return judged[0]
    if judged:
        raise UsageError("error.appraise_several", project=project, keys=", ".join(judged))
    missing = {word.key for key in own for word in missing_of(document.projects, key)}
    raise UsageError("error.appraise_missing", project=project, missing=", ".join(sorted(missing)))


def weeks_of(found: ListAppraisal) -> tuple[Coalition, ...]:
    """Coalitions that were played by a week of their own."""
    of_port = frozenset(one.key for one in found.projects if one.by == "runs")
    played = [frozenset(one.built) for one in found.coalitions if one.by == "runs"]
    return with_own_week(played, of_port)


def _signed(plan: CoalitionPlan) -> SignedPlan:
    return SignedPlan(
        built=plan.built,
        week_sha256=plan.sha256,
        cost=dollars_a_week(plan.cost),
        bound=dollars_a_week(plan.bound),
    )


def dollars_a_week(amount: int) -> Quantity:
    """Money of a plan."""
    return Quantity(
        value=str(amount), unit="USD/week", currency="USD", price_year=2025, basis="computed"
    )


def record_of(
    order: EntryOrder,
    document: ProjectDocument,
    key: str,
    found: ListAppraisal,
    behind: PlansBehind,
) -> Appraisal:
    """What is signed of an appraisal.

    Parameters
    ----------
    order, document : what was asked, of which list.
    key : the project in the list.
    found : the list appraised.
    behind : weeks that were played.
    """
    provenance, effort = found.provenance, order.effort
    rates = {"common": found.common_rate, **found.own_rates}
    basis = AppraisalBasis(
        scenario=order.scenario,
        cases=order.subject.cases,
        list_sha256=list_digest(document),
        key=key,
        together=order.together,
        code_sha256=code_digest(),
        run_by=order.side,
        price_year=int(found.unit[_CURRENCY_DIGITS:]),
        first_year=found.first_year,
        n_years=found.n_years,
        years=tuple(one.year for one in found.years),
        rates={name: _rate(value) for name, value in sorted(rates.items())},
        sides={name: party.account for name, party in sorted(PARTIES.items())},
        draws=found.n_draws,
        most_played=effort.most_run,
        days=effort.days or 0,
        is_own_year=order.is_own_year,
        plans=behind.plans,
        plans_sha256=behind.sha256,
    )
    outputs = outputs_of(found, key)
    record = Appraisal(
        id="AP",
        projects=(order.project,),
        model=model_name(),
        scenario_digest=provenance.scenario_digest,
        inputs_sha256="",
        outputs_sha256=outputs_digest(outputs),
        seed=provenance.seed,
        n_runs=provenance.n_replications,
        outputs=outputs,
        basis=basis,
    )
    return named(msgspec.structs.replace(record, inputs_sha256=inputs_digest(record)), order.side)


def named(record: Appraisal, side: Side) -> Appraisal:
    """The record with its name in the register: project, side, and the beginning of its inputs."""
    project = record.projects[0][:40]
    name = f"AP-{project}-{side}-{record.inputs_sha256[:12]}"
    return msgspec.structs.replace(record, id=name)


def model_name() -> str:
    """What computed it, for people; `code_digest` says it to the letter."""
    return f"keruen {code_version()}"


def list_digest(document: ProjectDocument) -> str:
    """Fingerprint of a list of projects with its terms, years and other ways."""
    words = document.model_dump(mode="json", exclude={"figures"})
    canonical = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def outputs_of(found: ListAppraisal, key: str) -> dict[str, Quantity]:
    """What is told of a project, the value for both sides first.

    A side's value is left out where the split is not known; an EIRR where there is not one alone.
    """
    (project,) = (one for one in found.projects if one.key == key)
    year = int(found.unit[_CURRENCY_DIGITS:])
    outputs: dict[str, Quantity] = {}

    def money(value: float, low: float | None = None, high: float | None = None) -> Quantity:
        currency = found.unit[:_CURRENCY_DIGITS]
        return Quantity(
            value=_thousands(value),
            low=None if low is None else _thousands(low),
            high=None if high is None else _thousands(high),
            unit=currency,
            currency=currency,
            price_year=year,
            basis="computed",
        )

    at = next(one for one in project.curve if one.rate == found.common_rate)
    for name, account in _accounts(at).items():
        spread = (project.risk or {}).get(account)
        if spread is not None:
            outputs[name] = money(spread.p50, spread.p5, spread.p95)
            outputs[f"{name}_mean"] = money(spread.mean)
    outputs[f"{JOINT}_stated"] = money(
        (at.joint_low + at.joint_high) / 2, at.joint_low, at.joint_high
    )
    if at.third is not None:
        outputs[THIRD] = money(at.third)
    risk: Mapping[str, EnpvSpread] = project.risk or {}
    if "joint" in risk:
        outputs[LOSS_PROBABILITY] = _share(risk["joint"].p_negative)
    outputs |= _ratios(project)
    outputs["first_in"] = money(project.first_in)
    for name, value in (("last_in", project.last_in), ("shapley", project.shapley)):
        if value is not None:
            outputs[name] = money(value)
    if project.core is not None:
        for account in ("a", "b", "joint"):
            outputs[f"core_{account}"] = _share(getattr(project.core, account))
    return outputs


def _accounts(at: ValueAtRate) -> dict[str, str]:
    """Outputs with a spread → which one; of sides only where the split is known."""
    of_side = {OF_SIDE["A"]: "a", OF_SIDE["B"]: "b"} if at.a is not None else {}
    return {JOINT: "joint", **of_side}


def _ratios(project: ProjectAppraisal) -> dict[str, Quantity]:
    """EIRR and BCR between the ends of what is not known."""
    outputs: dict[str, Quantity] = {}
    ends = [one for one in (project.eirr_low, project.eirr_high) if one is not None]
    if ends and all(one.kind == "one" for one in ends):
        outputs["eirr"] = _range([one.rates[0] for one in ends])
    ratios = [one for one in (project.bcr_low, project.bcr_high) if one is not None]
    if ratios:
        outputs["bcr"] = _range(ratios)
    return outputs


def _range(ends: list[float]) -> Quantity:
    low, high = min(ends), max(ends)
    middle = None if _fixed(low) != _fixed(high) else _fixed(low)
    return Quantity(value=middle, low=_fixed(low), high=_fixed(high), unit="1", basis="computed")


def _share(value: float) -> Quantity:
    return Quantity(value=_fixed(value), unit="1", basis="computed")


def _rate(value: float) -> Quantity:
    return Quantity(value=_fixed(value), unit="1/yr", basis="computed")


def _fixed(value: float) -> str:
    # Adding nought turns a rounded −0 into 0.
    return f"{round(value, _RATE_DIGITS) + 0.0:.{_RATE_DIGITS}f}"


def _thousands(value: float) -> str:
    return str(int(round(value, _THOUSANDS)))
