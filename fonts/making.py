"""Whether the font files are up to date, and how they are made."""

from __future__ import annotations

import hashlib
import shutil
from typing import Final

from . import letters, originals
from .cutting import css_ranges, cut, letters_of
from .letters import ROOT
from .originals import BOLD, CHINESE, KEPT, REGULAR
from .tools import CUTTING, NODE, brought, pinned

PRINTED: Final = "src/keruen/report/font_files"
ON_PAGES: Final = "src/keruen/web/static/fonts"
STAMP: Final = ROOT / "fonts/made.sha256"
"""Digests of what the files were made from and of each of them; rides in the source archive."""

_CHINESE_RANGE: Final = "U+2E80-9FFF, U+F900-FAFF, U+FF00-FFEF"
"""Wider than the file: listing its thousand characters would cost more than it saves."""


def sources_digest() -> str:
    """Digest of all that decides the font files."""
    folder = ROOT / "fonts"
    parts = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
    names = ("package.json", "package-lock.json", "originals.sha256")
    parts += [(folder / name).read_bytes() for name in names]
    parts.append(" ".join(map(pinned, CUTTING)).encode())
    # The characters of texts, not their words: a changed sentence makes no new font.
    parts += [
        str(sorted(found())).encode() for found in (letters.page_chinese, letters.page_places)
    ]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def files_made() -> dict[str, str]:
    """The made files by their place in the repository, each with its digest."""
    if not STAMP.is_file():
        return {}
    rows = [row.split() for row in STAMP.read_text(encoding="utf-8").splitlines()]
    return {name: digest for digest, name in rows if name != "sources"}


def are_stale() -> bool:
    """Whether the files are missing, damaged, or older than what they are made from."""
    made = files_made()
    return (
        not made
        or f"{sources_digest()}  sources\n" not in STAMP.read_text(encoding="utf-8")
        or any(not (ROOT / name).is_file() or _digest(name) != made[name] for name in made)
    )


def needed() -> list[str]:
    """The packages that making the files now would take."""
    if not are_stale():
        return []
    return [*CUTTING, *([] if originals.are_here() else [NODE])]


def make() -> dict[str, int]:
    """Make the files unless they are up to date.

    Returns
    -------
    Each file that was made, with its size in bytes.

    Raises
    ------
    FontsError
        When a package or a font cannot be had, or is not the one that we know.
    """
    packages = needed()
    if not packages:
        return {}
    with brought(packages):
        if NODE in packages:
            originals.fetch()
        files = _files()
    STAMP.unlink(missing_ok=True)
    for folder in (PRINTED, ON_PAGES):
        shutil.rmtree(ROOT / folder, ignore_errors=True)
        (ROOT / folder).mkdir(parents=True)
    for name, content in files.items():
        (ROOT / name).write_bytes(content)
    rows = [f"{sources_digest()}  sources", *(f"{_digest(name)}  {name}" for name in files)]
    STAMP.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return {name: len(content) for name, content in files.items()}


def _files() -> dict[str, bytes]:
    printed = {
        "NotoSans-Regular": (REGULAR, letters.printed_letters()),
        "NotoSans-Bold": (BOLD, letters.printed_letters()),
        "NotoSansSC-Regular": (CHINESE, letters.printed_chinese()),
    }
    files = {
        f"{PRINTED}/{name}.ttf": cut(KEPT / original, wanted, "ttf")
        for name, (original, wanted) in printed.items()
    }
    name_of_chinese = frozenset(map(ord, letters.NAME_OF_CHINESE))
    marks = frozenset(map(ord, letters.MARKS)) | name_of_chinese
    rules = ""
    for name, family, weights, original, wanted in (
        ("noto-sans-400", "Noto Sans", (400,), REGULAR, letters.page_letters()),
        ("noto-sans-700", "Noto Sans", (700,), BOLD, letters.page_letters()),
        # Of the family that every page names, so that marks need no second one; said for both
        # weights, since a browser looks for a bold mark among the bold files alone.
        ("noto-sans-marks", "Noto Sans", (400, 700), CHINESE, marks),
        ("noto-sans-sc-400", "Noto Sans SC", (400,), CHINESE, letters.page_chinese()),
        # After the one before: where the letters of two rules overlap, the last is asked first.
        ("noto-sans-sc-places", "Noto Sans SC", (400,), CHINESE, letters.page_places()),
    ):
        content = cut(KEPT / original, wanted, "woff2")
        # Its digest is in its name: a browser may keep it for a year.
        file = f"{name}.{hashlib.sha256(content).hexdigest()[:8]}.woff2"
        files[f"{ON_PAGES}/{file}"] = content
        is_large = name == "noto-sans-sc-400"
        for weight in weights:
            # A bold name of Chinese is left to the font of the letters around it.
            shown = letters_of(content) - (name_of_chinese if weight == 700 else frozenset())
            ranges = _CHINESE_RANGE if is_large else css_ranges(shown)
            rules += (
                f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
                f"font-display: swap; src: url('{file}') format('woff2'); "
                f"unicode-range: {ranges}; }}\n"
            )
    files[f"{ON_PAGES}/fonts.css"] = rules.encode()
    return files


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
