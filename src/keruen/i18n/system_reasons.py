"""What an operating system says of a file or a server, in the reader's language.

Knows the few reasons that people meet; every other one stays as the system says it, in English.
"""

from __future__ import annotations

import errno
import os
from typing import Final

from keruen.i18n.messages import catalogue

_NUMBERS: Final = (
    *(errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG),
    *(errno.ENOSPC, errno.EROFS, errno.ECONNREFUSED, errno.ETIMEDOUT, errno.ENETUNREACH),
)


def reason_in_words(said: str, language: str) -> str:
    """The reason of an `OSError` as a person reads it.

    Parameters
    ----------
    said : ``strerror``, or a longer sentence that holds it (``[Errno 111] Connection refused``).
    """
    for number in _NUMBERS:
        if os.strerror(number) in said:
            return catalogue(language)[f"reason.{errno.errorcode[number].lower()}"]
    return said
