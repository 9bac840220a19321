"""The page of the comparison, in English, from the same rows and sentences as on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from keruen.cli.verifying import TerminalRow, aside_of, heads, line_of, sentence_of, summary_of

_INTRODUCTION = """# Built terminals

`keruen verify terminals` writes this page. Each terminal is a folder of `verification/terminals` in a checkout and runs by
itself: `keruen run verification/terminals/khorgos-gateway`.

One set of parameters for all: `parameters.toml` is the same file in every folder (limits, times, stoppages and rules of the
packaged dry port), and machines are those of the packaged dry port too. Five rules are those of road terminals: gantries serve
trucks first (`job_order`), where at Tobol trains and trucks take turns; a box is set on nothing that leaves on an earlier day
(`slot`; of a truck only the day is known); of a train's boxes in a pile the upper goes first (`fetch_order`); some trucks are ordered
to the train (`direct_share`), so many that a third of Köln's boxes go straight, as published; gates are open round the clock
([decision 0034](decisions/0034-boxes-straight-to-the-truck.md)). Layouts and flows differ; what of them is not published
is named. Where a terminal has several modules, each has relations of its own, and trucks go to the module of their train. What scores was written down before the twin was asked (`cells.toml`): never throughput at a replayed flow, which
reproduces its input, and never a nameplate, which is a promise. What a terminal has carried is a one-sided test. The cycle of
the reach stackers agrees with what Dostyk TransTerminal published a machine and year, so its test is the weakest of all.
"""


def write_terminals(folder: Path, rows: Sequence[TerminalRow]) -> Path:
    """Write ``verification-terminals.md`` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "verification-terminals.md"
    page.write_text(page_of(rows), encoding="utf-8")
    return page


def page_of(rows: Sequence[TerminalRow]) -> str:
    """The page as text."""
    titles = heads("en")
    text = f"{_INTRODUCTION}\n{summary_of(rows, 'en')}\n\n| " + " | ".join(titles) + " |\n"
    text += "|---" * len(titles) + "|\n"
    for row in rows:
        text += "| " + " | ".join(line_of(row, "en")) + " |\n"
    for _, group in groupby(rows, key=lambda row: row.terminal):
        cells = list(group)
        text += f"\n## {cells[0].title.en}\n\n{cells[0].summary.en}\n\n"
        text += "".join(f"- {sentence_of(row, 'en')} ([source]({row.source}))\n" for row in cells)
        text += f"- {aside_of(cells[0], 'en')}\n"
    return text
