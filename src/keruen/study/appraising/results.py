"""What the appraisal of a list finds: frozen, plain numbers and texts, no logic but sums.

Money is KZT of 2025. Each figure can be opened: a value into its lines, a line into the parts of
coalitions by year, these into boxes, hours and the keys of the runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from keruen.appraisal.answers import Answer, CoreIndices, SeparatingFigure
from keruen.appraisal.indicators import InternalRates, SwitchingLine
from keruen.appraisal.interdependence import Relation
from keruen.appraisal.optimism import OutsideView
from keruen.appraisal.uncertainty import EnpvSpread, FigureRange
from keruen.domain.results import Provenance

ValuedBy = Literal["relaxation", "runs", "claims"]
"""How the gain of a project is known."""
AppraisalStage = Literal["relaxations", "weeks", "runs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalProgress:
    """How far the work of a stage is; each stage is told anew as it grows."""

    stage: AppraisalStage
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCost:
    """Seconds of one core; measured on the packaged corridor, growth.

    Parameters
    ----------
    relaxation_s : a week relaxed.
    week_s : a week planned.
    run_s : a day of a run.
    """

    relaxation_s: float = 0.5
    week_s: float = 25.0
    run_s: float = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalWork:
    """What is to be computed, at most: what is kept on this machine costs nothing.

    Parameters
    ----------
    n_projects, n_judged : of the list, and those that can be judged.
    n_relaxations : weeks to be relaxed; groups are not known before, so the most that there can be.
    n_coalitions : coalitions behind them.
    n_weeks, n_runs : weeks to be planned and replications to be played.
    seconds : of one core.
    """

    n_projects: int
    n_judged: int
    n_relaxations: int
    n_coalitions: int
    n_weeks: int
    n_runs: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YearState:
    """A year in which the list was looked at: boxes for each one of the own year, works done."""

    year: int
    demand: float
    demand_low: float
    demand_high: float
    works: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowBoxes:
    """Boxes a year of a flow and direction: that want to travel, that find a train."""

    flow: str
    is_to_china: bool
    boxes: float
    carried: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionYear:
    """A year with some projects built: what everything above is made of.

    Parameters
    ----------
    built : keys of projects, sorted.
    year, demand : boxes for each one of the own year.
    by : the relaxation, or runs (means over replications).
    flows : boxes.
    hours_p50, hours_p90 : of the relaxation over ways that are planned; of runs door to door.
    other_ways : boxes by other way; blank key: for which no way has room, valued as if the dearest
        had.
    parts : what each part saves against the year without, KZT a year (`appraising.gains`).
    amount, noise : their sum, and its standard error over replications.
    moved, newly_carried : boxes by another way than before; boxes that no way had room for.
    runs : keys of its experiments.
    """

    built: tuple[str, ...]
    year: int
    demand: float
    by: Literal["relaxation", "runs"]
    flows: tuple[FlowBoxes, ...]
    hours_p50: float
    hours_p90: float
    other_ways: Mapping[str, float]
    parts: Mapping[str, float]
    amount: float
    noise: float
    moved: float
    newly_carried: float
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuedTwice:
    """A coalition valued by the relaxation and by runs in the own year, KZT a year.

    Parameters
    ----------
    built : its projects.
    cheap, dear : value by each.
    noise : standard error of the dear one over replications.
    """

    built: tuple[str, ...]
    cheap: float
    dear: float
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheapError:
    """How far the cheap value lies off the dear one; None where nothing was valued twice.

    Parameters
    ----------
    pairs : every coalition that has both.
    bias : mean of cheap less dear.
    typical, worst : median and largest of the absolute differences.
    """

    pairs: tuple[ValuedTwice, ...]
    bias: float | None
    typical: float | None
    worst: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAtRate:
    """ENPV at a common rate, by side and joint.

    Parameters
    ----------
    a, b, third : None where some price has no resource share: the split is not known.
    joint_low, joint_high : equal where it is known; else all of those prices used up, or none.
    """

    rate: float
    a: float | None
    b: float | None
    third: float | None
    joint_low: float
    joint_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """A line of the account: a party's own, or a price that one party pays another."""

    key: str
    party: str
    payee: str
    resource_share: float | None
    amounts: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingWord:
    """What is missing, by the key in the project's file; `effect` and `requires` are ours."""

    key: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectAppraisal:
    """A project alone: first in, with what it requires.

    Parameters
    ----------
    key : its file.
    player : the project of which it is a size; itself where it is none.
    answer : in one word, with what it needs: `missing`, `transfer_to_a` or `_b`, `separating`.
    by : how its boxes are valued; None where nothing of it shows in any run.
    is_of_port_too : it changes the railway and the dry port: the latter is not in the value.
    in_base_from : years in which its work is there without it.
    opening : first year in which it works.
    lines : undiscounted by year.
    unknown_prices : prices without a resource share.
    curve : ENPV at 3, 5, 8, 9, 12 % and the common rate.
    own_rates : side → ENPV at the rate that it signed for itself; shown alone, never summed.
    eirr_low, eirr_high, bcr_low, bcr_high, late_share : of the joint account; low and high as
        `ValueAtRate`.
    switching : lines of the joint account, the nearest to turning first.
    risk : joint, a, b → how ENPV at the common rate spreads over the draws.
    tornado : figure → joint ENPV with it at its low and high end, the widest first.
    outside : its building time beside others'.
    others : ``valued``, ``not_valued`` where shared capacity has no stated gain, or ``none``.
    others_units : share of what is built that is others'.
    """

    key: str
    player: str
    register_id: str
    decided_by: str
    answer: Answer
    by: ValuedBy | None = None
    is_of_port_too: bool = False
    in_base_from: tuple[int, ...] = ()
    missing: tuple[MissingWord, ...] = ()
    opening: int = 0
    lines: tuple[AccountLine, ...] = ()
    unknown_prices: tuple[str, ...] = ()
    curve: tuple[ValueAtRate, ...] = ()
    own_rates: Mapping[str, float] | None = None
    eirr_low: InternalRates | None = None
    eirr_high: InternalRates | None = None
    bcr_low: float | None = None
    bcr_high: float | None = None
    late_share: float | None = None
    switching: tuple[SwitchingLine, ...] = ()
    risk: Mapping[str, EnpvSpread] | None = None
    tornado: tuple[tuple[str, float, float], ...] = ()
    outside: OutsideView | None = None
    others: Literal["valued", "not_valued", "none"] = "none"
    others_share: float = 0.0
    first_in: float = 0.0
    last_in: float | None = None
    shapley: float | None = None
    core: CoreIndices | None = None
    transfer_to_a: float | None = None
    transfer_to_b: float | None = None
    separating: SeparatingFigure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlayer:
    """A player of a group; values are present values of gains at the common rate, before costs.

    `noise` are standard errors over replications, 0 by the relaxation.
    """

    key: str
    first_in: float
    last_in: float
    shapley: float | None
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWorth:
    """Projects that share limits.

    Parameters
    ----------
    limits : that they share.
    players : each with its worth.
    set_aside : players beside which another one cannot be built: first-in only.
    """

    players: tuple[GroupPlayer, ...]
    limits: tuple[str, ...]
    joint: float
    relation: Relation
    ratio: float | None
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingUp:
    """Whether groups add up: their joint values summed, and all of them together, KZT a year.

    Parameters
    ----------
    merged : groups that were one after they did not.
    """

    year: int
    summed: float
    together: float
    adds_up: bool
    merged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkBeingBuilt:
    """What is built without a decision of the list, and what it brings; no project.

    Parameters
    ----------
    key : of the work.
    title : by language.
    amounts : what it saves in each looked-at year against the year without it, KZT.
    value : present value at the common rate, its cost left out.
    """

    key: str
    title: Mapping[str, str]
    amounts: tuple[float, ...]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioIndices:
    """How the core indices came about.

    Parameters
    ----------
    n_draws : states of the world that a portfolio must win in.
    n_a, n_b, n_joint : portfolios that nothing beats; None where they are too many to tell.
    best : the list that is best at the mean of the draws, by the joint account.
    """

    n_draws: int
    n_a: int | None
    n_b: int | None
    n_joint: int | None
    best: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAppraisal:
    """A list of projects, appraised.

    Parameters
    ----------
    scenario, case : which.
    provenance : version, digest of the scenario, seed, replications, platform.
    unit : of all money.
    first_year, n_years : of all accounts; the first is not discounted.
    common_rate : at which sides are summed.
    own_rates : side → its signed rate.
    years : in which the corridor was looked at.
    owners : kind of goods → who bears freight and time.
    figures : that were drawn, with their ranges; shares of the value, but for resource shares and
        the luck of demand (−1 … 1).
    being_built : what is built anyway, each taken out alone.
    clashes : key path, project whose change is lost beside the one whose stays.
    """

    scenario: str
    case: str
    provenance: Provenance
    unit: str
    first_year: int
    n_years: int
    common_rate: float
    own_rates: Mapping[str, float]
    years: tuple[YearState, ...]
    owners: Mapping[str, str]
    figures: Mapping[str, FigureRange]
    n_draws: int
    projects: tuple[ProjectAppraisal, ...]
    groups: tuple[GroupWorth, ...]
    adding_up: AddingUp | None
    error: CheapError
    portfolios: PortfolioIndices | None
    coalitions: tuple[CoalitionYear, ...]
    being_built: tuple[WorkBeingBuilt, ...]
    clashes: tuple[tuple[str, str, str], ...]
    work: AppraisalWork
