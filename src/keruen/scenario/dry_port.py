"""What a scenario says of the dry port: tracks, machines, blocks, gate, people, weather, rules.

Knows what is allowed within one table; what must hold between tables is in `check_terminal`. All
that a scenario leaves out is switched off: no shift means work around the clock, no weather means
none, a gantry without a speed has no position.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from keruen.scenario.landside import Landside
from keruen.scenario.quantities import (
    AreaM2,
    Count,
    DurationMs,
    EmissionKgPerKwh,
    EmissionKgPerL,
    FuelLPerH,
    LengthM,
    MassKg,
    MoneyKztPerH,
    PowerKw,
    PriceKztPerKwh,
    PriceKztPerL,
    Share,
    SpeedMPerS,
)
from keruen.scenario.value_types import DurationLaw, Id, LocalText, Months, ScenarioTable
from keruen.units import MS_PER_HOUR

HazardClass = (
    Literal["1", "2.1", "2.2", "2.3", "3", "4.1", "4.2", "4.3", "5.1", "5.2", "6.1"]
    | (Literal["6.2", "7", "8", "9"])
)
"""Class of dangerous goods, UN Model Regulations 2.0.1.1."""

SlotRule = Literal[
    "lowest_stack",
    "first_fit",
    "random",
    "reshuffle_index",
    "min_max",
    "expected_minimum",
    "score",
]
"""Which stack takes a box; the rules are told in docs/concepts/terminal.md."""


class Tracks(ScenarioTable):
    """A group of equal tracks."""

    title: LocalText
    """Name of the group."""
    use: Literal["reception", "handling"]
    """`reception` tracks receive and dispatch trains; machines work over `handling` tracks."""
    count: Annotated[Count, Field(ge=1, le=64)]
    """Tracks in the group."""
    useful_length_m: LengthM
    """Length that a train may fill. A train longer than a handling track is worked in portions."""
    joins: tuple[Id, ...] = ()
    """`handling` only: groups of reception tracks that the ladder joins; empty: all."""
    lead_length_m: LengthM = 0.0
    """`handling` only: way of the locomotive from the reception tracks."""


class Shunting(ScenarioTable):
    """Moving trains between reception and handling tracks."""

    n_locomotives: Annotated[Count, Field(ge=1, le=16)]
    """Shunting locomotives at work."""
    inspection_time: DurationLaw
    """Technical inspection and papers on the reception track."""
    placing_time: DurationLaw
    """From reception to handling track, coupling included; the way of the lead comes on top."""
    pulling_time: DurationLaw
    """From handling track back to a reception track; the way of the lead comes on top."""
    brake_test_time: DurationLaw
    """Brake test and papers before departure."""
    speed_m_per_s: SpeedMPerS = 0.0
    """Shunting speed over `lead_length`; needed where one is given."""
    coupling_time: DurationLaw | None = None
    """Coupling and uncoupling, on top of every placing and pulling."""
    path_interval_ms: DurationMs = 0
    """A train that is not ready at its booked departure waits for a free train path; they lie so
    far apart. 0: any time will do."""
    path_taken_share: Share = 0.0
    """Share of these paths that other trains have taken."""
    shift: Id | None = None
    """Shift of the locomotive crews."""


class Failures(ScenarioTable):
    """How often a machine breaks down, by calendar time, and how it is kept."""

    between: DurationLaw
    """From the end of a repair to the next failure."""
    repair: DurationLaw
    """Until it works again."""


class Maintenance(ScenarioTable):
    """Planned work on a machine; the machines of a group take turns."""

    every_ms: DurationMs
    """From one to the next, of one machine."""
    time_ms: DurationMs
    """How long it takes."""
    starts_ms: DurationMs = 0
    """Time of day."""


class Portal(ScenarioTable):
    """What lies under a gantry. Across the rails: its tracks, then the truck lanes, then the stack
    rows of the blocks that it works."""

    span_m: LengthM
    """Between the legs."""
    cantilever_m: LengthM = 0.0
    """Beyond the legs, on each side."""
    track_width_m: LengthM
    """From track to track."""
    n_lanes: Annotated[Count, Field(ge=0, le=8)] = 0
    """Truck lanes; trucks that bring or fetch a box need one."""
    lane_width_m: LengthM = 0.0
    """One lane."""
    row_width_m: LengthM = 0.0
    """From stack row to stack row; needed with blocks under the portal."""
    lift_height_m: LengthM
    """Spreader above the ground while a box travels."""
    trolley_speed_m_per_s: SpeedMPerS
    """Across the rails."""
    hoist_speed_m_per_s: SpeedMPerS
    """Mean of up and down, with and without a box."""


class Machines(ScenarioTable):
    """A group of equal machines."""

    title: LocalText
    """Name of the group."""
    kind: Literal["gantry", "reach_stacker", "empty_handler", "tractor", "shuttle"]
    """`gantry` works the handling tracks, `reach_stacker` and `empty_handler` the blocks (or the
    tracks named in `tracks`), `tractor` drives boxes between tracks, blocks and warehouse,
    `shuttle` is a truck that takes boxes to a plant nearby and comes back."""
    count: Annotated[Count, Field(ge=1, le=64)]
    """Machines at work."""
    lifting_capacity_kg: MassKg = 0
    """Heaviest gross box; 0 for tractors and shuttles."""
    cycle_time: DurationLaw | None = None
    """One move, without travel along the track, and with a `portal` without trolley and hoist too;
    for a `shuttle` the round trip to the plant; tractors have none."""
    speed_m_per_s: SpeedMPerS = 0.0
    """Driving speed of tractors; of gantries the speed along the track, 0 when positions are not
    to be simulated; 0 for others."""
    safety_distance_m: LengthM = 0.0
    """`gantry` with a speed: the least distance to the next gantry on the same rails."""
    tracks: Id | None = None
    """Group of handling tracks that these machines work; needed when there is more than one group
    of gantries. Reach stackers that name one work trains without a gantry."""
    portal: Portal | None = None
    """`gantry` with a speed: what lies under it. The blocks that name these machines are stack rows
    there: no tractor between wagon and stack. Left out: every box takes a tractor."""
    carries_within_m: LengthM = 0.0
    """`reach_stacker` with `tracks`: it carries boxes itself between a wagon and its blocks that
    are no farther than this, when that is quicker than a tractor; 0: never."""
    carrying_speed_m_per_s: SpeedMPerS = 0.0
    """Driving speed of a reach stacker with a box; needed with `carries_within`."""
    shift: Id | None = None
    """When it is manned; left out: always."""
    failures: Failures | None = None
    """Breakdowns; left out: none."""
    maintenance: Maintenance | None = None
    """Planned maintenance; left out: none."""
    stops_in_wind: bool = False
    """Stands still in the wind stops of `weather`."""
    slows_in_cold: bool = False
    """Works at the pace of `weather.cold`."""
    power_kw: PowerKw = 0.0
    """Mean electric power at work."""
    idle_power_kw: PowerKw = 0.0
    """Mean electric power while manned and idle."""
    fuel_l_per_h: FuelLPerH = 0.0
    """Diesel at work."""
    idle_fuel_l_per_h: FuelLPerH = 0.0
    """Diesel while manned and idle."""
    cost_kzt2025_per_h: MoneyKztPerH = 0.0
    """Crew and upkeep for each manned hour, without energy."""


class Block(ScenarioTable):
    """A yard block: bays × rows × tiers of 40-ft ground positions (2 TEU each)."""

    title: LocalText
    """Name painted on the yard."""
    kind: Literal["laden", "empty", "reefer", "dangerous", "inspection"]
    """Which boxes it takes; `inspection` those that customs will open, when there is one."""
    n_bays: Annotated[Count, Field(ge=1, le=512)]
    """40-ft bays along the block."""
    n_rows: Annotated[Count, Field(ge=1, le=64)]
    """Rows across the block."""
    n_tiers: Annotated[Count, Field(ge=1, le=8)]
    """Boxes on top of one another at most."""
    machines: Id
    """Group of machines that works the block."""
    distance_m: LengthM
    """Driving distance from the handling tracks, one way; 0 under a portal."""
    starts_m: LengthM = 0.0
    """Under a portal: where the first bay begins, from the tracks' end. Bays are 13 m."""
    n_plugs: Count = 0
    """Reefer plugs; each reefer with goods needs one."""
    classes: tuple[HazardClass, ...] = ()
    """`dangerous` only: classes that it takes; empty: all."""

    @property
    def capacity_teu(self) -> int:
        """TEU that fit when every slot is full."""
        return 2 * self.n_bays * self.n_rows * self.n_tiers


class Segregation(ScenarioTable):
    """Two classes of dangerous goods that may not stand in one block."""

    first: HazardClass
    """A class."""
    second: HazardClass
    """The other."""


class Appointments(ScenarioTable):
    """Trucks come in windows that they have booked."""

    window_ms: DurationMs
    """Length of a window; a day is a whole number of windows."""
    quota: Annotated[Count, Field(ge=1, le=10_000)]
    """Trucks that fetch a box, a window; as many again may bring one."""
    no_show_share: Share = 0.0
    """Share of the trucks that miss their window and come in a free one a day later."""


class Gate(ScenarioTable):
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
    weighing_time: DurationLaw | None = None
    """On the weighbridge before a lane in; left out: weighing is part of `in_time`."""
    n_weighbridges: Annotated[Count, Field(ge=0, le=64)] = 0
    """Weighbridges; needed with `weighing_time`."""
    recognised_share: Share = 0.0
    """Share of the trucks read by cameras; the others are entered by hand."""
    recognised_time: DurationLaw | None = None
    """At the in-gate for a truck that cameras have read; needed with `recognised_share`."""
    dual_share: Share = 0.0
    """Share of the trucks that have brought a box and take another with them, if one is free."""
    appointments: Appointments | None = None
    """Booked windows; left out: trucks come when they like."""
    shift: Id | None = None
    """Shift of the lanes, within the opening time."""


class Warehouse(ScenarioTable):
    """Container freight station where kits are unpacked, stored and called off by the plants."""

    floor_area_m2: AreaM2
    """Floor."""
    n_doors: Annotated[Count, Field(ge=0, le=512)]
    """Dock doors."""
    n_teams: Annotated[Count, Field(ge=0, le=512)] = 0
    """Teams that unpack; 0: the warehouse is not simulated, and kits leave by truck."""
    unpacking_time: DurationLaw | None = None
    """One box, from the opening to the last pallet; needed with teams."""
    area_per_box_m2: AreaM2 = 0.0
    """Floor that the goods of one box take."""
    call_off: DurationLaw | None = None
    """How long the goods lie on the floor until the plant calls them; needed with teams."""
    distance_m: LengthM = 0.0
    """Driving distance from the handling tracks, one way."""
    shift: Id | None = None
    """Shift of the teams."""


class Break(ScenarioTable):
    """A pause within a shift."""

    starts_ms: DurationMs
    """Time of day."""
    length_ms: DurationMs
    """How long."""


class Shift(ScenarioTable):
    """When people are at work."""

    starts_ms: DurationMs
    """Time of day; the shift may go over midnight."""
    length_ms: DurationMs
    """How long; 24 h: around the clock."""
    weekdays: Annotated[tuple[bool, ...], Field(min_length=7, max_length=7)] = (True,) * 7
    """On which days it starts, Monday first."""
    breaks: tuple[Break, ...] = ()
    """Pauses."""
    closes_on_holidays: bool = False
    """Whether it is off on the dry port's own holidays."""


class Holiday(ScenarioTable):
    """A public holiday: one day each year, or single days."""

    title: LocalText
    """Its name."""
    country: Literal["KZ", "CN"]
    """`KZ` closes the shifts that close on holidays; on those of `CN` no train leaves China."""
    days: tuple[date, ...] = ()
    """Single days, for holidays that move."""
    month: Annotated[Count, Field(ge=0, le=12)] = 0
    """Month of a holiday on the same day each year; 0 when `days` are given."""
    day: Annotated[Count, Field(ge=0, le=31)] = 0
    """Day of the month."""
    trains_run: bool = False
    """`CN` only: trains leave China all the same, as on days off that were only moved."""


class Cold(ScenarioTable):
    """Work in deep cold and snow."""

    day_share_by_month: Months
    """Share of the days of each month with it."""
    pace: Annotated[float, Field(gt=0, le=1)]
    """Pace of work on such a day: 0.8 takes a quarter longer."""


class Wind(ScenarioTable):
    """Wind above the limit of the gantries."""

    stops_per_year: Annotated[float, Field(ge=0, le=1000)]
    """How often."""
    stop_time: DurationLaw
    """How long each time."""


class Weather(ScenarioTable):
    """What the weather does to outdoor work."""

    wind: Wind | None = None
    """Wind stops."""
    cold: Cold | None = None
    """Cold and snow."""


class Scores(ScenarioTable):
    """Weights of a score policy: the candidate with the least sum is taken.

    Every feature is an integer (units below), and so is a weight: a score is exact.
    """

    height: Count = 0
    """Boxes in the pile."""
    earlier_below: Count = 0
    """Boxes in the pile that leave before this one (the reshuffle index)."""
    blocking: Count = 0
    """1 when any box in the pile leaves before this one."""
    gap: Count = 0
    """Hours between the earliest departure in the pile and this box's, whichever is first."""
    heavier_on_lighter: Count = 0
    """1 when this box is more than 5 t heavier than the box it would stand on."""
    distance: Count = 0
    """Cells between the pile and the start of the block."""
    opens_cell: Count = 0
    """1 when the pile is empty."""


class Policy(ScenarioTable):
    """The rules that the terminal works by."""

    slot: SlotRule = "lowest_stack"
    """Which stack takes the next box."""
    reshuffle: Literal["as_slot", SlotRule] = "as_slot"
    """Which stack takes a box that stands in the way."""
    slot_scores: Scores | None = None
    """Weights of the rule `score`."""
    departure_window_ms: DurationMs = MS_PER_HOUR
    """How precisely the yard knows when boxes leave, for rules that ask for it: departures in one
    window are taken as equal. Which truck of an hour comes first nobody knows; 0: to the
    millisecond."""
    block: Literal["emptiest", "nearest", "first_fit"] = "emptiest"
    """Which block of the right kind takes the next box."""
    track: Literal["first_free", "longest", "shortest_fit"] = "first_free"
    """Which free handling track takes the next train."""
    crane: Literal["nearest", "lowest_number", "zones", "shared_zones"] = "shared_zones"
    """Which idle gantry does the next move; `zones`: each its own part of the track, and nothing
    else; `shared_zones`: each its own part of the train, and when nothing is left for it there, it
    helps the others."""
    work_order: Literal["front_to_back", "nearest"] = "front_to_back"
    """Which box of the train a gantry takes next."""
    train_order: Literal["first_placed", "earliest_departure", "most_left"] = "first_placed"
    """Which train the gantries and tractors serve first."""
    job_order: Literal["first_come", "trains_first", "trucks_first"] = "first_come"
    """Which job a yard machine takes next."""
    load_plan: Literal["front_to_back", "nearest_wagon", "heaviest_middle", "by_section"] = (
        "by_section"
    )
    """Which wagon takes the next box that a tractor brings; `by_section`: each gantry has its
    section of the train, the box goes to the one with the least on it, front to back there, so that
    gantries do not stand in each other's way."""
    train_box_block: Literal["as_others", "under_portal"] = "as_others"
    """Which block takes a box that a truck brings for a train; `under_portal`: rows under the
    gantries as long as they have room beyond the reserve, the emptiest first. Then no tractor is
    needed to load it, but a gantry lifts it twice, once while trains are worked. A service that has
    `tracks` of its own has its boxes there in any case."""
    fetch_order: Literal["released_first", "nearest", "least_work"] = "nearest"
    """Which of the waiting boxes a gantry fetches next from the rows under its portal for a train;
    `nearest`: the one with the least way of the first sixteen that stand there; `least_work`: what
    stands above it counts too, so that of two boxes of one train in a pile the upper goes first."""
    load_start: Literal["when_empty", "ahead"] = "when_empty"
    """When the first boxes for a train are called; `ahead`: when no more are left to be unloaded
    than may be under way to it, three a gantry, into the places that are empty by then."""
    direct_share: Share = 0.0
    """Share of the import boxes free of customs whose truck is ordered to the train, where the gate
    is open at that hour: they go from the wagon to the truck, if it comes in time. With the
    `job_order` `trucks_first` such a box goes before all others."""
    yard_reserve: Share = 0.05
    """Share of the slots of each kind that export boxes may not take, so that trains can always
    be emptied."""

    @property
    def scores(self) -> Scores:
        """What the rule `score` weighs: `slot_scores`, or the usual ones."""
        return self.slot_scores or Scores()


class Energy(ScenarioTable):
    """What energy costs and emits."""

    electricity_price_kzt2025_per_kwh: PriceKztPerKwh
    """Price of electricity."""
    electricity_emission_kg_per_kwh: EmissionKgPerKwh
    """CO2 equivalent of the grid."""
    diesel_price_kzt2025_per_l: PriceKztPerL
    """Price of diesel."""
    diesel_emission_kg_per_l: EmissionKgPerL
    """CO2 equivalent of diesel, from well to wheel."""
    reefer_power_kw: PowerKw
    """Mean power of a plugged reefer."""
    fixed_cost_kzt2025_per_h: MoneyKztPerH = 0.0
    """Cost of the terminal that no machine carries."""


class Terminal(ScenarioTable):
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
    """Boxes that customs can have open at the same time, each by a team."""
    n_scanners: Annotated[Count, Field(ge=0, le=64)] = 0
    """X-ray scanners; 0: a yellow box is checked on paper only."""
    scan_time: DurationLaw | None = None
    """One box in a scanner, after the check on paper; needed with scanners."""
    inspection_shift: Id | None = None
    """Shift of the inspection teams and the scanners."""
    warehouse: Warehouse | None = None
    """The warehouse."""
    shifts: dict[Id, Shift] = {}
    """Shifts by name."""
    holidays: dict[Id, Holiday] = {}
    """Public holidays."""
    weather: Weather | None = None
    """Weather; left out: none."""
    landside: Landside | None = None
    """How long boxes stay and who fetches them; left out: as flows say, by any number of trucks."""
    segregation: tuple[Segregation, ...] = ()
    """Classes that must not stand together."""
    energy: Energy | None = None
    """Energy and cost; left out: not measured."""
    policy: Policy = Policy()
    """Rules of work."""

    def is_holiday(self, country: str, day: date) -> bool:
        """Whether a day is one of the `holidays` of a country.

        Parameters
        ----------
        country : ``"KZ"``, whose shifts close, or ``"CN"``, which no train leaves then; its days on
            which trains run do not count.
        day : local date.
        """
        return any(
            day in holiday.days or (holiday.month, holiday.day) == (day.month, day.day)
            for holiday in self.holidays.values()
            if holiday.country == country and not holiday.trains_run
        )
