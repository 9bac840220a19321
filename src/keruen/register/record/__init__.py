"""What can be said: entries, their one written form, texts and figures."""

from keruen.register.record.entries import Key, Keys, SideCard
from keruen.register.record.form_text import MOST_BYTES, MOST_DEPTH, read_form
from keruen.register.record.form_writing import written_form
from keruen.register.record.forms import record_of, text_from, written_short

__all__ = [  # noqa: RUF022 - sorted as Python does
    "Key",
    "Keys",
    "MOST_BYTES",
    "MOST_DEPTH",
    "SideCard",
    "read_form",
    "record_of",
    "text_from",
    "written_form",
    "written_short",
]
