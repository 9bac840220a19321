"""Opening a workbook or a CSV file that anybody may have made: cells by row and column.

Knows file sizes, zip members, encodings and openpyxl; knows nothing of what a column means. A file
is looked over before it is opened: its size, what it unpacks to, how many cells it holds.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from keruen.errors import InputError
from keruen.formats.cells import Raw

OpenpyxlPart = Any
"""A sheet or a book of openpyxl, which has no types and is loaded late."""

MOST_BYTES: Final = 10_000_000
MOST_BYTES_UNPACKED: Final = 60_000_000
MOST_MEMBERS: Final = 2_000
MOST_CELLS: Final = 400_000

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ERRORS: Final = frozenset(
    {"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet as it is written.

    Parameters
    ----------
    name : of the sheet; of a CSV file the file's name.
    cells : by row and column from 1; empty cells are not there.
    merged : ranges of merged cells, such as ``B3:C4``.
    unread : cells without a value that can be used → catalogue key of the reason and what stands
        there.
    """

    name: str
    cells: Mapping[tuple[int, int], Raw]
    merged: tuple[str, ...] = ()
    unread: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)


def grids(path: Path) -> tuple[Grid, ...]:
    """All sheets of a workbook, or the one of a CSV file.

    Raises
    ------
    InputError
        When the file is missing, too large, locked, broken, of another kind, or unpacks to more
        than it may.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _refused("error.sheet_too_large", path, limit=MOST_BYTES // 1_000_000)
        content = path.read_bytes()
    except OSError as missing:
        reason = missing.strerror or type(missing).__name__
        raise _refused("error.sheet_unreadable", path, reason=reason) from None
    if not content.strip():
        raise _refused("error.sheet_no_content", path)
    if content.startswith(_OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise _refused("error.sheet_locked" if is_locked else "error.sheet_old", path)
    if content.startswith(b"PK"):
        return _workbook(path, content)
    if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        return (_table(path, content),)
    raise _refused("error.sheet_kind", path)


def _refused(key: str, path: Path, **more: str | int) -> InputError:
    return InputError(key, place=path.name, **more)


def _workbook(path: Path, content: bytes) -> tuple[Grid, ...]:
    _look_over(path, content)
    shown = _loaded(path, content, is_value=False)
    found = [sheet for sheet in shown.worksheets if sheet.sheet_state != "veryHidden"]
    has_formula = any(cell.data_type == "f" for sheet in found for cell in _cells(sheet))
    values = _loaded(path, content, is_value=True) if has_formula else shown
    return tuple(_grid(sheet, values[sheet.title]) for sheet in found)


def _look_over(path: Path, content: bytes) -> None:
    """Refuse a zip that would unpack to too much, or whose XML defines words of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            total = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or total > MOST_BYTES_UNPACKED:
                limit = MOST_BYTES_UNPACKED // 1_000_000
                raise _refused("error.sheet_unpacks", path, limit=limit)
            if "xl/workbook.xml" not in packed.namelist():
                raise _refused("error.sheet_kind", path)
            _look_inside(path, packed)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as broken:
        raise _refused("error.sheet_broken", path) from broken
    except (RuntimeError, OSError, ValueError) as broken:
        # A member under a password, an unknown packing, or a damaged stream.
        raise _refused("error.sheet_broken", path) from broken


def _look_inside(path: Path, packed: zipfile.ZipFile) -> None:
    n_cells = 0
    for member in packed.infolist():
        if not member.filename.endswith((".xml", ".rels")):
            continue
        try:
            text = packed.read(member)
        except Exception as broken:
            if isinstance(broken, MemoryError):
                raise
            raise _refused("error.sheet_broken", path) from broken
        if any(mark in text for mark in _DOCTYPES):
            raise _refused("error.sheet_broken", path)
        if member.filename.startswith("xl/worksheets/"):
            n_cells += len(re.findall(rb"<(?:\w+:)?c[ >/]", text))
    if n_cells > MOST_CELLS:
        raise _refused("error.sheet_cells", path, limit=MOST_CELLS)


def _loaded(path: Path, content: bytes, *, is_value: bool) -> OpenpyxlPart:
    # Only what reads a workbook pays for loading openpyxl.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # openpyxl warns of drawings and rules that it leaves out: none is read here.
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(content), data_only=is_value, keep_links=False)
    except Exception as broken:
        # openpyxl meets a damaged file with errors of every kind, XML's and its own.
        if isinstance(broken, MemoryError):
            raise
        raise _refused("error.sheet_broken", path) from broken


def _cells(sheet: OpenpyxlPart) -> list[OpenpyxlPart]:
    # By rows, openpyxl would walk every empty cell up to the last one: one cell in the far corner
    # of a sheet is seventeen thousand million.
    return [sheet._cells[place] for place in sorted(sheet._cells)]


def _grid(sheet: OpenpyxlPart, values: OpenpyxlPart) -> Grid:
    cells: dict[tuple[int, int], Raw] = {}
    unread: dict[tuple[int, int], tuple[str, str]] = {}
    for cell in _cells(sheet):
        place = (cell.row, cell.column)
        raw, is_error = cell.value, cell.data_type == "e"
        if cell.data_type == "f":
            result = values._cells.get(place)
            raw, is_error = getattr(result, "value", None), getattr(result, "data_type", "") == "e"
            if raw is None:
                unread[place] = ("problem.sheet_formula", _formula(cell.value))
                continue
        if is_error:
            unread[place] = ("problem.sheet_error", str(raw))
        elif raw is not None and raw != "":
            cells[place] = raw if isinstance(raw, _KINDS) else str(raw)
    merged = tuple(sorted(str(found) for found in sheet.merged_cells.ranges))
    return Grid(name=sheet.title, cells=cells, merged=merged, unread=unread)


_KINDS: Final = (str, int, float, bool, datetime, date, time)


def _formula(value: object) -> str:
    said = value if isinstance(value, str) else str(getattr(value, "text", value))
    return said if len(said) <= 60 else f"{said[:59]}…"


def _table(path: Path, content: bytes) -> Grid:
    text = _decoded(path, content)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as broken:
        raise _refused("error.sheet_broken", path) from broken
    cells: dict[tuple[int, int], Raw] = {}
    for row, fields in enumerate(rows, 1):
        for column, field_ in enumerate(fields, 1):
            if field_.strip():
                cells[row, column] = _unquoted(field_)
    if len(cells) > MOST_CELLS:
        raise _refused("error.sheet_cells", path, limit=MOST_CELLS)
    unread = {
        place: ("problem.sheet_error", str(raw)) for place, raw in cells.items() if raw in _ERRORS
    }
    left = {place: raw for place, raw in cells.items() if place not in unread}
    return Grid(name=path.name, cells=left, unread=unread)


def _unquoted(written: str) -> str:
    """Text without the apostrophe that keeps a spreadsheet from reading it as a formula."""
    return written[1:] if re.match(r"'+[=+\-@\t\r|]", written) else written


def _delimiter(text: str) -> str:
    head = text[:20_000].split("\n", 1)[0]
    counts = {mark: head.count(mark) for mark in (";", "\t", ",")}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def _decoded(path: Path, content: bytes) -> str:
    """The text of a CSV file, in whichever encoding an office's program wrote it.

    Notes
    -----
    UTF-8 and UTF-16 show what they are. The two older ones accept nearly any bytes, so what comes
    out decides: only ordinary Chinese is GB 18030, only Cyrillic words are Windows-1251. What could
    be both, or neither, is refused.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _in_encoding(content, "utf-16")
    elif b"\x00" in content:
        text = None
    else:
        text = _in_encoding(content, "utf-8-sig")
        if text is None:
            chinese, cyrillic = (_in_encoding(content, code) for code in ("gb18030", "cp1251"))
            likely = [
                *([chinese] if chinese is not None and _is_chinese(chinese) else []),
                *([cyrillic] if cyrillic is not None and _is_cyrillic(cyrillic) else []),
            ]
            text = likely[0] if len(likely) == 1 else None
    if text is None:
        raise _refused("error.sheet_encoding", path)
    return text


def _in_encoding(content: bytes, code: str) -> str | None:
    try:
        return content.decode(code)
    except UnicodeDecodeError:
        return None


def _is_cyrillic(text: str) -> bool:
    words = re.findall(r"[^\x00-\x7f\s]+", text)
    form = re.compile(r"[«“„(]*(?:[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+)[»”“)…]*|[№«»–—“”…°]+")
    return len([word for word in words if form.fullmatch(word)]) >= 0.95 * len(words) > 0


def _is_chinese(text: str) -> bool:
    """Letters of the first Chinese standard, among them the commonest at more than a trace."""
    letters = [letter for letter in text if ord(letter) > 0x7F]
    usual = [letter for letter in letters if _is_gb2312(letter)]
    chinese = [letter for letter in letters if "\u4e00" <= letter <= "\u9fff"]
    common = sum(letter in _COMMONEST for letter in chinese)
    return len(usual) >= 0.95 * len(letters) and bool(chinese) and common >= 0.04 * len(chinese)


def _is_gb2312(letter: str) -> bool:
    try:
        return len(letter.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


_COMMONEST: Final = frozenset(
    "的一是不在人有了中国大和年上月日为项目标题承诺来源文件面期货物铁路物流作工程市建设出口小麦农产品"
    "仓库场地区省州运输量单位金额称名义务方截止条件依据说明备注类型部门双合第二三四五个无与及至从"
)
