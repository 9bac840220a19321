"""A document being put together: its keys, the file of each, and the problems found so far."""

from __future__ import annotations

from typing import Any, Final

from keruen.errors import Problem

TomlValue = Any
"""What a file may hold: of any type, for a person wrote it and no model has looked at it yet."""

Document = dict[str, TomlValue]
_MOST_LETTERS: Final = 60
_MOST_LETTERS_OF_A_PATH: Final = 200


class ScenarioReading:
    """What is known of a scenario while it is read.

    Attributes
    ----------
    document : the merged tables.
    origin : path of a key → file that wrote it; empty for an override.
    case_titles : file and title of each applied case, in order.
    works : place and title of each thing that is built by the scenario's year, in order.
    problems : what was found wrong, in order.
    notes : what the reader should know of files that are right.
    is_cut : a whole file is missing because it cannot be read: what is absent may have stood there.
    left_out : paths that were cut out because they are wrong themselves, so that the rules
        between tables can be checked on the rest.
    """

    def __init__(self) -> None:
        self.document: Document = {}
        self.origin: dict[str, str] = {}
        self.case_titles: list[tuple[str, object]] = []
        self.works: list[tuple[str, object]] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.is_cut = False
        self.texts: dict[str, str] = {}
        self.left_out: list[str] = []

    def complain(self, kind: str, /, **parameters: str | int | float) -> None:
        """Note a problem, once; reading goes on, so that all are found."""
        problem = Problem(f"problem.{kind}", parameters)
        if problem not in self.problems:
            self.problems.append(problem)

    def note(self, key: str, /, **parameters: str | int | float) -> None:
        """Note what is not wrong but should be said: how a file was read."""
        self.notes.append(Problem(key, parameters))

    def complain_at(self, path: str, kind: str, /, **parameters: str | int | float) -> None:
        """Note a problem of the key at a path of the document."""
        self.complain(kind, place=self.place(path), **parameters)

    def place(self, path: str) -> str:
        """File and key of a path, for a person."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            origin = self.origin.get(".".join(parts[:length]))
            if origin is not None:
                shown = written(path, _MOST_LETTERS_OF_A_PATH)
                return f"{origin}: {shown}" if origin else shown
        return written(path, _MOST_LETTERS_OF_A_PATH)

    def is_whole(self, table: str) -> bool:
        """Whether nothing was left out of a table, so that what it lacks is truly absent."""
        return not any(_is_within(path, table) or _is_within(table, path) for path in self.left_out)

    def is_left_out(self, path: str) -> bool:
        """Whether a path, or a table that contains it, was left out."""
        return any(_is_within(path, outer) for outer in self.left_out)


def _is_within(path: str, table: str) -> bool:
    return path == table or path.startswith(f"{table}.")


def written(value: object, most_letters: int = _MOST_LETTERS) -> str:
    """A value of a document as its writer knows it, short enough for a sentence.

    Examples
    --------
    >>> written(True), written([1, "a"]), written({"b": 1})
    ('true', '[1, a]', '{b}')
    """
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, list | tuple):
        text = f"[{', '.join(written(item) for item in value[:20])}]"
    elif isinstance(value, dict):
        text = f"{{{', '.join(sorted(map(str, value))[:20])}}}"
    elif isinstance(value, int) and abs(value) > 10**30:
        text = "…"  # longer than the interpreter will spell out
    else:
        text = str(value)
    if not text.isprintable():
        # A name from the disk may hold bytes that no text can show.
        text = text.encode("utf-8", "replace").decode()
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= most_letters else text[: most_letters - 1] + "…"
