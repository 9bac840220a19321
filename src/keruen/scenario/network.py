"""What a scenario says of the railway: stations, sections, borders, episodes, fleet, costs.

Knows what is allowed within one table; what must hold between tables is in `check_network`. A
section stands for a whole line between two stations or junctions, not for the distance between two
signals. Trains a day are counted each way. All money is real US dollars of 2025.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from keruen.scenario.quantities import (
    AngleDeg,
    BoxesPerYear,
    Count,
    DurationMs,
    EmissionGPerTkm,
    LengthM,
    PriceUsdPerBox,
    PriceUsdPerBoxDay,
    PriceUsdPerT,
    PriceUsdPerTeuKm,
    PriceUsdPerTrainKm,
    Share,
    SpeedMPerS,
    TrainsPerDay,
)
from keruen.scenario.value_types import Day, DurationLaw, Id, LocalText, Months, ScenarioTable
from keruen.scenario.week import Week
from keruen.units import DAYS_PER_YEAR, MS_PER_SECOND

Country = Literal["CN", "KZ", "RU"]
"""Country code, ISO 3166-1."""

Gauge = Literal["1435 mm", "1520 mm"]
"""Distance between the rails."""

Weight = Annotated[float, Field(strict=True, ge=0, le=1000)]
"""How much one part of the objective counts."""


class Station(ScenarioTable):
    """A place where trains start, end, change gauge or change line."""

    title: LocalText
    """Its name in the trade."""
    kind: Literal["dispatch", "border", "junction", "destination", "dry-port"]
    """`dispatch`: Chinese station that sends trains to Kazakhstan; `border`: of one side of a
    border crossing; `junction`: where lines meet; `destination`: where goods also go;
    `dry-port`: the one that is simulated."""
    country: Country
    """Where it lies."""
    latitude_deg: Annotated[AngleDeg, Field(le=90)]
    """Degrees north of the equator, WGS 84."""
    longitude_deg: AngleDeg
    """Degrees east of Greenwich, WGS 84."""
    gauge: Gauge
    """Gauge of its tracks; a border station is listed with its own country's."""
    esr: str = ""
    """ESR code of the 1520 mm network, six digits; blank until verified."""
    evidence: str
    """Address of a publication that names the station as what `kind` says, or `assumption`."""
    reason: str
    """Why it is in the list, in English."""
    is_hub: bool = False
    """`dispatch` only: goods of other stations are gathered here into full trains."""
    standing_tracks: Annotated[Count, Field(ge=0, le=1000)] = 0
    """Tracks on which trains for a full dry port may be left standing (`intake_stop`)."""


class Railway(ScenarioTable):
    """What the sections of one railway have in common."""

    title: LocalText
    """Its name."""
    country: Country
    """Where it runs."""
    gauge: Gauge
    """Gauge of its sections."""
    slow_speed_m_per_s: Annotated[SpeedMPerS, Field(gt=0)]
    """Distance that a container train makes in a day at worst, stops included."""
    usual_speed_m_per_s: Annotated[SpeedMPerS, Field(gt=0)]
    """The same on most days."""
    fast_speed_m_per_s: Annotated[SpeedMPerS, Field(gt=0)]
    """The same at best."""
    train_usd2025_per_train_km: PriceUsdPerTrainKm
    """What a train costs, however full: locomotive, crew, path."""
    teu_usd2025_per_teu_km: PriceUsdPerTeuKm
    """What each TEU on it costs on top."""
    electric_g_per_tkm: EmissionGPerTkm
    """CO2e of a net tonne-kilometre behind an electric locomotive, well to wheel."""
    diesel_g_per_tkm: EmissionGPerTkm
    """CO2e of a net tonne-kilometre behind a diesel locomotive, well to wheel."""


class TrainsRange(ScenarioTable):
    """Trains a day, each way, with what is credible."""

    low_trains_per_d: TrainsPerDay
    """On quiet days."""
    mode_trains_per_d: TrainsPerDay
    """On most days."""
    high_trains_per_d: TrainsPerDay
    """On busy days."""

    @property
    def mean_trains_per_d(self) -> float:
        """Trains on an average day: the mean of the triangle, not its top.

        What happens on most days is no average where busy days lie further off than quiet ones.
        """
        return (self.low_trains_per_d + self.mode_trains_per_d + self.high_trains_per_d) / 3


class OtherTraffic(TrainsRange):
    """Trains of others on a section, and of what goods they are as far as that is known."""

    parts: dict[Id, TrainsRange] = {}
    """Trains of each of `goods`, by its key; they sum to the whole. Left out: not told apart."""


class SharedGoods(ScenarioTable):
    """Goods of others whose trains use the same lines."""

    title: LocalText
    """Their name."""


class Section(ScenarioTable):
    """A line between two stations, used both ways."""

    start: Id
    """Key in `stations`: one end."""
    end: Id
    """Key in `stations`: the other end."""
    railway: Id
    """Key in `railways`: whose speeds, costs and emissions hold."""
    length_m: Annotated[LengthM, Field(gt=0)]
    """Along the rails."""
    n_tracks: Annotated[Count, Field(ge=1, le=4)]
    """Main tracks."""
    is_electrified: bool
    """Electric locomotives all the way."""
    capacity_trains_per_d: Annotated[TrainsPerDay, Field(gt=0)]
    """Train paths a day, each way."""
    other_traffic: OtherTraffic
    """Trains a day, each way, that are not container trains of the corridor."""
    running_time: DurationLaw | None = None
    """From one end to the other; left out: length by the speeds of the railway, triangular."""
    stops_in_wind: bool = False
    """Trains stand still in strong wind."""
    season: LocalText | None = None
    """What changes through the year."""


class BorderIntake(TrainsRange):
    """Trains a day that one side of a crossing takes in."""

    counts: Literal["all-trains", "container-trains"] = "all-trains"
    """Which trains these are: of all goods, or those of containers alone."""


class OthersShare(ScenarioTable):
    """What others have of one limit of a crossing."""

    share: Annotated[Share, Field(lt=1)] = 0.0
    """Share that belongs to others: bulk goods, and containers for elsewhere."""
    counts: Literal["all-trains", "container-trains", "boxes"] | None = None
    """Of what the share is: the same as the limit counts. Left out only where the share is 0."""


class Others(ScenarioTable):
    """What others have at a crossing, of each limit by itself."""

    to_china: OthersShare = OthersShare()
    """Of the trains in `to_china`."""
    to_kazakhstan: OthersShare = OthersShare()
    """Of the trains in `to_kazakhstan`."""
    transshipment: OthersShare = OthersShare()
    """Of the boxes in `transshipment`."""


class Border(ScenarioTable):
    """A crossing from China to Kazakhstan, with its change of gauge."""

    title: LocalText
    """Its name, the Chinese station first."""
    china_station: Id
    """Key in `stations`: the 1435 mm side."""
    kazakh_station: Id
    """Key in `stations`: the 1520 mm side."""
    length_m: Annotated[LengthM, Field(gt=0)]
    """Between the two stations."""
    to_china: BorderIntake
    """Trains of 1520 mm a day that China takes in."""
    to_kazakhstan: BorderIntake
    """Trains of 1435 mm a day that Kazakhstan takes in."""
    others: Others = Others()
    """What others have of these trains and of the transshipment."""
    transshipment_boxes_per_yr: Annotated[BoxesPerYear, Field(gt=0)]
    """Boxes that both sides together can move from gauge to gauge."""
    dwell: DurationLaw
    """From arrival on one side to departure on the other without a queue: customs, papers,
    transshipment."""
    n_feu_1435: Annotated[Count, Field(ge=1, le=200)]
    """Forty-foot boxes in a full train of 1435 mm."""
    n_feu_1520: Annotated[Count, Field(ge=1, le=200)]
    """Forty-foot boxes in a full train of 1520 mm: three trains become two."""
    gauge_change_usd2025_per_box: PriceUsdPerBox
    """Price of the change of gauge."""
    fee_usd2025_per_box: PriceUsdPerBox
    """Customs, documents and inspection."""
    wind_days: Annotated[Count, Field(ge=0, le=366)] = 0
    """Days a year with wind that stops cranes in the open."""
    sheltered_share: Share = 0.0
    """Share of the transshipment that goes on in such wind, under a roof."""
    is_open: bool = True
    """Trains may use it."""
    opens: Day | None = None
    """When it is to open; blank if it is open already."""

    def own_trains_per_d(self, *, to_china: bool) -> float:
        """Trains on an average day that the corridor may have in one direction.

        Parameters
        ----------
        to_china : the direction: on 1520 mm to China, or on 1435 mm to Kazakhstan.
        """
        trains = self.to_china if to_china else self.to_kazakhstan
        return trains.mean_trains_per_d * self.own_share(to_china=to_china)

    def own_share(self, *, to_china: bool) -> float:
        """Share of the trains of one direction that the corridor may have."""
        others = self.others.to_china if to_china else self.others.to_kazakhstan
        return 1 - others.share

    @property
    def own_boxes_per_d(self) -> float:
        """Boxes a day that may change gauge for the corridor in one direction.

        Half of what both sides can move together is for each direction.
        """
        yearly = self.transshipment_boxes_per_yr * (1 - self.others.transshipment.share)
        return yearly / DAYS_PER_YEAR / 2


class Episode(ScenarioTable):
    """A disruption that was recorded: the model must show a backlog of the recorded size."""

    title: LocalText
    """What happened."""
    border: Id
    """Key in `borders`."""
    kind: Literal["wind", "ban", "quota", "congestion"]
    """Why less passed."""
    first_day: Day
    """First day of it."""
    days: Annotated[Count, Field(ge=1, le=366)]
    """How many days it lasted."""
    intake_share: Share
    """What China took in, as a share of the usual trains a day."""
    loading_share: Share = 1.0
    """What might be loaded for this border, as a share of the usual; 0: loading was banned."""
    loading_follows_after_ms: DurationMs | None = None
    """From the first day until no more is loaded for this border than it takes in, whole days. Left
    out: loading never follows."""
    n_backlog: Annotated[Count, Field(ge=0, le=1_000_000)] | None = None
    """Recorded backlog; left out where none was published."""
    backlog_unit: Literal["trains", "wagons", "containers"] | None = None
    """What the backlog counts."""
    backlog_at: Literal["start", "end"] = "end"
    """Whether the backlog was there on the first day or grew until the last."""


class Disruption(ScenarioTable):
    """A kind of disruption that comes again: how often, how long, how bad."""

    title: LocalText
    """What happens."""
    border: Id
    """Key in `borders`."""
    kind: Literal["wind", "ban", "quota", "congestion"]
    """Why less passes."""
    n_per_year: Annotated[float, Field(strict=True, ge=0, le=366)]
    """How many begin in a year."""
    length: DurationLaw
    """How long one lasts."""
    intake_share: Share
    """What the border takes in meanwhile, as a share of the usual trains a day."""
    months: Months = (1 / 12,) * 12
    """Share of them that begins in each month, January first; they sum to 1. Left out: equal."""


class Fleet(ScenarioTable):
    """Container flat wagons that circulate on one gauge."""

    title: LocalText
    """Its name."""
    gauge: Gauge
    """Gauge of the wagons."""
    wagon_type: Id | None = None
    """Key in `wagon_types`; left out: not one that the terminal sees."""
    n_platforms: Annotated[Count, Field(ge=1, le=1_000_000)]
    """40-ft container flat wagons of the owners."""
    available_share: Share
    """Share of them that works on this corridor."""
    turnaround: DurationLaw
    """Between two trips: unloading, loading, waiting for a train, repair."""


class Costs(ScenarioTable):
    """Prices that do not depend on the railway, and what the plan weighs against what."""

    handling_usd2025_per_box: PriceUsdPerBox
    """One box once through the dry port or another terminal."""
    unserved_usd2025_per_box: PriceUsdPerBox
    """What the plan reckons for a box that it leaves behind, so that it carries it where there is
    room: as much as the dearest other way. No value of a project is made of it; what such a box
    really costs is in `OtherWay`."""
    value_of_time_usd2025_per_box_d: PriceUsdPerBoxDay
    """What a day costs the owner of a box, unless its commodity says otherwise."""
    values_of_time: dict[Id, PriceUsdPerBoxDay] = {}
    """The same by key in `commodities`."""
    wagon_group_factor: Weight = 1.6
    """What a TEU costs in wagons of other trains, for each dollar that it costs in a full train."""
    wagon_group_wait: DurationLaw
    """Waiting and shunting of such wagons, on top of the running time."""
    co2e_usd2025_per_t: PriceUsdPerT
    """Price of a tonne of CO2e in the objective."""
    cost_weight: Weight = 1.0
    """How much a dollar of freight counts."""
    time_weight: Weight = 1.0
    """How much a dollar of time counts."""
    co2e_weight: Weight = 1.0
    """How much a dollar of CO2e counts."""


class Origin(ScenarioTable):
    """Where a yearly flow begins and ends on the railway."""

    shares: dict[Id, Share]
    """Share of the flow's boxes by Chinese dispatching station; they sum to 1."""
    end: Id
    """Key in `stations`: the other end, the dry port or a station beyond it."""


class Network(ScenarioTable):
    """The railway from the dispatching stations over the borders to the dry port and beyond."""

    stations: dict[Id, Station]
    """Stations and junctions."""
    railways: dict[Id, Railway]
    """Railways."""
    sections: dict[Id, Section]
    """Lines between stations."""
    borders: dict[Id, Border]
    """Crossings between China and Kazakhstan."""
    episodes: dict[Id, Episode] = {}
    """Recorded disruptions."""
    disruptions: dict[Id, Disruption] = {}
    """Disruptions that come by chance."""
    fleet: dict[Id, Fleet] = {}
    """Rolling stock."""
    costs: Costs
    """Prices and weights."""
    origins: dict[Id, Origin] = {}
    """Ends of the flows, by key in `flows`."""
    reserve_share: Annotated[Share, Field(lt=1)] = 0.0
    """Share of what borders, sections and wagons can do on average that a plan leaves free, for
    what comes unevenly."""
    goods: dict[Id, SharedGoods] = {}
    """Goods of others on the sections, told apart in `other_traffic.parts`."""
    without_goods: tuple[Id, ...] = ()
    """Keys in `goods`: their trains do not run, and their paths are free."""
    every_other_week: tuple[Id, ...] = ()
    """Keys in `stations`: full trains between one of these and the next border or the dry port may
    run every other week, where a planned week does not fill a weekly one. Left out: none."""
    week: Week | None = None
    """Trains of a week and ways of the flows; left out: planned from the bookings."""

    @property
    def n_dispatching_stations(self) -> int:
        """Chinese stations that dispatch to Kazakhstan."""
        return sum(station.kind == "dispatch" for station in self.stations.values())

    def others_on(self, section: Section) -> TrainsRange:
        """Trains of others that use a section, without those of `without_goods`."""
        others = section.other_traffic
        gone = [others.parts[key] for key in self.without_goods if key in others.parts]
        if not gone:
            return others
        low, mode, high = (
            max(0.0, getattr(others, name) - sum(getattr(part, name) for part in gone))
            for name in ("low_trains_per_d", "mode_trains_per_d", "high_trains_per_d")
        )
        return TrainsRange.model_construct(
            low_trains_per_d=low, mode_trains_per_d=mode, high_trains_per_d=high
        )

    def running_time(self, section: Section) -> DurationLaw:
        """How long a container train takes over a section, in either direction.

        The law of the section, else its length by the three speeds of its railway, triangular.
        """
        if section.running_time is not None:
            return section.running_time
        railway = self.railways[section.railway]
        speeds = (
            railway.fast_speed_m_per_s,
            railway.usual_speed_m_per_s,
            railway.slow_speed_m_per_s,
        )
        least, mode, most = (round(section.length_m / speed * MS_PER_SECOND) for speed in speeds)
        # In milliseconds already: the door for what people write would want units.
        return DurationLaw.model_construct(
            law="triangular", least_ms=least, mode_ms=mode, most_ms=most
        )
