"""Run the whole programme: ``keruen verify``, or ``python -m verification [FOLDER]``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from keruen.cli.verifying import print_terminals, sentence_of
from verification.laws import laws, littles_law
from verification.queues import GOLD, check_queues
from verification.report import write_report
from verification.simpy_terminal import compare_models
from verification.terminals import compare_terminals, write_terminals


def verify(
    folder: Path, tell: Callable[[str], object], gold: Path = GOLD
) -> tuple[Path, tuple[str, ...]]:
    """Run everything and write the report; returns its path and what did not hold."""
    rows, skipped = check_queues(gold, tell)
    tell("Little")
    littles = littles_law()
    tell("SimPy")
    agreements = compare_models()
    terminals = compare_terminals(tell=tell)
    write_terminals(folder, terminals)
    found = laws()
    page = write_report(
        folder,
        rows=rows,
        skipped=skipped,
        littles=littles,
        agreements=agreements,
        laws=found,
    )
    failed = [f"{row.model} {row.params} {row.metric}" for row in rows if not row.covers]
    failed += [f"{row.model} {row.params} {row.metric} ×1.1" for row in rows if not row.power_fails]
    failed += [f"Little: {one.waiter} {one.resource}" for one in littles if not one.holds]
    failed += [f"SimPy: {one.what}" for one in agreements if not one.agrees]
    failed += [law.name for law in found if not law.holds]
    failed += [sentence_of(row, "en") for row in terminals if not row.holds]
    return page, tuple(failed)


def verify_terminals(folder: Path, language: str) -> int:
    """Compare the built terminals alone and write their page; 2 when a scored figure misses."""
    rows = compare_terminals(tell=lambda name: sys.stderr.write(f"{name}\n"))
    write_terminals(folder, rows)
    print_terminals(rows, language)
    return 0 if all(row.holds for row in rows) else 2


def main() -> int:
    """Run it and say what did not hold."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs")
    page, failed = verify(folder, lambda line: sys.stderr.write(f"{line}\n"))
    sys.stdout.write(f"{page}\n")
    for one in failed:
        sys.stdout.write(f"FAILED {one}\n")
    return 2 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
