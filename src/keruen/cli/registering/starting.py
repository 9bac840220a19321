"""`keruen register start`: asks and explains step by step; the steps are the register's own.

Knows options and the person at the terminal. Every answer may also be given as an option, so that a
script takes the same way; without one and without a terminal the command says what is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from keruen.cli.registering.content import office_of, read_content, texts_of
from keruen.cli.registering.opening import (
    asker,
    chosen_folder,
    day,
    given_passphrase,
    keys_are_locked,
    new_passphrase,
    now,
)
from keruen.cli.registering.words import is_confirmed, short, tell, tell_duplicates, words_of
from keruen.domain.joint import Project, Side
from keruen.errors import UsageError
from keruen.i18n import LANGUAGES, text
from keruen.register.joint_list import listed_in
from keruen.register.record import record_of, text_from
from keruen.report.joint.sentences import plain

if TYPE_CHECKING:
    from keruen.cli.registering.whole_register import StartOptions
    from keruen.register import GuidedStart


def start(asked: StartOptions) -> int:
    """Take every step that can be taken now, and say what comes next."""
    from keruen.register import GuidedStart

    folder = chosen_folder(asked.folder)
    ask = asker(asked.allowed, asked.language)
    guide = GuidedStart(folder, asked.mail, _passphrase(asked, folder), ask)
    n_new = guide.take_in(now()) if folder.exists() else 0
    has_news = n_new > 0
    for _ in range(_MOST_STEPS):
        step = guide.step(day(""))
        tell(f"start_{step}", asked.language)
        if step in {"wait_card", "wait_answer", "agreed"} or not _TAKE[step](guide, asked):
            break
        has_news = has_news or step != "begin"
        guide.take_in(now())
    register = guide.register()
    outbox = str(guide.outbox(register.side))
    if has_news and register.pair:
        guide.send(now())
    tell("start_carry", asked.language, path=outbox)
    return 0


_MOST_STEPS = 6
"""Begin, join, offer, sign, and the two that end the way: more would go round in circles."""


def _passphrase(asked: StartOptions, folder: Path) -> str | None:
    if not (folder / "register.toml").is_file():
        return new_passphrase(asked.passphrase_file, asked.language)
    given = given_passphrase(asked.passphrase_file)
    if given is None and keys_are_locked(folder) and sys.stdin.isatty():
        question = text("register.ask_passphrase", asked.language)
        return cast("str", typer.prompt(question, hide_input=True))
    return given


def _answer(given: str, option: str, language: str) -> str:
    """What was given, else what a person at the terminal answers."""
    if given:
        return given
    if not sys.stdin.isatty():
        raise UsageError("error.start_needs", option=option)
    name = option.strip("-").replace("-", "_")
    return cast("str", typer.prompt(text(f"register.start_ask_{name}", language))).strip()


def _texts(given: list[str], option: str, language: str) -> dict[str, str]:
    """A text in the languages that were given, else asked for one by one; one may stay empty."""
    if given:
        return texts_of(given, option)
    if not sys.stdin.isatty():
        raise UsageError("error.start_needs", option=option)
    name = option.strip("-")
    answers = {
        one: typer.prompt(
            text(f"register.start_ask_{name}", language, language=one),
            default="",
            show_default=False,
        ).strip()
        for one in LANGUAGES
    }
    return {one: words for one, words in answers.items() if words}


def _is_sure(asked: StartOptions, question: str) -> bool:
    if asked.is_sure:
        return True
    if not sys.stdin.isatty():
        raise UsageError("error.start_needs", option="--yes")
    return is_confirmed(question, asked.language)


def _begin(guide: GuidedStart, asked: StartOptions) -> bool:
    side = _answer(asked.side, "--side", asked.language)
    if side not in {"A", "B"}:
        raise UsageError("error.side", found=side)
    names = _texts(asked.names, "--name", asked.language)
    offices = asked.offices or [_answer("", "--office", asked.language)]
    named = tuple(office_of(office) for office in offices)
    guide.begin(cast("Side", side), text_from(names), named, asked.threshold)
    _print_keys(guide.register().card, asked.language)
    return True


def _join(guide: GuidedStart, asked: StartOptions) -> bool:
    card = guide.card()
    tell("start_card", asked.language, name=words_of(card.name, asked.language))
    _print_keys(card, asked.language)
    if not _is_sure(asked, "start_ask_card"):
        return False
    pair_name = _answer(asked.pair_name, "--pair-name", asked.language)
    guide.join(card, pair_name, now())
    tell("joined", asked.language, name=pair_name, pair=guide.register().pair)
    return True


def _print_keys(card: Any, language: str) -> None:
    # The same lines as in the annex, which is compared with them.
    from keruen.cli.registering.keeping import print_keys

    print_keys(card.root, language)


def _offer(guide: GuidedStart, asked: StartOptions) -> bool:
    if asked.content is None and not asked.changes:
        if not sys.stdin.isatty():
            tell("start_no_project", asked.language)
            return False
        if not is_confirmed("start_ask_offer", asked.language):
            return False
        words: dict[str, Any] = {
            "id": _answer("", "--id", asked.language),
            "kind": _answer("", "--kind", asked.language),
            "title": _texts([], "--title", asked.language),
        }
    else:
        words = read_content(asked.content, asked.changes)
    state = guide.register().state(day(""))
    place = str(asked.content) if asked.content is not None else "--set"
    project = cast("Project", record_of(words, "project", place, listed=listed_in(state)))
    tell_duplicates(state, project, asked.language)
    entry = guide.offer(project, now())
    title = words_of(project.title, asked.language)
    tell("offered", asked.language, id=short(entry), title=title)
    return True


def _sign(guide: GuidedStart, asked: StartOptions) -> bool:
    from keruen.cli.registering.reading import is_agreed, print_to_sign

    state = guide.register().state(day(""))
    for offer in guide.offers(day("")):
        print_to_sign(state, offer, asked.language)
        tell_duplicates(state, offer.core, asked.language)
        if not is_agreed([offer.core_hash], asked.read, asked.language, "--read"):
            return False
        signed = guide.sign(offer.entry, now())
        names = {"id": short(signed), "offer": plain(short(offer.entry))}
        tell("countersigned", asked.language, **names)
    return True


_TAKE = {"begin": _begin, "join": _join, "offer": _offer, "sign": _sign}
