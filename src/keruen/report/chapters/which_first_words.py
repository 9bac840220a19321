"""What a mayor needs to hear of an appraised list, one reason for each project, what to find out.

Knows answers and names; the longer sentences of the command line are in `appraisal_words`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keruen.appraisal.answers import Answer
from keruen.appraisal.indicators import RATES
from keruen.i18n import listing, number, quantity, share, text
from keruen.i18n.messages import catalogue
from keruen.i18n.numbers import unit_key
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.appraisal_words import ANSWERS, beside_words, telling_figure
from keruen.report.chapters.decision_words import money_scale, signed_money
from keruen.scenario.quantities import split_quantity
from keruen.study.appraising.results import ProjectAppraisal
from keruen.study.appraising.single import EFFECT, REQUIRES

N_NAMED: Final = 3
"""Projects that the first sentence names: more nobody keeps in mind."""
N_FIND_OUT: Final = 4
"""Figures to find out on page two: more than a meeting can ask for at once."""


def say(key: str, names: ListNames, /, **parameters: object) -> str:
    """A sentence of this report."""
    return text(f"report.which_first.{key}", names.language, **parameters)


def in_order(projects: Sequence[ProjectAppraisal]) -> list[ProjectAppraisal]:
    """By answer as they are told, then the most valuable first."""
    return sorted(projects, key=lambda one: (ANSWERS.index(one.answer), -middle(one), one.key))


def middle(project: ProjectAppraisal) -> float:
    """The median of the joint ENPV; 0 of a project that is not judged."""
    return project.risk["joint"].p50 if project.risk else 0.0


def large(amount: float, language: str) -> str:
    """A sum in the large unit of the language, with about two digits that count."""
    value = amount / money_scale(language)[0]
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    return number(value, language, digits)


def span_text(low: float, high: float, language: str) -> str:
    """Two sums as a range, both in the large unit of the language."""
    ends = {"low": large(low, language), "high": large(high, language)}
    return text("decision.money_large", language, value=text("decision.range", language, **ends))


def rate_text(rate: float, language: str) -> str:
    """A rate with a decimal only where it has one."""
    return share(rate, language, 0 if round(100 * rate, 6).is_integer() else 1)


def written(figure: str, language: str) -> str:
    """A quantity as its file has it, in the reader's words where its unit has some."""
    known = split_quantity(figure)
    if known is None or unit_key(known[1]) not in catalogue(language):
        return figure
    return quantity(*known, language)


def headline(names: ListNames) -> str:
    """The first sentence: what to start, or what to do before anything can be started."""
    by_answer = _by_answer(names)
    n = len(names.found.projects)
    for answer in ("do_now", "talk_about", "find_out_first", "not_yet"):
        if by_answer[answer]:
            keys = [one.key for one in by_answer[answer]]
            return say(f"headline_{answer}", names, n=n, names=first_names(keys, names))
    return say("headline_leave", names, n=n)


def counts(names: ListNames) -> str:
    """How many projects have each answer."""
    return say(
        "counts",
        names,
        **{answer: len(projects) for answer, projects in _by_answer(names).items()},
    )


def _by_answer(names: ListNames) -> dict[Answer, list[ProjectAppraisal]]:
    ordered = in_order(names.found.projects)
    return {answer: [one for one in ordered if one.answer == answer] for answer in ANSWERS}


def first_names(keys: Sequence[str], names: ListNames) -> str:
    """The first projects by title, and how many more there are."""
    said = names.projects(keys[:N_NAMED])
    more = len(keys) - N_NAMED
    return said if more <= 0 else say("and_more", names, names=said, n=more)


def reason(project: ProjectAppraisal, names: ListNames) -> str:
    """The one reason that matters, a sentence or two."""
    if project.answer == "not_yet":
        return _missing(project, names)
    if project.answer == "talk_about":
        return _talk(project, names) + beside_words(project, names)
    if project.answer == "find_out_first":
        return _find_out(project, names) + beside_words(project, names)
    assert project.risk is not None, "judged"
    joint = project.risk["joint"]
    words = {
        "value": signed_money(joint.p50, names.language),
        "span": span_text(joint.p5, joint.p95, names.language),
    }
    if project.answer == "do_now":
        return say("do_now", names, **words, risk=joint.p_negative)
    return say("leave" if joint.p50 < 0 else "leave_gain", names, **words)


def _missing(project: ProjectAppraisal, names: ListNames) -> str:
    said = [missing_words(project, place, names) for place in range(len(project.missing))]
    what, whom = said[0]
    more = len(said) - 1
    key = "missing_more" if more else "missing"
    return say(key, names, what=what, whom=whom, n=more)


def missing_words(project: ProjectAppraisal, place: int, names: ListNames) -> tuple[str, str]:
    """One missing figure, and from whom it is to be had."""
    one = project.missing[place]
    decided_by = names.party(names.document.projects[project.key].decided_by)
    if one.key == EFFECT:
        return say("missing_effect", names), decided_by
    if one.key == REQUIRES:
        other = names.document.projects[one.about]
        what = say("missing_requires", names, other=names.project(one.about))
        return what, names.party(other.decided_by)
    return names.missing(project.key, one.key)


def _talk(project: ProjectAppraisal, names: ListNames) -> str:
    assert project.core is not None, "talked about because it is core for one side"
    is_a = project.core.a == 1
    winner, other = (say(f"side_{side}", names) for side in (("a", "b") if is_a else ("b", "a")))
    transfer = project.transfer_to_b if is_a else project.transfer_to_a
    if transfer is None or math.isinf(transfer):
        return say("talk_no_list", names, winner=winner, other=other)
    if transfer == 0:
        return say("talk_even", names, winner=winner, other=other)
    amount = signed_money(transfer, names.language)
    return say("talk", names, winner=winner, other=other, amount=amount)


def _find_out(project: ProjectAppraisal, names: ListNames) -> str:
    decides = telling_figure(project)
    if decides is not None:
        figure = names.figure(decides.name)
        return say(
            "find_out", names, figure=figure.what, side=_turn(project, names), whom=figure.whom
        )
    if not project.tornado:
        return say("find_out_open", names)
    widest = names.figure(project.tornado[0][0])
    return say("find_out_widest", names, figure=widest.what, whom=widest.whom)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOut:
    """A figure to find out.

    Parameters
    ----------
    figure, stated, whom : in words.
    turns : where it decides; blank where one figure alone does not.
    projects : that wait for it, by key.
    told : of the draws that one always tells wrongly without it, the share it tells rightly, summed
        over its projects.
    """

    figure: str
    stated: str
    whom: str
    turns: str
    projects: tuple[str, ...]
    told: float


def to_find_out(names: ListNames) -> list[FindOut]:
    """Figures that borderline projects wait for: what tells most about most projects first."""
    gathered: dict[str, list[ProjectAppraisal]] = {}
    for one in in_order(names.found.projects):
        if one.answer not in ("find_out_first", "talk_about"):
            continue
        tells = telling_figure(one)
        name = tells.name if tells else one.tornado[0][0] if one.tornado else ""
        if name:
            gathered.setdefault(name, []).append(one)
    found = []
    for name, projects in gathered.items():
        figure = names.figure(name)
        turns = [_turn(one, names) for one in projects if telling_figure(one)]
        found.append(
            FindOut(
                figure=figure.what,
                stated=written(names.stated(name, names.found.figures[name].value), names.language),
                whom=figure.whom,
                turns="; ".join(dict.fromkeys(turns)),
                projects=tuple(one.key for one in projects),
                told=math.fsum(
                    tells.share_right - tells.share_without
                    for tells in map(telling_figure, projects)
                    if tells
                ),
            )
        )
    return sorted(found, key=lambda one: (-one.told, -len(one.projects), one.figure))


def _turn(project: ProjectAppraisal, names: ListNames) -> str:
    decides = telling_figure(project)
    assert decides is not None, "asked only of projects that one figure decides"
    key = "above" if decides.is_in_above else "below"
    return say(key, names, value=names.amount(decides.name, decides.threshold))


def basis_sentences(names: ListNames) -> list[str]:
    """Case, years, rates, price year, draws, share of assumptions."""
    found, language = names.found, names.language
    figures = names.document.figures
    assumed = sum(one.is_assumption for one in figures)
    said = [
        say(
            "basis",
            names,
            scenario=names.scenario.scenario.title.in_language(language),
            case=names.case,
            years=listing([str(one.year) for one in found.years], language),
            n_years=found.n_years,
            first=found.first_year,
            rate=rate_text(found.common_rate, language),
            rates=listing([rate_text(rate, language) for rate in RATES], language),
            price_year=found.unit[3:],
        ),
        say(
            "basis_figures",
            names,
            figures=len(figures),
            assumed=assumed,
            part=assumed / max(1, len(figures)),
            draws=found.n_draws,
            replications=found.provenance.n_replications,
        ),
        _own_rates(found.own_rates, names),
    ]
    return [one for one in said if one]


def _own_rates(rates: Mapping[str, float], names: ListNames) -> str:
    if not rates:
        return say("no_own_rates", names)
    said = [
        say(
            "own_rate",
            names,
            side=say(f"side_{side.lower()}", names),
            rate=rate_text(rate, names.language),
        )
        for side, rate in sorted(rates.items())
    ]
    return say("own_rates", names, rates=listing(said, names.language))
