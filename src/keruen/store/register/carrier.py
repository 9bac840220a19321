"""Where bundles come from: a file, a folder of files, an address on the web.

Knows paths, sizes and HTTPS; knows nothing of what a bundle holds. Whatever is larger than allowed
is refused before it is read; an address is asked once, over TLS with the certificates checked.
"""

from __future__ import annotations

import shutil
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

from keruen.errors import InputError, StorageError
from keruen.store.disk import storing

SUFFIX: Final = ".jlb"
_TIMEOUT_S: Final = 30
_PIECE: Final = 1 << 16
_MB: Final = 1 << 20


def sources(place: str) -> tuple[str, ...]:
    """The bundles at a place: the place itself, or every bundle of a folder in order of names.

    Raises
    ------
    InputError
        When there is nothing, or the address begins with anything but ``https://``.
    """
    scheme = urlsplit(place).scheme if "://" in place else ""
    if scheme:
        if scheme.lower() != "https":
            raise InputError("error.carrier_scheme", address=place[:200], scheme=scheme)
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
def fetched(place: str, limit: int, opener: Any = None) -> Iterator[Path]:
    """A bundle as a file on this machine, checked for its size before anything is read.

    Parameters
    ----------
    place : one of `sources`.
    limit : most bytes.
    opener : what opens addresses, an `urllib.request.OpenerDirector`; for tests.

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
            _download(place, page, limit, opener or secure_opener())
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _OnlySecure(urllib.request.HTTPRedirectHandler):
    """Follow redirections only to addresses over TLS."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        """Refuse to be led away from TLS."""
        if urlsplit(newurl).scheme.lower() != "https":
            scheme = urlsplit(newurl).scheme
            fp.close()
            raise InputError("error.carrier_scheme", address=newurl[:200], scheme=scheme)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def secure_opener(context: ssl.SSLContext | None = None) -> urllib.request.OpenerDirector:
    """What opens addresses over TLS only, with the certificates of the system checked."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPSHandler(context=context or ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _OnlySecure(),
    ):
        opener.add_handler(handler)
    return opener


def _download(address: str, page: IO[bytes], limit: int, opener: Any) -> None:
    request = urllib.request.Request(address, headers={"User-Agent": "keruen"})
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as answer:
            told = answer.headers.get("Content-Length", "")
            if told.isdigit() and int(told) > limit:
                raise _too_large(address, int(told), limit)
            size = 0
            while piece := answer.read(_PIECE):
                size += len(piece)
                if size > limit:
                    raise _too_large(address, size, limit)
                page.write(piece)
    except (OSError, HTTPException, ValueError) as refused:
        if isinstance(refused, OSError) and not isinstance(
            refused, urllib.error.URLError | ssl.SSLError | TimeoutError | ConnectionError
        ):
            raise
        reason = str(getattr(refused, "reason", "") or refused)[:200]
        if isinstance(refused, urllib.error.HTTPError):
            refused.close()
        raise InputError("error.carrier_address", address=address[:200], reason=reason) from refused


def _too_large(place: str, size: int, limit: int) -> InputError:
    return InputError(
        "error.carrier_size", path=place[:200], size=size // _MB, limit=max(1, limit // _MB)
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
            raise StorageError("error.disk", path=str(target), reason="not a folder")
        target.mkdir(parents=True, exist_ok=True)
        return target / name
