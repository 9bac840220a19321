"""Scenarios: a folder of TOML files becomes one frozen, checked description of a world."""

from keruen.scenario.documents import cases, names
from keruen.scenario.models import Scenario
from keruen.scenario.read import read

__all__ = ["Scenario", "cases", "names", "read"]
