"""Forms made from the schema of the records: what is asked, what was typed, what it says.

Knows the types of `domain.joint` and the reader's way to type; decides nothing: whether words are a
record is said by `register.record`, to every face alike.
"""

from __future__ import annotations

from keruen.web.forms.building import FormPart, form_of
from keruen.web.forms.filling import filled
from keruen.web.forms.reading import ReadForm, read_typed, with_places
from keruen.web.forms.shapes import RECORDS, shape_of

__all__ = [  # noqa: RUF022 - sorted as Python does
    "FormPart",
    "RECORDS",
    "ReadForm",
    "filled",
    "form_of",
    "read_typed",
    "shape_of",
    "with_places",
]
