"""The page of one project: what it is worth to whom, why, how sure, and beside which others.

Knows the account of one project; a project that cannot be judged has half a page that says what is
missing, and no number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.indicators import LATE_YEAR, InternalRates
from keruen.appraisal.sides import ACCOUNTS
from keruen.i18n import listing, number, plural, share
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.appraisal_pictures import (
    N_OWN_BARS,
    curve_picture,
    tornado_picture,
)
from keruen.report.chapters.appraisal_words import at_rate
from keruen.report.chapters.decision_words import money_scale, signed_money
from keruen.report.chapters.evidence import addresses
from keruen.report.chapters.project_parts import (
    kind_of,
    line_name,
    own_figures,
    pairs_of,
    sources_fold,
    value_parts,
    year_groups,
)
from keruen.report.chapters.which_first_words import large, missing_words, rate_text, reason, say
from keruen.report.document import (
    Block,
    Cell,
    Chapter,
    Facts,
    Paragraph,
    TableBlock,
)
from keruen.study.appraising.line_worth import account_flows, joint_flows
from keruen.study.appraising.results import AccountLine, CoalitionYear, ProjectAppraisal

_KINDS: Final = (
    "capital",
    "yearly",
    "rail",
    "other_way",
    "time",
    "loss",
    "co2e",
    "claims",
    "others",
    "residual",
)
"""Rows of the cash flows, in this order; a kind that is not named here comes last."""
_N_SWITCHING: Final = 4
"""Lines whose change turns the sign, nearest first."""


def project_chapter(project: ProjectAppraisal, names: ListNames) -> Chapter:
    """The page of a project."""
    answer = names.say(f"answer_{project.answer}")
    title = names.project(project.key)
    lead = say("line", names, name=answer, reason=reason(project, names))
    if project.risk is None:
        return Chapter(
            name=f"unjudged-{project.key}", title=title, blocks=_unjudged(project, names)
        )
    blocks = (
        Paragraph(text=lead),
        Paragraph(text=_decided(project, names)),
        _value_table(project, names),
        value_parts(project, names),
        Facts(items=tuple(_indicators(project, names))),
        curve_picture(project, names),
        _flows_table(project, names),
        *_corridor(project, names),
        *_sensitivity(project, names),
        Facts(items=tuple(_circumstances(project, names))),
        sources_fold(project, names),
    )
    return Chapter(name=f"project-{project.key}", title=title, blocks=blocks)


def _unjudged(project: ProjectAppraisal, names: ListNames) -> tuple[Block, ...]:
    rows = tuple(
        tuple(Cell(text=one) for one in missing_words(project, place, names))
        for place in range(len(project.missing))
    )
    table = TableBlock(
        caption=say("missing_caption", names),
        header=(say("column_missing", names), say("column_whom", names)),
        rows=rows,
        widths=(64, 36),
    )
    lead = say("line", names, name=names.say("answer_not_yet"), reason=say("not_judged", names))
    return (
        Paragraph(text=lead),
        Paragraph(text=_decided(project, names)),
        table,
        sources_fold(project, names),
    )


def _value_table(project: ProjectAppraisal, names: ListNames) -> TableBlock:
    """ENPV of each side and of all, with its spread over the draws."""
    assert project.risk is not None, "judged"
    language = names.language
    value = at_rate(project, names.found.common_rate)
    rows = []
    for side, amount in (("a", value.a), ("b", value.b), ("third", value.third)):
        name = say(f"side_{side}", names)
        if amount is None:
            rows.append((name, say("split_unknown", names), *("–" for _ in range(4))))
            continue
        rows.append((name, large(amount, language), *_spread(project, side, language)))
    ends = [large(one, language) for one in (value.joint_low, value.joint_high)]
    joint = " … ".join(dict.fromkeys(ends))
    rows.append((say("side_joint", names), joint, *_spread(project, "joint", language)))
    columns = ("side", "stated_value", "p5", "p50", "p95", "risk")
    return TableBlock(
        caption=say(
            "value_caption",
            names,
            unit=money_scale(language)[1],
            rate=rate_text(names.found.common_rate, language),
            draws=names.found.n_draws,
        ),
        header=tuple(say(f"column_{column}", names) for column in columns),
        rows=tuple(tuple(Cell(text=cell) for cell in row) for row in rows),
        widths=(24, 20, 13, 13, 13, 17),
        is_small=True,
    )


def _spread(project: ProjectAppraisal, side: str, language: str) -> tuple[str, ...]:
    spread = (project.risk or {}).get(side)
    if spread is None:
        return ("–",) * 4
    money = (large(one, language) for one in (spread.p5, spread.p50, spread.p95))
    return (*money, share(spread.p_negative, language))


def _indicators(project: ProjectAppraisal, names: ListNames) -> list[tuple[str, Cell]]:
    said = [
        ("eirr", _eirr(project, names)),
        ("bcr", _bcr(project, names)),
        ("late", _late(project, names)),
        ("together", _together(project, names)),
    ]
    if project.own_rates:
        rates = names.found.own_rates
        own = [
            say(
                "own_value",
                names,
                side=say(f"side_{side.lower()}", names),
                rate=rate_text(rates[side], names.language),
                value=signed_money(value, names.language),
            )
            for side, value in sorted(project.own_rates.items())
        ]
        said.append(("own", say("alone", names, values=listing(own, names.language))))
    return [(say(f"fact_{key}", names), Cell(text=words)) for key, words in said if words]


def _eirr(project: ProjectAppraisal, names: ListNames) -> str:
    low, high = project.eirr_low, project.eirr_high
    assert low is not None, "judged"
    assert high is not None, "judged"
    if low == high:
        return _rates(low, names)
    return say("eirr_ends", names, low=_rates(low, names), high=_rates(high, names))


def _rates(found: InternalRates, names: ListNames) -> str:
    rates = [share(rate, names.language, 1) for rate in found.rates]
    return say(f"eirr_{found.kind}", names, rates=listing(rates, names.language))


def _bcr(project: ProjectAppraisal, names: ListNames) -> str:
    ends = [one for one in (project.bcr_low, project.bcr_high) if one is not None]
    if not ends or not all(math.isfinite(one) for one in ends):
        return say("bcr_none", names)
    said = [number(one, names.language, 2) for one in ends]
    return " … ".join(dict.fromkeys(said))


def _late(project: ProjectAppraisal, names: ListNames) -> str:
    if project.late_share is None or not math.isfinite(project.late_share):
        return say("late_none", names, year=LATE_YEAR)
    return say("late", names, part=project.late_share, year=LATE_YEAR)


def _together(project: ProjectAppraisal, names: ListNames) -> str:
    """Who replaces it and whom it needs, with what it brings first and last."""
    said = []
    needs = names.document.projects[project.key].requires
    if needs:
        said.append(say("requires", names, names=names.projects(needs)))
    group = next(
        (
            one
            for one in names.found.groups
            if len(one.players) > 1 and any(p.key == project.player for p in one.players)
        ),
        None,
    )
    if group is None or project.last_in is None:
        said.append(say("shares_nothing", names))
        return _sentences(said, names)
    others = [one.key for one in group.players if one.key != project.player]
    first, last = project.first_in, project.last_in
    near = math.isclose(first, last, rel_tol=0.02, abs_tol=1.0)
    key = "alike" if near else "replaced" if last < first else "needs"
    money = {
        word: signed_money(amount, names.language)
        for word, amount in (("first", first), ("last", last))
    }
    said.append(say(f"shares_{key}", names, names=names.projects(others), **money))
    if project.shapley is None:
        said.append(say("shapley_none", names))
    else:
        said.append(say("shapley", names, value=signed_money(project.shapley, names.language)))
    return _sentences(said, names)


def _sentences(said: list[str], names: ListNames) -> str:
    return ("" if names.language == "zh" else " ").join(said)


def _flows_table(project: ProjectAppraisal, names: ListNames) -> TableBlock:
    """Undiscounted flows by kind and group of years; then by side, then together."""
    language = names.language
    groups = year_groups(project, names)
    kinds = sorted(
        {kind_of(line.key) for line in project.lines},
        key=lambda kind: (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind),
    )
    rows = []
    for kind in kinds:
        lines = [line for line in project.lines if kind_of(line.key) == kind]
        name = (
            say(f"flows_{kind}", names)
            if kind in _KINDS
            else line_name(lines[0].key, project.key, names)
        )
        rows.append((name, *(_joint_cell(lines, mask, language) for _, mask in groups)))
    sides = [account_flows(line) for line in project.lines]
    known = [one for one in sides if one is not None]
    if len(known) == len(sides):
        for account in ACCOUNTS:
            name = say("of_them", names, side=say(f"side_{account.lower()}", names))
            cells = [
                large(float(sum(one[account][mask].sum() for one in known)), language)
                for _, mask in groups
            ]
            rows.append((name, *cells))
    else:
        rows.append((say("split_unknown", names), *("–" for _ in groups)))
    total = [_joint_cell(project.lines, mask, language) for _, mask in groups]
    rows.append((say("side_joint", names), *total))
    return TableBlock(
        caption=say("flows_caption", names, unit=money_scale(language)[1]),
        header=(say("column_line", names), *(name for name, _ in groups)),
        rows=tuple(tuple(Cell(text=cell) for cell in row) for row in rows),
        widths=(36, *([64 / len(groups)] * len(groups))),
        is_small=True,
    )


def _joint_cell(lines: Sequence[AccountLine], mask: NDArray[np.bool_], language: str) -> str:
    flows = [joint_flows(line) for line in lines]
    ends = [large(float(sum(one[end][mask].sum() for one in flows)), language) for end in (0, 1)]
    return " … ".join(dict.fromkeys(ends))


def _corridor(project: ProjectAppraisal, names: ListNames) -> list[Block]:
    """Boxes, hours and gain of each year, without and with the project."""
    pairs = pairs_of(project, names)
    if not pairs:
        return [Paragraph(text=say("no_corridor", names))]
    language = names.language
    rows = []
    for before, with_it in pairs:
        saved = with_it.amount - (before.amount if before else 0.0)
        rows.append(
            (
                str(with_it.year),
                _change(before, with_it, _carried, language),
                _change(before, with_it, _elsewhere, language),
                _change(before, with_it, lambda one: one.hours_p50 / 24, language, 1),
                _change(before, with_it, lambda one: one.hours_p90 / 24, language, 1),
                large(saved, language),
            )
        )
    columns = ("year", "by_rail", "by_others", "days_p50", "days_p90", "gain")
    table = TableBlock(
        caption=say("corridor_caption", names, unit=money_scale(language)[1]),
        header=tuple(say(f"column_{column}", names) for column in columns),
        rows=tuple(tuple(Cell(text=cell) for cell in row) for row in rows),
        widths=(9, 25, 23, 15, 15, 13),
        is_small=True,
    )
    return [table]


def _carried(one: CoalitionYear) -> float:
    return math.fsum(flow.carried for flow in one.flows)


def _elsewhere(one: CoalitionYear) -> float:
    return math.fsum(one.other_ways.values())


def _change(
    before: CoalitionYear | None,
    with_it: CoalitionYear,
    value: Callable[[CoalitionYear], float],
    language: str,
    digits: int = 0,
) -> str:
    new = number(value(with_it), language, digits)
    return new if before is None else f"{number(value(before), language, digits)} → {new}"


def _sensitivity(project: ProjectAppraisal, names: ListNames) -> list[Block]:
    """Which change of a line turns the sign, and what moves the value most."""
    said = []
    for line in project.switching[:_N_SWITCHING]:
        if line.change is None or not math.isfinite(line.change):
            continue
        key = "switching_critical" if line.is_critical else "switching"
        sign = "+" if line.change > 0 else ""
        change = f"{sign}{share(line.change, names.language)}"
        name = line_name(line.key, project.key, names)
        said.append(say(key, names, line=name, change=change))
    words = "; ".join(said)
    blocks: list[Block] = [
        Paragraph(text=say("turning", names, lines=words) if said else say("no_switching", names))
    ]
    tornado = tornado_picture([project], names, most=N_OWN_BARS, is_grouped=False)
    blocks.append(tornado or Paragraph(text=say("no_tornado", names)))
    return blocks


def _decided(project: ProjectAppraisal, names: ListNames) -> str:
    """Who decides, from when on, for how long; its number in the register."""
    listed = names.document.projects[project.key]
    said = [
        say("decided", names, whom=names.party(listed.decided_by)),
        say(
            "time",
            names,
            earliest=listed.earliest,
            build=_years(listed.build_time_yr, names),
            life=_years(listed.life_yr, names),
        ),
    ]
    if project.register_id:
        said.append(say("register", names, number=project.register_id))
    return _sentences(said, names)


def _years(years: float, names: ListNames) -> str:
    digits = 0 if float(years).is_integer() else 1
    said = number(years, names.language, digits)
    return plural("report.which_first.n_years", years, names.language, said=said)


def _circumstances(project: ProjectAppraisal, names: ListNames) -> list[tuple[str, Cell]]:
    more = [("split", _split(project, names)), ("others", _others(project, names))]
    if project.in_base_from:
        more.append(("base", say("in_base", names, year=min(project.in_base_from))))
    if project.is_of_port_too:
        more.append(("port", say("port_too", names)))
    more.append(("outside", _outside(project, names)))
    facts = [(say(f"fact_{key}", names), Cell(text=words)) for key, words in more if words]
    figures = own_figures(project, names)
    assumed = sum(one.is_assumption for one in figures)
    links = dict.fromkeys(
        address for one in figures if not one.is_assumption for address in addresses(one.source)
    )
    words = say("sources", names, n=len(figures), assumed=assumed)
    said = f"{words} {'; '.join(links)}" if links else words
    facts.append((say("fact_sources", names), Cell(text=said, links=tuple(links))))
    return facts


def _split(project: ProjectAppraisal, names: ListNames) -> str:
    if not project.unknown_prices:
        return ""
    figures = [names.figure(f"{price}.resource_share") for price in project.unknown_prices]
    prices = listing([names.price(price) for price in project.unknown_prices], names.language)
    whom = listing(list(dict.fromkeys(one.whom for one in figures)), names.language)
    return say("split", names, prices=prices, whom=whom)


def _others(project: ProjectAppraisal, names: ListNames) -> str:
    if project.others == "none":
        return ""
    return say(f"others_{project.others}", names, part=project.others_share)


def _outside(project: ProjectAppraisal, names: ListNames) -> str:
    view = project.outside
    if view is None or view.p50_yr is None or view.p80_yr is None:
        return ""
    return say(
        "outside_optimistic" if view.is_optimistic else "outside",
        names,
        stated=_years(view.stated_yr, names),
        p50=_years(view.p50_yr, names),
        p80=_years(view.p80_yr, names),
        n=view.reference.n,
    )
