"""Whether a form that comes back is one that this server gave to this browser.

Every secret of the face is drawn here. A cookie holds a secret of the browser, each form a digest
of it under a secret of the server (double submit): another site can neither read the cookie nor
make the digest. With a form comes the origin of its page, and a browser does not let a page lie
about that.
"""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from keruen.web.settings import WebSettings, is_loopback

COOKIE: Final = "keruen-form"
SESSION: Final = "keruen-session"
"""Cookie of who has signed in."""
FIELD: Final = "_token"
"""Name of the input that holds a form's digest."""
_SECRET: Final = secrets.token_bytes(32)
"""Of this process: after a restart a form is asked for once more, with all that was typed."""
_COOKIE_FORM: Final = re.compile(r"[A-Za-z0-9_\-]{43}")


def cookie_of(found: str) -> str:
    """The browser's secret: the one that it sent, or a new one when that is none of ours."""
    return found if _COOKIE_FORM.fullmatch(found) else new_secret()


def new_secret() -> str:
    """A secret that nobody has had before."""
    return secrets.token_urlsafe(32)


def token_of(cookie: str, session: str) -> str:
    """What a form for this browser holds; another one after each signing in or out.

    Parameters
    ----------
    session : secret of who has signed in; empty of nobody.
    """
    return hmac.new(_SECRET, f"{cookie} {session}".encode(), sha256).hexdigest()


def is_own_form(cookie: str, session: str, token: str) -> bool:
    """The form was given to the browser that sends it back, in the session that it is in."""
    is_cookie = _COOKIE_FORM.fullmatch(cookie) is not None
    return is_cookie and hmac.compare_digest(token_of(cookie, session).encode(), token.encode())


def is_own_host(host: str, settings: WebSettings) -> bool:
    """The server is called by a name of its own: another one may have been bent to this address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name) or (settings.place == "shared" and name in settings.hosts)


def is_own_origin(origin: str, referer: str, host: str) -> bool:
    """The page that sends a form is one of this server; a browser that does not say is refused."""
    try:
        return urlsplit(origin or referer).netloc.lower() == host.lower() != ""
    except ValueError:
        return False
