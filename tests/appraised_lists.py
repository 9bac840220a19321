"""A small list to appraise: one border that takes fewer boxes than come, on a railway with round
figures.

A hundred boxes a day come, 700 a week. Two trains a day with 41 boxes each cross the border, so 574
a week do, and 126 go by the other way.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from networks import TITLE, network, railway
from scenarios import changed, write

SOURCE = {"source": "assumption", "note": "by hand"}
EVEN = {"slow_speed": "960 km/d", "usual_speed": "960 km/d", "fast_speed": "960 km/d"}
NOBODY = {"low": "0 trains/d", "mode": "0 trains/d", "high": "0 trains/d"}
PRICES = ("gauge-change", "border-fee", "handling", "carriage-cn", "carriage-kz")

PROJECT: dict[str, Any] = {
    **SOURCE,
    "title": TITLE,
    "kind": "infrastructure",
    "decided_by": "ktz",
    "hosts": ["A"],
    "beneficiaries": ["A"],
    "capital": {"2030": "1 bn KZT2025"},
    "paid_by": {"ktz": 1.0},
    "yearly": "10 mln KZT2025",
    "life": "30 yr",
    "earliest": 2030,
    "build_time": "1 yr",
    "prices": {
        key: {"payer": "shippers-a", "payee": "ktz", "resource_share": 0.5} for key in PRICES
    },
}
"""A project of KTZ that half of each price is used up for."""

WAY: dict[str, Any] = {
    "title": TITLE,
    "cost": "9000 USD2025/box",
    "time": "0 h",
    "time_p90": "0 h",
    "capacity": "100000 boxes/yr",
    "length": "1 km",
    "emission": "0 g/tkm",
    "payer": "shippers-a",
    "paid_to": {"third": 1.0},
    "resource_share": 1.0,
}


def wider(trains: int) -> dict[str, Any]:
    """A case that lets so many trains a day over the border, each way."""
    intake = dict.fromkeys(("low", "mode", "high"), f"{trains} trains/d")
    borders = {"gate": {"to_china": intake, "to_kazakhstan": intake}}
    return {"case": {"title": TITLE}, "network": {**SOURCE, "borders": borders}}


def listed_network() -> dict[str, Any]:
    """The railway: only the border is short."""
    words = network()
    words["railways"] = {"cn": {**railway("CN"), **EVEN}, "kz": {**railway("KZ"), **EVEN}}
    for one in words["sections"].values():
        one.update({"other_traffic": NOBODY, "capacity": "96 trains/d"})
    gate = words["borders"]["gate"]
    two = dict.fromkeys(("low", "mode", "high"), "2 trains/d")
    gate.update({"to_china": two, "to_kazakhstan": two, "transshipment": "99999 boxes/d"})
    words["disruptions"] = {}
    words["episodes"] = {}
    words["fleet"]["flat"].update({"n_platforms": 100_000})
    words["costs"]["co2e"] = "0 USD2025/t"
    words["origins"] = {"arrivals": words["origins"]["arrivals"]}
    return words


def listed(
    folder: Path,
    projects: dict[str, dict[str, Any]],
    *,
    cases: dict[str, dict[str, Any]] | None = None,
    terms: dict[str, Any] | None = None,
    **files: dict[str, Any],
) -> Path:
    """A scenario folder with a list; each project is `PROJECT` with keys of its own."""
    flows = {"flows.arrivals.boxes": "36500 boxes/yr", "network": listed_network()}
    document = changed(flows)
    del document["flows"]["departures"]
    write(folder, document)
    for name, case in {"wider": wider(3), "widest": wider(4), **(cases or {})}.items():
        write(folder, case, f"cases/{name}.toml")
    for key, own in projects.items():
        write(folder, {**deepcopy(PROJECT), **own}, f"projects/{key}.toml")
    said = {"terms": {**SOURCE, "common_rate": "8 %", **(terms or {})}}
    write(folder, {**SOURCE, **said, "rates": {"USD2025": 500.0}}, "projects/terms.toml")
    if "other_ways" not in files:
        files["other_ways"] = {"other_ways": {"road": {**SOURCE, **WAY}}}
    for name, words in files.items():
        write(folder, words, f"{name}.toml")
    return folder
