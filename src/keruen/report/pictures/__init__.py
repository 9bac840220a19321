"""The pictures of the report, each drawn from plain numbers.

What a picture takes (bars, boxes, bands, panels) stands in the picture's own module.
"""

from __future__ import annotations

from keruen.report.pictures.box_plot import draw_box_plot
from keruen.report.pictures.capacity_curve import draw_curve
from keruen.report.pictures.day_lines import draw_lines
from keruen.report.pictures.heat_map import draw_heat_map
from keruen.report.pictures.load_bars import draw_bars
from keruen.report.pictures.route_map import draw_route_map
from keruen.report.pictures.sankey import draw_sankey
from keruen.report.pictures.space_time import draw_space_time
from keruen.report.pictures.stacked_bars import draw_split
from keruen.report.pictures.yard_plan import draw_yard_plan

__all__ = [
    "draw_bars",
    "draw_box_plot",
    "draw_curve",
    "draw_heat_map",
    "draw_lines",
    "draw_route_map",
    "draw_sankey",
    "draw_space_time",
    "draw_split",
    "draw_yard_plan",
]
