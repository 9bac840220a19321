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

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from keruen.errors import Problem
from keruen.scenario.dry_port import HazardClass, Terminal
from keruen.scenario.initial_yard import StandingBox
from keruen.scenario.levers import Investment, Lever
from keruen.scenario.network import Network
from keruen.scenario.quantities import (
    BoxesPerYear,
    Count,
    DurationMs,
    LengthM,
    MassKg,
    Share,
    TemperatureC,
)
from keruen.scenario.value_types import Day, DurationLaw, Id, LocalText, Months, ScenarioTable
from keruen.units import MS_PER_DAY

# --- what the scenario is ---------------------------------------------------------------------


class Calendar(ScenarioTable):
    """When the simulated time lies."""

    first_day: Day
    """First measured day. The simulation starts `warm_up` earlier, at midnight local time."""
    days: Annotated[Count, Field(ge=1, le=3660)]
    """Measured days."""
    warm_up_ms: DurationMs
    """Simulated before measuring starts, so that the yard is not empty; whole days."""
    utc_offset_ms: DurationMs
    """Local time at the dry port, ahead of UTC."""

    @property
    def starts_on(self) -> date:
        """First simulated day: the warm-up comes before the first measured one."""
        return self.first_day - timedelta(milliseconds=self.warm_up_ms)

    @property
    def horizon_ms(self) -> int:
        """Simulated time: warm-up and measured days."""
        return self.warm_up_ms + self.days * MS_PER_DAY


class Header(ScenarioTable):
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


class Limits(ScenarioTable):
    """Service limits: the twin holds when every one of them holds."""

    truck_turn_time_p90_ms: DurationMs
    """Limit on the truck turn time, 90th percentile (P90)."""
    train_turnaround_p90_ms: DurationMs
    """Limit on the train turnaround, arrival until ready to depart, 90th percentile (P90)."""
    trains_held_share: Share
    """At most this share of the trains waits outside for want of a track."""
    yard_occupancy_p95: Share
    """Limit on the hourly yard occupancy of each kind of block, 95th percentile (P95)."""
    unserved_share: Share
    """Limit on the share of boxes that no train carries."""
    reefers_without_plug_share: Share = 0.0
    """Limit on the share of reefers without a free plug."""


# --- goods ----------------------------------------------------------------------------------


class Commodity(ScenarioTable):
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
    shelf_life_ms: DurationMs | None = None
    """How long the goods keep at `temperature`; left out where time does not spoil them."""
    temperature_c: TemperatureC | None = None
    """What the box is kept at on its way; left out where no temperature is asked for."""
    un_numbers: tuple[str, ...] = ()
    """UN numbers of the dangerous ones, four digits each; empty when none is."""
    dangerous_share: Share = 0.0
    """Share of the boxes that hold dangerous goods."""
    hazard_class: HazardClass | None = None
    """Class of the dangerous ones; needed where yard blocks take certain classes only."""
    laboratory_share: Share = 0.0
    """Share of the boxes held for a laboratory sample at the dry port."""
    laboratory_time: DurationLaw | None = None
    """Length of such a hold."""


class Flow(ScenarioTable):
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
    delivery: Literal["truck", "shuttle", "warehouse"] = "truck"
    """`import` only: fetched by its own truck, taken to a plant by the `shuttle` machines, or
    unpacked in the warehouse."""


class Customs(ScenarioTable):
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


class DemandSettings(ScenarioTable):
    """How the flows are read."""

    scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Multiplies the boxes of every flow."""
    reuse_share: Share = 1.0
    """Share of the boxes emptied here that an export of the same size can use."""


# --- rail -----------------------------------------------------------------------------------


class WagonType(ScenarioTable):
    """A container flat wagon: what it may carry and how."""

    title: LocalText
    """Its name or model."""
    length_m: LengthM
    """Over couplers."""
    tare_kg: MassKg
    """Its own mass."""
    payload_kg: MassKg
    """Gross mass of boxes that it carries."""
    n_axles: Annotated[Count, Field(ge=2, le=12)] = 4
    """Axles."""
    axle_load_kg: MassKg = 23_500
    """Greatest mass on one axle that the line allows."""
    patterns: tuple[str, ...] = ("20+20", "40")
    """Ways to load it, by lengths in feet: ``20+20``, ``40``, ``20+40``."""

    @property
    def load_limit_kg(self) -> int:
        """What payload and axles together allow."""
        return min(self.payload_kg, self.n_axles * self.axle_load_kg - self.tare_kg)


class Service(ScenarioTable):
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
    """Container flat wagons in the train."""
    wagon_length_m: LengthM
    """Length of one wagon over couplers."""
    teu_per_wagon: Annotated[Count, Field(ge=1, le=4)]
    """TEU that one wagon carries."""
    payload_per_wagon_kg: MassKg
    """Gross mass of boxes that one wagon carries."""
    wagon_type: Id | None = None
    """Key in `wagon_types`: load patterns, tare and axle loads; left out: any boxes that fit the
    wagon's TEU and payload."""
    mass_limit_kg: MassKg = 0
    """Greatest gross mass of the train with its wagons; 0: none."""
    transit_time: DurationLaw
    """From departure at the partner to scheduled arrival at the dry port."""
    delay: DurationLaw
    """How late a train comes after its scheduled arrival."""
    layover_ms: DurationMs
    """From scheduled arrival to scheduled departure with the next load."""
    departure_standing: Literal["reception_track", "handling_track"] = "reception_track"
    """Where a finished train waits for its departure: set back to a reception track, or left where
    it was handled, which needs no locomotive and keeps the track. Trains in portions are set back
    in any case."""
    tracks: Id | None = None
    """Group of handling tracks on which its trains are handled, and beside which the boxes are set
    that trucks bring for them, as long as rows under the gantries have room there beyond the
    reserve; left out: any that is free."""
    wagons_per_group: Annotated[Count, Field(ge=0, le=200)] = 0
    """The shunting locomotive feeds and removes the train in groups of so many wagons, one after
    the other; 0: whole, or in portions when it is longer than the track."""


# --- claims ---------------------------------------------------------------------------------


class Statement(ScenarioTable):
    """One party's statement of a figure or a date, as published."""

    value: str
    """The value as a quantity (``"64 bn KZT"``), a date or a word."""
    who: LocalText
    """Who said it, where."""
    as_of: str
    """When it was said (a year, a month or a day; a dash when that is not known)."""
    source: str
    """Address of the publication, or "no address published"."""
    note: str = ""
    """What to know about it, in English."""


class RatioCheck(ScenarioTable):
    """A statement divided by another must lie in a plausible range."""

    numerator: str
    """``claim.statement`` of the figure above the line, or ``network.n_dispatching_stations``."""
    denominator: str
    """The same of the figure below the line."""
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


class ClaimSubject(ScenarioTable):
    """A subject on which sources speak, with every statement kept."""

    title: LocalText
    """The subject."""
    statements: dict[Id, Statement]
    """All statements, side by side."""
    checks: dict[Id, RatioCheck] = {}
    """Plain-words checks of the statements against others and against physics."""


class Figure(ScenarioTable):
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
    published: str = ""
    """What the source counts, when that is another quantity; blank when it is this one."""

    @property
    def is_assumption(self) -> bool:
        """Whether nobody published this figure."""
        return self.source == "assumption"

    @property
    def is_computed(self) -> bool:
        """Whether it belongs to a week that Keruen planned: a result, no input.

        What somebody else computed and wrote elsewhere is an input all the same.
        """
        return self.source == "computed" and self.path.startswith("network.week.")


class Scenario(ScenarioTable):
    """One described world, read and checked; a case is already applied."""

    scenario: Header
    """Name and defaults of a run."""
    calendar: Calendar
    """Simulated time."""
    demand: DemandSettings = DemandSettings()
    """How the flows are read."""
    commodities: dict[Id, Commodity]
    """Classes of goods."""
    flows: dict[Id, Flow]
    """Streams of boxes."""
    customs: Customs
    """Customs channels at the dry port."""
    services: dict[Id, Service]
    """Container trains."""
    wagon_types: dict[Id, WagonType] = {}
    """Types of container flat wagon."""
    terminal: Terminal
    """The dry port."""
    standing: dict[str, StandingBox] = {}
    """Boxes in the yard when the run begins, by container number; read from a list (CSV)."""
    network: Network | None = None
    """The railway between the dispatching stations, the borders and the dry port."""
    limits: Limits
    """Service limits."""
    claims: dict[Id, ClaimSubject] = {}
    """What sources claim."""
    levers: dict[Id, Lever] = {}
    """What can be added, for how much and by whom."""
    investment: Investment | None = None
    """How what is added is reckoned; needed with levers."""

    name: str = Field(default="", exclude=True)
    """Folder name of the scenario; set by `read`."""
    case: str = Field(default="base", exclude=True)
    """The applied cases, joined by ``+``; ``base`` if none; set by `read`."""
    case_title: LocalText | None = Field(default=None, exclude=True)
    """Title of the applied case; set by `read`."""
    works: tuple[LocalText, ...] = Field(default=(), exclude=True)
    """What is built by its year without a further decision, the earliest first; set by `read`."""
    digest: str = Field(default="", exclude=True)
    """SHA-256 of everything that can change a result, in canonical order; set by `read`."""
    documents: dict[str, str] = Field(default={}, exclude=True)
    """The files it was read from, by name within the folder; set by `read`."""
    notes: tuple[Problem, ...] = Field(default=(), exclude=True)
    """What a reader should know of how the files were read; set by `read`."""
    overrides: tuple[str, ...] = Field(default=(), exclude=True)
    """Single changes applied last; set by `read`."""
    figures: tuple[Figure, ...] = Field(default=(), exclude=True)
    """The origin of every number, sorted by path; set by `read`."""

    @property
    def input_figures(self) -> tuple[Figure, ...]:
        """The figures that somebody gave: the same before a run and read back with its plan."""
        return tuple(figure for figure in self.figures if not figure.is_computed)
