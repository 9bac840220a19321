"""Each rule of a scenario is broken once, and says what, where and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keruen.i18n import LANGUAGES, describe
from scenarios import DROP, keys, problems_of, read_changed

TITLE = {"en": "x", "ru": "x", "kk": "x", "zh": "x"}
FLOW = "flows.arrivals"
CLAIM = {
    "title": TITLE,
    "statements": {
        "boxes": {"value": "400 boxes/yr", "who": TITLE, "as_of": "2025", "source": "s"},
        "mass": {"value": "800 t/yr", "who": TITLE, "as_of": "2025", "source": "s"},
    },
}


def check(**changes: Any) -> dict[str, Any]:
    """A claim with a ratio check, changed."""
    ratio = {
        "numerator": "capacity.mass",
        "denominator": "capacity.boxes",
        "unit": "t/box",
        "plausible_low": 1.0,
        "plausible_high": 3.0,
        "title": TITLE,
        "source": "s",
    }
    return {**CLAIM, "checks": {"ratio": ratio | changes}}


def saying(**values: str) -> dict[str, Any]:
    """The same claim with other values of its statements."""
    claim = check()
    statements: Any = CLAIM["statements"]
    changed_statements = {
        key: {**statement, "value": values.get(key, statement["value"])}
        for key, statement in statements.items()
    }
    return {**claim, "statements": changed_statements}


def block(**changes: Any) -> dict[str, Any]:
    """A yard block, changed."""
    plain = {
        "title": TITLE,
        "kind": "laden",
        "n_bays": 5,
        "n_rows": 1,
        "n_tiers": 1,
        "machines": "gantry",
        "distance": "100 m",
    }
    return plain | changes


EMPTY = {
    "title": TITLE,
    "kind": "empty",
    "commodity": "air",
    "service": "shuttle",
    "sizes": {},
    "stay": "1 d",
}
WITH_EMPTIES = {
    "commodities.air": {"title": TITLE},
    "flows.empties": EMPTY,
    "terminal.blocks.e": block(kind="empty"),
}
GOODS = "commodities.goods"
SERVICE = "services.shuttle"
GANTRY = "terminal.machines.gantry"
WAGON: dict[str, Any] = {
    "title": TITLE,
    "length": "14 m",
    "tare": "22 t",
    "payload": "60 t",
    "patterns": ["20+20", "40"],
}
STACKER = {
    "title": TITLE,
    "kind": "reach_stacker",
    "count": 1,
    "lifting_capacity": "10 t",
    "cycle_time": "3 min",
}
PORTAL = {
    "span": "30 m",
    "track_width": "5 m",
    "n_lanes": 1,
    "lane_width": "4 m",
    "row_width": "3 m",
    "lift_height": "10 m",
    "trolley_speed": "1 m/s",
    "hoist_speed": "1 m/s",
}
WITH_PORTAL: dict[str, Any] = {
    f"{GANTRY}.speed": "1 m/s",
    f"{GANTRY}.safety_distance": "20 m",
    **{f"{GANTRY}.portal.{key}": value for key, value in PORTAL.items()},
}
EVERY_HOUR = [0.0] * 8 + [1.0] + [0.0] * 15

# name of the case: changes to the toy, problem, key path that the message names, a word in it
BROKEN: dict[str, tuple[dict[str, Any], str, str, str]] = {
    # references
    "no such service": ({f"{FLOW}.service": "shutle"}, "no_such_id", f"{FLOW}.service", "shuttle"),
    "no such commodity": (
        {f"{FLOW}.commodity": "good"},
        "no_such_id",
        f"{FLOW}.commodity",
        "`goods`",
    ),
    "no such onward service": (
        {f"{FLOW}.kind": "transit", f"{FLOW}.onward_service": "shuttles"},
        "no_such_id",
        f"{FLOW}.onward_service",
        "`shuttle`",
    ),
    "no such machines": (
        {"terminal.blocks.a.machines": "gantri"},
        "no_such_id",
        "terminal.blocks.a.machines",
        "`gantry`",
    ),
    "no such size": ({f"{FLOW}.sizes": {"43G1": 1.0}}, "no_such_id", f"{FLOW}.sizes", "42G1"),
    # shares
    "sizes do not sum": (
        {f"{FLOW}.sizes": {"42G1": 0.5, "45G1": 0.4}},
        "shares_sum",
        f"{FLOW}.sizes",
        "0.9",
    ),
    "months do not sum": ({f"{FLOW}.months": [0.1] * 12}, "shares_sum", f"{FLOW}.months", "1.2"),
    "weekdays do not sum": (
        {"terminal.gate.weekday_shares": [0.1] * 7},
        "shares_sum",
        "terminal.gate.weekday_shares",
        "0.7",
    ),
    "hours do not sum": (
        {"terminal.gate.hour_shares": [x / 2 for x in EVERY_HOUR]},
        "shares_sum",
        "terminal.gate.hour_shares",
        "0.5",
    ),
    "customs above one": (
        {"customs.yellow_share": "70 %", "customs.red_share": "40 %"},
        "shares_above_one",
        "customs",
        "1.1",
    ),
    # boxes
    "20-ft box of 60 t": (
        {f"{GOODS}.net_load_20": "60 t", f"{FLOW}.sizes": {"22G1": 1.0}},
        "box_too_heavy",
        f"{GOODS}.net_load_20",
        "30.48 t",
    ),
    "40-ft box of 27 t net": (
        {f"{GOODS}.net_load_40": "27 t"},
        "box_too_heavy",
        f"{GOODS}.net_load_40",
        "30.9 t",
    ),
    "size without a load": (
        {f"{GOODS}.net_load_20": DROP, f"{FLOW}.sizes": {"22G1": 1.0}},
        "no_load",
        f"{GOODS}.net_load_20",
        "22G1",
    ),
    "cooled goods in a dry box": (
        {
            f"{GOODS}.is_reefer": True,
            "terminal.blocks.r": block(kind="reefer", n_plugs=5),
        },
        "not_a_reefer",
        f"{FLOW}.sizes",
        "45R1",
    ),
    "half a laboratory": (
        {f"{GOODS}.laboratory_share": "5 %"},
        "laboratory",
        GOODS,
        "laboratory_time",
    ),
    "UN number of three digits": (
        {
            f"{GOODS}.un_numbers": ["348"],
            f"{GOODS}.dangerous_share": "5 %",
            "terminal.blocks.d": block(kind="dangerous"),
        },
        "un_form",
        f"{GOODS}.un_numbers",
        "3480",
    ),
    "battery of another class": (
        {
            f"{GOODS}.un_numbers": ["3556"],
            f"{GOODS}.dangerous_share": "5 %",
            f"{GOODS}.hazard_class": "3",
            "terminal.blocks.d": block(kind="dangerous"),
        },
        "un_class",
        f"{GOODS}.un_numbers",
        "9",
    ),
    "UN number of harmless goods": (
        {f"{GOODS}.un_numbers": ["1203"]},
        "goes_together",
        GOODS,
        "dangerous_share",
    ),
    # kinds of flows
    "transit without onward service": (
        {f"{FLOW}.kind": "transit"},
        "onward_service",
        FLOW,
        "onward_service",
    ),
    "onward service without transit": (
        {f"{FLOW}.onward_service": "shuttle"},
        "onward_service",
        FLOW,
        "transit",
    ),
    "empty flow with a rate": (
        {**WITH_EMPTIES, "flows.empties": {**EMPTY, "boxes": "5 boxes/yr"}},
        "empty_has_no_rate",
        "flows.empties",
        "boxes",
    ),
    "empty flow with a load": (
        {**WITH_EMPTIES, "flows.empties": {**EMPTY, "commodity": "goods"}},
        "empty_has_load",
        "flows.empties.commodity",
        "net load",
    ),
    "two empty flows": (
        {**WITH_EMPTIES, "flows.more": EMPTY},
        "two_empty_flows",
        "flows.more.kind",
        "empties",
    ),
    # blocks
    "dangerous goods without a block": (
        {f"{GOODS}.dangerous_share": "5 %"},
        "no_block",
        FLOW,
        "dangerous",
    ),
    "cooled goods without a block": (
        {f"{GOODS}.is_reefer": True, f"{FLOW}.sizes": {"45R1": 1.0}, "flows.departures": DROP},
        "no_block",
        FLOW,
        "reefer",
    ),
    "empties without a block": (
        {**WITH_EMPTIES, "terminal.blocks.e": block()},
        "no_block",
        "flows.empties",
        "empty",
    ),
    "reefer block without plugs": (
        {"terminal.blocks.r": block(kind="reefer")},
        "no_plugs",
        "terminal.blocks.r.n_plugs",
        "1",
    ),
    # portals
    "portal of gantries too near": (
        {**WITH_PORTAL, f"{GANTRY}.safety_distance": "12 m"},
        "no_portal_here",
        f"{GANTRY}.portal",
        "13 m",
    ),
    "rows narrower than a box": (
        {**WITH_PORTAL, f"{GANTRY}.portal.row_width": "2.4 m"},
        "too_narrow",
        f"{GANTRY}.portal.row_width",
        "2.438 m",
    ),
    "lane narrower than a truck": (
        {**WITH_PORTAL, f"{GANTRY}.portal.lane_width": "2.5 m"},
        "too_narrow",
        f"{GANTRY}.portal.lane_width",
        "2.55 m",
    ),
    "more under the portal than its width": (
        {**WITH_PORTAL, f"{GANTRY}.portal.span": "9 m"},
        "portal_too_wide",
        f"{GANTRY}.portal.span",
        "9 m",
    ),
    "spreader too low": (
        {**WITH_PORTAL, f"{GANTRY}.portal.lift_height": "7 m"},
        "portal_too_low",
        f"{GANTRY}.portal.lift_height",
        "7.8 m",
    ),
    "trucks without a lane": (
        {**WITH_PORTAL, f"{GANTRY}.portal.n_lanes": 0},
        "no_truck_lane",
        f"{GANTRY}.portal.n_lanes",
        "lane",
    ),
    "lane without trucks": (
        {
            **WITH_PORTAL,
            f"{FLOW}.kind": "transit",
            f"{FLOW}.onward_service": "shuttle",
            "flows.departures": DROP,
        },
        "lane_without_trucks",
        f"{GANTRY}.portal.n_lanes",
        "train",
    ),
    "rows beyond the track": (
        {**WITH_PORTAL, "terminal.blocks.a.starts": "70 m"},
        "rows_off_track",
        "terminal.blocks.a.n_bays",
        "135 m",
    ),
    "rows over one another": (
        {**WITH_PORTAL, "terminal.blocks.b": block(n_bays=1, starts="52 m")},
        "rows_overlap",
        "terminal.blocks.b.starts",
        "`a`",
    ),
    "portal without a hoist": (
        {**WITH_PORTAL, f"{GANTRY}.portal.hoist_speed": "0 m/s"},
        "missing_key",
        f"{GANTRY}.portal",
        "hoist_speed",
    ),
    "a gantry that carries": (
        {f"{GANTRY}.carries_within": "50 m"},
        "carries_nothing",
        f"{GANTRY}.carries_within",
        "tracks",
    ),
    "block of tractors": (
        {"terminal.blocks.b": block(machines="tractor")},
        "tractor_block",
        "terminal.blocks.b.machines",
        "tractor",
    ),
    "block too large": (
        {"terminal.blocks.b": block(n_bays=129, n_rows=16)},
        "block_too_large",
        "terminal.blocks.b",
        "2,064",
    ),
    "yard too small for a train": (
        {"terminal.blocks.a.n_bays": 2},
        "yard_too_small",
        "terminal.blocks",
        "8 TEU",
    ),
    "too many blocks": (
        {f"terminal.blocks.b{n}": block() for n in range(64)},
        "too_many",
        "terminal.blocks",
        "65",
    ),
    "too many positions in all": (
        {f"terminal.blocks.b{n}": block(n_bays=128, n_rows=16) for n in range(6)},
        "too_many",
        "terminal.blocks",
        "12,293",
    ),
    "too many machines in all": (
        {
            f"terminal.machines.g{n}": {**STACKER, "count": 64, "lifting_capacity": "41 t"}
            for n in range(32)
        },
        "too_many",
        "terminal.machines",
        "2,050",
    ),
    # tracks and trains
    "no handling tracks": (
        {"terminal.tracks.handling": DROP},
        "no_tracks",
        "terminal.tracks",
        "handling",
    ),
    "no reception tracks": (
        {"terminal.tracks.reception": DROP},
        "no_tracks",
        "terminal.tracks",
        "reception",
    ),
    "train longer than the tracks": (
        {f"{SERVICE}.n_wagons": 8, "terminal.tracks.handling.useful_length": "1 km"},
        "train_too_long",
        f"{SERVICE}.n_wagons",
        "112 m",
    ),
    "group of wagons longer than the track": (
        {f"{SERVICE}.wagons_per_group": 200},
        "group_too_long",
        f"{SERVICE}.wagons_per_group",
        "2800 m",
    ),
    "own tracks that are not there": (
        {f"{SERVICE}.tracks": "sidings"},
        "no_such_id",
        f"{SERVICE}.tracks",
        "sidings",
    ),
    "own tracks that are no handling tracks": (
        {f"{SERVICE}.tracks": "reception"},
        "no_such_id",
        f"{SERVICE}.tracks",
        "reception",
    ),
    "own tracks that the ladder does not join": (
        {
            f"{SERVICE}.tracks": "handling",
            "terminal.tracks.handling.joins": ["reception"],
            "terminal.tracks.second": {
                "use": "reception",
                "count": 1,
                "useful_length": "1 km",
                "title": {"en": "x", "ru": "x", "kk": "x", "zh": "x"},
            },
        },
        "tracks_apart",
        f"{SERVICE}.tracks",
        "second",
    ),
    "free time beyond the horizon": (
        {"terminal.landside": {"free_time": "400 d"}},
        "free_time_too_long",
        "terminal.landside.free_time",
        "400 d",
    ),
    "long-stayers without their stay": (
        {"terminal.landside": {"long_stay_share": 0.1}},
        "goes_together",
        "terminal.landside",
        "long_stay",
    ),
    "removal in the free time": (
        {
            "terminal.landside": {
                "free_time": "12 h",
                "removal": {"after": "6 h", "boxes_per_day": 5},
            }
        },
        "removal_in_free_time",
        "terminal.landside.removal.after",
        "0.5 d",
    ),
    "yard that is relieved before it is full": (
        {"terminal.landside": {"intake_stop": {"stop_share": 0.8, "resume_share": 0.9}}},
        "resume_above_stop",
        "terminal.landside.intake_stop.resume_share",
        "80%",
    ),
    "yard full above its capacity": (
        {"terminal.landside": {"intake_stop": {"stop_share": 1.1, "resume_share": 0.9}}},
        "quantity_share",
        "terminal.landside.intake_stop.stop_share",
        "1",
    ),
    "late first arrival": (
        {f"{SERVICE}.first_arrival": "7 d"},
        "not_below",
        f"{SERVICE}.first_arrival",
        "7 d",
    ),
    "40-ft box on a 20-ft platform": (
        {f"{SERVICE}.teu_per_wagon": 1},
        "wagon_too_short",
        f"{SERVICE}.teu_per_wagon",
        "42G1",
    ),
    "box too heavy for the platform": (
        {f"{SERVICE}.payload_per_wagon": "20 t"},
        "wagon_too_weak",
        f"{SERVICE}.payload_per_wagon",
        "23.9 t",
    ),
    # machines
    "no tractor": ({"terminal.machines.tractor": DROP}, "no_machine", "terminal.machines", "trac"),
    "gantry too weak": (
        {f"{GANTRY}.lifting_capacity": "23 t"},
        "lifts_too_little",
        f"{GANTRY}.lifting_capacity",
        "23.9 t",
    ),
    "gantry too weak for the heaviest of the spread": (
        {f"{GANTRY}.lifting_capacity": "25 t", f"{GOODS}.load_spread": "10 %"},
        "lifts_too_little",
        f"{GANTRY}.lifting_capacity",
        "25.9 t",
    ),
    "stacker too weak for its block": (
        {
            "terminal.machines.stacker": STACKER,
            "terminal.blocks.b": block(machines="stacker"),
        },
        "lifts_too_little",
        "terminal.machines.stacker.lifting_capacity",
        "23.9 t",
    ),
    "empty handler too weak for an empty box": (
        {
            **WITH_EMPTIES,
            "terminal.machines.handler": {
                **STACKER,
                "kind": "empty_handler",
                "lifting_capacity": "3 t",
            },
            "terminal.blocks.e": block(kind="empty", machines="handler"),
        },
        "lifts_too_little",
        "terminal.machines.handler.lifting_capacity",
        "3.9 t",
    ),
    "gantry without a cycle": (
        {f"{GANTRY}.cycle_time": DROP},
        "missing_key",
        GANTRY,
        "cycle_time",
    ),
    "stacker with a speed": (
        {"terminal.machines.fast": {**STACKER, "speed": "5 km/h", "lifting_capacity": "41 t"}},
        "speed_of_lifter",
        "terminal.machines.fast.speed",
        "speed",
    ),
    # processes
    "unknown shift": (
        {f"{GANTRY}.shift": "night"},
        "no_such_id",
        f"{GANTRY}.shift",
        "night",
    ),
    "scanner without a time": (
        {"terminal.n_scanners": 1},
        "goes_together",
        "terminal",
        "scan_time",
    ),
    "score without weights": (
        {"terminal.policy.slot": "score"},
        "goes_together",
        "terminal.policy",
        "slot_scores",
    ),
    "two groups of gantries on the same tracks": (
        {"terminal.machines.other": {**STACKER, "kind": "gantry", "lifting_capacity": "41 t"}},
        "who_works_tracks",
        "terminal.tracks.handling",
        "2",
    ),
    "ladder to nowhere": (
        {"terminal.tracks.handling.joins": ["west"]},
        "no_such_id",
        "terminal.tracks.handling.joins",
        "west",
    ),
    "gantries without room": (
        {f"{GANTRY}.speed": "2 m/s", f"{GANTRY}.safety_distance": "200 m"},
        "gantries_too_close",
        f"{GANTRY}.safety_distance",
        "100 m",
    ),
    "teams without doors": (
        {
            "terminal.warehouse": {
                "floor_area": "300 m2",
                "n_doors": 0,
                "n_teams": 1,
                "unpacking_time": "1 h",
                "call_off": "1 d",
                "area_per_box": "30 m2",
            }
        },
        "needs",
        "terminal.warehouse",
        "n_doors",
    ),
    "goods for no floor": (
        {
            "terminal.warehouse": {
                "floor_area": "20 m2",
                "n_doors": 1,
                "n_teams": 1,
                "unpacking_time": "1 h",
                "call_off": "1 d",
                "area_per_box": "30 m2",
            }
        },
        "boxes_on_floor",
        "terminal.warehouse",
        "0",
    ),
    "shuttle for an export": (
        {"flows.departures.delivery": "shuttle"},
        "delivery_of_import",
        "flows.departures.delivery",
        "shuttle",
    ),
    "shuttle that is not there": (
        {f"{FLOW}.delivery": "shuttle"},
        "no_delivery",
        f"{FLOW}.delivery",
        "shuttle",
    ),
    "odd appointment window": (
        {"terminal.gate.appointments": {"window": "7 h", "quota": 3}},
        "window_of_day",
        "terminal.gate.appointments.window",
        "1 h",
    ),
    "holiday without a day": (
        {"terminal.holidays.feast": {"title": TITLE, "country": "KZ"}},
        "holiday_day",
        "terminal.holidays.feast",
        "month",
    ),
    "trains that stop for a holiday of the other side": (
        {
            "terminal.holidays.feast": {
                "title": TITLE,
                "country": "KZ",
                "month": 1,
                "day": 1,
                "trains_run": True,
            }
        },
        "holiday_trains",
        "terminal.holidays.feast.trains_run",
        "CN",
    ),
    "odd load pattern": (
        {"wagon_types.flat": {**WAGON, "patterns": ["40", "45"]}},
        "wagon_pattern",
        "wagon_types.flat.patterns",
        "45",
    ),
    "platform of another length": (
        {"wagon_types.flat": {**WAGON, "patterns": ["40+40"]}, f"{SERVICE}.wagon_type": "flat"},
        "wagon_teu",
        f"{SERVICE}.wagon_type",
        "4",
    ),
    "train too heavy when empty": (
        {
            "wagon_types.flat": WAGON,
            f"{SERVICE}.wagon_type": "flat",
            f"{SERVICE}.mass_limit": "100 t",
        },
        "not_above",
        f"{SERVICE}.mass_limit",
        "110 t",
    ),
    "too many wagons": (
        {
            f"{SERVICE}.n_wagons": 161,
            "terminal.tracks.reception.useful_length": "3 km",
            "terminal.blocks.big": block(n_bays=300),
        },
        "too_many",
        f"{SERVICE}.n_wagons",
        "160",
    ),
    "class that no block takes": (
        {
            f"{GOODS}.dangerous_share": 0.1,
            f"{GOODS}.hazard_class": "3",
            "terminal.blocks.d": block(kind="dangerous", classes=["8"]),
        },
        "no_block_of_class",
        f"{GOODS}.hazard_class",
        "3",
    ),
    "classes that must not meet": (
        {
            "terminal.segregation": [{"first": "3", "second": "5.1"}],
            "terminal.blocks.d": block(kind="dangerous", classes=["3", "5.1"]),
        },
        "segregated",
        "terminal.blocks.d.classes",
        "5.1",
    ),
    "tractor without a speed": (
        {"terminal.machines.tractor.speed": DROP},
        "tractor_speed",
        "terminal.machines.tractor",
        "speed",
    ),
    "tractor with a cycle": (
        {"terminal.machines.tractor.cycle_time": "1 min"},
        "tractor_speed",
        "terminal.machines.tractor",
        "cycle_time",
    ),
    # gate and calendar
    "trucks before opening": (
        {"terminal.gate.opens": "9 h"},
        "trucks_at_closed_gate",
        "terminal.gate.hour_shares",
        "8:00",
    ),
    "gate closes within the hour": (
        {"terminal.gate.open_time": "30 min"},
        "trucks_at_closed_gate",
        "terminal.gate.hour_shares",
        "8:00",
    ),
    "gate never open": ({"terminal.gate.open_time": "0 h"}, "gate_hours", "terminal.gate", "24 h"),
    "warm-up of half a day": (
        {"calendar.warm_up": "36 h"},
        "not_whole_days",
        "calendar.warm_up",
        "28 d",
    ),
    "impossible time zone": (
        {"calendar.utc_offset": "15 h"},
        "too_large",
        "calendar.utc_offset",
        "14 h",
    ),
    # laws
    "law without its parameter": (
        {f"{FLOW}.stay": {"law": "exponential", "median": "1 d"}},
        "law_parameters",
        f"{FLOW}.stay",
        "mean",
    ),
    "law with one parameter more": (
        {f"{FLOW}.stay": {"law": "fixed", "value": "1 d", "mean": "1 d"}},
        "law_parameters",
        f"{FLOW}.stay",
        "value",
    ),
    "triangle out of order": (
        {f"{FLOW}.stay": {"law": "triangular", "least": "2 d", "mode": "1 d", "most": "3 d"}},
        "law_order",
        f"{FLOW}.stay",
        "mode",
    ),
    "median not below p90": (
        {f"{FLOW}.stay": {"law": "lognormal", "median": "2 d", "p90": "2 d"}},
        "law_order",
        f"{FLOW}.stay",
        "p90",
    ),
    "median zero": (
        {f"{FLOW}.stay": {"law": "lognormal", "median": "0 d", "p90": "2 d"}},
        "law_order",
        f"{FLOW}.stay",
        "median",
    ),
    "stay of nine years": ({f"{FLOW}.stay": "3285 d"}, "law_too_long", f"{FLOW}.stay", "3,181"),
    "tail of nine years": (
        {f"{FLOW}.stay": {"law": "exponential", "mean": "430 d"}},
        "law_too_long",
        f"{FLOW}.stay",
        "3,279",
    ),
    "wide lognormal": (
        {f"{FLOW}.stay": {"law": "lognormal", "median": "200 d", "p90": "900 d"}},
        "law_too_long",
        f"{FLOW}.stay",
        "3,181",
    ),
    # claims
    "check of an unknown statement": (
        {"claims.capacity": check(denominator="capacity.box")},
        "no_such_id",
        "claims.capacity.checks.ratio.denominator",
        "capacity.boxes",
    ),
    "check in another unit": (
        {"claims.capacity": check(unit="t/train")},
        "ratio_unit",
        "claims.capacity.checks.ratio.unit",
        "t/train",
    ),
    "check of a date": (
        {"claims.capacity": saying(mass="2027-12")},
        "ratio_unit",
        "claims.capacity.checks.ratio.unit",
        "figure is missing",
    ),
    "check divided by nothing": (
        {"claims.capacity": saying(boxes="0 boxes/yr")},
        "ratio_unit",
        "claims.capacity.checks.ratio.unit",
        "t/box",
    ),
    "check with a range upside down": (
        {"claims.capacity": check(plausible_low=5.0)},
        "range_order",
        "claims.capacity.checks.ratio",
        "5",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_named_with_its_place(name: str, tmp_path: Path) -> None:
    """A broken rule is one problem and no other, at its key, with what is allowed."""
    changes, problem, path, word = BROKEN[name]
    found = list(problems_of(tmp_path, changes))
    assert set(keys(tuple(found))) == {problem}
    assert f"scenario.toml: {path}" in [p.parameters["place"] for p in found]
    sentences = [describe(p, "en").replace("\u00a0", " ") for p in found]
    assert any(word in sentence for sentence in sentences), sentences


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_said_in_every_language(name: str, tmp_path: Path) -> None:
    """Each problem has a sentence in each language, naming file and key."""
    changes = BROKEN[name][0]
    for problem in problems_of(tmp_path, changes):
        sentences = [describe(problem, language) for language in LANGUAGES]
        assert len(set(sentences)) == len(LANGUAGES)
        assert all("scenario.toml: " in sentence for sentence in sentences)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        WITH_EMPTIES,
        {"claims.capacity": check()},
        {f"{FLOW}.stay": {"law": "lognormal", "median": "2.2 d", "p90": "5.5 d"}},
        {f"{FLOW}.stay": {"law": "triangular", "least": "0 d", "mode": "0 d", "most": "9 d"}},
        {f"{FLOW}.kind": "transit", f"{FLOW}.onward_service": "shuttle"},
        {"terminal.gate.opens": "20 h", "terminal.gate.open_time": "14 h"},
        {"terminal.blocks.b": block(n_bays=128, n_rows=16)},
        {f"{GANTRY}.lifting_capacity": "23.9 t"},
        {f"{SERVICE}.wagon_length": "20 m"},
        {f"{SERVICE}.n_wagons": 7, "terminal.blocks.a.n_tiers": 3},
        {"customs.yellow_share": "60 %", "customs.red_share": "40 %"},
    ],
)
def test_what_is_allowed_is_read(changes: dict[str, Any], tmp_path: Path) -> None:
    """At the edge of each rule a scenario is still good."""
    assert read_changed(tmp_path, changes).digest


def test_problems_of_all_kinds_come_together(tmp_path: Path) -> None:
    """Unknown keys, wrong units, impossible values and broken rules are all told at once."""
    found = problems_of(
        tmp_path,
        {
            "terminal.gate.n_lane_in": 3,
            "limits.truck_turn_time_p90": "60 km",
            f"{GOODS}.net_load_20": "60 t",
            f"{FLOW}.sizes": {"22G1": 1.0},
            "flows.departures.months": [0.1] * 12,
            "terminal.tracks.siding": {
                "title": TITLE,
                "use": "handling",
                "count": 1,
                "useful_length": "10 m",
            },
            "terminal.gate.opens": "9 h",
            "calendar.warm_up": "-3 d",
        },
    )
    assert sorted(keys(found)) == [
        "box_too_heavy",
        "quantity_negative",
        "quantity_unit",
        "shares_sum",
        "track_too_short",
        "trucks_at_closed_gate",
        "unknown_key",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {f"{SERVICE}.layover": "-3 h"},
        {f"{GOODS}.net_load_40": "20 m"},
        {f"{GANTRY}.count": 0},
        {"terminal.blocks.a.n_bays": "many"},
        {"terminal.tracks.handling.use": "sidings"},
        {"terminal.machines.tractor.speed": "fast"},
        {"terminal.gate.opens": "early"},
        {"customs.red_share": 7},
        {"terminal.blocks": DROP},
        {"terminal.machines": DROP},
        {"commodities": DROP},
        {"services": DROP},
        {"flows.arrivals.stay": "3"},
        {"claims.capacity": {**check(), "title": "x"}},
    ],
)
def test_one_slip_is_one_problem(changes: dict[str, Any], tmp_path: Path) -> None:
    """What is wrong itself starts no avalanche: its neighbours are not blamed for it."""
    assert len(problems_of(tmp_path, changes)) == 1


def test_a_statement_without_quotation_marks_is_named(tmp_path: Path) -> None:
    """A statement whose value is a bare number is a problem at that very key."""
    numbered: dict[str, Any] = saying()
    numbered["statements"]["boxes"]["value"] = 400_000
    found = problems_of(tmp_path, {"claims.capacity": numbered})
    assert keys(found) == ["wrong_type"]
    assert str(found[0].parameters["place"]).endswith("claims.capacity.statements.boxes.value")


def test_a_track_shorter_than_a_wagon_is_said(tmp_path: Path) -> None:
    """A handling track of 10 m under wagons of 14 m takes not even a portion of one wagon."""
    found = problems_of(tmp_path, {"terminal.tracks.handling.useful_length": "10 m"})
    assert keys(found) == ["track_too_short"]
    assert "14 m" in describe(found[0], "en")
