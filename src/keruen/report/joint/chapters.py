"""The chapters of a fiche: promises, open questions, figures, dependencies, history, documents.

Knows the order and the shape of each; every word comes from `sentences` or from the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

import msgspec

from keruen.domain.appraised import JOINT, OF_SIDE
from keruen.domain.joint import (
    OTHER_SIDE,
    SIDES,
    Appraisal,
    Claim,
    Document,
    Evidence,
    Quantity,
    Side,
)
from keruen.domain.joint_state import (
    CommitmentState,
    Contradiction,
    JointState,
    ProjectState,
    Revision,
    Saying,
    Step,
)
from keruen.i18n import plural, text
from keruen.register.joint_list import duplicates
from keruen.report.document import Block, Bullets, Cell, Chapter, Paragraph, Sign, TableBlock
from keruen.report.joint.sentences import (
    address_of,
    clipped,
    code_name,
    date_in_words,
    debt_in_words,
    fingerprint,
    form_problems,
    interval_in_words,
    label,
    names,
    plain,
    quantity_in_words,
    reason_in_words,
    said,
    saying_name,
    saying_value,
    side_name,
    source_in_words,
    title_of,
)
from keruen.report.joint.sheet_limits import SheetLimits, more_row, shortened

_SIGNS: Final[dict[str, Sign]] = {
    "offered": "grey",
    "open": "grey",
    "claimed_met": "amber",
    "accepted": "green",
    "overdue": "red",
    "disputed": "red",
}
_MOST_WARNINGS: Final = 4
SAYERS: Final = ("one_says", "another_says", "a_third_says")
"""Columns of a contradiction: more claims than this are counted."""


def section(name: str, language: str, *blocks: Block) -> Chapter:
    """A section under its title of the catalogue."""
    return Chapter(name=name, title=text(f"fiche.section_{name}", language), blocks=blocks)


def table(
    header: Sequence[str],
    rows: Sequence[tuple[Cell, ...]],
    widths: tuple[float, ...],
    language: str,
    n_left: int = 0,
    *,
    at: int = 0,
) -> TableBlock:
    """A table below column titles of the catalogue.

    Parameters
    ----------
    header : last words of the titles' keys ``fiche.column_…``.
    widths : of the columns in mm: their shares of the page.
    n_left, at : how many more rows there are than are shown, and the column that says so.
    """
    titles = tuple(text(f"fiche.column_{name}", language) for name in header)
    rest = more_row(n_left, len(header), language, at=at)
    return TableBlock(caption="", header=titles, rows=(*rows, *rest), widths=widths)


def warnings(
    state: JointState, language: str, project: str | None = None
) -> list[tuple[str, Cell]]:
    """Facts to know before anybody signs: two histories shown, entries that wait, doubles.

    Parameters
    ----------
    project : whose doubles are named; None for those of all.
    """
    label_ = text("fiche.warning", language)
    found = []
    for proof in state.equivocations:
        words = text(
            "fiche.equivocation",
            language,
            side=side_name(state, proof.side, language),
            n=proof.seq,
            first=fingerprint(proof.first),
            second=fingerprint(proof.second),
        )
        found.append((label_, Cell(text=words, sign="red")))
    if state.parked:
        words = plural("fiche.parked", len(state.parked), language)
        found.append((label_, Cell(text=words, sign="amber")))
    for key, parameters in state.checks:
        if key == duplicates.DUPLICATE and project in {
            None,
            parameters["project"],
            parameters["other"],
        }:
            words = reason_in_words(state, key, parameters, language)
            found.append((label_, Cell(text=words, sign="amber")))
    return found[:_MOST_WARNINGS]


def form_warnings(
    state: JointState, project: ProjectState, language: str
) -> list[tuple[str, Cell]]:
    """Parts of a project and its commitments that break the rules of form; they stand escaped."""
    promises = [state.commitments[one] for one in project.commitments if one in state.commitments]
    entries = [one.entry for one in project.revisions]
    entries += [one.entry for one in (*project.claims, *project.reports, *project.documents)]
    entries += [one.entry for promise in promises for one in promise.revisions]
    found = form_problems(state, entries, language)
    label_ = text("fiche.warning", language)
    shown = [clipped(plain(one), 240, language) for one in found[:_MOST_WARNINGS]]
    if len(found) > len(shown):
        shown.append(plural("fiche.more", len(found) - len(shown), language))
    return [(label_, Cell(text=one, sign="red")) for one in shown]


def ordered_promises(state: JointState, project: ProjectState) -> list[CommitmentState]:
    """Promises of a project: those that are late or in dispute first, then by their last day."""
    found = [state.commitments[name] for name in project.commitments if name in state.commitments]
    urgency = ("overdue", "disputed", "claimed_met", "open", "offered", "accepted")

    def place(promise: CommitmentState) -> tuple[int, str, str]:
        text_ = promise.core
        return urgency.index(promise.status), text_.due.last if text_.due else "9999", text_.id

    return sorted(found, key=place)


def promises(
    state: JointState, project: ProjectState, language: str, limits: SheetLimits
) -> Chapter:
    """Who owes what to whom by when, and how it stands."""
    found = ordered_promises(state, project)
    if not found:
        return section("promises", language, Paragraph(text=text("fiche.no_promises", language)))
    shown, n_left = shortened(found, limits.of())
    rows = []
    for n, promise in enumerate(shown, start=1):
        core = promise.core
        what = said(core.text, language, limits.letters).cell()
        sides = debt_in_words(state, core.debtor, core.creditor, language)
        due = interval_in_words(core.due, language)
        rows.append(
            (
                Cell(text=str(n)),
                what,
                Cell(text=sides),
                Cell(text=due),
                Cell(text=code_name("strength", core.strength, language)),
                promise_standing(promise, language),
            )
        )
    header = ("number", "promise", "who_to_whom", "due", "strength", "standing")
    promised = table(header, rows, (7, 58, 31, 33, 22, 33), language, n_left, at=1)
    return section("promises", language, promised)


def promise_standing(promise: CommitmentState, language: str) -> Cell:
    """How a promise stands, how late it is, how often its date moved, what carries it on."""
    parts = [code_name("commitment", promise.status, language)]
    if promise.days_late > 0:
        parts.append(plural("fiche.days_late", promise.days_late, language))
    if promise.slips:
        parts.append(plural("fiche.slips", len(promise.slips), language))
    if promise.carried_by:
        parts.append(text("fiche.carried_by", language, id=label(promise.carried_by, language)))
    return Cell(text="; ".join(parts), sign=_SIGNS[promise.status])


def questions(
    state: JointState, project: ProjectState, language: str, limits: SheetLimits
) -> Chapter:
    """What nobody has said yet, question by question, with the promises that it touches."""
    core = project.core
    asked: dict[str, list[str]] = {
        name: [text("fiche.the_project", language)] for name in core.open_questions
    }
    for n, promise in enumerate(ordered_promises(state, project), start=1):
        for name in promise.core.open_questions:
            asked.setdefault(name, []).append(text("fiche.promise_n", language, n=n))
    if not asked:
        return section("questions", language, Paragraph(text=text("fiche.no_questions", language)))
    shown, n_left = shortened(list(asked.items()), limits.of(0.6))
    items = [
        text(
            "fiche.question",
            language,
            question=code_name("question", name, language),
            about=clipped(names(about, language), limits.letters, language),
        )
        for name, about in shown
    ]
    items += [plural("fiche.more", n_left, language)] if n_left else []
    return section("questions", language, Bullets(items=tuple(items)))


def figures(
    state: JointState, project: ProjectState, language: str, limits: SheetLimits
) -> tuple[Chapter, ...]:
    """Figures that contradict one another side by side, then all others with who says them."""
    core = project.core
    torn = [found for found in state.contradictions if found.project == core.id]
    entries = [saying.entry for found in torn for saying in found.claims]
    others = [saying for saying in project.claims if saying.entry not in entries]
    checks = checked(state, core.id, language)
    found: list[Chapter] = []
    if torn:
        shown, n_left = shortened(torn, limits.of(0.6))
        width = n_side_by_side(torn)
        rows = [torn_row(state, entry, width, language, limits) for entry in shown]
        header = ("figure", *SAYERS[:width])
        widths = (28, *([156 / width] * width))
        side_by_side = table(header, rows, widths, language, n_left)
        found.append(section("contradictions", language, side_by_side, *checks))
    elif checks:
        found.append(section("contradictions", language, *checks))
    if others:
        found.append(section("figures", language, _said_figures(state, others, language, limits)))
    return tuple(found)


def n_side_by_side(torn: Sequence[Contradiction]) -> int:
    """How many columns the claims of some contradictions need."""
    return min(max(len(entry.claims) for entry in torn), len(SAYERS))


def checked(state: JointState, project: str | None, language: str) -> tuple[Block, ...]:
    """Figures of a project, or of all, that cannot stand together though each may."""
    found = [
        reason_in_words(state, key, parameters, language)
        for key, parameters in state.checks
        if key != duplicates.DUPLICATE and project in {None, parameters.get("project")}
    ]
    return (Bullets(items=tuple(found)),) if found else ()


def torn_row(
    state: JointState, torn: Contradiction, width: int, language: str, limits: SheetLimits
) -> tuple[Cell, ...]:
    """A contradiction as one row: the figure, then each claim with its source in a cell."""
    claims = torn.claims
    shown = [
        Cell(text=_claim_with_source(state, saying, language, limits)) for saying in claims[:width]
    ]
    if len(claims) > width:
        rest = plural("fiche.more", len(claims) - width, language)
        shown[-1] = Cell(text=f"{shown[-1].text}; {rest}")
    shown += [Cell(text="")] * (width - len(shown))
    return (Cell(text=code_name("field", torn.field, language), sign="amber"), *shown)


def _claim_with_source(
    state: JointState, saying: Saying, language: str, limits: SheetLimits
) -> str:
    return text(
        "fiche.value_according_to",
        language,
        value=saying_value(saying, language, limits.letters),
        source=_according_to(state, saying, language, limits),
    )


def _according_to(state: JointState, saying: Saying, language: str, limits: SheetLimits) -> str:
    claim = cast("Claim", saying.body)
    most = max(40, min(120, limits.letters // 2))
    who = said(claim.said_by, language, most).text or side_name(state, saying.side, language)
    source = source_in_words(claim.source, language, most)
    said_by = f"{who} ({source})" if source else who
    return text("fiche.disputed", language, who=said_by) if saying.disputed else said_by


def _said_figures(
    state: JointState, claims: list[Saying], language: str, limits: SheetLimits
) -> TableBlock:
    rows, n_left = shortened(_alike(state, claims, language, limits), limits.of(0.8))
    header = ("figure", "value", "according_to")
    return table(header, rows, (60, 42, 82), language, n_left)


def _alike(
    state: JointState, claims: list[Saying], language: str, limits: SheetLimits
) -> list[tuple[Cell, ...]]:
    """One row for each figure and value, with all who say so; what merely happened comes last."""

    def place(saying: Saying) -> tuple[bool, str, str]:
        field = cast("Claim", saying.body).field
        return field.startswith("event_"), field, saying.entry

    found: dict[tuple[Cell, str], list[Saying]] = {}
    for saying in sorted(claims, key=place):
        name = saying_name(saying, language, limits.letters).cell()
        value = saying_value(saying, language, limits.letters)
        found.setdefault((name, value), []).append(saying)
    rows: list[tuple[Cell, ...]] = []
    for (name, value), sayings in found.items():
        heard, n_left = shortened(sayings, len(SAYERS))
        who = [_according_to(state, saying, language, limits) for saying in heard]
        who += [plural("fiche.more", n_left, language)] if n_left else []
        source = cast("Claim", sayings[0].body).source
        links = address_of(source) if len(sayings) == 1 else ()
        rows.append((name, Cell(text=value), Cell(text="; ".join(who), links=links)))
    return rows


def dependencies(
    state: JointState, project: ProjectState, language: str, limits: SheetLimits
) -> tuple[Chapter, ...]:
    """What the project hangs on, and what hangs on it."""
    core = project.core
    items = [
        text(
            f"fiche.depends_{dependency.kind}",
            language,
            project=_named(state, dependency.project, language, limits),
        )
        for dependency in core.dependencies
    ]
    for name in sorted(state.projects):
        other = state.projects[name].core
        items += [
            text("fiche.needed_by", language, project=_named(state, name, language, limits))
            for dependency in other.dependencies
            if dependency.project == core.id and dependency.kind == "requires"
        ]
    if not items:
        return ()
    shown, n_left = shortened(items, limits.of(0.5))
    rest = [plural("fiche.more", n_left, language)] if n_left else []
    return (section("dependencies", language, Bullets(items=(*shown, *rest))),)


def _named(state: JointState, name: str, language: str, limits: SheetLimits) -> str:
    if name not in state.projects:
        return label(name, language)
    other = state.projects[name]
    title = title_of(other.core, language, min(limits.letters, 120)).text
    stage = code_name("lifecycle", other.lifecycle, language)
    return text("fiche.project_named", language, id=label(name, language), title=title, stage=stage)


def history(
    state: JointState, project: ProjectState, language: str, limits: SheetLimits
) -> Chapter:
    """Who offered and who signed which text when, and what meetings decided: newest last."""
    core = project.core
    rows = [
        (revision.at, _revision_row(state, revision, language)) for revision in project.revisions
    ]
    for change in state.history:
        if change.project != core.id:
            continue
        what = text(
            "fiche.decided" if change.is_agreed else "fiche.decision_offered",
            language,
            action=code_name("action", change.action, language),
            reason=said(change.reason, language, limits.letters).text or "–",
        )
        row = (
            Cell(text=date_in_words(change.date, language)),
            Cell(text=what),
            Cell(text=""),
            Cell(text=fingerprint(change.entry), is_code=True),
        )
        rows.append((change.date, row))
    if not rows and not project.steps:
        return section("history", language, Paragraph(text=text("fiche.no_history", language)))
    rows += [(step.at, _step_row(state, step, language)) for step in project.steps]
    rows.sort(key=lambda row: row[0][:10])
    most = limits.of(0.6)
    left = max(0, len(rows) - most) if len(rows) > most + 1 else 0
    header = ("date", "step", "answer", "fingerprint")
    mention = Cell(text=plural("fiche.earlier", left, language))
    earlier = ((Cell(text=""), mention, Cell(text=""), Cell(text="")),)
    shown = (*(earlier if left else ()), *(row for _, row in rows[left:]))
    return section("history", language, table(header, shown, (30, 64, 64, 26), language))


def _revision_row(state: JointState, revision: Revision, language: str) -> tuple[Cell, ...]:
    offered = text(
        "fiche.offered",
        language,
        n=revision.number,
        by=side_name(state, revision.side, language),
    )
    return (
        Cell(text=date_in_words(revision.at, language)),
        Cell(text=offered),
        Cell(text=_answer(state, revision, language)),
        Cell(text=fingerprint(revision.core_hash), is_code=True),
    )


def _step_row(state: JointState, step: Step, language: str) -> tuple[Cell, ...]:
    stage = code_name("lifecycle", step.to, language)
    missing = [text(key, language) for key in step.missing]
    key = "fiche.step_incomplete" if missing else "fiche.step"
    what = text(key, language, stage=stage, missing=names(missing, language))
    sides = [side_name(state, side, language) for side in step.sides]
    return (
        Cell(text=date_in_words(step.at, language)),
        Cell(text=what),
        Cell(text=names(sides, language)),
        Cell(text=fingerprint(step.entry), is_code=True),
    )


def _answer(state: JointState, revision: Revision, language: str) -> str:
    other: Side = SIDES[1 - SIDES.index(revision.side)]
    name = side_name(state, other, language)
    if revision.countersigned:
        if not revision.countersigned_at:
            return text("fiche.signed", language, by=name)
        date = date_in_words(revision.countersigned_at, language)
        return text("fiche.signed_on", language, by=name, date=date)
    return text(f"fiche.offer_{revision.status}", language, other=name)


def documents(
    state: JointState, project: ProjectState, language: str, limits: SheetLimits
) -> tuple[Chapter, ...]:
    """Files that somebody put forward, by their fingerprints."""
    if not project.documents:
        return ()
    shown, n_left = shortened(project.documents, limits.of(0.5))
    rows = []
    for saying in shown:
        document: Document = cast("Evidence", saying.body).document
        rows.append(
            (
                said(document.title, language, min(limits.letters, 160)).cell(),
                Cell(text=code_name("document", document.kind.lower(), language)),
                Cell(text=_put_forward(state, saying, language)),
                Cell(text=fingerprint(document.sha256), is_code=True),
            )
        )
    header = ("document", "document_kind", "put_by", "fingerprint")
    listed = table(header, rows, (64, 34, 60, 26), language, n_left)
    return (section("documents", language, listed),)


def _put_forward(state: JointState, saying: Saying, language: str) -> str:
    key = "fiche.put"
    if saying.accepted:
        key = "fiche.put_accepted"
    elif saying.disputed:
        key = "fiche.put_disputed"
    return text(
        key,
        language,
        side=side_name(state, saying.side, language),
        date=date_in_words(saying.at, language),
    )


def value_in_words(state: JointState, project: ProjectState, language: str) -> str:
    """What the project is worth, by side, and whether the other side ran it again; empty for none.

    Of several appraisals the newest that was run again is told, else the newest.
    """
    worth = [one for one in project.appraisals if JOINT in _outputs(one)]
    told = [one for one in worth if one.reproduced] or worth
    if not told:
        return ""
    saying = told[-1]
    outputs = _outputs(saying)
    joint = outputs[JOINT]
    ends = msgspec.structs.replace(joint, value=None)
    words = {"value": _money(joint, language), "range": _money(ends, language)}
    parts = [text("fiche.value_joint", language, **words)]
    of_sides = {side: outputs[name] for side, name in OF_SIDE.items() if name in outputs}
    for side in SIDES:
        if side in of_sides:
            who = side_name(state, side, language)
            value = _money(of_sides[side], language)
            parts.append(text("fiche.value_of_side", language, side=who, value=value))
    if not of_sides:
        parts.append(text("fiche.value_not_split", language))
    key = "fiche.value_reproduced" if saying.reproduced else "fiche.value_not_reproduced"
    by, other = (side_name(state, one, language) for one in (saying.side, OTHER_SIDE[saying.side]))
    value = text(key, language, value="; ".join(parts), side=by, other=other)
    basis = saying.body.basis if isinstance(saying.body, Appraisal) else None
    if basis is None or not basis.is_own_year:
        return value
    year = str(min(basis.years, default=basis.first_year))
    return text("fiche.value_one_year", language, value=value, year=year)


def _money(quantity: Quantity, language: str) -> str:
    """A computed amount in its largest unit with two decimals: more of it nobody knows."""
    ends = {name: _rounded(getattr(quantity, name)) for name in ("low", "value", "high")}
    figure = msgspec.structs.replace(quantity, **ends, basis="declared", price_year=None)
    return quantity_in_words(figure, language)


def _rounded(written: str | None) -> str | None:
    if written is None or not written.lstrip("-").isdecimal():
        return written
    digits = len(written.lstrip("-"))
    step = 7 if digits > 9 else 4 if digits > 6 else 0
    return str(round(int(written), -step))


def _outputs(saying: Saying) -> Mapping[str, Quantity]:
    return saying.body.outputs if isinstance(saying.body, Appraisal) else {}
