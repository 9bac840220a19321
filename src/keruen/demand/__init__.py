"""Demand: from yearly flows to single boxes that want to travel.

Knows flows, commodities, seasons and customs channels. Does not know trains, tracks or slots.
"""

from keruen.demand.generate import generate

__all__ = ["generate"]
