"""Shapes, scales and colours."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keruen.report import fonts
from keruen.report.pictures import axes, colours, svg
from keruen.report.pictures.heat_map import scale_top


@given(st.text())
def test_any_text_becomes_well_formed(words: str) -> None:
    """Whatever a text holds, the drawing stays well-formed and says the text again."""
    letters = "".join(c for c in words if c.isprintable())
    sheet = svg.Drawing(height=10)
    sheet.text((1, 1), letters)
    root = ElementTree.fromstring(sheet.finish(letters, letters).svg)
    texts = [e.text or "" for e in root if e.tag.endswith("}text")]
    assert texts == [letters]


@given(st.text(alphabet="абвәіңx水港 ", max_size=60), st.floats(20, 400))
def test_fitted_words_fit(words: str, room: float) -> None:
    """Words cut to a room are not wider than it."""
    assert fonts.text_width(svg.fitted(words, room), svg.TEXT) <= room + 1e-6


@given(st.text(alphabet="abв水 ", max_size=80))
def test_wrapped_lines_fit(words: str) -> None:
    """Every wrapped line fits, and there are never more lines than allowed."""
    lines = svg.wrapped(words, 80, most=3)
    assert len(lines) <= 3
    assert all(fonts.text_width(line, svg.TEXT) <= 80 for line in lines)


def test_wrapping_breaks_at_blanks() -> None:
    """A line breaks between words, not within one."""
    assert svg.wrapped("terminal tractors", 70) == ["terminal", "tractors"]


def test_chinese_breaks_where_a_reader_would() -> None:
    """Behind a dash, before a bracket, else between letters; a stop never begins a line."""
    em = svg.TEXT
    assert svg.wrapped("阿拉山口—多斯特克", 8 * em) == ["阿拉山口—", "多斯特克"]
    assert svg.wrapped("托博尔无水港（科斯塔奈）", 11 * em) == ["托博尔无水港", "（科斯塔奈）"]
    # The bracket stands too early: half of the line would be empty.
    assert svg.wrapped("折（线）表示日终等待", 8 * em) == ["折（线）表示日终", "等待"]
    assert svg.wrapped("日终等待列车，最多", 6 * em) == ["日终等待列", "车，最多"]


def test_width_of_a_text_is_that_of_the_font() -> None:
    """Digits of Noto Sans are 572/1000 em wide, a Chinese letter is one em."""
    assert fonts.text_width("0123456789", 10) == pytest.approx(57.2)
    assert fonts.text_width("堆场", 10) == pytest.approx(20)


@given(st.floats(0.5, 1e7), st.integers(3, 8))
def test_ticks_are_round_few_and_enough(high: float, most: int) -> None:
    """Ticks start at 0, reach the largest value and are at most one more than asked for."""
    ticks = axes.round_ticks(high, most)
    assert ticks[0] == 0
    assert ticks[-1] >= high * (1 - 1e-9)
    assert len(ticks) <= most + 1


@given(st.floats(60_000, 3e9), st.floats(1, 500))
@example(3_600_000, 14.9)
@example(3_600_000, 15.1)
def test_a_scale_of_durations_keeps_order(low: float, factor: float) -> None:
    """A longer duration lies further on, and both ends lie on the sheet."""
    scale = axes.duration_scale(low, low * factor, 100, 700)
    places = [scale.at(low), scale.at(low * (1 + factor) / 2), scale.at(low * factor)]
    assert places == sorted(places)
    assert places[0] >= 100 - 1e-6
    assert places[2] <= 700 + 1e-6
    assert scale.is_log == (factor > 15)


def test_the_scale_of_shares_darkens() -> None:
    """The fuller, the darker: the scale can be read in grey print."""
    shades = [colours.share_colour(n / 20) for n in range(21)]
    against_paper = [colours.contrast(colours.PAPER, shade) for shade in shades]
    assert against_paper == sorted(against_paper)


@pytest.mark.parametrize("part", [n / 20 for n in range(21)])
def test_figures_on_a_shade_can_be_read(part: float) -> None:
    """Text on any shade has a contrast of at least 4.5."""
    shade = colours.share_colour(part)
    assert colours.contrast(colours.ink_on(shade), shade) >= 4.5


@pytest.mark.parametrize("ink", [colours.INK, colours.SOFT_INK, colours.ALERT])
def test_ink_can_be_read_on_paper(ink: str) -> None:
    """Text on paper has a contrast of at least 4.5."""
    assert colours.contrast(ink, colours.PAPER) >= 4.5


@pytest.mark.parametrize("colour", [*colours.CASES, *colours.KINDS.values()])
def test_shapes_stand_out_from_paper(colour: str) -> None:
    """A shape that carries meaning has a contrast of at least 3 against paper."""
    assert colours.contrast(colour, colours.PAPER) >= 3


@pytest.mark.parametrize(("most", "end"), [(0.14, 0.25), (0.26, 0.5), (0.51, 1.0), (1.0, 1.0)])
def test_a_heat_map_ends_at_a_round_share(most: float, end: float) -> None:
    """The scale ends at the first of 25, 50 and 100 % that holds every cell of every panel."""
    panels = [np.array([[np.nan, most]]), np.array([[0.1, np.nan]]), np.array([[np.nan]])]
    assert scale_top(panels) == end
