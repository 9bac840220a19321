"""`keruen register init|join|keys …`: two sides become a pair; whose keys sign, and new ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import typer

from keruen.cli.registering.content import office_of, texts_of
from keruen.cli.registering.opening import (
    asker,
    chosen_folder,
    day,
    keys_are_locked,
    new_passphrase,
    now,
    open_reader,
    open_writer,
    passphrase_for,
)
from keruen.cli.registering.reading import is_agreed, print_waiting
from keruen.cli.registering.words import (
    print_list_table,
    tell,
    tell_json,
    tell_written,
    words_of,
)
from keruen.domain.joint import Side
from keruen.errors import InputError, UsageError
from keruen.i18n import text
from keruen.register.record import text_from
from keruen.report.joint.sentences import plain

if TYPE_CHECKING:
    from keruen.cli.registering.commands import InitOptions
    from keruen.register import Register
    from keruen.register.record import Key, Keys, SideCard


_CARD_BYTES: Final = 1024 * 1024


def begin(asked: InitOptions) -> int:
    """Make the keys and the card of one side."""
    from keruen.register import Register

    language = asked.language
    if asked.side not in {"A", "B"}:
        raise UsageError("error.side", found=asked.side)
    names = texts_of(asked.names, "--name")
    folder = chosen_folder(asked.folder)
    passphrase = new_passphrase(asked.passphrase_file, language)
    register = Register.init(
        folder,
        side=cast("Side", asked.side),
        name=text_from(names),
        offices=tuple(office_of(office) for office in asked.offices),
        threshold=asked.threshold,
        passphrase=passphrase,
    )
    tell("begun", language, path=str(folder), side=asked.side)
    print_own(register, language)
    tell("one_key_one_office" if len(asked.offices) == 1 else "keys_together", language)
    if passphrase is None:
        tell("keys_unlocked", language, path=str(folder / "keys"))
    tell("begun_next", language, path=str(folder / "card.json"))
    return 0


def join(register: Register, card: Path, pair_name: str, language: str) -> int:
    """Take the other side's card and write the first entry."""
    register.join(_page(card), pair_name=pair_name, at=now())
    tell("joined", language, name=pair_name, pair=register.pair)
    tell("joined_next", language)
    return 0


def fingerprint(key: Key) -> str:
    """A public key as it is printed on paper: in groups of four that can be read aloud."""
    return " ".join(key.public[start : start + 4] for start in range(0, len(key.public), 4))


def print_own(register: Register, language: str) -> None:
    """Print the root keys of this side."""
    print_keys(register.card.root, language)


def print_keys(keys: Keys, language: str) -> None:
    """Print offices and the fingerprints of their keys, as the annex has them."""
    for key in keys.keys:
        words = {"office": _office(key, language), "fingerprint": fingerprint(key)}
        typer.echo("  " + text("register.annex_key", language, **words))


def _office(key: Key, language: str) -> str:
    """An office by its name in the reader's language, or by the only one that it has."""
    return words_of(key.names, language) or plain(key.office)


def list_keys(folder: Path | None, *, as_json: bool, language: str) -> int:
    """The keys in force of both sides, and which of them can sign here."""
    register = open_reader(folder)
    keys_of_side = register.keys if register.pair else {register.side: register.card.root}
    if as_json:
        tell_json({"keys": keys_of_side, "here": _files_here(register)})
        return 0
    here = _files_here(register)
    is_locked = keys_are_locked(register.path)
    rows = []
    for side, keys in sorted(keys_of_side.items()):
        for key in keys.keys:
            word = (
                ("key_locked" if is_locked else "key_here") if key.id in here else "key_elsewhere"
            )
            private = text(f"register.{word}", language)
            policy = f"{keys.number} ({keys.threshold}/{len(keys.keys)})"
            rows.append((side, policy, key.id, _office(key, language), private))
    print_list_table(("side", "policy", "key", "office", "private"), rows, language)
    return 0


def _files_here(register: Register) -> list[str]:
    """Ids of the private keys that lie in the folder, open or locked."""
    return sorted(page.stem for page in (register.path / "keys").glob("*.pem"))


def print_annex(folder: Path | None, language: str) -> int:
    """Print what belongs in the annex of the paper memorandum."""
    register = open_reader(folder)
    if not register.pair:
        tell("annex_side", language, **_side_words(register.card, language))
        print_own(register, language)
        return 0
    genesis = register.genesis
    tell("annex_head", language, name=plain(genesis.pair))
    tell("annex_pair", language, pair=register.pair)
    for card in (genesis.a, genesis.b):
        typer.echo("")
        tell("annex_side", language, **_side_words(card, language))
        print_keys(card.root, language)
    return 0


def _side_words(card: SideCard, language: str) -> dict[str, str | int]:
    name = words_of(card.name, language)
    return {"side": card.side, "name": name, "threshold": card.root.threshold}


def rotate(register: Register, offices: tuple[str, ...], threshold: int, language: str) -> int:
    """Replace the keys of this side."""
    named = tuple(office_of(office) for office in offices)
    entry = register.rotate(named, threshold=threshold, at=now())
    tell_written(register, entry, "rotated", language)
    return 0


def sign(
    folder: Path | None,
    pending: Path,
    passphrase_file: Path | None,
    *,
    read: Sequence[str],
    allowed: Sequence[str],
    language: str,
) -> int:
    """Show what a file says that waits, and add the signatures of the keys that are here."""
    from keruen.register import waiting as offices

    waiting = offices.waiting_entry(pending)
    office = offices.Office(chosen_folder(folder))
    # At its own place an office has no log: the whole text is there, what it changes is not.
    register = None if office.is_there else open_writer(folder, passphrase_file, language, allowed)
    print_waiting(register.state(day("")) if register else None, waiting, language)
    if not is_agreed([waiting.fingerprint], read, language):
        return 130
    if register is None:
        passphrase = passphrase_for(office.folder, passphrase_file, language)
        signed = office.sign(pending, passphrase, asker(allowed, language))
        tell("signed_at_office", language, n=len(signed.signed), path=str(pending))
        return 0
    entry = register.sign_pending(pending, at=now())
    tell_written(register, entry or waiting.fingerprint, "signed_pending", language)
    return 0


def request(folder: Path, name: str, passphrase_file: Path | None, language: str) -> int:
    """Make the key of an office at its own place, and the card to carry."""
    from keruen.register import waiting as offices

    passphrase = new_passphrase(passphrase_file, language)
    named = office_of(name)
    office = offices.Office.request(folder, named, passphrase)
    shown = plain(named) if isinstance(named, str) else words_of(named, language)
    tell("key_requested", language, office=shown, path=str(office.card))
    if passphrase is None:
        tell("keys_unlocked", language, path=str(folder / "keys"))
    return 0


def admit(
    folder: Path | None,
    cards: Sequence[Path],
    threshold: int,
    passphrase_file: Path | None,
    language: str,
) -> int:
    """Add the keys of cards to those in force; all that the rule asks for must sign it."""
    from keruen.register import waiting as offices

    register = open_writer(folder, passphrase_file, language)
    pages = [_page(card) for card in cards]
    policy = offices.admitted(pages, register.keys[register.side], threshold)
    print_keys(policy, language)
    entry = register.rotate(policy, at=now())
    tell_written(register, entry, "rotated", language)
    return 0


def _page(card: Path) -> bytes:
    try:
        with card.open("rb") as page:
            words = page.read(_CARD_BYTES + 1)
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        raise InputError("error.card_unreadable", path=str(card), reason=reason) from refused
    if len(words) > _CARD_BYTES:
        raise InputError("error.card_too_large", path=str(card), limit=_CARD_BYTES // 1024)
    return words


def drop(folder: Path | None, pending: Path, language: str) -> int:
    """Give up what waits for signatures."""
    register = open_reader(folder)
    if pending.name not in {path.name for path in register.pending}:
        raise InputError("error.file_in", path=str(pending))
    register.drop_pending(pending)
    tell("pending_dropped", language, path=pending.name)
    return 0
