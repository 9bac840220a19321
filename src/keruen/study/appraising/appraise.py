"""A list of projects appraised: the order of the steps.

Knows what is asked when; each step is in a file of its own. First every project alone, by the
relaxation, in all years; then which of them share limits, and the coalitions of these; then runs of
the twin for the base, first-in, last-in and the chosen list; at last money, sides and answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from keruen.appraisal.answers import answer_of
from keruen.appraisal.cash_flows import AppraisalYears, Payment, PriceBasis
from keruen.appraisal.interdependence import MOST_EXACT, Coalition
from keruen.appraisal.uncertainty import CommonDraws, FigureRange, common_draws
from keruen.errors import Problem, ScenarioError, UsageError
from keruen.scenario import Scenario, documents
from keruen.scenario.levers import OWN_MONEY
from keruen.scenario.projects import ProjectDocument
from keruen.scenario.read_projects import read_projects
from keruen.scenario.week import Week
from keruen.study.appraising.accounts import DEMAND, OWNERS, PartyRules, share_figure
from keruen.study.appraising.being_built import asks_without, being_built
from keruen.study.appraising.choosing import Chosen, choose, scores_of
from keruen.study.appraising.gains import other_ways_of
from keruen.study.appraising.groups import (
    Grouped,
    coalitions_of,
    group_worth,
    grouped,
    members_of,
    noise_of,
    player_of,
    players_of,
)
from keruen.study.appraising.opened import cheap_error, coalition_years, year_states
from keruen.study.appraising.results import (
    AppraisalProgress,
    AppraisalWork,
    GroupWorth,
    ListAppraisal,
    ProjectAppraisal,
    ValuedBy,
    WorkCost,
)
from keruen.study.appraising.single import appraised, corner_draws, missing_of
from keruen.study.appraising.values import NOBODY, CoalitionYears, Runs
from keruen.study.appraising.worlds import Worlds, years_ahead
from keruen.study.appraising.worth import CoalitionWorth, noise_figure
from keruen.study.limits import replications_and_seed
from keruen.study.run import provenance_of
from keruen.study.sensitivity.points import Subject

N_YEARS: Final = 30
"""Years of the accounts; what serves longer has a residual value."""
N_DRAWS: Final = 400
N_REPLICATIONS: Final = 2
"""The fewest that tell noise."""
LEAST_PAIRS: Final = 20
"""Coalitions that are valued cheaply and by runs, where the list has so many: fewer tell little of
how far the one lies off the other."""
MOST_RUN: Final = 40
"""Coalitions that the twin plays, the base included: each plans a week and plays it."""
_USD: Final = "USD2025"
_NORMAL_WIDTH: Final = 6**0.5
"""A triangle of this half-width has the spread of one standard error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalEffort:
    """How much is computed.

    Parameters
    ----------
    seed : of runs and draws; None is the scenario's own.
    replications : of each coalition that the twin plays.
    days : measured days of a run at most; None: the scenario's own.
    most_run : coalitions that the twin plays at most, the base included.
    draws : of the figures.
    """

    seed: int | None = None
    replications: int = N_REPLICATIONS
    days: int | None = None
    most_run: int = MOST_RUN
    draws: int = N_DRAWS


def appraise(  # noqa: PLR0913 - three of what, four of how, all keyword-only
    subject: Subject,
    *,
    projects: Sequence[str] = (),
    document: ProjectDocument | None = None,
    effort: AppraisalEffort | None = None,
    weeks: Mapping[Coalition, Week] | None = None,
    executor: Executor | None = None,
    progress: Callable[[AppraisalProgress], None] | None = None,
) -> ListAppraisal:
    """Appraise the list of a scenario, its projects together and by side.

    Parameters
    ----------
    subject : Subject
        The scenario: where it is, with the cases in which its list is looked at, and changes.
    projects : Sequence[str], optional
        Keys of projects; left out: all.
    document : ProjectDocument, optional
        Its list with changes, for example of terms; left out: as its files say.
    effort : AppraisalEffort, optional
        How much is computed, by which seed.
    weeks : Mapping[frozenset[str], Week], optional
        Planned weeks of coalitions by their keys, of whoever appraised the list before: they are
        played as they are, and none is planned here. Left out: weeks are planned.
    executor : Executor, optional
        Where weeks are relaxed and runs played; None is this process. Changes no figure.
    progress : Callable[[AppraisalProgress], None], optional
        Told after each answer. May raise `CancelledError`: what was asked is kept, and a second
        call goes on from there.

    Returns
    -------
    ListAppraisal

    Raises
    ------
    ScenarioError
        With every problem of the scenario and its list.
    UsageError
        When the scenario has no railway, or an asked project is not on its list.
    InputError
        When `weeks` lack one that is to be played.
    """
    listed = _listed(subject, projects, document)
    appraisal = _Appraisal(listed, effort or AppraisalEffort(), executor, progress)
    appraisal.values.weeks = weeks
    return appraisal.result()


def appraisal_work(
    subject: Subject,
    *,
    projects: Sequence[str] = (),
    document: ProjectDocument | None = None,
    effort: AppraisalEffort | None = None,
    cost: WorkCost | None = None,
) -> AppraisalWork:
    """What an appraisal would compute at most, without computing it.

    Parameters
    ----------
    subject, projects, document, effort : as for `appraise`.
    cost : seconds of a core, as measured on this machine; left out: as measured on two cores of a
        rented server.
    """
    listed = _listed(subject, projects, document)
    return work_of(listed.document, listed.worlds, effort or AppraisalEffort(), cost or WorkCost())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    worlds: Worlds
    document: ProjectDocument


def _listed(subject: Subject, projects: Sequence[str], document: ProjectDocument | None) -> _Listed:
    worlds = Worlds(subject=subject, document=ProjectDocument())
    own = worlds.own
    if own.network is None:
        raise UsageError("error.no_network", name=own.name)
    found = read_projects(subject.path) if document is None else document
    unknown = sorted(set(projects) - found.projects.keys())
    if unknown:
        raise ScenarioError(tuple(_no_project(key, found) for key in unknown))
    if projects:
        kept = set(projects)
        for key in projects:
            kept |= _needed(found, key)
        chosen = {key: one for key, one in found.projects.items() if key in kept}
        found = found.model_copy(update={"projects": chosen})
    worlds.document = found
    return _Listed(worlds=worlds, document=found)


def _no_project(key: str, document: ProjectDocument) -> Problem:
    near = ", ".join(sorted(document.projects))
    return Problem(
        "problem.no_such_id",
        {"place": "projects", "value": key, "table": "projects", "nearest": near},
    )


def _needed(document: ProjectDocument, key: str) -> set[str]:
    found: set[str] = set()
    waiting = list(document.projects[key].requires)
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += document.projects[other].requires
    return found


def work_of(
    document: ProjectDocument, worlds: Worlds, effort: AppraisalEffort, cost: WorkCost
) -> AppraisalWork:
    """The most that a list can take: players in groups as large as are valued whole."""
    judged = [key for key in sorted(document.projects) if not missing_of(document.projects, key)]
    shown = [key for key in judged if document.projects[key].effect]
    ahead = years_ahead(document, worlds.own_year)
    points = sum(len({one.low, one.value, one.high}) for one in ahead)
    n = len({document.projects[key].level_of or key for key in shown})
    whole, rest = divmod(n, MOST_EXACT)
    inner = whole * (2**MOST_EXACT - 1) + 2**rest - 1
    n_coalitions = 1 + len(shown) + max(0, inner - n) + 1
    n_run = min(effort.most_run, 1 + 2 * len(shown) + whole + 2)
    days = min(worlds.own.calendar.days, effort.days or worlds.own.calendar.days)
    n_works = len(documents.work_keys(documents.folder_of(worlds.subject.path)))
    n_relaxations = n_coalitions * points + n_works * len(ahead)
    return AppraisalWork(
        n_projects=len(document.projects),
        n_judged=len(judged),
        n_relaxations=n_relaxations,
        n_coalitions=n_coalitions,
        n_weeks=n_run,
        n_runs=n_run * effort.replications,
        seconds=n_relaxations * cost.relaxation_s
        + n_run * (cost.week_s + effort.replications * days * cost.run_s),
    )


class _Appraisal:
    """One appraisal, step by step."""

    def __init__(
        self,
        listed: _Listed,
        effort: AppraisalEffort,
        executor: Executor | None,
        progress: Callable[[AppraisalProgress], None] | None,
    ) -> None:
        self.document, self.worlds = listed.document, listed.worlds
        self.effort = effort
        own = self.worlds.own
        n, self.seed = replications_and_seed(own, effort.replications, effort.seed)
        terms = self.document.terms
        self.rate = terms.common_rate if terms else _rate_of(own)
        ahead = years_ahead(self.document, self.worlds.own_year)
        projects = self.document.projects
        self.judged = [key for key in sorted(projects) if not missing_of(projects, key)]
        self.shown = [key for key in self.judged if projects[key].effect]
        period = AppraisalYears(
            first_year=self._first_year(),
            n_years=N_YEARS,
            basis=PriceBasis(OWN_MONEY[:3], int(OWN_MONEY[3:])),
        )
        rules = PartyRules(self.document, own, period)
        if _USD not in rules.rates:
            known = ", ".join(sorted(rules.rates))
            parameters = {"place": "rates", "value": _USD, "known": known}
            raise ScenarioError((Problem("problem.no_rate", parameters),))
        self.values = CoalitionYears(
            worlds=self.worlds,
            ways=other_ways_of(self.document, own, rules.rates[_USD]),
            runs=Runs(seed=self.seed, n=n, days=effort.days),
            executor=executor,
            progress=progress,
        )
        self.worth = CoalitionWorth(
            values=self.values, ahead=ahead, rules=rules, period=period, rate=self.rate
        )

    def _first_year(self) -> int:
        """The first year in which anything is paid; the scenario's own where nothing is."""
        found = []
        for key in self.judged:
            project = self.document.projects[key]
            found += [project.earliest, *(int(year) for year in project.capital)]
        return min(found, default=self.worlds.own_year)

    def result(self) -> ListAppraisal:
        """All steps."""
        self.values.of_port = self._of_port()
        values, worth = self.values, self.worth
        single = [worth.closure(key) for key in self.shown]
        before = [worth.closure(key) - {key} for key in self.shown]
        values.relax(
            ask for built in (NOBODY, *single, *before) for ask in worth.asks(built, with_ends=True)
        )
        found = grouped(worth, players_of(worth, self.shown))
        coalitions = [built for group in found.groups for built in coalitions_of(worth, group)]
        values.relax(ask for built in coalitions for ask in worth.asks(built, with_ends=True))
        values.relax(asks_without(worth))
        self._play_port([*coalitions, *single, *before])
        ranges = self._ranges()
        draws = common_draws(ranges, self.effort.draws, self.seed)
        chosen = self._chosen(found, draws)
        groups = tuple(group_worth(worth, group) for group in found.groups)
        self._play_rail(found, chosen)
        corner = corner_draws(ranges)
        projects = tuple(
            self._project(key, groups, chosen, (draws, corner))
            for key in sorted(self.document.projects)
        )
        own = self.worlds.own
        return ListAppraisal(
            scenario=own.name,
            case=own.case,
            provenance=provenance_of(own, seed=self.seed, n=values.runs.n),
            unit=OWN_MONEY,
            first_year=worth.period.first_year,
            n_years=worth.period.n_years,
            common_rate=self.rate,
            own_rates=self._own_rates(),
            years=year_states(worth),
            owners=dict(sorted(OWNERS.items())),
            figures=dict(sorted(ranges.items())),
            n_draws=draws.n,
            projects=projects,
            groups=groups,
            adding_up=found.adding_up,
            error=cheap_error(worth),
            portfolios=chosen.indices if chosen else None,
            coalitions=coalition_years(worth),
            being_built=being_built(worth),
            clashes=tuple(sorted(self.worlds.clashes)),
            work=work_of(self.document, self.worlds, self.effort, WorkCost()),
        )

    def _own_rates(self) -> dict[str, float]:
        terms = self.document.terms
        return {str(side): rate for side, rate in sorted(terms.own_rates.items())} if terms else {}

    def _of_port(self) -> frozenset[str]:
        """Projects that change the dry port and nothing of railway and goods."""
        year = self.worlds.own_year
        return frozenset(
            key
            for key in self.shown
            if not self.worlds.is_of_railway(key, year) and self.worlds.is_of_port(key, year)
        )

    def _play_port(self, coalitions: Sequence[Coalition]) -> None:
        port = {built & self.values.of_port for built in coalitions} - {NOBODY}
        feasible = {self.worth.feasible(built) for built in port} - {NOBODY}
        if port | feasible:
            self.values.play([NOBODY, *port, *feasible])

    def _play_rail(self, found: Grouped, chosen: Chosen | None) -> None:
        """What the twin plays too: base, chosen list, first-in, last-in, whole groups."""
        wanted: list[Coalition] = [NOBODY]
        if chosen and chosen.indices.best:
            wanted.append(self.worth.feasible(frozenset(chosen.indices.best) & set(self.shown)))
        wanted += [self.worth.closure(key) for key in self.shown]
        for group in found.groups:
            members = frozenset(player.key for player in members_of(self.worth, group)[0])
            wanted.append(members)
            if len(members) > 1:
                wanted += [self.worth.feasible(members - {key}) for key in sorted(members)]
        wanted += self._to_compare(found, wanted)
        new = [one for one in dict.fromkeys(wanted) if one not in self.values.played]
        room = max(0, self.effort.most_run - len(self.values.played))
        self.values.play(new[:room])

    def _to_compare(self, found: Grouped, wanted: Sequence[Coalition]) -> list[Coalition]:
        """Further coalitions, the smallest first, so that `LEAST_PAIRS` have both values."""

        def has_both(built: Coalition) -> bool:
            return bool(built) and not built & self.values.of_port

        n = sum(has_both(built) for built in dict.fromkeys(wanted))
        others = {one for group in found.groups for one in coalitions_of(self.worth, group)}
        more = sorted(others - set(wanted), key=lambda built: (len(built), sorted(built)))
        return [built for built in more if has_both(built)][: max(0, LEAST_PAIRS - n)]

    def _ranges(self) -> dict[str, FigureRange]:
        rules, worth = self.worth.rules, self.worth
        found = rules.common_figures()
        if any(one.low < one.high for one in worth.ahead):
            found[DEMAND] = FigureRange(low=-1.0, value=0.0, high=1.0)
        for key in self.judged:
            found.update(rules.figures_of(key))
            built = frozenset((key,))
            if key in self.values.of_port:
                amounts = np.array([one.amount for one in self.values.run_gains(built)])
                mean, half = float(amounts.mean()), _NORMAL_WIDTH * noise_of(amounts)
                if mean and half:
                    share = half / abs(mean)
                    found[noise_figure(key)] = FigureRange(low=1 - share, value=1, high=1 + share)
        for name, span in self._share_ranges().items():
            found[name] = span
        return found

    def _share_ranges(self) -> dict[str, FigureRange]:
        """Resource shares of every price that any project's gain holds."""
        found: dict[str, FigureRange] = {}
        for key in self.shown:
            needs = self.worth.closure(key)
            ones = {name: np.ones(1) for name in self.worth.yearly(needs)}
            for line in self.worth.rules.lines(ones, sorted(needs)):
                if isinstance(line, Payment):
                    name, span = share_figure(line)
                    known = found.get(name, span)
                    found[name] = FigureRange(
                        low=min(known.low, span.low),
                        value=known.value,
                        high=max(known.high, span.high),
                    )
        return {name: one for name, one in sorted(found.items()) if one.low < one.high}

    def _chosen(self, found: Grouped, draws: CommonDraws) -> Chosen | None:
        if not self.judged:
            return None
        exact = []
        for group in found.groups:
            members, _ = members_of(self.worth, group)
            if len(members) <= MOST_EXACT:
                keys = frozenset(player.key for player in members)
                exact += _subsets(keys)
        scores = scores_of(self.worth, self.judged, exact, draws)
        return choose(self.worth, scores, draws)

    def _project(
        self,
        key: str,
        groups: Sequence[GroupWorth],
        chosen: Chosen | None,
        draws: tuple[CommonDraws, CommonDraws],
    ) -> ProjectAppraisal:
        """A project with its answer.

        Parameters
        ----------
        draws : of all figures; and each figure in turn at its ends.
        """
        project = self.document.projects[key]
        missing = missing_of(self.document.projects, key)
        found = ProjectAppraisal(
            key=key,
            player=player_of(self.worth, key),
            register_id=project.register_id,
            decided_by=project.decided_by,
            answer="not_yet",
            missing=missing,
        )
        if missing:
            return found
        assert chosen is not None, "a judged project is chosen from"
        core = chosen.core.get(key)
        by: ValuedBy = "claims"
        if project.effect:
            by = "runs" if key in self.values.of_port else "relaxation"
        found = replace(
            found,
            by=by,
            is_of_port_too=by == "relaxation" and self.worlds.is_of_port(key, self.worlds.own_year),
            in_base_from=self._in_base(key),
            answer=answer_of(core, is_judged=True, is_joint_gain=key in chosen.joint_gains)
            if core
            else "find_out_first",
            core=core,
            transfer_to_a=chosen.transfers[key][0],
            transfer_to_b=chosen.transfers[key][1],
            separating=chosen.separating[key],
        )
        for player in (one for group in groups for one in group.players if one.key == key):
            found = replace(found, last_in=player.last_in, shapley=player.shapley)
        return appraised(self.worth, key, draws, found)

    def _in_base(self, key: str) -> tuple[int, ...]:
        """Years in which a project changes nothing: what it builds is there without it."""
        if not self.document.projects[key].effect:
            return ()
        return tuple(
            one.year
            for one in self.worth.ahead
            if not self.worlds.is_of_railway(key, one.year)
            and not self.worlds.is_of_port(key, one.year)
        )


def _subsets(keys: Coalition) -> list[Coalition]:
    ordered = sorted(keys)
    return [
        frozenset(key for place, key in enumerate(ordered) if number >> place & 1)
        for number in range(1, 2 ** len(ordered))
    ]


def _rate_of(scenario: Scenario) -> float:
    """The rate of investment, where a list has no terms; without either the middle of the curve."""
    return scenario.investment.discount_rate if scenario.investment else 0.08
