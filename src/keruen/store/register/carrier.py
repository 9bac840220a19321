"""Where bundles come from: a file, a folder of files, an address on the web.

Knows paths, sizes and HTTPS; knows nothing of what a bundle holds. Whatever is larger than allowed
is refused before it is read; an address is asked once, over TLS with the certificates checked, and
within a time. No password of an address stands in any message.
"""

from __future__ import annotations

import base64
import errno
import os
import shutil
import ssl
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, InvalidURL
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from keruen.errors import InputError, StorageError
from keruen.store.disk import storing

SUFFIX: Final = ".jlb"
_SILENT_S: Final = 30
"""So long a server may say nothing."""
LONGEST_S: Final = 1800
"""So long everything may take: the largest bundle over one megabit a second."""
_PIECE: Final = 1 << 16
_PROXY_PORT: Final = 80
_MOST_SHOWN: Final = 200
_ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308})
_MB: Final = 1 << 20


def sources(place: str) -> tuple[str, ...]:
    """The bundles at a place: the place itself, or every bundle of a folder in order of names.

    Raises
    ------
    InputError
        When there is nothing, or the address begins with anything but ``https://``.
    """
    scheme = place.partition("://")[0] if "://" in place else ""
    if scheme:
        if scheme.lower() != "https":
            raise InputError("error.carrier_scheme", address=shown(place), scheme=scheme)
        return (place,)
    path = Path(place)
    with storing(path):
        if path.is_dir():
            found = sorted(str(one) for one in path.iterdir() if one.suffix == SUFFIX)
            if not found:
                raise InputError("error.carrier_empty", path=place)
            return tuple(found)
        if not path.exists():
            raise InputError("error.carrier_missing", path=place)
        if not path.is_file():
            raise InputError("error.carrier_no_file", path=place)
    return (place,)


@contextmanager
def fetched(place: str, limit: int, opener: Any = None, proxy: str = "") -> Iterator[Path]:
    """A bundle as a file on this machine, checked for its size before anything is read.

    Parameters
    ----------
    place : one of `sources`.
    limit : most bytes.
    opener : what opens addresses, an `urllib.request.OpenerDirector`; for tests.
    proxy : through which addresses are asked (``http://name:password@host:3128``); empty for none.

    Raises
    ------
    InputError
        When it is too large, or the address does not answer with it.
    """
    if "://" not in place:
        path = Path(place)
        with storing(path):
            size = path.stat().st_size
        if size > limit:
            raise _too_large(place, size, limit)
        yield path
        return
    folder = Path(tempfile.mkdtemp(prefix="keruen-"))
    try:
        path = folder / f"fetched{SUFFIX}"
        with storing(path), path.open("wb") as page:
            _download_in_time(place, page, limit, opener or secure_opener(), proxy)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def shown(place: str) -> str:
    """A place as a message may name it: without the name and password that an address may hold."""
    scheme, divider, rest = place.partition("://")
    if not divider:
        return place
    # Up to the last "@": a password may hold one itself, and a slash as well.
    behind = rest.rfind("@") + 1
    return f"{scheme}://{'***@' if behind else ''}{rest[behind:]}"[:_MOST_SHOWN]


def secure_opener(context: ssl.SSLContext | None = None) -> urllib.request.OpenerDirector:
    """What opens addresses over TLS only, with the certificates of the system checked.

    It follows no redirection, and knows no proxy: what reads those from the environment is left
    out.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPSHandler(context=context or ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _download_in_time(address: str, page: IO[bytes], limit: int, opener: Any, proxy: str) -> None:
    """Fetch, and give up when it takes too long, wherever it hangs: names, TLS, headers, pages."""
    refusals: list[Exception] = []

    def work() -> None:
        try:
            _download(address, page, limit, opener, proxy)
        except Exception as refused:  # Told by whoever waits for it.
            refusals.append(refused)

    # A server that sends a byte every few seconds is never silent: only another thread can tell.
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(LONGEST_S)
    if worker.is_alive():
        raise InputError("error.carrier_slow", address=shown(address), limit=LONGEST_S)
    if refusals:
        raise refusals[0]


def _download(address: str, page: IO[bytes], limit: int, opener: Any, proxy: str) -> None:
    try:
        with opener.open(_request(address, proxy), timeout=_SILENT_S) as answer:
            told = answer.headers.get("Content-Length", "")
            if told.isdigit() and int(told) > limit:
                raise _too_large(address, int(told), limit)
            size = 0
            while piece := answer.read1(_PIECE):
                size += len(piece)
                if size > limit:
                    raise _too_large(address, size, limit)
                page.write(piece)
    except (OSError, HTTPException, ValueError) as refused:
        raise _address_refused(address, refused) from None


def _request(address: str, proxy: str) -> urllib.request.Request:
    """What is asked, and of whom; names and passwords go into headers, which nobody prints.

    Raises
    ------
    ValueError
        When address or proxy is none.
    """
    where, told = _apart(address)
    request = urllib.request.Request(where, headers={"User-Agent": "keruen"})
    if told:
        request.add_header("Authorization", told)
    if proxy:
        where, told = _apart(proxy if "://" in proxy else f"http://{proxy}")
        parts = urlsplit(where)
        request.set_proxy(f"{parts.hostname}:{parts.port or _PROXY_PORT}", "http")
        if told:
            request.add_header("Proxy-Authorization", told)
    return request


def _apart(address: str) -> tuple[str, str]:
    """An address without name and password, and both as a header says them; empty without."""
    parts = urlsplit(address)
    userinfo, divider, host = parts.netloc.rpartition("@")
    words = unquote(userinfo).encode()
    told = f"Basic {base64.b64encode(words).decode()}" if divider else ""
    return urlunsplit((parts.scheme, host, parts.path, parts.query, "")), told


def _address_refused(address: str, refused: Exception) -> Exception:
    """One sentence for everything that an address may answer; the disk's own errors stay."""
    if isinstance(refused, urllib.error.HTTPError):
        refused.close()
        if refused.code in _ELSEWHERE:
            return InputError("error.carrier_moved", address=shown(address), code=refused.code)
    elif isinstance(refused, OSError) and not isinstance(
        refused, urllib.error.URLError | ssl.SSLError | TimeoutError | ConnectionError
    ):
        return refused
    # Of an address that is none, the library repeats whatever may be a password.
    is_none = isinstance(refused, ValueError | InvalidURL)
    reason = "no address" if is_none else str(getattr(refused, "reason", "") or refused)
    reason = reason[:_MOST_SHOWN]
    return InputError("error.carrier_address", address=shown(address), reason=reason)


def _too_large(place: str, size: int, limit: int) -> InputError:
    return InputError(
        "error.carrier_size",
        path=shown(place)[:_MOST_SHOWN],
        size=size // _MB,
        limit=max(1, limit // _MB),
    )


def target_path(target: Path, name: str) -> Path:
    """Where a bundle is written: the file that was named, or `name` in the folder that was named.

    Raises
    ------
    StorageError
        When the folder cannot be made.
    """
    with storing(target):
        if target.suffix == SUFFIX and not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            return target
        if target.exists() and not target.is_dir():
            reason = os.strerror(errno.ENOTDIR)
            raise StorageError("error.disk_path", path=str(target), reason=reason)
        target.mkdir(parents=True, exist_ok=True)
        return target / name
