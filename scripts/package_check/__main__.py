"""What `scripts/check --package` does: the package as a user gets it, away from the checkout.

1. Build the source archive, and the wheel from it; both hold the files of the repository, no more.
2. Install the wheel with the exact versions of constraints.txt into a bare environment.
3. Run the main commands there, in another folder.
4. Run it as an ordinary user who has no home and may write nowhere but in one folder.
5. Type-check a user's program strictly.
6. Every other Python of this machine gives the pinned trace.
7. Install the lowest versions that pyproject.toml states, and pass the fast tests with them.
8. Ask for known vulnerabilities of the exact versions.

Prints a line for each step, with what it looked at and what it could not look at, and why. Ends
with 1 when a step failed; what this machine has no means to look at is said, and is no failure.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .commands import as_nobody, commands, typed
from .contents import built
from .installations import bare, install_exact, lowest, other_pythons
from .process import StepError
from .vulnerabilities import audit


def main() -> int:
    """Run every step; 1 when one failed."""
    failed: list[str] = []

    def step(name: str, work: Callable[[], object]) -> object:
        start = time.monotonic()
        try:
            result = work()
        except StepError as failure:
            failed.append(name)
            print(f"FAILED  package: {name}\n{failure}", file=sys.stderr, flush=True)
            return None
        told = f": {result}" if isinstance(result, str) else ""
        seconds = f" ({time.monotonic() - start:.0f} s)"
        print(f"ok      package: {name}{told}{seconds}", file=sys.stderr, flush=True)
        return result

    with tempfile.TemporaryDirectory(prefix="keruen-package-") as place:
        work = Path(place)
        # Another user has to reach what is installed in it.
        work.chmod(0o755)
        wheel = step("source archive and wheel", lambda: built(work))
        if isinstance(wheel, Path):
            python = bare(work / "user")
            steps: dict[str, Callable[[], str]] = {
                "other Pythons": lambda: other_pythons(wheel, work),
                "lowest versions": lambda: lowest(wheel, work),
                "known vulnerabilities": lambda: audit(work),
            }
            if step("installation", lambda: install_exact(python, wheel, work)):
                # The longest first, so that the two below share the processors evenly.
                steps = {"main commands": lambda: commands(python, work)} | steps
                steps["a user without rights"] = lambda: as_nobody(python, work)
                steps["a user's types"] = lambda: typed(python, work)
            with ThreadPoolExecutor(max_workers=2) as together:
                # Asking for the results lets an unforeseen error through.
                list(together.map(step, steps, steps.values()))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
