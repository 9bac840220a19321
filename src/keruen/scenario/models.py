"""What a scenario folder may say: every table and key, frozen, unknown keys forbidden.

A key is written in TOML without its unit, because the value carries it (``useful_length =
"1050 m"``); the attribute carries the unit last (``useful_length_m``) and holds a plain number in
SI units (times in integer milliseconds). Where a figure comes from does not travel with the
number: it is kept in `Scenario.figures`, one row for each figure, by the path of its key.

The docstring below an attribute is its documentation: the reference page, the JSON Schema and the
headers are made from it. This module knows what is allowed within one table; what must hold
between tables is in `checks`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from keruen.scenario.quantities import (
    AreaM2,
    BoxesPerYear,
    Count,
    DurationMs,
    LengthM,
    MassKg,
    Share,
    SpeedMPerS,
    without_unit,
)

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=without_unit,
        populate_by_name=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


class LocalText(_Table):
    """A name or a sentence in the four languages; none may be missing."""

    en: str
    ru: str
    kk: str
    zh: str

    def in_language(self, language: str) -> str:
        """The text in `language` (``en``, ``ru``, ``kk`` or ``zh``)."""
        text: str = getattr(self, language)
        return text


class DurationLaw(_Table):
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


def _not_a_number(data: object) -> object:
    """pydantic would read 5 as the fifth second of 1970."""
    if isinstance(data, int | float):
        raise PydanticCustomError("date_type", "not a date")
    return data


# --- what the scenario is ---------------------------------------------------------------------


class Calendar(_Table):
    """When the simulated time lies."""

    first_day: Annotated[date, BeforeValidator(_not_a_number)]
    """First measured day. The simulation starts `warm_up` earlier, at midnight local time."""
    days: Annotated[Count, Field(ge=1, le=3660)]
    """Measured days."""
    warm_up_ms: DurationMs
    """Simulated before measuring starts, so that the yard is not empty; whole days."""
    utc_offset_ms: DurationMs
    """Local time at the dry port, ahead of UTC."""


class Header(_Table):
    """What the scenario is called and what a plain run does."""

    title: LocalText
    """Name of the scenario."""
    summary: LocalText
    """One or two sentences for the top of the report."""
    main_cases: tuple[str, ...] = ()
    """Cases that a run without a chosen case goes through; empty: the base alone."""
    replications: Annotated[Count, Field(ge=1, le=10_000)] = 4
    """Replications of a plain run."""
    seed: Annotated[Count, Field(ge=0, lt=2**63)] = 1
    """Seed of a plain run."""


class Limits(_Table):
    """Service limits: the twin holds when every one of them holds."""

    truck_turn_time_p90_ms: DurationMs
    """Nine of ten trucks are in and out within this time."""
    train_turnaround_p90_ms: DurationMs
    """Nine of ten trains are worked, from arrival to readiness to depart, within this time."""
    trains_held_share: Share
    """At most this share of the trains waits outside for want of a track."""
    yard_occupancy_p95: Share
    """The yard is not fuller than this in 95 of 100 hours, each kind of block."""
    unserved_share: Share
    """At most this share of the boxes finds no place on a train."""


# --- goods ----------------------------------------------------------------------------------


class Commodity(_Table):
    """A class of goods, as it is boxed."""

    title: LocalText
    """Trade name."""
    hs: str = ""
    """Harmonised System heading; blank until verified."""
    gng: str = ""
    """GNG code; blank until verified."""
    etsng: str = ""
    """ETSNG code; blank until verified."""
    net_load_20_kg: MassKg = 0
    """Mean net load of a 20-ft box; 0 for empties and where 20-ft boxes are not used."""
    net_load_40_kg: MassKg = 0
    """Mean net load of a 40-ft box; 0 for empties and where 40-ft boxes are not used."""
    load_spread: Share = 0.0
    """The net load varies evenly by plus or minus this share of its mean."""
    is_reefer: bool = False
    """The box needs a reefer plug in the yard."""
    un_number: str = ""
    """UN number when dangerous; blank otherwise."""
    dangerous_share: Share = 0.0
    """Share of the boxes that hold dangerous goods."""
    laboratory_share: Share = 0.0
    """Share of the boxes held for a laboratory sample at the dry port."""
    laboratory_time: DurationLaw | None = None
    """Length of such a hold."""


Months = Annotated[tuple[Share, ...], Field(min_length=12, max_length=12)]


class Flow(_Table):
    """A yearly stream of boxes through the dry port, one direction, one commodity."""

    title: LocalText
    """Name of the flow."""
    kind: Literal["import", "export", "transit", "empty"]
    """`import` comes by train and leaves by truck, `export` the other way, `transit` comes and
    leaves by train. `empty` carries no rate: its boxes follow from the imbalance of all others."""
    commodity: Id
    """Key in `commodities`."""
    boxes: BoxesPerYear = 0.0
    """Boxes a year (not TEU); must stay 0 for `empty`."""
    service: Id
    """Train service on which the boxes come (`import`), leave (`export`) or both (`empty`)."""
    onward_service: Id | None = None
    """`transit` only: the service on which the boxes leave."""
    sizes: dict[str, Share]
    """Shares by ISO 6346 size-type code (``22G1``, ``42G1``, ``45G1``, ``22R1``, ``45R1``);
    they sum to 1. For `empty`: not used, written as an empty table."""
    months: Months = (1 / 12,) * 12
    """Share of the year in each month, January first; they sum to 1. Left out: equal months."""
    stay: DurationLaw
    """From readiness at the dry port until the truck is wanted (`import`), or before the train
    (`export`: how early the truck brings the box)."""
    customs: bool = False
    """Passes the customs channels at the dry port."""


class Customs(_Table):
    """Channels of the customs post; shares of laden boxes that pass it."""

    yellow_share: Share
    """Documents are checked."""
    red_share: Share
    """The box is opened; takes an inspection slot."""
    green_time: DurationLaw
    """Release without control."""
    yellow_time: DurationLaw
    """Documentary control."""
    red_time: DurationLaw
    """Physical inspection, in the slot."""


class Demand(_Table):
    """How the flows are read."""

    scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Multiplies the boxes of every flow."""
    reuse_share: Share = 1.0
    """Share of the boxes emptied here that an export of the same size can use."""


# --- rail -----------------------------------------------------------------------------------


class Service(_Table):
    """A recurring container train between the dry port and one partner."""

    title: LocalText
    """Name of the service."""
    partner: LocalText
    """Where the train comes from and goes back to."""
    border: str = ""
    """Border crossing on the way; blank if none."""
    distance_m: LengthM
    """Length of the route."""
    trains_per_week: Annotated[Count, Field(ge=1, le=700)]
    """Trains a week, spread evenly over it."""
    first_arrival_ms: DurationMs
    """First arrival of the week, since Monday 00:00 local time."""
    n_wagons: Annotated[Count, Field(ge=1, le=200)]
    """Platforms in the train."""
    wagon_length_m: LengthM
    """Length of one platform over couplers."""
    teu_per_wagon: Annotated[Count, Field(ge=1, le=4)]
    """TEU that one platform carries."""
    payload_per_wagon_kg: MassKg
    """Gross mass of boxes that one platform carries."""
    transit_time: DurationLaw
    """From departure at the partner to scheduled arrival at the dry port."""
    delay: DurationLaw
    """How late a train comes after its scheduled arrival."""
    layover_ms: DurationMs
    """From scheduled arrival to scheduled departure with the next load."""


# --- the terminal ---------------------------------------------------------------------------


class Tracks(_Table):
    """A group of equal tracks."""

    title: LocalText
    """Name of the group."""
    use: Literal["reception", "handling"]
    """`reception` tracks receive and dispatch trains; machines work over `handling` tracks."""
    count: Annotated[Count, Field(ge=1, le=64)]
    """Tracks in the group."""
    useful_length_m: LengthM
    """Length that a train may fill."""


class Shunting(_Table):
    """Moving trains between reception and handling tracks."""

    n_locomotives: Annotated[Count, Field(ge=1, le=16)]
    """Shunting locomotives at work."""
    inspection_time: DurationLaw
    """Technical inspection and papers on the reception track."""
    placing_time: DurationLaw
    """From reception to handling track, coupling included."""
    pulling_time: DurationLaw
    """From handling track back to a reception track."""
    brake_test_time: DurationLaw
    """Brake test and papers before departure."""


class Machines(_Table):
    """A group of equal machines."""

    title: LocalText
    """Name of the group."""
    kind: Literal["gantry", "reach_stacker", "empty_handler", "tractor"]
    """`gantry` works the handling tracks, `reach_stacker` and `empty_handler` the blocks,
    `tractor` drives boxes between tracks and blocks."""
    count: Annotated[Count, Field(ge=1, le=64)]
    """Machines at work."""
    lifting_capacity_kg: MassKg = 0
    """Heaviest gross box; 0 for tractors."""
    cycle_time: DurationLaw | None = None
    """One move; tractors have none."""
    speed_m_per_s: SpeedMPerS = 0.0
    """Driving speed of tractors; 0 for others."""


class Block(_Table):
    """A yard block: bays × rows × tiers of 40-ft ground positions (2 TEU each)."""

    title: LocalText
    """Name painted on the yard."""
    kind: Literal["laden", "empty", "reefer", "dangerous"]
    """Which boxes it takes."""
    n_bays: Annotated[Count, Field(ge=1, le=512)]
    """40-ft bays along the block."""
    n_rows: Annotated[Count, Field(ge=1, le=64)]
    """Rows across the block."""
    n_tiers: Annotated[Count, Field(ge=1, le=8)]
    """Boxes on top of one another at most."""
    machines: Id
    """Group of machines that works the block."""
    distance_m: LengthM
    """Driving distance from the handling tracks, one way."""
    n_plugs: Count = 0
    """Reefer plugs; each cooled box needs one."""

    @property
    def capacity_teu(self) -> int:
        """TEU that fit when every slot is full."""
        return 2 * self.n_bays * self.n_rows * self.n_tiers


class Gate(_Table):
    """Where trucks enter and leave."""

    n_lanes_in: Annotated[Count, Field(ge=1, le=64)]
    """Lanes in."""
    n_lanes_out: Annotated[Count, Field(ge=1, le=64)]
    """Lanes out."""
    in_time: DurationLaw
    """At the in-gate: papers, weighing, inspection of the box."""
    out_time: DurationLaw
    """At the out-gate."""
    drive_time: DurationLaw
    """From the gate to the block, and back."""
    opens_ms: DurationMs
    """Opening time of day."""
    open_time_ms: DurationMs
    """How long the gate is open each day."""
    weekday_shares: Annotated[tuple[Share, ...], Field(min_length=7, max_length=7)]
    """Share of the week's trucks on each weekday, Monday first; they sum to 1."""
    hour_shares: Annotated[tuple[Share, ...], Field(min_length=24, max_length=24)]
    """Share of the day's trucks in each hour from midnight; they sum to 1 and are 0 while the
    gate is closed."""


class Warehouse(_Table):
    """Container freight station where kits are unpacked. Not simulated yet: kits leave by truck."""

    floor_area_m2: AreaM2
    """Floor."""
    n_doors: Count
    """Dock doors."""


class Policy(_Table):
    """The rules that the terminal works by."""

    slot: Literal["lowest_stack", "first_fit", "random"] = "lowest_stack"
    """Which stack takes the next box; the reshuffle rule is the same, within the block."""
    yard_reserve: Share = 0.05
    """Share of the slots of each kind that export boxes may not take, so that trains can always
    be emptied."""


class Terminal(_Table):
    """The dry port."""

    title: LocalText
    """Name of the dry port."""
    site_area_m2: AreaM2
    """Area of the site."""
    tracks: dict[Id, Tracks]
    """Groups of tracks."""
    shunting: Shunting
    """Shunting."""
    machines: dict[Id, Machines]
    """Groups of machines."""
    blocks: dict[Id, Block]
    """Yard blocks."""
    gate: Gate
    """The gate."""
    n_inspection_slots: Annotated[Count, Field(ge=1, le=1000)]
    """Boxes that customs can have open at the same time."""
    warehouse: Warehouse | None = None
    """The warehouse."""
    policy: Policy = Policy()
    """Rules of work."""


# --- claims ---------------------------------------------------------------------------------


class Statement(_Table):
    """One party's statement of a figure or a date, as published."""

    value: str
    """The value as a quantity (``"64 bn KZT"``), a date or a word."""
    who: LocalText
    """Who said it, where."""
    as_of: str
    """When it was said (a year, a month or a day)."""
    source: str
    """Address of the publication."""
    note: str = ""
    """What to know about it, in English."""


class RatioCheck(_Table):
    """A statement divided by another must lie in a plausible range."""

    numerator: str
    """``claim.statement`` of the figure above the line."""
    denominator: str
    """``claim.statement`` of the figure below the line."""
    unit: str
    """Unit of the ratio, for example ``"t/box"``."""
    plausible_low: float
    """Lowest plausible value, in `unit`."""
    plausible_high: float
    """Highest plausible value, in `unit`."""
    title: LocalText
    """What the ratio says."""
    source: str
    """Where the plausible range comes from."""
    note: str = ""
    """Why this range."""


class Claim(_Table):
    """A subject on which sources speak, with every statement kept."""

    title: LocalText
    """The subject."""
    statements: dict[Id, Statement]
    """All statements, side by side."""
    checks: dict[Id, RatioCheck] = {}
    """Plain-words checks of the statements against others and against physics."""


class Figure(_Table):
    """Where one number of the scenario comes from."""

    path: str
    """Key path, for example ``terminal.tracks.handling.useful_length``."""
    text: str
    """The value as written."""
    low: str = ""
    """Lowest credible value, as written."""
    high: str = ""
    """Highest credible value, as written."""
    source: str
    """Address or reference; ``assumption`` for an engineering value."""
    as_of: str = ""
    """Date or year of the source."""
    note: str = ""
    """Reason of an assumption, or what to know about the source."""

    @property
    def is_assumption(self) -> bool:
        """Whether nobody published this figure."""
        return self.source == "assumption"


class Scenario(_Table):
    """One described world, read and checked; a case is already applied."""

    scenario: Header
    """Name and defaults of a run."""
    calendar: Calendar
    """Simulated time."""
    demand: Demand = Demand()
    """How the flows are read."""
    commodities: dict[Id, Commodity]
    """Classes of goods."""
    flows: dict[Id, Flow]
    """Streams of boxes."""
    customs: Customs
    """Customs channels at the dry port."""
    services: dict[Id, Service]
    """Container trains."""
    terminal: Terminal
    """The dry port."""
    limits: Limits
    """Service limits."""
    claims: dict[Id, Claim] = {}
    """What sources claim."""

    name: str = Field(default="", exclude=True)
    """Folder name of the scenario; set by `read`."""
    case: str = Field(default="base", exclude=True)
    """The applied cases, joined by ``+``; ``base`` if none; set by `read`."""
    case_title: LocalText | None = Field(default=None, exclude=True)
    """Title of the applied case; set by `read`."""
    digest: str = Field(default="", exclude=True)
    """SHA-256 of everything that can change a result, in canonical order; set by `read`."""
    documents: dict[str, str] = Field(default={}, exclude=True)
    """The files it was read from, by name within the folder; set by `read`."""
    overrides: tuple[str, ...] = Field(default=(), exclude=True)
    """Single changes applied last; set by `read`."""
    figures: tuple[Figure, ...] = Field(default=(), exclude=True)
    """The origin of every number, sorted by path; set by `read`."""
