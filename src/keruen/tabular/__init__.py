"""Tables as offices write them: encodings, separators, numbers and dates of four languages.

Knows bytes, rows and cells; knows nothing of what a column means. What can be meant in two ways is
refused, and both readings are named.
"""

from __future__ import annotations

from keruen.tabular.dates import Period, day_of, moment_of, period_of
from keruen.tabular.decoding import Decoded, decoded
from keruen.tabular.delimited import TextTable, text_table
from keruen.tabular.numbers import decimal_of

__all__ = [
    "Decoded",
    "Period",
    "TextTable",
    "day_of",
    "decimal_of",
    "decoded",
    "moment_of",
    "period_of",
    "text_table",
]
