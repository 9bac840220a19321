"""What a scenario says of what can be added: in which steps, how much, for how much, by whom.

Knows what is allowed within one table; that a target is there and a currency has a rate is in
`check_levers`. What an addition changes in the scenario is the study's. Money is written with its
currency and the year of its prices, ``"2.6 bn KZT2025"``, and stays text until it is converted.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from keruen.scenario.quantities import Count, Share, YearsSpan, is_money, split_quantity
from keruen.scenario.value_types import LocalText, ScenarioTable

OWN_MONEY: Final = "KZT2025"
"""What all costs are converted into."""

_EXAMPLE: Final = "2.6 bn KZT2025"
_MOST: Final = 1e16
"""More than the yearly product of any country."""


def _money(text: str) -> str:
    split = split_quantity(text)
    facts = {"units": f"{OWN_MONEY}, USD2025", "example": _EXAMPLE, "most": f"{_MOST:.0e}"}
    kind = None
    if split is None:
        kind = "quantity_text"
    elif not split[1]:
        kind = "quantity_no_unit"
    elif not is_money(split[1]):
        kind = "quantity_price_year" if split[1].isupper() and len(split[1]) == 3 else None
        kind = kind or "quantity_unit"
    elif split[0] < 0:
        kind = "quantity_negative"
    elif split[0] > _MOST:
        kind = "quantity_large"
    if kind is not None:
        raise PydanticCustomError(kind, "money", facts)
    return text


MoneyText = Annotated[
    str, AfterValidator(_money), Field(json_schema_extra={"format": "money"}, examples=[_EXAMPLE])
]
"""A sum of money as it is written: number, currency, year of the prices."""

MoneyUnit = Annotated[str, Field(pattern=r"^[A-Z]{3}[0-9]{4}$")]
"""A currency with the year of its prices."""

TerminalTarget = Literal[
    "tracks",
    "machines",
    "blocks",
    "plugs",
    "shift-hours",
    "gate-lanes",
    "gate-hours",
    "appointments",
    "locomotives",
    "inspection-slots",
    "trucks",
]
"""What stands in the dry port."""

RailwayTarget = Literal["border-trains", "transshipment", "section", "platforms"]
"""What trains share outside it."""


class Lever(ScenarioTable):
    """Something that can be added, in whole steps."""

    title: LocalText
    """What is added."""
    adds: Literal[TerminalTarget, RailwayTarget]
    """`tracks`, `machines` and `blocks` (further ones of a group), `plugs` (of a block, with the
    ground under them), `shift-hours` (of a shift), `gate-lanes` (in and out), `gate-hours`,
    `appointments` (trucks a window), `locomotives` (for shunting), `inspection-slots`, `trucks` (a
    day, where they are limited); of the railway `border-trains` (a day each way), `transshipment`
    (boxes a day), `section` (train paths a day each way), `platforms` (container flat wagons)."""
    to: str = ""
    """Key of the group, block, shift, border, section or fleet; left out where there is one."""
    step: Annotated[Count, Field(ge=1, le=100_000)]
    """What one step builds, in the unit of `adds`: of shared capacity the whole that is built."""
    most: Annotated[Count, Field(ge=1, le=1_000_000)]
    """At most so much of it."""
    own_share: Annotated[Share, Field(gt=0)] = 1.0
    """Share of what is built that the corridor may use; the rest is a gain of others."""
    capital: MoneyText
    """Price of one step, built and running."""
    yearly: MoneyText
    """What one step costs each year: people, upkeep, energy."""
    life_yr: Annotated[YearsSpan, Field(gt=0)]
    """How long it serves."""
    decided_by: Literal["akimat", "ktz", "china-railway", "company"]
    """Who decides: the akimat, KTZ, China Railway or the company of the dry port."""
    build_time_yr: YearsSpan
    """From the decision until it works."""

    @property
    def most_steps(self) -> int:
        """Whole steps at most."""
        return self.most // self.step


class Investment(ScenarioTable):
    """How costs of different years and currencies become one yearly sum."""

    discount_rate: Share
    """Real rate by which capital is spread over the years of its life."""
    rates: dict[MoneyUnit, Annotated[float, Field(gt=0)]] = {}
    """KZT of 2025 for one unit of a currency at the prices of a year: ``USD2025``."""
