"""The server is cut off between the register's log and the audit: the next start tells of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from keruen.errors import Problem, RegisterError
from keruen.register import Register
from keruen.store.notebook import Deed, Draft, Notebook, NotebookChange
from keruen.web import WebSettings
from keruen.web.writing import RegisterWriter, SigningInput
from made_up_pairs import PowerCut, Two, project, two
from writing_pages import NOW


@pytest.fixture
def pair(tmp_path: Path) -> Two:
    return two(tmp_path)


def _writer(pair: Two) -> RegisterWriter:
    settings = WebSettings(
        register=pair.a.path, runs=pair.folder / "runs", place="office", now=lambda: NOW
    )
    return RegisterWriter(settings)


def _cut_off(*_given: object) -> int:
    raise PowerCut


def _draft(notebook: Notebook) -> int:
    with notebook.change() as change:
        return change.keep_draft(Draft(kind="project", typed={"id": "KH-0001"}))


def _offer(register: Register) -> str:
    return register.offer("project", project(), at=NOW)


def _carried_out(
    pair: Two, act: Callable[[Register], str], patch: pytest.MonkeyPatch, what: str, where: str
) -> tuple[int, list[Deed], list[int]]:
    """What there is after a cut at `where` and a new start: a draft's number, lines, drafts."""
    writer = _writer(pair)
    number = _draft(writer.notebook)
    with patch.context() as cut:
        if where == "before it is told":
            cut.setattr(NotebookChange, "tell", _cut_off)
        with pytest.raises(PowerCut):
            writer.carry_out(SigningInput(), (what, "KH-0001", str(number)), act, number)
    again = _writer(pair)
    again.settle()
    assert again.notebook.begun() == []
    return number, again.notebook.deeds(), [one.id for one in again.notebook.drafts()]


def test_what_was_written_is_told_of(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry is in the log: the line names it, and its draft is none any more."""
    number, deeds, drafts = _carried_out(
        pair, _offer, monkeypatch, "put_forward", "before it is told"
    )
    (offer,) = Register.open(pair.a.path).state(NOW[:10]).all_revisions()
    assert [(one.what, one.subject, one.before, one.after) for one in deeds] == [
        ("put_forward", "KH-0001", str(number), offer.entry)
    ]
    assert drafts == []


def test_what_was_not_written_is_forgotten(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is in the log: nothing is told, and the draft waits."""
    number, deeds, drafts = _carried_out(pair, _cut_off, monkeypatch, "put_forward", "before")
    assert (deeds, drafts) == ([], [number])


def test_what_was_taken_in_is_told_of(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """…by how many entries of the other side came, whatever receipt this side wrote."""
    pair.b.offer("project", project("KH-0002"), at=NOW)
    bundle = pair.bundle("B")

    def take_in(register: Register) -> str:
        return str(register.import_(bundle, at=NOW).applied)

    _, deeds, _ = _carried_out(pair, take_in, monkeypatch, "imported", "before it is told")
    assert [(one.what, one.after) for one in deeds] == [("imported", "1")]


def test_a_refusal_is_no_cut(pair: Two) -> None:
    """What the register refuses is not told of, and does not spoil what is written next."""
    writer = _writer(pair)
    number = _draft(writer.notebook)
    given, deed = SigningInput(), ("put_forward", "KH-0001", str(number))
    with pytest.raises(ZeroDivisionError):
        writer.carry_out(given, deed, lambda _register: str(1 // 0), number)
    assert (writer.notebook.begun(), writer.notebook.deeds()) == ([], [])
    done = writer.carry_out(given, deed, _offer, number)
    assert [one.id for one in writer.notebook.deeds()] == [done]
    assert writer.notebook.drafts() == []


def test_what_another_wrote_meanwhile_is_not_told_as_ours(pair: Two) -> None:
    """Two servers of one register: the second is refused because the first has just written."""
    writer = _writer(pair)

    def too_late(_register: Register) -> str:
        _offer(Register.open(pair.a.path))
        raise RegisterError((Problem("error.usage"),))

    with pytest.raises(RegisterError):
        writer.carry_out(SigningInput(), ("put_forward", "KH-0001", ""), too_late, 0)
    assert (writer.notebook.begun(), writer.notebook.deeds()) == ([], [])


def test_a_number_of_a_draft_is_given_once(tmp_path: Path) -> None:
    """A page that shows a draft which is gone never shows another one in its place."""
    notebook = Notebook(tmp_path / "notes.sqlite3")
    first = _draft(notebook)
    with notebook.change() as change:
        change.drop_draft(first)
    assert _draft(notebook) != first
