"""An appraisal of the other side, run again: plans checked, the same once more, then another seed.

Knows what must come out equal and in which order it is looked at, so that the first thing that
differs can be named; knows nothing of keys and logs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import msgspec

from keruen.appraisal.interdependence import Coalition
from keruen.domain.appraised import inputs_digest, outputs_digest
from keruen.domain.joint import Appraisal, AppraisalBasis, OwnSeed, Quantity, Side
from keruen.errors import InputError, Problem, RegisterError, UsageError
from keruen.scenario.week import Week
from keruen.store.runs.provenance import code_digest
from keruen.study.appraising.appraise import AppraisalEffort, appraise
from keruen.study.appraising.entry import (
    EntryOrder,
    PlansBehind,
    SignableAppraisal,
    Told,
    document_of,
    dollars_a_week,
    key_of,
    list_digest,
    model_name,
    named,
    outputs_of,
    record_of,
    weeks_of,
)
from keruen.study.appraising.plans import checked_week, texts_in
from keruen.study.appraising.worlds import Worlds
from keruen.study.sensitivity.points import Subject

Figures = Iterable[tuple[str, str]]
"""Paths of fields with what they hold, in the order in which they are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSide:
    """What came from the other side.

    Parameters
    ----------
    entry : its entry.
    record : what it says.
    plans : the file that came with it; None where there is none.
    """

    entry: str
    record: Appraisal
    plans: bytes | None


def reproduce(
    first: OtherSide,
    subject: Subject,
    *,
    side: Side,
    own_seed: int | None = None,
    executor: Executor | None = None,
    progress: Told | None = None,
) -> SignableAppraisal:
    """Run an appraisal of the other side again, and once more by a seed of one's own.

    Parameters
    ----------
    first : OtherSide
        What the other side signed.
    subject : Subject
        One's own copy of the scenario; it is looked at in the cases of the entry.
    side : Side
        Who runs it again.
    own_seed : int, optional
        Left out: one that follows from the side and the inputs.
    executor, progress : as for `appraise`.

    Returns
    -------
    SignableAppraisal
        To be signed: everything came out the same.

    Raises
    ------
    RegisterError
        Naming the first thing that differs, with both values; nothing is to be signed then.
    InputError
        When a plan is missing or cannot run, or the entry is of the first form.
    """
    theirs = first.record
    basis = theirs.basis
    if basis is None:
        raise InputError("error.reproduce_form", entry=first.entry[:12])
    seed = _seed_of(theirs, side) if own_seed is None else own_seed
    if seed == theirs.seed:
        raise UsageError("error.own_seed", seed=seed)
    subject = replace(subject, cases=basis.cases)
    document = document_of(subject, is_own_year=basis.is_own_year)
    worlds = Worlds(subject=subject, document=document)
    _same(_sources(theirs, basis), _sources_here(worlds, theirs.projects[0]), first.entry)
    weeks = _checked_weeks(worlds, basis, first)
    effort = AppraisalEffort(
        seed=theirs.seed,
        replications=theirs.n_runs,
        days=basis.days or None,
        most_run=basis.most_played,
        draws=basis.draws,
    )
    asked = tuple(sorted({*basis.together, basis.key})) if basis.together else ()
    again, own = (
        appraise(
            subject,
            projects=asked,
            document=document,
            effort=replace(effort, seed=one),
            weeks=weeks,
            executor=executor,
            progress=progress,
        )
        for one in (theirs.seed, seed)
    )
    unused = weeks.keys() - set(weeks_of(again))
    if unused:
        raise InputError(
            "error.plan_unused", plan=", ".join(sorted(min(unused, key=sorted))) or "–"
        )
    order = EntryOrder(
        project=theirs.projects[0],
        side=side,
        scenario=basis.scenario,
        subject=subject,
        together=basis.together,
        effort=effort,
        is_own_year=basis.is_own_year,
    )
    behind = PlansBehind(plans=basis.plans, file=first.plans)
    made = record_of(order, document, basis.key, again, behind)
    _same(_figures(theirs), _figures(made), first.entry)
    outputs = outputs_of(own, basis.key)
    record = msgspec.structs.replace(
        made,
        reproduces=first.entry,
        own_seed=OwnSeed(seed=seed, outputs=outputs, outputs_sha256=outputs_digest(outputs)),
    )
    return SignableAppraisal(record=named(record, side), plans=first.plans)


def _seed_of(theirs: Appraisal, side: Side) -> int:
    """A seed that nobody chose, and that is the same when the same side runs the same again."""
    words = f"{side} {theirs.inputs_sha256} {theirs.seed}"
    return int(hashlib.sha256(words.encode()).hexdigest()[:7], 16)


def _sources(theirs: Appraisal, basis: AppraisalBasis) -> Figures:
    """Model, scenario and list: without the same ones nothing can come out equal."""
    return (
        ("model", theirs.model),
        ("basis.code_sha256", basis.code_sha256),
        ("scenario_digest", theirs.scenario_digest),
        ("basis.list_sha256", basis.list_sha256),
        ("projects", ", ".join(theirs.projects)),
        ("basis.key", basis.key),
    )


def _sources_here(worlds: Worlds, project: str) -> Figures:
    yield "model", model_name()
    yield "basis.code_sha256", code_digest()
    yield "scenario_digest", worlds.own.digest
    yield "basis.list_sha256", list_digest(worlds.document)
    yield "projects", project
    yield "basis.key", key_of(project, worlds.document)


def _checked_weeks(
    worlds: Worlds, basis: AppraisalBasis, first: OtherSide
) -> Mapping[Coalition, Week]:
    """The weeks of an entry, each looked at here: it runs, and costs and bound are as it says."""
    texts = texts_in(first.plans) if first.plans is not None else {}
    weeks: dict[Coalition, Week] = {}
    for n, plan in enumerate(basis.plans, start=1):
        if plan.week_sha256 not in texts:
            raise InputError("error.plan_missing", plan=", ".join(plan.built) or "–")
        unknown = sorted(set(plan.built) - worlds.document.projects.keys())
        if unknown:
            raise InputError("error.plan_missing", plan=", ".join(unknown))
        week, found = checked_week(worlds, plan.built, texts[plan.week_sha256])
        path = f"basis.plans[{n}]"
        _same(
            ((f"{path}.cost", _words(plan.cost)), (f"{path}.bound", _words(plan.bound))),
            (
                (f"{path}.cost", _words(dollars_a_week(found.cost))),
                (f"{path}.bound", _words(dollars_a_week(found.bound))),
            ),
            first.entry,
        )
        weeks[frozenset(plan.built)] = week
    return weeks


def _figures(record: Appraisal) -> Figures:
    """Everything that must come out the same, outputs last."""
    basis = record.basis
    assert basis is not None, "of the first form"
    for name in ("price_year", "first_year", "n_years", "draws"):
        yield f"basis.{name}", str(getattr(basis, name))
    yield "basis.years", ", ".join(map(str, basis.years))
    yield "basis.sides", ", ".join(f"{key} {side}" for key, side in sorted(basis.sides.items()))
    yield from _quantities("basis.rates", basis.rates)
    yield "seed", str(record.seed)
    yield "n_runs", str(record.n_runs)
    yield from _quantities("outputs", record.outputs)
    yield "outputs_sha256", record.outputs_sha256
    # What is said of the inputs may differ in a word that was not looked at.
    yield "inputs_sha256", inputs_digest(record)


def _quantities(path: str, table: Mapping[str, Quantity]) -> Iterator[tuple[str, str]]:
    for name, one in sorted(table.items()):
        yield f"{path}.{name}", _words(one)


def _words(one: Quantity) -> str:
    ends = "" if one.low is None and one.high is None else f" ({one.low} … {one.high})"
    unit = "" if one.unit == "1" else f" {one.unit}"
    return f"{one.value or '…'}{ends}{unit}"


def _same(theirs: Figures, ours: Figures, entry: str) -> None:
    """Refuse at the first figure that differs, or that only one of both has."""
    said, found = dict(theirs), dict(ours)
    for path in (*said, *(path for path in found if path not in said)):
        if said.get(path) != found.get(path):
            words = {
                "place": f"{entry[:12]}: {path}",
                "record": "appraisal",
                "field_path": path,
                "theirs": said.get(path, "–"),
                "ours": found.get(path, "–"),
            }
            is_of_model = path in ("model", "basis.code_sha256")
            key = "problem.reproduce_other_model" if is_of_model else "problem.reproduce_differs"
            raise RegisterError((Problem(key, words),))
