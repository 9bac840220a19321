"""Sentences: a catalogue key and its parameters become words.

A placeholder may name the kind of its value, so that a sentence decides how its figures look:
``{n:number}``, ``{n:number1}`` (one decimal), ``{part:share}``, ``{part:share1}``,
``{wait:duration}``, ``{name:key}`` (the value is itself a catalogue key), ``{words:keys}``
(catalogue keys apart by blanks, written as a list). Without a kind the value is written as it is.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from keruen.errors import KeruenError, Problem
from keruen.i18n import numbers
from keruen.i18n.field_names import with_field_names
from keruen.i18n.messages import catalogue, message

FORMS: Final = ("zero", "one", "two", "few", "many", "other")
"""Plural forms of the Unicode CLDR; a counted message is kept as ``key|form``."""

_KINDS: Final[Mapping[str, Callable[[Any, str], str]]] = {  # Any: as each kind takes it
    "number": numbers.number,
    "number1": lambda value, language: numbers.number(value, language, 1),
    "number2": lambda value, language: numbers.number(value, language, 2),
    "share": numbers.share,
    "share1": lambda value, language: numbers.share(value, language, 1),
    "duration": numbers.duration,
    "key": message,
    "keys": lambda value, language: listing(
        [message(key, language) for key in value.split()], language
    ),
}


class _Sentence(string.Formatter):
    """`str.format` with our kinds, and without attributes, indexes or conversions."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(
        self, field_name: str, args: Sequence[object], kwargs: Mapping[str, object]
    ) -> tuple[object, str]:
        """The value of a placeholder, which must be a plain name."""
        assert field_name.isidentifier(), f"placeholder {field_name!r} is not a plain name"
        return super().get_value(field_name, args, kwargs), field_name

    def format_field(self, value: object, format_spec: str) -> str:
        """The value in the way that its kind asks for."""
        return _KINDS[format_spec](value, self.language) if format_spec else str(value)


def text(key: str, language: str, /, **parameters: object) -> str:
    """The sentence of `key` in `language`.

    Parameters
    ----------
    key : str
        Of the catalogue, such as ``report.title``.
    language : str
        One of kk, ru, zh and en.
    **parameters : object
        The placeholders of the sentence.

    Returns
    -------
    str
        The sentence.

    Raises
    ------
    KeyError
        When the key or a parameter is missing: a fault of ours.
    UsageError
        When the language is unknown.
    """
    return _Sentence(language).vformat(message(key, language), (), parameters)


def plural(key: str, n: float, language: str, /, **parameters: object) -> str:
    """The sentence of `key` in the form that the count `n` asks for; the sentence may use ``{n}``.

    The forms are kept as ``key|one``, ``key|few``, ``key|many``, ``key|other``, as far as the
    language has them.

    Parameters
    ----------
    key : str
        Of the catalogue, without its form.
    n : float
        The count.
    language : str
        One of kk, ru, zh and en.
    **parameters : object
        The other placeholders of the sentence.

    Returns
    -------
    str
        The sentence.
    """
    from babel import Locale  # noqa: PLC0415 - Babel is slow to import

    form = Locale.parse(numbers.LOCALES[language]).plural_form(n)
    chosen = f"{key}|{form}"
    if chosen not in catalogue(language):
        chosen = f"{key}|other"
    return text(chosen, language, n=n, **parameters)


def listing(words: Sequence[str], language: str) -> str:
    """Words as a list in a sentence: "a, b and c".

    Parameters
    ----------
    words : Sequence[str]
        In the order in which they are said.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    str
        Empty of no words.

    Examples
    --------
    >>> listing(["a", "b", "c"], "en")
    'a, b and c'
    """
    from babel.lists import format_list  # noqa: PLC0415 - Babel is slow to import

    written: str = format_list(list(words), locale=numbers.LOCALES[language])
    return written


def describe(wrong: KeruenError | Problem, language: str) -> str:
    """An error in words, one line for each problem.

    Parameters
    ----------
    wrong : KeruenError or Problem
        The error, or one of its problems.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    str
        Its sentences.
    """
    problems = wrong.problems if isinstance(wrong, KeruenError) else (wrong,)
    return "\n".join(
        text(problem.key, language, **with_field_names(problem.parameters, language))
        for problem in problems
    )


def render_english(key: str, parameters: Mapping[str, object]) -> str:
    """The renderer of `keruen.errors`: ``str(error)`` is English."""
    return text(key, "en", **with_field_names(parameters, "en"))
