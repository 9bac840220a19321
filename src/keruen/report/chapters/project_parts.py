"""What a project's figures are made of: lines, years, boxes, hours, prices, and the runs behind.

Knows the account of a project and the coalition-years of its list; on the screen each figure opens
to these, paper leaves them out.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.sides import ACCOUNTS
from keruen.i18n import number, text
from keruen.i18n.messages import catalogue
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.decision_words import money_scale, signed_money
from keruen.report.chapters.evidence import addresses
from keruen.report.chapters.which_first_words import large, rate_text, say, written
from keruen.report.document import Bullets, Cell, Facts, Folded, TableBlock
from keruen.scenario.models import Figure
from keruen.study.appraising.line_worth import joint_flows, line_worths
from keruen.study.appraising.results import AccountLine, CoalitionYear, ProjectAppraisal

_WAY: Final = "way"
_LAST_GROUP: Final = (2035, 2045)
"""Ends of the groups of years: demand is looked at in these years, and constant after the last."""


def line_name(key: str, project: str, names: ListNames) -> str:
    """A line of a project's account.

    Parameters
    ----------
    key : of the line: ``capital``, ``claim:jobs``, ``price:handling``, ``way:road:time``.
    project : whose account.
    """
    what, _, about = key.partition(":")
    if what == "claim":
        return names.document.projects[project].benefits[about].title.in_language(names.language)
    if what == "price" or (what == _WAY and ":" not in about):
        return names.price(key)
    if what == _WAY:
        way, _, of_way = about.partition(":")
        return say(f"line_way_{of_way}", names, way=names.way(way))
    known = f"report.which_first.line_{what}" in catalogue(names.language)
    return say(f"line_{what}", names) if known else key


def kind_of(key: str) -> str:
    """Under which heading of the cash flows a line is summed."""
    what, _, about = key.partition(":")
    of_way = about.partition(":")[2]
    if what == _WAY:
        return {"time": "time", "co2e": "co2e", "loss": "loss"}.get(of_way, "other_way")
    return {"price": "rail", "claim": "claims"}.get(what, what)


def year_groups(project: ProjectAppraisal, names: ListNames) -> list[tuple[str, NDArray[np.bool_]]]:
    """Years told together: until it opens, to 2035, to 2045, the rest; each with its mask."""
    found = names.found
    years = np.arange(found.first_year, found.first_year + found.n_years)
    last = int(years[-1])
    ends = sorted({min(max(end, project.opening - 1), last) for end in _LAST_GROUP})
    bounds = [found.first_year - 1, project.opening - 1, *ends, last]
    groups = []
    for before, end in itertools.pairwise(bounds):
        if end > before:
            first = str(before + 1)
            name = first if end == before + 1 else say("years", names, first=first, last=str(end))
            groups.append((name, (years > before) & (years <= end)))
    return groups


def value_parts(project: ProjectAppraisal, names: ListNames) -> Folded:
    """The ENPV of each side by line; by year; and each year by boxes, hours, prices and runs."""
    inner: list[TableBlock | Folded] = [_lines_table(project, names), _years_fold(project, names)]
    inner += [_year_fold(one, project, names) for one in pairs_of(project, names)]
    value = next(one for one in project.curve if one.rate == names.found.common_rate)
    ends = [signed_money(one, names.language) for one in (value.joint_low, value.joint_high)]
    said = " … ".join(dict.fromkeys(ends))
    return Folded(title=say("opens_value", names, value=said), blocks=tuple(inner))


def _lines_table(project: ProjectAppraisal, names: ListNames) -> TableBlock:
    language = names.language
    rows = []
    for worth in line_worths(project.lines, names.found.common_rate):
        line, sides = worth.line, worth.by_account
        unknown = say("split_unknown", names)
        cells = [unknown if sides is None else large(sides[one], language) for one in ACCOUNTS]
        ends = [large(one, language) for one in (worth.joint_low, worth.joint_high)]
        name = line_name(line.key, project.key, names)
        words = (name, _who(line, names), *cells, " … ".join(dict.fromkeys(ends)))
        rows.append(tuple(Cell(text=one) for one in words))
    columns = ("line", "who", "a", "b", "third", "joint")
    return TableBlock(
        caption=say(
            "lines_caption",
            names,
            unit=money_scale(language)[1],
            rate=rate_text(names.found.common_rate, language),
        ),
        header=tuple(say(f"column_{column}", names) for column in columns),
        rows=tuple(rows),
        widths=(28, 30, 10, 10, 10, 12),
        is_small=True,
    )


def _who(line: AccountLine, names: ListNames) -> str:
    if not line.payee:
        return names.party(line.party)
    words = {"payer": names.party(line.party), "payee": names.party(line.payee)}
    if line.resource_share is None:
        return say("paid_unknown", names, **words)
    return say("paid", names, **words, part=line.resource_share)


def _years_fold(project: ProjectAppraisal, names: ListNames) -> Folded:
    """Every line of the joint account in every year, undiscounted."""
    language = names.language
    keys = list(dict.fromkeys(line.key for line in project.lines))
    flows = {
        key: sum(joint_flows(line)[0] for line in project.lines if line.key == key) for key in keys
    }
    rows = []
    for place in range(names.found.n_years):
        year = str(names.found.first_year + place)
        amounts = [float(np.asarray(flows[key])[place]) for key in keys]
        cells = [year, *(large(one, language) for one in (*amounts, sum(amounts)))]
        rows.append(tuple(Cell(text=one) for one in cells))
    heads = [line_name(key, project.key, names) for key in keys]
    table = TableBlock(
        caption=say("years_caption", names, unit=money_scale(language)[1]),
        header=(say("column_year", names), *heads, say("column_joint", names)),
        rows=tuple(rows),
        widths=(8, *([92 / (len(keys) + 1)] * (len(keys) + 1))),
        is_small=True,
    )
    return Folded(title=say("opens_years", names), blocks=(table,))


def needs_of(key: str, names: ListNames) -> tuple[str, ...]:
    """A project with all that it requires, sorted."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += names.document.projects[other].requires
    return tuple(sorted(found))


def pairs_of(
    project: ProjectAppraisal, names: ListNames
) -> list[tuple[CoalitionYear | None, CoalitionYear]]:
    """The years without and with a project, by the way its boxes are valued."""
    needs = needs_of(project.key, names)
    before = tuple(key for key in needs if key != project.key)
    found = {(one.built, one.year): one for one in names.found.coalitions if one.by == project.by}
    return [
        (found.get((before, year)), with_it)
        for (built, year), with_it in sorted(found.items(), key=lambda one: one[0][1])
        if built == needs
    ]


def parts_of(before: CoalitionYear | None, with_it: CoalitionYear) -> tuple[tuple[str, float], ...]:
    """What a project saves in a year, part by part; their sum is the change of the year's gain."""
    old = before.parts if before else {}
    changes = {
        name: with_it.parts.get(name, 0.0) - old.get(name, 0.0)
        for name in sorted(with_it.parts.keys() | old.keys())
    }
    return tuple((name, amount) for name, amount in changes.items() if amount)


def _year_fold(
    pair: tuple[CoalitionYear | None, CoalitionYear], project: ProjectAppraisal, names: ListNames
) -> Folded:
    before, with_it = pair
    parts = parts_of(before, with_it)
    saved = with_it.amount - (before.amount if before else 0.0)
    rows = tuple(
        (Cell(text=_part_name(name, project.key, names)), Cell(text=large(amount, names.language)))
        for name, amount in parts
    )
    money = TableBlock(
        caption=say("parts_caption", names, unit=money_scale(names.language)[1]),
        header=(say("column_line", names), say("column_saved", names)),
        rows=rows,
        widths=(70, 30),
        is_small=True,
    )
    inner = [_boxes_table(pair, names), money, *_runs(project, with_it, names)]
    title = say("opens_year", names, year=with_it.year, value=signed_money(saved, names.language))
    return Folded(title=title, blocks=tuple(inner))


def _part_name(part: str, project: str, names: ListNames) -> str:
    what, about, kind = part.split("|")
    key = f"{what}:{about}" if about else what
    name = line_name(key.removesuffix(":cost"), project, names)
    return say("part", names, name=name, kind=text(f"report.kind_{kind}", names.language))


def _boxes_table(pair: tuple[CoalitionYear | None, CoalitionYear], names: ListNames) -> TableBlock:
    """Boxes of every flow, and by every other way, without and with the project."""
    before, with_it = pair
    language = names.language
    old = {(one.flow, one.is_to_china): one for one in before.flows} if before else {}
    rows = []
    for flow in with_it.flows:
        known = old.get((flow.flow, flow.is_to_china))
        direction = say("to_china" if flow.is_to_china else "to_kazakhstan", names)
        rows.append(
            (
                say("part", names, name=_flow(flow.flow, names), kind=direction),
                number(flow.boxes, language),
                number(known.carried, language) if known else "–",
                number(flow.carried, language),
            )
        )
    ways = sorted(with_it.other_ways.keys() | (before.other_ways.keys() if before else set()))
    for way in ways:
        name = names.way(way) if way else say("no_way", names)
        rows.append(
            (
                name,
                "–",
                number(before.other_ways.get(way, 0.0), language) if before else "–",
                number(with_it.other_ways.get(way, 0.0), language),
            )
        )
    columns = ("flow", "wanted", "without", "with")
    return TableBlock(
        caption=say("boxes_caption", names),
        header=tuple(say(f"column_{column}", names) for column in columns),
        rows=tuple(tuple(Cell(text=cell) for cell in row) for row in rows),
        widths=(49, 17, 17, 17),
        is_small=True,
    )


def _flow(key: str, names: ListNames) -> str:
    flow = names.scenario.flows.get(key)
    return flow.title.in_language(names.language) if flow else key


def _runs(
    project: ProjectAppraisal, with_it: CoalitionYear, names: ListNames
) -> list[Facts | Bullets]:
    """The keys of the runs that stand behind a year, where the twin played it."""
    needs = needs_of(project.key, names)
    played = [
        one
        for one in names.found.coalitions
        if one.runs and one.year == with_it.year and one.built in (needs, ())
    ]
    if not played:
        return [Bullets(items=(say("not_played", names),))]
    items = tuple(
        (
            say("runs_with" if one.built else "runs_without", names),
            Cell(text=" ".join(one.runs), is_code=True),
        )
        for one in played
    )
    return [Facts(items=items)]


def sources_fold(project: ProjectAppraisal, names: ListNames) -> Folded:
    """Every figure of a project with its range and where it comes from."""
    rows = []
    for figure in own_figures(project, names):
        language = names.language
        ends = [written(end, language) for end in (figure.low, figure.high) if end]
        rows.append(
            (
                Cell(text=figure.path.removeprefix(f"projects.{project.key}."), is_code=True),
                Cell(text=written(figure.text, language)),
                Cell(text=" … ".join(ends) or "–"),
                Cell(
                    text=say("assumption", names) if figure.is_assumption else figure.source,
                    links=addresses(figure.source),
                    note=figure.note,
                ),
            )
        )
    columns = ("figure", "stated", "range", "source")
    table = TableBlock(
        caption=say("sources_caption", names),
        header=tuple(say(f"column_{column}", names) for column in columns),
        rows=tuple(rows),
        widths=(18, 16, 20, 46),
        is_small=True,
    )
    return Folded(title=say("opens_sources", names), blocks=(table,))


def own_figures(project: ProjectAppraisal, names: ListNames) -> Sequence[Figure]:
    """The figures of a project's file."""
    place = f"projects.{project.key}."
    return [one for one in names.document.figures if one.path.startswith(place)]
