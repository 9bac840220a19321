"""Every word, number and date for a person, in the person's language.

Knows the four catalogues and the conventions of the four languages; knows nothing of what is said.
Importing this package makes ``str(error)`` an English sentence.
"""

from __future__ import annotations

from keruen.domain.languages import LANGUAGES
from keruen.errors import register_renderer
from keruen.i18n.numbers import day, duration, number, quantity, share
from keruen.i18n.texts import describe, listing, plural, render_english, text

__all__ = [
    "LANGUAGES",
    "day",
    "describe",
    "duration",
    "listing",
    "number",
    "plural",
    "quantity",
    "share",
    "text",
]

register_renderer(render_english)
