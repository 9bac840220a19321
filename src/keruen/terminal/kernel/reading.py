"""Reading the tables from outside without carrying arrays about.

Knows where each table lies and how long a row is; knows nothing of what it says. An array as an
argument is eight numbers and a reference count; with five of them at every call, passing took more
than half of a run. The kernel passes addresses instead, and a row is looked at where it lies. The
caller of `run` keeps the arrays alive and contiguous. Interpreted, a table's handle is the table
itself. No index is checked, so a wrong one reads foreign memory: interpreted runs find it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from keruen.domain import tables
from keruen.terminal.kernel.compiled import compiled
from keruen.terminal.kernel.state import ORDER_DTYPE, OUTAGE_DTYPE, TRAIN_DTYPE, VISIT_DTYPE

if numba.config.DISABLE_JIT:

    def handle(array: Any) -> Any:
        """The table itself."""
        return array

    def _reader(dtype: Any) -> Any:  # noqa: ARG001 - the compiled one needs it
        def row(table: Any, index: Any) -> Any:
            return table[index]

        return row

else:

    @compiled
    def handle(array: Any) -> Any:
        """The address of a table's first row."""
        return np.int64(array.ctypes.data)

    def _reader(dtype: Any) -> Any:
        record = numba.from_dtype(dtype)
        size = dtype.itemsize

        @intrinsic  # type: ignore[untyped-decorator]
        def row(_typing: Any, table: Any, index: Any) -> Any:
            def address(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
                # Indexes come as int32 from tables and as int64 from loops: one width for both.
                at = context.cast(builder, arguments[1], signature.args[1], types.int64)
                width = context.get_constant(types.int64, size)
                place = builder.add(arguments[0], builder.mul(at, width))
                return builder.inttoptr(place, context.get_value_type(record))

            return record(table, index), address

        return row


visit_at = _reader(VISIT_DTYPE)
train_at = _reader(TRAIN_DTYPE)
order_at = _reader(ORDER_DTYPE)
outage_at = _reader(OUTAGE_DTYPE)
row_at = _reader(tables.dtype("trace"))
