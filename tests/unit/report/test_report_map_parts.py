"""Parts of the corridor's pictures: the cone, the labels, cut outlines, bars and marks."""

from __future__ import annotations

import itertools
import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keruen.report.chapters.corridor.route_pictures import _TO_CHINA
from keruen.report.label_placement import Box, Wanted, place_labels
from keruen.report.pictures import draw_lines, draw_sankey, draw_space_time, draw_split
from keruen.report.pictures.colours import ALERT, contrast
from keruen.report.pictures.day_lines import LinePanel
from keruen.report.pictures.projection import Cone
from keruen.report.pictures.route_map import clipped, line_width, queue_radius
from keruen.report.pictures.sankey import Band
from keruen.report.pictures.space_time import AWAY, TOWARDS, WAITING, StationOnLine, TrainTrajectory
from keruen.report.pictures.stacked_bars import PARTS, SplitRow
from keruen.scenario.geography import EARTH_RADIUS_M
from keruen.units import MS_PER_DAY, MS_PER_HOUR

WORDS = ("title", "what one sees")
FRAME = Box(0.0, 0.0, 300.0, 200.0)


def test_the_cone_gives_the_published_example() -> None:
    """Snyder (1987), p. 295: parallels 33 and 45, centre 96 W 23 N, point 75 W 35 N, radius 1."""
    # Parallels lie a third of the span about the middle: 39 ± 18 / 3 are 33 and 45.
    cone = Cone.over([(-97.0, 30.0), (-95.0, 48.0)])
    (x, y), (_, y_centre) = cone.project([-75.0, -96.0], [35.0, 23.0]) / EARTH_RADIUS_M
    assert cone.n == pytest.approx(0.6304777, abs=1e-7)
    assert cone.f == pytest.approx(1.9550002, abs=1e-7)
    assert x == pytest.approx(0.2966785, abs=1e-7)
    assert y_centre - y == pytest.approx(0.2462112, abs=1e-7)


boxes = st.builds(
    Wanted,
    x=st.floats(0, 300),
    y=st.floats(0, 200),
    width=st.floats(5, 90),
    height=st.floats(8, 40),
    gap=st.floats(2, 12),
    may_wander=st.booleans(),
)


@given(
    st.lists(boxes, max_size=25),
    st.lists(st.tuples(st.floats(0, 280), st.floats(0, 180)), max_size=5),
)
def test_labels_never_overlap(wanted: list[Wanted], corners: list[tuple[float, float]]) -> None:
    """Placed labels keep off one another and off obstacles, and stay in the frame."""
    obstacles = [Box(x, y, x + 12, y + 12) for x, y in corners]
    lines = [((0.0, 0.0), (300.0, 200.0))]
    placed = [p.box for p in place_labels(wanted, obstacles, lines, FRAME) if p]
    assert all(FRAME.holds(box) for box in placed)
    for one, other in itertools.combinations([*placed, *obstacles], 2):
        assert not one.meets(other) or (one in obstacles and other in obstacles)


def test_the_important_label_is_placed_first() -> None:
    """Of two labels of one point in a frame with room for one, the first has it."""
    label = Wanted(x=10, y=50, width=80, height=90, gap=4)
    placed = place_labels([label, label], [], [], Box(0, 0, 100, 100))
    assert placed[0] is not None
    assert placed[1] is None


def test_a_label_avoids_a_line_where_it_can() -> None:
    """A label to the right would lie on a line: it goes to the left."""
    label = Wanted(x=150, y=100, width=60, height=14, gap=6)
    (placed,) = place_labels([label], [], [((150.0, 100.0), (300.0, 100.0))], FRAME)
    assert placed is not None
    assert placed.box.right <= 150


@given(st.lists(st.tuples(st.floats(-400, 700), st.floats(-400, 600)), min_size=3, max_size=9))
def test_a_cut_outline_lies_in_the_frame(ring: list[tuple[float, float]]) -> None:
    """Nothing of an outline is left outside of the frame."""
    for x, y in clipped(ring, FRAME):
        assert -1e-6 <= x <= 300 + 1e-6
        assert -1e-6 <= y <= 200 + 1e-6


def test_a_cut_square_keeps_its_area() -> None:
    """A square half outside is cut to its half: 50 by 100."""
    ring = clipped([(-50, 50), (50, 50), (50, 150), (-50, 150)], FRAME)
    area = abs(
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    )
    assert area / 2 == pytest.approx(50 * 100)


def test_widths_and_circles_grow_with_what_they_say() -> None:
    """Twice the trains is twice the width; four times the queue is twice the radius."""
    assert line_width(8, 8) == pytest.approx(2 * line_width(4, 8))
    assert line_width(0.001, 8) > 1
    assert queue_radius(8) == pytest.approx(2 * queue_radius(2))
    assert queue_radius(0) == 0


def test_colours_of_the_corridor_stay_apart_in_grey() -> None:
    """Neighbouring parts of a bar differ in lightness, and strokes stand out from paper."""
    for one, other in itertools.pairwise(PARTS):
        assert contrast(one, other) >= 3
    for stroke in (AWAY, TOWARDS, WAITING):
        assert contrast(stroke, "#ffffff") >= 3
    # Pale bands: a third of the colour on paper.
    assert contrast(pale(TOWARDS), pale(_TO_CHINA)) >= 1.35


def pale(colour: str) -> str:
    """A colour at the opacity of a band, on paper."""
    channels = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{round(255 - 0.32 * (255 - c)):02x}" for c in channels)


def test_bars_are_as_long_as_their_parts() -> None:
    """Parts of 1, 2 and 4 have lengths in that relation, and the sum stands beside them."""
    rows = [SplitRow(name="flow", parts=(1.0, 2.0, 4.0), marks=(6.0, 9.0))]
    names = [("a", PARTS[0]), ("b", PARTS[1]), ("c", PARTS[2])]
    svg = draw_split([("group", rows)], (names, ["p50", "p90"]), "days", WORDS, "en").svg
    widths = [
        float(found)
        for found in re.findall(r'<rect [^>]*width="([\d.]+)" height="15"[^>]*stroke', svg)
    ]
    assert len(widths) == 3
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.03)
    assert widths[2] == pytest.approx(4 * widths[0], abs=0.05)
    assert ">7.0</text>" in svg


def test_marks_stand_over_the_marked_days() -> None:
    """Two runs of marked days give two bars, as wide as the days."""
    is_marked = np.zeros(100, dtype=bool)
    is_marked[[10, 11, 12, 13, 50, 51, 52, 53, 54, 55, 56, 57]] = True
    panel = LinePanel(
        title="queue",
        colour="#0072b2",
        values=np.ones(100),
        most=np.full(100, 3.0),
        beside=np.full(100, 2.0),
        is_marked=is_marked,
        high=12.0,
    )
    svg = draw_lines([panel, panel], date(2030, 1, 1), WORDS, "en", note="what it is").svg
    bars = re.findall(rf'<rect x="([\d.]+)" [^>]*width="([\d.]+)"[^>]*fill="{ALERT}"', svg)
    assert len(bars) == 4
    (_, four), (_, eight) = bars[:2]
    assert float(eight) == pytest.approx(2 * float(four), abs=0.03)
    assert ">12</text>" in svg
    assert "what it is" in svg


def test_a_train_is_cut_at_the_edge_of_the_week() -> None:
    """A train that begins before the week and ends after it fills its width and nothing more."""
    stops = [StationOnLine(name="a", km=0.0), StationOnLine(name="b", km=100.0)]
    run = TrainTrajectory(
        is_away=True,
        points=[(-5.0 * MS_PER_DAY, 0.0), (9.0 * MS_PER_DAY, 100.0)],
        waits=[(8.0 * MS_PER_DAY, 8.5 * MS_PER_DAY, 50.0), (0.0, float(MS_PER_HOUR), 50.0)],
    )
    svg = draw_space_time(stops, [run], (date(2030, 1, 1), 7), WORDS, "en").svg
    _, line = re.findall(rf'<path d="M([^"]*)" fill="none" stroke="{AWAY}"', svg)
    xs = [float(at.split()[0]) for at in line.split("L")]
    assert (min(xs), max(xs)) == (128.0, 664.0)
    # The wait of the eighth day is not drawn; the one at the left edge is, and one in the key.
    assert len(re.findall(rf'stroke="{WAITING}"', svg)) == 2


def test_a_band_may_pass_a_column_by() -> None:
    """Bands that begin late, end early or skip a column keep their width everywhere."""
    bands = [
        Band(stops=("a", "b", "c", "d"), boxes=60.0, colour="#111111"),
        Band(stops=("a", "", "c", ""), boxes=30.0, colour="#222222"),
        Band(stops=("", "b", "c", "d"), boxes=10.0, colour="#333333"),
    ]
    svg = draw_sankey(bands, {}, [], ["1", "2", "3", "4"], WORDS).svg
    # At the first column the second band begins where the first one ends: 60 of 100 lower.
    starts = [float(y) for y in re.findall(r'<path d="M[\d.]+ ([\d.]+)C', svg)]
    assert starts[1] - starts[0] == pytest.approx(285 * 0.6, abs=0.02)
    bars = [
        (float(x), float(h))
        for x, h in re.findall(r'<rect x="([\d.]+)" [^>]*width="9" height="([\d.]+)"', svg)
    ]
    heights = [height for _, height in sorted(bars)]
    assert heights == pytest.approx([285 * 0.9, 285 * 0.7, 285.0, 285 * 0.7], abs=0.02)
