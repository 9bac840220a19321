"""What a figure of a scenario is called, and its value as people write it.

Knows paths, units and laws as scenario files write them; what has no word stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from keruen.i18n import text
from keruen.i18n.messages import catalogue
from keruen.i18n.typed import typed_number
from keruen.report.joint.whole_text import unit_in_words
from keruen.scenario import Scenario
from keruen.study.sensitivity.deciding import figure_name

_WRITTEN: Final = re.compile(r"(-?\d+(?:\.\d+)?)(?: (\S.*))?", re.ASCII)
_MONEY: Final = re.compile(r"(mln|bn) ([A-Z]{3})(\d{4})", re.ASCII)
_BELOW: Final = frozenset({"network", "terminal"})
"""Tables of tables: what a figure is about is said by the next part of its path."""


def name_of(path: str, scenario: Scenario, language: str) -> str:
    """What a figure is called; empty where the catalogue has no word for it.

    Parameters
    ----------
    path : of the figure in `scenario`.
    language : one of kk, ru, zh and en.
    """
    known, parts = catalogue(language), path.split(".")
    named = figure_name(path, scenario, language)
    if named:
        return named
    group = parts[1] if parts[0] in _BELOW and f"web.figure_group_{parts[1]}" in known else parts[0]
    if f"web.figure_group_{group}" not in known:
        return ""
    field = next(
        (
            text(key, language)
            for key in (f"web.figure_field_{parts[-1]}", f"measure.{parts[-1]}")
            if key in known
        ),
        "",
    )
    said = {"group": text(f"web.figure_group_{group}", language), "field": field}
    place = _title_on_the_way(parts, scenario, language)
    if place and field:
        return text("web.figure_of_place", language, place=place, **said)
    whole = text("web.figure_of_group", language, **{**said, "field": place or field})
    return whole if place or field else said["group"]


def _title_on_the_way(parts: list[str], scenario: Scenario, language: str) -> str:
    """The title of the thing that a path leads through; empty where none has one."""
    found: object = scenario
    for part in parts:
        found = found.get(part) if isinstance(found, Mapping) else getattr(found, part, None)
        title = getattr(found, "title", None)
        if title is not None and hasattr(title, "in_language"):
            return str(title.in_language(language))
    return ""


def amount_in_words(written: str, language: str) -> str:
    """A value with its unit as the language writes both; anything else as it is in the file.

    Examples
    --------
    >>> amount_in_words("law triangular, least 6 h, mode 1.5 d, most 3 d", "ru")
    'закон распределения треугольный: наименьшее 6\xa0ч; мода 1,5\xa0сут; наибольшее 3\xa0сут'
    >>> amount_in_words("40 mln KZT2025", "en"), amount_in_words("5.5 %, 20 %", "ru")
    ('40 mln tenge (2025)', '5,5\xa0%; 20\xa0%')
    """
    first, *rest = written.split(", ")
    if first.startswith("law "):
        return _law(first.removeprefix("law "), rest, language) or written
    amounts = [_amount(one, language) for one in (first, *rest)]
    known = [one for one in amounts if one is not None]
    return "; ".join(known) if len(known) == len(amounts) else written


def _law(law: str, parts: list[str], language: str) -> str:
    """A law with its parts; empty where a word of it is not known."""
    known, told = catalogue(language), []
    for part in parts:
        name, _, value = part.partition(" ")
        amount, key = _amount(value, language), f"web.law_part_{name}"
        if amount is None or key not in known:
            return ""
        told.append(text(key, language, value=amount))
    if f"web.law_{law}" not in known:
        return ""
    law = text(f"web.law_{law}", language)
    return text("web.figure_law", language, law=law, parts="; ".join(told))


def _amount(written: str, language: str) -> str | None:
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    words, unit = typed_number(found[1], language), found[2]
    if not unit:
        return words
    money = _MONEY.fullmatch(unit)
    if money is not None:
        currency = unit_in_words(money[2], language)
        key = f"web.money_{money[1]}"
        return text(key, language, value=words, currency=currency, year=money[3])
    unit = unit_in_words(unit, language)
    # In English and Chinese nothing stands before the sign of a share, nowhere before a degree.
    is_close = unit == "°" or (unit == "%" and language in {"en", "zh"})
    return words + unit if is_close else f"{words}\u00a0{unit}"
