"""The languages that people of both sides read; everything that is said is said in all four."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["kk", "ru", "zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru", "zh", "en")
"""By ISO 639-1 code, in the order in which texts are listed."""
