"""One side's register: the door through which everything is said, sent, taken in and asked.

Knows the order of work: look what is there, check, sign, write, all under one lock; what is checked
and how lies in the modules beside. Nothing here reads a clock: who calls says when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from keruen.domain.joint import (
    Appraisal,
    Claim,
    Commitment,
    Decision,
    Evidence,
    MText,
    Report,
    Side,
    SubjectKind,
    Transition,
)
from keruen.domain.joint_state import JointState, ListChange, Revision, Status
from keruen.errors import InputError, KeruenError, Problem, RegisterError, StorageError
from keruen.register import opening
from keruen.register.audit import Finding, findings
from keruen.register.entry_bodies import Wish, body_of, both, change_of, record_of
from keruen.register.exchange import bundle, intake
from keruen.register.exchange.bundle import Desk
from keruen.register.exchange.intake import Imported
from keruen.register.joint_list import rules
from keruen.register.joint_list.fold import fold
from keruen.register.joint_list.fold import status as status_from
from keruen.register.log import new_entries as writing
from keruen.register.log.logs import Held, Log, hold
from keruen.register.log.new_entries import Ring, Written
from keruen.register.record.canonical import read_envelope
from keruen.register.record.entries import (
    BODIES,
    Accept,
    Countersign,
    Decline,
    Dispute,
    EntryType,
    Genesis,
    Keys,
    Offer,
    SideCard,
    Withdraw,
)
from keruen.register.settings import PAGE, Settings, page_of
from keruen.store import JointFolder
from keruen.store.register.bundle import Limits
from keruen.store.register.intents import Change

Said = tuple[str, Any]
"""Type of an entry and its body, as a record."""


class Register:
    """One side's installation.

    Parameters
    ----------
    folder, settings, card : where it lies, what it was told, its name and root keys.
    ring : the private keys that are here and open.
    passphrase : for keys that are made later.

    Examples
    --------
    Made by `Register.init`, opened by `Register.open`; every method that writes takes ``at``, the
    time in UTC, and gives back the id of the entry that it wrote.
    """

    def __init__(
        self,
        folder: JointFolder,
        settings: Settings,
        card: SideCard,
        ring: Ring,
        passphrase: str | None,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._ring = dict(ring)
        self._passphrase = passphrase
        self._held: Held | None = None
        self._state: JointState | None = None
        self.card = card

    @classmethod
    def init(
        cls,
        folder: Path | str,
        *,
        side: Side,
        name: MText,
        offices: Sequence[str],
        threshold: int = 1,
        passphrase: str | None = None,
    ) -> Register:
        """Make the keys and the card of one side.

        Raises
        ------
        RegisterError
            When there is no office, or fewer than the threshold.
        InputError
            When something lies in the folder already.
        StorageError
            When the disk refuses.
        """
        pages = opening.begun(side, name, offices, threshold, passphrase)
        JointFolder.create(Path(folder), pages)
        return cls.open(folder, passphrase)

    @classmethod
    def open(cls, folder: Path | str, passphrase: str | None = None) -> Register:
        """Open an installation; without its passphrase, to read only.

        Raises
        ------
        RegisterError
            When it is none, its settings or card are damaged, or the passphrase is wrong.
        """
        found = JointFolder(Path(folder))
        found.settle_down()
        settings = opening.settings_in(found)
        ring = opening.ring_in(found, passphrase)
        return cls(found, settings, opening.card_in(found), ring, passphrase)

    @property
    def side(self) -> Side:
        """Which side this is."""
        return self._settings.side

    @property
    def path(self) -> Path:
        """Where the installation lies."""
        return self._folder.path

    @property
    def pair(self) -> str:
        """Fingerprint of the pair; empty before both have joined."""
        return self._settings.pair

    @property
    def genesis(self) -> Genesis:
        """Both cards.

        Raises
        ------
        RegisterError
            Before both have joined.
        """
        return opening.genesis_in(self._folder)

    @property
    def keys(self) -> Mapping[Side, Keys]:
        """The key policies in force on both sides."""
        return {side: log.chain.keys for side, log in self._logs().logs.items()}

    @property
    def keys_here(self) -> tuple[str, ...]:
        """Ids of the private keys that are here and open."""
        return tuple(sorted(self._ring))

    @property
    def pending(self) -> tuple[Path, ...]:
        """Entries that wait for signatures."""
        names = self._folder.names("pending")
        return tuple(self._folder.path / name for name in names)

    def configure(self, *, database: str | None = None, limits: Limits | None = None) -> None:
        """Change what the installation was told; the page is sealed anew.

        Parameters
        ----------
        database : ``sqlite``, or the address of a PostgreSQL database, without a password.
        limits : what a bundle may weigh.

        Raises
        ------
        StorageError
            When the disk refuses; nothing was changed.
        """
        with self._folder.working():
            found = opening.settings_in(self._folder)
            settings = replace(
                found, database=database or found.database, limits=limits or found.limits
            )
            change = Change(put={PAGE: page_of(settings)})
            self._folder.carry_out(opening.with_heads(self._folder, change, []))
            self._settings = settings

    def join(self, other_card: bytes | SideCard, *, pair_name: str, at: str) -> str:
        """Become a pair with the other side, and write the first entry.

        Raises
        ------
        RegisterError
            When there is a pair already, or the card is none of the other side.
        """
        other = opening.read_card(other_card)
        with self._folder.working():
            genesis = opening.paired(self._settings, self.card, other, pair_name)
            pair, pages = opening.joined(self._settings, genesis)
            held = hold(genesis, {"A": b"", "B": b""}, {})
            log = held.logs[self.side]
            entry = writing.built(log, writing.seen_by(held, self.side), "genesis", genesis, at)
            made = writing.signed(log, entry, self._ring)
            if not made.missing:
                log.add(made.chain, made.name, entry, made.line)
            change = both(pages, change_of(self.side, [made]))
            self._folder.carry_out(opening.with_heads(self._folder, change, [log]))
            self._settings = replace(self._settings, pair=pair)
            self._held, self._state = None, None
        return made.name

    def offer(
        self,
        kind: SubjectKind,
        core: msgspec.Struct | Mapping[str, Any],
        *,
        at: str,
        lapses: str = "",
        reason: MText | None = None,
    ) -> str:
        """Put a text to the other side; of one that is in force, a new revision.

        Raises
        ------
        RegisterError
            Naming everything that is wrong with it.
        """
        return self._write("offer", Wish(kind, core, "", lapses, reason), at)

    def counter(
        self,
        offer_id: str,
        core: msgspec.Struct | Mapping[str, Any],
        *,
        at: str,
        reason: MText | None = None,
    ) -> str:
        """Put another text in place of the other side's."""
        answers = self._logs().find(offer_id)
        answered = self._offer(answers)
        return self._write("counter", Wish(answered.kind, core, answers, "", reason), at)

    def countersign(self, offer_id: str, *, at: str) -> str:
        """Consent to exactly the text of an offer."""
        name = self._logs().find(offer_id)
        body = Countersign(offer=name, core_hash=self._offer(name).core_hash)
        return self._write("countersign", body, at)

    def decline(self, offer_id: str, reason: MText, *, at: str) -> str:
        """Say no to an offer of the other side."""
        body = Decline(offer=self._logs().find(offer_id), reason=reason)
        return self._write("decline", body, at)

    def withdraw(self, offer_id: str, reason: MText, *, at: str) -> str:
        """Take an own offer back before the other side has signed it."""
        body = Withdraw(offer=self._logs().find(offer_id), reason=reason)
        return self._write("withdraw", body, at)

    def commit(self, commitment: Commitment | Mapping[str, Any], *, at: str) -> str:
        """Offer a commitment."""
        return self.offer("commitment", commitment, at=at)

    def decide(self, decision: Decision | Mapping[str, Any], *, at: str) -> str:
        """Offer the decision of a meeting."""
        return self.offer("decision", decision, at=at)

    def move(self, transition: Transition | Mapping[str, Any], *, at: str) -> str:
        """Offer a step of a project's life."""
        return self.offer("transition", transition, at=at)

    def claim(self, claim: Claim | Mapping[str, Any], *, at: str) -> str:
        """Say something, with its source."""
        return self._write("claim", claim, at)

    def report(self, report: Report | Mapping[str, Any], *, at: str) -> str:
        """Report the progress of a project in a quarter."""
        return self._write("report", report, at)

    def appraise(self, appraisal: Appraisal | Mapping[str, Any], *, at: str) -> str:
        """Say what a project is worth, as it was computed."""
        return self._write("appraisal", appraisal, at)

    def evidence(self, evidence: Evidence | Mapping[str, Any], content: bytes, *, at: str) -> str:
        """Keep a file and say what it shows.

        Raises
        ------
        RegisterError
            When the content is not the file that `evidence` names, or too large.
        """
        record = record_of("evidence", evidence)
        sha256 = hashlib.sha256(content).hexdigest()
        most = self._settings.most_evidence
        if record.document.sha256 != sha256:
            names = {"place": record.id, "found": sha256, "named": record.document.sha256[:64]}
            raise RegisterError((Problem("problem.register_other_file", names),))
        if len(content) > most:
            size: dict[str, str | int] = {"place": record.id, "limit": most >> 20}
            raise RegisterError((Problem("problem.register_file_large", size),))
        return self._write("evidence", record, at, content)

    def accept(self, target: str, *, at: str) -> str:
        """Say that evidence of the other side is good."""
        return self._write("accept", Accept(target=self._logs().find(target)), at)

    def dispute(self, target: str, reason: MText, *, at: str) -> str:
        """Say that something the other side said is not so."""
        body = Dispute(target=self._logs().find(target), reason=reason)
        return self._write("dispute", body, at)

    def rotate(self, new_keys: Sequence[str] | Keys, *, threshold: int = 1, at: str) -> str:
        """Replace the keys of this side, signed by the old ones and the new ones.

        Parameters
        ----------
        new_keys : offices, for which keys are made here; or a policy of keys made elsewhere.
        threshold : of offices: how many of them must sign what binds the side.
        """
        with self._folder.working():
            held = self._reread()
            number = held.logs[self.side].chain.highest + 1
            keys, pages = opening.renewed(new_keys, threshold, number, self._passphrase)
            self._ring.update(opening.opened(pages, self._passphrase))
            return self._write_all([("policy", keys)], at, Change(put=pages))[0]

    def append_many(self, bodies: Sequence[Said], *, at: str) -> tuple[str, ...]:
        """Write many entries at once: all of them or none.

        Parameters
        ----------
        bodies : type and body of each; of an ``offer``, its kind (``project``) and core.
        """
        said = [
            (kind, body) if kind in BODIES else ("offer", Wish(kind, body, "", "", None))
            for kind, body in bodies
        ]
        with self._folder.working():
            self._reread()
            return self._write_all(said, at, Change())

    def sign_pending(self, path: Path | str) -> str:
        """Add the signatures of the keys that are here to an entry that waits.

        Returns
        -------
        The entry's id when it is in the log now; empty while more signatures are needed, and then
        the file holds those that were added.
        """
        with self._folder.working():
            log = self._reread().logs[self.side]
            envelope = read_envelope(opening.pending_page(Path(path)), str(path))
            opening.check_pending(log, envelope, str(path))
            added = writing.more_signatures(log, envelope, self._ring)
            made = writing.completed(log, envelope.entry, (*envelope.signatures, *added))
            name = opening.pending_name(made.name)
            if made.missing:
                self._folder.carry_out(Change(put={name: made.line}))
                return ""
            log = log.grown()
            log.add(made.chain, made.name, envelope.entry, made.line)
            change = replace(change_of(self.side, [made]), removed=(name,))
            self._folder.carry_out(opening.with_heads(self._folder, change, [log]))
            self._take(log)
        return made.name

    def drop_pending(self, path: Path | str) -> None:
        """Give up an entry that waits for signatures."""
        name = f"pending/{Path(path).name}"
        with self._folder.working():
            self._folder.carry_out(Change(removed=(name,)))

    def state(self, today: str) -> JointState:
        """The joint list on a day."""
        return self._state_of(self._logs(), today)

    def shared_state(self, today: str) -> JointState:
        """The joint list as far as the other side is known to have it: what a partner may see."""
        held = self._logs()
        log_a, log_b = held.logs["A"].entries, held.logs["B"].entries
        theirs = log_b if self.side == "A" else log_a
        n_known = 1 + max((entry.seen.seq for _, entry in theirs), default=-1)
        if self.side == "A":
            return fold(log_a[:n_known], log_b, today=today)
        return fold(log_a, log_b[:n_known], today=today)

    def _state_of(self, held: Held, today: str) -> JointState:
        if self._state is None or self._state.today != today:
            found = fold(held.logs["A"].entries, held.logs["B"].entries, today=today)
            self._state = replace(
                found,
                parked=(*found.parked, *intake.parked_places(self._folder)),
                equivocations=intake.proofs(self._folder),
                checks=(*found.checks, *opening.clock_checks(held)),
            )
        return self._state

    def status(self, today: str) -> Status:
        """What waits for whom, what is overdue, what contradicts: from the database."""
        tables = _tables()
        self._folder.settle_down()
        known: Status | None = tables.known_status(self._folder, self._settings, today)
        if known is not None:
            return known
        state = self.state(today)
        found = status_from(state, self.side)
        # A reader who may not write still gets the answer.
        try:
            tables.refresh(self._folder, self._settings, self._logs(), state, found)
        except (StorageError, InputError):
            return found
        return found

    def diff(self, since: str) -> tuple[ListChange | Revision, ...]:
        """How the list and its texts changed since a day, in order."""
        state = self.state(since)
        changes: list[tuple[str, int, ListChange | Revision]] = [
            (one.date, 0, one) for one in state.history
        ]
        changes += [(one.at[:10], 1, one) for one in rules.all_revisions(state)]
        found = [change for change in changes if change[0] >= since[:10]]
        return tuple(
            one for _, _, one in sorted(found, key=lambda row: (row[0], row[1], row[2].entry))
        )

    def export(self, target: Path | str, *, at: str, whole: bool = False) -> Path:
        """Write a bundle of what the other side has not confirmed yet.

        Parameters
        ----------
        target : a folder, or the bundle's own path.
        whole : everything of both logs, for a side that has lost its own.
        """
        self._folder.settle_down()
        return bundle.export(self._desk(), Path(target), at, whole=whole)

    def import_(self, source: Path | str, *, at: str, opener: Any = None) -> Imported:
        """Take in a bundle, every bundle of a folder, or one from an address: all of it or nothing.

        Raises
        ------
        RegisterError
            Naming what is wrong; the bundle is kept in quarantine, and nothing of it was applied.
        InputError
            When it cannot be reached, or is no bundle.
        """
        most = self._settings.limits.bundle
        self._logs()
        return intake.take_in(self._at_work, most, str(source), at, opener)

    @contextmanager
    def _at_work(self) -> Iterator[Desk]:
        with self._folder.working():
            self._reread()
            self._state = None
            yield self._desk()

    def _desk(self) -> Desk:
        return Desk(self._folder, self._settings, self._reread(), self._ring)

    def verify(self) -> tuple[Finding, ...]:
        """Check every byte of the folder; empty when all is as it was signed and sealed."""
        return findings(self._folder, self._passphrase)

    def _logs(self) -> Held:
        """Both logs, read again when somebody else has written."""
        self._folder.settle_down()
        return self._reread()

    def _reread(self) -> Held:
        if not self.pair:
            self._settings = opening.settings_in(self._folder)
            if not self.pair:
                raise RegisterError(
                    (Problem("problem.register_no_pair", {"place": str(self._folder.path)}),)
                )
        held = self._held
        is_same = held is not None and all(
            len(log.content) == self._folder.log_size(side) for side, log in held.logs.items()
        )
        if held is None or not is_same:
            marks = _tables().marks(self._folder, self._settings)
            genesis = opening.genesis_in(self._folder)
            contents: dict[Side, bytes] = {"A": self._folder.log("A"), "B": self._folder.log("B")}
            held = hold(genesis, contents, marks)
            self._held, self._state = held, None
        return held

    def _offer(self, name: str) -> Offer:
        entry = self._logs().entry(name)
        if entry.type not in {"offer", "counter"}:
            names = {"place": name[:12], "type": entry.type}
            raise RegisterError((Problem("problem.register_no_offer", names),))
        return msgspec.convert(entry.body, Offer)

    def _write(self, kind: EntryType, body: Any, at: str, content: bytes | None = None) -> str:
        with self._folder.working():
            self._reread()
            if content is None:
                return self._write_all([(kind, body)], at, Change())[0]
            sha256, _ = self._folder.stage([content], self._settings.most_evidence)
            try:
                return self._write_all([(kind, body)], at, Change(staged=(sha256,)))[0]
            except KeruenError:
                self._folder.unstage([sha256])
                raise

    def _write_all(self, said: Sequence[Said], at: str, change: Change) -> tuple[str, ...]:
        """Check, sign and write; the caller holds the lock."""
        held = self._reread()
        opening.check_may_write(self._folder, held, self.side)
        today = at[:10]
        sight = rules.sight_of(self._state_of(held, today), self.side)
        bodies = [(kind, body_of(sight, kind, body)) for kind, body in said]
        first = held.logs[self.side].head.seq + 1
        problems = [
            problem
            for place, (kind, record) in enumerate(bodies, start=first)
            for problem in rules.problems(sight, kind, record, f"{self.side} {place} {kind}")
        ]
        if problems:
            raise RegisterError(tuple(problems))
        seen = writing.seen_by(held, self.side)
        log = held.logs[self.side].grown()
        made: list[Written] = []
        for kind, record in bodies:
            written = writing.signed(log, writing.built(log, seen, kind, record, at), self._ring)
            if written.missing:
                return self._leave_pending(written, made, change)
            log.add(written.chain, written.name, written.envelope.entry, written.line)
            made.append(written)
        change = both(change, change_of(self.side, made))
        self._folder.carry_out(opening.with_heads(self._folder, change, [log]))
        self._take(log)
        return tuple(one.name for one in made)

    def _leave_pending(
        self, written: Written, before: Sequence[Written], change: Change
    ) -> tuple[str, ...]:
        if before:
            place = {"place": f"{self.side} {written.envelope.entry.seq}"}
            raise RegisterError((Problem("problem.register_many_pending", place),))
        put = {**change.put, opening.pending_name(written.name): written.line}
        change = replace(change, put=put)
        self._folder.carry_out(opening.with_heads(self._folder, change, []))
        return (written.name,)

    def _take(self, log: Log) -> None:
        held = self._held
        assert held is not None, "written without having read"
        held.take(log)
        self._state = None


def _tables() -> ModuleType:
    """What knows the database, loaded when it is needed: commands that only write start faster."""
    from keruen.register import tables  # noqa: PLC0415

    return tables
