"""What lies in an installation, read again only when it has changed.

Knows when both logs and the list that they make must be read anew; writes nothing but the database,
which is made from the logs. Every reading that does not hold the lock first finishes what a kill
left unfinished; while the lock is held that must not happen, because partial files are then work in
progress and would be cleared away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Final, TypeVar

import msgspec

from keruen.domain.joint import OTHER_SIDE, SIDES
from keruen.domain.joint_state import JointState, Status
from keruen.errors import InputError, RegisterError, StorageError
from keruen.register import checked, guard, opening
from keruen.register.exchange import intake
from keruen.register.joint_list.fold import fold
from keruen.register.joint_list.fold import status as status_from
from keruen.register.joint_list.rules import form_checks
from keruen.register.log.logs import Log, PairLogs, hold
from keruen.register.record.canonical import fingerprint
from keruen.register.record.entries import Offer
from keruen.register.settings import Settings
from keruen.store import JointFolder

Answer = TypeVar("Answer")

_MOST_ASKED: Final = 20
"""Somebody who writes without end must not keep a reader for ever."""


@dataclass(slots=True, kw_only=True)
class InstallationReading:
    """The settings, both logs and the list of one installation as they were read last."""

    folder: JointFolder
    settings: Settings
    held: PairLogs | None = None
    known_state: JointState | None = None

    def steadily(self, ask: Callable[[], Answer]) -> Answer:
        """What is asked, asked again when somebody else has written meanwhile.

        Logs and seal are several files: read while they change, they would seem damaged. Not while
        the lock is held.
        """
        for _ in range(_MOST_ASKED):
            self.folder.settle_down()
            before = self.folder.mark()
            try:
                found = ask()
            except RegisterError:
                if before is not None and self.folder.mark() == before:
                    raise
            else:
                if before is not None and self.folder.mark() == before:
                    return found
            self.forget()
        return ask()

    def logs(self) -> PairLogs:
        """Both logs, read again when somebody else has written; not while the lock is held."""
        return self.steadily(self.logs_now)

    def logs_now(self) -> PairLogs:
        """…as they lie there, also while the lock is held.

        Raises
        ------
        RegisterError
            When there is no pair yet, or a log holds an entry that does not belong there.
        """
        held = self.logs_as_far()
        if held.broken:
            raise RegisterError(
                tuple(one for side in held.broken for one in guard.broken_problems(held, side))
            )
        return held

    def logs_to_write(self) -> PairLogs:
        """…and read anew when any byte of them is not as it was read; raises as `logs_now` does."""
        if self.held is not None and any(
            log.checked().sha256 != self.folder.digest(f"log/{side}.jsonl")
            for side, log in self.held.logs.items()
            if log.content
        ):
            self.forget()
        return self.logs_now()

    def logs_as_far(self) -> PairLogs:
        """…each as far as it holds, for what can bring the rest back.

        Raises
        ------
        RegisterError
            When there is no pair yet, or the cards are not those of the pair.
        """
        if not self.settings.pair:
            self.settings = opening.settings_in(self.folder)
            if not self.settings.pair:
                raise RegisterError.of("register_no_pair", str(self.folder.path))
        # Logs only grow: one of the same size is the same.
        if self.held is None or any(
            len(log.content) != self.folder.log_size(side) for side, log in self.held.logs.items()
        ):
            contents = {side: self.folder.log(side) for side in SIDES}
            genesis, pair = opening.genesis_in(self.folder), self.settings.pair
            if fingerprint(genesis) != pair:
                # Every signature could be good, and of other keys than was agreed on paper.
                raise RegisterError.of("other_pair", opening.GENESIS)
            self.held = hold(genesis, contents, checked.marks(self.folder, pair))
            checked.note_logs(self.folder, pair, self.held)
            self.known_state = None
        return self.held

    def named(self, beginning: str) -> str:
        """The id of an entry that is to be answered; raises as `PairLogs.find` does."""
        held = self.logs()
        try:
            return held.find(beginning)
        except RegisterError:
            # An entry that was lost here is not one that never was.
            guard.check_logs(self.folder, held, self.settings.side)
            raise

    def forget(self) -> None:
        """Read everything anew next time."""
        self.held = self.known_state = None

    def take(self, log: Log) -> None:
        """Take in an own log that was written, without reading it again."""
        assert self.held is not None, "written without having read"
        self.held.take(log)
        self.known_state = None

    def state(self, today: str) -> JointState:
        """The joint list on a day; not while the lock is held."""
        return self.steadily(lambda: self.state_now(today))

    def state_now(self, today: str) -> JointState:
        """The joint list on a day, also while the lock is held."""
        held = self.logs_now()
        if self.known_state is None or self.known_state.today != today:
            self.known_state = state_in(self.folder, held, today)
        return self.known_state

    def state_to_write(self, today: str) -> JointState:
        """The joint list on a day, without what only readers are told: damage, clocks, form."""
        if self.known_state is not None and self.known_state.today == today:
            return self.known_state
        held = self.logs_now()
        return fold(held.logs["A"].entries, held.logs["B"].entries, today=today)

    def shared_state(self, today: str) -> JointState:
        """The list from the own log up to what the other side names as seen, and all of theirs."""
        logs = {side: log.entries for side, log in self.logs().logs.items()}
        own = self.settings.side
        n_known = 1 + max((e.seen.seq for _, e in logs[OTHER_SIDE[own]]), default=-1)
        logs[own] = logs[own][:n_known]
        return fold(logs["A"], logs["B"], today=today)

    def status(self, today: str) -> Status:
        """The short answer from the database, else from the logs and kept there."""
        self.folder.settle_down()
        known: Status | None = tables().known_status(self.folder, self.settings, today)
        if known is not None:
            return known
        state = self.state(today)
        status = status_from(state, self.settings.side)
        # A reader who may not write still gets the answer.
        try:
            tables().refresh(self.folder, self.settings, self.logs(), state, status)
        except (StorageError, InputError):
            return status
        return status

    def offer(self, name: str) -> Offer:
        """The body of an offer or counter-offer by its whole id.

        Raises
        ------
        RegisterError
            When the entry is neither.
        """
        entry = self.logs().entry(name)
        if entry.type not in {"offer", "counter"}:
            raise RegisterError.of("register_no_offer", name[:12], type=entry.type)
        return msgspec.convert(entry.body, Offer)


def state_in(folder: JointFolder, held: PairLogs, today: str) -> JointState:
    """What two logs say on a day, with what the folder alone knows: parked entries, proofs."""
    state = fold(held.logs["A"].entries, held.logs["B"].entries, today=today)
    return replace(
        state,
        parked=(*state.parked, *intake.parked_places(folder)),
        equivocations=intake.proofs(folder),
        checks=(
            *((one.key, one.parameters) for one in guard.damage(folder, held)),
            *state.checks,
            *opening.clock_checks(held),
            *form_checks(state),
        ),
    )


def tables() -> ModuleType:
    """What knows the database, loaded when it is needed: commands that only write start faster."""
    from keruen.register import tables as loaded  # noqa: PLC0415

    return loaded
