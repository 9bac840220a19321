"""The corridor's programme: ``python -m verification.corridor [--seconds N] [--page-only]``.

Reads published instances beside the checkout, keeps tables in verification/results, and writes
docs/verification-corridor.md from them.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

from verification import episodes, transit
from verification.continuous_time import run_continuous
from verification.network_design import run_fixed_charge
from verification.tables import rows_of

ROOT = Path(__file__).parents[1]
BENCH = ROOT.parent / "shared" / "bench" / "network-design"
RESULTS = ROOT / "verification" / "results"
FIXED, TIMED = RESULTS / "fixed-charge.csv", RESULTS / "continuous-time.csv"
PAGE = ROOT / "docs" / "verification-corridor.md"

HEAD = """# Verification of the network design

`scripts/verify-corridor` makes the tables in `verification/results` and this page; it goes on where it was stopped. The instances
are not part of Keruen: they are read from beside the checkout.

Machine: {machine}, {cores} cores, shared with other work, so seconds are rough: *load* is the number of processes that wanted to
run in the last minute of a run, its own threads included.

## Fixed-charge network design

Instances of the C+ family, twelve in all, {seconds} s and {threads} threads for each run. *Plain* is the arc-flow model without forcing
rows, inequalities, neighbourhoods or a start, given to the same solver (with its own cuts and heuristics) with the same limit and
threads; it ran right after ours. Seconds are the whole call for ours and the solver's for plain.

| instance | known value | value | bound | gap % | s | plain value | plain gap % | plain s | load | plain load |
|---|---|---|---|---|---|---|---|---|---|---|
"""

TIMED_HEAD = """
## Service network design in time

198 instances of the class LC on a grid of 60 minutes, with proved optima. The counting rules were found by reproducing the
references: commodities do not split, waiting is free, and who cannot arrive within the window is left out. One thread for each run.

"""


def _fixed(rows: list[dict[str, str]]) -> str:
    lines = [f"| {' | '.join(row.values())} |" for row in rows]
    reached = [row for row in rows if float(row["value"]) <= float(row["known"]) + 0.5]
    proved = [row for row in rows if float(row["gap_percent"]) < 0.001]
    open_ = [row for row in rows if float(row["gap_percent"]) >= 0.001]
    third = [
        row for row in open_ if 3 * float(row["gap_percent"]) <= float(row["plain_gap_percent"])
    ]
    plain_proved = [row for row in rows if float(row["plain_gap_percent"]) < 0.001]
    both = [row for row in proved if row in plain_proved]
    later = [row for row in both if float(row["seconds"]) > float(row["plain_seconds"])]
    missed = [row for row in open_ if row not in third]
    text = (
        f"\nOf {len(rows)} instances run, the known value was reached on {len(reached)} and proved on "
        f"{len(proved)}; the plain model proved {len(plain_proved)}.\n"
        f"Of the {len(both)} that both proved, plain was done sooner on {len(later)}.\n"
        f"The aim for the {len(open_)} that stayed open, a gap of at most a third of the plain "
        f"model's, was met on {len(third)}.\n"
    )
    if missed:
        told = (
            f"{row['instance']} ({row['gap_percent']} % against {row['plain_gap_percent']} %)"
            for row in missed
        )
        text += f"It was not met on {', '.join(told)}.\n"
    return "\n".join(lines) + "\n" + text


def _timed(rows: list[dict[str, str]]) -> str:
    agree = [row for row in rows if row["agrees"] == "yes"]
    others = [row for row in rows if row["agrees"] != "yes"]
    total = sum(float(row["seconds"]) for row in rows)
    slowest = max((float(row["seconds"]) for row in rows), default=0.0)
    text = (
        f"{len(rows)} of 198 were run; {len(agree)} were solved to the reference. Together "
        f"{total:.0f} s of the solver, the slowest {slowest:.1f} s, on the machine and with the other "
        "work said above.\n"
    )
    if others:
        text += "\n| not agreeing | reference | value | bound | s | status |\n|---|---|---|---|---|---|\n"
        keys = ("instance", "reference", "value", "bound", "seconds", "status")
        text += "".join(f"| {' | '.join(row[key] for key in keys)} |\n" for row in others)
    return text


def write_page(seconds: float, n_threads: int, note: str = "") -> Path:
    """Write the page from the tables; `note` says what a reader of the first must know."""
    head = HEAD.format(
        machine=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count(),
        seconds=f"{seconds:g}",
        threads=n_threads,
    )
    short = (
        "\nThe aim is set for runs of 120 s; these were cut off sooner, so the aim itself has not been "
        "measured.\n"
        if seconds < 120
        else ""
    )
    below = f"\n{note}\n" if note else ""
    text = head + _fixed(rows_of(FIXED)) + short + below + TIMED_HEAD + _timed(rows_of(TIMED))
    text += "\n".join([*episodes.section(), *transit.section()]) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    return PAGE


def main() -> int:
    """Run what is missing and write the page."""
    parser = argparse.ArgumentParser(prog="scripts/verify-corridor")
    parser.add_argument("--seconds", type=float, default=120.0, help="limit of each run")
    parser.add_argument("--threads", type=int, default=2, help="threads of each fixed-charge run")
    parser.add_argument("--note", default="", help="a sentence under the first table")
    parser.add_argument("--page-only", action="store_true", help="write the page from the tables")
    given = parser.parse_args()
    if not given.page_only:
        if not BENCH.is_dir():
            sys.stdout.write(f"skipped: the instances are not at {BENCH}\n")
            return 0
        run_continuous(BENCH, TIMED, given.seconds)
        run_fixed_charge(BENCH, FIXED, given.seconds, given.threads)
    sys.stdout.write(f"{write_page(given.seconds, given.threads, given.note)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
