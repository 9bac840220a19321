"""What it would take: the cheapest additions with which a scenario keeps every limit."""

from keruen.study.design.cheapest import cheapest_additions

__all__ = ["cheapest_additions"]
