"""One run becomes its measures and tables."""

from __future__ import annotations

from keruen.domain.tables import Table
from keruen.scenario.models import Scenario
from keruen.terminal.measures import (
    energy,
    evacuation,
    flow_services,
    fullness,
    gantries,
    machines,
    plugs,
    trains,
    trucks,
    waits,
    yard,
)
from keruen.terminal.measures.window import window_of


def measure(
    scenario: Scenario,
    trace: Table,
    train_rows: Table,
    visits: Table,
    outages: Table | None = None,
) -> tuple[dict[str, float], dict[str, Table]]:
    """Measure the terminal's part of a run.

    Parameters
    ----------
    scenario : Scenario
        Calendar (what is measured) and terminal (how much there is of everything).
    trace, train_rows, visits : Table
        Tables `trace`, `train_arrivals`, `container_visits`.
    outages : Table, optional
        Table `outages`; left out: no machine was out of work.

    Returns
    -------
    measures : name (`domain/measures.toml`) → value in its unit; all but what was offered.
    tables : `hourly`, `train_results`, `truck_results`, `dwell_results`, `flow_services`,
        `machine_results`, `wait_results`.
    """
    window = window_of(scenario, trace, train_rows, visits, outages)
    train_table = trains.train_results(window)
    truck_table, unfinished = trucks.truck_results(window)
    by_hour = yard.hourly(window)
    left_ms = yard.departure_ms(window)
    dwells = yard.dwell_results(window, left_ms)
    work = machines.work_of(window)
    measures = {
        **yard.box_measures(window, left_ms, dwells),
        **trains.train_measures(window, train_table),
        **trucks.truck_measures(window, truck_table, unfinished),
        **yard.occupancy_measures(window, by_hour),
        **fullness.usable_measures(fullness.usable_shares(window, by_hour)),
        **plugs.plug_measures(window),
        **machines.utilisation_measures(window, work, by_hour),
        **evacuation.evacuation_measures(window),
        **gantries.gantry_measures(window),
        **energy.energy_measures(window, work, by_hour),
    }
    return measures, {
        "hourly": by_hour,
        "train_results": train_table,
        "truck_results": truck_table,
        "dwell_results": dwells,
        "flow_services": flow_services.flow_services(window),
        "machine_results": machines.machine_results(window, work),
        "wait_results": waits.wait_results(window),
    }
