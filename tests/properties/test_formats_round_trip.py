"""Whatever the joint list holds comes back from a workbook and from OC4IDS as it was."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import made_up_lists
from keruen.domain import joint
from keruen.domain.joint_state import (
    CommitmentState,
    JointState,
    ProjectState,
    Revision,
    Saying,
    Slip,
    Step,
)
from keruen.errors import InputError
from keruen.formats import Content, list_workbook, package, read_list, written_package
from keruen.formats.list_columns import STAGES
from keruen.formats.oc4ids import load, read, state
from keruen.i18n import describe
from keruen.i18n import text as say
from oc4ids_schema import EXAMPLE, faults, needs_schema

SLOW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
ordinary = st.text(
    st.sampled_from("abc XYZ жқі 合肥 «»=+-@#\"'<&;,.\n0123456789"), min_size=1, max_size=12
).filter(lambda text: text.strip() == text)
ids = st.text(st.sampled_from("ABKHabkh-_/.0123456789"), min_size=1, max_size=12)
"""As an office numbers its projects: letters of another alphabet are refused."""
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31)).map(str)
decimals = st.decimals(
    min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=3
).map(str) | st.integers(-(10**20), 10**20).map(str)
sides = st.none() | st.sampled_from(["A", "B"])
fingerprints = st.integers(0, 2**64).map(lambda n: f"{n:064x}")


def maybe(strategy: Any) -> Any:
    """Nothing, or one of these."""
    return st.none() | strategy


def records(record: type[Any], /, **fields: Any) -> Any:
    """Records of a class; each field that may be left out sometimes is."""
    return st.builds(record, **fields)


def languages(words: Any) -> Any:
    """Texts in some of the four languages, with states and fingerprints of every kind."""
    one = records(
        joint.Words,
        text=words,
        state=st.sampled_from(["draft", "machine", "checked_by_A", "authentic"]),
        follows=st.just("") | fingerprints,
    )
    return records(
        joint.MText,
        kk=maybe(one),
        ru=one,
        zh=maybe(one),
        en=maybe(one),
        authentic=st.sampled_from([(), ("ru",), ("kk", "ru", "zh")]),
    )


def drafts() -> Any:
    """Texts as an office writes them: words, nothing else."""
    one = ordinary.map(lambda text: joint.Words(text=text))
    return records(joint.MText, kk=maybe(one), ru=one, zh=maybe(one), en=maybe(one))


intervals = st.tuples(days, days).map(lambda two: joint.Interval(first=min(two), last=max(two)))


def sources(words: Any) -> Any:
    return records(
        joint.Source,
        document=words,
        address=st.just("") | words,
        quote=st.just("") | words,
        date=st.sampled_from(["", "2025", "2025-08", "2025-08-13"]),
    )


def quantities(words: Any) -> Any:
    return records(
        joint.Quantity,
        value=decimals,
        unit=st.sampled_from(["KZT", "t/yr", "container/yr", "ha"]),
        currency=st.sampled_from(["", "KZT", "CNY"]),
        price_year=maybe(st.integers(1990, 2050)),
        basis=st.sampled_from(["declared", "measured", "computed", "assumed"]),
        as_of=st.sampled_from(["", "2025", "2025-08-13"]),
    ) | records(joint.Quantity, low=words, unit=words, source=maybe(sources(words)), side=sides)


anytext = languages(anything)
any_quantity = quantities(anything)
points = st.lists(st.floats(-180, 180), min_size=2, max_size=2).map(
    lambda found: {"type": "Point", "coordinates": found}
)
organisations = records(
    joint.Organisation,
    name=anytext,
    side=sides,
    roles=st.lists(anything, max_size=3).map(tuple),
    identifier=st.just("") | anything,
)
risks = records(joint.Risk, category=anything, cause=anytext, probability=maybe(any_quantity))

projects = records(
    joint.Project,
    id=ordinary,
    title=anytext,
    description=maybe(anytext),
    purpose=maybe(anytext),
    kind=st.sampled_from(["infrastructure", "trade", "technology", "service"]),
    sectors=st.lists(
        st.sampled_from(["transport.rail", "economy", "x.y"]) | anything, max_size=3
    ).map(tuple),
    lead_a=maybe(organisations),
    lead_b=maybe(organisations),
    parties=st.lists(organisations, max_size=2).map(tuple),
    identifiers=st.lists(records(joint.Identifier, scheme=anything, id=anything), max_size=2).map(
        tuple
    ),
    locations=st.lists(
        records(
            joint.Location, name=anytext, geometry=maybe(points), twin_node=st.just("") | anything
        ),
        max_size=2,
    ).map(tuple),
    baseline=st.dictionaries(
        st.sampled_from([*STAGES, "period"]) | anything, intervals, max_size=3
    ),
    budget=maybe(any_quantity),
    finance=st.lists(
        records(joint.Finance, source=anytext, kind=anything, amount=any_quantity), max_size=2
    ).map(tuple),
    dependencies=st.lists(
        records(joint.Dependency, kind=st.sampled_from(["requires", "synergy"]), project=ordinary),
        max_size=2,
    ).map(tuple),
    benefits=st.lists(
        records(joint.Benefit, who=anytext, amount=maybe(any_quantity)), max_size=2
    ).map(tuple),
    risks=st.lists(risks, max_size=1).map(tuple),
    effect=maybe(records(joint.Effect, scenario=anything, case=anything)),
    source=maybe(sources(anything)),
    open_questions=st.lists(st.sampled_from(["who", "when"]), max_size=2).map(tuple),
)
commitments = records(
    joint.Commitment,
    id=ordinary,
    project=st.just("") | ordinary,
    text=anytext,
    debtor=sides,
    debtor_office=maybe(anytext),
    creditor=sides,
    strength=st.sampled_from(["binding", "press"]),
    due=maybe(intervals),
    condition=maybe(anytext),
    quantity=maybe(any_quantity),
    source=maybe(sources(anything)),
)
claims = records(
    joint.Claim,
    id=ordinary,
    project=st.just("") | ordinary,
    field=ordinary,
    quantity=maybe(any_quantity),
    interval=maybe(intervals),
    text=maybe(anytext),
    source=sources(ordinary),
    said_by=maybe(anytext),
    valid=maybe(intervals),
)


def several(strategy: Any, most: int = 3) -> Any:
    """Some records with different ids."""
    return st.lists(strategy, max_size=most, unique_by=lambda one: one.id).map(tuple)


contents = st.builds(
    Content, projects=several(projects), commitments=several(commitments), claims=several(claims)
).filter(lambda one: one.projects or one.commitments or one.claims)


def through_a_workbook(content: Content, folder: Path, *, is_bare: bool = False) -> Content:
    """Write and read; `is_bare` takes the hidden sheet away first."""
    book = list_workbook(content, language="zh", say=say)
    if is_bare:
        opened = load_workbook(io.BytesIO(book))
        del opened["kept"]
        saved = io.BytesIO()
        opened.save(saved)
        book = saved.getvalue()
    path = folder / "list.xlsx"
    path.write_bytes(book)
    return read_list(path, say)


@SLOW
@given(content=contents)
def test_a_workbook_loses_nothing(content: Content, tmp_path_factory: Any) -> None:
    """Any records, states of texts and control letters included, come back equal."""
    back = through_a_workbook(content, tmp_path_factory.mktemp("books"))
    assert back.projects == content.projects
    assert back.commitments == content.commitments
    assert back.claims == content.claims
    assert not back.notes


@pytest.mark.parametrize("name", ["жі", "ПР-1", "жa-1", "аb", "К1", "科-1", "b\u200bж"])
def test_a_project_of_another_alphabet_is_known_where_a_claim_names_it(
    name: str, tmp_path: Path
) -> None:
    """An id that went out escaped is the same id when it comes back."""
    source = joint.Source(document="0")
    claims = (joint.Claim(id="0", project=name, field="0", source=source),)
    assert through_a_workbook(Content(claims=claims), tmp_path).claims == claims


plain_quantities = records(
    joint.Quantity,
    value=decimals,
    unit=st.sampled_from(["KZT", "t/yr"]),
    currency=st.sampled_from(["", "KZT"]),
    price_year=maybe(st.integers(1990, 2050)),
    basis=st.sampled_from(["declared", "measured"]),
    as_of=st.sampled_from(["", "2025", "2025-08-13"]),
)
plain_contents = st.builds(
    Content,
    projects=several(
        records(
            joint.Project,
            id=ids,
            title=drafts(),
            description=maybe(drafts()),
            kind=st.sampled_from(["infrastructure", "trade"]),
            sectors=st.sampled_from([(), ("economy",), ("transport.rail", "own.code")]),
            lead_a=maybe(records(joint.Organisation, name=drafts(), side=st.just("A"))),
            baseline=st.dictionaries(st.sampled_from(STAGES), intervals, max_size=2),
            budget=maybe(plain_quantities),
            source=maybe(sources(ordinary)),
            open_questions=st.sampled_from([(), ("who", "how_much")]),
        )
    ),
    commitments=several(
        records(
            joint.Commitment,
            id=ids,
            project=st.just("") | ids,
            text=drafts(),
            debtor=sides,
            creditor=sides,
            strength=st.sampled_from(["binding", "press"]),
            due=maybe(intervals),
            quantity=maybe(plain_quantities),
        )
    ),
    claims=several(
        records(
            joint.Claim,
            id=ids,
            field=ordinary,
            quantity=plain_quantities,
            text=maybe(drafts()),
            source=sources(ordinary),
            valid=maybe(intervals),
        )
    ),
).filter(lambda one: one.projects or one.commitments or one.claims)


@SLOW
@given(content=plain_contents)
def test_the_columns_alone_carry_what_an_office_writes(
    content: Content, tmp_path_factory: Any
) -> None:
    """Without the hidden sheet, everything that has a column comes back equal."""
    back = through_a_workbook(content, tmp_path_factory.mktemp("books"), is_bare=True)
    assert back.projects == content.projects
    assert back.commitments == content.commitments
    assert back.claims == content.claims


moments = days.map(lambda day: f"{day}T10:00:00Z")
revisions = st.builds(
    Revision,
    entry=fingerprints,
    side=st.sampled_from(["A", "B"]),
    at=moments,
    number=st.integers(1, 9),
    kind=st.just("project"),
    subject=ordinary,
    parent=st.just(""),
    answers=st.just(""),
    core=st.dictionaries(anything, anything | st.integers(-9, 9) | st.none(), max_size=2),
    core_hash=fingerprints,
    status=st.sampled_from(["offered", "agreed", "clash"]),
    countersigned_at=st.just("") | moments,
    reason=maybe(anytext),
    behind=st.sampled_from([(), ("zh",)]),
)
documents = records(
    joint.Document,
    sha256=fingerprints,
    kind=anything,
    title=anytext,
    address=st.just("") | anything,
)
evidence = records(
    joint.Evidence, id=ordinary, about=ordinary, about_kind=st.just("project"), document=documents
)
reports = records(
    joint.Report,
    project=ordinary,
    quarter=st.just("2026Q3"),
    summary=anytext,
    metrics=st.dictionaries(anything, any_quantity, max_size=2),
)
appraisals = records(
    joint.Appraisal,
    id=ordinary,
    projects=st.just(("KH-0001",)),
    model=anything,
    scenario_digest=fingerprints,
    inputs_sha256=fingerprints,
    outputs_sha256=fingerprints,
    seed=st.integers(0, 2**32),
    n_runs=st.integers(1, 99),
)


def sayings(body: Any) -> Any:
    return st.lists(
        st.builds(
            Saying,
            entry=fingerprints,
            side=st.sampled_from(["A", "B"]),
            at=moments,
            body=body,
            accepted=st.just("") | fingerprints,
            dispute_reason=maybe(anytext),
        ),
        max_size=2,
    ).map(tuple)


lifecycles = st.sampled_from(["idea", "agreed", "financed", "suspended", "operating", "dropped"])
project_states = st.builds(
    ProjectState,
    agreed=maybe(projects),
    latest=projects,
    lifecycle=lifecycles,
    is_listed=st.booleans(),
    revisions=st.lists(revisions, max_size=2).map(tuple),
    steps=st.lists(
        st.builds(
            Step,
            entry=fingerprints,
            to=lifecycles,
            at=moments,
            sides=st.just(("A",)),
            missing=st.just(()),
        ),
        max_size=2,
    ).map(tuple),
    claims=sayings(claims),
    reports=sayings(reports),
    appraisals=sayings(appraisals),
    documents=sayings(evidence),
)
commitment_states = st.builds(
    CommitmentState,
    agreed=maybe(commitments),
    latest=commitments,
    status=st.sampled_from(["offered", "open", "overdue", "claimed_met", "accepted", "disputed"]),
    revisions=st.lists(revisions, max_size=1).map(tuple),
    evidence=sayings(evidence),
    slips=st.lists(
        st.builds(
            Slip,
            entry=fingerprints,
            asked_by=st.just("A"),
            agreed_by=st.just("B"),
            before=maybe(intervals),
            after=maybe(intervals),
            reason=maybe(anytext),
        ),
        max_size=1,
    ).map(tuple),
    days_late=st.integers(0, 999),
)


@st.composite
def lists(draw: Any) -> JointState:
    """A made-up list whose projects and commitments are drawn."""
    found = draw(st.dictionaries(ordinary, project_states, min_size=1, max_size=2))
    names = st.sampled_from(["", *found])
    promised = {
        name: replace(
            one, latest=one.latest.__class__(**{**fields(one.latest), "project": draw(names)})
        )
        for name, one in draw(st.dictionaries(ordinary, commitment_states, max_size=3)).items()
    }
    return replace(
        made_up_lists.joint_list(),
        projects=found,
        commitments=promised,
        claims=draw(sayings(claims)),
        parked=draw(st.sampled_from([(), (("A", 7),)])),
    )


def fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


@SLOW
@given(before=lists(), language=st.sampled_from(["kk", "ru", "zh", "en"]))
def test_a_full_package_loses_nothing(before: JointState, language: str) -> None:
    """A list written as a full package and read back is the same list, and nothing is to note."""
    written = written_package(
        package(
            before,
            profile="full",
            language=language,
            uri="urn:x",
            published="2026-11-23T10:00:00Z",
        )
    )
    document = json.loads(written)
    assert state(document) == before
    assert not read(document).notes


@needs_schema
@SLOW
@given(found=lists(), profile=st.sampled_from(["public", "partner", "full"]))
def test_every_package_is_valid(found: JointState, profile: Any) -> None:
    """Whatever the two sides wrote, the package fits the schema of OC4IDS 0.9.5."""
    if profile == "public" and not any(project.agreed for project in found.projects.values()):
        return
    document = package(
        found, profile=profile, language="kk", uri="urn:x", published="2026-11-23T10:00:00Z"
    )
    assert not faults(json.loads(written_package(document)))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | anything,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(anything, inner, max_size=2),
    max_leaves=3,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a document."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [found for key, part in inner for found in [(*way, key), *places(part, (*way, key))]]


FULL = package(
    made_up_lists.joint_list(),
    profile="full",
    language="ru",
    uri="x",
    published="2026-11-23T10:00:00Z",
)


@needs_schema
@settings(SLOW, max_examples=150)
@given(draw=st.data(), is_own=st.booleans())
def test_a_damaged_package_is_read_or_refused(draw: st.DataObject, is_own: bool) -> None:
    """Whatever stands in any place of a package, it is read with notes or refused with a sentence."""
    document = json.loads(written_package(FULL)) if is_own else load(EXAMPLE)
    way = draw.draw(st.sampled_from(places(document)))
    inside = document
    for key in way[:-1]:
        inside = inside[key]
    inside[way[-1]] = draw.draw(json_values)
    try:
        told = [describe(note, "zh") for note in read(document).notes]
    except InputError as refused:
        told = [describe(refused, "kk")]
    assert all(told)
