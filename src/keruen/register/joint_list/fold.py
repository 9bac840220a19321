"""What two logs say together: the joint list on one day, as a pure function.

Knows how entries find their subject and hands each group to the rule that decides it; knows nothing
of keys, files or clocks. The entries it gets are verified; the same two logs give the same state
however they were delivered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, get_args

import msgspec

from keruen.domain.joint import (
    OTHER_SIDE,
    SIDES,
    Charter,
    Claim,
    Commitment,
    Decision,
    Evidence,
    Lifecycle,
    Lights,
    MText,
    Project,
    Side,
    SubjectKind,
    Transition,
)
from keruen.domain.joint_state import (
    CommitmentState,
    JointState,
    ProjectState,
    Revision,
    Saying,
    Status,
    Step,
    Waiting,
    WaitingKind,
)
from keruen.register.joint_list import commitments as promises
from keruen.register.joint_list import lifecycle, meetings
from keruen.register.joint_list import statements as sayings
from keruen.register.joint_list import traffic_light as lights
from keruen.register.joint_list.appraisals import with_reproductions
from keruen.register.joint_list.consent import (
    Consent,
    OfferedText,
    OrderedEntry,
    SomeCore,
    decide,
    knew,
)
from keruen.register.joint_list.duplicates import duplicate_checks
from keruen.register.joint_list.lifecycle import GateEvidence, OfferedStep
from keruen.register.joint_list.statements import AnsweredSaying
from keruen.register.joint_list.subjects import EntriesBySubject, read
from keruen.register.log.causal_order import merge, moments
from keruen.register.record import texts
from keruen.register.record.entries import Entry, Keys
from keruen.register.record.figures import checks, days_between

Log = Sequence[tuple[str, Entry]]
"""One side's entries with their ids, from the first on."""


@dataclass(slots=True)
class _Index:
    """The reading, decided and grouped by project and commitment.

    Parameters
    ----------
    decided : kind → subject → its texts, decided; sorted by subject.
    evidence : (kind, subject) → evidence about it.
    documents : id, entry or fingerprint of evidence → types of its documents.
    """

    reading: EntriesBySubject
    today: str
    decided: dict[SubjectKind, dict[str, Consent]]
    charter: Charter | None
    evidence: dict[tuple[SubjectKind, str], list[AnsweredSaying]] = field(default_factory=dict)
    documents: dict[str, list[str]] = field(default_factory=dict)
    claims: dict[str, list[Saying]] = field(default_factory=dict)
    reports: dict[str, list[Saying]] = field(default_factory=dict)
    appraisals: dict[str, list[Saying]] = field(default_factory=dict)
    transitions: dict[str, list[Consent]] = field(default_factory=dict)
    commitments: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, list[meetings.AgreedItem]] = field(default_factory=dict)
    heirs: Mapping[str, str] = field(default_factory=dict)
    all_claims: list[Saying] = field(default_factory=list)
    all_reports: list[Saying] = field(default_factory=list)


def _index(reading: EntriesBySubject, today: str) -> _Index:
    decided: dict[SubjectKind, dict[str, Consent]] = {kind: {} for kind in get_args(SubjectKind)}
    for (kind, subject), offered in sorted(reading.subjects.items()):
        decided[kind][subject] = decide(offered, today)
    rules = decided["charter"].get("charter")
    charter = rules.agreed.core if rules is not None and rules.agreed is not None else None
    index = _Index(reading, today, decided, charter if isinstance(charter, Charter) else None)
    _place_sayings(index)
    for subject, consent in decided["commitment"].items():
        promise = consent.shown.core_as(Commitment)
        index.commitments.setdefault(promise.project, []).append(subject)
    for consent in decided["transition"].values():
        step = consent.shown.core_as(Transition)
        index.transitions.setdefault(step.project, []).append(consent)
    items = meetings.agreed_items(decided["decision"])
    for one in items:
        for project in dict.fromkeys((one.item.project, *one.item.into)):
            index.items.setdefault(project, []).append(one)
    agreed = {one: consent for one, consent in decided["commitment"].items() if consent.agreed}
    index.heirs = meetings.carried(items, agreed)
    return index


def _place_sayings(index: _Index) -> None:
    """Put every claim, report, appraisal and piece of evidence where it belongs."""
    for spoken in index.reading.spoken.values():
        body = spoken.body
        if isinstance(body, Evidence):
            index.evidence.setdefault((body.about_kind, body.about), []).append(spoken)
            for name in (body.id, spoken.line.id, body.document.sha256):
                index.documents.setdefault(name, []).append(body.document.kind)
            continue
        said = spoken.said()
        kind = spoken.line.entry.type
        group = {"claim": index.claims, "report": index.reports, "appraisal": index.appraisals}
        for project in sayings.project_of(body):
            group[kind].setdefault(project, []).append(said)
        if kind == "claim":
            index.all_claims.append(said)
        elif kind == "report":
            index.all_reports.append(said)


def fold(log_a: Log, log_b: Log, *, today: str) -> JointState:
    """Read two logs as one joint list.

    Parameters
    ----------
    log_a, log_b : verified entries of both sides with their ids, each from seq 0 on. What follows
        from entries that are not here yet is left out and named as parked.
    today : the day for which overdue, lapsed and the lights are computed, ``2026-11-23``.

    Returns
    -------
    The state; equal for equal logs and day.
    """
    ordered, parked = merge(log_a, log_b)
    lines = [
        OrderedEntry(id=name, entry=entry, place=n, moment=moment)
        for n, ((name, entry), moment) in enumerate(zip(ordered, moments(ordered), strict=True))
    ]
    reading = read(lines)
    index = _index(reading, today)
    promised = {
        subject: promises.stands(
            consent,
            index.evidence.get(("commitment", subject), ()),
            carried_by=index.heirs.get(subject, ""),
            today=today,
        )
        for subject, consent in index.decided["commitment"].items()
    }
    pair, name, names = _who(reading, log_a, log_b)
    now = sayings.current(index.all_claims)
    rules = index.decided["charter"].get("charter")
    projects = {
        subject: _project(index, subject, consent, promised)
        for subject, consent in index.decided["project"].items()
    }
    return JointState(
        pair=pair,
        name=name,
        side_names=names,
        today=today,
        heads={side: _head(log) for side, log in (("A", log_a), ("B", log_b))},
        charter=index.charter,
        projects=projects,
        commitments=promised,
        decisions=_texts_of(index.decided["decision"], Decision),
        history=meetings.history(index.decided["decision"]),
        claims=tuple(index.all_claims),
        contradictions=sayings.contradictions(now),
        differences=sayings.differences(index.all_reports),
        parked=tuple(parked),
        checks=(
            *checks([one.body for one in now if isinstance(one.body, Claim)]),
            *duplicate_checks(projects),
        ),
        charter_revisions=rules.revisions if rules is not None else (),
        transitions=_texts_of(index.decided["transition"], Transition),
        offices=_offices(reading, {"A": log_a, "B": log_b}),
    )


def _head(log: Log) -> tuple[int, str]:
    return (log[-1][1].seq, log[-1][0]) if log else (-1, "")


def _who(reading: EntriesBySubject, log_a: Log, log_b: Log) -> tuple[str, str, Mapping[str, MText]]:
    """Fingerprint and name of the pair, and the names of both sides."""
    first = next((entry for log in (log_a, log_b) for _, entry in log[:1]), None)
    pair = first.pair if first is not None else ""
    if reading.genesis is None:
        return pair, "", {}
    genesis = reading.genesis
    return pair, genesis.pair, {"A": genesis.a.name, "B": genesis.b.name}


def _offices(reading: EntriesBySubject, logs: Mapping[Side, Log]) -> dict[str, tuple[MText, ...]]:
    """The offices of each side's newest keys; one with a single name is called so everywhere."""
    genesis = reading.genesis
    if genesis is None:
        return {}
    keys = {"A": genesis.a.root, "B": genesis.b.root}
    for side, log in logs.items():
        newest = next((entry for _, entry in reversed(log) if entry.type == "policy"), None)
        if newest is not None:
            keys[side] = msgspec.convert(newest.body, Keys)
    return {
        side: tuple(
            key.names or texts.make(authentic=("en",), en=key.office) for key in policy.keys
        )
        for side, policy in keys.items()
    }


def _texts_of(
    consents: Mapping[str, Consent], kind: type[SomeCore]
) -> dict[str, tuple[SomeCore, tuple[Revision, ...]]]:
    """Subject → the text to show, and everything ever put."""
    return {
        subject: (consent.shown.core_as(kind), consent.revisions)
        for subject, consent in consents.items()
    }


def _project(
    index: _Index, subject: str, consent: Consent, promised: Mapping[str, CommitmentState]
) -> ProjectState:
    """A project with everything said about it, where it stands, and its light."""
    agreed = consent.agreed.core_as(Project) if consent.agreed is not None else None
    own = tuple(index.commitments.get(subject, ()))
    stage, begun = _begun(index, consent)
    standing, steps = lifecycle.walk(stage, _moves(index, subject, consent, len(own)))
    reports = tuple(index.reports.get(subject, ()))
    appraisals = with_reproductions(index.appraisals.get(subject, ()))
    claims = tuple(index.claims.get(subject, ()))
    documents = tuple(spoken.said() for spoken in _papers(index, subject))
    inputs = lights.LightInputs(
        agreed=agreed,
        agreed_on=begun[-1].at[:10],
        lifecycle=standing,
        commitments=tuple(promised[one] for one in own if not promised[one].carried_by),
        reports=reports,
        appraisals=appraisals,
        sayings=(*claims, *documents, *(e for one in own for e in promised[one].evidence)),
    )
    limits = index.charter.lights if index.charter is not None else Lights()
    return ProjectState(
        agreed=agreed,
        latest=consent.latest.core_as(Project),
        lifecycle=standing,
        is_listed=_is_listed(index, subject, agreed) and standing not in {"cancelled", "dropped"},
        revisions=consent.revisions,
        steps=(*begun, *steps),
        commitments=own,
        claims=claims,
        reports=reports,
        appraisals=appraisals,
        documents=documents,
        health=lights.health(inputs, limits, index.today),
    )


def _is_listed(index: _Index, subject: str, agreed: Project | None) -> bool:
    """The last agreed decision about the project leaves it on the list; without one, its text."""
    decided = index.items.get(subject)
    if not decided:
        return agreed is not None
    last = decided[-1].item
    return last.project != subject or not meetings.is_taken_off(last)


def _papers(index: _Index, subject: str) -> list[AnsweredSaying]:
    """Evidence about the project itself and about the steps of its life, in order."""
    found = list(index.evidence.get(("project", subject), ()))
    for consent in index.transitions.get(subject, ()):
        found += index.evidence.get(("transition", consent.latest.offer.subject), ())
    return sorted(found, key=lambda spoken: spoken.line.place)


def _begun(index: _Index, consent: Consent) -> tuple[Lifecycle, tuple[Step, ...]]:
    """How far consent alone has brought a project: proposed, under review, agreed."""
    first = consent.texts[0].line
    author = first.entry.side
    both = SIDES
    steps = [Step(entry=first.id, to="proposed", at=first.entry.at, sides=(author,))]
    receipt = index.reading.receipt(first)
    if receipt is not None:
        at = receipt.entry.at
        steps.append(Step(entry=receipt.id, to="under_review", at=at, sides=both))
    signed = consent.chain[0].consent if consent.chain else None
    if signed is not None:
        steps.append(Step(entry=signed.id, to="agreed", at=signed.entry.at, sides=both))
    return steps[-1].to, tuple(steps)


def _moves(
    index: _Index, subject: str, consent: Consent, n_commitments: int
) -> Iterator[OfferedStep]:
    """Every step of the project that somebody offered or a meeting decided."""
    for steps in index.transitions.get(subject, ()):
        for text, revision in zip(steps.texts, steps.revisions, strict=True):
            if not _is_taken_back(index, text):
                yield from _moves_of(index, consent, text, revision, n_commitments)
    nothing = _known(index, consent, consent.latest.line, None, n_commitments)
    for one in index.items.get(subject, ()):
        if one.item.project == subject and one.item.action in _DECIDED:
            yield OfferedStep(
                place=one.signed.place,
                entry=one.text.line.id,
                at=one.text.line.entry.at,
                to=_DECIDED[one.item.action],
                author=one.text.line.entry.side,
                sides=SIDES,
                known=nothing,
                is_decided=True,
                is_resuming=one.item.action == "include",
            )


_DECIDED: Final[Mapping[str, Lifecycle]] = {
    "drop": "dropped",
    "defer": "deferred",
    "include": "agreed",
}
"""Action of a meeting → stage; of ``include`` the stage before the halt counts."""


def _is_taken_back(index: _Index, text: OfferedText) -> bool:
    """The author withdrew the step before the other side had it: it never counted."""
    if text.consent is not None:
        return False
    receipt = index.reading.receipt(text.line)
    return any(
        kind == "withdraw" and (receipt is None or knew(receipt.entry, line.entry))
        for kind, line, _ in text.answers
    )


def _moves_of(
    index: _Index, consent: Consent, text: OfferedText, revision: Revision, n_commitments: int
) -> Iterator[OfferedStep]:
    """One offered step: for its author alone, for both when signed, and after its notice."""
    step, line = text.core_as(Transition), text.line
    alone = OfferedStep(
        place=line.place,
        entry=line.id,
        at=line.entry.at,
        to=step.to,
        author=line.entry.side,
        sides=(line.entry.side,),
        known=_known(index, consent, line, step, n_commitments),
        is_dead=revision.status not in {"offered", "agreed"},
    )
    yield alone
    if text.consent is not None and revision.status == "agreed":
        known = _known(index, consent, text.consent, step, n_commitments)
        yield replace(alone, place=text.consent.place, sides=SIDES, known=known)
    receipt = index.reading.receipt(line)
    # Without a charter that both signed there is no notice by which one side may leave alone.
    if receipt is not None and index.charter is not None:
        days = days_between(receipt.entry.at, index.today)
        is_over = days > index.charter.notice_days and step.to in lifecycle.HALTS
        if is_over:
            yield replace(alone, place=_AT_THE_END + line.place, is_notice_over=True)


_AT_THE_END: Final = 1 << 40
"""Place of what the calendar brings about: behind everything that anybody wrote."""


def _known(
    index: _Index, consent: Consent, line: OrderedEntry, step: Transition | None, n_commitments: int
) -> GateEvidence:
    """What a gate looks at: the text that the signer had in force, and all evidence there is."""
    in_force = next(
        (
            text
            for text in reversed(consent.chain)
            if text.consent is not None and knew(line.entry, text.consent.entry)
        ),
        consent.shown,
    )
    kinds: list[str] = []
    if step is not None:
        kinds = [kind for name in step.evidence for kind in index.documents.get(name, ())]
        about = index.evidence.get(("transition", step.id), ())
        kinds += [one.body.document.kind for one in about if isinstance(one.body, Evidence)]
    project = in_force.offer.subject
    return GateEvidence(
        core=in_force.core_as(Project),
        documents=frozenset(kinds),
        n_commitments=n_commitments,
        appraisals=index.appraisals.get(project, ()),
        reports=index.reports.get(project, ()),
        reason=step.reason if step is not None else None,
        review=step.review if step is not None else "",
    )


def waiting(state: JointState, side: Side) -> tuple[Waiting, ...]:
    """What a side has to do next, the oldest first.

    Parameters
    ----------
    side : whose turn it is.

    Returns
    -------
    Offers of the other side to answer, clashes to settle (they wait for both), steps to sign,
    commitments that the other side says are kept, and disputes of this side's own sayings.
    """
    found = [*_to_sign(state, side), *_to_accept(state, side), *_to_defend(state, side)]
    return tuple(sorted(found, key=lambda one: (one.since, one.entry)))


def status(state: JointState, side: Side) -> Status:
    """What is to be done, as one side sees it."""
    late = [(-one.days_late, name) for name, one in state.commitments.items() if one.days_late]
    return Status(
        side=side,
        today=state.today,
        waits_for_me=waiting(state, side),
        waits_for_them=waiting(state, OTHER_SIDE[side]),
        overdue=tuple(name for _, name in sorted(late)),
        contradictions=state.contradictions,
        checks=state.checks,
    )


def _offered(state: JointState) -> Iterator[tuple[str, Revision]]:
    """Every revision of every subject, with the project that it is about."""
    yield from (("", one) for one in state.charter_revisions)
    for name, project in state.projects.items():
        yield from ((name, one) for one in project.revisions)
    for promise in state.commitments.values():
        core = promise.core
        yield from ((core.project, one) for one in promise.revisions)
    for _, revisions in state.decisions.values():
        yield from (("", one) for one in revisions)
    taken = {
        step.entry for one in state.projects.values() for step in one.steps if not step.missing
    }
    for step, revisions in state.transitions.values():
        yield from ((step.project, one) for one in revisions if one.entry not in taken)


def _to_sign(state: JointState, side: Side) -> Iterator[Waiting]:
    for project, one in _offered(state):
        is_theirs = one.status == "offered" and one.side != side
        if is_theirs or one.status == "clash":
            kind: WaitingKind = "transition" if one.kind == "transition" else "countersign"
            yield Waiting(
                kind="settle" if one.status == "clash" else kind,
                side=side,
                entry=one.entry,
                subject=one.subject,
                project=project,
                since=one.at,
                lapses=one.lapses,
            )


def _to_accept(state: JointState, side: Side) -> Iterator[Waiting]:
    """Commitments whose debtor, the other side, says that they are kept."""
    for name, promise in state.commitments.items():
        claim = next((one for one in promise.evidence if one.entry == promise.claimed), None)
        if claim is None or claim.side == side or claim.accepted or claim.disputed:
            continue
        core = promise.core
        yield Waiting(
            kind="accept",
            side=side,
            entry=claim.entry,
            subject=name,
            project=core.project,
            since=claim.at,
        )


def _to_defend(state: JointState, side: Side) -> Iterator[Waiting]:
    """This side's newest words that the other side disputes."""
    said: list[tuple[str, str, Saying]] = [
        (one.body.field, one.body.project, one)
        for one in state.claims
        if isinstance(one.body, Claim)
    ]
    for name, project in state.projects.items():
        said += [(name, name, one) for one in (*project.reports, *project.documents)]
    for name, promise in state.commitments.items():
        core = promise.core
        said += [(name, core.project, one) for one in promise.evidence]
    about = {one.entry: (subject, where) for subject, where, one in said}
    for one in sayings.current(one for _, _, one in said):
        if one.side == side and sayings.is_in_dispute(one):
            subject, where = about[one.entry]
            yield Waiting(
                kind="answer_dispute",
                side=side,
                entry=one.entry,
                subject=subject,
                project=where,
                since=one.disputed_at,
            )
