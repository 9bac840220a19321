"""The corridor's programme: ``python -m verification.corridor`` writes docs/verification-corridor.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from keruen.corridor.plan.design import solve
from keruen.corridor.plan.week_problem import week_of
from keruen.scenario import read
from keruen.study.plan import whole_year
from verification import episodes, transit
from verification.week_as_arcs import arc_model, relaxed, repriced

PAGE = Path(__file__).parents[1] / "docs" / "verification-corridor.md"
CASES = ("bottom-up", "growth", "nameplate")

HEAD = """# Verification of the corridor

`scripts/verify-corridor` makes this page.

## The week by ways, beside a plain arc model

The planner gives each stream of boxes a column for each way that it may take: boarding station and border
([why](decisions/0022-week-by-ways.md)). `verification/week_as_arcs.py` writes the same week without ways: every stream may use every arc, and
flow is conserved at stations. Both relaxations are strengthened by the forcing rows that they break. *Priced by arcs*: the plan's trains are
fixed and the arc model looks for the cheapest flows over any arcs.

| case | columns by way | columns by arc | relaxation by way, USD a week | relaxation by arc | plan | priced by arcs |
|---|---|---|---|---|---|---|
"""

BELOW = """
The published instances that an earlier planner solved (fixed-charge design, design in time) have arcs of any shape and no ways; the planner of today does
not solve them. Small random networks are solved against every design by enumeration (`tests/properties/test_network_design.py`).
"""


def _weeks() -> Iterator[str]:
    for case in CASES:
        year, bookings = whole_year(read("kostanay-hefei", [], (case,)))
        assert year.network is not None
        week = week_of(year, year.network, bookings.bookings)
        bounds: list[float] = []
        plan = solve(week.problem, gap=0.001, progress=lambda _, __, one: bounds.append(one))  # noqa: B023
        model = arc_model(year.network, week)
        figures = (bounds[0], relaxed(model).objective, plan.objective, repriced(model, plan.units))
        words = " | ".join(f"{figure:,.2f}" for figure in figures)
        yield f"| `{case}` | {plan.size.n_columns:,} | {model.n_columns:,} | {words} |"


def main() -> int:
    """Write the page."""
    lines = [*_weeks(), BELOW, *episodes.section(), *transit.section()]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
