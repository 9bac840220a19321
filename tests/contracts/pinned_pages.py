"""What a person reads, in four languages: reports, help, and the JSON of a run.

Left out is exactly what differs from machine to machine: version, commit, platform, folder, and the
letters of the fonts, which each machine packs in its own way.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache, partial
from typing import Final
from unittest.mock import patch

import typer
from reference_pages import commands

import made_up_studies as made_up
from keruen import report, study
from keruen.cli.commands import app
from keruen.cli.main import run
from keruen.i18n import LANGUAGES
from keruen.study.results import Study

_FONT: Final = re.compile(r"(?<=data:font/woff;base64,)[^)]*")
_VOLATILE: Final = re.compile(r'("(?:version|commit|platform|folder)": )"[^"]*"')


def _html(studies: list[Study], language: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = report.write(studies, folder, language=language)
        return _FONT.sub("", path.read_text(encoding="utf-8"))


def made_up_report(language: str) -> str:
    """A report of two made-up cases, one that holds and one that fails."""
    full = made_up.scenario(case_title="Full").model_copy(update={"case": "full"})
    return _html([made_up.study(made_up.scenario()), made_up.study(full, load=1.2)], language)


def toy_report(language: str) -> str:
    """The report of the toy, run as it is."""
    return _html([_toy()], language)


@cache
def _toy() -> Study:
    found = study.run("toy")
    made_by = replace(found.provenance, version="0", commit="0", platform="0")
    return replace(found, provenance=made_by)


def toy_json() -> str:
    """What `keruen run toy --json` prints."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(said):
        assert run(["run", "toy", "--json", "--executor", "serial", "--out", folder]) == 0
    return _VOLATILE.sub(r'\1""', said.getvalue())


def help_pages(language: str) -> str:
    """`keruen --help` and the help of every command below it."""
    said = io.StringIO()
    with patch.dict(os.environ, {"COLUMNS": "100", "TERM": "dumb"}), redirect_stdout(said):
        for path, _ in commands(typer.main.get_command(app)):
            assert run([*path.split()[1:], "--help", "--language", language]) == 0
    return said.getvalue()


TEXTS: Final[Mapping[str, Callable[[], str]]] = {
    "run-toy-json": toy_json,
    **{
        f"{name}-{language}": partial(make, language)
        for name, make in (
            ("help", help_pages),
            ("report-made-up", made_up_report),
            ("report-toy", toy_report),
        )
        for language in LANGUAGES
    },
}
