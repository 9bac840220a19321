"""An appraisal as an entry of the register: run again elsewhere, it comes out the same or is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appraised_lists import TITLE, listed
from keruen import caches
from keruen.domain.appraised import inputs_digest, outputs_digest
from keruen.domain.joint import Appraisal, AppraisalBasis
from keruen.errors import InputError, RegisterError, UsageError
from keruen.scenario.week_file import week_from, week_text
from keruen.study.appraising import AppraisalEffort, Subject
from keruen.study.appraising.entry import EntryOrder, SignableAppraisal, appraise_for_entry
from keruen.study.appraising.reproducing import OtherSide, reproduce

SMALL = AppraisalEffort(replications=2, days=14, most_run=2, draws=40)
ENTRY = "ab" * 32
COST = {
    "value": "1 bn KZT2025",
    "low": "0.8 bn KZT2025",
    "high": "1.6 bn KZT2025",
    "note": "by hand",
}
TWO: dict[str, dict[str, Any]] = {
    "north": {"effect": "wider", "register_id": "KH-0001", "capital": {"2030": COST}},
    "south": {"effect": "wider"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of two projects, one of them of the register."""
    return listed(tmp_path_factory.mktemp("list"), TWO)


def order(folder: Path, **more: Any) -> EntryOrder:
    """The project of the register, as side A would run it."""
    usual: dict[str, Any] = {"subject": Subject(path=folder), "effort": SMALL}
    return EntryOrder(project="KH-0001", side="A", scenario="two", **{**usual, **more})


@pytest.fixture(scope="module")
def signed(folder: Path) -> SignableAppraisal:
    """What side A signs."""
    return appraise_for_entry(order(folder))


def again(folder: Path, record: Appraisal, plans: bytes | None, **more: Any) -> SignableAppraisal:
    """Side B runs it."""
    first = OtherSide(entry=ENTRY, record=record, plans=plans)
    return reproduce(first, Subject(path=folder), side="B", **more)


def basis_of(record: Appraisal) -> AppraisalBasis:
    """What a record was computed from."""
    assert record.basis is not None
    return record.basis


def test_an_entry_says_all_that_another_needs(signed: SignableAppraisal) -> None:
    """Fingerprints are those of what it says; a week for each coalition that was played."""
    record, basis = signed.record, basis_of(signed.record)
    assert record.id == f"AP-KH-0001-A-{record.inputs_sha256[:12]}"
    assert record.inputs_sha256 == inputs_digest(record)
    assert record.outputs_sha256 == outputs_digest(record.outputs)
    assert (record.n_runs, basis.draws, basis.most_played, basis.days) == (2, 40, 2, 14)
    assert basis.rates["common"].value == "0.0800"
    assert (basis.sides["ktz"], basis.sides["hefei"], basis.sides["third"]) == ("A", "B", "third")
    assert [plan.built for plan in basis.plans] == [(), ("south",)]
    for plan in basis.plans:
        assert int(plan.bound.value or "") <= int(plan.cost.value or "")
    sides = ("enpv_joint", "enpv_a", "enpv_b")
    for name in sides:
        one = record.outputs[name]
        low, middle, high = (float(end or "nan") for end in (one.low, one.value, one.high))
        assert low <= middle <= high
        assert (one.unit, one.price_year) == ("KZT", 2025)
        assert middle % 1000 == 0
    assert {"bcr", "first_in", "last_in", "core_joint", "loss_probability"} <= set(record.outputs)


def test_another_number_of_cores_finds_the_same(
    folder: Path, signed: SignableAppraisal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers, and nothing kept: same inputs, same outputs; another seed beside them."""
    monkeypatch.setattr(caches, "kept_text", lambda *_, **__: None)
    with ThreadPoolExecutor(2) as executor:
        made = again(folder, signed.record, signed.plans, executor=executor)
    record = made.record
    assert (record.inputs_sha256, record.outputs_sha256) == (
        signed.record.inputs_sha256,
        signed.record.outputs_sha256,
    )
    assert record.reproduces == ENTRY
    assert basis_of(record).run_by == "B"
    own = record.own_seed
    assert own is not None
    assert own.seed != record.seed
    assert own.outputs.keys() == record.outputs.keys()
    assert own.outputs != record.outputs
    assert own.outputs_sha256 == outputs_digest(own.outputs)


def outputs_changed(record: Appraisal) -> Appraisal:
    """One figure a thousand higher."""
    one = record.outputs["enpv_a"]
    outputs = {
        **record.outputs,
        "enpv_a": msgspec.structs.replace(one, value=str(int(one.value or "") + 1000)),
    }
    return msgspec.structs.replace(record, outputs=outputs, outputs_sha256=outputs_digest(outputs))


def basis_changed(**more: Any) -> Callable[[Appraisal], Appraisal]:
    """Something else in its inputs."""
    return lambda record: msgspec.structs.replace(
        record, basis=msgspec.structs.replace(basis_of(record), **more)
    )


def plan_changed(record: Appraisal) -> Appraisal:
    """A bound that is not the week's."""
    first, *rest = basis_of(record).plans
    bound = msgspec.structs.replace(first.bound, value="1")
    return basis_changed(plans=(msgspec.structs.replace(first, bound=bound), *rest))(record)


@pytest.mark.parametrize(
    ("change", "key", "path"),
    [
        (outputs_changed, "problem.reproduce_differs", "outputs.enpv_a"),
        (plan_changed, "problem.reproduce_differs", "basis.plans[1].bound"),
        (basis_changed(list_sha256="0" * 64), "problem.reproduce_differs", "basis.list_sha256"),
        (basis_changed(price_year=2024), "problem.reproduce_differs", "basis.price_year"),
        (basis_changed(key="south"), "problem.reproduce_differs", "basis.key"),
        (basis_changed(code_sha256="0" * 64), "problem.reproduce_other_model", "basis.code_sha256"),
    ],
)
def test_what_differs_is_named_with_both_values(
    folder: Path,
    signed: SignableAppraisal,
    change: Callable[[Appraisal], Appraisal],
    key: str,
    path: str,
) -> None:
    """The first figure that is not the same here; nothing is to be signed."""
    changed = change(signed.record)
    with pytest.raises(RegisterError) as refused:
        again(folder, changed, signed.plans)
    (problem,) = refused.value.problems
    assert (problem.key, problem.parameters["field_path"]) == (key, path)
    assert problem.parameters["theirs"] != problem.parameters["ours"]
    if path == "outputs.enpv_a":
        assert changed.outputs["enpv_a"].value in str(problem.parameters["theirs"])
        assert signed.record.outputs["enpv_a"].value in str(problem.parameters["ours"])


def test_another_model_is_refused_by_name(folder: Path, signed: SignableAppraisal) -> None:
    """Another version is not run at all."""
    other = msgspec.structs.replace(signed.record, model="keruen 99.0")
    with pytest.raises(RegisterError) as refused:
        again(folder, other, None)
    (problem,) = refused.value.problems
    assert problem.key == "problem.reproduce_other_model"
    assert problem.parameters["theirs"] == "keruen 99.0"


def changed_file(
    signed: SignableAppraisal, change: Callable[[str], str]
) -> tuple[Appraisal, bytes]:
    """The base's week changed, in the file and by its fingerprint in the entry."""
    assert signed.plans is not None
    words = json.loads(signed.plans)
    words["plans"][0]["week"] = change(words["plans"][0]["week"])
    digest = hashlib.sha256(words["plans"][0]["week"].encode()).hexdigest()
    first, *rest = basis_of(signed.record).plans
    plans = (msgspec.structs.replace(first, week_sha256=digest), *rest)
    return basis_changed(plans=plans)(signed.record), json.dumps(words).encode()


def too_many(text: str) -> str:
    """More trains than the border takes."""
    week = week_from(text)
    assert week is not None
    trains = {
        key: train.model_copy(update={"trains_per_week": 100, "departures_ms": ()})
        for key, train in week.trains.items()
    }
    return week_text(week.model_copy(update={"trains": trains}))


def too_full(text: str) -> str:
    """A train a week for all boxes."""
    week = week_from(text)
    assert week is not None
    trains = {
        key: train.model_copy(update={"trains_per_week": 1, "departures_ms": ()})
        for key, train in week.trains.items()
    }
    return week_text(week.model_copy(update={"trains": trains}))


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        (too_many, "border-west:gate"),
        (too_full, "–"),
        (lambda text: text.replace('start = "', 'start = "x'), "network.week.trains"),
        (lambda _: "\x00 = [", "week.toml"),
    ],
)
def test_a_plan_that_cannot_run_is_refused(
    folder: Path, signed: SignableAppraisal, change: Callable[[str], str], limit: str
) -> None:
    """Limits of trains, room on them, rules of the network: the first that is broken is named."""
    record, plans = changed_file(signed, change)
    with pytest.raises(InputError) as refused:
        again(folder, record, plans)
    assert refused.value.key == "error.plan_broken"
    assert limit in str(refused.value.parameters["limit"])


def hostile_files() -> Iterator[bytes]:
    """Files that are none of ours."""
    yield b""
    yield b"\xff\xfe"
    yield b"[" * 100_000
    yield b'{"plans": [{"week": 1}, 2]}'


@pytest.mark.parametrize("content", list(hostile_files()))
def test_a_file_that_holds_no_plans(
    folder: Path, signed: SignableAppraisal, content: bytes
) -> None:
    """It is named, whatever is in it."""
    with pytest.raises(InputError) as refused:
        again(folder, signed.record, content)
    assert refused.value.key == "error.plans_unreadable"


@pytest.mark.parametrize("plans", [None, b'{"plans": []}'])
def test_a_missing_plan(folder: Path, signed: SignableAppraisal, plans: bytes | None) -> None:
    """Nothing is planned here in its place."""
    with pytest.raises(InputError) as refused:
        again(folder, signed.record, plans)
    assert refused.value.key == "error.plan_missing"


def test_a_plan_left_out_of_the_entry(folder: Path, signed: SignableAppraisal) -> None:
    """A coalition is played for which no week came."""
    fewer = basis_changed(plans=basis_of(signed.record).plans[:1])(signed.record)
    with pytest.raises(InputError) as refused:
        again(folder, fewer, signed.plans)
    assert refused.value.key == "error.plan_missing"
    assert refused.value.parameters["plan"] == "south"


def test_an_entry_of_the_first_form(folder: Path, signed: SignableAppraisal) -> None:
    """It says too little to be run again."""
    with pytest.raises(InputError) as refused:
        again(folder, msgspec.structs.replace(signed.record, basis=None), None)
    assert refused.value.key == "error.reproduce_form"


def test_the_seed_must_be_another(folder: Path, signed: SignableAppraisal) -> None:
    """Their seed says nothing new."""
    with pytest.raises(UsageError) as refused:
        again(folder, signed.record, signed.plans, own_seed=signed.record.seed)
    assert refused.value.key == "error.own_seed"


@pytest.mark.parametrize(
    ("own", "project", "key"),
    [
        ({}, "KH-0002", "error.appraise_unlisted"),
        (
            {"missing": {"cost": {"what": TITLE, "whom": TITLE}}},
            "KH-0001",
            "error.appraise_missing",
        ),
    ],
)
def test_what_cannot_be_appraised(
    tmp_path: Path, own: dict[str, Any], project: str, key: str
) -> None:
    """A project that the list does not have, or that lacks a figure."""
    path = listed(tmp_path, {"north": {**TWO["north"], **own}})
    with pytest.raises(UsageError) as refused:
        appraise_for_entry(
            EntryOrder(project=project, side="A", scenario="x", subject=Subject(path=path))
        )
    assert refused.value.key == key


def test_one_year_alone_needs_no_run(folder: Path) -> None:
    """A first look: nothing is played, so no plan goes along."""
    effort = AppraisalEffort(most_run=0, draws=20)
    made = appraise_for_entry(order(folder, effort=effort, is_own_year=True))
    assert made.plans is None
    assert basis_of(made.record).plans == ()
    assert len(basis_of(made.record).years) == 1
    assert made.record.outputs["enpv_joint"].value is not None
