"""The joint list as a package of OC4IDS 0.9.5 projects.

Knows which field of ours stands where in OC4IDS; knows nothing of files. What OC4IDS has no place
for stands beside it under one key, `x_joint`, exactly as the register has it: texts in four
languages, figures as decimal strings, revisions, claims. So nothing is lost on the way back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from keruen.domain.joint import Claim, Evidence, Organisation, Project, Quantity, Report
from keruen.domain.joint_state import CommitmentState, JointState, ProjectState, Saying
from keruen.domain.untyped import JsonValue
from keruen.errors import InputError, UsageError
from keruen.formats.access_profiles import Profile, limited
from keruen.formats.joint_json import plain
from keruen.formats.list_content import in_language
from keruen.formats.oc4ids_codes import (
    GEOMETRIES,
    PERIODS,
    SCHEMA_VERSION,
    STATUS,
    Document,
    is_day,
    moment,
    money,
    number,
    once,
    period,
    written,
)

_PROFILES: Final = ("public", "partner", "full")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def package(
    state: JointState,
    *,
    profile: Profile,
    language: str,
    uri: str,
    published: str,
    foreign: Mapping[str, Mapping[str, JsonValue]] | None = None,
) -> Document:
    """The list as one OC4IDS project package.

    Parameters
    ----------
    state : JointState
        The joint list on a day.
    profile : Profile
        Who will read it; see `access_profiles`. For ``partner`` the state must be folded from
        what the other side has.
    language : str
        Of the single text that OC4IDS has for a title; the others stand under `x_joint`.
    uri : str
        Identifier of the package.
    published : str
        When it is made (UTC, ``2026-11-23T10:00:00Z``).
    foreign : Mapping[str, Mapping[str, JsonValue]], optional
        What an import kept aside, by project id; goes back under `x_joint.foreign`.

    Returns
    -------
    Document
        JSON's own types; `written_package` makes bytes of them.

    Raises
    ------
    InputError
        When the profile leaves no project: OC4IDS knows no empty package.
    """
    if profile not in _PROFILES:
        raise UsageError("error.profile", profile=profile, known=", ".join(_PROFILES))
    shown = limited(state, profile)
    if not shown.projects:
        raise InputError("error.oc4ids_empty", profile=profile)
    whole = plain(shown)
    commitments = {name: whole["commitments"].pop(name) for name in _attached(shown)}
    aside = foreign or {}
    projects = [
        project_document(shown, name, language)
        | {"x_joint": _beside(whole["projects"][name], found, aside.get(name, {}))}
        for name, found in sorted(shown.projects.items())
    ]
    for document in projects:
        for milestone in document.get("milestones", ()):
            milestone["x_joint"] = commitments[milestone["id"]]
    del whole["projects"]
    return {
        "uri": uri,
        "publishedDate": published,
        "version": SCHEMA_VERSION,
        "publisher": {"name": _publisher(shown, language)},
        "license": None,
        "projects": projects,
        "x_joint": {"schema": "0.9.5", "profile": profile, **whole, **_foreign(aside.get("", {}))},
    }


def written_package(document: Mapping[str, JsonValue]) -> bytes:
    """A package as a file: UTF-8, keys in order, the same bytes for the same package.

    Parameters
    ----------
    document : Mapping[str, JsonValue]
        What `package` made.

    Returns
    -------
    bytes
        UTF-8 JSON.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()


def _publisher(state: JointState, language: str) -> str:
    names = (in_language(state.side_names[side], language) for side in sorted(state.side_names))
    return state.name.strip() or " – ".join(names) or state.pair


def _attached(state: JointState) -> list[str]:
    """Commitments of projects that are in the package, by id; the others stand in its own part."""
    return [
        name
        for name, found in sorted(state.commitments.items())
        if found.latest.project in state.projects
    ]


def _foreign(parts: Mapping[str, JsonValue]) -> Document:
    return {"foreign": dict(parts)} if parts else {}


def _beside(whole: Document, project: ProjectState, foreign: Mapping[str, JsonValue]) -> Document:
    more = _foreign(foreign)
    if project.lifecycle in {"suspended", "deferred"}:
        more["suspended"] = {"status": project.lifecycle}
    return {**whole, **more}


def project_document(state: JointState, name: str, language: str) -> Document:
    """One project as OC4IDS writes it, without `x_joint`."""
    found = state.projects[name]
    core = found.agreed or found.latest
    promises = {
        one: commitment
        for one, commitment in sorted(state.commitments.items())
        if commitment.latest.project == name
    }
    return {
        "id": name,
        "language": language,
        **written(
            updated=max((revision.at for revision in found.revisions), default=""),
            title=in_language(core.title, language),
            description=in_language(core.description, language),
            purpose=in_language(core.purpose, language),
            status=_status(found),
            sector=once(code for code in core.sectors if code),
            identifiers=once(
                written(id=one.id, scheme=one.scheme) for one in core.identifiers if one.id
            ),
            parties=list(_parties(core, language)),
            publicAuthority=_authority(core, language),
            locations=list(_locations(core, language)),
            budget=_budget(core, language),
            relatedProjects=list(_related(state, core, language)),
            benefits=once(
                {"description": who}
                for benefit in core.benefits
                if (who := in_language(benefit.who, language))
            ),
            documents=once(_documents(found, language)),
            milestones=[
                _milestone(state, one, commitment, language) for one, commitment in promises.items()
            ],
            forecasts=list(_metrics(found, is_measured=False)),
            metrics=list(_metrics(found, is_measured=True)),
        ),
        **_periods(core),
    }


def _status(project: ProjectState) -> str:
    if project.lifecycle in STATUS:
        return STATUS[project.lifecycle]
    before = [step.to for step in project.steps if step.to in STATUS and not step.missing]
    return STATUS[before[-1]] if before else "identification"


def _periods(core: Project) -> Document:
    return written(
        **{PERIODS[key]: period(span) for key, span in core.baseline.items() if key in PERIODS}
    )


def _parties(core: Project, language: str) -> Iterator[Document]:
    """Both leads and the others: OC4IDS has one public authority, so the second stands here."""
    named = [("lead-a", core.lead_a), ("lead-b", core.lead_b)]
    named += [(f"party-{n}", party) for n, party in enumerate(core.parties, 1)]
    for name, party in named:
        if party is None:
            continue
        lead = ("publicAuthority",) if name.startswith("lead") else ()
        yield written(
            id=name,
            name=in_language(party.name, language),
            roles=once(role for role in (*party.roles, *lead) if role),
            identifier=written(id=party.identifier),
        )


def _authority(core: Project, language: str) -> Document:
    lead: Organisation | None = core.lead_a or core.lead_b
    if lead is None:
        return {}
    name = "lead-a" if core.lead_a is not None else "lead-b"
    return written(id=name, name=in_language(lead.name, language))


def _locations(core: Project, language: str) -> Iterator[Document]:
    for n, place in enumerate(core.locations, 1):
        shape = place.geometry or {}
        is_known = str(shape.get("type")) in GEOMETRIES and isinstance(
            shape.get("coordinates"), list
        )
        yield written(
            id=str(n),
            description=in_language(place.name, language),
            geometry=_geometry(shape) if is_known else {},
        )


def _geometry(shape: Mapping[str, JsonValue]) -> Document:
    """GeoJSON with numbers: the signed text keeps them as decimals, its record goes beside."""
    return {"type": shape["type"], "coordinates": _numbers(shape["coordinates"])}


def _numbers(value: JsonValue) -> JsonValue:
    if isinstance(value, list | tuple):
        return [_numbers(item) for item in value]
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def _budget(core: Project, language: str) -> Document:
    finance = [
        written(id=str(n), title=in_language(one.source, language), value=money(one.amount))
        for n, one in enumerate(core.finance, 1)
    ]
    return written(amount=money(core.budget), finance=finance)


def _related(state: JointState, core: Project, language: str) -> Iterator[Document]:
    """Projects that this one hangs on.

    None of ours (requires, excludes, …) is a code of OC4IDS (construction, rehabilitation,
    replacement, expansion), so the relationship stands under `x_joint` only.
    """
    for n, one in enumerate(core.dependencies, 1):
        other = state.projects.get(one.project)
        title = in_language((other.agreed or other.latest).title, language) if other else ""
        yield written(id=str(n), identifier=one.project, title=title)


def _documents(project: ProjectState, language: str) -> Iterator[Document]:
    for said in project.documents:
        if not isinstance(said.body, Evidence):
            continue
        file = said.body.document
        yield {
            "id": said.entry or said.body.id,
            **written(
                documentType=file.kind,
                title=in_language(file.title, language),
                url=file.address if _ADDRESS.fullmatch(file.address) else "",
                language=file.language,
            ),
            "x_joint": {"sha256": file.sha256},
        }


def _milestone(state: JointState, name: str, found: CommitmentState, language: str) -> Document:
    core = found.agreed or found.latest
    due = core.due.last if core.due is not None and is_day(core.due.last) else ""
    is_late = bool(due) and due < state.today
    signed = [
        revision.countersigned_at for revision in found.revisions if revision.countersigned_at
    ]
    status = "met" if found.status == "accepted" else "scheduled"
    if status != "met" and found.status != "offered" and is_late:
        status = "notMet"
    return {
        "id": name,
        **written(
            title=in_language(core.text, language),
            dueDate=moment(due) if due else "",
            dateModified=max(signed, default="") if found.slips else "",
            status=status,
            value=money(core.quantity),
        ),
    }


def _metrics(project: ProjectState, *, is_measured: bool) -> Iterator[Document]:
    """Figures that are no money: measured ones and those of reports, or what is only expected."""
    observations: dict[str, list[Document]] = {}
    for said in project.claims:
        claim = said.body
        if not isinstance(claim, Claim) or claim.quantity is None:
            continue
        if (claim.quantity.basis == "measured") is is_measured:
            seen = _observation(said, claim.quantity, claim.id)
            observations.setdefault(claim.field, []).append(seen)
    for said in project.reports if is_measured else ():
        if isinstance(said.body, Report):
            for field, quantity in sorted(said.body.metrics.items()):
                seen = _observation(said, quantity, said.body.quarter)
                observations.setdefault(field, []).append(seen)
    for field, seen_of in sorted(observations.items()):
        if field:
            yield written(id=field, title=field, observations=once(seen_of))


def _observation(said: Saying, quantity: Quantity, name: str) -> Document:
    valid = said.body.valid if isinstance(said.body, Claim) else None
    return {
        "id": f"{said.side}-{name}",
        **written(
            period=period(valid),
            value=money(quantity),
            measure=None if money(quantity) else number(quantity.value),
            unit=written(name=quantity.unit),
        ),
    }
