"""Plan of the dry port, made from the scenario: tracks, machines, yard blocks, gate.

Lengths along the tracks are to one scale; across, everything is stretched so that it can be seen,
and small blocks are drawn large enough for their name. The shade says how full a place is on
average, and the figure is written in it as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keruen.domain.codes import Resource
from keruen.i18n import number, share, text
from keruen.report.fonts import text_width
from keruen.report.pictures.colours import EMPTY, FRAME, INK, PAPER, SOFT_INK, ink_on, share_colour
from keruen.report.pictures.heat_map import draw_share_key
from keruen.report.pictures.svg import SMALL, WIDTH, Drawing, Picture, fitted, wrapped
from keruen.scenario.dry_port import Block, Terminal, Tracks
from keruen.units import MS_PER_HOUR

_BAY_M = 12.8
"""A 40-ft bay with its clearance."""
_ROW_M = 2.9
"""A row of boxes with its clearance."""
_STRETCH = 3.0
_LEAST_BLOCK = (112.0, 48.0)
_MOST_BLOCK_HEIGHT = 84.0
_GAP = 10.0
_ROADWAY = 12.0
"""Height left for the truck lanes under gantries."""


def draw_yard_plan(
    terminal: Terminal,
    loads: Mapping[Resource, float],
    occupancy: Mapping[str, float],
    words: tuple[str, str],
    language: str,
) -> Picture:
    """The plan of one case.

    Parameters
    ----------
    loads : mean load of tracks and gate lanes, shares.
    occupancy : kind of block → mean occupied share.
    """
    sheet = Drawing()
    rows = _rows_of_blocks(terminal, _px_per_m(terminal), language)
    y = _draw_tracks(sheet, terminal, (loads, occupancy), 6.0, language)
    y = _draw_machines(sheet, terminal, y, language)
    for row in rows:
        y = _draw_row(sheet, row, occupancy, y, language)
    y = _draw_gate(sheet, terminal, loads, y + 4, language)
    sheet.text((0, y + 11), text("report.key_plan", language), size=SMALL, fill=SOFT_INK)
    draw_share_key(sheet, (400, y + 2), 300, language)
    _draw_scale_bar(sheet, _px_per_m(terminal), y + 30, language)
    sheet.height = y + 46
    return sheet.finish(*words)


def _px_per_m(terminal: Terminal) -> float:
    longest = max(group.useful_length_m for group in terminal.tracks.values())
    return (WIDTH - 2) / max(longest, 100.0)


def _draw_tracks(
    sheet: Drawing,
    terminal: Terminal,
    shades: tuple[Mapping[Resource, float], Mapping[str, float]],
    y: float,
    language: str,
) -> float:
    loads, occupancy = shades
    groups = sorted(terminal.tracks.items(), key=lambda item: (item[1].use != "reception", item[0]))
    for key, group in groups:
        is_handling = group.use == "handling"
        resource = Resource.HANDLING_TRACK if is_handling else Resource.RECEPTION_TRACK
        load = loads.get(resource, 0.0)
        sheet.text((0, y + 12), _words_of_tracks(group, load, language))
        y += 20
        pitch = 10.0 if group.count <= 12 else 120 / group.count
        length = group.useful_length_m * _px_per_m(terminal)
        for track in range(group.count):
            at = (1.0, y + track * pitch)
            sheet.rect(at, (length, pitch * 0.6), share_colour(load), stroke=FRAME)
        top = y - 3
        y += group.count * pitch
        if is_handling:
            for block in _blocks_under_portals(terminal, key):
                # The truck lanes lie between tracks and rows.
                _draw_rows(sheet, terminal, block, occupancy, (y + _ROADWAY, length), language)
                y += _ROADWAY + _LEAST_BLOCK[1]
            _draw_gantries(sheet, terminal, (top, y - top + 2), length)
        y += 8
    return y


def _words_of_tracks(group: Tracks, load: float, language: str) -> str:
    return text(
        "report.plan_tracks",
        language,
        title=group.title.in_language(language),
        n=group.count,
        length=number(group.useful_length_m, language),
        load=load,
    )


def _blocks_under_portals(terminal: Terminal, tracks: str) -> list[Block]:
    """The stack rows under the gantries that work a group of handling tracks."""
    first = min(key for key, group in terminal.tracks.items() if group.use == "handling")
    return [
        block
        for _, block in sorted(terminal.blocks.items())
        if _is_under_portal(terminal, block)
        and (terminal.machines[block.machines].tracks or first) == tracks
    ]


def _is_under_portal(terminal: Terminal, block: Block) -> bool:
    return terminal.machines[block.machines].portal is not None


def _draw_rows(
    sheet: Drawing,
    terminal: Terminal,
    block: Block,
    occupancy: Mapping[str, float],
    at: tuple[float, float],
    language: str,
) -> None:
    """Stack rows under gantries, to scale along the tracks; words between the first two."""
    y, length = at
    px_per_m = _px_per_m(terminal)
    x = 1 + block.starts_m * px_per_m
    width = min(block.n_bays * _BAY_M * px_per_m, WIDTH - 2 - x)
    pitch = length / max(1, _n_gantries(terminal))
    words = (max(x, pitch / 2 + 8), pitch - 20)
    _draw_block(sheet, block, (x, y, width, _LEAST_BLOCK[1]), words, occupancy, language)


def _n_gantries(terminal: Terminal) -> int:
    return sum(group.count for group in terminal.machines.values() if group.kind == "gantry")


def _draw_gantries(
    sheet: Drawing, terminal: Terminal, span: tuple[float, float], length: float
) -> None:
    n_gantries = _n_gantries(terminal)
    for index in range(n_gantries):
        x = length * (index + 0.5) / n_gantries - 7
        sheet.rect((x, span[0]), (14, span[1]), stroke=INK)
        sheet.rect((x + 4, span[0] + span[1] / 2 - 3), (6, 6), INK)


def _draw_machines(sheet: Drawing, terminal: Terminal, y: float, language: str) -> float:
    groups = [
        text("report.plan_machines", language, title=g.title.in_language(language), n=g.count)
        for _, g in sorted(terminal.machines.items())
    ]
    for line in wrapped(" · ".join(groups), WIDTH - 4, SMALL, most=3):
        sheet.text((0, y + 12), line, size=SMALL, fill=SOFT_INK)
        y += 16
    return y + 8


def _rows_of_blocks(
    terminal: Terminal, px_per_m: float, language: str
) -> list[list[tuple[Block, float, float]]]:
    """Blocks with their size on the sheet, nearest to the tracks first, as many as fit in a row."""
    rows: list[list[tuple[Block, float, float]]] = [[]]
    used = 0.0
    blocks = sorted(terminal.blocks.items(), key=lambda item: (item[1].distance_m, item[0]))
    for _, block in blocks:
        if _is_under_portal(terminal, block):
            continue
        name_width = min(text_width(block.title.in_language(language), SMALL) + 14, 190)
        width = max(block.n_bays * _BAY_M * px_per_m, _LEAST_BLOCK[0], name_width)
        width = min(width, WIDTH - 2)
        height = max(block.n_rows * _ROW_M * px_per_m * _STRETCH, _LEAST_BLOCK[1])
        if rows[-1] and used + _GAP + width > WIDTH - 2:
            rows.append([])
            used = 0.0
        used += (_GAP if rows[-1] else 0.0) + width
        rows[-1].append((block, width, min(height, _MOST_BLOCK_HEIGHT)))
    return [row for row in rows if row]


def _draw_row(
    sheet: Drawing,
    row: Sequence[tuple[Block, float, float]],
    occupancy: Mapping[str, float],
    y: float,
    language: str,
) -> float:
    x = 1.0
    for block, width, height in row:
        _draw_block(sheet, block, (x, y, width, height), (x, width), occupancy, language)
        x += width + _GAP
    return y + max((height for _, _, height in row), default=0.0) + _GAP


def _draw_block(
    sheet: Drawing,
    block: Block,
    box: tuple[float, float, float, float],
    words: tuple[float, float],
    occupancy: Mapping[str, float],
    language: str,
) -> None:
    """A block (x, y, width, height) with its words (from x on, so wide)."""
    x, y, width, height = box
    words_x, words_width = words
    value = occupancy.get(block.kind)
    colour = EMPTY if value is None else share_colour(value)
    sheet.rect((x, y), (width, height), colour, stroke=FRAME)
    ink = ink_on(colour)
    title = fitted(block.title.in_language(language), words_width - 10, SMALL)
    sheet.text((words_x + 6, y + 16), title, size=SMALL, fill=ink, is_bold=False)
    size = text("report.plan_block", language, teu=block.capacity_teu)
    sheet.text((words_x + 6, y + 30), fitted(size, words_width - 10, SMALL), size=SMALL, fill=ink)
    if value is not None:
        label = share(value, language)
        sheet.text((words_x + 6, y + 44), label, size=SMALL, fill=ink, is_bold=True)


def _draw_gate(
    sheet: Drawing, terminal: Terminal, loads: Mapping[Resource, float], y: float, language: str
) -> float:
    gate = terminal.gate
    closes = (gate.opens_ms + gate.open_time_ms) // MS_PER_HOUR
    words = text(
        "report.plan_gate",
        language,
        n_in=gate.n_lanes_in,
        n_out=gate.n_lanes_out,
        opens=f"{gate.opens_ms // MS_PER_HOUR:02d}:00",
        closes=f"{closes:02d}:00",
    )
    sheet.text((0, y + 12), words)
    y += 20
    width = min(60.0, (WIDTH - 40) / (gate.n_lanes_in + gate.n_lanes_out) - 6)
    x = 1.0
    for resource, count, arrow in (
        (Resource.LANE_IN, gate.n_lanes_in, "↑"),
        (Resource.LANE_OUT, gate.n_lanes_out, "↓"),
    ):
        load = loads.get(resource, 0.0)
        for _ in range(count):
            sheet.rect((x, y), (width, 20), share_colour(load), stroke=FRAME)
            label = f"{arrow} {share(load, language)}" if width >= 50 else arrow
            fill = ink_on(share_colour(load))
            sheet.text((x + width / 2, y + 14.5), label, size=SMALL, anchor="middle", fill=fill)
            x += width + 6
        x += 24
    return y + 36


def _draw_scale_bar(sheet: Drawing, px_per_m: float, y: float, language: str) -> None:
    metres = 100 if px_per_m < 2 else 20
    half = metres * px_per_m / 2
    sheet.rect((0.5, y), (half, 5), INK, stroke=INK)
    sheet.rect((half + 0.5, y), (half, 5), PAPER, stroke=INK)
    label = text("report.scale_bar", language, length=metres)
    sheet.text((metres * px_per_m + 8, y + 7), label, size=SMALL, fill=SOFT_INK)
