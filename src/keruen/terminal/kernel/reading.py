"""Rows of the tables from outside, by their handles (`keruen.compiled`)."""

from __future__ import annotations

from keruen.compiled import reader
from keruen.domain import tables
from keruen.terminal.kernel.state import ORDER_DTYPE, OUTAGE_DTYPE, TRAIN_DTYPE, VISIT_DTYPE

visit_at = reader(VISIT_DTYPE)
train_at = reader(TRAIN_DTYPE)
order_at = reader(ORDER_DTYPE)
outage_at = reader(OUTAGE_DTYPE)
row_at = reader(tables.dtype("trace"))
