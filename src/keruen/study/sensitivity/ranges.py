"""How one figure varies: its own range or one by its kind, and what it is at any level between.

Knows how figures are written; does not know what they are for. A level is −1 at the low end, 0 at
the scenario's own value and 1 at the high end, linear between, and goes on beyond both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from keruen.errors import Problem, ScenarioError
from keruen.scenario.models import Figure
from keruen.scenario.quantities import dimension_of, in_inside_units, split_quantity

Form = Literal["amount", "share", "count", "law", "profile", "parts"]

_PROFILES: Final = {12: "months", 7: "weekdays", 24: "hours"}
"""Length of a list of shares → the calendar that it goes round."""
_LEAST_FACTOR: Final = 0.05
"""Durations of a law never shrink below a twentieth: a law of nothing is another law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A figure, or the shares of one table, with a range.

    Parameters
    ----------
    figures : the figure; of a table of shares all of them, the largest first.
    form : `amount`, `share` (0 to 1, or 0 to 100 %), `count` (whole), `law` (a factor on all its
        durations), `profile` (steps along its calendar), `parts` (the first of the shares).
    low, value, high : in `unit`.
    unit : as the figure is written; empty for bare numbers, factors and steps.
    is_stated : the range stands in the scenario; else it is the default of the kind.
    numbers : of a law its parameters, of a profile or of parts the shares; else empty.
    """

    figures: tuple[Figure, ...]
    form: Form
    low: float
    value: float
    high: float
    unit: str = ""
    is_stated: bool = False
    numbers: tuple[tuple[str, float], ...] = ()

    def amount_at(self, level: float) -> float:
        """What it is at a level, in its unit and form."""
        side = self.high - self.value if level > 0 else self.value - self.low
        amount = self.value + side * level
        if self.form == "profile":
            return amount
        if self.form == "law":
            return max(amount, _LEAST_FACTOR)
        if self.form == "count":
            return float(max(round(amount), min(1, round(self.value))))
        most = {"share": 100.0 if self.unit else 1.0, "parts": 1.0}.get(self.form)
        return max(0.0, amount if most is None else min(amount, most))

    def overrides_at(self, level: float) -> tuple[str, ...]:
        """The changes of the scenario that bring it to a level; none at its own value."""
        amount = self.amount_at(level)
        if amount == self.value:
            return ()
        path = self.figures[0].path
        if self.form == "law":
            return tuple(
                f"{path}.{key}={number * amount:.9g} {self.unit}".rstrip()
                for key, number in self.numbers
            )
        if self.form == "profile":
            shares = _moved([share for _, share in self.numbers], amount)
            return (f"{path}=[{', '.join(map(repr, shares))}]",)
        if self.form == "parts":
            return self._parts_at(amount)
        return (f"{path}={self.text_of(amount)}",)

    def text_of(self, amount: float) -> str:
        """An amount as the scenario writes it."""
        if self.form == "count":
            return str(round(amount))
        return f"{amount:.9g} {self.unit}".rstrip()

    def _parts_at(self, amount: float) -> tuple[str, ...]:
        """The first share at `amount`, the others in their proportions; the sum stays one."""
        rest = (1 - amount) / (1 - self.value)
        shares = [amount, *(share * rest for _, share in self.numbers[1:])]
        shares[-1] = 1 - sum(shares[:-1])
        return tuple(
            f"{path}={max(0.0, share)!r}"
            for (path, _), share in zip(self.numbers, shares, strict=True)
        )


def variation_of(
    figure: Figure, spread: Mapping[str, float], *, moves_published: bool = False
) -> Variation | str:
    """How a figure varies, or the reason why it does not.

    Parameters
    ----------
    figure : with its range, if it has one.
    spread : dimension or form → share of the value to both sides, for assumptions without a range.
    moves_published : a published number without a range varies by the default as well.

    Raises
    ------
    ScenarioError
        When the value lies outside of the range that is stated for it.
    """
    if figure.text.startswith("law "):
        return _of_law(figure, spread["law"])
    if ", " in figure.text:
        return _of_profile(figure, spread)
    split = split_quantity(figure.text)
    if split is None:
        return "no_number"
    value, unit = split
    form = _form_of(figure.text, unit)
    if figure.low or figure.high:
        low, high = (_in_unit(text or figure.text, unit) for text in (figure.low, figure.high))
        _refuse_outside(figure, low, value, high)
        is_stated = True
    elif not figure.is_assumption and not moves_published:
        return "published"
    else:
        low, high = _default_ends(value, form, spread.get(dimension_of(unit) or "", spread[""]))
        if form == "share":
            high = min(high, 100.0 if unit else 1.0)
        is_stated = False
    if low == high:
        return "zero" if not value else "no_width"
    return Variation(
        figures=(figure,),
        form=form,
        low=low,
        value=value,
        high=high,
        unit=unit,
        is_stated=is_stated,
    )


def parts_of(figures: Sequence[Figure], spread: float) -> Variation | str:
    """How the shares of one table vary: the largest moves, the others make room."""
    shares = {figure.path: _fraction(figure.text) for figure in figures}
    order = sorted(figures, key=lambda figure: (-shares[figure.path], figure.path))
    first = shares[order[0].path]
    if len(order) < 2 or first >= 1:
        return "whole"
    if not any(figure.is_assumption for figure in figures):
        return "published"
    return Variation(
        figures=tuple(order),
        form="parts",
        low=first * (1 - spread),
        value=first,
        high=min(first * (1 + spread), 1.0),
        numbers=tuple((figure.path, shares[figure.path]) for figure in order),
    )


def _of_law(figure: Figure, spread: float) -> Variation | str:
    if not figure.is_assumption:
        return "published"
    pairs = [words.partition(" ")[::2] for words in figure.text.split(", ")[1:]]
    units = {split[1] for _, text in pairs if (split := split_quantity(text)) is not None}
    if not units:
        return "no_number"
    unit = min(units)  # a law may name minutes and hours: all are told in one
    numbers = [(key, _in_unit(text, unit)) for key, text in pairs]
    return Variation(
        figures=(figure,),
        form="law",
        low=1 - spread,
        value=1.0,
        high=1 + spread,
        unit=unit,
        numbers=tuple(numbers),
    )


def _of_profile(figure: Figure, spread: Mapping[str, float]) -> Variation | str:
    shares = [_fraction(text) for text in figure.text.split(", ")]
    calendar = _PROFILES.get(len(shares))
    if calendar is None:
        return "no_number"
    if not figure.is_assumption:
        return "published"
    if min(shares) == max(shares):
        return "no_width"
    steps = spread[calendar]
    return Variation(
        figures=(figure,),
        form="profile",
        low=-steps,
        value=0.0,
        high=steps,
        numbers=tuple((str(k), share) for k, share in enumerate(shares)),
    )


def _moved(shares: Sequence[float], steps: float) -> list[float]:
    """Shares moved along their circle; between two places they are shared out, so the sum stays."""
    whole, part = int(steps // 1), steps % 1
    n = len(shares)
    ahead = [shares[(k - whole) % n] for k in range(n)]
    return [(1 - part) * ahead[k] + part * ahead[k - 1] for k in range(n)]


def _form_of(text: str, unit: str) -> Form:
    if unit:
        return "share" if dimension_of(unit) == "share" else "amount"
    return "count" if text.strip().isdecimal() else "amount"


def _default_ends(value: float, form: Form, spread: float) -> tuple[float, float]:
    if form == "count" and value:
        width = max(1, round(value * spread))
        return max(1.0, value - width), value + width
    return value * (1 - spread), value * (1 + spread)


def _in_unit(text: str, unit: str) -> float:
    """A written quantity in another unit of its dimension."""
    split = split_quantity(text)
    assert split is not None, text
    if split[1] == unit:
        return split[0]
    return in_inside_units(*split) / in_inside_units(1.0, unit)


def _fraction(text: str) -> float:
    split = split_quantity(text)
    assert split is not None, text
    return in_inside_units(*split)


def _refuse_outside(figure: Figure, low: float, value: float, high: float) -> None:
    """A range that does not contain its value; reading refuses it too, but not a made figure."""
    if any(lower > upper for lower, upper in pairwise((low, value, high))):
        words = {"value": figure.text, "low": figure.low or "-", "high": figure.high or "-"}
        problem = Problem("problem.range_order", {"place": figure.path, **words})
        raise ScenarioError((problem,))
