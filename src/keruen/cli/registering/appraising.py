"""`keruen register appraise` and `reproduce`: run by the study, shown whole, then signed.

Knows how a person asks and reads; what is computed is the study's, what may be signed the
register's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from keruen.cli.options import stacked
from keruen.cli.registering.opening import day, now, open_writer
from keruen.cli.registering.reading import is_agreed, text_lines
from keruen.cli.registering.words import tell, tell_written
from keruen.domain.joint import Appraisal, Side
from keruen.domain.joint_state import JointState, Saying
from keruen.errors import InputError, UsageError
from keruen.i18n import text
from keruen.report.joint.sentences import label

if TYPE_CHECKING:
    from keruen.cli.registering.appraisal_commands import AppraiseOptions, ReproduceOptions
    from keruen.register import Register
    from keruen.study.appraising.entry import SignableAppraisal
    from keruen.study.appraising.results import AppraisalProgress

_PACKAGED: Final = "kostanay-hefei"
"""The scenario that has a list: what is appraised where none is named."""
_DEMO_LIST: Final = ("cold-chain", "wheat-and-oilseeds")
_DEMO_DRAWS: Final = 100
"""Enough for a range to be shown; the demonstration is to take seconds."""


def appraise(asked: AppraiseOptions) -> int:
    """Appraise a project of the register, and sign what came out."""
    from keruen.cli.running import chosen_executor
    from keruen.study.appraising import AppraisalEffort, Subject
    from keruen.study.appraising.entry import EntryOrder, appraise_for_entry

    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    _known_project(register.state(day("")), asked.project)
    usual = AppraisalEffort()
    order = EntryOrder(
        project=asked.project,
        side=register.side,
        scenario=Path(asked.scenario).name,
        subject=Subject(path=asked.scenario, cases=stacked(asked.case)),
        together=tuple(sorted(asked.together)),
        effort=AppraisalEffort(
            seed=asked.seed,
            replications=asked.replications or usual.replications,
            days=asked.days,
            most_run=0 if asked.own_year else usual.most_run,
        ),
        is_own_year=asked.own_year,
    )
    with chosen_executor(asked.executor) as executor, _told(asked.language) as progress:
        made = appraise_for_entry(order, executor=executor, progress=progress)
    return _sign(register, made, asked.read, asked.language, "appraisal_written")


def reproduce(asked: ReproduceOptions) -> int:
    """Run an appraisal of the other side again, and sign that it came out the same."""
    from keruen.cli.running import chosen_executor
    from keruen.study.appraising import Subject
    from keruen.study.appraising.reproducing import OtherSide
    from keruen.study.appraising.reproducing import reproduce as run_again

    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    found = _to_run_again(register, asked.name)
    body = found.body
    assert isinstance(body, Appraisal), "no appraisal"
    basis = body.basis
    scenario = asked.scenario or (basis.scenario if basis is not None else "")
    if not asked.scenario and scenario != _PACKAGED:
        # A path that the other side wrote is not opened here.
        raise UsageError("error.reproduce_scenario", scenario=label(scenario, asked.language))
    first = OtherSide(
        entry=found.entry,
        record=body,
        plans=register.kept_file(basis.plans_sha256) if basis is not None else None,
    )
    with chosen_executor(asked.executor) as executor, _told(asked.language) as progress:
        made = run_again(
            first,
            Subject(path=scenario),
            side=register.side,
            own_seed=asked.own_seed,
            executor=executor,
            progress=progress,
        )
    return _sign(register, made, asked.read, asked.language, "appraisal_reproduced")


def demo_appraisal(project: str, side: Side, first: Saying | None) -> Appraisal:
    """An appraisal of the demonstration: a first look, of one year and by no run, in seconds."""
    from keruen.study.appraising import AppraisalEffort, Subject
    from keruen.study.appraising.entry import EntryOrder, appraise_for_entry
    from keruen.study.appraising.reproducing import OtherSide
    from keruen.study.appraising.reproducing import reproduce as run_again

    subject = Subject(path=_PACKAGED)
    if first is not None:
        body = first.body
        assert isinstance(body, Appraisal), "no appraisal"
        theirs = OtherSide(entry=first.entry, record=body, plans=None)
        return run_again(theirs, subject, side=side).record
    order = EntryOrder(
        project=project,
        side=side,
        scenario=_PACKAGED,
        subject=subject,
        together=_DEMO_LIST,
        effort=AppraisalEffort(most_run=0, draws=_DEMO_DRAWS),
        is_own_year=True,
    )
    return appraise_for_entry(order).record


def _known_project(state: JointState, project: str) -> None:
    if project not in state.projects:
        known = ", ".join(state.projects) or "–"
        raise InputError("error.register_no_project", project=project, known=known)


def _to_run_again(register: Register, name: str) -> Saying:
    """The newest appraisal of the other side: of a project, or the one with this id."""
    state = register.state(day(""))
    of_project = state.projects[name].appraisals if name in state.projects else ()
    theirs = [one for one in of_project if one.side != register.side]
    if theirs:
        return theirs[-1]
    if of_project or name in state.projects:
        raise InputError("error.reproduce_none", project=name)
    found = register.find_entry(name, day(""))
    if not isinstance(found, Saying) or not isinstance(found.body, Appraisal):
        raise InputError("error.reproduce_none", project=name)
    if found.side == register.side:
        raise InputError("error.reproduce_own", entry=found.entry[:12])
    return found


def _sign(
    register: Register, made: SignableAppraisal, read: list[str], language: str, key: str
) -> int:
    """Show the whole entry, its fingerprint last; ask, and sign."""
    record = made.record
    typer.echo(typer.style(label(record.id, language), bold=True))
    for line in text_lines("appraisal", msgspec.to_builtins(record), language):
        typer.echo(line)
    canonical = msgspec.json.encode(record, order="deterministic")
    fingerprint = hashlib.sha256(canonical).hexdigest()
    tell("fingerprint_to_sign", language, hash=fingerprint)
    if not is_agreed([fingerprint], read, language):
        return 130
    entry = register.appraise(record, made.plans, at=now())
    tell_written(register, entry, key, language, project=label(record.projects[0], language))
    return 0


@contextmanager
def _told(language: str) -> Iterator[Callable[[AppraisalProgress], None]]:
    """A bar for each stage of the work; on no terminal, nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    is_log = not console.is_terminal
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=is_log
    ) as bar:
        tasks = {}

        def tell_stage(progress: AppraisalProgress) -> None:
            if progress.stage not in tasks:
                words = text(f"appraisal.stage_{progress.stage}", language)
                tasks[progress.stage] = bar.add_task(words, total=None)
            bar.update(tasks[progress.stage], total=progress.total, completed=progress.done)

        yield tell_stage
