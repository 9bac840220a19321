"""Answers packed for a slow line: pages to read, tables, styles; never one that holds a secret."""

from __future__ import annotations

import zlib
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KINDS: Final = ("text/", "application/json", "image/svg+xml")
"""Fonts, workbooks and PDF are packed already."""
_SMALLEST: Final = 1000
"""What fits one packet anyway is sent as it is."""
_LEVEL: Final = 6
_GZIP: Final = 31
"""How zlib is told of gzip's frame; it puts no time in it, so the same page packs alike."""


class PackedAnswers:
    """Around the whole application; a page that nobody may keep goes out as it is.

    Such a page has the token of a form in it: what is packed together with words of a stranger
    tells by its length how alike both are (the attack is called BREACH).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, packed where the browser unpacks it."""
        is_asked = scope["type"] == "http" and scope["method"] == "GET"
        if is_asked and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            send = _Packer(send)
        await self.app(scope, receive, send)


class _Packer:
    """Sends on one answer; its beginning waits for the first part, which tells how long it is."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._is_packed = False

    async def __call__(self, message: Message) -> None:
        """Take one message of the application."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body, is_last = message.get("body", b""), not message.get("more_body", False)
        if self._start:
            headers = MutableHeaders(raw=self._start["headers"])
            self._is_packed = _is_to_pack(headers, self._start["status"], len(body), is_last)
            if self._is_packed:
                headers["Content-Encoding"] = "gzip"
                headers.add_vary_header("Accept-Encoding")
                del headers["Content-Length"]
        if self._is_packed:
            body = self._packing.compress(body) + (self._packing.flush() if is_last else b"")
            if self._start and is_last:
                headers["Content-Length"] = str(len(body))
        start, self._start = self._start, {}
        if start:
            await self._send(start)
        await self._send({**message, "body": body})


def _is_to_pack(headers: MutableHeaders, status: int, size: int, is_last: bool) -> bool:
    return (
        status == 200
        and headers.get("content-type", "").startswith(_KINDS)
        and "no-store" not in headers.get("cache-control", "")
        and "content-encoding" not in headers
        and not (is_last and size < _SMALLEST)
    )
