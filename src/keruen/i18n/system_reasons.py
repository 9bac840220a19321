"""What an operating system says of a file or a server, in the reader's language.

Knows the few reasons that people meet; every other one stays as the system says it, in English.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import Final

from keruen.i18n.messages import catalogue

_KEYS: Final[Mapping[int, str]] = {
    errno.ENOENT: "reason.enoent",
    errno.EEXIST: "reason.eexist",
    errno.EACCES: "reason.eacces",
    errno.EISDIR: "reason.eisdir",
    errno.ENOTDIR: "reason.enotdir",
    errno.ENAMETOOLONG: "reason.enametoolong",
    errno.ENOSPC: "reason.enospc",
    errno.EROFS: "reason.erofs",
    errno.ECONNREFUSED: "reason.econnrefused",
    errno.ETIMEDOUT: "reason.etimedout",
    errno.ENETUNREACH: "reason.enetunreach",
}


def reason_in_words(said: str, language: str) -> str:
    """The reason of an `OSError` as a person reads it.

    Parameters
    ----------
    said : ``strerror``, or a longer sentence that holds it (``[Errno 111] Connection refused``).
    """
    for number, key in _KEYS.items():
        if os.strerror(number) in said:
            return catalogue(language)[key]
    return said
