"""What would suffice and what to find out, in four languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keruen.domain.codes import Resource
from keruen.domain.results import Addition, DecidingFigure, Pressure, Sufficiency
from keruen.i18n import LANGUAGES, text
from keruen.report.chapters.decision_words import (
    additions_in_words,
    deciding_sentences,
    needed_sentences,
    sufficiency_sentences,
)
from made_up_studies import local, scenario

STACKERS = Addition(
    lever="reach-stackers",
    name=local("reach stackers", "ричстакеры", "ричстакерлер", "正面吊"),
    amount=2,
)
HOURS = Addition(
    lever="gate-hours",
    name=local("gate hours", "часы работы КПП", "БӨП жұмыс уақыты", "闸口开放时间"),
    amount=8,
    unit="h",
)
ENOUGH = Sufficiency(
    additions=(STACKERS, HOURS),
    cost_low=41.3e9,
    cost_high=68.2e9,
    price_year=2025,
    earliest_year=2031,
)
SHARE = DecidingFigure(
    path="network.borders.dostyk.others.share",
    name=local("share of others at Dostyk", "доля других в Достыке", "өзгелер үлесі", "其他占比"),
    unit="share",
    value=0.75,
    low=0.5,
    high=0.9,
    switching=0.78,
    office=local("KTZ", "КТЖ", "ҚТЖ", "哈铁"),
)


def enough(found: Sufficiency, language: str) -> list[str]:
    """The sentences with ordinary blanks."""
    said = sufficiency_sentences(found, scenario(), language)
    return [sentence.replace("\u00a0", " ") for sentence in said]


def deciding(figure: DecidingFigure, language: str) -> str:
    """The one sentence with ordinary blanks."""
    (said,) = deciding_sentences([figure], language)
    return said.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "Capacity becomes sufficient with 2 × reach stackers and gate hours (+8 h). "
                "Cost: 41 to 68 bn KZT (prices of 2025); possible from 2031."
            ),
        ),
        (
            "ru",
            (
                "Мощности станет достаточно, если добавить: 2 × ричстакеры и часы работы КПП (+8 ч). "
                "Стоимость: от 41 до 68 млрд тенге (в ценах 2025 г.); срок – не ранее 2031 г."
            ),
        ),
        (
            "kk",
            (
                "Қуат жеткілікті болуы үшін мыналар қосылады: 2 × ричстакерлер және БӨП жұмыс уақыты "
                "(+8 сағ). Құны: 41 – 68 млрд теңге (2025 жылғы бағамен); ең ерте мерзімі – 2031 жыл."
            ),
        ),
        (
            "zh",
            (
                "增加以下内容后能力充足：2 × 正面吊和闸口开放时间（+8 小时）。"
                "费用：410 至 680 亿坚戈（2025 年价格）；最早 2031 年可实现。"
            ),
        ),
    ],
)
def test_what_suffices_is_one_answer(language: str, expected: str) -> None:
    """Additions, cost as a range with its price year, and the year from which it can be."""
    assert enough(ENOUGH, language) == [expected]


def lines_of(*keys: str) -> Sufficiency:
    """What is decided by the railway, by China and twice by the company, as far as it is named."""
    additions = {
        "wagons": ("ktz", 20e9, 30e9),
        "border": ("china-railway", 10e9, 40e9),
        "crane": ("company", 2e9, 4e9),
        "tractor": ("company", 1e9, 1.5e9),
    }
    own = tuple(
        Addition(
            lever=key,
            name=local(*(f"{key}-{language}" for language in ("en", "ru", "kk", "zh"))),
            amount=n,
            decided_by=additions[key][0],
            cost_low=additions[key][1],
            cost_high=additions[key][2],
        )
        for n, key in enumerate(keys, 1)
    )
    return replace(ENOUGH, additions=own, cost_low=33e9, cost_high=76e9)


def test_each_office_has_its_part_with_its_cost() -> None:
    """The whole first; then who decides what for how much, the dearest of an office first."""
    found = lines_of("tractor", "crane", "border", "wagons")
    said = [s.replace("\u00a0", " ") for s in needed_sentences(found, scenario(), "en")]
    assert said == [
        (
            "Capacity becomes sufficient for 33 to 76 bn KZT (prices of 2025), from 2031 at the "
            "earliest. The additions, by who decides:"
        ),
        "Decided by KTZ: 4 × wagons-en. Capital 20 to 30 bn KZT.",
        "Decided by China Railway: 3 × border-en. Capital 10 to 40 bn KZT.",
        (
            "Decided by the company of the dry port: 2 × crane-en; tractor-en. "
            "Capital 3.0 to 5.5 bn KZT."
        ),
    ]


def test_what_needs_no_capital_says_so() -> None:
    """Longer hours cost wages alone."""
    free = replace(lines_of("wagons"), cost_low=0.0, cost_high=0.0)
    (hours,) = free.additions
    free = replace(free, additions=(replace(hours, cost_low=0.0, cost_high=0.0),))
    said = needed_sentences(free, scenario(), "en")[1].replace("\u00a0", " ")
    assert said == "Decided by KTZ: wagons-en. No capital cost."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_names_the_dearest_additions_and_who_decides(language: str) -> None:
    """Two by name, how many more, the cost, the offices in the order in which they are needed."""
    found = lines_of("tractor", "crane", "border", "wagons")
    said = additions_in_words(found, language).replace("\u00a0", " ")
    assert said.index(f"border-{language}") < said.index(f"wagons-{language}")
    assert f"crane-{language}" not in said
    assert text("decision.more_additions", language, n="2") in said
    offices = [text(f"decision.office_{o}", language) for o in ("ktz", "china-railway", "company")]
    places = [said.index(office) for office in offices]
    assert places == sorted(places)
    assert "{" not in said
    both = additions_in_words(lines_of("border", "wagons"), language)
    assert text("decision.more_additions", language, n="0")[:3] not in both


def test_the_bottleneck_then_comes_behind() -> None:
    """With the additions nothing is broken: the bottleneck is what a larger flow would find."""
    gantry = Pressure(
        resource=Resource.GANTRY,
        n_units=3,
        load_share=0.5,
        peak_share=0.8,
        peak_hour_start=6,
        peak_hour_end=9,
    )
    _, then = enough(replace(ENOUGH, binding=gantry), "en")
    assert then.startswith("First bottleneck if the flow grew: gantry cranes (3)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_levers_that_are_not_enough_promise_nothing(language: str) -> None:
    """The measures that stay broken are named; no cost and no year is said."""
    (said,) = enough(replace(ENOUGH, not_kept=("unserved_share",)), language)
    assert "2031" not in said
    assert "41" not in said
    assert said != enough(replace(ENOUGH, additions=()), language)[0]
    assert "{" not in said


@pytest.mark.parametrize(
    ("low", "high", "language", "cost"),
    [
        (41.3e9, 68.2e9, "en", "41 to 68 bn KZT"),
        (412.7e9, 688.2e9, "en", "410 to 690 bn KZT"),
        (0.96e9, 1.24e9, "en", "1.0 to 1.2 bn KZT"),
        (35e6, 62e6, "en", "35 to 62 mn KZT"),
        (41.2e9, 41.4e9, "en", "41 bn KZT"),
        (35e6, 62e6, "zh", "3,500 至 6,200 万坚戈"),
        (120e6, 330e6, "zh", "1.2 至 3.3 亿坚戈"),
    ],
)
def test_a_cost_has_two_digits_and_one_unit(
    low: float, high: float, language: str, cost: str
) -> None:
    """Both ends stand in the unit of the higher one, as a reader of the language counts."""
    said = enough(replace(ENOUGH, cost_low=low, cost_high=high), language)[0]
    assert cost in said


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "To find out: share of others at Dostyk – 75% (range 50% to 90%). The verdict changes "
                "at 78%, inside the range. Who can tell: KTZ."
            ),
        ),
        (
            "ru",
            (
                "Уточнить: доля других в Достыке – 75 % (диапазон от 50 % до 90 %). Вывод меняется при "
                "значении 78 % – оно внутри диапазона. Источник сведений: КТЖ."
            ),
        ),
        (
            "kk",
            (
                "Нақтылау керек: өзгелер үлесі – 75 % (аралығы 50 % – 90 %). Қорытынды 78 % мәнінде "
                "өзгереді, ол аралықтың ішінде. Мәлімет беретін мекеме: ҚТЖ."
            ),
        ),
        (
            "zh",
            (
                "待核实：其他占比，现取 75%（范围 50% 至 90%）。取 78% 时结论改变，该值在范围之内。"
                "可询单位：哈铁。"
            ),
        ),
    ],
)
def test_what_to_find_out_is_one_figure(language: str, expected: str) -> None:
    """Value, range, the value at which the verdict changes, and the office that can tell."""
    assert deciding(SHARE, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_verdict_changes_is_told_apart(language: str) -> None:
    """Inside the range, its ends too, outside, and nowhere are three different sentences."""
    inside, outside, never = (
        deciding(replace(SHARE, switching=value), language) for value in (0.9, 0.95, None)
    )
    assert "95" in outside
    assert len({inside.replace("90", "95", 2), outside, never}) == 3
    edge = deciding(replace(SHARE, switching=0.5), language)
    assert edge == inside.replace(deciding_switch(0.9, language), deciding_switch(0.5, language))


def deciding_switch(value: float, language: str) -> str:
    """The words of a sentence from its second one on, which name the switching value."""
    said = deciding(replace(SHARE, switching=value), language)
    return said.split(")." if language != "zh" else "）。", 1)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_sent_for_a_figure_that_changes_nothing(language: str) -> None:
    """A figure none of whose values changes the verdict is told, not asked for."""
    asked = text("decision.figure_unasked", language, figure="").strip()
    assert deciding(SHARE, language).startswith(asked)
    for office in ({}, SHARE.office):
        said = deciding(replace(SHARE, switching=None, office=office), language)
        assert asked not in said
        assert (SHARE.office[language] in said) == bool(office)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_without_an_office_asks_nobody(language: str) -> None:
    """Where nobody is named, nobody is sent for."""
    said = deciding(replace(SHARE, office={}), language)
    assert deciding(SHARE, language).startswith(said)
    assert SHARE.office[language] not in said


@pytest.mark.parametrize("value", [0.5, 0.9])
def test_the_ends_of_a_range_belong_to_it(value: float) -> None:
    """A verdict that changes at an end of the range changes inside it."""
    assert "inside the range" in deciding(replace(SHARE, switching=value), "en")
