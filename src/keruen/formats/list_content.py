"""What a file of another format held of the joint list: records, and what could not become one.

Knows the records; knows nothing of files. A text that was read is a draft: `follows` is empty, and
the register completes it (fingerprints of texts stand a floor above) when it is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from keruen.domain.joint import Claim, Commitment, Decision, MText, Project
from keruen.domain.untyped import JsonValue
from keruen.errors import Problem

Say = Callable[[str, str], str]
"""The words of a catalogue key in a language: `keruen.i18n.text`, a neighbour on this floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Records of the joint list on their way in or out.

    Parameters
    ----------
    projects, commitments, claims, decisions : what became a record.
    notes : what did not, each with its place: nothing is lost unsaid.
    foreign : by project id, the parts of a foreign document that have no place in our records, and
        under "" those of the package itself; `oc4ids.package` writes them out again.
    """

    projects: tuple[Project, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    claims: tuple[Claim, ...] = ()
    decisions: tuple[Decision, ...] = ()
    notes: tuple[Problem, ...] = ()
    foreign: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)


def in_language(text: MText | None, language: str) -> str:
    """The words of a text in `language`, or else in the first language that has some.

    Parameters
    ----------
    language : preferred; then English, Russian, Kazakh, Chinese.
    """
    if text is None:
        return ""
    for name in (language, "en", "ru", "kk", "zh"):
        words = getattr(text, name, None)
        if words is not None and words.text.strip():
            said: str = words.text
            return said
    return ""
