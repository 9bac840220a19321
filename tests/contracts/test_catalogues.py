"""The four catalogues say the same things, each in its own language."""

from __future__ import annotations

import json
import re
import string
from functools import cache
from importlib.resources import files

import pytest

from keruen.i18n import LANGUAGES
from keruen.i18n.messages import catalogue
from keruen.i18n.texts import _KINDS, FORMS
from keruen.report.fonts import FAMILY, FAMILY_CHINESE, letters

OTHERS = tuple(language for language in LANGUAGES if language != "en")
FORMS_OF = {
    "en": {"one", "other"},
    "kk": {"one", "other"},
    "ru": {"one", "few", "many", "other"},
    "zh": {"other"},
}
"""Plural forms of whole and broken numbers, by the Unicode CLDR."""

# fmt: off
LATIN_WORDS = frozenset({
    "TEU", "JSON", "Schema", "TOML", "HTML", "PDF", "UTF", "XML", "CSV", "TSV", "Excel", "XLSX",
    "Parquet", "DuckDB", "Dask", "Python", "Numba", "NumPy", "Typst", "WOFF", "SVG", "SHA", "ISO", "HS",
    "GNG", "ETSNG", "UN", "ESR", "Keruen", "keruen", "GitHub", "git", "pip", "install", "Ctrl",
    "ID", "KZT", "USD", "EUR", "CNY", "EDIFACT", "OCEL", "GeoJSON", "Linux", "Windows", "macOS",
    "JIT", "LLVM", "CPU", "GB", "MB", "KB", "kB", "MiB", "GiB", "CO",
})
# fmt: on
"""Names, formulas (CO₂) and file types that are in Latin letters in every language."""

CODE_WORDS = frozenset(
    {"nameplate", "stage", "min", "serial", "processes", "dask", "html", "pdf", "both", *LANGUAGES}
)
"""Values of options, as they are typed: names of cases and formats, units of quantities."""

CODE = re.compile(
    r"`[^`]*`|«[^»{}]*»|“[^”{}]*”|\"[^\"{}]*\"|--?[a-z][\w-]*|\{[^}]*\}|[\w./-]*[_/.=\[][\w./=\[\]*-]*|[A-Z_]{2,}\b"
)
"""What is code in a sentence: quoted, an option, a placeholder, a path or key, a constant."""


@cache
def base_keys(language: str) -> frozenset[str]:
    """Keys without their plural form."""
    return frozenset(key.split("|")[0] for key in catalogue(language))


def placeholders(message: str) -> frozenset[str]:
    """Names and kinds of the placeholders of a message."""
    return frozenset(
        f"{name}:{kind}" for _, name, kind, _ in string.Formatter().parse(message) if name
    )


def words_in_latin(message: str) -> set[str]:
    """Latin words that are neither code nor allowed names."""
    plain = CODE.sub(" ", message)
    return set(re.findall(r"[A-Za-z]{2,}", plain)) - LATIN_WORDS - CODE_WORDS


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys(language: str) -> None:
    """A key exists in all four languages or in none."""
    english, other = base_keys("en"), base_keys(language)
    assert not english - other, "missing"
    assert not other - english, "superfluous"


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_messages_have_the_forms_of_their_language(language: str) -> None:
    """A counted message has every plural form that its language distinguishes."""
    forms: dict[str, set[str]] = {}
    for key in catalogue(language):
        if "|" in key:
            base, form = key.split("|")
            assert form in FORMS, key
            forms.setdefault(base, set()).add(form)
    wrong = {base: found for base, found in forms.items() if found != FORMS_OF[language]}
    assert not wrong


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_placeholders(language: str) -> None:
    """A sentence takes the same parameters, formatted the same way, in every language."""
    english = catalogue("en")
    differing = {}
    for key, message in catalogue(language).items():
        twin = english.get(key, english.get(f"{key.split('|')[0]}|other", ""))
        if placeholders(message) != placeholders(twin):
            differing[key] = (message, twin)
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_has_a_known_kind(language: str) -> None:
    """A placeholder is a plain name with a kind that the engine knows."""
    for key, message in catalogue(language).items():
        for _, name, kind, conversion in string.Formatter().parse(message):
            if name is None:
                continue
            assert name.isidentifier(), (key, name)
            assert not conversion, (key, conversion)
            assert not kind or kind in _KINDS, (key, kind)


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_in_another_language(language: str) -> None:
    """A sentence with words is never the English one."""
    english = catalogue("en")
    same = {
        key: message
        for key, message in catalogue(language).items()
        if message == english.get(key) and words_in_latin(message)
    }
    assert not same


@pytest.mark.parametrize("language", OTHERS)
def test_no_latin_words_stand_in_another_script(language: str) -> None:
    """Words are in the letters of the language, but for names and code."""
    latin = {
        key: found
        for key, message in catalogue(language).items()
        if (found := words_in_latin(message))
    }
    assert not latin


def test_chinese_is_chinese() -> None:
    """Every Chinese sentence with words has Chinese letters and no Cyrillic ones."""
    for key, message in catalogue("zh").items():
        plain = CODE.sub("", message)
        assert not re.search(r"[А-яЁёӘ-ӿ]", plain), (key, message)
        if (
            re.search(r"[A-Za-z]{2,}", CODE.sub("", catalogue("en").get(key, "")))
            and not set(re.findall(r"[A-Za-z]+", plain)) & LATIN_WORDS
        ):
            assert re.search(r"[一-鿿]", plain), (key, message)


def test_kazakh_is_kazakh() -> None:
    """Kazakh has its own letters at their usual rate, and Russian does not have them."""
    own = re.compile("[әғқңөұүһі]")
    cyrillic = re.compile("[а-яёәғқңөұүһі]")
    said = {language: " ".join(catalogue(language).values()).lower() for language in ("kk", "ru")}
    rate = len(own.findall(said["kk"])) / len(cyrillic.findall(said["kk"]))
    # In ordinary Kazakh prose every sixth to eighth letter is one of the nine.
    assert 0.10 < rate < 0.25
    assert not own.findall(said["ru"])


def test_kazakh_differs_from_russian() -> None:
    """A Kazakh sentence is not a Russian one that was left standing."""
    kazakh, russian = catalogue("kk"), catalogue("ru")
    same = {
        key
        for key in kazakh
        if kazakh[key] == russian.get(key) and len(re.findall(r"[а-я]{2,}", kazakh[key])) > 2
    }
    assert not same


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_can_be_drawn(language: str) -> None:
    """The report's fonts have a shape for every letter of every message."""
    drawable = letters(FAMILY) | letters(FAMILY_CHINESE)
    used = {ord(letter) for message in catalogue(language).values() for letter in message}
    missing = {chr(code) for code in used - drawable - {0x0A, 0x200B}}
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_files_are_sorted_and_tidy(language: str) -> None:
    """A file is flat, sorted by key, without empty messages or blanks at the ends."""
    folder = files("keruen.i18n").joinpath("catalogue").joinpath(language)
    for area in folder.iterdir():
        messages = json.loads(area.read_text(encoding="utf-8"))
        assert list(messages) == sorted(messages), area.name
        for key, message in messages.items():
            assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_-]+)+(\|[a-z]+)?", key), (area.name, key)
            assert message.strip() == message != "", (area.name, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_tears_a_number_from_its_sign(language: str) -> None:
    """Between a figure and a per cent sign or a gauge stands a no-break space."""
    torn = re.compile(r"[0-9}] %|(?:1520|1435) (?:мм|mm|毫米)")
    assert not [key for key, words in catalogue(language).items() if torn.search(words)]
