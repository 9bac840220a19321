"""Names of files that every system takes, made of words that people chose.

Knows what Windows and POSIX refuse; knows no folder.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

_REFUSED: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]|[. ]$|^[. ]')
"""Windows takes none of these letters and drops a dot or blank at the end; at the beginning a dot
hides a file on POSIX. Surrogates are bytes of a name that was no text."""

_DEVICE: Final = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\..*)?", re.IGNORECASE
)
"""Devices of Windows, whatever ending follows."""

_MOST_BYTES: Final = 120
"""Room for what is put before and behind, within the 255 bytes of a name."""
_SHOWN_LETTERS: Final = 24
_DIGITS: Final = 10


def file_name(words: str) -> str:
    """The words where they can be a file's name everywhere, else what is left of them and a digest.

    Parameters
    ----------
    words : name of a scenario, a case or a project.

    Examples
    --------
    >>> file_name("stage-2+Қостанай")
    'stage-2+Қостанай'
    >>> file_name("CON"), file_name("a:b")
    ('CON-a3dbc4b644', 'a_b-6783a31eab')
    """
    is_taken = words and len(words.encode("utf-8", "surrogatepass")) <= _MOST_BYTES
    if is_taken and not _REFUSED.search(words) and not _DEVICE.fullmatch(words):
        return words
    # A dot would leave a device's name standing before an ending.
    kept = re.sub(r"\.", "_", _REFUSED.sub("_", words))[:_SHOWN_LETTERS]
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{kept}-{digest}"
