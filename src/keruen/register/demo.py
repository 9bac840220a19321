"""The demonstration: two installations, the first list, and demonstration keys that sign it.

Knows the order in which two sides would put, answer and exchange the list; knows nothing of files
and of the network beyond what an installation does. Nothing of it is an agreement: the keys are
made here, and the texts say so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from keruen.domain.joint import (
    OTHER_SIDE,
    SIDES,
    Appraisal,
    Commitment,
    Decision,
    DecisionItem,
    Document,
    Evidence,
    MText,
    Project,
    Side,
)
from keruen.domain.joint_state import Saying
from keruen.domain.untyped import JsonTable, JsonValue
from keruen.register.installation import Register
from keruen.register.seed import Seed, document, seed, words

THRESHOLD: Final = 2
"""Offices of a side that must sign, of the two that it has."""

_MOST_EXCHANGES: Final = 6

Appraise = Callable[[str, Side, Saying | None], Appraisal]
"""A project, the side that runs it, and what of the other side it runs again; None: for the first
time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demonstration made.

    Parameters
    ----------
    a, b : the two installations, open.
    side_a, side_b, exchange : folders of the two installations and of the bundles between them.
    counts : how many projects, agreed projects, commitments, agreed commitments, claims,
        contradictions, decisions and bundles there are, by name.
    heads : for each side, the ends of both logs as it knows them: side → (seq, id).
    is_equal : both installations hold the same logs and read the same list from them.
    """

    a: Register
    b: Register
    side_a: Path
    side_b: Path
    exchange: Path
    counts: Mapping[str, int]
    heads: Mapping[Side, Mapping[str, tuple[int, str]]]
    is_equal: bool


@dataclass(slots=True, kw_only=True)
class _Stage:
    """Both installations, and what the play needs while it goes on."""

    sides: dict[Side, Register]
    exchange: Path
    at: str
    seed: Seed
    script: JsonTable
    offers: dict[str, str]
    """Subject → id of its newest offer."""
    n_bundles: int = 0


def demo(folder: Path, *, at: str, appraise: Appraise | None = None) -> Demo:
    """Make two installations in `folder` and play the first list through to two equal registers.

    Parameters
    ----------
    folder : Path
        Where ``side-a``, ``side-b`` and ``exchange`` are made.
    at : str
        The time that every entry carries, ``2026-11-23T10:00:00Z`` (UTC, whole seconds).
    appraise : Appraise, optional
        Runs an appraisal for a side: of a project, or again what the other side said. Left out:
        nothing is appraised, because the register itself runs no model.

    Returns
    -------
    Demo
        Where everything lies, and whether both sides ended with the same.

    Raises
    ------
    InputError
        When `folder` already holds an installation.
    StorageError
        When the disk refuses.
    """
    stage = _open_stage(Path(folder), at)
    # Nothing can be said of a project before its side has it.
    _offer_projects(stage)
    _exchange(stage)
    _enter_claims(stage)
    _offer_promises(stage)
    _exchange(stage)
    _answer_everything(stage)
    _exchange(stage)
    stage.sides["A"].countersign(stage.offers[stage.script["counter"]["project"]], at=at)
    _decide(stage)
    _exchange(stage)
    stage.sides["B"].countersign(stage.offers[stage.script["decision"]["id"]], at=at)
    _show_visits(stage)
    _exchange(stage)
    if appraise is not None:
        _appraise(stage, appraise)
    return _curtain(stage)


def _open_stage(folder: Path, at: str) -> _Stage:
    script = document("demonstration.toml")
    sides: dict[Side, Register] = {}
    for side in SIDES:
        row = script["sides"][side]
        sides[side] = Register.init(
            folder / f"side-{side.lower()}",
            side=side,
            name=words(row["name"]),
            offices=row["offices"],
            threshold=THRESHOLD,
        )
    cards = {side: register.card for side, register in sides.items()}
    for side, register in sides.items():
        register.join(cards[OTHER_SIDE[side]], pair_name=script["pair"], at=at)
    exchange = folder / "exchange"
    return _Stage(sides=sides, exchange=exchange, at=at, seed=seed(), script=script, offers={})


def _enter_claims(stage: _Stage) -> None:
    for side, register in stage.sides.items():
        register.append_many([("claim", claim) for claim in stage.seed.claims[side]], at=stage.at)


def _offer_projects(stage: _Stage) -> None:
    """A puts the rules and the projects, which name each other and so come together."""
    first = stage.sides["A"]
    charter, projects = stage.seed.charter, stage.seed.projects
    stage.offers[charter.id] = first.offer("charter", charter, at=stage.at)
    written = first.append_many([("project", project) for project in projects], at=stage.at)
    for project, entry in zip(projects, written, strict=True):
        stage.offers[project.id] = entry
        _keep_effect(stage, project)


def _offer_promises(stage: _Stage) -> None:
    """A puts its own promises and those without a debtor; B its own."""
    for promise in stage.seed.commitments:
        register = stage.sides[_putter(promise)]
        stage.offers[promise.id] = register.commit(promise, at=stage.at)


def _putter(promise: Commitment) -> Side:
    return promise.debtor or "A"


def _keep_effect(stage: _Stage, project: Project) -> None:
    """Put the case file that a project names among the register's files."""
    if project.effect is None or not project.effect.file:
        return
    row = stage.script["effect"]
    content = stage.seed.effects[project.effect.file]
    name = f"effect-{project.id}"
    evidence = _evidence(name, project.id, row, content)
    stage.sides["A"].evidence(evidence, content, at=stage.at)


def _evidence(name: str, about: str, row: Mapping[str, JsonValue], content: bytes) -> Evidence:
    sha256 = hashlib.sha256(content).hexdigest()
    shown = Document(sha256=sha256, kind=row["kind"], title=words(row["title"]), size=len(content))
    return Evidence(id=name, about=about, about_kind="project", document=shown)


def _answer_everything(stage: _Stage) -> None:
    """Each side signs what the other put, but for what is left open and what is countered."""
    waiting = {*stage.script["left_open"], *stage.script["left_open_by_a"]}
    countered = stage.script["counter"]["project"]
    authors = {promise.id: _putter(promise) for promise in stage.seed.commitments}
    for subject, offer in list(stage.offers.items()):
        if subject in waiting or subject == countered:
            continue
        stage.sides[OTHER_SIDE[authors.get(subject, "A")]].countersign(offer, at=stage.at)
    _counter(stage, countered)


def _counter(stage: _Stage, subject: str) -> None:
    """B answers one project with another wording of it."""
    row = stage.script["counter"]
    project = next(one for one in stage.seed.projects if one.id == subject)
    reworded = msgspec.structs.replace(project, description=words(row["description"]))
    stage.offers[subject] = stage.sides["B"].counter(
        stage.offers[subject], reworded, at=stage.at, reason=words(row["reason"])
    )


def _decide(stage: _Stage) -> None:
    """A puts the decision of a meeting that was not held: what is signed goes on the list."""
    row = stage.script["decision"]
    listed = [one for one in stage.seed.projects if one.id not in stage.script["left_open"]]
    report = document("sources.toml")["sources"]["ng"]["address"]
    items = tuple(
        DecisionItem(project=one.id, action="include", reason=_reason(row, one, report))
        for one in listed
    )
    decision = Decision(
        id=row["id"], meeting=words(row["meeting"]), date=stage.at[:10], items=items
    )
    stage.offers[decision.id] = stage.sides["A"].decide(decision, at=stage.at)


def _reason(row: Mapping[str, JsonValue], project: Project, report: str) -> MText:
    is_reported = project.source is not None and project.source.address == report
    return words(row["reason"] if is_reported else row["reason_reported"])


def _show_visits(stage: _Stage) -> None:
    """The debtor of a visit says that it was made, and the creditor agrees."""
    told: dict[str, str] = {}
    for name in stage.script["visits"]:
        promise = next(one for one in stage.seed.commitments if one.id == name)
        content = _excerpt(promise)
        evidence = msgspec.structs.replace(
            _evidence(f"visit-{name}", name, stage.script["evidence"], content),
            about_kind="commitment",
            claims_met=True,
        )
        told[name] = stage.sides[_putter(promise)].evidence(evidence, content, at=stage.at)
    _exchange(stage)
    for name, evidence_id in told.items():
        promise = next(one for one in stage.seed.commitments if one.id == name)
        stage.sides[OTHER_SIDE[_putter(promise)]].accept(evidence_id, at=stage.at)


def _appraise(stage: _Stage, appraise: Appraise) -> None:
    """A says what two projects are worth; B runs both again and signs what came out the same."""
    first, other = stage.sides["A"], stage.sides["B"]
    for project in stage.script["appraised"]:
        first.appraise(appraise(project, "A", None), at=stage.at)
    _exchange(stage)
    state = other.state(stage.at[:10])
    for project in stage.script["appraised"]:
        (said,) = state.projects[project].appraisals
        other.appraise(appraise(project, "B", said), at=stage.at)
    _exchange(stage)


def _excerpt(promise: Commitment) -> bytes:
    source = promise.source
    assert source is not None, "every promise of the list has its source"
    lines = (source.quote, f"{source.document}, {source.date}", source.address)
    return ("\n".join(lines) + "\n").encode()


def _exchange(stage: _Stage) -> None:
    """Carry bundles both ways, until neither side has anything new."""
    for _ in range(_MOST_EXCHANGES):
        n_applied = 0
        for side, register in stage.sides.items():
            bundle = register.export(stage.exchange, at=stage.at)
            n_applied += stage.sides[OTHER_SIDE[side]].import_(bundle, at=stage.at).applied
            stage.n_bundles += 1
        if not n_applied:
            return


def _curtain(stage: _Stage) -> Demo:
    """Read both installations again from their disks: what counts is what lies there."""
    today = stage.at[:10]
    sides = {side: Register.open(register.path) for side, register in stage.sides.items()}
    states = {side: register.state(today) for side, register in sides.items()}
    here = states["A"]
    projects, promises = here.projects.values(), here.commitments.values()
    return Demo(
        a=sides["A"],
        b=sides["B"],
        side_a=sides["A"].path,
        side_b=sides["B"].path,
        exchange=stage.exchange,
        counts={
            "projects": len(projects),
            "projects_agreed": sum(one.agreed is not None for one in projects),
            "commitments": len(promises),
            "commitments_agreed": sum(one.agreed is not None for one in promises),
            "claims": len(here.claims),
            "contradictions": len(here.contradictions),
            "decisions": len(here.decisions),
            "bundles": stage.n_bundles,
        },
        heads={side: dict(state.heads) for side, state in states.items()},
        is_equal=states["A"] == states["B"],
    )
