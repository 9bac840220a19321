"""Other people's formats: OC4IDS packages, workbooks, CSV tables, maps, timetables, OCEL logs.

Knows how the joint list is written in them and read back, and how a network becomes a map and a
week a timetable; knows nothing of entries, signatures, consent and scenarios. What is read is a
draft to be offered, never an agreement. Names are loaded when first used: a map needs none of the
register's packages.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from keruen.formats.csv_tables import list_tables
    from keruen.formats.geojson import feature_collection
    from keruen.formats.list_content import Content
    from keruen.formats.list_sheet import list_workbook, read_list
    from keruen.formats.oc4ids import package, read_package, written_package
    from keruen.formats.ocel import ocel_json

__all__ = [
    "Content",
    "feature_collection",
    "list_tables",
    "list_workbook",
    "ocel_json",
    "package",
    "read_list",
    "read_package",
    "written_package",
]

_HOMES: Final = {
    "Content": "list_content",
    "feature_collection": "geojson",
    "list_tables": "csv_tables",
    "list_workbook": "list_sheet",
    "ocel_json": "ocel",
    "package": "oc4ids",
    "read_list": "list_sheet",
    "read_package": "oc4ids",
    "written_package": "oc4ids",
}


def __getattr__(name: str) -> Any:  # Any: a name has its own type
    if name in _HOMES:
        return getattr(import_module(f"keruen.formats.{_HOMES[name]}"), name)
    missing = f"module 'keruen.formats' has no attribute {name!r}"
    raise AttributeError(missing)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
