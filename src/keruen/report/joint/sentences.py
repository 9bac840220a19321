"""Texts, dates, figures and codes of the joint list in words of the reader's language.

Knows how a side's text is made harmless and which of its languages a reader gets; knows nothing of
pages. What a side writes is never trusted: it is cleaned here, once, before any cell holds it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from keruen.domain.joint import (
    SIDES,
    Claim,
    Interval,
    MText,
    Project,
    Quantity,
    Side,
    Source,
    Words,
)
from keruen.domain.joint_state import JointState, Saying
from keruen.i18n import LANGUAGES, day, listing, number, text
from keruen.i18n.field_names import field_key, field_name, with_field_names
from keruen.i18n.messages import catalogue, message
from keruen.i18n.numbers import unit_key
from keruen.report.dates import month_span, partial_date
from keruen.report.document import Cell, Sign
from keruen.report.pdf import drawable
from keruen.tabular.letters import escaped, escaped_id

DIGITS: Final = 12
"""How much of a fingerprint is printed: enough to compare aloud."""

_OF_FORM: Final = "content_"
"""Problems whose key begins so name a part of an entry that breaks the rules of form."""
_NO_BREAK: Final = "\u00a0"
_NO_SHAPE: Final = "\ufffd"
_MOST_ACCENTS: Final = 2
_NAME: Final = 60
"""Letters of a field's name in a cell: the longest that has two parts."""
_MENTION: Final = 12
"""Letters that the mention of a cut takes itself: fewer are never cut."""
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_LARGE: Final = {"zh": (("hundred_million", 10**8), ("ten_thousand", 10**4))}
_LARGE_ELSEWHERE: Final = (("billion", 10**9), ("million", 10**6))
_WEB: Final = re.compile(r"https?://[!-;=?-Z\[\]_a-z~]{1,300}")


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the one language that a reader gets.

    Parameters
    ----------
    text : cleaned; empty when nobody wrote any.
    language : empty for the reader's own, else the language that was there instead.
    is_unchecked : a draft or a machine's translation, not one of the sides' originals.
    """

    text: str
    language: str = ""
    is_unchecked: bool = False

    def cell(self, sign: Sign = "") -> Cell:
        """The text as a cell; a degree sign stands behind what nobody has checked."""
        mark = "°" if self.is_unchecked else ""
        return Cell(text=self.text + mark, language=self.language, sign=sign)


def plain(words: str) -> str:
    """The words on one line; in place of a letter that cannot be seen stands its number.

    Every letter that our fonts cannot draw becomes the mark �.

    Examples
    --------
    >>> plain("a\\u202eb\\n c\\u200bd")
    'a<U+202E>b c<U+200B>d'
    """
    kept: list[str] = []
    accents = 0
    for letter in " ".join(escaped(words).split()):
        kind = unicodedata.category(letter)
        accents = accents + 1 if kind in {"Mn", "Me"} else 0
        if accents > _MOST_ACCENTS:
            continue
        kept.append(_NO_SHAPE if kind in {"Co", "Cn"} else letter)
    return drawable("".join(kept))


def id_in_words(name: str, language: str) -> str:
    """An id; letters that are taken for Latin ones are shown by their numbers."""
    return label(escaped_id(name), language, 64)


def form_problems(
    state: JointState, entries: Collection[str] | None, language: str
) -> tuple[str, ...]:
    """What breaks the rules of form in some entries, in sentences; of none named, in the list.

    Parameters
    ----------
    entries : whole ids of the entries that are shown.
    """
    named = None if entries is None else {entry[:DIGITS] for entry in entries}
    return tuple(
        text(key, language, **parameters)
        for key, parameters in state.checks
        if key.partition(".")[2].startswith(_OF_FORM)
        and (named is None or str(parameters["place"]).split(" ")[1].rstrip(":") in named)
    )


def label(words: str, language: str, most: int = 28) -> str:
    """A short text of the other side's, such as a number, a code or a date: clean, and not long."""
    return clipped(plain(words), most, language)


def clipped(words: str, most: int, language: str) -> str:
    """The words, or their beginning and how many letters more there are."""
    if len(words) <= most + _MENTION:
        return words
    beginning = words[:most].rsplit(" ", 1)[0] if " " in words[most // 2 : most] else words[:most]
    return text("fiche.cut", language, text=beginning.rstrip(), n=len(words) - len(beginning))


def said(words: MText | None, language: str, most: int = 10_000) -> Said:
    """What a reader of `language` gets of a text: it, else an authentic one, else any."""
    if words is None:
        return Said("")
    for candidate in dict.fromkeys((language, *words.authentic, "en", *LANGUAGES)):
        found: Words | None = getattr(words, candidate, None)
        if found is not None:
            is_unchecked = candidate not in words.authentic and found.state in {"draft", "machine"}
            foreign = "" if candidate == language else candidate
            return Said(clipped(plain(found.text), most, language), foreign, is_unchecked)
    return Said("")


def other_titles(words: MText, language: str, most: int) -> tuple[Cell, ...]:
    """The same title in the other authentic languages."""
    shown = said(words, language).language or language
    return tuple(
        said(words, other, most).cell()
        if other == language
        else Cell(text=said(words, other, most).text, language=other)
        for other in words.authentic
        if other != shown and getattr(words, other) is not None
    )


def side_name(state: JointState, side: Side | None, language: str) -> str:
    """A side by its name, or that nobody is named yet."""
    if side is None:
        return text("fiche.nobody", language)
    name = said(state.side_names.get(side), language, 40).text
    return name or text("fiche.side", language, side=side)


def side_names(state: JointState, language: str) -> dict[str, str]:
    """The letter of each side with its name."""
    return {str(side): side_name(state, side, language) for side in SIDES}


def offices_in_words(state: JointState, language: str) -> str:
    """Whose keys sign for each side; empty where no office has a name in several languages."""
    sides = [
        text(
            "fiche.offices_of",
            language,
            side=side_name(state, side, language),
            offices=names(
                [said(name, language, 80).text for name in state.offices[side]], language
            ),
        )
        for side in SIDES
        if state.offices.get(side)
    ]
    return text("fiche.offices", language, sides="; ".join(sides)) if sides else ""


def debt_in_words(
    state: JointState, debtor: Side | None, creditor: Side | None, language: str
) -> str:
    """Who owes whom; said once when neither is named."""
    if debtor is None and creditor is None:
        return side_name(state, None, language)
    names_ = {"debtor": debtor, "creditor": creditor}
    sides = {name: side_name(state, side, language) for name, side in names_.items()}
    return text("fiche.debtor_to_creditor", language, **sides)


def title_of(project: Project, language: str, most: int = 10_000) -> Said:
    """The project's title, or its number when it has none."""
    found = said(project.title, language, most)
    return found if found.text else Said(id_in_words(project.id, language))


def code_name(group: str, code: str, language: str) -> str:
    """What a code is called; a code that the catalogue does not know is shown as it is."""
    key = _key_of(group, code, language)
    # A claim may be about a field of the project's form: that has its name there.
    if not key and group == "field" and field_key("project", code.partition(".")[0]):
        return label(field_name("project", code, language), language, _NAME)
    return text(key, language) if key else label(code.replace("_", " "), language)


def _key_of(group: str, code: str, language: str) -> str:
    keys = (f"{area}.{group}_{code}" for area in ("joint", "fiche"))
    return next((key for key in keys if key in catalogue(language)), "")


def schedule_stage(stage: str, language: str) -> str:
    """A stage of the schedule by its name in the workbook; any other as the side wrote it."""
    key = f"sheets.stage_{stage}"
    return text(key, language) if key in catalogue(language) else label(stage, language)


def date_in_words(date: str, language: str) -> str:
    """A day, month or year written out; what is none of these as the side wrote it, cleaned."""
    return partial_date(date, language) or label(date, language)


def interval_in_words(interval: Interval | None, language: str) -> str:
    """When: whole months and years by their names, else from day to day.

    Examples
    --------
    >>> interval_in_words(Interval(first="2027-10-01", last="2027-12-31"), "en")
    'October–December 2027'
    """
    if interval is None:
        return text("fiche.no_date", language)
    try:
        first, last = dt.date.fromisoformat(interval.first), dt.date.fromisoformat(interval.last)
    except ValueError:
        return label(f"{interval.first} – {interval.last}", language)
    if first == last:
        return day(first, language)
    is_months = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if is_months and first.year == last.year:
        return month_span(first, last, language)
    if is_months and first.month == 1 and last.month == 12:
        years = {"first": str(first.year), "last": str(last.year)}
        return text("fiche.years", language, **years)
    ends = [
        month_span(date, date, language) if is_months else day(date, language)
        for date in (first, last)
    ]
    return text("fiche.from_to", language, first=ends[0], last=ends[1])


def quantity_in_words(quantity: Quantity, language: str) -> str:
    """A figure with its range, unit, prices and basis as far as they are given."""
    low, high = quantity.low, quantity.high
    if quantity.value is not None:
        value, figure = _decimal(quantity.value, language), quantity.value
    elif low is not None and high is not None and low != high:
        value = f"{_decimal(low, language)}–{_decimal(high, language)}"
        figure = low
    else:
        key = "fiche.at_least" if low is not None else "fiche.at_most"
        figure = low or high or ""
        value = _decimal(figure, language)
        value = value if low == high else text(key, language, value=value)
    written = _with_unit(value, quantity, language)
    if quantity.price_year:
        year = str(quantity.price_year)
        written = text("fiche.in_prices", language, value=written, year=year)
    if quantity.basis in {"measured", "computed", "assumed"}:
        basis = text(f"fiche.basis_{quantity.basis}", language)
        written = text("fiche.with_basis", language, value=written, basis=basis)
    return written


def _decimal(written: str, language: str) -> str:
    if not _DECIMAL.fullmatch(written):
        return label(written, language)
    whole, _, part = written.partition(".")
    for name, size in _LARGE.get(language, _LARGE_ELSEWHERE):
        scaled, rest = divmod(abs(int(whole)), size // 100)
        # Only where nothing is rounded: 63 800 000 000 is 63.8 billion, 63 812 345 678 stays.
        if abs(int(whole)) >= size and not rest and not part:
            digits = len(f"{scaled / 100:.2f}".rstrip("0").partition(".")[2])
            shown = number(scaled / 100 * (-1 if whole.startswith("-") else 1), language, digits)
            return text(f"fiche.{name}", language, value=shown)
    return number(float(written), language, len(part))


def _with_unit(value: str, quantity: Quantity, language: str) -> str:
    unit = quantity.unit
    known = catalogue(language)
    # Chinese writes 万吨 and 亿坚戈 as one word.
    blank = "" if language == "zh" and value[-1:].isalpha() else _NO_BREAK
    money = f"claims.unit_{quantity.currency.lower()}"
    for key in (f"joint.unit_{unit.replace('/', '_per_')}", unit_key(unit), money):
        if key in known:
            return known[key].replace("{value} ", f"{{value}}{blank}").format(value=value)
    return f"{value}{_NO_BREAK}{label(quantity.currency or unit, language, 20)}".strip()


def saying_value(saying: Saying, language: str, most: int) -> str:
    """What a claim says: its figure and its time, or else its words."""
    body = saying.body
    assert isinstance(body, Claim), "no claim"
    parts = []
    if body.quantity is not None:
        parts.append(quantity_in_words(body.quantity, language))
    if body.interval is not None:
        parts.append(interval_in_words(body.interval, language))
    if not parts:
        parts.append(said(body.text, language, most).text)
    return clipped("; ".join(part for part in parts if part) or "–", most, language)


def saying_name(saying: Saying, language: str, most: int) -> Said:
    """What a claim is about: its field's name, or its own words where the field has no name."""
    body = saying.body
    assert isinstance(body, Claim), "no claim"
    has_value = body.quantity is not None or body.interval is not None
    if has_value and not _key_of("field", body.field, language):
        words = said(body.text, language, most)
        if words.text:
            return words
    return Said(code_name("field", body.field, language))


def source_in_words(source: Source | None, language: str, most: int) -> str:
    """Document, page and date of a source."""
    if source is None:
        return ""
    parts = [label(source.document, language, most)]
    if source.page:
        parts.append(text("fiche.page_of_source", language, page=label(source.page, language, 12)))
    if source.date:
        parts.append(date_in_words(source.date, language))
    return ", ".join(part for part in parts if part)


def address_of(source: Source | None) -> tuple[str, ...]:
    """The address of a source when it is one of the web, and nothing else."""
    is_safe = source is not None and _WEB.fullmatch(source.address)
    return (source.address,) if source is not None and is_safe else ()


def reason_in_words(
    state: JointState, key: str, parameters: Mapping[str, str | int | float], language: str
) -> str:
    """A reason of the register: sides by their names, figures as the language writes them."""
    sentence = message(key, language)
    said_: dict[str, str | int | float] = {}
    for name, value in with_field_names(parameters, language).items():
        said_[name] = value
        if isinstance(value, int | float) or f"{{{name}}}" not in sentence:
            continue
        side = next((side for side in SIDES if (name, value) == ("side", side)), None)
        is_figure = _DECIMAL.fullmatch(value) is not None
        shown = _decimal(value, language) if is_figure else label(value, language)
        said_[name] = side_name(state, side, language) if side else shown
    return text(key, language, **said_)


def names(words: list[str], language: str) -> str:
    """Words as a list in a sentence; empty for none."""
    return listing(words, language) if words else ""


def fingerprint(digits: str) -> str:
    """The beginning of a fingerprint."""
    return plain(digits)[:DIGITS]
