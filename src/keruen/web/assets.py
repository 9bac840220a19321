"""Style, fonts and signs of the pages: files beside the code, which a browser may keep."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(str(files("keruen.web").joinpath("static")))
STYLES: Final = ("fonts/fonts.css", "style.css")
"""In the order in which a page names them; the first is made when Keruen is built."""
_KEPT: Final = "public, max-age=31536000, immutable"
"""A year: what changes gets another address."""


@cache
def stamp() -> str:
    """The beginning of the styles' digest: a new one is never hidden by an old copy."""
    # The fonts may be missing in a checkout; the server says so when it starts.
    parts = [(FOLDER / name).read_bytes() for name in STYLES if (FOLDER / name).is_file()]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


class KeptFiles(StaticFiles):
    """Lets a browser keep for good what has its digest in the address."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, or that the browser's copy is still right."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        is_font = Path(full_path).suffix == ".woff2"
        # Python learnt this type late, and asks the system before that.
        if is_font and "content-type" in answer.headers:
            answer.headers["Content-Type"] = "font/woff2"
        if is_font or scope["query_string"] == stamp().encode():
            answer.headers["Cache-Control"] = _KEPT
        return answer
