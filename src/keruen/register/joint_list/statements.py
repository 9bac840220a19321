"""What each side says by itself: claims, reports, evidence, appraisals, and where they disagree.

Knows answers to sayings, contradictions of claims and differences of reports; decides nothing: what
contradicts stands side by side, and nothing said is ever removed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from keruen.domain.joint import Appraisal, Claim, Evidence, Interval, MText, Quantity, Report
from keruen.domain.joint_state import Contradiction, ReportDifference, Saying
from keruen.register.joint_list.consent import OrderedEntry
from keruen.register.record import figures
from keruen.register.record.figures import Span

Body = Claim | Report | Evidence | Appraisal

_ALWAYS: Final[Span] = (None, None)
_ENDLESS: Final = Decimal("Infinity")
_Bounds = tuple[Decimal | None, Decimal | None]
"""The lowest of the upper ends and the highest of the lower ends of several ranges."""


@dataclass(slots=True, kw_only=True)
class AnsweredSaying:
    """A saying while the logs are read: the other side's word on it may follow.

    Parameters
    ----------
    line, body : the entry and what it says.
    acceptance, dispute : the other side's first acceptance and its last dispute.
    reason : of that dispute.
    """

    line: OrderedEntry
    body: Body
    acceptance: OrderedEntry | None = None
    dispute: OrderedEntry | None = None
    reason: MText | None = None

    def said(self) -> Saying:
        """The saying as anybody may read it."""
        return Saying(
            entry=self.line.id,
            side=self.line.entry.side,
            at=self.line.entry.at,
            body=self.body,
            accepted=self.acceptance.id if self.acceptance is not None else "",
            disputed=self.dispute.id if self.dispute is not None else "",
            dispute_reason=self.reason,
            disputed_at=self.dispute.entry.at if self.dispute is not None else "",
        )


def is_in_dispute(saying: Saying) -> bool:
    """The other side disputes it and has not accepted it: an acceptance binds, and ends it."""
    return bool(saying.disputed) and not saying.accepted


def project_of(body: Body) -> tuple[str, ...]:
    """The projects that a saying is about; of evidence only what it names itself."""
    if isinstance(body, Appraisal):
        return body.projects
    if isinstance(body, Evidence):
        return (body.about,) if body.about_kind == "project" else ()
    return (body.project,) if body.project else ()


def topic(saying: Saying) -> tuple[str, ...]:
    """What a saying is about so narrowly that a newer one of the same side takes its place."""
    body = saying.body
    if isinstance(body, Report):
        return (saying.side, "report", body.project, body.quarter)
    return (saying.side, type(body).__name__, body.id)


def current(sayings: Iterable[Saying]) -> tuple[Saying, ...]:
    """The newest saying of each side on each topic, in the order in which they were said."""
    newest: dict[tuple[str, ...], Saying] = {}
    for saying in sayings:
        about = topic(saying)
        newest.pop(about, None)
        newest[about] = saying
    return tuple(newest.values())


@dataclass(frozen=True, slots=True)
class _Figure:
    """One range that a claim states, with the days for which it holds."""

    claim: Saying
    range: Span
    window: Span


def contradictions(claims: Iterable[Saying]) -> tuple[Contradiction, ...]:
    """Claims about one field of one project that cannot all be true.

    Parameters
    ----------
    claims : current claims of both sides; a side may contradict itself.

    Returns
    -------
    One contradiction for each project and field, sorted by both; its claims are those that fail to
    meet another one during days for which both hold, in the order in which they were said. Figures
    that are not comparable do not contradict; they are named apart.
    """
    fields: dict[tuple[str, str], list[Saying]] = {}
    for claim in claims:
        body = claim.body
        if isinstance(body, Claim) and (body.quantity is not None or body.interval is not None):
            fields.setdefault((body.project, body.field), []).append(claim)
    found: list[Contradiction] = []
    for (project, name), said in sorted(fields.items()):
        torn = _torn(said)
        if torn:
            measures = {_measure(claim) for claim in torn}
            apart = tuple(claim for claim in said if _measure(claim) not in measures)
            found.append(
                Contradiction(project=project, field=name, claims=torn, not_comparable=apart)
            )
    return tuple(found)


def _measure(claim: Saying) -> tuple[Any, ...]:
    body = claim.body
    assert isinstance(body, Claim)
    return figures.measure(body.quantity) if body.quantity is not None else ("days",)


def _torn(claims: Sequence[Saying]) -> tuple[Saying, ...]:
    """The claims of one field that do not meet some other one."""
    if len(claims) < 2:
        return ()
    groups: dict[tuple[Any, ...], list[_Figure]] = {}
    for claim in claims:
        body = claim.body
        assert isinstance(body, Claim)
        window = figures.days(body.valid) if body.valid is not None else _ALWAYS
        if body.quantity is not None:
            figure = _Figure(claim, figures.span(body.quantity), window)
            groups.setdefault(figures.measure(body.quantity), []).append(figure)
        if body.interval is not None:
            figure = _Figure(claim, figures.days(body.interval), window)
            groups.setdefault(("days",), []).append(figure)
    torn = {one.claim.entry for group in groups.values() for one in _apart(group)}
    return tuple(claim for claim in claims if claim.entry in torn)


def _apart(group: Sequence[_Figure]) -> Iterator[_Figure]:
    """Figures of one measure that do not meet another one, without comparing each with each.

    A range misses some other one when it begins above the lowest of their upper ends, or ends
    below the highest of their lower ends; so one pair of bounds for each window is enough.
    """
    bounds: dict[Span, _Bounds] = {}
    for figure in group:
        bounds[figure.window] = _joined(bounds.get(figure.window, _ALWAYS), figure.range)
    overlapping = _overlapping(bounds)
    for figure in group:
        low_end, high_start = overlapping[figure.window]
        low, high = figure.range
        begins_above = low is not None and low_end is not None and low > low_end
        ends_below = high is not None and high_start is not None and high < high_start
        if begins_above or ends_below:
            yield figure


def _overlapping(bounds: Mapping[Span, _Bounds]) -> Mapping[Span, _Bounds]:
    """For each window the bounds of all windows that share a day with it, in one sweep.

    Windows are put in as the sweep passes their first day, into a tree (Fenwick's) over their last
    days; what ended before a window begins is left out by asking only for later last days.
    """
    lasts = sorted({-_last(window) for window in bounds})
    tree = [_ALWAYS] * (len(lasts) + 1)
    coming = sorted(bounds, key=_first, reverse=True)
    found: dict[Span, _Bounds] = {}
    for window in sorted(bounds, key=_last):
        while coming and _first(coming[-1]) <= _last(window):
            other = coming.pop()
            place = bisect_right(lasts, -_last(other))
            while place < len(tree):
                tree[place] = _merged(tree[place], bounds[other])
                place += place & -place
        met, place = _ALWAYS, bisect_right(lasts, -_first(window))
        while place:
            met = _merged(met, tree[place])
            place -= place & -place
        found[window] = met
    return found


def _first(window: Span) -> Decimal:
    return -_ENDLESS if window[0] is None else window[0]


def _last(window: Span) -> Decimal:
    return _ENDLESS if window[1] is None else window[1]


def _merged(one: _Bounds, other: _Bounds) -> _Bounds:
    low_end, high_start = other
    return _joined(one, (high_start, low_end))


def _joined(bounds: _Bounds, span: Span) -> _Bounds:
    """The bounds with one more range, given as (lower end, upper end)."""
    low_end, high_start = bounds
    low, high = span
    if high is not None and (low_end is None or high < low_end):
        low_end = high
    if low is not None and (high_start is None or low > high_start):
        high_start = low
    return low_end, high_start


def differences(reports: Iterable[Saying]) -> tuple[ReportDifference, ...]:
    """Where the newest reports of both sides on one quarter do not say the same.

    Parameters
    ----------
    reports : of any projects, quarters and sides, in the order in which they were said.

    Returns
    -------
    What both sides wrote and wrote otherwise, sorted by project, quarter and field; what only one
    side wrote is no difference.
    """
    both: dict[tuple[str, str], dict[str, Report]] = {}
    for saying in current(reports):
        if isinstance(saying.body, Report):
            about = (saying.body.project, saying.body.quarter)
            both.setdefault(about, {})[saying.side] = saying.body
    return tuple(
        difference
        for _, sides in sorted(both.items())
        if len(sides) == 2
        for difference in _between(sides["A"], sides["B"])
    )


def _between(one: Report, other: Report) -> Iterator[ReportDifference]:
    a, b = _flat(one), _flat(other)
    for name in sorted(name for name in a if name in b):
        if not _same(a[name], b[name]):
            yield ReportDifference(
                project=one.project,
                quarter=one.quarter,
                field=name,
                a=_written(a[name]),
                b=_written(b[name]),
            )


_Cell = Quantity | Interval | str


def _flat(report: Report) -> Mapping[str, _Cell]:
    """Every figure, date and share of a report by its name."""
    cells: dict[str, _Cell] = {}
    for group in ("milestones", "forecast", "metrics"):
        cells.update({f"{group}.{name}": cell for name, cell in getattr(report, group).items()})
    if report.spend is not None:
        cells["spend"] = report.spend
    if report.forecast_cost is not None:
        cells["forecast_cost"] = report.forecast_cost
    return cells


def _same(one: _Cell, other: _Cell) -> bool:
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return figures.meet(one, other) == "meet"
    if isinstance(one, str) and isinstance(other, str):
        exact, twin = figures.decimal(one), figures.decimal(other)
        return one == other if exact is None or twin is None else exact == twin
    return one == other


def _written(cell: _Cell) -> str:
    if isinstance(cell, Quantity):
        return figures.written(cell)
    return cell if isinstance(cell, str) else f"{cell.first} – {cell.last}"
