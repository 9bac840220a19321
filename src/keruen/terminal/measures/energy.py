"""Energy, CO2 equivalent and operating cost, from how long machines worked and stood by.

Knows powers, prices and emission factors of the scenario; knows nothing of investments. Cost is in
the prices of the scenario, without capital. CO2e: energy × factor, ISO 14083:2023 clause 6 (well to
wheel, hub operations).
"""

from __future__ import annotations

import numpy as np

from keruen.domain.codes import Event, Storage
from keruen.domain.tables import Table
from keruen.terminal.groups import machine_groups
from keruen.terminal.measures.machines import Work, stopped_ms
from keruen.terminal.measures.window import Window
from keruen.units import MS_PER_HOUR

_NAMES = (
    "electricity_kwh_per_year",
    "diesel_l_per_year",
    "co2e_kg_per_box",
    "operating_cost_kzt_per_box",
)


def energy_measures(window: Window, work: Work, by_hour: Table) -> dict[str, float]:
    """Energy a year, and CO2e and cost for each box that left the dry port.

    Parameters
    ----------
    window : the run; `window.terminal.energy` holds prices and emission factors.
    work : of all machines (`machines.work_of`).
    by_hour : table `hourly`.

    Returns
    -------
    Measures by name: kWh and litres a year, kg of CO2e and KZT a box. Zero, all of them, when the
    scenario says nothing of energy.

    Notes
    -----
    energy = Σ over machines (power × busy + idle power × manned but idle) + power of a cooled box ×
    box-hours; CO2e = Σ energy × factor; cost = Σ energy × price + crews × manned hours + fixed cost
    × hours. A box that is brought by truck leaves by train or unpacked, so a truck that leaves
    after bringing one counts no box.
    """
    prices = window.terminal.energy
    if prices is None:
        return dict.fromkeys(_NAMES, 0.0)
    electricity_kwh, diesel_l, crews_kzt = _of_machines(window, work)
    is_reefer = by_hour["storage"] == Storage.REEFER
    electricity_kwh += prices.reefer_power_kw * float(by_hour["n_boxes"][is_reefer].sum())
    hours = window.length_ms / MS_PER_HOUR
    cost_kzt = crews_kzt + prices.fixed_cost_kzt2025_per_h * hours
    cost_kzt += electricity_kwh * prices.electricity_price_kzt2025_per_kwh
    cost_kzt += diesel_l * prices.diesel_price_kzt2025_per_l
    co2e_kg = electricity_kwh * prices.electricity_emission_kg_per_kwh
    co2e_kg += diesel_l * prices.diesel_emission_kg_per_l
    left = (Event.TRUCK_LEFT, Event.LOADED, Event.UNPACKED)
    is_delivery = window.visits["in_train"] < 0
    n_boxes = sum(len(window.measured(kind)) for kind in left[1:])
    n_boxes += int((~is_delivery[window.measured(Event.TRUCK_LEFT)["visit"]]).sum())
    values = (
        electricity_kwh * window.per_year,
        diesel_l * window.per_year,
        co2e_kg / max(1, n_boxes),
        cost_kzt / max(1, n_boxes),
    )
    return dict(zip(_NAMES, values, strict=True))


def _of_machines(window: Window, work: Work) -> tuple[float, float, float]:
    """Electricity in kWh, diesel in litres and crews in KZT of the measured time."""
    groups = machine_groups(window.terminal)
    n = sum(group.n_machines for group in groups)
    lasted = work.ends_ms - np.maximum(work.starts_ms, window.start_ms)
    busy_h = np.bincount(work.machine, lasted, n) / MS_PER_HOUR
    broken_ms, off_ms = stopped_ms(window, n)
    # At least as long as it worked: a move that has begun is ended after the shift.
    manned_h = np.maximum(busy_h, (window.length_ms - broken_ms - off_ms) / MS_PER_HOUR)
    electricity_kwh = diesel_l = crews_kzt = 0.0
    for group in groups:
        machines = group.machines
        if machines is None:
            continue
        busy = float(busy_h[group.numbers].sum())
        idle = float(manned_h[group.numbers].sum()) - busy
        electricity_kwh += machines.power_kw * busy + machines.idle_power_kw * idle
        diesel_l += machines.fuel_l_per_h * busy + machines.idle_fuel_l_per_h * idle
        crews_kzt += machines.cost_kzt2025_per_h * (busy + idle)
    return electricity_kwh, diesel_l, crews_kzt
