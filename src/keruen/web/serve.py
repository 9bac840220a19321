"""The server: one process, its port taken before anything is said, stopped by a person."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from keruen.errors import StorageError
from keruen.report.fonts import FAMILY, font_file
from keruen.web.app import create_app
from keruen.web.settings import WebSettings


def serve(
    settings: WebSettings,
    host: str,
    port: int,
    ready: Callable[[str], None],
    tls: tuple[Path, Path] | None = None,
) -> None:
    """Serve until a person stops it.

    Parameters
    ----------
    ready : told the address that is open now; requests wait from then on until they are answered.
    tls : certificate with its chain, and its key, both PEM; None for plain HTTP.

    Raises
    ------
    StorageError
        When the port cannot be taken.
    InputError
        When the fonts of pages and pictures were not made.
    """
    font_file(FAMILY)
    try:
        listener = socket.create_server((host, port))
    except OSError as refused:
        reason = refused.strerror or str(refused)
        raise StorageError("error.web_port", port=port, host=host, reason=reason) from refused
    with listener:
        taken = listener.getsockname()[1]
        ready(f"{'https' if tls else 'http'}://{host}:{taken}")
        config = uvicorn.Config(
            create_app(settings),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ssl_certfile=tls[0] if tls else None,
            ssl_keyfile=tls[1] if tls else None,
        )
        uvicorn.Server(config).run(sockets=[listener])
