"""A scenario that is ready to be run: where it has a railway, the trains of its week are known.

Knows what a stage may rely on; knows not how a week is planned or what services follow from it
(`study.prepare`).
"""

from __future__ import annotations

from dataclasses import dataclass

from keruen.domain.results import UnservedProof
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.scenario.week import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNetwork:
    """A railway with the week that its trains follow; neither is ever missing.

    Parameters
    ----------
    network, week : those of one scenario.
    unserved : what the week leaves behind, and the least that any would; None where the scenario
        brings its week, or has changed since it was planned.
    """

    network: Network
    week: Week
    unserved: UnservedProof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWorld:
    """What is run: a scenario, and its railway in one piece.

    Parameters
    ----------
    scenario : with a railway, its services are the lines of the dry port in the planned week, and
        its flows are on them.
    railway : None for a scenario without a network: its trains come by a timetable.
    """

    scenario: Scenario
    railway: PlannedNetwork | None

    @classmethod
    def of(cls, scenario: Scenario, unserved: UnservedProof | None = None) -> PlannedWorld:
        """The world of a scenario that has its week, or no network."""
        if scenario.network is None:
            return cls(scenario=scenario, railway=None)
        week = scenario.network.week
        assert week is not None, "a railway without its week"
        return cls(
            scenario=scenario,
            railway=PlannedNetwork(network=scenario.network, week=week, unserved=unserved),
        )


def network_of(scenario: Scenario) -> Network:
    """The network of a scenario that has one: whoever asks has been told so at a door."""
    assert scenario.network is not None, "a scenario without a network"
    return scenario.network
