"""`keruen web`: the pages, and with `--demo` a register and a small run to look at."""

from __future__ import annotations

import errno
import importlib.util
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from keruen.cli.registering.opening import chosen_folder, now
from keruen.errors import StorageError, UsageError
from keruen.i18n import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keruen.cli.web_commands import WebOptions
    from keruen.web import WebSettings

_NEEDED: Final = ("argon2", "fastapi", "jinja2", "multipart", "uvicorn")
"""Modules of the extra ``web``."""
_DEMO: Final = Path("web-demo")
_SCENARIO: Final = "starter"
"""Finished within a minute or two, and a terminal as there may be one: `toy` is a day to follow by
hand, whose yearly figures tell nothing."""
_MOST_PORT: Final = 65535


def check_extra() -> None:
    """Refuse with `UsageError` where the extra is not installed."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError("error.web_extra", missing=", ".join(missing))


def serve_pages(asked: WebOptions) -> int:
    """Serve until a person stops it."""
    check_extra()
    if not 0 <= asked.port <= _MOST_PORT:
        raise UsageError("error.web_no_port", found=asked.port)
    from keruen.web import WebSettings
    from keruen.web.serve import serve
    from keruen.web.settings import is_loopback

    language = asked.language
    folder, runs = chosen_folder(asked.folder), asked.runs
    if asked.is_demo:
        home = asked.folder or _DEMO
        folder, runs = _demo_register(home, language), home / "runs"
    for place in (folder, runs):
        if place.exists() and not place.is_dir():
            reason = os.strerror(errno.ENOTDIR)
            raise StorageError("error.disk_path", path=str(place), reason=reason)

    def ready(address: str) -> None:
        typer.echo(text("web.serving", language, address=f"{address}/{language}/start"))

    # Where nobody signs in, only whoever sits at the machine may write: loopback has no other.
    settings = WebSettings(
        register=folder,
        runs=runs,
        is_demo=asked.is_demo,
        place="shared" if asked.shared else "office" if is_loopback(asked.host) else "reading",
        hosts=tuple(name.lower() for name in asked.shared),
    )
    tls = _tls(asked)
    if asked.shared:
        _check_shared(settings, is_private=tls is not None or is_loopback(asked.host))
    with _demo_run(runs, language, is_wanted=asked.is_demo):
        serve(settings, asked.host, asked.port, ready, tls)
    return 0


def _tls(asked: WebOptions) -> tuple[Path, Path] | None:
    """The certificate and its key; None where a proxy has them, or nobody."""
    if asked.certificate is None and asked.certificate_key is None:
        return None
    for option, path in (
        ("--certificate", asked.certificate),
        ("--certificate-key", asked.certificate_key),
    ):
        if path is None or not path.is_file():
            raise UsageError("error.web_certificate", option=option, path=str(path or "–"))
    assert asked.certificate is not None
    assert asked.certificate_key is not None
    return asked.certificate, asked.certificate_key


def _check_shared(settings: WebSettings, *, is_private: bool) -> None:
    """Refuse where passwords would go over the network in clear, or nobody could sign in."""
    from keruen.web.accounts import AccountDesk

    if not is_private:
        raise UsageError("error.web_in_clear")
    if not any(one.is_open for one in AccountDesk(settings).accounts()):
        raise UsageError("error.web_no_account")


def _demo_register(home: Path, language: str) -> Path:
    """The demonstration register, made once; its folder."""
    from keruen.register import demo

    side = home / "register" / "side-a"
    if not side.is_dir():
        typer.echo(text("web.demo_making", language, folder=str(home)))
        demo(home / "register", at=now())
    return side


@contextmanager
def _demo_run(runs: Path, language: str, *, is_wanted: bool) -> Iterator[None]:
    """A small run beside the server, in a process of its own: compiling would hold up the pages."""
    out = runs / _SCENARIO
    if not is_wanted or (out / "base" / "study.json").is_file():
        yield
        return
    typer.echo(text("web.demo_running", language))
    command = [sys.executable, "-m", "keruen", "run", _SCENARIO, "--out", str(out)]
    command += ["--format", "html", "--executor", "serial", "--language", language]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as work:
        try:
            yield
        finally:
            # What is finished of it is kept, and the next start goes on with it.
            work.terminate()
