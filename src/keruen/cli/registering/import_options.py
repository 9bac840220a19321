"""What the imports of a filled sheet and of a package are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import options


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetImport:
    """The options of the import of a filled sheet."""

    source: Annotated[Path, typer.Argument(help="register.argument_file_in")]
    is_offered: Annotated[bool, typer.Option("--offer", help="register.option_offer")] = False
    encoding: options.Encoding = ""
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageImport:
    """The options of the import of a package."""

    source: Annotated[Path, typer.Argument(help="register.argument_file_in")]
    is_offered: Annotated[bool, typer.Option("--offer", help="register.option_offer")] = False
    text_language: Annotated[
        str, typer.Option("--text-language", help="register.option_text_language")
    ] = ""
    allowed: options.Allowed
    folder: options.Folder = None
    passphrase_file: options.PassphraseFile = None
    language: options.Language
