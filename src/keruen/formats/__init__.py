"""Other people's formats: OC4IDS packages, workbooks that an office fills, CSV tables.

Knows how the joint list is written in them and read back; knows nothing of entries, signatures and
consent. What is read is a draft to be offered, never an agreement.
"""

from keruen.formats.content import Content
from keruen.formats.csv_tables import list_tables
from keruen.formats.list_sheet import list_workbook, read_list
from keruen.formats.oc4ids import package, read_package, written_package

__all__ = [
    "Content",
    "list_tables",
    "list_workbook",
    "package",
    "read_list",
    "read_package",
    "written_package",
]
