"""The appraisal's programme: ``python -m verification.appraisal`` writes its page of the docs.

Present values and internal rates beside another program, published cases beside what Keruen makes
of their inputs.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy_financial as npf

from keruen.appraisal.box_costs import (
    DemandResponse,
    PricedWay,
    fixed_demand_benefit,
    induced_benefit,
    spread,
)
from keruen.appraisal.indicators import RATES, internal_rates, present_value
from keruen.draws import uniform_array

PAGE = Path(__file__).parents[1] / "docs" / "verification-appraisal.md"
N_FLOWS = 1000

_HEAD = """# Verification of the appraisal

`scripts/verify-appraisal` makes this page. That portfolios are the same as by trying every set is a test
(`tests/unit/appraisal/test_portfolios.py`; `KERUEN_FUZZ_SETS=10000` for ten thousand random sets).

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published figure beside ours.

    Parameters
    ----------
    rounding : by how much the inputs and the figure as printed leave it open.
    """

    case: str
    published: float
    ours: float
    rounding: float

    @property
    def holds(self) -> bool:
        """Within what is lost by printing."""
        return abs(self.ours - self.published) <= self.rounding

    def line(self) -> str:
        """As a row of a table."""
        digits = 2 if abs(self.published) >= 1 else 5
        mark = "yes" if self.holds else "**no**"
        return f"| {self.case} | {self.published:,.{digits}f} | {self.ours:,.{digits}f} | {mark} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Largest differences from numpy-financial over random flows."""

    n_flows: int
    of_value: float
    of_rate: float

    @property
    def holds(self) -> bool:
        """Sums in another order differ in their last digits, roots in the last that are found."""
        return self.of_value < 1e-9 and self.of_rate < 1e-9


def compare_with_numpy_financial() -> Compared:
    """Investments of one to five years with up to forty years of gains: one rate each."""
    values, rates = [], []
    for number in range(N_FLOWS):
        luck = uniform_array(number, 9, np.arange(48))
        n_costs, n_gains = 1 + int(luck[0] * 5), 5 + int(luck[1] * 35)
        flows = np.concatenate([-100 * luck[2 : 2 + n_costs] - 50, 60 * luck[8 : 8 + n_gains]])
        scale = float(np.abs(flows).sum())
        for rate in RATES:
            other = float(npf.npv(rate, flows))
            values.append(abs(present_value(flows, rate) - other) / scale)
        found = internal_rates(flows)
        # One change of sign has one rate; a first cost of 50 keeps it below 1000 %, where both look.
        assert found.kind == "one", (number, found)
        rates.append(abs(found.rates[0] - float(npf.irr(flows))))
    return Compared(n_flows=N_FLOWS, of_value=max(values), of_rate=max(rates))


def published_values() -> tuple[Published, ...]:
    """Present values and rates that manuals and textbooks print."""
    guide_wire = [*[0.0] * 10, 5_000_000.0], [0.0, *[470_000.0] * 10]
    cases = (
        ("spreadsheet manual, NPV at 8%", 0.08, [-40e3, 8e3, 9.2e3, 10e3, 12e3, 14.5e3], 1_922.06),
        ("numpy-financial, NPV at 8%", 0.08, [-40e3, 5e3, 8e3, 12e3, 30e3], 3_065.22),
        ("city transport, gain of year 10 at 3%", 0.03, guide_wire[0], 3_720_469.57),
        ("city transport, cost of ten years at 3%", 0.03, guide_wire[1], 4_009_195.33),
    )
    rates = (
        ("spreadsheet manual, rate of five years", [-70e3, 12e3, 15e3, 18e3, 21e3, 26e3], 0.08663),
        ("spreadsheet manual, rate below nought", [-70e3, 12e3, 15e3, 18e3, 21e3], -0.02124),
        ("numpy-financial, rate", [-100.0, 39.0, 59.0, 55.0, 20.0], 0.28095),
    )
    found = [
        Published(
            case=case,
            published=value,
            ours=present_value(np.array(flows, float), rate),
            rounding=0.0055,
        )
        for case, rate, flows, value in cases
    ]
    found += [
        Published(
            case=case,
            published=rate,
            ours=internal_rates(np.array(flows, float)).rates[0],
            rounding=0.0000055,
        )
        for case, flows, rate in rates
    ]
    return tuple(found)


_RAIL = (
    # Who, how much cheaper a trip (EUR), users as before, new users (millions), gains of both.
    ("passengers, option 1", 28.6, 3.58, 6.3, 4.5, 22.6, 8.1),
    ("passengers, option 2", 28.6, 6.27, 6.3, 11.0, 39.5, 34.4),
    ("freight, option 1", 28.6, 5.16, 0.3, 1.3, 1.6, 3.3),
    ("freight, option 2", 28.6, 5.16, 0.3, 2.9, 1.6, 7.4),
)
"""Table 4.17 of the guide. The gain does not depend on what a trip cost before: it is the time cost
of passengers (table 4.16), for freight too."""


def rail_case() -> tuple[Published, ...]:
    """Users as before gain the whole fall of the cost, new ones half of it."""
    found = []
    for who, cost, fall, same, new, gain_of_same, gain_of_new in _RAIL:
        before, after = (
            spread(same, [(PricedWay(key="rail", cost=each), each)]) for each in (cost, cost - fall)
        )
        whole = fixed_demand_benefit(before, after).amount
        elasticity = math.log((same + new) / same) / math.log((cost - fall) / cost)
        response = DemandResponse(elasticity=elasticity, source="table 4.17")
        half = induced_benefit(same, cost, cost - fall, response).amount
        for case, ours, published, users, each in (
            (f"{who}: users as before", whole, gain_of_same, same, fall),
            (f"{who}: who changes to rail", half, gain_of_new, new, fall / 2),
        ):
            # Users are printed to a tenth of a million, gains a trip to a cent, results to a tenth.
            rounding = 0.05 * each + 0.005 * users + 0.05
            found.append(Published(case=case, published=published, ours=ours, rounding=rounding))
    return tuple(found)


def _page(compared: Compared, values: tuple[Published, ...], rail: tuple[Published, ...]) -> str:
    return "".join(_sections(compared, values, rail))


def _sections(
    compared: Compared, values: tuple[Published, ...], rail: tuple[Published, ...]
) -> Iterator[str]:
    table = "\n| case | published | Keruen | agrees |\n|---|---|---|---|\n"
    yield _HEAD
    yield "## Beside numpy-financial\n\n"
    yield (
        f"Over {compared.n_flows:,} random flows (one to five years of cost, five to forty of gains) present values at 3, 5, 8, 9 and"
        f" 12% differ by {compared.of_value:.0e} of the\nsum of the flows at most, internal rates by {compared.of_rate:.0e}.\n"
    )
    yield "\n## Published figures\n\nThe manual of a spreadsheet program; the documentation of numpy-financial; *Fundamentals of"
    yield " Transportation* (Wikibooks, CC BY-SA), problem of\nthe chapter on evaluation: a gain of 5 million in ten years for 470 000 a year is not worth it at 3%.\n"
    yield table + "".join(f"{one.line()}\n" for one in values)
    yield "\n## A railway line\n\nEuropean Commission, *Guide to Cost-Benefit Analysis of Investment Projects* (2008), case study 4.2, table 4.17, millions of euros a"
    yield " year. Users\nas before are valued as Keruen values boxes at fixed demand: the whole fall of their cost. The guide has no cost of the way that others come"
    yield " from,\nso it counts half of the fall for them, as Keruen does for boxes that a lower cost newly induces; a box that moves from a known other way"
    yield " brings\nthe whole difference of the two costs ([why](concepts/appraisal.md)).\n"
    yield table + "".join(f"{one.line()}\n" for one in rail)


def main() -> int:
    """Write the page; 2 when a figure does not agree."""
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    compared, values, rail = compare_with_numpy_financial(), published_values(), rail_case()
    page.write_text(_page(compared, values, rail), encoding="utf-8")
    sys.stdout.write(f"{page}\n")
    failed = [one.case for one in (*values, *rail) if not one.holds]
    failed += [] if compared.holds else ["numpy-financial"]
    for case in failed:
        sys.stdout.write(f"FAILED {case}\n")
    return 2 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
