"""What pages write with: the register's keys for the moment of one signature, and the notebook.

Knows which server may hold a passphrase. A key is open while one thing is signed, and no longer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Final

from keruen.domain.joint import OTHER_SIDE
from keruen.errors import InputError, KeruenError, Problem, RegisterError
from keruen.register import Register, asking, waiting
from keruen.store.disk import in_turn
from keruen.store.notebook import Deed, Notebook, NotebookChange
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
    _turn: RLock = field(init=False, default_factory=RLock)
    _is_settled: bool = field(init=False, default=False)

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
        *,
        needs_key: bool = True,
    ) -> int:
        """Sign and write one thing, its line of the audit beside it; the number of that line.

        Parameters
        ----------
        deed : what, subject and what stood before, as of `Deed`.
        act : writes, and gives what stands afterwards: an entry's id.
        draft : that has become the entry, and is taken away.
        needs_key : False for what is done without this side's keys where they are locked.
        """
        what, subject, before = deed
        at = self.settings.now()
        told = Deed(at=at, who=given.who, what=what, subject=subject, before=before)
        opened = self.signing(given) if needs_key else nullcontext(self.reader())
        # Register and notebook are two files. What is cut off between them is seen by the mark, so
        # nobody else writes between the mark and the end.
        with self._alone(), opened as register:
            mark = _mark(register, at).written
            with self.notebook.change() as change:
                number = change.begin(told, draft, mark)
            try:
                with self.notebook.change() as change:
                    return _settled(change, number, replace(told, after=act(register)), draft)
            except InputError:
                # Refused before anything was written; what the mark sees since is another's.
                with self.notebook.change() as change:
                    change.settle(number)
                raise
            except BaseException:
                self._settle_as_far()
                raise

    def settle(self) -> None:
        """Tell of what was done when the server was cut off before it could tell; once a process.

        What had not been done yet is forgotten: its draft is still there.
        """
        if self._is_settled or self.settings.place == "reading":
            return
        with self._alone():
            self._settle_as_far()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, of this server and of any other with the same notebook.

        Else the entry of the one would be told of as what the other was cut off in.
        """
        with self._turn, in_turn(self.notebook.path.parent):
            yield

    def _settle_as_far(self) -> None:
        object.__setattr__(self, "_is_settled", False)
        try:
            self._settle_all()
        except KeruenError:
            return  # The page will say what is wrong with the register.
        object.__setattr__(self, "_is_settled", True)

    def _settle_all(self) -> None:
        left = self.notebook.begun()
        if not left:
            return
        register = self.reader()
        for one in left:
            after = _mark(register, one.deed.at).since(one.mark)
            with self.notebook.change() as change:
                if after:
                    _settled(change, one.id, replace(one.deed, after=after), one.draft)
                else:
                    change.settle(one.id)


def _settled(change: NotebookChange, number: int, deed: Deed, draft: int) -> int:
    """It is done: what was begun and the draft go, the line comes; its number."""
    change.settle(number)
    if draft:
        change.drop_draft(draft)
    return change.tell(deed)


@dataclass(frozen=True, slots=True)
class _Mark:
    """How a register stands: the ends of both logs, and what waits for signatures."""

    own: str
    other: str
    waiting: tuple[str, ...]

    @property
    def written(self) -> str:
        return json.dumps([self.own, self.other, self.waiting])

    def since(self, before: str) -> str:
        """What came since, as the audit says it: how many were taken in, an entry, what waits."""
        own, other, waiting_then = json.loads(before)
        n_taken_in = _seq(self.other) - _seq(other)
        if n_taken_in > 0:
            return str(n_taken_in)
        if self.own != own:
            return self.own.partition(" ")[2]
        came = (one for one in self.waiting if one not in waiting_then)
        return next(came, "").partition(" ")[0]


def _seq(head: str) -> int:
    return int(head.partition(" ")[0] or -1)


def _mark(register: Register, at: str) -> _Mark:
    if not register.pair:
        return _Mark("", "", ())
    heads = register.state(at[:10]).heads
    own, other = (
        " ".join(map(str, heads[side])) for side in (register.side, OTHER_SIDE[register.side])
    )
    waits = tuple(f"{one.fingerprint} {len(one.signed)}" for one in register.waiting())
    return _Mark(own, other, waits)
