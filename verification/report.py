"""The report of the programme: one page of Markdown with its pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from keruen.report.pictures.svg import Drawing
from verification.laws import Law, Little
from verification.queues import Row, Skipped, rows_by_model
from verification.simpy_terminal import Agreement

_BLUE, _ORANGE, _GREY = "#1f5f8b", "#c4681a", "#9aa3ab"


def write_report(
    folder: Path,
    *,
    rows: Sequence[Row],
    skipped: Sequence[Skipped],
    littles: Sequence[Little],
    agreements: Sequence[Agreement],
    laws: Sequence[Law],
) -> Path:
    """Write ``verification.md`` and its pictures into `folder`."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (pictures / "verification-queues.svg").write_text(_queue_picture(rows), encoding="utf-8")
    page = folder / "verification.md"
    page.write_text(
        "".join(
            [
                "# Verification\n\n`keruen verify` writes this page with all its tables. The programme is"
                " in `verification/`.\n",
                _queues(rows, skipped),
                _littles(littles),
                _agreements(agreements),
                "\n## Terminals that were built\n\nOn [a page of their own](verification-terminals.md), which `keruen verify"
                " terminals` writes too.\n",
                _laws(laws),
                "\n## Random terminals\n\n`scripts/check --long` plays a thousand random terminals with every process and"
                " policy switched on at random,\nand recounts the whole state after every event.\n",
            ]
        ),
        encoding="utf-8",
    )
    return page


def _queues(rows: Sequence[Row], skipped: Sequence[Skipped]) -> str:
    text = (
        "\n## Queues with a known answer\n\nThirty replications of 15 000 trucks each; the interval of every row has to"
        " cover the closed form (95 % for the\nwhole table, shared out by Bonferroni), and the same row with service a"
        " tenth slower has to fail.\n\n| model | rows | covered | refused when a tenth slower |\n|---|---|---|---|\n"
    )
    for model, n, covered, refused in rows_by_model(tuple(rows)):
        text += f"| {model} | {n} | {covered} | {refused} |\n"
    text += "\n![Kernel against closed form](pictures/verification-queues.svg)\n"
    text += (
        "\n| model | parameters | metric | closed form | kernel | ± |\n|---|---|---|---|---|---|\n"
    )
    for row in rows:
        mark = "" if row.covers else " **not covered**"
        text += (
            f"| {row.model} | `{row.params}` | {row.metric} | {row.gold:.4f} | {row.mean:.4f} |"
            f" {row.half_width:.4f}{mark} |\n"
        )
    reasons: dict[tuple[str, str], int] = {}
    for one in skipped:
        key = (one.model, one.reason)
        reasons[key] = reasons.get(key, 0) + 1
    text += "\nRows that the kernel cannot express:\n\n| model | rows | why |\n|---|---|---|\n"
    for (model, reason), n in reasons.items():
        text += f"| {model} | {n} | {reason} |\n"
    return text


def _littles(littles: Sequence[Little]) -> str:
    text = (
        "\n## Little's law\n\nOn every queue of one year of the packaged dry port (case `growth`): the number that waits,"
        " integrated event by\nevent, against rate × mean wait.\n\n| who | for what | n | mean number | rate × wait |\n"
        "|---|---|---|---|---|\n"
    )
    for one in littles:
        mark = "" if one.holds else " **differs**"
        text += (
            f"| {one.waiter} | {one.resource.replace('_', ' ')} | {one.n} | {one.mean_number:.4f} |"
            f" {one.rate_times_wait:.4f}{mark} |\n"
        )
    return text


def _agreements(agreements: Sequence[Agreement]) -> str:
    text = (
        "\n## An independent model\n\nThe same small terminal written in SimPy, with other random numbers; means in"
        " minutes over twelve replications.\n\n| what | SimPy | kernel | standard error | agrees |\n|---|---|---|---|---|\n"
    )
    for one in agreements:
        answer = "yes" if one.agrees else "**no**"
        text += (
            f"| {one.what.replace('_', ' ')} | {one.simpy:.1f} | {one.kernel:.1f} | {one.noise:.2f} |"
            f" {answer} |\n"
        )
    return text


def _laws(laws: Sequence[Law]) -> str:
    text = "\n## Laws\n\n| law | holds | tried on |\n|---|---|---|\n"
    for law in laws:
        text += f"| {law.name} | {'yes' if law.holds else '**no**'} | {law.detail} |\n"
    return text


def _queue_picture(rows: Sequence[Row]) -> str:
    """Every row on two logarithmic axes: the closed form across, the kernel up."""
    drawing = Drawing(height=420)
    low, high = -2.0, 3.0

    def at(x: float, y: float) -> tuple[float, float]:
        def part(value: float) -> float:
            return (math.log10(max(value, 10**low)) - low) / (high - low)

        return 70 + 620 * part(x), 370 - 340 * part(y)

    drawing.line(at(10**low, 10**low), at(10**high, 10**high), _GREY, dash="4 4")
    for power in range(int(low), int(high) + 1):
        x, _ = at(10.0**power, 10**low)
        _, y = at(10**low, 10.0**power)
        drawing.text((x, 392), f"{10.0**power:g}", size=11.5, anchor="middle")
        drawing.text((62, y + 4), f"{10.0**power:g}", size=11.5, anchor="end")
    for row in rows:
        drawing.dot(at(row.gold, row.mean), 3.5, _BLUE if row.covers else _ORANGE)
    drawing.text((380, 412), "closed form", anchor="middle")
    drawing.text((70, 20), "kernel, mean of 30 replications", is_bold=True)
    return drawing.finish(
        "Kernel against closed form", f"{len(rows)} rows lie on the diagonal."
    ).svg
