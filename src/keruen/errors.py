"""What can go wrong, as one tree.

::

    KeruenError                 anything a person can mend; exit code 2
    ├─ InputError               what was given to us is wrong
    │  ├─ ScenarioError         a scenario folder; carries every problem found, not the first only
    │  ├─ RegisterError         what was offered to the register; carries every problem found
    │  ├─ UsageError            an argument of a call or a command (unknown case, bad number)
    │  └─ RunFolderError        a run on disk that is foreign, broken or from another version
    ├─ StorageError             the disk refused (full, read-only, no permission)
    └─ CancelledError           a person stopped the work; what was finished is kept

Everything else that escapes is a fault of ours and keeps its traceback.

An error holds a catalogue *key* and its parameters, never a sentence: the sentence is made where
the reader's language is known. `keruen.i18n` registers itself as the renderer, so that `str(error)`
is a sentence wherever the catalogue is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

type_of_parameter = str | int | float
Renderer = Callable[[str, Mapping[str, type_of_parameter]], str]

_renderers: list[Renderer] = []


def register_renderer(renderer: Renderer) -> None:
    """Make `renderer` the one that turns a key and its parameters into a sentence."""
    _renderers[:] = [renderer]


def _render(key: str, parameters: Mapping[str, type_of_parameter]) -> str:
    if _renderers:
        return _renderers[0](key, parameters)
    listed = ", ".join(f"{name}={value!r}" for name, value in parameters.items())
    return f"{key}({listed})"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its place.

    Parameters
    ----------
    key : catalogue key of the sentence, for example ``"problem.unknown_key"``.
    parameters : what the sentence needs; always includes ``place`` (file and key).
    """

    key: str
    parameters: Mapping[str, type_of_parameter] = field(default_factory=dict)

    def __str__(self) -> str:
        return _render(self.key, self.parameters)


class KeruenError(Exception):
    """Anything that a person can mend: a catalogue key and its parameters.

    Examples
    --------
    >>> UsageError("error.unknown_case", case="x", known="y").key
    'error.unknown_case'
    """

    exit_code = 2

    def __init__(self, key: str, /, **parameters: type_of_parameter) -> None:
        super().__init__(key)
        self.key = key
        self.parameters = parameters

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every single problem; an ordinary error is its own only one."""
        return (Problem(self.key, self.parameters),)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders; the default pickling forgets keyword arguments.
        return (_rebuild, (type(self), self.key, self.parameters))


def _rebuild(
    kind: type[KeruenError], key: str, parameters: dict[str, type_of_parameter]
) -> KeruenError:
    return kind(key, **parameters)


class InputError(KeruenError):
    """What was given to us is wrong."""


class _SeveralProblemsError(InputError):
    """Whatever is wrong with one thing, all at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        assert problems, "an error without a problem"
        super().__init__(problems[0].key, **problems[0].parameters)
        self._problems = problems

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self._problems,))


class ScenarioError(_SeveralProblemsError):
    """A scenario cannot be read: all its problems at once."""


class RegisterError(_SeveralProblemsError):
    """The register refuses what it was given; nothing of it was applied."""

    @classmethod
    def of(cls, kind: str, place: str, /, **parameters: type_of_parameter) -> RegisterError:
        """The error of a single problem.

        Parameters
        ----------
        kind : its catalogue key without the area ``problem.``.
        place : the file, entry or key where it was found.
        parameters : what else its sentence needs.
        """
        return cls((Problem(f"problem.{kind}", {"place": place, **parameters}),))


class UsageError(InputError):
    """An argument of a call or a command is wrong."""


class RunFolderError(InputError):
    """A run on disk is foreign, broken or from another version."""


class StorageError(KeruenError):
    """The disk refused: full, read-only, no permission."""


class CancelledError(KeruenError):
    """A person stopped the work; what was finished is kept."""

    exit_code = 130
