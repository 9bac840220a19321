"""The two pages that decide: the answer and what it depends on, then what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from keruen.domain.results import Pressure
from keruen.i18n import listing, number, text
from keruen.report.chapters import terminal_pictures
from keruen.report.chapters.commands import command_line
from keruen.report.chapters.corridor import others_sentences
from keruen.report.chapters.decision_words import (
    additions_in_words,
    deciding_sentences,
    needed_sentences,
)
from keruen.report.chapters.verdict import (
    basis_sentence,
    case_title,
    leading,
    over_ranges_sentences,
    place_on_railway,
    probe_sentence,
    resource_key,
    with_days,
)
from keruen.report.document import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Code,
    Illustration,
    Paragraph,
    TableBlock,
)
from keruen.scenario import Scenario
from keruen.study.basis import basis_of
from keruen.study.results import Study

N_DECIDING: Final = 5
"""Figures that page one names: more than a meeting can ask for at once."""
N_LOADS: Final = 4
"""Resources in the picture of page one, so that the page holds it; more are in the appendix."""
MAP_SHARE: Final = 0.6
"""Width of the map on page two: with what three cases would take, the page holds it in each
language."""
_IN_THOUSANDS: Final = 10_000
"""Containers a year from which a thousand is less than what no reader asks about, a tenth."""
_OUTCOMES: Final = ("kept", "inconclusive", "broken")


def answer_section(studies: Sequence[Study], language: str) -> Chapter:
    """Page one: the answer in a sentence, a line for each case, what decides, one picture."""
    first = leading(studies)
    basis = basis_of(first.scenario, first.provenance)
    loads = terminal_pictures.load_picture(studies, language, most=N_LOADS)
    return Chapter(
        name="verdict",
        title=text("report.section_verdict", language),
        blocks=(
            Paragraph(text=with_days(_answer(studies, language), basis, language)),
            _cases_table(studies, language),
            Paragraph(text=basis_sentence(basis, language)),
            *(Paragraph(text=said) for said in others_sentences(studies, language)),
            *_deciding(studies, language),
            Illustration(picture=loads, caption=loads.title),
        ),
    )


def next_section(
    studies: Sequence[Study], route_map: Sequence[Illustration], language: str
) -> Chapter:
    """Page two: what each case would take, what was tried, what to find out next, and the map."""
    blocks: list[Block] = []
    told = _told(studies)
    for study in studies:
        sentences = [*_enough(study, language), *_how_sure(study, language, is_told=study is told)]
        if sentences:
            title = case_title(study, language)
            lead = text("report.next_case", language, case=title)
            blocks += [Paragraph(text=lead), Bullets(items=tuple(sentences))]
    first = leading(studies)
    unasked = [("ask_deciding", "sensitivity")] if first.deciding is None else []
    is_short = first.verdict.outcome != "kept" and first.scenario.levers
    if is_short and first.sufficiency is None:
        unasked.append(("ask_sufficiency", "design"))
    for key, verb in unasked:
        blocks.append(Paragraph(text=text(f"report.{key}", language)))
        blocks.append(Code(text=_command(verb, first, language)))
    for study in studies:
        if study.sufficiency is not None and not study.sufficiency.is_confirmed:
            case = case_title(study, language)
            blocks.append(Paragraph(text=text("report.ask_confirmation", language, case=case)))
            blocks.append(Code(text=_command("design", study, language)))
    blocks += [replace(one, paper_share=MAP_SHARE) for one in route_map]
    return Chapter(name="next", title=text("report.section_next", language), blocks=tuple(blocks))


def _command(verb: str, study: Study, language: str) -> str:
    made, changes = study.provenance, study.scenario.overrides
    return command_line(verb, made.scenario, [made.case], changes, ["--language", language])


def decision_sentences(study: Study, language: str) -> list[str]:
    """What decides a case and what it would take, as far as it was asked.

    Parameters
    ----------
    study : Study
        One scenario and case, with its answers.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    list[str]
        One string for each figure and sentence; empty when nothing was asked.

    Raises
    ------
    UsageError
        When the language is unknown.
    """
    sentences = deciding_sentences((study.deciding or ())[:N_DECIDING], language)
    if study.sufficiency is not None:
        sentences += _enough(study, language)
    return sentences


def _answer(studies: Sequence[Study], language: str) -> str:
    """Which cases the capacity is sufficient for, and which not: one sentence for each outcome."""
    said = []
    for outcome in _OUTCOMES:
        cases = [case_title(one, language) for one in studies if one.verdict.outcome == outcome]
        if cases:
            said.append(text(f"report.answer_{outcome}", language, cases=listing(cases, language)))
    return ("" if language == "zh" else " ").join(said)


def _boxes(study: Study) -> float:
    """Containers a year; in thousands where those say enough, else as the verdict has them."""
    offered = study.estimates["offered_per_year"].mean
    # With a number of digits: where nothing comes this is no number, and stays none.
    return round(offered, -3 if offered >= _IN_THOUSANDS else 0)


def _cases_table(studies: Sequence[Study], language: str) -> TableBlock:
    columns = ("case", "boxes", "outcome", "bottleneck", "additions")
    rows = tuple(
        (
            Cell(text=case_title(study, language)),
            Cell(text=number(_boxes(study), language)),
            Cell(
                text=text(f"report.word_{study.verdict.outcome}", language),
                mark=study.verdict.outcome,
            ),
            Cell(text=bottleneck(study.verdict.binding, study.scenario, language)),
            Cell(text=_short_additions(study, language)),
        )
        for study in studies
    )
    return TableBlock(
        caption=text("report.cases_caption", language),
        header=tuple(text(f"report.column_{column}", language) for column in columns),
        rows=rows,
        widths=(15, 14, 15, 22, 34),
    )


def bottleneck(pressure: Pressure, scenario: Scenario, language: str) -> str:
    """The name of a resource, with its place where it has one."""
    name = text(resource_key(pressure.resource), language)
    if not pressure.where:
        return name
    return f"{name} – {place_on_railway(pressure, scenario, language)}"


def _short_additions(study: Study, language: str) -> str:
    if _is_unsure(study):
        return text("decision.none_needed_unsure", language)
    if study.sufficiency is not None:
        return additions_in_words(study.sufficiency, language)
    key = "nothing" if study.verdict.outcome == "kept" else "not_asked"
    return text(f"report.additions_{key}", language)


def _told(studies: Sequence[Study]) -> Study | None:
    """The case whose figures page one names: the leading one, or the last that was asked."""
    asked = [study for study in studies if study.deciding]
    if not asked:
        return None
    return leading(studies) if leading(studies).deciding else asked[-1]


def _deciding(studies: Sequence[Study], language: str) -> list[Block]:
    """What the verdict of that case depends on most."""
    study = _told(studies)
    if study is None:
        return []
    sentences = deciding_sentences((study.deciding or ())[:N_DECIDING], language)
    lead = text("report.deciding_lead", language, case=case_title(study, language))
    return [Paragraph(text=lead), Bullets(items=tuple(sentences))]


def _how_sure(study: Study, language: str, *, is_told: bool) -> list[str]:
    """The figure that decides a case most, where page one does not tell it, and how many
    combinations of all keep its limits."""
    sentences = [] if is_told else deciding_sentences((study.deciding or ())[:1], language)
    ranges = study.verdict.over_ranges
    if ranges is None:
        return sentences
    measures = {check.limit: check.measure for check in study.verdict.limits}
    return [*sentences, *over_ranges_sentences(ranges, measures, language)[:1]]


def _is_unsure(study: Study) -> bool:
    """Whether a short check keeps all limits of a case that the run itself does not.

    "All limits are kept" beside "the result is inconclusive" would contradict it on one page.
    """
    found = study.sufficiency
    if found is None or found.is_confirmed or found.not_kept or found.additions:
        return False
    return study.verdict.outcome != "kept"


def _enough(study: Study, language: str) -> list[str]:
    if _is_unsure(study):
        return [text("decision.none_needed_unsure", language)]
    if study.sufficiency is not None:
        return needed_sentences(study.sufficiency, study.scenario, language)
    helpful = [one for one in study.verdict.probes if one.after < one.before]
    best = min(helpful, key=lambda one: one.after / one.before, default=None)
    return [] if best is None else [probe_sentence(best, language)]
