"""A form as it comes over the wire: looked at whole before any page is told of it.

Knows HTTP, sizes and tokens; knows no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from keruen.web.asked import PostedForm
from keruen.web.settings import WebSettings
from keruen.web.tokens import COOKIE, FIELD, SESSION, is_own_form, is_own_host, is_own_origin

_MOST_FIELDS: Final = 4000
_MOST_FIELD: Final = 1024 * 1024
"""Letters of one input: more than any text that both sides would read before they sign it."""
_ROOM: Final = 4 * 1024 * 1024
"""What the other inputs of a form may weigh beside an upload."""


@dataclass(frozen=True, slots=True)
class Received:
    """A form, and whether this server gave it to this browser a moment ago."""

    form: PostedForm
    is_own: bool


def check_sender(request: Request, settings: WebSettings) -> None:
    """Refuse a page or a form of which this server is not called by its own name, or not its own.

    Raises
    ------
    HTTPException
        403.
    """
    host = request.headers.get("host", "")
    is_allowed = is_own_host(host, settings)
    if request.method == "POST":
        origin, referer = request.headers.get("origin", ""), request.headers.get("referer", "")
        is_allowed = is_allowed and is_own_origin(origin, referer, host)
    if not is_allowed:
        raise HTTPException(403)


async def received(request: Request, settings: WebSettings) -> Received:
    """The form of a request.

    Raises
    ------
    HTTPException
        403 when it comes from another site, 413 when it is too large, 400 when it is no form.
    """
    check_sender(request, settings)
    most = (settings.most_upload_mb << 20) + _ROOM
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > most:
        raise HTTPException(413)
    counted = Request(request.scope, _counted(request.receive, most))
    typed: dict[str, list[str]] = {}
    content, content_name = b"", ""
    form = counted.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_MOST_FIELD)
    async with form as found:
        for name, value in found.multi_items():
            if isinstance(value, UploadFile):
                content, content_name = await value.read(), _last_part(value.filename or "")
            else:
                # Browsers send each end of a line as two letters; a text is signed with one.
                typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
    if len(content) > settings.most_upload_mb << 20:
        raise HTTPException(413)
    token = "".join(typed.pop(FIELD, []))
    cookies = request.cookies
    is_own = is_own_form(cookies.get(COOKIE, ""), cookies.get(SESSION, ""), token)
    words = {name: ",".join(values) for name, values in typed.items()}
    return Received(PostedForm(typed=words, content=content, content_name=content_name), is_own)


def _last_part(name: str) -> str:
    """What the browser calls a file, without folders; it is shown, and never a path of ours."""
    return name.replace("\\", "/").rpartition("/")[2][:120]


def _counted(receive: Receive, most: int) -> Receive:
    """What comes, up to so many bytes: a sender may say a smaller length than it sends, or none."""
    n_left = most

    async def receive_counted() -> Message:
        nonlocal n_left
        message = await receive()
        n_left -= len(message.get("body", b""))
        if n_left < 0:
            raise HTTPException(413)
        return message

    return receive_counted
