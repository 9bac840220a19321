"""Boxes: how full the yard is hour by hour, how long boxes stay, how many left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Event, Mode, Storage
from keruen.domain.iso6346 import SIZE_TYPES
from keruen.domain.tables import Table
from keruen.terminal.measures.window import (
    Window,
    mean,
    quantile,
    stock_by_hour,
    weighted_stock_by_hour,
)
from keruen.units import NONE

_TARE_KG = {1: SIZE_TYPES["22G1"].tare_kg, 2: SIZE_TYPES["42G1"].tare_kg}


def capacity_teu(window: Window, storage: Storage) -> int:
    """TEU of all blocks of one kind.

    Parameters
    ----------
    window : the run.
    storage : the kind.
    """
    kind = storage.name.lower()
    return sum(
        block.capacity_teu for block in window.terminal.blocks.values() if block.kind == kind
    )


def hourly(window: Window) -> Table:
    """Table `hourly`: boxes and TEU of each kind, trucks, trains held, by hour.

    A box counts where it stands: its kind is that of its block, not its own.

    Parameters
    ----------
    window : the run.
    """
    stacked, retrieved = window.rows(Event.STACKED), window.rows(Event.RETRIEVED)
    n_trucks = stock_by_hour(
        window,
        window.rows(Event.TRUCK_ARRIVED)["time_ms"],
        window.rows(Event.TRUCK_LEFT)["time_ms"],
    )
    n_held = stock_by_hour(
        window,
        window.rows(Event.TRAIN_ARRIVED)["time_ms"],
        window.rows(Event.TRAIN_RECEIVED)["time_ms"],
    )
    parts = []
    storage_of = _storage_of_blocks(window)
    stacked_in = storage_of[stacked["destination"] >> 16]
    retrieved_from = storage_of[retrieved["origin"] >> 16]
    for storage in Storage:
        part = tables.empty("hourly", len(n_trucks))
        part["hour"] = np.arange(len(n_trucks))
        part["storage"] = storage
        ins = stacked[stacked_in == storage]
        outs = retrieved[retrieved_from == storage]
        part["n_boxes"] = stock_by_hour(window, ins["time_ms"], outs["time_ms"])
        part["occupied_teu"] = weighted_stock_by_hour(
            window,
            ins["time_ms"],
            window.visits["n_teu"][ins["visit"]].astype(np.int64),
            outs["time_ms"],
            window.visits["n_teu"][outs["visit"]].astype(np.int64),
        )
        part["n_trucks"] = n_trucks
        part["n_trains_held"] = n_held
        parts.append(part)
    rows = np.concatenate(parts)
    return rows[np.lexsort((rows["storage"], rows["hour"]))]


def _storage_of_blocks(window: Window) -> NDArray[np.int64]:
    """Kind of each block by its number."""
    blocks = window.terminal.blocks
    return np.array([Storage[blocks[key].kind.upper()] for key in sorted(blocks)], np.int64)


def occupancy_measures(window: Window, by_hour: Table) -> dict[str, float]:
    """How full the blocks of each kind are.

    Parameters
    ----------
    window : the run.
    by_hour : table `hourly`.

    Returns
    -------
    Shares, 0 to 1, of TEU occupied at the ends of the hours; of a kind without blocks 0.
    """
    measures = {}
    for storage in Storage:
        capacity = max(1, capacity_teu(window, storage))
        share = by_hour["occupied_teu"][by_hour["storage"] == storage] / capacity
        name = storage.name.lower()
        measures[f"occupancy_share_mean_{name}"] = mean(share)
        measures[f"occupancy_share_p95_{name}"] = quantile(share, 0.95)
    measures["yard_occupancy_share_p95"] = max(
        measures[f"occupancy_share_p95_{storage.name.lower()}"] for storage in Storage
    )
    return measures


def departure_ms(window: Window) -> NDArray[np.int64]:
    """When each box left the dry port, by truck, unpacked, or by train.

    Parameters
    ----------
    window : the run.

    Returns
    -------
    int64 ms, one for each visit, warm-up included; −1 if it did not.
    """
    n = len(window.visits)
    by_truck = window.time_by(Event.TRUCK_LEFT, "visit", n)
    unpacked = window.time_by(Event.UNPACKED, "visit", n)
    by_truck = np.where(unpacked == NONE, by_truck, unpacked)
    departed = window.time_by(Event.TRAIN_DEPARTED, "train", len(window.trains))
    loaded = window.rows(Event.LOADED)
    by_train = np.full(n, NONE, np.int64)
    by_train[loaded["visit"]] = departed[loaded["train"]]
    return np.where(window.visits["out_mode"] == Mode.TRUCK, by_truck, by_train)


def _comes(window: Window) -> NDArray[np.bool_]:
    """Which boxes come in the measured time; when those came that stand there is not known."""
    visits = window.visits
    comes: NDArray[np.bool_] = (visits["in_ms"] >= window.start_ms) & (
        visits["in_mode"] != Mode.PRESENT
    )
    return comes


def dwell_results(window: Window, left_ms: NDArray[np.int64]) -> Table:
    """Table `dwell_results`: the boxes that came in the measured time and left.

    Parameters
    ----------
    window : the run.
    left_ms : when each box left (`departure_ms`).
    """
    visits = window.visits
    chosen = np.flatnonzero(_comes(window) & (left_ms != NONE))
    rows = tables.empty("dwell_results", len(chosen))
    rows["visit"] = chosen
    rows["dwell_ms"] = (left_ms - visits["in_ms"])[chosen]
    rows["n_reshuffles"] = window.n_reshuffles[chosen]
    return rows


def box_measures(window: Window, left_ms: NDArray[np.int64], dwells: Table) -> dict[str, float]:
    """What passed through, and how long it stayed.

    Parameters
    ----------
    window : the run.
    left_ms : when each box left (`departure_ms`).
    dwells : table `dwell_results`.

    Returns
    -------
    Measures by name, in the units of `measures.toml`.
    """
    visits = window.visits
    # Column by column: to pick whole rows copies each field by field.
    is_gone = left_ms >= window.start_ms
    is_laden = _comes(window) & (visits["storage"] != Storage.EMPTY)
    tare_kg = np.where(visits["n_teu"][is_laden] == 1, _TARE_KG[1], _TARE_KG[2])
    storage = visits["storage"][dwells["visit"]]
    n_retrieved = len(window.measured(Event.RETRIEVED))
    measures = {
        "boxes_per_year": int(is_gone.sum()) * window.per_year,
        "teu_per_year": float(visits["n_teu"][is_gone].sum(dtype=np.int64)) * window.per_year,
        "tonnes_per_year": float(visits["gross_mass_kg"][is_gone].sum(dtype=np.int64))
        / 1000
        * window.per_year,
        "mean_load_t": mean((visits["gross_mass_kg"][is_laden] - tare_kg) / 1000),
        "reshuffles_per_retrieval": len(window.measured(Event.RESHUFFLED)) / max(1, n_retrieved),
    }
    for kind in Storage:
        dwell = dwells["dwell_ms"][storage == kind]
        measures[f"dwell_ms_mean_{kind.name.lower()}"] = mean(dwell)
    return measures
