"""`keruen register keys …`: whose keys sign, what goes on paper, new keys, missing signatures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from keruen.cli.arguments import check_language
from keruen.cli.registering.opening import keys_are_locked, now, open_reader, open_writer
from keruen.cli.registering.words import print_table, short, tell, tell_json, tell_written, words_of
from keruen.errors import InputError
from keruen.i18n import text
from keruen.report.joint.sentences import plain

if TYPE_CHECKING:
    from keruen.register import Register
    from keruen.register.record.entries import Key, Keys, SideCard


def fingerprint(key: Key) -> str:
    """A public key as it is printed on paper: in groups of four that can be read aloud."""
    return " ".join(key.public[start : start + 4] for start in range(0, len(key.public), 4))


def print_own(register: Register, language: str) -> None:
    """Print the root keys of this side."""
    _print_keys(register.card.root, language)


def _print_keys(keys: Keys, language: str) -> None:
    for key in keys.keys:
        words = {"office": plain(key.office), "fingerprint": fingerprint(key)}
        typer.echo("  " + text("register.annex_key", language, **words))


def list_keys(folder: Path | None, *, as_json: bool, language: str) -> int:
    """The keys in force of both sides, and which of them can sign here."""
    check_language(language)
    register = open_reader(folder)
    found = register.keys if register.pair else {register.side: register.card.root}
    if as_json:
        tell_json({"keys": found, "here": _files_here(register)})
        return 0
    here = _files_here(register)
    is_locked = keys_are_locked(register.path)
    rows = []
    for side, keys in sorted(found.items()):
        for key in keys.keys:
            word = (
                ("key_locked" if is_locked else "key_here") if key.id in here else "key_elsewhere"
            )
            private = text(f"register.{word}", language)
            policy = f"{keys.number} ({keys.threshold}/{len(keys.keys)})"
            rows.append((side, policy, key.id, plain(key.office), private))
    print_table(("side", "policy", "key", "office", "private"), rows, language)
    return 0


def _files_here(register: Register) -> list[str]:
    """Ids of the private keys that lie in the folder, open or locked."""
    return sorted(page.stem for page in (register.path / "keys").glob("*.pem"))


def print_annex(folder: Path | None, language: str) -> int:
    """Print what belongs in the annex of the paper memorandum."""
    check_language(language)
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
        _print_keys(card.root, language)
    return 0


def _side_words(card: SideCard, language: str) -> dict[str, str | int]:
    name = words_of(card.name, language)
    return {"side": card.side, "name": name, "threshold": card.root.threshold}


def rotate(
    folder: Path | None,
    offices: tuple[str, ...],
    threshold: int,
    passphrase_file: Path | None,
    language: str,
) -> int:
    """Replace the keys of this side."""
    check_language(language)
    register = open_writer(folder, passphrase_file, language)
    entry = register.rotate(offices, threshold=threshold, at=now())
    tell_written(register, entry, "rotated", language)
    return 0


def sign(folder: Path | None, pending: Path, passphrase_file: Path | None, language: str) -> int:
    """Add the signatures of the keys that are here to an entry that waits."""
    check_language(language)
    register = open_writer(folder, passphrase_file, language)
    entry = register.sign_pending(pending)
    if entry:
        tell("signed_pending", language, id=short(entry))
        tell("export_next", language)
        return 0
    waiting = ", ".join(str(path) for path in register.pending)
    tell("still_pending", language, path=waiting)
    return 0


def drop(folder: Path | None, pending: Path, language: str) -> int:
    """Give up an entry that waits for signatures."""
    check_language(language)
    register = open_reader(folder)
    if pending.name not in {path.name for path in register.pending}:
        raise InputError("error.file_in", path=str(pending))
    register.drop_pending(pending)
    tell("pending_dropped", language, path=pending.name)
    return 0
