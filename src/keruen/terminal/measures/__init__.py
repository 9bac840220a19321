"""Measures: pure functions from a trace to numbers and tables, with the warm-up cut."""

from keruen.terminal.measures.measure import measure

__all__ = ["measure"]
