"""The order of the search: relax, guess, repair, strengthen, prove.

1. The linear relaxation, strengthened by the forcing rows that its answer breaks, round by round
   (Gendron, Crainic, Frangioni 1999; Chouman, Crainic, Gendron 2017).
2. Slope scaling makes designs in seconds (Crainic, Gendron, Hernu 2004).
3. Where units share limits, or commodities do not split, a small integer model over the units that
   steps 1 and 2 used improves the best of them. Elsewhere large neighbourhood search does, for the
   rest of the time on a thread of its own if there is one.
4. Cutset inequalities strengthen the relaxation further.
5. Reduced costs close units that no better plan can use; branch and bound on the whole
   strengthened model starts from the best plan and ends with the proof.
6. With the design fixed, flows and prices of capacity come from a linear programme.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Thread

import numpy as np

from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.model import build
from keruen.corridor.plan.design.neighbourhoods import Improver
from keruen.corridor.plan.design.problem import (
    DesignPlan,
    DesignProblem,
    Floats,
    ModelSize,
    Progress,
)
from keruen.corridor.plan.design.relaxation import relax, tighten
from keruen.corridor.plan.design.search import ZERO, Search
from keruen.corridor.plan.design.slopes import slope_designs

N_SMALL_NODES = 2000
SMALL_SHARE = 0.3
SLOPE_SHARE = 0.1
SHORT_SHARE = 0.03
CUT_SHARE = 0.2
IMPROVE_SHARE = 0.3
SMALL_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much a branch and bound may do.

    Parameters
    ----------
    seconds, gap, nodes : its limits.
    n_threads : it may use.
    is_quiet : it looks for no plans of its own.
    """

    seconds: float
    gap: float
    nodes: int | None
    n_threads: int = 1
    is_quiet: bool = False


def solve(
    problem: DesignProblem,
    *,
    time_limit_s: float,
    gap: float,
    progress: Progress | None = None,
    node_limit: int | None = None,
    n_threads: int = 1,
) -> DesignPlan:
    """Find a design and its flows, with a bound on what any other could save.

    Parameters
    ----------
    problem : what is asked.
    time_limit_s : seconds of the solver. Where it cuts off, the answer depends on the machine.
    gap : stop when (objective − bound) / objective is at most this.
    progress : told after each step.
    node_limit : most nodes of the branch and bound; with a generous `time_limit_s`, equal
        problems then give equal bytes on one machine.
    n_threads : with 2 or more the search for better plans goes on beside the proof, and the
        answer depends on the machine.

    Returns
    -------
    The best plan found and the bound; also where the limit came first.
    """
    model = build(problem)
    search = Search(problem, model, time_limit_s, progress)
    relaxed, engine = relax(search)
    if not relaxed.is_infeasible:
        _guess(search, relaxed)
        effort = Effort(seconds=time_limit_s, gap=gap, nodes=node_limit, n_threads=n_threads)
        if search.is_tied:
            _search_small(search, relaxed, gap, node_limit)
            _prove(search, relaxed, effort)
        else:
            _improve_and_prove(search, engine, relaxed, effort)
    return _plan(search, relaxed, gap)


def _guess(search: Search, relaxed: Answer) -> None:
    """Designs made in seconds; in few where neighbourhoods will improve them."""
    for units in _safe_designs(search, relaxed):
        search.offer(search.with_design(units))
    search.tell("rounded")
    model = search.model
    for first in (model.cost[: model.n_designs], _slopes_of(search, relaxed)):
        share = SLOPE_SHARE if search.is_tied else SHORT_SHARE
        seconds = search.seconds_left * share
        for units in slope_designs(model, first, seconds, search.note):
            search.offer(search.with_design(units))
    search.tell("slopes")


def _improve_and_prove(search: Search, engine: Engine, relaxed: Answer, effort: Effort) -> None:
    """Better plans by neighbourhoods, a better bound by inequalities, and the proof."""
    has_points = len(search.values) and len(search.guide)
    if search.is_over(effort.gap) or not has_points or not search.model.n_designs:
        _prove(search, relaxed, effort)
        return
    is_aside = effort.n_threads > 1
    small_seconds = SMALL_SECONDS if is_aside else np.inf
    improver = Improver(search, search.values, search.objective, small_seconds)
    aside = Thread(target=improver.run, args=(search.seconds_left,), daemon=True)
    if is_aside:
        aside.start()
    strong = tighten(search, engine, relaxed, search.seconds_left * CUT_SHARE)
    if not is_aside:
        improver.run(search.seconds_left * IMPROVE_SHARE)
        search.spend(improver.seconds)
    search.offer_values(improver.values, improver.objective)
    search.tell("neighbourhoods")
    _prove(search, strong, replace(effort, is_quiet=improver.is_hopeful))
    improver.is_stopped = True
    if is_aside:
        aside.join()
    search.iterations += improver.iterations
    search.offer_values(improver.values, improver.objective)


def _safe_designs(search: Search, relaxed: Answer) -> list[Floats]:
    """Designs that keep shared limits: none of anything, and the relaxation's units rounded down.

    Slope scaling does not see shared limits, and where they bind its designs may all break them.
    Without such limits nothing is gained.
    """
    if not len(search.problem.resource_limit):
        return []
    n, model = search.model.n_designs, search.model
    designs = [np.zeros(n)]
    if len(relaxed.values):
        units = relaxed.values[:n]
        designs.append(np.where(model.is_integer[:n], np.floor(units + ZERO), units))
    return designs


def _integer(search: Search, upper: Floats, effort: Effort, *, has_start: bool = True) -> Engine:
    engine = Engine(search.model, upper, is_relaxed=False, n_threads=effort.n_threads)
    if effort.is_quiet:
        engine.leave_guessing()
    search.strengthen(engine)
    is_inside = len(search.values) and bool(np.all(search.values <= upper + ZERO))
    if has_start and not search.has_whole and is_inside:
        engine.start_from(search.values)
    return engine


def _slopes_of(search: Search, relaxed: Answer) -> Floats:
    """Slopes at which a unit costs in the weak relaxation what it costs in the strengthened one.

    Fixed costs times (units that the forcing rows ask for) / (units that the flow fills); never
    more than all of a unit for a tenth of its flow, and just that where there is no flow.
    """
    problem, model = search.problem, search.model
    n, fixed = model.n_designs, model.cost[: model.n_designs]
    if not len(relaxed.values):
        return fixed
    flows = relaxed.values[n : n + model.n_pairs] * problem.amount[model.pair_commodity]
    load = np.bincount(model.pair_arc, flows, problem.n_arcs)[model.design_arc]
    filled = load / np.maximum(problem.capacity[model.design_arc], ZERO)
    asked = np.where(filled > ZERO, relaxed.values[:n] / np.maximum(filled, ZERO), 10.0)
    return np.asarray(fixed * np.clip(asked, 1.0, 10.0))


def _branch(search: Search, upper: Floats, effort: Effort) -> Answer:
    """Branch and bound from the best plan; again without it where the start was misread.

    HiGHS 1.16 can take a start for cheaper than it is, once presolve has changed the model. It then
    cuts off at that cost: its bound holds but stays low, and its values are the start's.
    """
    answer = _integer(search, upper, effort).run(
        seconds=effort.seconds, gap=effort.gap, nodes=effort.nodes
    )
    search.note(answer)
    search.offer(answer)
    if answer.claimed < search.objective - 1e-6 * max(1.0, abs(answer.claimed)):
        left = min(max(effort.seconds - answer.seconds, 0.0), search.seconds_left)
        again = _integer(search, upper, effort, has_start=False).run(
            seconds=left, gap=effort.gap, nodes=effort.nodes
        )
        search.note(again)
        search.offer(again)
        return replace(answer, bound=max(answer.bound, again.bound))
    return answer


def _search_small(search: Search, relaxed: Answer, gap: float, nodes: int | None) -> None:
    """Improve the plan over the units that the relaxation or the plan used.

    Where that leaves out less than half of the units the whole model is as quick.
    """
    n = search.model.n_designs
    if search.is_over(gap) or not n:
        return
    is_kept = np.zeros(n, dtype=np.bool_)
    for values in (relaxed.values, search.values):
        if len(values):
            is_kept |= values[:n] > ZERO
    if 2 * is_kept.sum() > n:
        return
    upper = search.model.upper.copy()
    upper[:n][~is_kept] = 0.0
    seconds = search.seconds_left * SMALL_SHARE
    nodes = min(N_SMALL_NODES, nodes or N_SMALL_NODES)
    _branch(search, upper, Effort(seconds=seconds, gap=gap, nodes=nodes))
    search.tell("small model")


def _prove(search: Search, relaxed: Answer, effort: Effort) -> None:
    """Branch and bound on what reduced costs leave open."""
    if search.is_over(effort.gap):
        return
    model, upper = search.model, search.model.upper.copy()
    slack = search.objective - relaxed.objective
    if np.isfinite(slack) and len(relaxed.column_dual):
        n = model.n_designs
        dual = np.maximum(relaxed.column_dual[:n], 1e-12)
        is_fixable = model.is_integer[:n] & (relaxed.values[:n] < ZERO) & (dual > 1e-9)
        most = np.floor(slack / dual + ZERO)
        if len(search.values):
            most = np.maximum(most, np.ceil(search.values[:n] - ZERO))
        upper[:n] = np.where(is_fixable, np.minimum(upper[:n], most), upper[:n])
    answer = _branch(search, upper, replace(effort, seconds=search.seconds_left))
    # What was closed costs at least as much as the plan at hand.
    if np.isfinite(answer.bound):
        search.bound = max(search.bound, min(answer.bound, search.objective))
    elif answer.is_infeasible and np.isfinite(search.objective):
        search.bound = search.objective
    search.tell("proof")


def _plan(search: Search, relaxed: Answer, gap: float) -> DesignPlan:
    """Polish the best solution and write it in the problem's words."""
    problem, model = search.problem, search.model
    n, capacity_price = model.n_designs, np.zeros(problem.n_arcs)
    units, flows = np.zeros(problem.n_arcs), np.zeros(model.n_pairs)
    missing = np.ones(problem.n_commodities)
    if len(search.values):
        chosen = search.values[:n]
        chosen = np.where(model.is_integer[:n], np.round(chosen), chosen)
        final = search.with_design(np.clip(chosen, 0.0, model.upper[:n]))
        values = final.values if len(final.values) else search.values
        search.objective = float(model.cost @ values)
        units[model.design_arc] = values[:n]
        flows = values[n : n + model.n_pairs]
        missing = values[n + model.n_pairs :]
        if len(final.row_dual):
            start = model.n_conservation
            prices = -final.row_dual[start : start + len(model.capacity_arc)]
            capacity_price[model.capacity_arc] = np.maximum(prices, 0.0)
    has_flow = flows > ZERO
    n_resources = len(problem.resource_limit)
    resource_price = np.zeros(n_resources)
    if len(relaxed.row_dual):
        start = model.n_conservation + len(model.capacity_arc)
        resource_price = np.maximum(-relaxed.row_dual[start : start + n_resources], 0.0)
    bound = min(search.bound, search.objective)
    is_found = bool(np.isfinite(search.objective))
    pairs_of = model.pair_commodity[has_flow]
    return DesignPlan(
        status=_status(search, relaxed, gap),
        units=units,
        flow_commodity=pairs_of,
        flow_arc=model.pair_arc[has_flow],
        flow_amount=flows[has_flow] * problem.amount[pairs_of],
        unserved=np.where(missing > 1e-9, missing, 0.0) * problem.amount,
        objective=search.objective,
        bound=bound,
        gap=(search.objective - bound) / max(abs(search.objective), 1e-9) if is_found else np.inf,
        seconds=search.seconds,
        iterations=search.iterations,
        n_forcing=len(search.forcing),
        resource_price=resource_price,
        capacity_price=capacity_price,
        size=_size(search),
    )


def _status(search: Search, relaxed: Answer, gap: float) -> str:
    if np.isfinite(search.objective):
        return "optimal" if search.is_within(max(gap, 1e-6)) else "limit"
    return "infeasible" if relaxed.is_infeasible else "limit"


def _size(search: Search) -> ModelSize:
    problem, model = search.problem, search.model
    n_all, n_forcing = problem.n_commodities * problem.n_arcs, len(search.forcing)
    full_rows = problem.n_commodities * problem.n_nodes + problem.n_arcs
    n_in_cuts = sum(len(cut.column) for cut in search.cuts)
    return ModelSize(
        full_columns=n_all + model.n_designs + problem.n_commodities,
        full_rows=full_rows + problem.n_commodities * model.n_designs,
        n_columns=len(model.cost),
        n_rows=len(model.rows.lower) + n_forcing + len(search.cuts),
        n_nonzeros=len(model.rows.column) + 2 * n_forcing + n_in_cuts,
    )
