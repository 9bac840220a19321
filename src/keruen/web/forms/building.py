"""The form as a page shows it: groups and inputs with names, values, choices and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from keruen.domain.languages import LANGUAGES
from keruen.i18n import text
from keruen.i18n.field_names import field_name
from keruen.i18n.messages import catalogue
from keruen.report.joint.whole_text import word_of
from keruen.web.forms.reading import n_rows
from keruen.web.forms.shapes import InputShape, shape_of

_HINTS: Final = frozenset(
    {"title", "debtor_office", "said_by", "lead_a", "lead_b", "creditor", "condition", "id"}
)
"""Fields of which the form of the command line says something that its name does not."""
_ROWS_MORE: Final = 1
"""Free rows below those that are filled; to keep a draft adds more."""

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""Name of a field → codes and their names, from the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPart:
    """An input, or several that belong together.

    Parameters
    ----------
    kind : as of `InputShape`; of one language of a text ``line`` or ``area``.
    path : name of the input; its id has it too, so that a problem can lead to it.
    options : codes and names to choose from.
    errors : sentences about what was typed.
    is_open : a group that is shown unfolded.
    language : of the text that is typed; empty where it is no text.
    """

    kind: str
    path: str
    title: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    is_required: bool = False
    errors: tuple[str, ...] = ()
    parts: tuple[FormPart, ...] = ()
    is_open: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    record: str
    typed: Mapping[str, str]
    errors: Mapping[str, Sequence[str]]
    choices: Choices
    marks: Mapping[str, str]
    language: str

    def part(self, shape: InputShape, path: str) -> FormPart:
        title = self.title(shape)
        made = FormPart(
            kind=shape.kind,
            path=path,
            title=title,
            value=self.typed.get(path, ""),
            hint=self.hint(shape),
            is_required=shape.is_required,
            errors=tuple(self.errors.get(path, ())),
            options=self.options(shape, path),
        )
        parts = self.parts(shape, path)
        if not parts:
            return made
        is_filled = any(name.startswith((f"{path}.", f"{path}[")) for name in self.typed)
        # A span of days is two inputs: folded away it would be overlooked.
        is_short = shape.kind == "record" and len(parts) == 2
        is_open = shape.is_required or is_short or is_filled or bool(made.errors)
        return replace(made, parts=parts, is_open=is_open, value="")

    def parts(self, shape: InputShape, path: str) -> tuple[FormPart, ...]:
        if shape.kind == "record":
            return tuple(
                self.part(
                    # What an optional part would need is not needed while the part stays empty.
                    replace(one, is_required=one.is_required and shape.is_required),
                    f"{path}.{one.name}".lstrip("."),
                )
                for one in self.shown(shape, path)
            )
        if shape.kind == "texts":
            return tuple(self.language_part(shape, path, one) for one in LANGUAGES)
        if shape.kind in {"rows", "named_rows"}:
            n_all = n_rows(self.typed, path) + _ROWS_MORE
            return tuple(self.row(shape, f"{path}[{n}]", n) for n in range(1, n_all + 1))
        return ()

    def shown(self, shape: InputShape, path: str) -> list[InputShape]:
        """The fields that a person types; an id that is made from a file is none of them."""
        is_made = self.record == "evidence" and not path
        return [one for one in shape.parts if not (is_made and one.name == "id")]

    def row(self, shape: InputShape, path: str, n: int) -> FormPart:
        item = self.part(shape.parts[0], path)
        title = f"{self.title(shape)} {n}"
        if shape.kind == "rows":
            return replace(item, title=title, is_open=True)
        name = FormPart(
            kind="choice" if shape.codes or shape.name in self.choices else "line",
            path=f"{path}.@name",
            title=text(f"web.row_{shape.name}", self.language),
            value=self.typed.get(f"{path}.@name", ""),
            options=self.options(shape, f"{path}.@name"),
            errors=tuple(self.errors.get(f"{path}.@name", ())),
        )
        parts = (
            name,
            *(item.parts or (replace(item, title=text("web.row_value", self.language)),)),
        )
        return replace(item, kind="record", title=title, parts=parts, is_open=True, errors=())

    def language_part(self, shape: InputShape, path: str, one: str) -> FormPart:
        name = f"{path}.{one}"
        return FormPart(
            kind=shape.codes[0],
            path=name,
            title=text(f"field.language_{one}", self.language),
            value=self.typed.get(name, ""),
            hint=self.marks.get(name, ""),
            errors=tuple(self.errors.get(name, ())),
            language=one,
        )

    def title(self, shape: InputShape) -> str:
        name = field_name(shape.outer or self.record, shape.name, self.language)
        return name[:1].upper() + name[1:]

    def hint(self, shape: InputShape) -> str:
        if shape.kind in {"number", "day"}:
            return text(f"web.hint_{shape.kind}", self.language)
        if shape.kind == "list":
            return text("web.hint_list", self.language)
        key = f"register.form_{shape.name}"
        is_said = shape.name in _HINTS and shape.outer in {"", self.record}
        return text(key, self.language) if is_said and key in catalogue(self.language) else ""

    def options(self, shape: InputShape, path: str) -> tuple[tuple[str, str], ...]:
        if shape.kind not in {"choice", "codes", "named_rows"}:
            return ()
        known = list(self.choices.get(shape.name, ()))
        known = known or [(code, self.word(shape, code)) for code in shape.codes]
        there = self.typed.get(path, "")
        chosen = there.split(",") if shape.kind == "codes" else [there]
        # What a text has already stays in it, be it on the list or not.
        more = [(one, one) for one in chosen if one and one not in dict(known)]
        return (*known, *more)

    def word(self, shape: InputShape, code: str) -> str:
        if shape.kind == "named_rows":
            return field_name("baseline", f"baseline.{code}", self.language)
        if shape.name == "language":
            return text(f"field.language_{code}", self.language)
        if shape.name == "currency":
            return text(f"web.currency_{code.lower()}", self.language)
        is_document = shape.outer == "document" and shape.name == "kind"
        if is_document:
            return text(f"fiche.document_{code.lower()}", self.language)
        inside = "" if shape.outer == self.record else f"{shape.outer}."
        return word_of(f"{inside}{shape.name}", code, self.language)


def form_of(
    record: str,
    typed: Mapping[str, str],
    language: str,
    *,
    errors: Mapping[str, Sequence[str]],
    choices: Choices,
    marks: Mapping[str, str],
) -> tuple[FormPart, ...]:
    """The inputs of a record's form.

    Parameters
    ----------
    typed : what was typed before, or would have been.
    errors : name of an input → sentences.
    choices : from the register, by the names of fields.
    marks : name of a language's input → how it stands to the others: original, behind.
    """
    builder = _Builder(
        record=record,
        typed=typed,
        errors=errors,
        choices=choices,
        marks=marks,
        language=language,
    )
    return builder.parts(shape_of(record), "")
