"""Rules for claims: what a check divides is there, and can be divided."""

from __future__ import annotations

from keruen.scenario.claims import COUNTED, is_there, ratio_of
from keruen.scenario.documents import nearest
from keruen.scenario.models import Scenario
from keruen.scenario.reading import ScenarioReading


def check_claims(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for claims in `reading`."""
    known = [f"{key}.{name}" for key, claim in scenario.claims.items() for name in claim.statements]
    known += COUNTED
    for key, claim in sorted(scenario.claims.items()):
        for name, check in sorted(claim.checks.items()):
            path = f"claims.{key}.checks.{name}"
            sides = {"numerator": check.numerator, "denominator": check.denominator}
            missing = [side for side, at in sides.items() if not is_there(scenario, at)]
            for side in missing:
                outer = "network" if sides[side] in COUNTED else "claims"
                subject = sides[side].partition(".")[0]
                if not reading.is_left_out(outer if outer == "network" else f"claims.{subject}"):
                    reading.complain_at(
                        f"{path}.{side}",
                        "no_such_id",
                        value=sides[side],
                        table="claims",
                        nearest=nearest(sides[side], known),
                    )
            if not missing and ratio_of(scenario, check) is None:
                reading.complain_at(f"{path}.unit", "ratio_unit", unit=check.unit)
            if check.plausible_low > check.plausible_high:
                reading.complain_at(
                    path,
                    "range_order",
                    value="plausible_low, plausible_high",
                    low=f"{check.plausible_low:g}",
                    high=f"{check.plausible_high:g}",
                )
