"""A scenario with other boxes a year and another planned week, checked as if it had been read so.

Knows the tables that change and the rules for them; knows no workbook. Changed flows are kept as
overrides, the week as a file of the scenario: read again with both, it has the same digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from keruen.errors import Problem, ScenarioError
from keruen.scenario.check_goods import is_known
from keruen.scenario.check_week import check_week
from keruen.scenario.models import Figure, Flow, Scenario
from keruen.scenario.read import digest_of
from keruen.scenario.reading import Document, ScenarioReading
from keruen.scenario.translate import translate
from keruen.scenario.week import Route, Week, WeekTrain
from keruen.scenario.week_file import with_planned_week
from keruen.scenario.world import network_of

_WEEK: Final = "network.week"

_Model = TypeVar("_Model", bound=BaseModel)


def with_flows_and_week(
    scenario: Scenario,
    *,
    boxes: Mapping[str, float],
    week: Document | None,
    origin: Mapping[str, str],
    problems: tuple[Problem, ...] = (),
    left_out: tuple[str, ...] = (),
) -> Scenario:
    """The scenario with some flows and the week replaced.

    Parameters
    ----------
    scenario : with a network.
    boxes : key of a flow → boxes a year; other flows stay as they are.
    week : tables ``trains`` and ``routes`` as a scenario file writes them; None: as it is.
    origin : path of a key → where a person finds it, for problems and sources.
    problems : found before, so that all are told at once.
    left_out : paths that are missing because they are wrong themselves.

    Raises
    ------
    ScenarioError
        With everything that is wrong; nothing is changed then.
    """
    network = network_of(scenario)
    reading = ScenarioReading()
    reading.origin = dict(origin)
    reading.problems = list(problems)
    reading.left_out = list(left_out)
    flows = dict(scenario.flows) | _changed_flows(reading, scenario, boxes)
    found = network.week if week is None else _week(reading, week, network.week)
    changed = scenario.model_copy(
        update={"flows": flows, "network": network.model_copy(update={"week": found})}
    )
    check_week(reading, changed)
    if reading.problems:
        raise ScenarioError(tuple(reading.problems))
    changes = (f'flows.{key}.boxes="{_rate(amount)}"' for key, amount in sorted(boxes.items()))
    changed = changed.model_copy(
        update={
            "digest": digest_of(changed),
            "overrides": (*scenario.overrides, *changes),
            "figures": _figures(scenario, boxes, origin),
        }
    )
    return changed if week is None or found is None else with_planned_week(changed, found)


def _changed_flows(
    reading: ScenarioReading, scenario: Scenario, boxes: Mapping[str, float]
) -> dict[str, Flow]:
    found = {}
    for key, amount in sorted(boxes.items()):
        path = f"flows.{key}"
        if not is_known(reading, scenario.flows, path, key, "flows"):
            continue
        flow = scenario.flows[key]
        if flow.kind == "empty":
            if amount:
                reading.complain_at(f"{path}.boxes", "empty_has_no_rate")
            continue
        document = {"boxes": _rate(amount), "title": flow.title.model_dump()}
        document |= {"kind": "import", "commodity": "x", "service": "x", "sizes": {}, "stay": "0 h"}
        checked = _validated(reading, Flow, document, path)
        if checked is not None:
            found[key] = flow.model_copy(update={"boxes": checked.boxes})
    return found


def _week(reading: ScenarioReading, week: Document, before: Week | None) -> Week:
    """The trains and ways that fit their models; the others are told and left out."""
    tables: dict[str, dict[str, Any]] = {"trains": {}, "routes": {}}  # Any: its models
    for name, model in (("trains", WeekTrain), ("routes", Route)):
        for key, document in sorted(week[name].items()):
            path = f"{_WEEK}.{name}.{key}"
            whole = {"trains": {}, "routes": {}, name: {key: document}}
            if _validated(reading, Week, whole, _WEEK) is None:
                reading.left_out.append(path)
            else:
                tables[name][key] = model.model_validate(document, by_alias=True, by_name=False)
    is_fixed = before is not None and before.is_fixed
    return Week(trains=tables["trains"], routes=tables["routes"], is_fixed=is_fixed)


def _validated(
    reading: ScenarioReading, model: type[_Model], document: Document, path: str
) -> _Model | None:
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            translate(reading, error, model, at=path)
        return None


def _rate(amount: float) -> str:
    return f"{amount!r} boxes/yr"


def _figures(
    scenario: Scenario, boxes: Mapping[str, float], origin: Mapping[str, str]
) -> tuple[Figure, ...]:
    """The sources, with those of the changed flows."""
    fresh = {
        f"flows.{key}.boxes": Figure(
            path=f"flows.{key}.boxes",
            text=_rate(amount),
            source="assumption",
            note=origin.get(f"flows.{key}.boxes", ""),
        )
        for key, amount in boxes.items()
    }
    kept = {figure.path: figure for figure in scenario.figures}
    return tuple(figure for _, figure in sorted((kept | fresh).items()))
