"""A network of four stations on the equator, one degree apart, for the toy scenario.

A degree of the equator is 111.195 km; every line here is 120 km long.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

TITLE = {"en": "x", "ru": "x", "kk": "x", "zh": "x"}
RANGE = {"low": "1 trains/d", "mode": "2 trains/d", "high": "3 trains/d"}


def station(kind: str, country: str, longitude: int) -> dict[str, Any]:
    """A station on the equator."""
    return {
        "title": TITLE,
        "kind": kind,
        "country": country,
        "latitude": "0 deg",
        "longitude": f"{longitude} deg",
        "gauge": "1435 mm" if country == "CN" else "1520 mm",
        "evidence": "assumption",
        "reason": "made up",
    }


def railway(country: str) -> dict[str, Any]:
    """A railway with round figures."""
    return {
        "title": TITLE,
        "country": country,
        "gauge": "1435 mm" if country == "CN" else "1520 mm",
        "slow_speed": "600 km/d",
        "usual_speed": "800 km/d",
        "fast_speed": "1000 km/d",
        "train": "20 USD2025/train-km",
        "teu": "0.1 USD2025/TEU-km",
        "electric": "20 g/tkm",
        "diesel": "25 g/tkm",
    }


def section(start: str, end: str, of: str) -> dict[str, Any]:
    """A line of 120 km."""
    return {
        "start": start,
        "end": end,
        "railway": of,
        "length": "120 km",
        "n_tracks": 1,
        "is_electrified": True,
        "capacity": "10 trains/d",
        "other_traffic": RANGE,
    }


def border(china: str, kazakh: str) -> dict[str, Any]:
    """A crossing of 120 km."""
    return {
        "title": {**TITLE, "en": "Gate"},
        "china_station": china,
        "kazakh_station": kazakh,
        "length": "120 km",
        "to_china": RANGE,
        "to_kazakhstan": RANGE,
        "transshipment": "100 boxes/d",
        "dwell": "30 h",
        "n_feu_1435": 41,
        "n_feu_1520": 61,
        "gauge_change": "300 USD2025/box",
        "fee": "50 USD2025/box",
    }


_NETWORK: dict[str, Any] = {
    "stations": {
        "origin": station("dispatch", "CN", 10),
        "east": station("border", "CN", 11),
        "west": station("border", "KZ", 12),
        "port": station("dry-port", "KZ", 13),
    },
    "railways": {"cn": railway("CN"), "kz": railway("KZ")},
    "sections": {"china": section("origin", "east", "cn"), "steppe": section("west", "port", "kz")},
    "borders": {"gate": border("east", "west")},
    "episodes": {
        "storm": {
            "title": TITLE,
            "border": "gate",
            "kind": "wind",
            "first_day": "2023-12-12",
            "days": 2,
            "intake_share": "20 %",
            "n_backlog": 30,
            "backlog_unit": "trains",
        }
    },
    "disruptions": {
        "gale": {
            "title": TITLE,
            "border": "gate",
            "kind": "wind",
            "n_per_year": 8.0,
            "length": "1 d",
            "intake_share": "20 %",
        }
    },
    "fleet": {
        "flat": {
            "title": TITLE,
            "gauge": "1520 mm",
            "n_platforms": 100,
            "available_share": "50 %",
            "turnaround": "2 d",
        }
    },
    "costs": {
        "handling": "45 USD2025/box",
        "unserved": "9000 USD2025/box",
        "value_of_time": "15 USD2025/box-d",
        "wagon_group_wait": "2 d",
        "co2e": "50 USD2025/t",
    },
    "origins": {
        "arrivals": {"shares": {"origin": "100 %"}, "end": "port"},
        "departures": {"shares": {"origin": "100 %"}, "end": "port"},
    },
}


def network() -> dict[str, Any]:
    """The network's document, free to change."""
    found = deepcopy(_NETWORK)
    found["source"] = "assumption"
    found["note"] = "made up for a test"
    return found
