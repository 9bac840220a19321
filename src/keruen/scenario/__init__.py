"""Scenarios: a folder of TOML files becomes one frozen, checked description of a world."""

from keruen.scenario.claims import review
from keruen.scenario.difference import diff
from keruen.scenario.documents import cases, names
from keruen.scenario.models import Scenario
from keruen.scenario.read import read
from keruen.scenario.read_projects import read_projects
from keruen.scenario.schema import json_schema
from keruen.scenario.source_remarks import source_remarks
from keruen.scenario.week_file import with_planned_week

__all__ = [
    "Scenario",
    "cases",
    "diff",
    "json_schema",
    "names",
    "read",
    "read_projects",
    "review",
    "source_remarks",
    "with_planned_week",
]
