"""`keruen register demo`: two sides in two folders, from published sources to a signed list.

What takes long shows how long it still takes. Everything is made here and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from keruen.cli.registering.appraising import demo_appraisal
from keruen.cli.registering.comparing import change_lines, heads_in_words
from keruen.cli.registering.forms import REFUSAL, put_package, put_sheet
from keruen.cli.registering.opening import now
from keruen.cli.registering.showing import print_list, print_status
from keruen.cli.registering.words import heading, tell, tell_json
from keruen.cli.week_files import write_whole
from keruen.errors import InputError
from keruen.i18n import LANGUAGES, text

if TYPE_CHECKING:
    from keruen.domain.joint_state import JointState
    from keruen.register import Demo

DRY_PORT: Final = "KH-0001"
"""Number of the project whose fiche the demonstration writes."""

Part = tuple[str, int, Callable[[], object]]
"""The name of a part of the work, how much of the time it takes, and what does it."""


def show_demo(folder: Path, *, as_json: bool, language: str) -> int:
    """Make both registers and the papers, then show the list and what to try next."""
    from keruen.register import Register, demo

    is_used = folder.is_file() or (folder.is_dir() and any(folder.iterdir()))
    if is_used:
        raise InputError("error.demo_folder", path=str(folder))
    at, demos = now(), []
    console = Console(stderr=True, quiet=as_json)
    parts: list[Part] = [
        ("registers", 1, lambda: demos.append(demo(folder, at=at, appraise=demo_appraisal)))
    ]
    _work_through(parts, language, console)
    (made,) = demos
    register = Register.open(made.side_a)
    state = register.state(at[:10])
    _work_through(_papers(folder / "outputs", state, language), language, console)
    if as_json:
        tell_json(_in_words(made, folder / "outputs"))
        return 0
    print_status(register.status(at[:10]), state, language)
    _tell_all(folder / "outputs", made, state, language)
    return 0


def _in_words(made: Demo, out: Path) -> dict[str, object]:
    return {
        "side_a": str(made.side_a),
        "side_b": str(made.side_b),
        "exchange": str(made.exchange),
        "outputs": sorted(str(path) for path in out.iterdir()),
        "counts": dict(made.counts),
        "heads": made.heads,
        "equal": made.is_equal,
    }


def _work_through(parts: Sequence[Part], language: str, console: Console) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    is_log = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=is_log) as bar:
        task = bar.add_task("", total=sum(share for _, share, _ in parts))
        for name, share, work in parts:
            words = text(f"register.demo_{name}", language)
            bar.update(task, description=words)
            # Where no line can be rewritten (a log file), each part is named once.
            if is_log:
                console.print(words)
            work()
            bar.advance(task, share)


def _papers(out: Path, state: JointState, language: str) -> list[Part]:
    """What is written beside the registers, the same for a reader of any language."""
    from keruen.report.joint import write_fiche, write_meeting_sheet

    def fiche(one: str) -> Part:
        return ("fiche", 2, lambda: write_fiche(state, DRY_PORT, out, language=one))

    changes = "\n".join(change_lines(state, "", language)) + "\n"
    return [
        *(fiche(one) for one in LANGUAGES),
        ("meeting", 2, lambda: write_meeting_sheet(state, out, language=language)),
        ("changes", 1, lambda: write_whole(out / "list-diff.txt", changes.encode(), REFUSAL)),
        ("package", 1, lambda: put_package(state, out / "list-oc4ids.json", "full", language)),
        ("sheet", 1, lambda: put_sheet(state, out / "list.xlsx", language)),
    ]


def _tell_all(out: Path, made: Demo, state: JointState, language: str) -> None:
    heading("demo_list", language)
    print_list(state, language)
    heading("demo_done", language)
    tell("demo_caution", language)
    tell(
        "demo_counts",
        language,
        projects=made.counts["projects"],
        agreed=made.counts["projects_agreed"],
        commitments=made.counts["commitments"],
        kept=made.counts["commitments_agreed"],
        claims=made.counts["claims"],
        torn=made.counts["contradictions"],
    )
    key = "registers_equal" if made.is_equal else "demo_unequal"
    tell(key, language, heads=heads_in_words(state))
    tell("demo_files", language, a=str(made.side_a), b=str(made.side_b), out=str(out))
    heading("demo_next", language)
    for command in _next(made):
        typer.echo(f"  {command}")


def _next(made: Demo) -> tuple[str, ...]:
    a, b = made.side_a, made.side_b
    log = a / "log" / "B.jsonl"
    return (
        f"keruen register verify --folder {a}",
        f"keruen register show {DRY_PORT} --folder {b}",
        f"keruen register diff --folder {a} --against {b}",
        f"sed -i '20s/2025/2024/' {log}",
        f"keruen register verify --folder {a}",
    )
