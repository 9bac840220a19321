"""Files that were damaged on their way: a seed says how."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

_NESTED = (b"[" * 3_000, b'{"a":' * 3_000, b"(" * 300, b"[[" * 40 + b"]]" * 40)
_VALUES = (
    *(b"9999-12-31", b"0001-01-01", b"1e999", b"-1", b"NaN", b"Infinity", b"null", b"true", b"[]"),
    *(b"{}", b'""', b"9" * 5_000, b"18446744073709551616", b"\\ud800", b'"\\ud800"', b"\\u0000"),
    *(b"\xff\xfe", b"\xed\xa0\x80", "\u202e".encode(), "１２".encode(), b"'", b'"', b"\r", b"0x1f"),
)
"""What a reader may trip over where another value stood."""


def damaged(content: bytes, luck: random.Random) -> bytes:
    """The content after one to three accidents."""
    for _ in range(luck.randint(1, 3)):
        content = luck.choice(_ACCIDENTS)(content, luck)
    return content


def damaged_inside(content: bytes, luck: random.Random) -> bytes:
    """A zip one of whose members had an accident before it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(packed, "w") as broken:
        names = whole.namelist()
        hit = luck.choice(names)
        for name in names:
            part = whole.read(name)
            broken.writestr(name, damaged(part, luck) if name == hit else part)
    return packed.getvalue()


def _span(content: bytes, luck: random.Random, most: int = 60) -> tuple[int, int]:
    start = luck.randint(0, len(content))
    return start, min(len(content), start + luck.randint(1, most))


def _flip(content: bytes, luck: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(luck.randint(1, 4) if changed else 0):
        changed[luck.randrange(len(changed))] ^= 1 << luck.randrange(8)
    return bytes(changed)


def _cut(content: bytes, luck: random.Random) -> bytes:
    start, end = _span(content, luck)
    return content[:start] if luck.random() < 0.3 else content[:start] + content[end:]


def _repeat(content: bytes, luck: random.Random) -> bytes:
    start, end = _span(content, luck, 400)
    return content[:end] + content[start:end] * luck.randint(1, 3) + content[end:]


def _swap(content: bytes, luck: random.Random) -> bytes:
    cuts = sorted(luck.randint(0, len(content)) for _ in range(4))
    a, b, c, d = cuts
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def _insert(content: bytes, luck: random.Random) -> bytes:
    at = luck.randint(0, len(content))
    piece = luck.choice((b"\x00" * luck.randint(1, 9), luck.choice(_NESTED), luck.choice(_VALUES)))
    return content[:at] + piece + content[at:]


def _replace_value(content: bytes, luck: random.Random) -> bytes:
    """Put another value between two marks of punctuation."""
    marks = [at for at, letter in enumerate(content) if letter in b'=:,;[]"\n']
    if len(marks) < 2:
        return content
    n = luck.randrange(len(marks) - 1)
    return content[: marks[n] + 1] + luck.choice(_VALUES) + content[marks[n + 1] :]


_ACCIDENTS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _cut, _repeat, _swap, _insert),
    # Most files that are damaged elsewhere fall at the first letter; this one gets far.
    *(_replace_value, _replace_value, _replace_value),
)
