"""`python -m fonts`, from the top of a checkout: make the font files unless they are up to date."""

from __future__ import annotations

import sys
import time

from .making import make
from .tools import FontsError


def main() -> int:
    """1 when they could not be made; the reason is said."""
    start = time.monotonic()
    try:
        made = make()
    except FontsError as failure:
        print(f"The fonts could not be made.\n{failure}", file=sys.stderr)
        return 1
    if made:
        print(f"Made the fonts ({time.monotonic() - start:.0f} s):", file=sys.stderr)
    for name, size in made.items():
        print(f"  {size / 1000:8.1f} kB  {name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
