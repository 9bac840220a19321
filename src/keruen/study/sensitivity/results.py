"""What an examination of figures gives: typed, without words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from keruen.errors import Problem
from keruen.study.sensitivity.factors import FigureLeftOut, Levels


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPoint:
    """Levels that the scenario's own rules refuse, with what they say."""

    levels: Levels
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEffect:
    """Elementary effects of a group on one measure (Morris 1991, Campolongo et al. 2007).

    Parameters
    ----------
    mean_size : mean size of the change of the measure over the whole range of the group.
    spread : standard deviation of the sizes: large where it depends on the other groups.
    n : effects that were computed.
    """

    group: str
    measure: str
    mean_size: float
    spread: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """A measure with one factor at its low end, at its value and at its high end.

    Parameters
    ----------
    low, high : None where the scenario refuses the end.
    """

    factor: str
    measure: str
    low: float | None
    base: float
    high: float | None

    @property
    def span(self) -> float:
        """Between the smallest and the largest of the three."""
        known = [value for value in (self.low, self.base, self.high) if value is not None]
        return max(known) - min(known)

    def turns(self, most: float) -> bool:
        """Whether a limit is kept at one of the three and broken at another."""
        known = [value for value in (self.low, self.base, self.high) if value is not None]
        return min(known) <= most < max(known)

    @property
    def worst_level(self) -> float:
        """The end at which the measure is larger, so nearer to its limit."""
        ends = {-1.0: self.low, 1.0: self.high}
        known = {level: value for level, value in ends.items() if value is not None}
        return max(known, key=lambda level: (known[level], level)) if known else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchingValue:
    """Where one factor, all others at their values, turns a limit from kept to broken or back.

    Parameters
    ----------
    level : of the factor at which it turns; None where it does not, as far as was searched.
    figures : path → the figure there, as the scenario writes it.
    is_kept_before : whether the limit is kept at the scenario's own value.
    full : the measure of the whole twin at that level; None where it was not run.
    """

    factor: str
    measure: str
    level: float | None
    figures: Mapping[str, str]
    is_kept_before: bool
    full: float | None = None

    @property
    def is_inside(self) -> bool:
        """Whether it lies within the range, ends included."""
        return self.level is not None and abs(self.level) <= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingOut:
    """What knowing a factor would settle; the one to ask for first comes first.

    Parameters
    ----------
    settled_share : of the spread of the measure over the tried combinations, what goes away when
        this factor is known (the correlation ratio); None without such combinations.
    sources : of its figures: who could say more.
    """

    factor: str
    switching: SwitchingValue
    span: float
    settled_share: float | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSide:
    """A factor of a box between two levels, and its figures there as text: path → (low, high)."""

    factor: str
    low: float
    high: float
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureBox:
    """A part of the tried combinations, told by at most three factors, where a limit is broken.

    Parameters
    ----------
    coverage : of all broken combinations, the share inside.
    density : of the combinations inside, the share that is broken.
    fresh_coverage, fresh_density : the same over combinations that the box was not made from.
    """

    sides: tuple[BoxSide, ...]
    coverage: float
    density: float
    fresh_coverage: float
    fresh_density: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedFuture:
    """A combination that the whole twin ran too."""

    levels: Levels
    plan_unserved_share: float
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Futures:
    """Tried combinations of the deciding figures. A share of them is no probability.

    Parameters
    ----------
    factors : that were combined, sorted.
    levels : by combination, one level for each factor.
    unserved_share : of the relaxation, without a railway of runs, by combination; refused ones are
        left out of both.
    refused : combinations that the scenario refuses.
    kept_share : of the tried combinations, those in which the relaxation keeps the limit.
    n_kept_by_limit : limit → combinations in which it is kept, of those that were asked.
    confirmed : combinations that the whole twin ran.
    confirmed_kept_share : limit → share of the confirmed ones that keep it.
    box : where the limit is broken; None where it is broken nowhere or everywhere.
    """

    factors: tuple[str, ...]
    levels: tuple[tuple[float, ...], ...]
    unserved_share: tuple[float, ...]
    refused: tuple[RefusedPoint, ...]
    kept_share: float
    n_kept_by_limit: Mapping[str, int] = field(default_factory=dict)
    confirmed: tuple[ConfirmedFuture, ...] = ()
    confirmed_kept_share: Mapping[str, float] = field(default_factory=dict)
    box: FutureBox | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRegret:
    """How much a design loses against the best of those compared, in the same combinations.

    Parameters
    ----------
    regret_max, regret_mean : measure of the design less that of the best one, in a combination.
    kept_share : of the combinations, those in which it keeps the limit.
    n : combinations that no design refused.
    """

    design: str
    regret_max: float
    regret_mean: float
    kept_share: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What decides a case.

    Parameters
    ----------
    left_out : figures that were not varied, with the reason.
    default_ranges : paths whose range is the default of their kind, not a stated one.
    groups : screened groups, the most influential first, for each measure.
    plan_swings : of the relaxation, factor by factor, the widest first.
    strained_swings : the same with the widest at its worst end; empty where the values themselves
        leave boxes unserved.
    full_swings : of runs of the twin with common draws, for each watched measure.
    finding_out : what to ask for first.
    refused : points that the scenario refuses.
    """

    case: str
    seed: int
    left_out: tuple[FigureLeftOut, ...]
    default_ranges: tuple[str, ...]
    groups: tuple[GroupEffect, ...]
    plan_swings: tuple[Swing, ...]
    strained_swings: tuple[Swing, ...]
    full_swings: tuple[Swing, ...]
    finding_out: tuple[FindingOut, ...]
    futures: Futures | None
    refused: tuple[RefusedPoint, ...]
