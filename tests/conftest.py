"""How all tests run: hypothesis without a deadline, with the same examples every time.

A failing example prints the line that makes it happen again. A longer search is asked for:
``scripts/test tests/properties --hypothesis-profile=search``.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile("steady")
