"""The terminal twin: one verb, `simulate`, on a described terminal, trains and container visits.

Knows tracks, machines, blocks, gate and customs of the dry port. Does not know where trains come
from, what a scenario file looks like, or who reads the results; reads and writes no file.
"""

from keruen.terminal.groups import machine_numbers
from keruen.terminal.initial_yard import with_initial_yard
from keruen.terminal.inputs import size_class
from keruen.terminal.live import LiveTerminal, call_empty, compile_class
from keruen.terminal.measures import measure
from keruen.terminal.movements import movements
from keruen.terminal.simulate import compile_kernel, simulate

__all__ = [
    "LiveTerminal",
    "call_empty",
    "compile_class",
    "compile_kernel",
    "machine_numbers",
    "measure",
    "movements",
    "simulate",
    "size_class",
    "with_initial_yard",
]
