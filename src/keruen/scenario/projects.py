"""What a joint project is, as data: one file each in ``projects/``; years ahead and other ways.

Knows what is allowed within one table; what must hold between projects, years and the scenario is
in `check_projects`, how the files become these tables in `read_projects`. Money is written with its
currency and the year of its prices and stays text until it is converted. A project is only what is
beyond the base: what is built anyway stands in the scenario's `works`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from keruen.domain.joint import ProjectKind, Side
from keruen.scenario.levers import MoneyText, MoneyUnit
from keruen.scenario.models import Figure
from keruen.scenario.quantities import (
    BoxesPerYear,
    Count,
    DurationMs,
    EmissionGPerTkm,
    LengthM,
    PriceUsdPerBox,
    Share,
    YearsSpan,
)
from keruen.scenario.value_types import Id, LocalText, ScenarioTable

YearKey = Annotated[str, Field(pattern=r"^20[0-9]{2}$", max_length=4)]
"""A calendar year as the key of a table."""
YearNumber = Annotated[Count, Field(ge=2000, le=2099)]

AccountKey = Literal["A", "B", "third"]
"""Whose account: side A, side B, or others."""
PartyKey = Literal[
    "akimat",
    "company",
    "shippers-a",
    "ktz",
    "budget-a",
    "hefei",
    "shippers-b",
    "china-railway",
    "budget-b",
    "third",
]
"""Who pays or gains: the akimat, the company of the dry port and the shippers are of region A, KTZ
and the state budget of its country; likewise of B; `third` is everybody else."""


class ClaimedBenefit(ScenarioTable):
    """A gain that no run shows, as somebody claims it."""

    title: LocalText
    """What is gained."""
    thing: Id
    """What it is reckoned on, for example ``jobs``: two claims on one thing are the same gain."""
    side: AccountKey
    """Who gains."""
    amount: MoneyText
    """Money a year, with its range."""
    first: YearNumber
    """First year of it."""
    apart: bool = False
    """Both sides claim the same thing and each means only its own part: asked, and answered yes."""


class MissingFigure(ScenarioTable):
    """A figure without which the project cannot be judged."""

    what: LocalText
    """Which figure."""
    whom: LocalText
    """From whom it is to be had."""


class NamedPrice(ScenarioTable):
    """A price that the project changes: who pays whom, and what of it is really used up."""

    payer: PartyKey
    """Who pays."""
    payee: PartyKey
    """Who is paid."""
    resource_share: Share | None = None
    """Share that pays for people, energy and wear; left out where nobody knows it, and then there
    is no split by side."""


class ListedProject(ScenarioTable):
    """One project of the list."""

    title: LocalText
    """Its name."""
    register_id: str = ""
    """Its number in the register; blank where it has none."""
    kind: ProjectKind
    """What kind of project it is."""
    decided_by: Literal["akimat", "ktz", "china-railway", "company"]
    """Who decides."""
    hosts: tuple[Side, ...]
    """Sides on whose ground it stands."""
    beneficiaries: tuple[AccountKey, ...]
    """Who gains by it."""
    capital: dict[YearKey, MoneyText] = {}
    """Cost of building by calendar year."""
    paid_by: dict[PartyKey, Share] = {}
    """Share of the capital that each pays; together all of it."""
    yearly: MoneyText = "0 KZT2025"
    """Cost of operating a year: people, upkeep, energy."""
    life_yr: Annotated[YearsSpan, Field(gt=0)]
    """How long it serves."""
    earliest: YearNumber
    """First year in which it could be begun."""
    build_time_yr: YearsSpan
    """From the decision until it works."""
    requires: tuple[Id, ...] = ()
    """Projects without which it cannot be built."""
    excludes: tuple[Id, ...] = ()
    """Projects beside which it cannot be built."""
    level_of: Id | None = None
    """The project of which this is another size: one of all sizes is built, and together they are
    one player."""
    effect: str = ""
    """Case of the scenario that holds what it changes; blank where no run can show it."""
    own_share: Annotated[Share, Field(gt=0)] = 1.0
    """Of shared capacity: the corridor's share of what is built; its cost is for all of it."""
    induced_share: Share = 0.0
    """Of the boxes that its effect adds to flows: the share that would not travel at all without
    it. The others go by another way today."""
    induced_worth: Literal["rule-of-half", "claimed"] = "rule-of-half"
    """What such a box is worth beyond its carriage: half of the fall of its cost, or what a benefit
    of the project claims already, so that it is not counted twice."""
    others_gain: MoneyText | None = None
    """What others gain a year by their share; left out: not valued."""
    prices: dict[Id, NamedPrice] = {}
    """Prices that it changes."""
    benefits: dict[Id, ClaimedBenefit] = {}
    """Gains that no run shows."""
    missing: dict[Id, MissingFigure] = {}
    """Figures without which it cannot be judged."""

    @property
    def is_judged(self) -> bool:
        """Whether nothing is missing, so that it can have a place in the order."""
        return not self.missing


class YearAhead(ScenarioTable):
    """What a later year is like without any project of the list."""

    demand: Annotated[float, Field(gt=0, le=100)]
    """Boxes for each one of the scenario's own year; linear between years, constant after the
    last."""
    works: tuple[Id, ...] = ()
    """Works that are done by then without a decision of the list, by their keys in `works`."""


class OtherWay(ScenarioTable):
    """A way for a box that finds no room on the railway to the dry port.

    Boxes fill the ways from the cheapest on, each up to its capacity; one for which none has room
    is counted and has no price.
    """

    title: LocalText
    """Its name."""
    cost_usd2025_per_box: PriceUsdPerBox
    """What carriage and handling are paid, door to door."""
    time_ms: DurationMs
    """Door to door, median."""
    time_p90_ms: DurationMs
    """Door to door, 90th percentile (P90)."""
    loss_usd2025_per_box: PriceUsdPerBox = 0.0
    """Expected damage and spoilage."""
    capacity_boxes_per_yr: Annotated[BoxesPerYear, Field(gt=0)]
    """Boxes a year that it takes, beside those that go by it already."""
    length_m: Annotated[LengthM, Field(gt=0)]
    """Length of the whole way."""
    emission_g_per_tkm: EmissionGPerTkm
    """CO2e, well to wheel, mean over the way."""
    payer: PartyKey
    """Who pays."""
    paid_to: dict[PartyKey, Share]
    """Share of the cost that each is paid; together all of it."""
    resource_share: Share | None = None
    """Share of the cost that pays for people, energy and wear; left out where nobody knows it, and
    then there is no split by side."""


class CriterionWeight(ScenarioTable):
    """Between which bounds a side puts the weight of a criterion."""

    low: Share = 0.0
    """At least."""
    high: Share = 1.0
    """At most."""


class WeightsOfSide(ScenarioTable):
    """What a side says of the importance of criteria."""

    bounds: dict[Id, CriterionWeight]
    """Criterion → bounds of its weight; all weights together are 1."""
    order: tuple[Id, ...] = ()
    """Criteria, the weightiest first; left out: no rank."""


class ListTerms(ScenarioTable):
    """How a list is chosen: rates, budgets and weights of the sides."""

    own_rates: dict[Side, Share] = {}
    """Rate that a side signed for itself; its value at that rate is shown alone."""
    common_rate: Share
    """Rate at which sides are summed."""
    budgets: dict[Side, MoneyText] = {}
    """Capital that a side has for the list; left out: not limited."""
    weights: dict[Side, WeightsOfSide] = {}
    """By side; left out: any weight."""


class ProjectDocument(ScenarioTable):
    """All files of projects, years and terms as one document."""

    projects: dict[Id, ListedProject] = {}
    """By key: the name of the file."""
    years: dict[YearKey, YearAhead] = {}
    """By year."""
    other_ways: dict[Id, OtherWay] = {}
    """Ways for boxes that the railway leaves behind, by key."""
    terms: ListTerms | None = None
    """How the list is chosen."""
    rates: dict[MoneyUnit, Annotated[float, Field(gt=0)]] = {}
    """KZT of 2025 for one unit of a currency at the prices of a year; those of `investment.rates`
    need not be said again."""

    figures: tuple[Figure, ...] = Field(default=(), exclude=True)
    """The origin of every number, sorted by path; set when read."""
