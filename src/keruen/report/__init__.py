"""The report: the verdict in words first, then pictures and evidence, in four languages.

Knows studies, capacities and comparisons, and how to show them; computes nothing that is not
already in their tables.
"""

from __future__ import annotations

from keruen.report.capacity import write_capacity
from keruen.report.capacity_words import capacity_sentences
from keruen.report.claims import claims_in_words
from keruen.report.comparison import comparison_sentences
from keruen.report.film import starts_at, yard_film
from keruen.report.verdict import verdict_sentences
from keruen.report.write import write

__all__ = [
    "capacity_sentences",
    "claims_in_words",
    "comparison_sentences",
    "starts_at",
    "verdict_sentences",
    "write",
    "write_capacity",
    "yard_film",
]
