"""Appraisals: which one the other side ran again, and what an entry must not say.

Knows records and entries; runs nothing. What can be compared is compared: scenario, list, model,
inputs, outputs, and that whoever says *reproduced* tells what a seed of its own gives. Nobody can
see from an entry whether its author really ran anything: figures by another seed can be made up,
but not copied, and the first side can run that seed too and dispute them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from keruen.domain.appraised import inputs_digest, outputs_digest
from keruen.domain.joint import Appraisal, Quantity, Side
from keruen.domain.joint_state import Saying
from keruen.errors import Problem

_MOST: Final[Mapping[str, int]] = {"n_runs": 1_000, "seed": 2**53}
"""Above it nobody could run the entry again: time and memory; numbers of JSON."""
_MOST_OF_BASIS: Final[Mapping[str, int]] = {
    "draws": 100_000,
    "most_played": 10_000,
    "days": 3_660,
    "n_years": 100,
    "first_year": 2_099,
    "price_year": 2_099,
}
_MOST_OUTPUTS: Final = 100
_MOST_PLANS: Final = 10_000


def with_reproductions(appraisals: Sequence[Saying]) -> tuple[Saying, ...]:
    """The same, each with the entry of the other side that ran it again."""
    found: dict[str, str] = {}
    for again in appraisals:
        for first in appraisals:
            if is_run_again(first, again):
                found.setdefault(first.entry, again.entry)
    return tuple(
        replace(one, reproduced=found[one.entry]) if one.entry in found else one
        for one in appraisals
    )


def is_run_again(first: Saying, again: Saying) -> bool:
    """Whether a side ran again what the other one had computed, as far as entries can tell."""
    one, other = first.body, again.body
    if not isinstance(one, Appraisal) or not isinstance(other, Appraisal):
        return False
    if first.side == again.side or other.reproduces not in (one.id, first.entry):
        return False
    own = other.own_seed
    return (
        _is_whole(one, first.side)
        and _is_whole(other, again.side)
        and one.inputs_sha256 == other.inputs_sha256
        and one.outputs_sha256 == other.outputs_sha256
        and own is not None
        and own.seed != one.seed
        and own.outputs_sha256 == outputs_digest(own.outputs)
        and own.outputs.keys() == one.outputs.keys()
        and (own.outputs != one.outputs or not _is_drawn(one.outputs))
    )


def _is_whole(body: Appraisal, side: Side) -> bool:
    """An entry says who ran it, and its fingerprints are those of what it says."""
    return (
        body.basis is not None
        and body.basis.run_by == side
        and body.inputs_sha256 == inputs_digest(body)
        and body.outputs_sha256 == outputs_digest(body.outputs)
    )


def _is_drawn(outputs: Mapping[str, Quantity]) -> bool:
    """Whether any figure has a range: with another seed it is then never the same."""
    return any(one.low != one.high for one in outputs.values())


def form_problems(body: Appraisal, place: str) -> Iterator[Problem]:
    """Numbers that no installation could run, from whichever side they come."""
    yield from _too_many(body, _MOST, place)
    counts = {"outputs": (len(body.outputs), _MOST_OUTPUTS)}
    if body.basis is not None:
        yield from _too_many(body.basis, _MOST_OF_BASIS, f"{place}: basis")
        counts["basis.plans"] = len(body.basis.plans), _MOST_PLANS
    if body.own_seed is not None:
        yield from _too_many(body.own_seed, {"seed": _MOST["seed"]}, f"{place}: own_seed")
        counts["own_seed.outputs"] = len(body.own_seed.outputs), _MOST_OUTPUTS
    for name, (found, most) in counts.items():
        if found > most:
            yield _beyond(f"{place}: {name}", found, most)


def _too_many(record: object, most: Mapping[str, int], place: str) -> Iterator[Problem]:
    for name, limit in most.items():
        found = getattr(record, name)
        if not 0 <= found <= limit:
            yield _beyond(f"{place}.{name}" if ":" in place else f"{place}: {name}", found, limit)


def _beyond(place: str, found: int, most: int) -> Problem:
    # A number of a thousand digits is hostile in a sentence too.
    shown = str(found) if abs(found) < 10**18 else f"{'-' if found < 0 else ''}10^18 +"
    return Problem("problem.appraisal_number", {"place": place, "found": shown, "most": most})


def own_problems(body: Appraisal, side: Side, place: str) -> Iterator[Problem]:
    """What this side must not sign: another's run, or fingerprints of something else."""
    if body.basis is None:
        return
    if body.basis.run_by != side:
        yield Problem("problem.appraisal_run_by", {"place": place, "found": body.basis.run_by})
    own = body.own_seed
    told = [
        ("inputs_sha256", body.inputs_sha256, inputs_digest(body)),
        ("outputs_sha256", body.outputs_sha256, outputs_digest(body.outputs)),
    ]
    if own is not None:
        told.append(("own_seed.outputs_sha256", own.outputs_sha256, outputs_digest(own.outputs)))
    for name, said, real in told:
        if said != real:
            words = {"place": f"{place}: {name}", "found": said[:12], "real": real[:12]}
            yield Problem("problem.appraisal_fingerprint", words)
    if body.reproduces and (own is None or own.seed == body.seed):
        yield Problem("problem.appraisal_own_seed", {"place": place})
