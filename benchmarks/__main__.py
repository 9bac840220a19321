"""`scripts/bench`: measure, print a table, write JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.registry import MODELS, PHASES
from benchmarks.timing import as_document, as_table, facts, timings

DEFAULT_OUT = Path("benchmarks") / "results" / "latest.json"


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--model", action="append", choices=sorted(MODELS), help="default: all")
    parser.add_argument("--phase", action="append", choices=sorted(PHASES), help="default: all")
    parser.add_argument("--repeat", type=int, default=3, help="calls of each phase (default 3)")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help=f"default {DEFAULT_OUT}")
    asked = parser.parse_args()
    models = asked.model or list(MODELS)
    phases = asked.phase or list(PHASES)
    found = timings(models, phases, max(1, asked.repeat))
    sizes = facts(models)
    sys.stdout.write(as_table(found, sizes) + "\n")
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(as_document(found, sizes), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"written to {asked.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
