"""The joint list as a workbook that an office can fill, and back into records.

Knows projects, commitments and claims in rows; knows nothing of entries and signatures. A text that
was written or changed in the sheet is a draft that follows nothing yet: `register` completes it.
What a record holds that has no column (risks, finance, places, states of texts) goes along in a
hidden sheet and comes back unless its row was deleted, so that writing and reading changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from keruen.domain.languages import LANGUAGES
from keruen.domain.untyped import JointRecord, JsonTable, JsonValue
from keruen.errors import Problem, RegisterError
from keruen.formats.cells import tidy
from keruen.formats.list_columns import FIELDS, MORE, READABLE, RECORDS, SHEETS, Field
from keruen.formats.list_content import Content, Say
from keruen.formats.sheets import KEPT, FilledSheets, Row, Table, read_sheets
from keruen.formats.workbooks import MOST_LETTERS, shown, workbook
from keruen.tabular.letters import escaped, escaped_id, foreign_letters, latin_twin

Document = JsonTable
Kept = dict[tuple[str, str], list[Document]]
"""By sheet and number, the records that went out under it."""

_SIDE_OF: Final = {"lead_a": "A", "lead_b": "B"}
_IDS: Final = frozenset({("id",), ("project",)})
"""Columns with ids: what is taken for another letter there is shown by its number."""
_PART: Final = MOST_LETTERS - 1_000


def list_workbook(content: Content, *, language: str, say: Say) -> bytes:
    """The list as a workbook; of an empty `content`, a form to fill.

    Parameters
    ----------
    content : Content
        The records that fill its sheets.
    language : str
        Of titles, guide and names of codes; the texts stand in all four languages.
    say : Say
        Words of a catalogue key in a language (`keruen.i18n.text`).

    Returns
    -------
    bytes
        The file; the same for the same arguments.
    """
    documents = {
        "projects": [_plain(record) for record in content.projects],
        "commitments": [_plain(record) for record in content.commitments],
        "claims": [_plain(record) for record in content.claims],
    }
    rows = {
        key: [_flat(FIELDS[key], document) for document in found]
        for key, found in documents.items()
    }
    kept = _kept_rows(documents)
    both = {**rows, **{f"{key}{MORE}": found for key, found in rows.items()}}
    return workbook(SHEETS, both, language, say, [(KEPT,), *kept] if kept else ())


def read_list(path: Path, say: Say, encoding: str = "", known: Collection[str] = ()) -> Content:
    """The records of a filled workbook, or of a CSV file with one of its sheets.

    Parameters
    ----------
    path : Path
        The workbook or CSV file.
    say : Say
        Words of a catalogue key in a language; titles and codes may be in any of the four.
    encoding : str, optional
        Of a CSV file, as of `keruen.tabular.decoded`; empty to find it out.
    known : Collection[str], optional
        Ids that the register has; they are right, whatever letters they are written in.

    Returns
    -------
    Content
        Records and notes about what was left out: sheets and columns that are not of the list.

    Raises
    ------
    InputError
        When the file as a whole cannot be read.
    RegisterError
        With everything that is wrong, cell by cell; nothing is taken from such a file.
    """
    reading = read_sheets(path, READABLE, say, encoding)
    problems = list(reading.problems)
    kept = _kept(path, reading, problems)
    tables = _together(path, reading.tables, kept, problems)
    records: dict[str, list[JointRecord]] = {key: [] for key in FIELDS}
    problems += _foreign_ids(path, tables, {*known, *_kept_ids(kept)})
    notes = list(reading.notes)
    for table in tables:
        records[table.sheet.key] += _records(path, table, kept, problems, notes)
    if not problems and not any(records.values()):
        problems.append(Problem("problem.sheet_no_rows", {"place": path.name}))
    if problems:
        raise RegisterError(tuple(problems))
    here = {
        (key, tidy(escaped_id(record.id))) for key, found in records.items() for record in found
    }
    gone = [
        Problem("problem.sheet_row_gone", {"place": path.name, "id": name})
        for key, name in kept
        if (key, name) not in here
    ]
    return Content(
        projects=tuple(records["projects"]),
        commitments=tuple(records["commitments"]),
        claims=tuple(records["claims"]),
        notes=(*notes, *gone),
    )


def _together(
    path: Path, tables: Sequence[Table], kept: Kept, problems: list[Problem]
) -> list[Table]:
    """The first sheets, each row with the further columns of its number.

    Where several rows have one number, as claims of both sides may, the first of the one sheet
    belongs to the first of the other.
    """
    more: dict[str, dict[str, list[tuple[Table, Row]]]] = {}
    for table in tables:
        kind = table.sheet.key.removesuffix(MORE)
        if kind != table.sheet.key:
            for row in table.rows:
                named = more.setdefault(kind, {}).setdefault(row.values.get("id", ""), [])
                named.append((table, row))
    first = [table for table in tables if not table.sheet.key.endswith(MORE)]
    whole: list[Table] = []
    for table in first:
        waiting = more.get(table.sheet.key, {})
        rows = [_with_more(row, waiting.get(row.values.get("id", ""), [])) for row in table.rows]
        whole.append(replace(table, rows=tuple(rows)))
    for kind, waiting in more.items():
        for name, left in waiting.items():
            # A number that nobody gave is told already, and a row that was deleted is noted.
            for table, row in left if name and (kind, name) not in kept else ():
                place = _at(path, table, row, "id")
                problems.append(Problem("problem.sheet_more_alone", {**place, "id": name}))
    return whole


def _with_more(row: Row, waiting: list[tuple[Table, Row]]) -> Row:
    """A row with the next one that waits under its number; columns of its own stay its own."""
    if not waiting:
        return row
    table, further = waiting.pop(0)
    added = [column for column in further.values if column not in row.values]
    return replace(
        row,
        values={**{column: further.values[column] for column in added}, **row.values},
        places={**{column: further.places[column] for column in added}, **row.places},
        is_sound=row.is_sound and further.is_sound,
        elsewhere=dict.fromkeys(added, table.name),
    )


def _kept_ids(kept: Kept) -> Iterator[str]:
    """Ids that went out with the workbook, of its rows and of the projects that they name."""
    for (_, name), documents in kept.items():
        yield name
        for document in documents:
            yield tidy(escaped_id(document.get("project", "")))


def _foreign_ids(path: Path, tables: Sequence[Table], known: Collection[str]) -> Iterator[Problem]:
    """Ids in letters of another alphabet: ``КН`` in Cyrillic would be a second ``KH``."""
    written = [
        (_at(path, table, row, column), row.values[column])
        for table in tables
        for row in table.rows
        for column in ("id", *(["project"] if "project" in row.places else []))
        if row.values.get(column)
    ]
    usual = {*known, *(name for _, name in written)}
    for place, name in written:
        nearest = None if name in known else latin_twin(name, usual)
        if nearest is not None:
            letters = " ".join(foreign_letters(name))
            more = {"found": name, "letters": letters, "nearest": nearest}
            key = "problem.sheet_id_letters" if nearest else "problem.sheet_id_mixed"
            yield Problem(key, {**place, **more})


def _plain(record: msgspec.Struct) -> Document:
    plain: Document = msgspec.to_builtins(record, str_keys=True)
    return plain


def _found(field: Field, document: Mapping[str, JsonValue]) -> str:
    """What a column says of a record; empty when the record says nothing there."""
    value: JsonValue = document
    for name in (*field.path, "text") if field.is_words else field.path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict):
        return f"{value['first']}/{value['last']}" if {"first", "last"} <= value.keys() else ""
    if isinstance(value, list | tuple):
        return "; ".join(map(escaped, value))
    if isinstance(value, str):
        return escaped_id(value) if field.path in _IDS else escaped(value)
    if value is None and field.path[-1] == "basis" and field.path[0] in document:
        # Left unwritten in a record that declares its figure.
        return "declared"
    return "" if value is None else str(value)


def _flat(fields: Sequence[Field], document: Mapping[str, JsonValue]) -> dict[str, str]:
    return {field.column.key: _found(field, document) for field in fields}


def _kept_rows(documents: Mapping[str, Sequence[Document]]) -> list[tuple[str, ...]]:
    """Every record as JSON, in parts that fit into a cell."""
    rows: list[tuple[str, ...]] = []
    for key, found in documents.items():
        for n, document in enumerate(found):
            # Letters beyond ASCII, and what a spreadsheet takes for an escape, as JSON escapes.
            text = json.dumps(document, sort_keys=True, separators=(",", ":"))
            text = text.replace("_x", "\\u005fx")
            name = tidy(escaped_id(document["id"]))
            rows += [
                (key, name, str(n), text[part : part + _PART])
                for part in range(0, len(text), _PART)
            ]
    return rows


def _kept(path: Path, reading: FilledSheets, problems: list[Problem]) -> Kept:
    """Records of the hidden sheet, by sheet and id."""
    texts: dict[tuple[str, str, str], list[str]] = {}
    for row in reading.kept:
        if len(row) == 4 and row[0] in RECORDS:
            texts.setdefault((row[0], row[1], row[2]), []).append(row[3])
    found: Kept = {}
    for (key, name, _), parts in texts.items():
        try:
            document = msgspec.json.decode("".join(parts), type=Document)
            msgspec.convert(document, RECORDS[key])
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            more: dict[str, str | int | float] = {"place": path.name, "id": name}
            problems.append(Problem("problem.sheet_kept", more))
        else:
            found.setdefault((key, name), []).append(document)
    return found


def _records(
    path: Path, table: Table, kept: Kept, problems: list[Problem], notes: list[Problem]
) -> list[JointRecord]:
    """The records of a sheet; `problems` takes what refuses one, `notes` what is only said."""
    key = table.sheet.key
    records: list[JointRecord] = []
    rows: dict[str, list[Row]] = {}
    left = {name: list(found) for (sheet, name), found in kept.items() if sheet == key}
    for row in table.rows:
        name = row.values.get("id", "")
        place = _at(path, table, row, "id")
        same = rows.setdefault(name, [])
        # Both sides may number their claims alike: as many as went out may come in.
        if name and len(same) >= max(1, len(kept.get((key, name), ()))):
            other = same[0].number
            problems.append(Problem("problem.sheet_id_twice", {**place, "id": name, "row": other}))
            continue
        same.append(row)
        if not row.is_sound:
            continue
        before = _taken(FIELDS[key], left.get(name, []), row.values)
        document = _merged(FIELDS[key], before, row.values)
        # What another side wrote and nobody changed here is not for this office to mend.
        if document != before:
            wrong = _checked(path, table, row, document)
            if wrong:
                problems.extend(wrong)
                continue
            notes.extend(_completed(path, table, row, document))
        try:
            records.append(msgspec.convert(document, RECORDS[key]))
        except msgspec.ValidationError as refused:
            reason = str(refused).rpartition("`$")[2].strip("`.") or "?"
            problems.append(Problem("problem.sheet_record", {**place, "field": reason}))
    return records


def _taken(fields: Sequence[Field], found: list[Document], values: Mapping[str, str]) -> Document:
    """The kept record of a row, out of those with its number: the one that it still says whole."""
    for document in found:
        if _merged(fields, document, values) == document:
            found.remove(document)
            return document
    return found.pop(0) if found else {}


def _at(path: Path, table: Table, row: Row, column: str) -> dict[str, str | int | float]:
    cell = row.places.get(column, f"A{row.number}")
    return {"place": path.name, "sheet": row.elsewhere.get(column, table.name), "cell": cell}


def _merged(fields: Sequence[Field], kept: Document, values: Mapping[str, str]) -> Document:
    """The record of a row: what was kept of it, changed where a cell says something else."""
    document: Document = msgspec.json.decode(msgspec.json.encode(kept))
    before = _flat(fields, kept)
    changed = [
        field
        for field in fields
        if values.get(field.column.key, None)
        not in {None, shown(field.column, before[field.column.key])}
    ]
    for field in changed:
        _put(document, field, values[field.column.key])
    for root in dict.fromkeys(field.path[0] for field in changed if len(field.path) > 1):
        group = [field for field in fields if field.path[0] == root]
        is_empty = not any(
            values.get(field.column.key, before[field.column.key]) for field in group
        )
        if is_empty and (root != "baseline" or not document.get(root)):
            document.pop(root, None)
        elif root in _SIDE_OF and root not in kept:
            document[root]["side"] = _SIDE_OF[root]
    return document


def _put(document: Document, field: Field, value: str) -> None:
    """Set or clear what one column holds."""
    *way, last = field.path
    inside = document
    for name in way:
        inside = inside.setdefault(name, {})
    if field.is_words and not value and last in inside.get("authentic", ()):
        inside["authentic"] = [name for name in inside["authentic"] if name != last]
    if not value:
        inside.pop(last, None)
        return
    kind = field.column.kind
    if field.is_words:
        inside[last] = {"text": value}
    elif kind == "interval":
        inside[last] = dict(zip(("first", "last"), value.split("/"), strict=True))
    elif kind == "codes":
        inside[last] = value.split("; ")
    else:
        inside[last] = int(value) if kind == "whole" else value


def _checked(path: Path, table: Table, row: Row, document: Document) -> list[Problem]:
    """What the cells of a row say together that cannot be."""
    wrong: list[Problem] = []
    text = {"projects": "title", "commitments": "text"}.get(table.sheet.key)
    if text and not any(document.get(text, {}).get(name) for name in LANGUAGES):
        wrong.append(Problem("problem.sheet_text_missing", _at(path, table, row, f"{text}_ru")))
    for key in ("budget", "quantity"):
        figure = document.get(key)
        if figure is not None:
            places = {
                part: _at(path, table, row, f"{key}_{part}") for part in ("value", "unit", "low")
            }
            wrong += _checked_figure(figure, places)
    if table.sheet.key == "claims" and not {"quantity", "interval", "text"} & document.keys():
        wrong.append(Problem("problem.sheet_claim_empty", _at(path, table, row, "quantity_value")))
    is_claim = table.sheet.key == "claims"
    if is_claim and "source" in document and not document["source"].get("document"):
        wrong.append(Problem("problem.sheet_source", _at(path, table, row, "source_document")))
    return wrong


def _completed(path: Path, table: Table, row: Row, document: Document) -> Iterator[Problem]:
    """Leave a source without its document in the record, and ask for it: only claims need it."""
    source = document.get("source")
    if source is not None and not source.get("document"):
        source["document"] = ""
        yield Problem("problem.sheet_source", _at(path, table, row, "source_document"))


def _checked_figure(
    figure: Mapping[str, JsonValue], at: Mapping[str, Mapping[str, str | int | float]]
) -> list[Problem]:
    wrong: list[Problem] = []
    limits = [figure[part] for part in ("low", "value", "high") if figure.get(part)]
    if not limits:
        wrong.append(Problem("problem.sheet_figure_missing", at["value"]))
    if "unit" not in figure:
        wrong.append(Problem("problem.sheet_unit_missing", at["unit"]))
    try:
        numbers = [Decimal(limit) for limit in limits]
    except ArithmeticError:
        # Words of another side that no column could show.
        return wrong
    if numbers != sorted(numbers):
        wrong.append(Problem("problem.sheet_limits", {**at["low"], "found": " > ".join(limits)}))
    return wrong
