"""Terminals that were built, in the twin: what is published of them beside what the twin says.

Each folder is a scenario that runs by itself (``keruen run verification/terminals/NAME``); the file
``parameters.toml`` is the same in all of them. ``cells.toml`` says what is compared and what of it
scores.
"""

from verification.terminals.cells import CELLS, Cell, read_cells
from verification.terminals.comparison import FOLDER, compare_terminals
from verification.terminals.page import write_terminals

__all__ = ["CELLS", "FOLDER", "Cell", "compare_terminals", "read_cells", "write_terminals"]
