"""The linear relaxation, strengthened round by round with what its answer breaks.

Forcing rows first (Gendron, Crainic, Frangioni 1999), cutset inequalities then (Chouman, Crainic,
Gendron 2017). What does not bind is thrown out again.
"""

from __future__ import annotations

import numpy as np

from keruen.corridor.plan.design.cuts import Cut, Cutter, cut_rows
from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.model import forcing_rows, violated
from keruen.corridor.plan.design.search import Search

N_ROUNDS = 60
N_CUT_ROUNDS = 40
N_CUTS = 150
BROKEN = 1e-4
LOOSE = 1e-3
LEAST_GAIN = 2e-4
N_WAIT = 6
SECONDS_FOR_A_LIST = 2e-4
"""Allowance for the search of one list of commodities, which the solver's clock does not see."""


def relax(search: Search) -> tuple[Answer, Engine]:
    """Strengthen the relaxation until no forcing row is broken; its last answer, and its engine."""
    engine = Engine(search.model, search.model.upper, is_relaxed=True)
    last = engine.run(seconds=search.seconds_left)
    search.note(last)
    for _ in range(N_ROUNDS):
        if not last.is_done or search.seconds_left <= 0:
            break
        search.bound = max(search.bound, last.bound)
        broken = violated(search.problem, search.model, last.values, BROKEN)
        if not len(broken):
            break
        engine.add(forcing_rows(search.problem, search.model, broken))
        answer = engine.run(seconds=search.seconds_left)
        search.note(answer)
        if not answer.is_done:
            break
        search.forcing = np.concatenate((search.forcing, broken))
        last = answer
    search.bound = max(search.bound, last.bound)
    search.guide = last.values
    search.tell("relaxation")
    return last, engine


def tighten(search: Search, engine: Engine, relaxed: Answer, seconds: float) -> Answer:
    """Add cutset inequalities, too, while they raise the bound; the last answer.

    The engine is the one that `relaxed` came from, so that the simplex method goes on from there.
    The answer's `row_dual` belongs to more rows than the model's own.
    """
    cutter = Cutter(search.problem, search.model)
    if not cutter.is_able or not relaxed.is_done or not len(relaxed.values):
        return relaxed
    last, bounds = relaxed, [relaxed.bound]
    pool: list[Cut] = []
    until, n_lists = search.seconds + seconds, 0
    for _ in range(N_CUT_ROUNDS):
        cuts = cutter.cuts(last.values, N_CUTS)
        search.spend(SECONDS_FOR_A_LIST * (cutter.n_lists - n_lists))
        n_lists = cutter.n_lists
        broken = violated(search.problem, search.model, last.values, BROKEN)
        if search.seconds >= until or not (cuts or len(broken)):
            break
        engine.add(forcing_rows(search.problem, search.model, broken))
        if cuts:
            engine.add(cut_rows(cuts))
        answer = engine.run(seconds=until - search.seconds)
        search.note(answer)
        if not answer.is_done:
            break
        pool += cuts
        search.forcing = np.concatenate((search.forcing, broken))
        last = answer
        search.guide = last.values
        search.bound = max(search.bound, last.bound)
        bounds.append(last.bound)
        if len(bounds) > N_WAIT and bounds[-1] - bounds[-N_WAIT] < LEAST_GAIN * abs(bounds[-1]):
            break
    search.cuts = [cut for cut in pool if cut.value @ last.values[cut.column] < cut.lower + LOOSE]
    search.tell("inequalities")
    return last
