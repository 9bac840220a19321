"""Writing the report: one file, put in place whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from keruen.errors import StorageError, UsageError
from keruen.formats.workbooks import plain_workbook
from keruen.i18n import text
from keruen.report.chapters.claims import claims_table
from keruen.report.chapters.evidence import sources_name, sources_table
from keruen.report.compose import compose, compose_sources
from keruen.report.document import PrintedDocument
from keruen.report.html import render_html
from keruen.report.pdf import render_pdf
from keruen.study.results import Study

FORMATS: Final[tuple[Literal["html", "pdf"], ...]] = ("html", "pdf")


def write(
    studies: Sequence[Study],
    folder: str | os.PathLike[str],
    *,
    format: Literal["html", "pdf"] = "html",  # noqa: A002 - the word a person would say
    language: str = "en",
) -> Path:
    """Write one report about the cases of one scenario, and beside it all its figures.

    Parameters
    ----------
    studies : Sequence[Study]
        One for each case, in the order in which they are to stand side by side.
    folder : str or os.PathLike[str]
        Made when it does not exist.
    format : Literal['html', 'pdf'], optional
        ``html`` (one self-contained file) or ``pdf`` (tagged, PDF/UA-1).
    language : str, optional
        One of kk, ru, zh and en.

    Returns
    -------
    Path
        The file, ``report-<language>.<format>`` in `folder`; ``sources-<language>.html`` and
        ``.xlsx`` lie beside it.

    Raises
    ------
    UsageError
        When the format or the language is unknown.
    StorageError
        When the disk refuses.
    """
    verify_format(format)
    folder = Path(folder)
    put_document(
        compose_sources(studies, language), folder / sources_name(language, "html"), "html"
    )
    sheets = {
        text("report.section_sources", language): sources_table(studies, language),
        text("report.section_claims", language): claims_table(studies[0], language),
    }
    put_file(folder / sources_name(language, "xlsx"), plain_workbook(sheets))
    path = folder / f"report-{language}.{format}"
    return put_document(compose(studies, language), path, format)


def put_document(document: PrintedDocument, path: Path, format_: str) -> Path:
    """Write a document in one format, whole or not at all; returns its path.

    Raises
    ------
    UsageError
        When the format is unknown.
    StorageError
        When the disk refuses.
    """
    verify_format(format_)
    content = render_pdf(document) if format_ == "pdf" else render_html(document).encode()
    put_file(path, content)
    return path


def verify_format(format_: str) -> None:
    """Refuse a format that no report has, before anything is composed."""
    if format_ not in FORMATS:
        raise UsageError("error.unknown_format", format=format_, known=", ".join(FORMATS))


def put_file(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all; its folder is made.

    Raises
    ------
    StorageError
        When the disk refuses.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as refused:
        # Where the folder itself was refused, there is nothing to remove either.
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        reason = refused.strerror or str(refused)
        raise StorageError("error.report_not_written", path=str(path), reason=reason) from refused
