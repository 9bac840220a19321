"""Whether both logs are as they were left: looked at before anything is signed.

Knows the seal and what each log says of the other; changes nothing. What is signed on a log that
lacks entries can never be taken back, and the other side would refuse it and all behind it: so
nothing is signed until the lost entries are back.
"""

from __future__ import annotations

from collections.abc import Iterator

from keruen.domain.joint import OTHER_SIDE, SIDES, Side
from keruen.errors import Problem, RegisterError
from keruen.register import opening
from keruen.register.log.chain import fork_problem, place_of
from keruen.register.log.logs import Log, PairLogs, behind
from keruen.register.log.signing import signatures_problem
from keruen.register.record.canonical import read_envelope
from keruen.store import JointFolder
from keruen.store.register.folder import SEAL


def damage(
    folder: JointFolder, held: PairLogs, before: PairLogs | None = None
) -> tuple[Problem, ...]:
    """What is lost or replaced in the logs, as far as the folder itself can tell; each once.

    Parameters
    ----------
    before : the logs as they lie in the folder, where `held` has entries that are not written yet.
    """
    return tuple(_damage(folder, held, before or held))


def _damage(folder: JointFolder, held: PairLogs, before: PairLogs) -> Iterator[Problem]:
    for side in SIDES:
        if side in held.broken:
            yield from broken_problems(held, side)
    if folder.seal() is None:
        yield Problem("problem.register_seal", {"place": SEAL})
        return
    restored = opening.restored_at(folder)
    if restored:
        yield Problem("problem.register_restored", {"place": SEAL, "at": restored})
    for side in SIDES:
        yield from _cut(folder, held.logs[side], is_new=not before.logs[side].entries)
    for side in SIDES:
        lost = behind(held, side)
        if lost is not None:
            yield _behind(held, side, lost[1].seen.seq)
        other = held.logs[OTHER_SIDE[side]].entries
        forks = (fork_problem(entry, other) for _, entry in held.logs[side].entries)
        # The first one says it: whoever had seen one other history goes on seeing it.
        fork = next((one for one in forks if one is not None), None)
        if fork is not None:
            yield fork


def broken_problems(held: PairLogs, side: Side) -> tuple[Problem, ...]:
    """What is wrong with a log that does not hold to its end, and what helps."""
    names: dict[str, str | int] = {
        "place": f"log/{side}.jsonl",
        "last": held.logs[side].head.seq,
    }
    return (*held.broken[side].problems, Problem("problem.register_damaged", names))


def _cut(folder: JointFolder, log: Log, *, is_new: bool) -> Iterator[Problem]:
    """The log ends earlier, or otherwise, than when it was written last."""
    side = log.side
    told = opening.sealed_head(folder, side)
    if not opening.holds(log, told) or (told == opening.NO_HEAD and not is_new):
        yield Problem(
            "problem.register_cut",
            {
                "place": f"log/{side}.jsonl",
                "side": side,
                "seq": told.seq,
                "entry": told.id or "–",
                "last": log.head.seq,
            },
        )


def _behind(held: PairLogs, side: Side, seen: int) -> Problem:
    place, last = f"log/{side}.jsonl", held.logs[side].head.seq
    return Problem("problem.register_behind", {"place": place, "seen": seen, "last": last})


def check_may_write(folder: JointFolder, held: PairLogs, side: Side) -> None:
    """Refuse to sign before there is a first entry, or while either log lacks what it had.

    What waits for signatures keeps nobody from writing.

    Raises
    ------
    RegisterError
        Naming what is lost and how it is brought back.
    """
    if not held.logs[side].entries and opening.sealed_head(folder, side) == opening.NO_HEAD:
        raise RegisterError.of("register_no_genesis", f"{side} 0")
    check_logs(folder, held, side)


def check_logs(
    folder: JointFolder, held: PairLogs, side: Side, before: PairLogs | None = None
) -> None:
    """Refuse to sign while either log lacks what it had.

    Parameters
    ----------
    side : that is about to sign.
    before : as of `damage`.

    Raises
    ------
    RegisterError
        Naming what is lost and how it is brought back.
    """
    problems = (*damage(folder, held, before), *_shown(folder, held, side))
    if problems:
        raise RegisterError(problems)


def _shown(folder: JointFolder, held: PairLogs, side: Side) -> Iterator[Problem]:
    """An own entry that came back from the other side and is not in the own log."""
    shown = last_shown(folder, held.logs[side])
    if shown > held.logs[side].head.seq:
        yield _behind(held, side, shown)


def last_shown(folder: JointFolder, log: Log) -> int:
    """The place of the last entry of a log that is known to have been signed.

    Parameters
    ----------
    log : of this side; entries of it that were lost here may lie among the parked ones.
    """
    last, side = log.head.seq, log.side
    for name in folder.names("parked"):
        if not name.startswith(f"parked/{side}-"):
            continue
        try:
            envelope = read_envelope(folder.read(name) or b"", name)
        except RegisterError:
            continue  # Nothing that this side signed: `audit` names it.
        entry = envelope.entry
        keys = log.policies.get(entry.policy)
        if entry.seq <= last or keys is None:
            continue
        # Anybody could have put an unsigned one there, to keep this side from writing.
        if signatures_problem(envelope, keys, place_of(entry)) is None:
            last = entry.seq
    return last
