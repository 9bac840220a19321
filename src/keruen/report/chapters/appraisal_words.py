"""Which first, in words: five answers, what belongs together, what every figure stands on.

Knows appraised lists and the catalogue; appraises nothing. Names of figures, prices and parties are
in `appraisal_names`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from keruen.appraisal.answers import Answer, SeparatingFigure
from keruen.i18n import listing, text
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.decision_words import signed_money
from keruen.report.chapters.verdict import series
from keruen.study.appraising import ListAppraisal
from keruen.study.appraising.results import GroupWorth, ProjectAppraisal, ValueAtRate
from keruen.study.appraising.single import EFFECT, REQUIRES

_NONE: Final = "–"
_LEAST_MENDED: Final = 0.2
"""A figure decides when it sets right at least this share of the draws that are else wrong."""

ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPart:
    """One of the five answers, with a sentence or a few for each of its projects."""

    answer: Answer
    title: str
    sentences: tuple[str, ...]


def answer_parts(found: ListAppraisal, names: ListNames) -> tuple[AnswerPart, ...]:
    """The answer for every project, by answer; within one the most valuable first.

    Parameters
    ----------
    found : ListAppraisal
        The list.
    names : ListNames
        Of its projects and figures, in a language.

    Returns
    -------
    tuple[AnswerPart, ...]
        All five, each with at least one sentence.
    """
    parts = []
    for answer in ANSWERS:
        own = [one for one in found.projects if one.answer == answer]
        own.sort(key=lambda one: (-_middle(one), one.key))
        sentences = [_answer(one, found, names) for one in own]
        parts.append(
            AnswerPart(
                answer=answer,
                title=names.say(f"answer_{answer}"),
                sentences=tuple(sentences) or (names.say("nobody"),),
            )
        )
    return tuple(parts)


def _middle(project: ProjectAppraisal) -> float:
    return project.risk["joint"].p50 if project.risk else 0.0


def value_text(project: ProjectAppraisal, language: str) -> str:
    """The joint value of a project with its range over the draws."""
    assert project.risk is not None, "a project that is not judged has no value"
    joint = project.risk["joint"]
    low, value, high = (signed_money(one, language) for one in (joint.p5, joint.p50, joint.p95))
    if low == high:
        return value
    return text("appraisal.value", language, value=value, low=low, high=high)


def _answer(project: ProjectAppraisal, found: ListAppraisal, names: ListNames) -> str:
    words = {"name": names.project(project.key)}
    if project.answer == "not_yet":
        return names.say("not_yet", **words, missing=_missing(project, names))
    words["value"] = value_text(project, names.language)
    if project.answer == "talk_about":
        return _talk(project, words, names) + beside_words(project, names)
    if project.answer == "find_out_first":
        return _find_out(project, words, found, names) + beside_words(project, names)
    if project.answer == "leave" and project.core is not None and project.core.a + project.core.b:
        return names.say("leave_together", **words)
    return names.say(project.answer, **words, office=names.office(project.key))


def beside_words(project: ProjectAppraisal, names: ListNames) -> str:
    """Why a project that loses alone is not left: what it gains, it gains beside others."""
    assert project.risk is not None, "judged"
    loses_alone = project.risk["joint"].p95 < 0
    return f" {names.say('only_beside')}" if loses_alone else ""


def _missing(project: ProjectAppraisal, names: ListNames) -> str:
    said = []
    for one in project.missing:
        if one.key == EFFECT:
            said.append(names.say("missing_effect"))
        elif one.key == REQUIRES:
            said.append(names.say("missing_requires", other=names.project(one.about)))
        else:
            what, whom = names.missing(project.key, one.key)
            said.append(names.say("missing", what=what, whom=whom))
    return series(said, names.language)


def _talk(project: ProjectAppraisal, words: dict[str, str], names: ListNames) -> str:
    assert project.core is not None, "talked about because it is core for one side"
    winner, other = ("A", "B") if project.core.a == 1 else ("B", "A")
    transfer = project.transfer_to_b if other == "B" else project.transfer_to_a
    said = names.say("talk_about", **words, winner=winner, other=other)
    if transfer is None:
        return f"{said} {names.say('transfer_no_list', other=other)}"
    if transfer == 0:
        return f"{said} {names.say('transfer_none', other=other)}"
    amount = signed_money(transfer, names.language)
    return f"{said} {names.say('transfer', amount=amount, winner=winner, other=other)}"


def telling_figure(project: ProjectAppraisal) -> SeparatingFigure | None:
    """The figure that tells whether a project belongs to the best list; None where none tells
    enough: one that mends a hundredth of the wrong draws is luck."""
    one = project.separating
    if one is None or one.share_right - one.share_without < _LEAST_MENDED * (1 - one.share_without):
        return None
    return one


def _find_out(
    project: ProjectAppraisal, words: dict[str, str], found: ListAppraisal, names: ListNames
) -> str:
    decides = telling_figure(project)
    if decides is not None:
        figure = names.figure(decides.name)
        side = "above" if decides.is_in_above else "below"
        return names.say(
            "find_out",
            **words,
            figure=figure.what,
            side=names.say(side, value=names.amount(decides.name, decides.threshold)),
            stated=names.stated(decides.name, found.figures[decides.name].value),
            whom=figure.whom,
        )
    if not project.tornado:
        return names.say("find_out_open", **words)
    widest = names.figure(project.tornado[0][0])
    return names.say("find_out_nothing", **words, figure=widest.what, whom=widest.whom)


def together_sentences(found: ListAppraisal, names: ListNames) -> list[str]:
    """Which projects replace or strengthen each other, and whether the others add up.

    Parameters
    ----------
    found, names : as `answer_parts`.
    """
    said = [_relation(group, names) for group in found.groups if group.relation != "independent"]
    adding = found.adding_up
    if adding is not None:
        key = "adds_up" if adding.adds_up else "adds_not"
        summed, together = (
            signed_money(one, names.language) for one in (adding.summed, adding.together)
        )
        said.append(names.say(key, summed=summed, together=together, year=adding.year))
    return [one for one in said if one]


def _relation(group: GroupWorth, names: ListNames) -> str:
    members = [one.key for one in group.players if one.key not in group.set_aside]
    if group.relation == "uncertain":
        return names.say("uncertain", names=names.projects(members))
    # Who brings nothing beside the others replaces nobody.
    acting = [one.key for one in group.players if one.key in members and one.first_in > 0]
    if group.ratio is None or len(acting) < 2:
        return ""
    return names.say(group.relation, names=names.projects(acting), ratio=group.ratio)


def built_sentences(found: ListAppraisal, names: ListNames) -> list[str]:
    """What is built without a decision of the list, and what it brings; none where nothing is.

    Parameters
    ----------
    found, names : as `answer_parts`.
    """
    said = [
        names.say(
            "being_built",
            name=one.title[names.language],
            value=signed_money(one.value, names.language),
        )
        for one in found.being_built
    ]
    return [names.say("being_built_title"), *said] if said else []


def note_sentences(found: ListAppraisal, names: ListNames) -> list[str]:
    """What the values stand on and what is not in them.

    Parameters
    ----------
    found, names : as `answer_parts`.
    """
    said = [
        names.say(
            "basis",
            rate=found.common_rate,
            price_year=found.unit[3:],
            years=found.n_years,
            first=found.first_year,
            draws=found.n_draws,
        )
    ]
    if found.portfolios is not None:
        if found.portfolios.n_joint is None:
            said.append(names.say("too_many"))
        if found.portfolios.best:
            said.append(names.say("best", names=names.projects(found.portfolios.best)))
    unknown = sorted({price for one in found.projects for price in one.unknown_prices})
    if unknown:
        prices = listing([names.price(price) for price in unknown], names.language)
        whom = names.payees(unknown)
        said.append(names.say("split_unknown", prices=prices, whom=whom))
    said += _left_out(found, names)
    error = found.error
    if error.bias is not None and error.typical is not None and error.worst is not None:
        words = {
            name: signed_money(amount, names.language)
            for name, amount in (
                ("bias", error.bias),
                ("typical", error.typical),
                ("worst", error.worst),
            )
        }
        said.append(names.say("error", n=len(error.pairs), **words))
    return said


def _left_out(found: ListAppraisal, names: ListNames) -> list[str]:
    said = []
    others = [one.key for one in found.projects if one.others == "not_valued"]
    if others:
        said.append(names.say("others_not_valued", names=names.projects(others)))
    port = [one.key for one in found.projects if one.is_of_port_too]
    if port:
        said.append(names.say("port_left_out", names=names.projects(port)))
    by_year: dict[int, list[str]] = {}
    for one in found.projects:
        if one.in_base_from:
            by_year.setdefault(min(one.in_base_from), []).append(one.key)
    said += [
        names.say("in_base", year=year, names=names.projects(keys))
        for year, keys in sorted(by_year.items())
    ]
    return said


def value_rows(
    found: ListAppraisal, names: ListNames
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The table of values: heads, and a row for each project that is judged, the best first.

    Parameters
    ----------
    found, names : as `answer_parts`.
    """
    columns = ("project", "a", "b", "third", "joint", "range", "first_in", "last_in")
    heads = tuple(names.say(f"column_{name}") for name in columns)
    judged = [one for one in found.projects if one.risk is not None]
    judged.sort(key=lambda one: (-_middle(one), one.key))
    return heads, [_row(one, found.common_rate, names) for one in judged]


def _row(project: ProjectAppraisal, rate: float, names: ListNames) -> tuple[str, ...]:
    assert project.risk is not None, "judged"
    value = at_rate(project, rate)
    joint = project.risk["joint"]
    money = names.large_sums
    ends = value.joint_low, value.joint_high
    return (
        names.project(project.key),
        *(_NONE if one is None else money([one]) for one in (value.a, value.b, value.third)),
        money(ends),
        money([joint.p5, joint.p95]),
        _NONE if project.by == "claims" else money([project.first_in]),
        _NONE if project.last_in is None else money([project.last_in]),
    )


def at_rate(project: ProjectAppraisal, rate: float) -> ValueAtRate:
    """The values of a project at one of the rates of its curve."""
    return next(one for one in project.curve if one.rate == rate)
