"""The words of the joint list: what two sides offer, sign, claim and report.

Every record is frozen and closed: a key that is not named here is refused when a record is read
from outside. Decimal figures are strings (``"63.8"``), so that a signature never depends on how a
machine writes a fraction. Dates are ISO 8601 days. No logic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from keruen.domain.languages import Language
from keruen.domain.untyped import JsonTable

Side = Literal["A", "B"]
SIDES: Final[tuple[Side, Side]] = ("A", "B")
"""Both sides in the order in which everything of both is told: A first."""
OTHER_SIDE: Final[Mapping[Side, Side]] = {"A": "B", "B": "A"}
"""Side → the side across the table."""

TextState = Literal["draft", "machine", "checked_by_A", "checked_by_B", "authentic"]
SubjectKind = Literal["charter", "project", "commitment", "decision", "transition"]
"""What can be agreed: each has revisions, each revision one core."""

Strength = Literal["binding", "memorandum", "protocol", "statement", "press"]
Basis = Literal["declared", "measured", "computed", "assumed"]
ProjectKind = Literal["infrastructure", "trade", "technology", "service"]
Lifecycle = Literal[
    "idea",
    "proposed",
    "under_review",
    "agreed",
    "in_preparation",
    "prepared",
    "financed",
    "in_construction",
    "built",
    "operating",
    "closed",
    "suspended",
    "deferred",
    "cancelled",
    "dropped",
]
ListAction = Literal["include", "drop", "split", "merge", "defer"]
DependencyKind = Literal["requires", "excludes", "synergy", "shares_capacity", "substitutes"]


class _Word(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of every record: frozen, named fields only, nothing unknown, defaults left unwritten."""


class Words(_Word, frozen=True, kw_only=True):
    """One language of a text.

    `follows` is the fingerprint of all authentic texts that this one was last compared with
    (`register.texts`): when they change, this language is *behind* until it is confirmed again.
    """

    text: str
    state: TextState = "draft"
    follows: str = ""


class MText(_Word, frozen=True, kw_only=True):
    """A text in several languages; `authentic` names those that the sides sign as originals."""

    kk: Words | None = None
    ru: Words | None = None
    zh: Words | None = None
    en: Words | None = None
    authentic: tuple[Language, ...] = ()


class Source(_Word, frozen=True, kw_only=True):
    """Where a statement was read.

    Parameters
    ----------
    document : title of the document or page, as published.
    address : where it can be read; empty when on paper only.
    sha256 : fingerprint of a kept copy among the files; empty when none is kept.
    quote : a short literal excerpt, in the document's `language`.
    date : day of publication, or only its year or month (``2025``, ``2025-08``).
    """

    document: str
    address: str = ""
    sha256: str = ""
    quote: str = ""
    language: str = ""
    page: str = ""
    date: str = ""


class Quantity(_Word, frozen=True, kw_only=True):
    """A figure about the world, never bare.

    Parameters
    ----------
    value, low, high : decimal strings; at least one is given.
    unit : what is counted: ``container/yr``, ``t/yr``, ``ha``, ``KZT``.
    currency, price_year, tax_included : for money.
    """

    value: str | None = None
    low: str | None = None
    high: str | None = None
    unit: str
    currency: str = ""
    price_year: int | None = None
    tax_included: bool | None = None
    basis: Basis = "declared"
    as_of: str = ""
    side: Side | None = None
    source: Source | None = None


class Interval(_Word, frozen=True, kw_only=True):
    """Days from first to last, both included: "end of 2027" is 2027-10-01 … 2027-12-31."""

    first: str
    last: str


class Organisation(_Word, frozen=True, kw_only=True):
    """An office, never a person."""

    name: MText
    side: Side | None = None
    roles: tuple[str, ...] = ()
    identifier: str = ""


class Identifier(_Word, frozen=True, kw_only=True):
    """A number that some list outside gives a project."""

    scheme: str
    id: str
    side: Side | None = None


class Location(_Word, frozen=True, kw_only=True):
    """A place; `geometry` is GeoJSON with longitude first, `twin_node` one of the digital twin."""

    name: MText
    geometry: JsonTable | None = None
    twin_node: str = ""


class Dependency(_Word, frozen=True, kw_only=True):
    """How a project hangs on another."""

    kind: DependencyKind
    project: str
    reason: MText | None = None


class Risk(_Word, frozen=True, kw_only=True):
    """What may go wrong and what is done about it."""

    category: str
    cause: MText
    probability: Quantity | None = None
    impact: MText | None = None
    response: MText | None = None
    side: Side | None = None


class Benefit(_Word, frozen=True, kw_only=True):
    """Who gains what."""

    who: MText
    amount: Quantity | None = None


class Finance(_Word, frozen=True, kw_only=True):
    """One source of money."""

    source: MText
    kind: str
    amount: Quantity
    side: Side | None = None
    conditions: MText | None = None


class Effect(_Word, frozen=True, kw_only=True):
    """What a project changes in a scenario: a case of it, or a case file of its own."""

    scenario: str
    case: str = ""
    file: str = ""
    sha256: str = ""


class Document(_Word, frozen=True, kw_only=True):
    """A file by its fingerprint; `kind` is an OC4IDS document type."""

    sha256: str
    kind: str
    title: MText
    language: str = ""
    size: int = 0
    address: str = ""
    is_authentic: bool = False


class Project(_Word, frozen=True, kw_only=True):
    """The core of a project: what changes only when both sides sign."""

    id: str
    title: MText
    description: MText | None = None
    purpose: MText | None = None
    kind: ProjectKind
    sectors: tuple[str, ...] = ()
    lead_a: Organisation | None = None
    lead_b: Organisation | None = None
    parties: tuple[Organisation, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    locations: tuple[Location, ...] = ()
    baseline: dict[str, Interval] = {}
    budget: Quantity | None = None
    finance: tuple[Finance, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    risks: tuple[Risk, ...] = ()
    effect: Effect | None = None
    source: Source | None = None
    open_questions: tuple[str, ...] = ()
    """Names of what nobody has said yet: who, when, how_much, where, who_pays."""


class Commitment(_Word, frozen=True, kw_only=True):
    """Who owes what to whom by when."""

    id: str
    project: str = ""
    text: MText
    debtor: Side | None = None
    debtor_office: MText | None = None
    creditor: Side | None = None
    strength: Strength
    due: Interval | None = None
    condition: MText | None = None
    quantity: Quantity | None = None
    source: Source | None = None
    open_questions: tuple[str, ...] = ()


class Lights(_Word, frozen=True, kw_only=True):
    """Limits of the traffic light, signed by both sides in the charter.

    `*_days` are days, shares are decimal strings of one (``"0.20"``).
    """

    red_late_days: int = 90
    amber_late_days: int = 30
    red_cost_share: str = "0.20"
    amber_cost_share: str = "0.10"
    red_loss_probability: str = "0.5"
    amber_loss_probability: str = "0.25"
    red_dispute_days: int = 60
    grey_silence_days: int = 120


class Charter(_Word, frozen=True, kw_only=True):
    """The rules of the list that both sides sign."""

    id: str = "charter"
    title: MText
    lights: Lights = Lights()
    authentic: tuple[Language, ...] = ("kk", "ru", "zh")
    notice_days: int = 90


class DecisionItem(_Word, frozen=True, kw_only=True):
    """What was decided of one project; `into` names the projects it was split or merged into.

    `mapping` says for every open commitment of a split or merged project which commitment of the
    new ones carries it on: none may vanish.
    """

    project: str
    action: ListAction
    into: tuple[str, ...] = ()
    mapping: dict[str, str] = {}
    reason: MText
    reason_a: MText | None = None
    reason_b: MText | None = None
    review: str = ""


class Decision(_Word, frozen=True, kw_only=True):
    """What a meeting decided about the list."""

    id: str
    meeting: MText
    date: str
    minutes_sha256: str = ""
    items: tuple[DecisionItem, ...]


class Transition(_Word, frozen=True, kw_only=True):
    """A step of a project's life that needs a gate's evidence."""

    id: str
    project: str
    to: Lifecycle
    evidence: tuple[str, ...] = ()
    reason: MText | None = None
    review: str = ""


class Claim(_Word, frozen=True, kw_only=True):
    """What one side says, with its source; kept beside what contradicts it."""

    id: str
    project: str = ""
    field: str
    quantity: Quantity | None = None
    interval: Interval | None = None
    text: MText | None = None
    source: Source
    said_by: MText | None = None
    valid: Interval | None = None


class Evidence(_Word, frozen=True, kw_only=True):
    """A file that shows something; `claims_met`: the debtor says that the commitment is kept."""

    id: str
    about: str
    about_kind: SubjectKind
    document: Document
    claims_met: bool = False


class Report(_Word, frozen=True, kw_only=True):
    """Progress of one project in one quarter, as one side sees it.

    `quarter` is ``2026Q3``. `milestones` gives each commitment's share done as a decimal string.
    """

    project: str
    quarter: str
    summary: MText
    milestones: dict[str, str] = {}
    spend: Quantity | None = None
    forecast_cost: Quantity | None = None
    forecast: dict[str, Interval] = {}
    metrics: dict[str, Quantity] = {}
    risks: tuple[Risk, ...] = ()


class SignedPlan(_Word, frozen=True, kw_only=True):
    """The planned week of some projects that were built in a run, as it went into it.

    Parameters
    ----------
    built : keys of projects in the scenario's list, sorted; none: the base.
    week_sha256 : fingerprint of the week's text, which is in the file of all plans.
    cost, bound : a week, in US dollars of 2025: the least that carriage by the trains of this week
        costs, and what no week costs less than. Both can be reckoned again in a second.
    """

    built: tuple[str, ...] = ()
    week_sha256: str
    cost: Quantity
    bound: Quantity


class AppraisalBasis(_Word, frozen=True, kw_only=True):
    """From what and how an appraisal was computed: all that another installation needs.

    Parameters
    ----------
    form : version of this record; 2, because appraisals without a basis were the first.
    scenario, cases : the packaged scenario, or the name of its folder; in which cases.
    list_sha256 : of the scenario's list of projects, with terms, years and other ways.
    key : the project, as the list calls it.
    together : keys of the list with which it was appraised; none: with all.
    code_sha256 : of all code that can change a figure.
    run_by : side that ran it.
    price_year, first_year, n_years : of prices; of the account.
    years : in which the corridor was looked at.
    rates : ``common``, and ``A`` and ``B`` where a side signed its own; a year.
    sides : who pays or gains → ``A``, ``B`` or ``third``.
    draws : of the figures.
    most_played, days : coalitions that the twin plays at most; measured days of a run, 0 for all.
    is_own_year : only the scenario's own year was looked at, and holds for all years.
    plans : planned weeks that went into the runs.
    plans_sha256 : the file with their texts, which travels with the entry; empty where none was
        played.
    """

    form: int = 2
    scenario: str
    cases: tuple[str, ...] = ()
    list_sha256: str
    key: str
    together: tuple[str, ...] = ()
    code_sha256: str
    run_by: Side
    price_year: int
    first_year: int
    n_years: int
    years: tuple[int, ...]
    rates: dict[str, Quantity]
    sides: dict[str, str]
    draws: int
    most_played: int
    days: int = 0
    is_own_year: bool = False
    plans: tuple[SignedPlan, ...] = ()
    plans_sha256: str = ""


class OwnSeed(_Word, frozen=True, kw_only=True):
    """The same with luck of one's own: what only somebody who ran it can tell."""

    seed: int
    outputs_sha256: str
    outputs: dict[str, Quantity]


class Appraisal(_Word, frozen=True, kw_only=True):
    """What a project is worth, computed; re-run by the other side or not.

    Parameters
    ----------
    inputs_sha256, outputs_sha256 : let two installations compare what they computed.
    outputs : by the names of `domain.appraised`.
    reproduces : entry of the other side that was run again.
    basis : from what and how; none in entries of the first form, which open no gate.
    own_seed : of a reproduction: the same by a seed of its author.
    """

    id: str
    projects: tuple[str, ...]
    model: str
    scenario_digest: str
    inputs_sha256: str
    outputs_sha256: str
    seed: int
    n_runs: int
    outputs: dict[str, Quantity] = {}
    reproduces: str = ""
    basis: AppraisalBasis | None = None
    own_seed: OwnSeed | None = None
