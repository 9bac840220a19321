"""The first page: what is to be done next, the last result, what is new; without an account."""

from __future__ import annotations

from typing import Final

from keruen.domain.joint import SIDES
from keruen.domain.joint_state import JointState
from keruen.register.joint_list import waiting
from keruen.report import verdict_sentences
from keruen.report.chapters.verdict import case_title
from keruen.report.joint.meeting import task_in_words
from keruen.report.joint.sentences import plain, side_name
from keruen.web.asked import PageRequest, WebPage
from keruen.web.pages.damage import damage
from keruen.web.pages.news import news
from keruen.web.pages.safekeeping import last_backup

_NEWS: Final = 8
_TASKS: Final = 5
"""Of each side; how many more there are is said, and the list shows them."""


def start(asked: PageRequest) -> WebPage:
    """What a reader sees first."""
    state = asked.data.register.state(asked.today)
    return WebPage(
        template="start.html",
        title=plain(state.name) if state else asked.say("web.brand"),
        lead=asked.say("web.start_lead"),
        tables=(news(state, asked, most=_NEWS),) if state else (),
        shown={
            "has_list": state is not None,
            "damage": damage(state, asked) if state else (),
            "counts": _counts(state, asked) if state else (),
            "verdicts": _verdicts(asked),
            "tasks": _tasks(state, asked) if state else (),
            "may_begin": state is None and asked.data.settings.place == "office",
            "may_keep": state is not None and asked.data.settings.place == "office",
            "last_backup": last_backup(asked) if asked.data.settings.place == "office" else "",
            "to_sign": state is not None
            and (asked.data.settings.place == "office" or asked.account is not None),
        },
    )


def _counts(state: JointState, asked: PageRequest) -> list[tuple[str, int, str]]:
    """What there is: words, how many, and where they stand."""
    listed = [project for project in state.projects.values() if project.is_listed]
    late = [one for one in state.commitments.values() if one.status == "overdue"]
    red = [project for project in listed if project.health.light == "red"]
    return [
        (asked.say("web.count_projects"), len(listed), asked.address("list")),
        (asked.say("web.count_red"), len(red), asked.address("list", light="red")),
        (asked.say("web.count_overdue"), len(late), asked.address("list", sort="due")),
        (asked.say("web.count_contradictions"), len(state.contradictions), asked.address("list")),
    ]


def _verdicts(asked: PageRequest) -> list[dict[str, str]]:
    """The verdict on each case of the newest run, in one sentence."""
    newest = asked.data.runs.newest()
    if newest is None:
        return []
    run, studies = newest
    return [
        {
            "outcome": study.verdict.outcome,
            "case": case_title(study, asked.language),
            "sentence": verdict_sentences(study, asked.language)[0],
            "href": asked.address("results", run.folder.name),
        }
        for study in studies
    ]


def _tasks(state: JointState, asked: PageRequest) -> list[tuple[str, list[str], int]]:
    """Each side by its name, what it has to do next, and how much more there is."""
    found = []
    for side in SIDES:
        tasks = waiting(state, side)
        words = [task_in_words(state, task, asked.language) for task in tasks[:_TASKS]]
        found.append((side_name(state, side, asked.language), words, len(tasks) - len(words)))
    return found
