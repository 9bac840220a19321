"""A project appraised by one side and run again by the other, at the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from appraised_lists import listed
from keruen.cli.main import run
from keruen.domain.appraised import inputs_digest, outputs_digest
from keruen.domain.joint import Appraisal, Quantity
from keruen.domain.joint_state import Saying
from keruen.errors import RegisterError
from made_up_pairs import AT, TODAY, Two, project, two

COST = {
    "value": "1 bn KZT2025",
    "low": "0.8 bn KZT2025",
    "high": "1.6 bn KZT2025",
    "note": "by hand",
}
PROJECT = {"north": {"effect": "wider", "register_id": "KH-0001", "capital": {"2030": COST}}}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list with one project of the register."""
    return listed(tmp_path_factory.mktemp("list") / "corridor", PROJECT)


@pytest.fixture
def pair(tmp_path: Path) -> Two:
    """Both sides have the project."""
    made = two(tmp_path)
    made.a.offer("project", project(), at=AT)
    return made.exchange()


def ask(
    capsys: pytest.CaptureFixture[str], pair: Two, side: str, *words: str
) -> tuple[int, str, str]:
    """A command of a side: code, output, errors."""
    folder = str(pair.sides[side].path)  # type: ignore[index]
    options = ("--folder", folder, "--language", "en", "--executor", "serial")
    code = run(["register", *words, *options])
    said = capsys.readouterr()
    return code, said.out, said.err


def fingerprint(out: str) -> str:
    """The last one that was printed."""
    return re.findall(r"\b[0-9a-f]{64}\b", out)[-1]


def appraisals(pair: Two, side: str) -> tuple[Saying, ...]:
    """Of the project, as a side reads it."""
    register = pair.again().sides[side]  # type: ignore[index]
    return register.state(TODAY).projects["KH-0001"].appraisals


def test_both_sides_sign_what_both_ran(
    pair: Two, scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is signed unread; the other side finds the same, and both see it."""
    words = ("appraise", "KH-0001", str(scenario), "--own-year")
    code, out, err = ask(capsys, pair, "A", *words)
    assert code != 0
    assert "--yes" in err
    assert not appraisals(pair, "A")
    code, out, err = ask(capsys, pair, "A", *words, "--yes", fingerprint(out))
    assert (code, err) == (0, "")
    assert "value for both sides together (ENPV)" in out
    pair.again().exchange()
    # Another side's path is not opened: one's own copy must be named.
    code, _, err = ask(capsys, pair, "B", "reproduce", "KH-0001")
    assert code != 0
    assert "corridor" in err
    words = ("reproduce", "KH-0001", str(scenario))
    code, out, _ = ask(capsys, pair, "B", *words)
    code, out, err = ask(capsys, pair, "B", *words, "--yes", fingerprint(out))
    assert (code, err) == (0, "")
    pair.again().exchange()
    for side in ("A", "B"):
        first, again = appraisals(pair, side)
        assert first.reproduced == again.entry
        assert isinstance(again.body, Appraisal)
        assert again.body.reproduces == first.entry
    code, _, err = ask(capsys, pair, "A", "reproduce", first.entry[:12], str(scenario))
    assert code != 0
    assert first.entry[:12] in err


def test_a_figure_that_differs_is_not_signed(
    pair: Two, scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Side A signs a higher value than its own run gave; side B names it, with both values."""
    words = ("appraise", "KH-0001", str(scenario), "--own-year")
    _, out, _ = ask(capsys, pair, "A", *words)
    ask(capsys, pair, "A", *words, "--yes", fingerprint(out))
    (said,) = appraisals(pair, "A")
    assert isinstance(said.body, Appraisal)
    told = said.body.outputs["enpv_a"]
    higher = str(int(told.value or "") + 5_000)
    outputs = {**said.body.outputs, "enpv_a": msgspec.structs.replace(told, value=higher)}
    false = msgspec.structs.replace(
        said.body, id="AP-9", outputs=outputs, outputs_sha256=outputs_digest(outputs)
    )
    pair.again().a.appraise(false, at=AT)
    pair.again().exchange()
    code, _, err = ask(capsys, pair, "B", "reproduce", "KH-0001", str(scenario))
    assert code != 0
    shown = " ".join(err.split())
    assert "outputs.enpv_a" in shown
    assert higher in shown
    assert str(told.value) in shown
    assert len(appraisals(pair, "B")) == 2, "nothing was signed"


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("outputs.enpv_joint.value", "NaN", "problem.figure_decimal"),
        ("outputs.enpv_joint.high", "1e999", "problem.figure_decimal"),
        ("outputs.enpv_joint.value", "9" * 400, "problem.figure_decimal"),
        ("basis.draws", 10**9, "problem.appraisal_number"),
        ("n_runs", 10**30, "problem.appraisal_number"),
        ("basis.run_by", "B", "problem.appraisal_run_by"),
        ("outputs_sha256", "0" * 64, "problem.appraisal_fingerprint"),
        ("reproduces", "AP-1", "problem.appraisal_own_seed"),
    ],
)
def test_what_no_side_signs(pair: Two, path: str, value: object, key: str) -> None:
    """Numbers that are none or that nobody could run, another's run, other fingerprints."""
    words = json.loads(msgspec.json.encode(_appraisal()))
    *parents, name = path.split(".")
    place = words
    for parent in parents:
        place = place[parent]
    place[name] = value
    with pytest.raises(RegisterError) as refused:
        pair.a.appraise(words, at=AT)
    assert key in [problem.key for problem in refused.value.problems]
    assert all(len(str(problem)) < 400 for problem in refused.value.problems)


def _appraisal() -> Appraisal:
    """One that side A could sign."""
    from keruen.domain.joint import AppraisalBasis

    digest = "ab" * 32
    outputs = {"enpv_joint": Quantity(value="1", low="0", high="2", unit="KZT")}
    basis = AppraisalBasis(
        scenario="two",
        list_sha256=digest,
        key="north",
        code_sha256=digest,
        run_by="A",
        price_year=2025,
        first_year=2026,
        n_years=30,
        years=(2026,),
        rates={"common": Quantity(value="0.08", unit="1/yr")},
        sides={"ktz": "A"},
        draws=100,
        most_played=0,
    )
    record = Appraisal(
        id="AP-1",
        projects=("KH-0001",),
        model="keruen",
        scenario_digest=digest,
        inputs_sha256="",
        outputs_sha256=outputs_digest(outputs),
        seed=1,
        n_runs=1,
        outputs=outputs,
        basis=basis,
    )
    return msgspec.structs.replace(record, inputs_sha256=inputs_digest(record))


def test_the_file_of_plans_is_the_one_that_is_named(pair: Two) -> None:
    """Another file, or none, is not signed; the right one travels with the entry."""
    import hashlib

    plans = b'{"plans": []}'
    digest = hashlib.sha256(plans).hexdigest()
    basis = msgspec.structs.replace(_appraisal().basis, plans_sha256=digest)
    record = msgspec.structs.replace(_appraisal(), basis=basis)
    record = msgspec.structs.replace(record, inputs_sha256=inputs_digest(record))
    for content in (None, b"another"):
        with pytest.raises(RegisterError) as refused:
            pair.a.appraise(record, content, at=AT)
        assert [one.key for one in refused.value.problems] == ["problem.register_other_file"]
    pair.a.appraise(record, plans, at=AT)
    pair.exchange()
    assert pair.b.kept_file(digest) == plans
    assert pair.b.kept_file("../register.toml") is None
    assert not pair.b.verify()
