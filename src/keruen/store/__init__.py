"""Runs on disk: Parquet tables with provenance, written whole or not at all."""

from keruen.store.disk import alone
from keruen.store.folder import RunFolder, open_run
from keruen.store.joint_files import JointFolder
from keruen.store.provenance import code_commit, code_version, platform_name
from keruen.store.tables_on_disk import query, read_table, write_table

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
