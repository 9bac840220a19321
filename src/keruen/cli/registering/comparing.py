"""`keruen register diff|verify`: how the list changed, where two differ, what is not as signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer

from keruen.cli.registering.opening import check_day, day, open_reader
from keruen.cli.registering.words import short, tell, tell_json, title_of, words_of
from keruen.domain.joint_state import JointState, ListChange, Revision
from keruen.i18n import text
from keruen.report.joint.sentences import code_name, date_in_words, plain, side_name

NOT_CLEAN: Final = 2
"""Exit code of `verify` when something is found."""


def difference(
    folder: Path | None, since: str, against: Path | None, *, as_json: bool, language: str
) -> int:
    """What changed since a day; or what another register says otherwise."""
    first = check_day(since, "--since") if since else ""
    state = open_reader(folder).state(day(""))
    if against is not None:
        other = open_reader(against).state(day(""))
        return _tell_between(state, other, as_json=as_json, language=language)
    if as_json:
        changes = [one for one in state.history if one.date >= first]
        texts = [one for one in state.all_revisions() if one.at >= first]
        tell_json({"list": changes, "texts": texts})
        return 0
    for line in change_lines(state, first, language):
        typer.echo(line)
    return 0


def change_lines(state: JointState, first: str, language: str) -> Iterator[str]:
    """The history of the list and of its texts since a day, a line for each change."""
    lines = [(one.date, 0, _change_of_list(one, state, language)) for one in state.history]
    lines += [
        (one.at[:10], 1, _change_of_text(one, state, language)) for one in state.all_revisions()
    ]
    told = sorted(line for line in lines if line[0] >= first)
    if not told:
        yield text("register.no_change", language)
    for date, _, line in told:
        yield f"{date_in_words(date, language)}: {line}"


def _change_of_list(change: ListChange, state: JointState, language: str) -> str:
    project = state.projects.get(change.project)
    title = words_of(project.latest.title, language, 80) if project is not None else ""
    action = code_name("action", change.action, language)
    if change.into:
        action += " → " + ", ".join(plain(one) for one in change.into)
    return text(
        "register.change_list" if change.is_agreed else "register.change_list_offered",
        language,
        project=f"{plain(change.project)} {title}".strip(),
        action=action,
        reason=words_of(change.reason, language),
    )


def _change_of_text(revision: Revision, state: JointState, language: str) -> str:
    title = title_of(revision.kind, revision.core, language)
    return text(
        "register.change_text",
        language,
        subject=f"{plain(revision.subject)} {title}".strip(),
        n=revision.number,
        by=side_name(state, revision.side, language),
        status=text(f"register.offer_{revision.status}", language),
        id=short(revision.entry),
    )


def _tell_between(one: JointState, other: JointState, *, as_json: bool, language: str) -> int:
    differences = list(_between(one, other))
    if as_json:
        tell_json({"equal": not differences, "differences": differences})
        return 0
    if not differences:
        tell("registers_equal", language, heads=heads_in_words(one))
    for line in differences:
        tell(f"differs_{line['key']}", language, **line)
    return 0


def _between(one: JointState, other: JointState) -> Iterator[dict[str, object]]:
    """Where two readings differ: the pair, the heads of the logs, every subject."""
    if one.pair != other.pair:
        yield {"key": "pair", "here": short(one.pair), "there": short(other.pair)}
    for side in sorted({*one.heads, *other.heads}):
        here, there = one.heads.get(side, (-1, "")), other.heads.get(side, (-1, ""))
        if here != there:
            yield {
                "key": "head",
                "side": side,
                "here": f"{here[0]} ({short(here[1])})",
                "there": f"{there[0]} ({short(there[1])})",
            }
    ours, theirs = _standing(one), _standing(other)
    for name in sorted({*ours, *theirs}):
        if ours.get(name) != theirs.get(name):
            yield {
                "key": "subject",
                "name": plain(name),
                "here": ours.get(name, "–"),
                "there": theirs.get(name, "–"),
            }


def _standing(state: JointState) -> dict[str, str]:
    """Subject → the text in force and how it stands, in few code words."""
    standing: dict[str, str] = {}
    for revision in state.all_revisions():
        words = f"{revision.number}. {short(revision.core_hash)} {revision.status}"
        standing[revision.subject] = f"{standing.get(revision.subject, '')} {words}".strip()
    for name, project in state.projects.items():
        standing[name] = f"{standing.get(name, '')} {project.lifecycle}".strip()
    for name, commitment in state.commitments.items():
        standing[name] = f"{standing.get(name, '')} {commitment.status}".strip()
    return standing


def heads_in_words(state: JointState) -> str:
    """The ends of both logs."""
    heads = sorted(state.heads.items())
    return ", ".join(f"{side} {seq} ({short(entry)})" for side, (seq, entry) in heads)


def verify(folder: Path | None, *, as_json: bool, language: str) -> int:
    """Check everything; clean or every finding."""
    register = open_reader(folder)
    findings = register.verify()
    if as_json:
        listed = [{"key": one.key, **one.parameters} for one in findings]
        tell_json({"clean": not findings, "findings": listed})
        return NOT_CLEAN if findings else 0
    if findings:
        for one in findings:
            typer.echo(text(one.key, language, **one.parameters))
        tell("not_clean", language, n=len(findings))
        return NOT_CLEAN
    state = register.state(day(""))
    n_entries = sum(seq + 1 for seq, _ in state.heads.values())
    tell("clean", language, entries=n_entries, heads=heads_in_words(state))
    return 0
