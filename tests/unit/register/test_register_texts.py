"""A text in several languages: what one change does to the others."""

from __future__ import annotations

from keruen.domain.joint import MText, Organisation, Project, Risk, Words
from keruen.register.record.texts import (
    all_behind,
    behind,
    fingerprint,
    languages,
    make,
    mtexts,
)
from made_up_logs import write


def port() -> MText:
    return make(authentic=("ru", "zh"), ru="Порт", zh="港", en="Port")


def test_a_made_text_is_whole() -> None:
    """A text that was made at once has no language behind, and its originals are authentic."""
    text = port()
    assert behind(text) == ()
    assert languages(text) == ("ru", "zh", "en")
    assert text.ru is not None
    assert text.en is not None
    assert (text.ru.state, text.en.state) == ("authentic", "draft")


def test_a_changed_original_leaves_the_others_behind() -> None:
    """After a change of one authentic language all other languages are behind."""
    assert behind(write(port(), "ru", "Сухой порт")) == ("zh", "en")


def test_a_changed_translation_leaves_nobody_behind() -> None:
    """A change of a language that is no original changes nothing for the others."""
    changed = write(port(), "en", "Dry port")
    assert behind(changed) == ()


def test_the_same_words_again_change_nothing() -> None:
    """Writing the words that stand there leaves nobody behind."""
    assert behind(write(port(), "ru", "Порт")) == ()


def test_an_original_without_words_is_behind() -> None:
    """A text that names an authentic language without words is not whole."""
    assert behind(make(authentic=("kk", "ru"), ru="Порт")) == ("kk",)


def test_words_without_a_mark_are_behind() -> None:
    """Words that follow nothing were compared with nothing."""
    text = MText(ru=Words(text="Порт", state="authentic"), authentic=("ru",))
    assert behind(text) == ("ru",)


def test_the_fingerprint_is_of_the_originals_only() -> None:
    """Two texts with the same originals have one fingerprint, in whatever order they are named."""
    assert fingerprint(port()) == fingerprint(write(port(), "en", "Harbour"))
    assert fingerprint(port()) == fingerprint(make(authentic=("zh", "ru"), zh="港", ru="Порт"))
    assert fingerprint(port()) != fingerprint(write(port(), "zh", "港口"))


def test_every_text_of_a_record_is_found_with_its_place() -> None:
    """A text is found however deep it stands, and named by its path."""
    late = write(port(), "ru", "Сухой порт")
    core = Project(
        id="KH-0001",
        title=port(),
        kind="trade",
        lead_a=Organisation(name=port()),
        risks=(Risk(category="cost", cause=port()), Risk(category="time", cause=late)),
    )
    assert [path for path, _ in mtexts(core)] == [
        "title",
        "lead_a.name",
        "risks[1].cause",
        "risks[2].cause",
    ]
    assert all_behind(core) == (("risks[2].cause", "zh"), ("risks[2].cause", "en"))
