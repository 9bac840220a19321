"""The report: the verdict in words first, then pictures and evidence, in four languages.

Knows studies, capacities and comparisons, and how to show them; computes nothing that is not
already in their tables.
"""

from __future__ import annotations

from keruen.report.chapters.capacity import write_capacity
from keruen.report.chapters.capacity_words import capacity_sentences
from keruen.report.chapters.claims import claims_in_words
from keruen.report.chapters.comparison import comparison_sentences
from keruen.report.chapters.sensitivity import write_sensitivity
from keruen.report.chapters.sensitivity_words import sensitivity_sentences
from keruen.report.chapters.verdict import verdict_sentences
from keruen.report.film import starts_at, yard_film
from keruen.report.write import write

__all__ = [
    "capacity_sentences",
    "claims_in_words",
    "comparison_sentences",
    "sensitivity_sentences",
    "starts_at",
    "verdict_sentences",
    "write",
    "write_capacity",
    "write_sensitivity",
    "yard_film",
]
