"""Every field of every form of the register has a name in four languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import inspect

from keruen.domain import joint
from keruen.domain.appraised import JOINT, LOSS_PROBABILITY, OF_SIDE
from keruen.errors import RegisterError
from keruen.formats.list_columns import STAGES
from keruen.i18n import LANGUAGES, describe
from keruen.i18n.field_names import field_key, field_name
from keruen.i18n.messages import catalogue
from keruen.register.record import record_of
from keruen.register.record.entries import BODIES
from keruen.register.record.forms import KINDS
from keruen.report.joint.sentences import code_name


def fields_of(context: str, kind: Any) -> Iterator[tuple[str, str]]:
    """Every field below a type, with what it is a part of."""
    if isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from fields_of(context, one)
    elif isinstance(kind, inspect.VarTupleType):
        yield from fields_of(context, kind.item_type)
    elif isinstance(kind, inspect.DictType):
        yield from fields_of("", kind.value_type)
    elif isinstance(kind, inspect.StructType):
        for field in kind.fields:
            yield context, field.encode_name
            yield from fields_of(field.encode_name, field.type)


ALL = sorted(
    {
        pair
        for record in {**KINDS, **BODIES}.values()
        for pair in fields_of(record.__name__.lower(), inspect.type_info(record))
    }
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_name(language: str) -> None:
    """No form asks for a field that has no name in the reader's language."""
    assert len(ALL) > 150
    assert not [pair for pair in ALL if field_key(*pair, language) not in catalogue(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_planned_stage_has_a_name(language: str) -> None:
    """The stages of a project's plan are no keys of a file to a reader."""
    for stage in STAGES:
        assert f"field.baseline.{stage}" in catalogue(language)


def test_no_name_stands_in_the_table_for_nothing() -> None:
    """A name whose field is gone is gone too."""
    used = {field_key(*pair) for pair in ALL}
    used |= {f"field.baseline.{stage}" for stage in STAGES}
    used |= {f"field.language_{one}" for one in LANGUAGES} | {"field.separator", "field.with_key"}
    # Outputs of an appraisal are names in a table of it.
    used |= {f"field.{name}" for name in (JOINT, *OF_SIDE.values(), LOSS_PROBABILITY)}
    assert not {key for key in catalogue("en") if key.startswith("field.")} - used


def test_parts_of_one_record_have_different_names() -> None:
    """Two fields of a record that are called alike would be one to a reader."""
    for language in LANGUAGES:
        for record in {joint.Project, joint.Commitment, joint.Decision, joint.Claim, joint.Report}:
            names = record.__struct_fields__
            kind = record.__name__.lower()
            assert len({field_name(kind, name, language) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("ru", "Срок реализации, начало"),
        ("kk", "Іске асыру мерзімі, басы"),
        ("zh", "建设实施时间：起"),
        ("en", "Implementation period, start"),
    ],
)
def test_a_problem_names_the_field_and_its_key(language: str, name: str) -> None:
    """Whoever filled a form in reads the field's name, and the key to look for in the file."""
    baseline = {"implementation": {"first": "2026-02-30", "last": "2027-12-31"}}
    words = {"id": "KH-0001", "kind": "trade", "title": {"ru": "Склад"}, "baseline": baseline}
    wrong = f"project.toml: {name} (`baseline.implementation.first`)"
    assert wrong in refusal(words, language)
    words.pop("kind")
    lacking = f"{field_name('project', 'kind', language)} (`kind`)"
    assert lacking in refusal(words, language)


def refusal(words: dict[str, Any], language: str) -> str:
    """What a person reads about a project that cannot be written."""
    with pytest.raises(RegisterError) as refused:
        record_of(words, "project", "project.toml")
    # Chinese has brackets of its own.
    return describe(refused.value, language).replace("（", " (").replace("）", ")")


def test_a_claim_about_a_field_of_the_form_is_called_as_there() -> None:
    """The fiche, `show` and the meeting call what a claim is about as the form does."""
    assert code_name("field", "baseline.implementation", "ru") == "Срок реализации"
    assert code_name("field", "budget", "zh") == "预算"
    assert code_name("field", "jobs_kept", "ru") == "jobs kept", "the side's own word"
