"""`keruen register init|join`: two sides become a pair."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from keruen.cli.arguments import check_language
from keruen.cli.registering.content import texts_of
from keruen.cli.registering.opening import chosen_folder, new_passphrase, now, open_writer
from keruen.cli.registering.words import tell
from keruen.domain.joint import Side
from keruen.errors import InputError, UsageError
from keruen.register.record.forms import text_from

_CARD_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What `init` was asked for."""

    side: str
    names: tuple[str, ...]
    offices: tuple[str, ...]
    threshold: int
    folder: Path | None


def begin(wish: Founding, passphrase_file: Path | None, language: str) -> int:
    """Make the keys and the card of one side."""
    from keruen.cli.registering.keeping import print_own
    from keruen.register import Register

    check_language(language)
    if wish.side not in {"A", "B"}:
        raise UsageError("error.side", found=wish.side)
    names = texts_of(wish.names, "--name")
    folder = chosen_folder(wish.folder)
    passphrase = new_passphrase(passphrase_file, language)
    register = Register.init(
        folder,
        side=cast("Side", wish.side),
        name=text_from(names),
        offices=wish.offices,
        threshold=wish.threshold,
        passphrase=passphrase,
    )
    tell("begun", language, path=str(folder), side=wish.side)
    print_own(register, language)
    if passphrase is None:
        tell("keys_unlocked", language, path=str(folder / "keys"))
    tell("begun_next", language, path=str(folder / "card.json"))
    return 0


def join(
    folder: Path | None, card: Path, pair_name: str, passphrase_file: Path | None, language: str
) -> int:
    """Take the other side's card and write the first entry."""
    check_language(language)
    register = open_writer(folder, passphrase_file, language)
    try:
        with card.open("rb") as page:
            words = page.read(_CARD_BYTES + 1)
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        raise InputError("error.card_unreadable", path=str(card), reason=reason) from refused
    if len(words) > _CARD_BYTES:
        raise InputError("error.card_too_large", path=str(card), limit=_CARD_BYTES // 1024)
    register.join(words, pair_name=pair_name, at=now())
    tell("joined", language, name=pair_name, pair=register.pair)
    tell("joined_next", language)
    return 0
