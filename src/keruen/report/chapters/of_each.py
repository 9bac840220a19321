"""Pictures of one case each: the leading case on paper, the others folded away on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from keruen.i18n import text
from keruen.report.chapters.verdict import leading
from keruen.report.document import Block, Folded, Illustration
from keruen.report.pictures.svg import Picture
from keruen.study.results import Study


def of_each(
    studies: Sequence[Study],
    pictures: Sequence[Picture | None],
    language: str,
    note: str = "",
) -> list[Block]:
    """The picture of the leading case, then those of the others in a fold.

    `pictures` are one for each study, None where a case has nothing to show.
    """
    at = studies.index(leading(studies))
    shown = illustrations(pictures[at : at + 1], note)
    rest = illustrations([*pictures[:at], *pictures[at + 1 :]], note)
    if not rest:
        return [*shown]
    return [*shown, Folded(title=text("report.other_cases", language), blocks=tuple(rest))]


def illustrations(pictures: Sequence[Picture | None], note: str = "") -> list[Illustration]:
    """Figures with the same note, those that there are."""
    return [
        Illustration(picture=picture, caption=picture.title, note=note)
        for picture in pictures
        if picture
    ]
