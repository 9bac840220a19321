"""What is wrong, as a page in the reader's language, or as a problem document for a program."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from keruen.errors import KeruenError, Problem
from keruen.i18n import text
from keruen.web.asked import BadQueryError, PageNotFoundError
from keruen.web.languages import language_of
from keruen.web.pages.deeds import lines_of
from keruen.web.rendering import problem_html
from keruen.web.security import HEADERS
from keruen.web.writing import NotHereError

_log = logging.getLogger("keruen.web")
KEYS = {
    400: "no_form",
    403: "not_here",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
    422: "bad_query",
    500: "fault",
    503: "unreadable",
}
"""Status → its name: the end of catalogue keys, and of the type of a problem document."""
_TEXT: Final = {"type": "string"}
_DOCUMENT: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "errors"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "instance"), _TEXT),
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "required": ["key"], "properties": {"key": _TEXT}},
        },
    },
}
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {  # Any: as FastAPI takes it
    status: {
        "description": KEYS[status].replace("_", " "),
        "content": {"application/problem+json": {"schema": _DOCUMENT}},
    }
    for status in (404, 422, 503)
}
"""What the description of the interface says of answers that are none."""


def answer_to(request: Request, wrong: Exception) -> Response:
    """The answer to an error: what the reader may do, and for a fault of ours what was noted."""
    language = language_of(request.url.path, request.headers.get("accept-language", ""))
    if isinstance(wrong, PageNotFoundError):
        return problem(request, 404)
    if isinstance(wrong, NotHereError):
        return problem(request, 403)
    if isinstance(wrong, HTTPException):
        return problem(request, wrong.status_code)
    if isinstance(wrong, BadQueryError):
        line = text(
            "web.bad_value",
            language,
            name=wrong.name,
            found=wrong.found,
            allowed=", ".join(wrong.allowed),
        )
        return problem(request, 422, (line,))
    if isinstance(wrong, KeruenError):
        lines = lines_of(wrong.problems, language)
        return problem(request, 503, lines, wrong.problems)
    _log.error("fault at %s", request.url.path, exc_info=wrong)
    return problem(request, 500)


def problem(
    request: Request, status: int, lines: Sequence[str] = (), problems: Sequence[Problem] = ()
) -> Response:
    """The answer with a status, as a page or as RFC 9457 asks for.

    Parameters
    ----------
    lines : what is wrong in particular, in the reader's language.
    problems : the same by their keys, for programs.
    """
    path = request.url.path
    language = language_of(path, request.headers.get("accept-language", ""))
    name = KEYS.get(status, "not_found")
    title = text(f"web.{name}_title", language)
    advice = text(f"web.{name}_advice", language)
    # Set here as well: the answer to a fault outside of all pages is made around the other headers.
    headers = {**HEADERS, "Content-Language": language, "Cache-Control": "no-store"}
    if _wants_json(request):
        document = {
            "type": f"urn:keruen:problem:{name}",
            "title": title,
            "status": status,
            "detail": " ".join((*lines, advice)),
            "instance": path,
            "errors": [{"key": one.key, **one.parameters} for one in problems],
        }
        kind = "application/problem+json"
        return JSONResponse(document, status, headers, media_type=kind)
    page = problem_html(language, "", title, (*lines, advice))
    return HTMLResponse(page, status, headers)


def _wants_json(request: Request) -> bool:
    accepts = request.headers.get("accept", "")
    return request.url.path.endswith(".json") or "json" in accepts
