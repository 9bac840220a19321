"""The report: the verdict in words first, then pictures and evidence, in four languages.

Knows studies and how to show them; computes nothing that is not already in a study's tables.
"""

from __future__ import annotations

from keruen.report.claims import claims_in_words
from keruen.report.verdict import verdict_sentences
from keruen.report.write import write

__all__ = ["claims_in_words", "verdict_sentences", "write"]
