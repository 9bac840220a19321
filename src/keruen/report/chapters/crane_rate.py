"""How many wagon boxes a gantry does in an hour with a train, beside what is published, and why."""

from __future__ import annotations

from typing import Final

from keruen.i18n import duration, number, text
from keruen.report.chapters.verdict import case_title
from keruen.study.results import Study
from keruen.units import MS_PER_HOUR

PUBLISHED: Final = (13.0, 21.0)
"""Boxes per crane-hour while a train is worked, from published times of a train: Alashankou about
52 boxes in an hour by four cranes (zipub.cn, 2023), Khorgos Gateway 50 in 55 minutes by three: 18
(astanatimes.com, 2021), Xi'an 140 minutes for a train of about 50 by one: 21 (a5qu.com, 2023)."""

_LOSSES: Final = ("waiting", "rows", "stopped")
"""What is no lift for the train: of equal ones the first is named."""


def crane_rate_sentences(study: Study, language: str) -> str:
    """The rate of a case, the published range, and where it lies outside the reason.

    Parameters
    ----------
    study : of one case; without the shares of the gantries' time there is nothing to say.
    language : one of kk, ru, zh and en.

    Returns
    -------
    str
        Empty when the study does not know the gantries' time.
    """
    estimates = study.estimates
    if "gantry_train_share" not in estimates or estimates["gantry_moves_per_h"].mean <= 0:
        return ""
    rate = estimates["gantry_moves_per_h"].mean
    shares = {name: estimates[f"gantry_{name}_share"].mean for name in ("train", *_LOSSES)}
    low, high = PUBLISHED
    sentences = [
        text(
            "report.crane_rate",
            language,
            case=case_title(study, language),
            rate=number(rate, language, 1),
            low=number(low, language),
            high=number(high, language),
            **shares,
        )
    ]
    if rate < low:
        loss = max(_LOSSES, key=lambda name: shares[name])
        sentences.append(
            text(
                "report.crane_rate_below",
                language,
                loss=text(f"report.crane_{loss}", language),
                part=shares[loss],
            )
        )
    elif rate > high:
        move_ms = shares["train"] * MS_PER_HOUR / rate
        sentences.append(
            text("report.crane_rate_above", language, move=duration(move_ms, language))
        )
    return ("" if language == "zh" else " ").join(sentences)
