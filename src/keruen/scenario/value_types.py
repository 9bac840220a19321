"""What every table of a scenario is made of: names in four languages, laws of durations.

Knows how a key and its value are written; knows no table of the world.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from keruen.scenario.quantities import DurationMs, Share, without_unit


def _not_a_number(data: object) -> object:
    """pydantic would read 5 as the fifth second of 1970."""
    if isinstance(data, int | float):
        raise PydanticCustomError("date_type", "not a date")
    return data


Day = Annotated[date, BeforeValidator(_not_a_number)]
"""A day of the calendar."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]


class ScenarioTable(BaseModel):
    """Of every table: frozen, unknown keys forbidden, keys without units."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=without_unit,
        populate_by_name=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


class LocalText(ScenarioTable):
    """A name or a sentence in the four languages; none may be missing."""

    en: str
    ru: str
    kk: str
    zh: str

    def in_language(self, language: str) -> str:
        """The text in `language` (``en``, ``ru``, ``kk`` or ``zh``)."""
        text: str = getattr(self, language)
        return text


class DurationLaw(ScenarioTable):
    """How long something takes: always the same, or by one of three laws.

    In TOML a plain ``"55 min"`` means `fixed`.
    """

    law: Literal["fixed", "exponential", "triangular", "lognormal"] = "fixed"
    """The probability law."""
    value_ms: DurationMs | None = None
    """The duration of the law `fixed`."""
    mean_ms: DurationMs | None = None
    """The mean of the law `exponential`."""
    least_ms: DurationMs | None = None
    """The shortest duration of the law `triangular`."""
    mode_ms: DurationMs | None = None
    """The most frequent duration of the law `triangular`."""
    most_ms: DurationMs | None = None
    """The longest duration of the law `triangular`."""
    median_ms: DurationMs | None = None
    """The median of the law `lognormal`."""
    p90_ms: DurationMs | None = None
    """The 90th percentile of the law `lognormal`."""

    @model_validator(mode="before")
    @classmethod
    def _from_plain_text(cls, data: object) -> object:
        is_plain = isinstance(data, str | int | float) and not isinstance(data, bool)
        return {"law": "fixed", "value": data} if is_plain else data


Months = Annotated[tuple[Share, ...], Field(min_length=12, max_length=12)]
"""Share of the year in each month, January first."""
