"""How the register speaks on a terminal: sentences, short ids, JSON.

What the other side wrote is cleaned before it is shown: letters that steer a terminal never reach
it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
import typer

from keruen.cli.console import print_machine_words
from keruen.cli.printing import print_table, print_title
from keruen.domain.joint import Claim, MText, Project
from keruen.domain.joint_state import JointState, Saying
from keruen.domain.untyped import JsonValue
from keruen.i18n import describe, text
from keruen.register.joint_list import duplicates
from keruen.report.joint import sentences

if TYPE_CHECKING:
    from keruen.register import Register
    from keruen.register import waiting as offices

DIGITS: Final = 12
"""How much of an entry's id is shown: enough to name it again."""


def tell(key: str, language: str, /, **parameters: object) -> None:
    """Print one sentence of the register's catalogue."""
    typer.echo(text(f"register.{key}", language, **parameters))


def heading(key: str, language: str, /, **parameters: object) -> None:
    """Print one sentence as a heading, with a free line before it."""
    typer.echo("")
    print_title(text(f"register.{key}", language, **parameters))


def tell_json(value: object) -> None:
    """Print a value of the domain as JSON."""
    plain = msgspec.to_builtins(value, str_keys=True)
    print_machine_words(json.dumps(plain, indent=1, ensure_ascii=False, sort_keys=True))


def is_confirmed(key: str, language: str) -> bool:
    """Ask a question of the register's catalogue; answers are words of the reader's language.

    The English words count in every language, since keyboards do. An empty answer is no: nothing is
    signed by pressing a key too often.
    """
    yes = [*text("register.answers_yes", language).split(", "), "yes", "y"]
    no = [*text("register.answers_no", language).split(", "), "no", "n"]
    question = f"{text(f'register.{key}', language)} [{yes[0]}/{no[0]}]"
    while True:
        answer = cast("str", typer.prompt(question, default="", show_default=False))
        answer = answer.strip().casefold()
        if answer in yes:
            return True
        if not answer or answer in no:
            return False
        tell("ask_again", language, yes=yes[0], no=no[0])


def short(entry: str) -> str:
    """The beginning of an entry's id."""
    return sentences.plain(entry)[:DIGITS]


def tell_written(register: Register, entry: str, key: str, language: str, /, **more: str) -> None:
    """Say what was written and what comes next: another office's signature, or the bundle."""
    all_waiting = register.waiting()
    waiting = next((one for one in all_waiting if one.fingerprint == entry), None)
    if waiting is not None:
        tell_signed(waiting, "pending", language)
    else:
        tell(key, language, id=short(entry), **more)
        tell("export_next", language)
    for one in all_waiting:
        if one.void is not None:
            typer.echo(f"! {describe(one.void, language)}")


def tell_signed(waiting: offices.WaitingEntry, key: str, language: str) -> None:
    """Say how many have signed what waits, and which file to carry to the next office."""
    words = {"id": short(waiting.fingerprint), "path": str(waiting.path)}
    tell(key, language, signed=len(waiting.signed), needed=waiting.needed, **words)


def tell_duplicates(
    state: JointState, core: Any, language: str, beside: Iterable[Project] = ()
) -> None:
    """Name projects that may be the same as one that is about to be offered, signed or taken in.

    Parameters
    ----------
    core : the text, as a record or as JSON; one of no project says nothing.
    beside : other projects that come together with it.
    """
    try:
        project = core if isinstance(core, Project) else msgspec.convert(core, Project)
    except msgspec.ValidationError:
        return
    for name in duplicates.similar_projects(project, state.projects, beside):
        parameters = {"project": sentences.plain(project.id), "other": sentences.plain(name)}
        typer.echo(text(duplicates.DUPLICATE, language, **parameters))


def words_of(words: MText | None, language: str, most: int = 160) -> str:
    """A text of the sides in the reader's language, or in the nearest that there is."""
    return sentences.said(words, language, most).text


def speaker(saying: Saying, state: JointState, language: str) -> str:
    """Who said it: the office that is named, and the document; else the side that wrote it."""
    if not isinstance(saying.body, Claim):
        return sentences.side_name(state, saying.side, language)
    office = words_of(saying.body.said_by, language, 60)
    source = sentences.source_in_words(saying.body.source, language, 60)
    is_named_twice = bool(office) and source.startswith(office)
    return ", ".join(part for part in ("" if is_named_twice else office, source) if part)


def print_list_table(columns: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> None:
    """Print rows below heads of the register's catalogue."""
    heads = [text(f"register.column_{column}", language) for column in columns]
    # Ids are read as one word; other columns share the width.
    is_id = [column in {"project", "key", "next_due"} for column in columns]
    print_table(heads, rows, unbroken=[index for index, one in enumerate(is_id) if one])


def title_of(kind: str, core: Mapping[str, JsonValue], language: str) -> str:
    """What a text is about, in few words."""
    key = {"commitment": "text", "decision": "meeting"}.get(kind, "title")
    title = core.get(key)
    if not isinstance(title, Mapping):
        return sentences.plain(str(core.get("project", core.get("id", ""))))
    return words_of(msgspec.convert(title, MText), language, 100)
