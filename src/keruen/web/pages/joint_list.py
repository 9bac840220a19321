"""The joint list: every project in a row, to filter and sort; below, what changed since a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, get_args

from keruen.domain.joint import SIDES, Lifecycle, Side
from keruen.domain.joint_state import JointState, Light, ProjectState
from keruen.i18n import text
from keruen.register.joint_list import waiting
from keruen.report.joint.list_standing import CONSENTS, consent_of, next_due
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    id_in_words,
    names,
    plain,
    side_name,
    title_of,
)
from keruen.web.asked import DAY, BadQueryError, FilterField, PageRequest, WebPage, one_of
from keruen.web.pages.damage import damage
from keruen.web.pages.news import news
from keruen.web.tables import TableCell, TableColumn, WebTable

_LIGHTS: Final = get_args(Light)
_STAGES: Final = get_args(Lifecycle)
_URGENCY: Final = {"red": 0, "amber": 1, "grey": 2, "green": 3}
"""A list sorted by its light begins with what needs somebody."""
_COLUMNS: Final = ("project", "title", "consent", "stage", "light", "turn", "due")
_ORDERS: Final = ("asc", "desc")
FILTERS: Final = {
    "consent": one_of(CONSENTS),
    "stage": one_of(_STAGES),
    "light": one_of(_LIGHTS),
    "side": one_of(SIDES),
    "sort": one_of(_COLUMNS),
    "order": one_of(_ORDERS),
    "since": DAY,
}
_NO_DAY: Final = "9999"
"""Sorts what has no day behind all days."""


def joint_list(asked: PageRequest) -> WebPage:
    """The list as both sides have it, and what each of them changed."""
    state = asked.data.register.state(asked.today)
    if state is None:
        return WebPage(template="no_list.html", title=asked.say("web.menu_list"))
    turns = _turns(state)
    since = _since(asked)
    shown = [name for name in state.projects if _is_wanted(state.projects[name], turns, asked)]
    sort = asked.chosen("sort", _COLUMNS)
    is_descending = asked.chosen("order", _ORDERS) == "desc"
    shown.sort(key=_order(sort, state, turns, asked.language), reverse=is_descending)
    table = WebTable(
        name="list",
        title=asked.say("web.menu_list"),
        columns=tuple(_column(name, sort, asked, is_descending=is_descending) for name in _COLUMNS),
        rows=tuple(_row(name, state, turns, asked) for name in shown),
        command="keruen register list --folder register",
        python=f'Register.open("register").state("{asked.today}").projects',
    )
    return WebPage(
        template="list.html",
        title=asked.say("web.menu_list"),
        kicker=plain(state.name),
        lead=asked.say("web.list_lead", shown=len(shown), total=len(state.projects)),
        tables=(table, news(state, asked, since, None if since else 12)),
        shown={
            "damage": damage(state, asked),
            "filters": _filters(asked, state),
            "since": since,
            "is_filtered": bool(asked.query),
        },
    )


def _turns(state: JointState) -> dict[str, list[Side]]:
    """Project → the sides that have something to do about it."""
    found: dict[str, list[Side]] = {}
    for side in SIDES:
        for task in waiting(state, side):
            sides = found.setdefault(task.project, [])
            if side not in sides:
                sides.append(side)
    return found


def _since(asked: PageRequest) -> str:
    written = asked.query.get("since", "").strip()
    if not written:
        return ""
    try:
        return dt.date.fromisoformat(written).isoformat()
    except ValueError:
        raise BadQueryError("since", written, ("2026-08-01",)) from None


def _is_wanted(project: ProjectState, turns: dict[str, list[Side]], asked: PageRequest) -> bool:
    has: dict[str, Sequence[str]] = {
        "consent": [consent_of(project)],
        "stage": [project.lifecycle],
        "light": [project.health.light],
        "side": turns.get(project.core.id, []),
    }
    allowed: dict[str, Sequence[str]] = {
        "consent": CONSENTS,
        "stage": _STAGES,
        "light": _LIGHTS,
        "side": SIDES,
    }
    wanted = {name: asked.chosen(name, allowed[name]) for name in has}
    return all(not value or value in has[name] for name, value in wanted.items())


def _order(
    sort: str, state: JointState, turns: dict[str, list[Side]], language: str
) -> Callable[[str], tuple[object, ...]]:
    def key(name: str) -> tuple[object, ...]:
        project = state.projects[name]
        first: dict[str, object] = {
            "title": title_of(project.core, language).text.casefold(),
            "consent": CONSENTS.index(consent_of(project)),
            "stage": _STAGES.index(project.lifecycle),
            "light": _URGENCY[project.health.light],
            "turn": turns.get(name, ["Z"]),
            "due": next_due(project, state) or _NO_DAY,
        }
        # Unsorted, what is on the list stands before what is only offered or was taken off.
        return (first.get(sort, 0 if sort else not project.is_listed), name)

    return key


def _column(name: str, sort: str, asked: PageRequest, *, is_descending: bool) -> TableColumn:
    is_sorted = name == sort
    order = "desc" if is_sorted and not is_descending else ""
    said = ("descending" if is_descending else "ascending") if is_sorted else ""
    return TableColumn(
        key=name,
        title=asked.say(f"web.column_{name}"),
        sort=asked.with_query(sort=name, order=order),
        order=said,
    )


def _row(
    name: str, state: JointState, turns: dict[str, list[Side]], asked: PageRequest
) -> tuple[TableCell, ...]:
    project, language = state.projects[name], asked.language
    title = title_of(project.core, language)
    consent, due = consent_of(project), next_due(project, state)
    sides = turns.get(name, [])
    turn = names([side_name(state, side, language) for side in sides], language)
    stage = code_name("lifecycle", project.lifecycle, language)
    if not project.is_listed:
        off = asked.say("fiche.not_listed")
        stage = asked.say("fiche.stage_and_list", stage=stage, listed=off)
    light = project.health.light
    return (
        TableCell(
            text=id_in_words(name, language), value=name, href=asked.address("projects", name)
        ),
        TableCell(text=title.text, language=title.language, href=asked.address("projects", name)),
        TableCell(text=asked.say(f"register.{consent}"), value=consent.removeprefix("consent_")),
        TableCell(text=stage, value=project.lifecycle),
        TableCell(text=code_name("light", light, language), value=light, sign=light),
        TableCell(text=turn or "–", value=" ".join(sides)),
        TableCell(text=date_in_words(due, language) if due else "–", value=due),
    )


def _filters(asked: PageRequest, state: JointState) -> list[FilterField]:
    language = asked.language
    choices: dict[str, list[tuple[str, str]]] = {
        "consent": [(one, text(f"register.{one}", language)) for one in CONSENTS],
        "stage": [
            (one, code_name("lifecycle", one, language))
            for one in _STAGES
            if any(project.lifecycle == one for project in state.projects.values())
        ],
        "light": [(one, code_name("light", one, language)) for one in _LIGHTS],
        "side": [(side, side_name(state, side, language)) for side in SIDES],
    }
    title = {"side": "turn"}
    return [
        FilterField(
            name=name,
            title=asked.say(f"web.column_{title.get(name, name)}"),
            value=asked.query.get(name, ""),
            options=tuple(options),
        )
        for name, options in choices.items()
    ]
