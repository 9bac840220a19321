"""What others have at the border that the corridor fills most: the figure that decides most.

Knows the network, its week and where figures come from; the share itself is scenario data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from keruen.i18n import text
from keruen.report.chapters.corridor import traffic_data
from keruen.scenario.models import Figure
from keruen.scenario.network import Network, OthersShare
from keruen.scenario.quantities import plain_number
from keruen.scenario.week import Week
from keruen.study.results import Study
from keruen.units import DAYS_PER_WEEK

_POPULATION_WORDS: Final = {
    "all-trains": "problem.counts_all_trains",
    "container-trains": "problem.counts_container_trains",
}
"""Trains only: a border takes in no boxes."""


def others_sentences(studies: Sequence[Study], language: str) -> list[str]:
    """Which border is filled most, what others have there, in what range, and who says so.

    Parameters
    ----------
    studies : the cases of the report; those without a railway, and those at whose borders others
        have nothing, say nothing.
    language : ``kk``, ``ru``, ``zh`` or ``en``.

    Returns
    -------
    One text for each border and direction that a case fills most; cases share most of them.
    """
    found = [_sentence(study, language) for study in studies if traffic_data.has_corridor(study)]
    return [one for one in dict.fromkeys(found) if one]


def fullest_side(network: Network, week: Week) -> tuple[str, bool] | None:
    """The border and direction of whose share for the corridor the week's trains use most.

    Returns
    -------
    Key of the border and whether it is towards China; None where no train crosses a border.
    """
    use: dict[tuple[str, bool], float] = {}
    for key, border in sorted(network.borders.items()):
        for is_to_china, gate in ((False, border.china_station), (True, border.kazakh_station)):
            own = border.own_trains_per_d(to_china=is_to_china) * DAYS_PER_WEEK
            trains = sum(
                train.mean_trains_per_week
                for train in week.trains.values()
                if gate in (train.start, train.end)
            )
            if border.is_open and trains > 0 and own > 0:
                use[key, is_to_china] = trains / own
    return max(use, key=use.__getitem__, default=None)


def _sentence(study: Study, language: str) -> str:
    network = study.network
    side = fullest_side(network, study.week)
    if side is None:
        return ""
    key, is_to_china = side
    border = network.borders[key]
    limit = "to_china" if is_to_china else "to_kazakhstan"
    of_others: OthersShare = getattr(border.others, limit)
    path = f"network.borders.{key}.others.{limit}.share"
    figure = next((one for one in study.scenario.figures if one.path == path), None)
    if figure is None or of_others.counts not in _POPULATION_WORDS:
        return ""
    low, high = (_number(end, of_others.share) for end in (figure.low, figure.high))
    return text(
        "chapter.others_share" if low < high else "chapter.others_share_alone",
        language,
        border=border.title.in_language(language),
        population=_POPULATION_WORDS[of_others.counts],
        way=f"chapter.others_{limit}",
        share=of_others.share,
        **({"low": low, "high": high} if low < high else {}),
        whose=_whose(figure, language),
    )


def _number(written: str, default: float) -> float:
    found = plain_number(written)
    return default if found is None else found[0]


def _whose(figure: Figure, language: str) -> str:
    if figure.is_assumption:
        return text("chapter.others_assumed", language)
    site = urlsplit(figure.source).netloc or figure.source
    return text("chapter.others_published", language, site=site)
