"""The joint list as CSV tables for people and their spreadsheets: names beside every code.

Knows rows and columns of the list's state; knows nothing of reading them back (`list_sheet` does
that). A text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, get_args

from keruen.domain.joint import Claim, Interval, Lifecycle, MText, Quantity, Source
from keruen.domain.joint_state import JointState, Revision, Saying
from keruen.formats.list_columns import BASES, KINDS, SIDES, STRENGTHS, titles
from keruen.formats.list_content import Say, in_language
from keruen.tabular.letters import escaped, escaped_id

BYTE_ORDER_MARK: Final = "\ufeff"
"""Tells spreadsheets that the letters are UTF-8."""

_SEMICOLON: Final = frozenset({"kk", "ru"})
"""Languages whose spreadsheets part fields by semicolons, the comma being the decimal sign."""

_LIFECYCLES: Final = titles("lifecycle", *get_args(Lifecycle))
_STATUSES: Final = titles(
    "status", "offered", "open", "overdue", "claimed_met", "accepted", "disputed"
)
_LIGHTS: Final = titles("light", "green", "amber", "red", "grey")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")

_DIGITS: Final = 12
"""So much of an entry's id names it in a check."""

Cells = dict[tuple[str, str], str]
"""One row: catalogue keys of a column's title and part → what stands there."""


def list_tables(state: JointState, *, language: str, say: Say) -> Mapping[str, bytes]:
    """The list, its commitments and its claims, each as a CSV file.

    Parameters
    ----------
    state : JointState
        The joint list on a day.
    language : str
        Of titles, names and texts.
    say : Say
        Words of a catalogue key in a language (`keruen.i18n.text`).

    Returns
    -------
    Mapping[str, bytes]
        File name → UTF-8 with a byte order mark; the same for the same arguments.
    """
    words = _Words(state, language, say)
    return {
        "list.csv": _file(words, [words.project(name) for name in sorted(state.projects)]),
        "commitments.csv": _file(
            words, [words.commitment(name) for name in sorted(state.commitments)]
        ),
        "claims.csv": _file(words, [words.claim(said) for said in _claims(state)]),
    }


def plain_csv(heads: Sequence[str], rows: Sequence[Sequence[str]], language: str) -> bytes:
    """A table as CSV for the spreadsheets of a language, nothing in it a formula.

    Parameters
    ----------
    heads, rows : titles of the columns, then as many words in each row.
    """
    written = io.StringIO(newline="")
    mark = ";" if language in _SEMICOLON else ","
    table = csv.writer(written, delimiter=mark, lineterminator="\r\n")
    table.writerow(heads)
    table.writerows([[_safe(word) for word in row] for row in rows])
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def _claims(state: JointState) -> Iterator[Saying]:
    """Every claim once, those of the list as a whole first."""
    found: dict[str, Saying] = {}
    for said in (
        *state.claims,
        *(one for _, p in sorted(state.projects.items()) for one in p.claims),
    ):
        if isinstance(said.body, Claim):
            found.setdefault(said.entry, said)
    yield from found.values()


def _file(words: _Words, rows: list[Cells]) -> bytes:
    columns = list(rows[0]) if rows else []
    heads = [words.title(*column) for column in columns]
    return plain_csv(heads, [[row[column] for column in columns] for row in rows], words.language)


def _safe(text: str) -> str:
    """The text as a spreadsheet shows it: never a formula, never a broken row."""
    flat = escaped(text)
    is_formula = re.match(r"'*[=+\-@\t\r|]", flat) and not _NUMBER.fullmatch(flat)
    return f"'{flat}" if is_formula else flat


def _form_problems(state: JointState) -> Iterator[tuple[str, str]]:
    """Beginning of an entry's id, and the field of it that breaks the rules of form."""
    for key, parameters in state.checks:
        if key.partition(".")[2].startswith("content_"):
            entry, _, field = str(parameters["place"]).partition(" ")[2].partition(": ")
            yield entry, f"{field} ({parameters.get('code') or parameters.get('found', '')})"


class _Words:
    """Rows of one list in one language."""

    def __init__(self, state: JointState, language: str, say: Say) -> None:
        self.state = state
        self.language = language
        self.say = say
        self.wrong = list(_form_problems(state))

    def title(self, title: str, part: str) -> str:
        """The title of a column."""
        words = self.say(title, self.language)
        return f"{words}: {self.say(part, self.language)}" if part else words

    def _text(self, text: MText | None) -> str:
        return in_language(text, self.language)

    def _coded(self, title: str, code: str | None, names: Mapping[str, str]) -> Cells:
        """A code, and its name beside it."""
        name = self.say(names[code], self.language) if code else ""
        return {(title, "sheets.part_code"): code or "", (title, "sheets.part_name"): name}

    def _side(self, title: str, side: str | None) -> Cells:
        cells = self._coded(title, side, SIDES)
        named = self._text(self.state.side_names.get(side or ""))
        return {**cells, (title, "sheets.part_name"): named or cells[title, "sheets.part_name"]}

    def _yes(self, is_so: bool) -> str:
        return self.say("sheets.answer_yes" if is_so else "sheets.answer_no", self.language)

    def _quantity(self, title: str, quantity: Quantity | None) -> Cells:
        parts = ("value", "low", "high", "unit", "currency", "price_year", "as_of")
        cells = {
            (title, f"sheets.part_{part}"): str(getattr(quantity, part, None) or "")
            for part in parts
        }
        basis = "" if quantity is None else quantity.basis
        name = self.say(BASES[basis], self.language) if basis else ""
        return {**cells, (title, "sheets.part_basis"): name}

    def _source(self, source: Source | None) -> Cells:
        parts = ("document", "date", "page", "address", "quote")
        return {
            ("sheets.column_source", f"sheets.part_{part}"): getattr(source, part, "")
            for part in parts
        }

    def _form(self, shown: Iterable[Revision | Saying]) -> Cells:
        """What breaks the rules of form in what is shown; a column only where something does."""
        if not self.wrong:
            return {}
        named = {one.entry[:_DIGITS] for one in shown}
        places = [words for entry, words in self.wrong if entry in named]
        return {("sheets.column_form", ""): "; ".join(dict.fromkeys(places))}

    def _due(self, due: Interval | None) -> Cells:
        return {
            ("sheets.column_due_first", ""): due.first if due else "",
            ("sheets.column_due_last", ""): due.last if due else "",
        }

    def _project_named(self, name: str) -> Cells:
        found = self.state.projects.get(name)
        title = self._text((found.agreed or found.latest).title) if found else ""
        return {
            ("sheets.column_project", "sheets.part_code"): escaped_id(name),
            ("sheets.column_project", "sheets.part_name"): title,
        }

    def project(self, name: str) -> Cells:
        """One row of the list."""
        found = self.state.projects[name]
        core = found.agreed or found.latest
        return {
            ("sheets.column_id", ""): escaped_id(name),
            ("sheets.column_title", ""): self._text(core.title),
            **self._coded("sheets.column_kind", core.kind, KINDS),
            **self._coded("sheets.column_stage", found.lifecycle, _LIFECYCLES),
            ("sheets.column_listed", ""): self._yes(found.is_listed),
            ("sheets.column_signed", ""): self._yes(found.agreed is not None),
            **self._coded("sheets.column_light", found.health.light, _LIGHTS),
            ("sheets.column_lead_a", ""): self._text(core.lead_a.name if core.lead_a else None),
            ("sheets.column_lead_b", ""): self._text(core.lead_b.name if core.lead_b else None),
            **self._quantity("sheets.column_budget", core.budget),
            ("sheets.column_n_commitments", ""): str(len(found.commitments)),
            **self._source(core.source),
            **self._form(found.revisions),
        }

    def commitment(self, name: str) -> Cells:
        """One row of the commitments."""
        found = self.state.commitments[name]
        core = found.agreed or found.latest
        return {
            ("sheets.column_id", ""): escaped_id(name),
            **self._project_named(core.project),
            ("sheets.column_commitment", ""): self._text(core.text),
            **self._side("sheets.column_debtor", core.debtor),
            ("sheets.column_debtor_office", ""): self._text(core.debtor_office),
            **self._side("sheets.column_creditor", core.creditor),
            **self._coded("sheets.column_strength", core.strength, STRENGTHS),
            **self._due(core.due),
            **self._coded("sheets.column_status", found.status, _STATUSES),
            ("sheets.column_days_late", ""): str(found.days_late),
            ("sheets.column_signed", ""): self._yes(found.agreed is not None),
            **self._quantity("sheets.column_quantity", core.quantity),
            **self._source(core.source),
            **self._form(found.revisions),
        }

    def claim(self, said: Saying) -> Cells:
        """One row of the claims."""
        body = said.body
        assert isinstance(body, Claim), "a claim that is none"
        return {
            ("sheets.column_id", ""): escaped_id(body.id),
            **self._project_named(body.project),
            ("sheets.column_field", ""): body.field,
            **self._side("sheets.column_entered_by", said.side),
            **self._quantity("sheets.column_quantity", body.quantity),
            **self._due(body.interval),
            ("sheets.column_claim", ""): self._text(body.text),
            ("sheets.column_said_by", ""): self._text(body.said_by),
            **self._source(body.source),
            ("sheets.column_accepted", ""): self._yes(bool(said.accepted)),
            ("sheets.column_disputed", ""): self._yes(bool(said.disputed)),
            ("sheets.column_entry", ""): said.entry,
            **self._form([said]),
        }
