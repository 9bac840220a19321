"""Runs on disk: Parquet tables with provenance, written whole or not at all."""

from keruen.store.disk import alone
from keruen.store.register.folder import JointFolder
from keruen.store.runs.folder import RunFolder, open_run
from keruen.store.runs.provenance import code_commit, code_version, platform_name
from keruen.store.runs.tables import query, read_table, write_table

__all__ = [
    "JointFolder",
    "RunFolder",
    "alone",
    "code_commit",
    "code_version",
    "open_run",
    "platform_name",
    "query",
    "read_table",
    "write_table",
]
