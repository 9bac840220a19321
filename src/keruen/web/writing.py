"""What pages write with: the register's keys for the moment of one signature, and the notebook.

Knows which server may hold a passphrase. A key is open while one thing is signed, and no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from keruen.errors import Problem, RegisterError
from keruen.register import Register, asking, waiting
from keruen.store.notebook import Deed, Notebook
from keruen.web.settings import WebSettings

LOCAL: Final = "local"
"""Who writes where no accounts are asked for: whoever sits at this machine."""


class NotHereError(Exception):
    """This server does not do that: it is for reading, or it never takes a passphrase."""


class PassphraseError(Exception):
    """The passphrase is missing or wrong."""

    def __init__(self, *, is_missing: bool) -> None:
        super().__init__("missing" if is_missing else "wrong")
        self.is_missing = is_missing


class AskedError(Exception):
    """Something must be meant before it is signed; `questions` says what."""

    def __init__(self, questions: tuple[Problem, ...]) -> None:
        super().__init__(len(questions))
        self.questions = questions


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningInput:
    """What a person gives to sign: the passphrase, and the kinds of questions that are meant.

    Parameters
    ----------
    who : writes, as the audit names them: an account, or `LOCAL`.
    """

    who: str = LOCAL
    passphrase: str = ""
    meant: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class RegisterWriter:
    """The side's installation, or an office's place, to write with."""

    settings: WebSettings
    notebook: Notebook = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "notebook", Notebook(self.settings.notebook))

    @property
    def folder(self) -> Path:
        """Where the keys lie."""
        return self.settings.register

    @property
    def office(self) -> waiting.Office | None:
        """The place of an office that holds a key and no log; None for an installation."""
        office = waiting.Office(self.folder)
        return office if office.is_there else None

    @property
    def is_locked(self) -> bool:
        """A passphrase is needed here, and this server may take it."""
        return self.settings.place == "office" and waiting.keys_are_locked(self.folder)

    def check_may_write(self, *, passphrase: str = "") -> None:
        """Refuse where nothing is written, and a passphrase where it must not come.

        Raises
        ------
        NotHereError
            …before anything is opened with it.
        """
        if self.settings.place == "reading" or (passphrase and self.settings.place != "office"):
            raise NotHereError

    def reader(self) -> Register:
        """The installation without its locked keys."""
        return Register.open(self.folder)

    @contextmanager
    def signing(self, given: SigningInput) -> Iterator[Register]:
        """The installation with its keys, for one signature.

        Raises
        ------
        NotHereError, PassphraseError
            When this server does not sign, or the passphrase is missing or wrong.
        AskedError
            When what is written must be asked about first.
        """
        self.check_may_write(passphrase=given.passphrase)
        if self.is_locked and not given.passphrase:
            raise PassphraseError(is_missing=True)
        register = self._opened(given.passphrase)
        left: list[Problem] = []

        def ask(questions: tuple[Problem, ...]) -> bool:
            left.extend(one for one in questions if asking.kind_of(one) not in given.meant)
            return not left

        register.ask = ask
        try:
            yield register
        except RegisterError as refused:
            if left:
                raise AskedError(tuple(left)) from refused
            raise

    def _opened(self, passphrase: str) -> Register:
        register = self.reader()
        if not passphrase or not self.is_locked:
            return register
        try:
            return Register.open(self.folder, passphrase)
        except RegisterError as wrong:
            # It could be read a moment ago: what failed is the key.
            raise PassphraseError(is_missing=False) from wrong

    def carry_out(
        self,
        given: SigningInput,
        deed: tuple[str, str, str],
        act: Callable[[Register], str],
        draft: int = 0,
    ) -> int:
        """Sign and write one thing, its line of the audit beside it; the number of that line.

        Parameters
        ----------
        deed : what, subject and what stood before, as of `Deed`.
        act : writes, and gives what stands afterwards: an entry's id.
        draft : that has become the entry, and is taken away.
        """
        with self.signing(given) as register, self.notebook.change() as change:
            what, subject, before = deed
            after = act(register)
            at = self.settings.now()
            if draft:
                change.drop_draft(draft)
            return change.tell(
                Deed(at=at, who=given.who, what=what, subject=subject, before=before, after=after)
            )
