"""Packages of OC4IDS projects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keruen.domain.joint import (
    Benefit,
    Finance,
    Identifier,
    Interval,
    Location,
    Organisation,
    Project,
    Quantity,
    Risk,
    Source,
)
from keruen.domain.joint_state import JointState, Step
from keruen.errors import InputError
from keruen.formats import package, read_package, written_package
from keruen.formats.access_profiles import Profile
from keruen.formats.list_columns import SECTORS
from keruen.formats.oc4ids import load, read, state
from keruen.formats.oc4ids_codes import CURRENCIES, GEOMETRIES, PERIODS, STATUS
from keruen.i18n import LANGUAGES, describe
from made_up_lists import PORT, hostile, joint_list, swollen
from oc4ids_schema import EXAMPLE, codes, faults, needs_schema, project_fields

PROFILES: tuple[Profile, ...] = ("public", "partner", "full")


def made(
    found: JointState, profile: Profile = "full", language: str = "ru", **more: Any
) -> dict[str, Any]:
    """A package as it stands in its file."""
    document = package(
        found,
        profile=profile,
        language=language,
        uri="urn:sha256:0",
        published="2026-11-23T10:00:00Z",
        **more,
    )
    parsed: dict[str, Any] = json.loads(written_package(document))
    return parsed


def rich() -> JointState:
    """The made-up list with a port that has something of every field."""
    found = joint_list()
    port = found.projects["KH-0001"]
    assert port.agreed is not None
    sum_ = Quantity(value="1500000.50", unit="CNY", currency="CNY")
    core = Project(
        id="KH-0001",
        title=PORT,
        purpose=PORT,
        kind="infrastructure",
        sectors=("transport.rail", "transport.rail", "economy"),
        lead_a=Organisation(name=PORT, side="A", roles=("publicAuthority",)),
        lead_b=Organisation(name=PORT, side="B"),
        parties=(Organisation(name=PORT, roles=("funder",), identifier="KZ-BIN:0"),),
        identifiers=(Identifier(scheme="KZ-POOL", id="7"), Identifier(scheme="KZ-POOL", id="7")),
        locations=(
            Location(
                name=PORT, geometry={"type": "Point", "coordinates": [63.6, 53.2]}, twin_node="port"
            ),
            Location(name=PORT, geometry={"type": "Moon"}),
        ),
        baseline={
            "implementation": Interval(first="2026-01-01", last="2027-12-31"),
            "own": Interval(first="2028-01-01", last="2028-12-31"),
        },
        budget=Quantity(value="63800000000", unit="KZT", currency="KZT", price_year=2025),
        finance=(Finance(source=PORT, kind="loan", amount=sum_),),
        dependencies=port.agreed.dependencies,
        benefits=(Benefit(who=PORT), Benefit(who=PORT)),
        risks=(Risk(category="cost", cause=PORT),),
        source=Source(document="x"),
    )
    documents = tuple(replace(said, accepted="a" * 64) for said in port.documents)
    state_of = replace(port, agreed=core, latest=core, documents=documents)
    return replace(found, projects={**found.projects, "KH-0001": state_of})


def strings(value: Any) -> Iterator[str]:
    """Every text in a document, keys included."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


@needs_schema
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_packages_are_valid(profile: Profile, language: str) -> None:
    """Every package of every profile and language fits the schema of OC4IDS, whatever was written."""
    for found in (joint_list(), rich(), hostile(joint_list()), swollen(joint_list(), 3)):
        assert not faults(made(found, profile, language))


@needs_schema
def test_our_codes_are_codes_of_oc4ids() -> None:
    """What we map to exists in the codelists of 0.9.5."""
    assert set(STATUS.values()) <= codes("projectStatus")
    assert set(SECTORS) <= codes("projectSector")
    assert codes("geometryType") >= GEOMETRIES
    assert codes("currency") >= CURRENCIES
    assert set(PERIODS.values()) <= project_fields()


def test_each_field_has_its_place() -> None:
    """Title, status, sector, places, periods, budget and parties stand where OC4IDS has them."""
    port = made(rich())["projects"][0]
    assert port["title"] == "Сухой порт «Далакент», первая очередь"
    assert port["status"] == "preparation"
    assert port["sector"] == ["transport.rail", "economy"]
    assert port["identifiers"] == [{"id": "7", "scheme": "KZ-POOL"}]
    assert port["budget"]["amount"] == {"amount": 63800000000, "currency": "KZT"}
    assert port["budget"]["finance"][0]["value"] == {"amount": 1500000.5, "currency": "CNY"}
    assert port["implementationPeriod"] == {
        "startDate": "2026-01-01T00:00:00Z",
        "endDate": "2027-12-31T00:00:00Z",
    }
    assert port["locations"][0]["geometry"]["coordinates"] == [63.6, 53.2]
    assert port["publicAuthority"]["id"] == "lead-a"
    assert [party["id"] for party in port["parties"]] == ["lead-a", "lead-b", "party-1"]
    assert port["relatedProjects"] == [
        {"id": "1", "identifier": "KH-0002", "title": "Коридор для пшеницы"}
    ]
    assert port["documents"][0]["documentType"] == "feasibilityStudy"


def test_figures_keep_their_digits_beside() -> None:
    """OC4IDS has a number, `x_joint` the very digits that were signed."""
    port = made(rich())["projects"][0]
    assert port["x_joint"]["agreed"]["finance"][0]["amount"]["value"] == "1500000.50"


def test_a_sum_in_thousands_is_no_sum() -> None:
    """A figure whose unit is not the currency itself is not turned into money."""
    found = rich()
    port = found.projects["KH-0001"]
    assert port.agreed is not None
    budget = Quantity(value="63.8", unit="KZT bn", currency="KZT")
    core = Project(id="KH-0001", title=PORT, kind="trade", budget=budget)
    changed = replace(found, projects={"KH-0001": replace(port, agreed=core)})
    assert "budget" not in made(changed)["projects"][0]


@pytest.mark.parametrize(
    ("status", "today", "written"),
    [
        ("open", "2026-11-23", "scheduled"),
        ("overdue", "2028-01-01", "notMet"),
        ("claimed_met", "2026-11-23", "scheduled"),
        ("claimed_met", "2028-01-01", "notMet"),
        ("accepted", "2028-01-01", "met"),
        ("disputed", "2026-11-23", "scheduled"),
        ("offered", "2028-01-01", "scheduled"),
    ],
)
def test_a_promise_is_met_only_when_the_other_side_says_so(
    status: Any, today: str, written: str
) -> None:
    """A debtor's own word makes no milestone met; what nobody signed cannot be missed."""
    found = joint_list()
    promise = replace(found.commitments["KH-C-000"], status=status)
    changed = replace(found, today=today, commitments={"KH-C-000": promise})
    assert made(changed)["projects"][0]["milestones"][0]["status"] == written


@pytest.mark.parametrize("lifecycle", ["suspended", "deferred"])
def test_a_pause_keeps_the_status_before_it(lifecycle: Any) -> None:
    """A suspended project is still in the stage it was in; that it rests stands beside."""
    found = joint_list()
    steps = tuple(
        Step(entry="0", to=to, at="2026-01-01", sides=("A",))
        for to in ("prepared", "in_construction", lifecycle)
    )
    port = replace(found.projects["KH-0001"], lifecycle=lifecycle, steps=steps)
    project = made(replace(found, projects={"KH-0001": port}))["projects"][0]
    assert project["status"] == "implementation"
    assert project["x_joint"]["suspended"] == {"status": lifecycle}


def test_a_full_package_gives_the_list_back() -> None:
    """Out and in, the state of the list is equal and nothing is to be noted."""
    for found in (joint_list(), rich(), hostile(joint_list())):
        document = made(found)
        assert state(document) == found
        back = read(document)
        assert not back.notes
        assert read(document).projects == tuple(
            one.agreed or one.latest for one in found.projects.values()
        )


def test_a_text_that_is_signed_stands_once() -> None:
    """Where the newest text is the signed one, the package holds it once."""
    port, wheat, _ = made(rich())["projects"]
    assert "latest" not in port["x_joint"]
    assert wheat["x_joint"]["agreed"] is None
    assert wheat["x_joint"]["latest"]["id"] == "KH-0002"


class TestProfiles:
    """Who sees what."""

    def test_the_public_sees_what_both_signed(self) -> None:
        """Only projects and promises that both signed, and of them no risk, finance or claim."""
        document = made(rich(), "public")
        (port,) = document["projects"]
        assert port["id"] == "KH-0001"
        assert "KH-C-001" not in {one["id"] for one in port["milestones"]}
        assert not {"risks", "finance", "effect"} & port["x_joint"]["agreed"].keys()
        assert not {"claims", "reports", "health", "appraisals"} & port["x_joint"].keys()
        assert not {"forecasts", "metrics"} & port.keys()
        assert not {"claims", "contradictions", "differences"} & {
            key for key, part in document["x_joint"].items() if part
        }

    def test_the_public_does_not_see_one_sides_word(self) -> None:
        """A promise that one side says is kept is still open to the public."""
        (port,) = made(rich(), "public")["projects"]
        claimed = next(one for one in port["milestones"] if one["id"] == "KH-C-003")
        assert claimed["x_joint"]["status"] == "open"

    def test_the_public_sees_documents_that_were_accepted(self) -> None:
        """Title and fingerprint of an accepted document, never an address; none that is disputed."""
        found = rich()
        (port,) = made(found, "public")["projects"]
        (document,) = port["documents"]
        assert document["title"] == "Технико-экономическое обоснование"
        assert len(document["x_joint"]["sha256"]) == 64
        core = found.projects["KH-0001"]
        disputed = tuple(replace(said, disputed="b" * 64) for said in core.documents)
        changed = replace(found, projects={"KH-0001": replace(core, documents=disputed)})
        assert "documents" not in made(changed, "public")["projects"][0]

    def test_nothing_unsigned_reaches_the_public(self) -> None:
        """No word of an offer, claim, report or one side's reason is anywhere in the file."""
        secret = "НЕПОДПИСАНО"
        found = hostile(joint_list(), secret)
        port = joint_list().projects["KH-0001"]
        changed = replace(
            found,
            name="list",
            side_names=joint_list().side_names,
            history=tuple(
                signed if signed.is_agreed else one
                for signed, one in zip(joint_list().history, found.history, strict=True)
            ),
            projects={
                **found.projects,
                "KH-0001": replace(found.projects["KH-0001"], agreed=port.agreed, documents=()),
            },
        )
        assert secret in "".join(strings(made(changed, "full")))
        assert secret not in "".join(strings(made(changed, "public")))

    def test_the_partner_does_not_see_what_waits(self) -> None:
        """Everything both have is there; what is parked here is not."""
        found = replace(rich(), parked=(("B", 9),))
        assert "parked" not in made(found, "partner")["x_joint"]
        assert made(found, "partner")["projects"] == made(found, "full")["projects"]

    def test_an_empty_public_package_is_refused(self) -> None:
        """Where nothing is signed there is nothing to publish, and that is said."""
        found = replace(joint_list(), projects={"KH-0003": joint_list().projects["KH-0003"]})
        with pytest.raises(InputError) as told:
            made(found, "public")
        assert told.value.key == "error.oc4ids_empty"

    def test_an_unknown_profile_is_refused(self) -> None:
        """A mistyped profile never shows more than was meant."""
        with pytest.raises(InputError):
            made(joint_list(), "pubic")  # type: ignore[arg-type]


class TestForeign:
    """Packages of others."""

    @needs_schema
    def test_the_worked_example_becomes_a_draft(self) -> None:
        """What has a place in our records is there; promises are statements without sides."""
        found = read_package(EXAMPLE)
        (project,) = found.projects
        assert project.title.en is not None
        assert project.title.en.text == "M75 Junctions 4 to 5 upgrade smart motorway"
        assert project.title.en.state == "draft"
        assert project.sectors == ("transport", "transport.road")
        assert project.budget is not None
        assert (project.budget.value, project.budget.currency) == ("40000000", "GBP")
        assert project.baseline["implementation"].last == "2017-06-30"
        assert "publicAuthority" in project.parties[0].roles
        assert {promise.strength for promise in found.commitments} == {"statement"}
        assert {promise.debtor for promise in found.commitments} == {None}

    @needs_schema
    def test_nothing_of_the_worked_example_is_lost_unsaid(self) -> None:
        """Every text and number is in a record, kept aside, or left out with a note as personal."""
        document = load(EXAMPLE)
        found = read(document)
        dropped = [n.parameters["field"] for n in found.notes if n.key == "problem.oc4ids_personal"]
        held = repr((found.projects, found.commitments, found.foreign))
        missing = [
            (path, leaf)
            for path, leaf in leaves(document["projects"][0], "")
            if not any(path.startswith(f".{field}") for field in dropped)
            and not is_held(path, leaf, held)
        ]
        assert not missing
        assert all("projects[0]" in str(n.parameters["place"]) for n in found.notes)

    @needs_schema
    def test_persons_are_not_taken(self) -> None:
        """Names, telephones and addresses of persons are nowhere in what was read."""
        people = [
            leaf
            for path, leaf in leaves(load(EXAMPLE)["projects"][0], "")
            if "contactPoint" in path or ".people" in path or "beneficialOwners" in path
        ]
        found = read_package(EXAMPLE)
        held = repr((found.projects, found.commitments, found.foreign, found.notes))
        names = [
            leaf for leaf in people if isinstance(leaf, str) and ("@" in leaf or "+44" in leaf)
        ]
        assert names
        assert not [leaf for leaf in names if leaf in held]

    @needs_schema
    def test_what_was_kept_aside_goes_out_again(self) -> None:
        """An import's rest stands under `x_joint.foreign` of the next package, and comes back."""
        found = read_package(EXAMPLE)
        name = found.projects[0].id
        base = joint_list()
        port = replace(base.projects["KH-0003"], latest=found.projects[0])
        document = made(replace(base, projects={name: port}), foreign=found.foreign)
        assert not faults(document)
        assert read(document).foreign == found.foreign

    @pytest.mark.parametrize(
        ("project", "key"),
        [
            ({"title": "no id"}, "problem.oc4ids_no_id"),
            ("no object", "problem.oc4ids_no_id"),
            ({"id": "x", "title": "Pont", "language": "fr"}, "problem.oc4ids_language"),
            ({"id": "x", "title": 7}, "problem.oc4ids_no_title"),
            ({"id": "x", "title": "t", "sector": "rail"}, "problem.oc4ids_foreign"),
            ({"id": "x", "title": "t", "parties": [{"people": []}]}, "problem.oc4ids_personal"),
            (
                {"id": "x", "title": "t", "budget": {"amount": {"amount": "7"}}},
                "problem.oc4ids_foreign",
            ),
            ({"id": "x", "title": "t", "period": {"startDate": "2026"}}, "problem.oc4ids_foreign"),
            ({"id": "x", "title": "t", "milestones": [{"title": "m"}]}, "problem.oc4ids_foreign"),
            ({"id": "x", "title": "t", "x_joint": {"pair": 1}}, "problem.oc4ids_foreign"),
        ],
    )
    def test_what_has_no_place_is_noted(self, project: Any, key: str) -> None:
        """Each thing that cannot become a record is named with its project, in every language."""
        notes = read({"projects": [project]}, place="theirs.json").notes
        assert key in {note.key for note in notes}
        for language in LANGUAGES:
            assert all(
                "projects[0]" in describe(n, language)
                for n in notes
                if "projects" in str(n.parameters)
            )

    def test_a_second_project_of_one_id_is_noted(self) -> None:
        """Ids are unique within a package: the second is not read."""
        found = read(
            {"version": "0.9", "projects": [{"id": "x", "title": "1"}, {"id": "x", "title": "2"}]}
        )
        assert len(found.projects) == 1
        assert [note.key for note in found.notes] == ["problem.oc4ids_twice"]

    def test_a_changed_field_beside_signed_content_is_noted(self) -> None:
        """Who edits the title of our package does not edit what was signed."""
        document = made(rich())
        document["projects"][0]["title"] = "Another port"
        document["projects"][0]["budget"]["amount"]["amount"] = 1
        found = read(document)
        assert {note.parameters["field"] for note in found.notes} == {"title", "budget"}
        assert found.projects[0].title == PORT

    def test_broken_own_content_is_read_as_foreign(self) -> None:
        """Where `x_joint` is damaged, the plain fields are still read, and that is said."""
        document = made(rich())
        document["x_joint"]["heads"] = 7
        found = read(document)
        assert state(document) is None
        assert "problem.oc4ids_own" in {note.key for note in found.notes}
        assert len(found.projects) == len(document["projects"])


class TestFiles:
    """Files that are no package."""

    @pytest.mark.parametrize(
        ("content", "key"),
        [
            (b"", "error.oc4ids_not_json"),
            (b"{,}", "error.oc4ids_not_json"),
            (b'{"projects": [NaN]}', "error.oc4ids_not_json"),
            (b"\xff\xfe", "error.oc4ids_not_json"),
            (b"[" * 100_000, "error.oc4ids_not_json"),
            (b'{"a":' * 90 + b"1" + b"}" * 90, "error.oc4ids_deep"),
            (b"[]", "error.oc4ids_no_package"),
            (b'{"projects": {}}', "error.oc4ids_no_package"),
        ],
    )
    def test_each_is_refused_with_its_reason(
        self, tmp_path: Path, content: bytes, key: str
    ) -> None:
        """Broken, endless and foreign JSON is told with the file's name."""
        path = tmp_path / "theirs.json"
        path.write_bytes(content)
        with pytest.raises(InputError) as told:
            read_package(path)
        assert told.value.key == key
        assert all("theirs.json" in describe(told.value, language) for language in LANGUAGES)

    def test_a_large_file_is_not_read(self, tmp_path: Path) -> None:
        """Its size is looked at first."""
        path = tmp_path / "huge.json"
        with path.open("wb") as file:
            file.truncate(5_000_000_000)
        with pytest.raises(InputError) as told:
            read_package(path)
        assert told.value.key == "error.sheet_too_large"

    def test_the_same_list_makes_the_same_bytes(self) -> None:
        """No clock and no chance is in a package."""
        assert made(rich()) == made(rich())


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every text and number of a document with its path."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}")
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from leaves(part, f"{path}[{n}]")
    else:
        yield path, value


def is_held(path: str, leaf: Any, held: str) -> bool:
    """The leaf is somewhere in what was read; days are kept without their hour."""
    said = str(leaf)
    if path.endswith("durationInDays"):
        return True
    return said in held or repr(leaf) in held or (said[10:11] == "T" and said[:10] in held)
