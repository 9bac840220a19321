"""The demonstration: two installations that exchange the first list and end with the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_register_command_line import Side

from keruen.domain.joint_state import JointState
from keruen.i18n import text
from keruen.register import Register
from keruen.register.demo import Demo, demo
from keruen.register.seed import document, seed
from keruen.report.document import Facts
from keruen.report.joint import fiche, meeting_sheet

AT = "2026-11-23T10:00:00Z"
TODAY = AT[:10]
LEFT_OPEN = {"KH-0009"}
LEFT_OPEN_PROMISES = {"KH-C07"}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return demo(tmp_path_factory.mktemp("register") / "demo", at=AT)


@pytest.fixture(scope="module")
def sides(played: Demo) -> dict[str, Register]:
    return {"A": Register.open(played.side_a), "B": Register.open(played.side_b)}


@pytest.fixture(scope="module")
def state(sides: dict[str, Register]) -> JointState:
    return sides["A"].state(TODAY)


def test_both_sides_end_equal(played: Demo, sides: dict[str, Register]) -> None:
    """Both installations hold the same logs, read the same list from them, and say so."""
    assert played.is_equal
    assert played.heads["A"] == played.heads["B"]
    assert sides["A"].state(TODAY) == sides["B"].state(TODAY)
    logs = [
        [(folder / "log" / f"{side}.jsonl").read_bytes() for side in ("A", "B")]
        for folder in (played.side_a, played.side_b)
    ]
    assert logs[0] == logs[1]


@pytest.mark.parametrize("name", ["KH-0001", "KH-0005", "KH-0009"])
def test_both_sides_print_the_same_fiche(sides: dict[str, Register], name: str) -> None:
    """One list, one paper: whoever prints it."""
    ours, theirs = (fiche(sides[side].state(TODAY), name, language="ru") for side in ("A", "B"))
    assert ours == theirs


def test_only_a_project_with_dates_and_a_lead_is_green(state: JointState) -> None:
    """The published sources date the dry port alone: what has no date is grey and says why."""
    lights = {name: one.health for name, one in state.projects.items() if one.agreed}
    assert {name for name, one in lights.items() if one.light == "green"} == {"KH-0001"}
    assert all(
        one.light == "grey" and "joint.light_no_dates" in dict(one.reasons)
        for name, one in lights.items()
        if name != "KH-0001"
    )


def test_both_sides_are_clean(sides: dict[str, Register]) -> None:
    """Neither installation has a finding."""
    for side, register in sides.items():
        assert register.verify() == (), side


def test_everything_of_the_first_list_is_there(played: Demo, state: JointState) -> None:
    """Each project, promise and claim of the first list is in the register, entered by its side."""
    assert set(state.projects) == {project.id for project in seed().projects}
    assert set(state.commitments) == {promise.id for promise in seed().commitments}
    entered = {(saying.side, saying.body.id) for saying in state.claims}
    assert entered == {(side, claim.id) for side in seed().claims for claim in seed().claims[side]}
    assert played.counts["claims"] == len(entered)
    assert played.counts["projects"] == 12
    assert played.counts["projects_agreed"] == 11
    assert played.counts["commitments"] == 11
    assert played.counts["commitments_agreed"] == 10


def test_what_is_left_open_waits(sides: dict[str, Register], state: JointState) -> None:
    """One project and one promise are offered only, and each side sees for whom they wait."""
    assert {name for name, one in state.projects.items() if one.agreed is None} == LEFT_OPEN
    open_promises = {name for name, one in state.commitments.items() if one.agreed is None}
    assert open_promises == LEFT_OPEN_PROMISES
    a, b = sides["A"].status(TODAY), sides["B"].status(TODAY)
    assert a.waits_for_me
    assert b.waits_for_me
    assert len(a.waits_for_them) == len(b.waits_for_me)
    assert len(b.waits_for_them) == len(a.waits_for_me)


def test_one_project_was_countered_and_then_agreed(state: JointState) -> None:
    """The other side's wording is the agreed one; the first is kept as countered."""
    cold = state.projects["KH-0005"]
    reworded = document("demonstration.toml")["counter"]["description"]["en"]
    assert [one.status for one in cold.revisions] == ["countered", "agreed"]
    assert [one.side for one in cold.revisions] == ["A", "B"]
    assert cold.agreed is not None
    assert cold.agreed.description is not None
    assert cold.agreed.description.en is not None
    assert cold.agreed.description.en.text == reworded


def test_the_list_is_decided_by_a_marked_demonstration(state: JointState) -> None:
    """The decision says in all four languages that no such meeting was held."""
    decision, revisions = state.decisions["KH-D01"]
    assert [one.status for one in revisions] == ["agreed"]
    meeting = decision.meeting
    assert meeting.en is not None
    assert "no such meeting was held" in meeting.en.text
    assert meeting.ru is not None
    assert "такого заседания не было" in meeting.ru.text
    assert meeting.kk is not None
    assert "болған жоқ" in meeting.kk.text
    assert meeting.zh is not None
    assert "并未举行" in meeting.zh.text
    listed = {name for name, one in state.projects.items() if one.is_listed}
    assert listed == set(state.projects) - LEFT_OPEN
    assert all(change.is_agreed for change in state.history)


def test_only_the_visits_are_kept(state: JointState) -> None:
    """Each visit is claimed by its debtor and accepted; no other promise is, and none is overdue."""
    statuses = {name: one.status for name, one in state.commitments.items()}
    accepted = {name for name, status in statuses.items() if status == "accepted"}
    assert accepted == {"KH-C09", "KH-C10", "KH-C11"}
    assert {name for name, status in statuses.items() if status == "offered"} == LEFT_OPEN_PROMISES
    assert set(statuses.values()) == {"accepted", "offered", "open"}


def test_contradictions_are_found(played: Demo, state: JointState) -> None:
    """Figures of the dry port that cannot all be true are found, and nothing that can be true."""
    found = {(torn.project, torn.field) for torn in state.contradictions}
    assert found == {
        ("KH-0001", "area"),
        ("KH-0001", "cost"),
        ("KH-0001", "jobs"),
        ("KH-0001", "launch"),
        ("KH-0001", "load_per_container"),
        ("KH-0006", "share_of_national_cars"),
        ("KH-0011", "event_kia_opened"),
        ("KH-0011", "industrial_zone_projects"),
    }
    assert played.counts["contradictions"] == len(found)


def test_case_files_are_among_the_files(played: Demo) -> None:
    """The case file that a project names lies by its fingerprint on both sides."""
    named = [one.effect.sha256 for one in seed().projects if one.effect and one.effect.file]
    assert named
    for folder in (played.side_a, played.side_b):
        assert all((folder / "files" / sha256).is_file() for sha256 in named)


def test_a_changed_byte_is_seen(tmp_path: Path) -> None:
    """After one byte of a log is changed, verify names the entry."""
    made = demo(tmp_path / "demo", at=AT)
    log = made.side_a / "log" / "B.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"at":"2026', b'"at":"2025', 1)
    log.write_bytes(b"".join(lines))
    findings = Register.open(made.side_a).verify()
    assert any(
        one.parameters.get("side") == "B" and one.parameters.get("seq") == 3 for one in findings
    )


def test_every_face_counts_the_same_contradictions(played: Demo, state: JointState) -> None:
    """The demonstration, the status and the meeting sheet name the same number."""
    n = len(state.contradictions)
    told = json.loads(Side(played.side_a).does("status", "--json"))
    assert len(told["contradictions"]) == n
    sheet = meeting_sheet(state, language="en")
    facts = [block for one in sheet.sections for block in one.blocks if isinstance(block, Facts)]
    assert dict(facts[0].items)[text("fiche.count_contradictions", "en")].text == str(n)
    assert played.counts["contradictions"] == n
