"""A film of the yard: tracks with their trains, blocks, machines and the gate, frame by frame.

An SVG picture that moves by itself in any browser and asks for nothing from outside. Every shape is
drawn once and only what changes of it is written for each frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from keruen.domain.codes import Resource
from keruen.i18n import day, text
from keruen.report.film_frames import AT_WORK, STOPPED, Frames
from keruen.report.fonts import text_width
from keruen.report.pictures.colours import (
    EMPTY,
    FRAME,
    GRID,
    INK,
    KINDS,
    PAPER,
    SOFT_INK,
    share_colour,
)
from keruen.report.pictures.heat_map import draw_share_key
from keruen.report.pictures.svg import (
    SMALL,
    TEXT,
    WIDTH,
    Drawing,
    Picture,
    draw_legend,
    fitted,
    wrapped,
)
from keruen.scenario import Scenario
from keruen.scenario.dry_port import Block
from keruen.terminal import machine_numbers

FRAMES_PER_S: Final = 6

_WORKING: Final = "#e69f00"
_STILL: Final = "#8c8c8c"
_STATES: Final = {AT_WORK: _WORKING, STOPPED: _STILL}
_TRAIN: Final = "#dbe4ea"
_TRACK_HEIGHT: Final = 13.0
_LEFT: Final = 190.0
"""Names stand left of this."""
_GAP: Final = 8.0
_MOST_CELL: Final = 11.0


def draw_yard_film(
    scenario: Scenario, frames: Frames, n_boxes: int, starts: datetime, language: str
) -> Picture:
    """The film of one scenario.

    Parameters
    ----------
    n_boxes : boxes of the longest train: a bar of so many is as long as its track.
    starts : the local moment at which simulated time is 0.
    """
    film = _Film(frames)
    name = scenario.terminal.title.in_language(language)
    film.sheet.text((0, 16), fitted(name, WIDTH), size=TEXT + 3, is_bold=True)
    y = _draw_clock(film, starts, 24.0, language)
    y = _draw_tracks(film, scenario, n_boxes, y, language)
    y = _draw_blocks(film, scenario, y, language)
    y = _draw_machines(film, scenario, y, language)
    y = _draw_trucks(film, y, language)
    y = _draw_keys(film, y, language)
    film.sheet.height = y
    title = text("film.title", language, title=name)
    words = text("film.description", language, n=len(frames.times_ms))
    return film.sheet.finish(title, words)


class _Film:
    """A sheet on which shapes may change from frame to frame."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.sheet = Drawing()
        self._n = len(frames.times_ms)

    def changes(self, name: str, values: Sequence[str]) -> str:
        """What a shape holds so that its attribute takes a value in each frame."""
        kept = [0] + [k for k in range(1, self._n) if values[k] != values[k - 1]]
        if len(kept) == 1:
            return ""
        times = ";".join(f"{k / self._n:.4f}".rstrip("0").rstrip(".") for k in kept)
        written = ";".join(values[k] for k in kept)
        return (
            f'<animate attributeName="{name}" calcMode="discrete" values="{written}" '
            f'keyTimes="{times}" dur="{self._n / FRAMES_PER_S:g}s" repeatCount="indefinite"/>'
        )

    def bar(
        self, at: tuple[float, float], widths: Sequence[float], height: float, fill: str
    ) -> None:
        """A bar whose width changes."""
        written = [f"{width:.1f}" for width in widths]
        if any(widths):
            moving = self.changes("width", written)
            self.sheet.rect(at, (float(written[0]), height), fill, moving=moving)

    def square(self, at: tuple[float, float], size: tuple[float, float], fills: list[str]) -> None:
        """A rectangle whose colour changes."""
        moving = self.changes("fill", fills)
        self.sheet.rect(at, size, fills[0], moving=moving)

    def words(self, at: tuple[float, float], lines: Sequence[str], *, is_bold: bool) -> None:
        """Words that change: each different line is there in its own frames only."""
        for line in dict.fromkeys(lines):
            seen = ["visible" if other == line else "hidden" for other in lines]
            moving = self.changes("visibility", seen)
            self.sheet.open_group(moving, is_hidden=seen[0] == "hidden")
            self.sheet.text(at, line, is_bold=is_bold)
            self.sheet.close_group()


def _draw_clock(film: _Film, starts: datetime, y: float, language: str) -> float:
    moments = [starts + timedelta(milliseconds=int(ms)) for ms in film.frames.times_ms]
    days = [day(moment.date(), language) for moment in moments]
    film.words((0, y + 16), days, is_bold=True)
    x = max(text_width(words, TEXT, is_bold=True) for words in days) + 14
    film.words((x, y + 16), [f"{moment:%H:%M}" for moment in moments], is_bold=True)
    part = [WIDTH * (k + 1) / len(moments) for k in range(len(moments))]
    film.sheet.rect((0, y + 24), (WIDTH, 3), GRID)
    film.bar((0, y + 24), part, 3, INK)
    return y + 38


def _draw_tracks(film: _Film, scenario: Scenario, n_boxes: int, y: float, language: str) -> float:
    frames = film.frames
    groups = sorted(
        scenario.terminal.tracks.items(), key=lambda item: (item[1].use != "reception", item[0])
    )
    track = 0
    room = WIDTH - _LEFT
    for _, group in groups:
        lines = wrapped(group.title.in_language(language), _LEFT - 12, SMALL, most=group.count)
        for number, line in enumerate(lines):
            film.sheet.text((0, y + 10 + 16 * number), line, size=SMALL)
        for _ in range(group.count):
            film.sheet.line((_LEFT, y + 6.5), (WIDTH, y + 6.5), FRAME)
            is_there = frames.tracks[:, track] >= 0
            film.bar((_LEFT, y), list(np.where(is_there, room, 0.0)), _TRACK_HEIGHT, _TRAIN)
            half = room / 2 / max(1, n_boxes)
            left = np.where(is_there, frames.to_unload[:, track] * half, 0.0)
            put = np.where(is_there, frames.loaded[:, track] * half, 0.0)
            film.bar((_LEFT, y + 2), list(left), _TRACK_HEIGHT - 4, KINDS["import"])
            film.bar((_LEFT + room / 2, y + 2), list(put), _TRACK_HEIGHT - 4, KINDS["export"])
            y += _TRACK_HEIGHT + 4
            track += 1
        y += _GAP
    return y


def _draw_blocks(film: _Film, scenario: Scenario, y: float, language: str) -> float:
    """Blocks in rows, nearest to the tracks first; each 40-ft ground position is a cell."""
    blocks = scenario.terminal.blocks
    keys = sorted(blocks)
    first = dict(zip(keys, np.cumsum([0, *(_n_cells(blocks[k]) for k in keys)]), strict=False))
    cell = min(_MOST_CELL, (WIDTH - _GAP) / 2 / max(block.n_bays for block in blocks.values()))
    x, tallest = 0.0, 0.0
    for key in sorted(keys, key=lambda name: (blocks[name].distance_m, name)):
        block = blocks[key]
        title = block.title.in_language(language)
        width = max(cell * block.n_bays, min(text_width(title, SMALL), 120.0))
        if x and x + width > WIDTH:
            x, y, tallest = 0.0, y + tallest + 24, 0.0
        film.sheet.text((x, y + 10), fitted(title, width, SMALL), size=SMALL)
        _draw_cells(film, block, int(first[key]), (x, y + 15), cell)
        x += width + 2 * _GAP
        tallest = max(tallest, cell * block.n_rows)
    return y + tallest + 30


def _n_cells(block: Block) -> int:
    return block.n_bays * block.n_rows


def _draw_cells(
    film: _Film, block: Block, first: int, at: tuple[float, float], cell: float
) -> None:
    steps = max(2 * block.n_tiers, 1)
    colours = [EMPTY, *(share_colour(step / steps) for step in range(1, steps + 1))]
    size = (cell * block.n_bays, cell * block.n_rows)
    film.sheet.rect(at, size, PAPER, stroke=FRAME)
    for number in range(_n_cells(block)):
        bay, row = divmod(number, block.n_rows)
        levels = np.rint(film.frames.fullness[:, first + number] * steps).astype(int)
        if not levels.any():
            continue
        place = (at[0] + bay * cell + 0.5, at[1] + row * cell + 0.5)
        fills = [colours[min(level, steps)] for level in levels.tolist()]
        film.square(place, (cell - 1, cell - 1), fills)


def _draw_machines(film: _Film, scenario: Scenario, y: float, language: str) -> float:
    """One square for each machine, in a line for each group."""
    groups: dict[tuple[Resource, str], list[int]] = {}
    for number, (resource, key, _) in enumerate(machine_numbers(scenario.terminal)):
        groups.setdefault((resource, key), []).append(number)
    for (resource, key), numbers in groups.items():
        machines = scenario.terminal.machines.get(key)
        name = text(f"resource.{resource.name.lower()}", language)
        if machines is not None and machines.kind == resource.name.lower():
            name = machines.title.in_language(language)
        film.sheet.text((0, y + 10), fitted(name, _LEFT - 12, SMALL), size=SMALL)
        side = min(12.0, (WIDTH - _LEFT) / len(numbers) - 2)
        for place, number in enumerate(numbers):
            fills = [_STATES.get(int(code), EMPTY) for code in film.frames.machines[:, number]]
            at = (_LEFT + place * (side + 2), y)
            film.sheet.rect(at, (side, 12), EMPTY, stroke=FRAME)
            if set(fills) != {EMPTY}:
                film.square((at[0] + 0.5, at[1] + 0.5), (side - 1, 11), fills)
        y += 17
    return y + _GAP


def _draw_trucks(film: _Film, y: float, language: str) -> float:
    most = max(1, int(film.frames.outside.max()), int(film.frames.inside.max()))
    step = min(8.0, (WIDTH - _LEFT - 40) / most)
    for key, counts in (("outside", film.frames.outside), ("inside", film.frames.inside)):
        words = fitted(text(f"film.trucks_{key}", language), _LEFT - 12, SMALL)
        film.sheet.text((0, y + 10), words, size=SMALL)
        film.bar((_LEFT + 34, y), [float(n) * step for n in counts], 12, SOFT_INK)
        film.words((_LEFT, y + 11), [str(n) for n in counts.tolist()], is_bold=False)
        y += 17
    return y + _GAP


def _draw_keys(film: _Film, y: float, language: str) -> float:
    entries = [
        (text("film.to_unload", language), KINDS["import"]),
        (text("film.loaded", language), KINDS["export"]),
        (text("film.at_work", language), _WORKING),
        (text("film.stopped", language), _STILL),
    ]
    y = draw_legend(film.sheet, entries, y, WIDTH)
    film.sheet.text((0, y + 12), text("film.fullness", language), size=SMALL, fill=SOFT_INK)
    draw_share_key(film.sheet, (400, y + 2), 300, language)
    return y + 40
