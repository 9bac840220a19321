"""A made-up study, small and complete, for the tests of the report.

Its numbers are chosen, not simulated: the tests know what the report must say about them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keruen.domain import tables
from keruen.domain.codes import Resource, Storage
from keruen.domain.results import (
    Estimate,
    LimitCheck,
    Pressure,
    Probe,
    Provenance,
    Replication,
    Verdict,
)
from keruen.scenario.models import Figure, Scenario
from keruen.scenario.value_types import LocalText
from keruen.scenario.world import PlannedWorld
from keruen.study.results import Study

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

BREAKING = '<script>alert("x")</script> #read("/etc/passwd") \\ $x$ *b* _i_ @a & \' "'
"""A title that would do harm if it were read as HTML or as Typst markup."""


def local(en: str, ru: str = "", kk: str = "", zh: str = "") -> dict[str, str]:
    """A text in four languages; left-out ones are the English one."""
    return {"en": en, "ru": ru or en, "kk": kk or en, "zh": zh or en}


def scenario(
    *, days: int = 14, title: str = "Steppe port", case_title: str = "", n_gantries: int = 2
) -> Scenario:
    """A dry port with two services, four flows and three blocks."""
    title_of = local(title, "Степной порт", "Дала порты", "草原无水港") if title else local("x")
    document: dict[str, Any] = {
        "scenario": {
            "title": title_of,
            "summary": local(
                "A made-up dry port.",
                "Выдуманный сухой порт.",
                "Ойдан шығарылған құрғақ порт.",
                "虚构的无水港。",
            ),
        },
        "calendar": {
            "first_day": "2030-01-01",
            "days": days,
            "warm_up": "1 d",
            "utc_offset": "5 h",
        },
        "commodities": {
            "goods": {"title": local("Goods", "Товары", "Тауар", "货物"), "net_load_40": "20 t"}
        },
        "flows": {
            "kits": _flow(
                "import",
                local("Car kits", "Машинокомплекты", "Машина жинақтары", "汽车套件"),
                "east",
            ),
            "wheat": _flow("export", local("Wheat", "Пшеница", "Бидай", "小麦"), "east"),
            "parts": _flow(
                "transit", local("Parts", "Запчасти", "Бөлшектер", "零件"), "east", "west"
            ),
            "empties": _flow(
                "empty", local("Empties", "Порожние", "Бос контейнерлер", "空箱"), "east"
            ),
        },
        "customs": {
            "yellow_share": 0.2,
            "red_share": 0.01,
            "green_time": "1 h",
            "yellow_time": "4 h",
            "red_time": "1 d",
        },
        "services": {
            "east": _service(
                local("Eastern train", "Восточный поезд", "Шығыс пойызы", "东线班列"), 14
            ),
            "west": _service(
                local("Western train", "Западный поезд", "Батыс пойызы", "西线班列"), 3
            ),
        },
        "terminal": _terminal(n_gantries),
        "limits": {
            "truck_turn_time_p90": "1 h",
            "train_turnaround_p90": "12 h",
            "trains_held_share": 0.05,
            "yard_occupancy_p95": 0.85,
            "unserved_share": 0.02,
        },
        "claims": {
            "capacity": {
                "checks": {
                    "load": {
                        "numerator": "capacity.mass",
                        "denominator": "capacity.boxes",
                        "unit": "t/box",
                        "plausible_low": 1,
                        "plausible_high": 26.5,
                        "title": local("Goods in a box", "Груз", "Жүк", "箱内货物"),
                        "source": "https://example.org/payload",
                    }
                },
                "title": local("Capacity", "Мощность", "Қуаты", "能力"),
                "statements": {
                    "boxes": {
                        "value": "400000 boxes/yr",
                        "who": local("The promoter", "Заявитель", "Бастамашы", "发起方"),
                        "as_of": "2025",
                        "source": "https://example.org/boxes?a=1&b=2",
                    },
                    "mass": {
                        "value": "11 Mt/yr",
                        "who": local("The ministry", "Министерство", "Министрлік", "主管部门"),
                        "as_of": "2025",
                        "source": "https://example.org/mass",
                    },
                },
            }
        },
    }
    read = Scenario.model_validate(document)
    figures = (
        Figure(
            path="terminal.machines.gantry.count",
            text="2",
            source="assumption",
            note="As at a comparable terminal.",
        ),
        Figure(
            path="terminal.site_area",
            text="133 ha",
            low="130 ha",
            high="157 ha",
            source="https://example.org/site",
            as_of="2025-08",
        ),
    )
    update: dict[str, Any] = {
        "name": "steppe",
        "case": "base",
        "digest": "d" * 64,
        "figures": figures,
    }
    if case_title:
        update["case_title"] = LocalText(
            **local(case_title, f"Вариант {case_title}", f"Нұсқа {case_title}", f"方案{case_title}")
        )
    return read.model_copy(update=update)


def _flow(
    kind: str, title: dict[str, str], service: str, onward: str | None = None
) -> dict[str, Any]:
    boxes = {} if kind == "empty" else {"boxes": "1000 boxes/yr"}
    sizes = {} if kind == "empty" else {"45G1": 1.0}
    return {
        "title": title,
        "kind": kind,
        "commodity": "goods",
        "service": service,
        "onward_service": onward,
        "sizes": sizes,
        "months": [1 / 12] * 12,
        "stay": "2 d",
        **boxes,
    }


def _service(title: dict[str, str], trains_per_week: int) -> dict[str, Any]:
    return {
        "title": title,
        "partner": title,
        "distance": "5000 km",
        "trains_per_week": trains_per_week,
        "first_arrival": "3 h",
        "n_wagons": 50,
        "wagon_length": "14 m",
        "teu_per_wagon": 2,
        "payload_per_wagon": "60 t",
        "transit_time": "9 d",
        "delay": "1 h",
        "layover": "12 h",
    }


def _terminal(n_gantries: int) -> dict[str, Any]:
    yard = {"machines": "stackers", "distance": "300 m"}
    return {
        "title": local("the Steppe terminal", "терминал «Степной»", "«Дала» терминалы", "草原港区"),
        "site_area": "133 ha",
        "tracks": {
            "reception": {
                "title": local(
                    "Reception tracks",
                    "Приёмо-отправочные пути",
                    "Қабылдау-жөнелту жолдары",
                    "到发线",
                ),
                "use": "reception",
                "count": 6,
                "useful_length": "1050 m",
            },
            "handling": {
                "title": local(
                    "Handling tracks",
                    "Погрузочно-выгрузочные пути",
                    "Тиеу-түсіру жолдары",
                    "装卸线",
                ),
                "use": "handling",
                "count": 4,
                "useful_length": "1050 m",
            },
        },
        "shunting": {
            "n_locomotives": 2,
            "inspection_time": "30 min",
            "placing_time": "20 min",
            "pulling_time": "20 min",
            "brake_test_time": "40 min",
        },
        "machines": {
            "gantry": {
                "title": local("Gantry cranes", "Козловые краны", "Козды крандар", "门式起重机"),
                "kind": "gantry",
                "count": n_gantries,
                "lifting_capacity": "41 t",
                "cycle_time": "3 min",
            },
            "stackers": {
                "title": local("Reach stackers", "Ричстакеры", "Ричстакерлер", "正面吊"),
                "kind": "reach_stacker",
                "count": 4,
                "lifting_capacity": "41 t",
                "cycle_time": "4 min",
            },
            "tractors": {
                "title": local("Tractors", "Тягачи", "Тартқыштар", "牵引车"),
                "kind": "tractor",
                "count": 10,
                "speed": "15 km/h",
            },
        },
        "blocks": {
            "a": {
                "title": local("Block A", "Площадка A", "A алаңы", "A 区"),
                "kind": "laden",
                "n_bays": 40,
                "n_rows": 8,
                "n_tiers": 4,
                **yard,
            },
            "b": {
                "title": local("Block B", "Площадка B", "B алаңы", "B 区"),
                "kind": "laden",
                "n_bays": 20,
                "n_rows": 6,
                "n_tiers": 4,
                **yard,
            },
            "c": {
                "title": local("Empties", "Порожние", "Бос контейнерлер", "空箱区"),
                "kind": "empty",
                "n_bays": 30,
                "n_rows": 10,
                "n_tiers": 5,
                **yard,
            },
            "r": {
                "title": local("Reefers", "Рефрижераторы", "Рефрижераторлар", "冷藏区"),
                "kind": "reefer",
                "n_bays": 8,
                "n_rows": 4,
                "n_tiers": 2,
                "n_plugs": 60,
                **yard,
            },
        },
        "gate": {
            "n_lanes_in": 4,
            "n_lanes_out": 4,
            "in_time": "3 min",
            "out_time": "2 min",
            "drive_time": "3 min",
            "opens": "6 h",
            "open_time": "16 h",
            "weekday_shares": [1 / 7] * 7,
            "hour_shares": [0.0] * 6 + [1 / 16] * 16 + [0.0] * 2,
        },
        "n_inspection_slots": 20,
    }


def study(
    described: Scenario,
    *,
    load: float = 0.6,
    n_replications: int = 3,
    boxes: int = 100_000,
    is_growing: bool = False,
) -> Study:
    """A study of `described`, loaded to `load`; it fails from a load of 0.9 on."""
    replications = tuple(
        _replication(described, n, load, boxes, is_growing) for n in range(n_replications)
    )
    is_good = load < 0.9
    measures = _measures(load, boxes, is_good)
    half = math.nan if n_replications == 1 else 0.03
    estimates = {
        name: Estimate(
            name=name, mean=mean, low=mean * (1 - half), high=mean * (1 + half), n=n_replications
        )
        for name, mean in measures.items()
    }
    pressures = _pressures(load)
    return Study(
        world=PlannedWorld.of(described),
        provenance=Provenance(
            version="0.1.0",
            commit="c0ffee",
            scenario="steppe",
            case=described.case,
            scenario_digest=described.digest,
            seed=7,
            n_replications=n_replications,
            days=described.calendar.days,
            platform="x86_64, Linux, Python 3.11",
        ),
        replications=replications,
        estimates=estimates,
        verdict=Verdict(
            outcome="kept" if is_good else "broken",
            limits=_limits(estimates),
            binding=pressures[0],
            next_binding=pressures[1],
            pressures=pressures,
            probes=()
            if is_good
            else (
                Probe(
                    resource=Resource.GANTRY,
                    measure="train_turnaround_ms_p90",
                    before=20 * HOUR,
                    after=10 * HOUR,
                ),
                Probe(
                    resource=Resource.LANE_IN,
                    measure="train_turnaround_ms_p90",
                    before=20 * HOUR,
                    after=20 * HOUR,
                ),
            ),
        ),
        demand_rows={
            flow: round(boxes * share * described.calendar.days / 365)
            for flow, share in SHARES.items()
        },
    )


SHARES = {"kits": 0.4, "wheat": 0.3, "parts": 0.2, "empties": 0.1}
"""Of the boxes, by flow."""
TEU_PER_BOX = 2


def _flow_services(described: Scenario, boxes: int) -> np.ndarray[Any, Any]:
    """Kits come by the eastern train, wheat and empties leave by it, parts go on by the western."""
    east, west, truck = 0, 1, -1
    ways = {
        "kits": (east, truck),
        "wheat": (truck, east),
        "parts": (east, west),
        "empties": (truck, east),
    }
    found = tables.empty("flow_services", len(ways))
    for n, flow in enumerate(sorted(ways)):
        n_boxes = round(boxes * SHARES[flow] * described.calendar.days / 365)
        found[n] = (n, *ways[flow], n_boxes, n_boxes * TEU_PER_BOX)
    return found


def _measures(load: float, boxes: int, is_good: bool) -> dict[str, float]:
    worse = 1 if is_good else 4
    return {
        "offered_per_year": boxes,
        "boxes_per_year": boxes * 0.99,
        "teu_per_year": boxes * 1.8,
        "trains_per_day": 4.5,
        "unserved_share": 0.004,
        "train_turnaround_ms_p50": 6.2 * HOUR * worse,
        "train_turnaround_ms_p90": 8 * HOUR * worse,
        "trains_held_share": 0.01 * worse,
        "truck_turn_time_ms_p50": 21 * MINUTE,
        "truck_turn_time_ms_p90": 38 * MINUTE,
        "yard_occupancy_share_p95": min(load + 0.1, 1.0),
        "dwell_ms_mean_laden": 2.9 * DAY,
        "reshuffles_per_retrieval": 0.42,
        "gantry_moves_per_h": 18.7,
    }


def _limits(estimates: dict[str, Estimate]) -> tuple[LimitCheck, ...]:
    rows = (
        ("train_turnaround_p90_ms", "train_turnaround_ms_p90", 12.0 * HOUR),
        ("truck_turn_time_p90_ms", "truck_turn_time_ms_p90", 1.0 * HOUR),
        ("trains_held_share", "trains_held_share", 0.05),
        ("yard_occupancy_p95", "yard_occupancy_share_p95", 0.85),
        ("unserved_share", "unserved_share", 0.02),
    )
    return tuple(
        LimitCheck(
            limit=limit,
            measure=measure,
            bound=bound,
            estimate=estimates[measure],
            outcome="kept" if estimates[measure].mean <= bound else "broken",
            low=estimates[measure].mean,
            high=estimates[measure].mean,
        )
        for limit, measure, bound in rows
    )


def _pressures(load: float) -> tuple[Pressure, ...]:
    parts = {
        Resource.GANTRY: 1.0,
        Resource.REACH_STACKER: 0.8,
        Resource.HANDLING_TRACK: 0.75,
        Resource.YARD_SLOT: 0.7,
        Resource.TRACTOR: 0.6,
        Resource.RECEPTION_TRACK: 0.5,
        Resource.EMPTY_HANDLER: 0.45,
        Resource.LOCOMOTIVE: 0.4,
        Resource.LANE_IN: 0.3,
        Resource.LANE_OUT: 0.2,
        Resource.INSPECTION_SLOT: 0.1,
    }
    return tuple(
        Pressure(
            resource=r,
            n_units=3,
            load_share=load * part,
            peak_share=min(1.0, load * part * 1.2),
            peak_hour_start=6,
            peak_hour_end=9,
        )
        for r, part in parts.items()
    )


def _replication(
    described: Scenario, index: int, load: float, boxes: int, is_growing: bool
) -> Replication:
    days = described.calendar.days
    start = described.calendar.warm_up_ms
    return Replication(
        index=index,
        seed=7 + index,
        measures={},
        n_events=1000,
        trace_digest=f"{index:x}" * 64,
        tables={
            "hourly": _hourly(described, index, load, is_growing),
            "train_results": _trains(days, start, load),
            "truck_results": _trucks(days, start, load),
            "dwell_results": tables.empty("dwell_results", 0),
            "flow_services": _flow_services(described, boxes),
            "machine_results": tables.empty("machine_results", 0),
        },
    )


def _hourly(described: Scenario, index: int, load: float, is_growing: bool) -> np.ndarray[Any, Any]:
    days = described.calendar.days
    capacity = {
        kind: sum(
            b.capacity_teu
            for b in described.terminal.blocks.values()
            if b.kind == kind.name.lower()
        )
        for kind in Storage
    }
    hourly = tables.empty("hourly", days * 24 * len(Storage))
    hours = np.arange(days * 24)
    season = 0.75 + 0.25 * np.sin(2 * np.pi * (hours / 8760 - 0.55))
    daily = 1 + 0.12 * np.sin(2 * np.pi * (hours % 24 - 8) / 24)
    trucks = np.rint(
        np.clip(60 * load * season * np.sin(np.pi * np.clip((hours % 24 - 5) / 18, 0, 1)), 0, None)
    )
    held = np.rint(
        np.where(
            load > 0.9,
            hours / 24 * 0.8 if is_growing else 3 * season * (hours % 7 == 0),
            (hours % 97 == 0),
        )
    )
    for kind in Storage:
        rows = hourly[int(kind) :: len(Storage)]
        rows["hour"] = hours
        rows["storage"] = kind
        rows["occupied_teu"] = np.rint(
            np.clip(load * season * daily * (1 - 0.15 * kind), 0, 1) * capacity[kind]
        )
        rows["n_boxes"] = rows["occupied_teu"] // 2
        rows["n_trucks"] = trucks + index
        rows["n_trains_held"] = held
    return hourly


def _trains(days: int, start: int, load: float) -> np.ndarray[Any, Any]:
    trains = tables.empty("train_results", days * 4)
    n = np.arange(days * 4)
    trains["train"] = n
    trains["service"] = n % 4 == 0
    trains["arrival_ms"] = start + n * 6 * HOUR
    slow = 1.0 if load < 0.9 else 5.0
    trains["turnaround_ms"] = (4 * HOUR + (n * 37 % 40) * 8 * MINUTE) * slow
    trains["turnaround_ms"][-1] = -1
    return trains


def _trucks(days: int, start: int, load: float) -> np.ndarray[Any, Any]:
    trucks = tables.empty("truck_results", days * 30)
    n = np.arange(days * 30)
    trucks["visit"] = n
    trucks["arrival_ms"] = start + n * 48 * MINUTE
    trucks["queue_ms"] = (n * 13 % 17) * MINUTE * (1 + 4 * (load > 0.9))
    trucks["terminal_ms"] = 12 * MINUTE + (n * 29 % 31) * MINUTE
    trucks["is_delivery"] = n % 2
    return trucks
