"""One side's register: the door through which everything is said, sent, taken in and asked.

Knows the order of work under one lock: look, check, sign, write. Reads no clock: callers say when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from keruen.domain.joint import (
    OTHER_SIDE,
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
from keruen.domain.joint_state import JointState, Revision, Saying, Status
from keruen.errors import KeruenError, RegisterError
from keruen.register import asking, guard, opening, pending
from keruen.register.audit import Finding, findings
from keruen.register.entry_bodies import (
    NewOffer,
    body_of,
    both,
    change_of,
    check_content,
    check_plans,
    kept_file,
    record_of,
)
from keruen.register.exchange import bundle, intake
from keruen.register.exchange.bundle import ExchangeInputs
from keruen.register.exchange.intake import Imported
from keruen.register.joint_list import lookup, rules
from keruen.register.log import new_entries as writing
from keruen.register.log.logs import hold
from keruen.register.log.new_entries import OpenKeys, Written
from keruen.register.reading import InstallationReading
from keruen.register.record.entries import (
    BODIES,
    Accept,
    Countersign,
    Decline,
    Dispute,
    EntryType,
    Genesis,
    Keys,
    SideCard,
    Withdraw,
)
from keruen.register.settings import PAGE, Settings, page_of
from keruen.register.waiting import WaitingEntry
from keruen.store import JointFolder
from keruen.store.register.bundle import BundleLimits
from keruen.store.register.intents import Change

Said = tuple[str, Any]
"""Type of an entry and its body, as a record."""


class Register:
    """One side's installation: `folder`, what it was told, its card, and the open private keys.

    Parameters
    ----------
    ring : the private keys that are here and open, by their ids.
    passphrase : for keys that are made later.

    Notes
    -----
    `ask` is told what must be asked before it is signed (`asking`); while it is None it is refused.

    Made by `Register.init`, opened by `Register.open`. Every method that writes takes ``at``, the
    moment as this side tells it (``2026-11-23T10:00:00Z``, UTC, whole seconds), and gives back the
    id of the entry that it wrote: 64 hexadecimal digits. Entries of others are named by the
    beginning of theirs, at least six digits. A record may also be given as plain words (a mapping).

    Every such method raises `RegisterError`, naming all that is wrong, when no key is here or the
    rules of the list refuse what is said; `InputError` when another process is at work in the
    folder; `StorageError` when the disk refuses. Nothing was written then. Where a side needs
    several signatures and their keys are not all here, the statement waits in `pending`, and its
    fingerprint is given back; the entry has its id when `sign_pending` has entered it.
    """

    def __init__(
        self,
        folder: JointFolder,
        settings: Settings,
        card: SideCard,
        ring: OpenKeys,
        passphrase: str | None,
    ) -> None:
        self._folder = folder
        self._reading = InstallationReading(folder=folder, settings=settings)
        self._ring = dict(ring)
        self._passphrase = passphrase
        self.card = card
        self.ask: asking.Ask | None = None

    @classmethod
    def init(
        cls,
        folder: Path | str,
        *,
        side: Side,
        name: MText,
        offices: Sequence[str | MText],
        threshold: int = 1,
        passphrase: str | None = None,
    ) -> Register:
        """Make the keys and the card of one side.

        Parameters
        ----------
        folder : of the new installation; it must be empty or not there.
        side : ``A`` or ``B``, as the two have agreed on paper.
        name : of the side, in the languages in which it signs.
        offices : by name, in one language or several; one key is made for each.
        threshold : how many offices must sign a binding entry, 1 to their number.
        passphrase : encrypts the keys; None leaves them open.

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
        """Open an installation; without the passphrase of its keys, to read only.

        Parameters
        ----------
        folder : where `init` made it; what a kill left unfinished there is finished first.
        passphrase : of the private keys, when they are encrypted.

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
        return self._reading.settings.side

    @property
    def path(self) -> Path:
        """Where the installation lies."""
        return self._folder.path

    @property
    def pair(self) -> str:
        """Fingerprint of the pair; empty before both have joined."""
        return self._reading.settings.pair

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
        return {side: log.chain.keys for side, log in self._reading.logs().logs.items()}

    @property
    def pending(self) -> tuple[Path, ...]:
        """The files of what waits for signatures."""
        return tuple(self._folder.path / name for name in self._folder.names("pending"))

    def waiting(self) -> tuple[WaitingEntry, ...]:
        """All that waits for signatures: what it says, who signed, whether it still may be used."""
        return pending.all_that_wait(self._folder, self._reading)

    def configure(self, *, database: str | None = None, limits: BundleLimits | None = None) -> None:
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
            self._reading.settings = settings

    def join(self, other_card: bytes | SideCard, *, pair_name: str, at: str) -> str:
        """Become a pair with the other side, and write the first entry.

        Parameters
        ----------
        other_card : the other side's ``card.json``, as bytes or read; compare its fingerprints with
            the paper memorandum first, since everything later rests on them.
        pair_name : of the pair; both sides must write it alike, or they are two pairs.

        Raises
        ------
        RegisterError
            When there is a pair already, or the card is none of the other side.
        """
        other = opening.read_card(other_card)
        with self._folder.working():
            genesis = opening.paired(self._reading.settings, self.card, other, pair_name)
            rules.refuse_form(genesis, "genesis")
            asking.refuse_unless_meant(self.ask, [*asking.personal_questions(genesis, "genesis")])
            pair, pages = opening.joined(self._reading.settings, genesis)
            held = hold(genesis, {"A": b"", "B": b""}, {})
            log = held.logs[self.side]
            entry = writing.built(
                log, held.logs[OTHER_SIDE[self.side]].head, "genesis", genesis, at
            )
            made = writing.signed(log, entry, self._ring)
            if not made.missing:
                log.add(made.chain, made.name, entry, made.line)
            change = both(pages, change_of(self.side, [made]))
            self._folder.carry_out(opening.with_heads(self._folder, change, [log]))
            self._reading.settings = replace(self._reading.settings, pair=pair)
            self._reading.forget()
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

        Parameters
        ----------
        kind : of the subject; the core's own id says which subject.
        core : the whole text, as the record of its kind.
        lapses : last day for the other side's signature (``2026-12-31``); empty for no limit.
        reason : of the change, shown to the other side.
        """
        return self._write("offer", NewOffer(kind, core, "", lapses, reason), at)

    def counter(
        self,
        offer_id: str,
        core: msgspec.Struct | Mapping[str, Any],
        *,
        at: str,
        reason: MText | None = None,
    ) -> str:
        """Put another text in place of the other side's offer, which is answered by that.

        Parameters
        ----------
        offer_id : the offer that is answered, by the beginning of its id.
        core : the whole text that this side would sign.
        reason : why the other text will not do.
        """
        answers = self._reading.named(offer_id)
        kind = self._reading.offer(answers).kind
        return self._write("counter", NewOffer(kind, core, answers, "", reason), at)

    def countersign(self, offer_id: str, *, at: str) -> str:
        """Consent to exactly the text of an offer: from then on it is in force.

        Parameters
        ----------
        offer_id : the other side's offer, by the beginning of its id.
        """
        name = self._reading.named(offer_id)
        body = Countersign(offer=name, core_hash=self._reading.offer(name).core_hash)
        return self._write("countersign", body, at)

    def decline(self, offer_id: str, reason: MText, *, at: str) -> str:
        """Say no to an offer of the other side, `offer_id`, and why."""
        body = Decline(offer=self._reading.named(offer_id), reason=reason)
        return self._write("decline", body, at)

    def withdraw(self, offer_id: str, reason: MText, *, at: str) -> str:
        """Take an own offer, `offer_id`, back before the other side has signed it, and say why."""
        body = Withdraw(offer=self._reading.named(offer_id), reason=reason)
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

    def appraise(
        self, appraisal: Appraisal | Mapping[str, Any], plans: bytes | None = None, *, at: str
    ) -> str:
        """Say what a project is worth, as it was computed; `plans` is the file that it names."""
        record = record_of("appraisal", appraisal)
        check_plans(record, plans, self._reading.settings.most_evidence)
        return self._write("appraisal", record, at, plans)

    def kept_file(self, sha256: str) -> bytes | None:
        """The content of a file that an entry names; None where it is not here, or not whole."""
        return kept_file(self._folder, sha256)

    def evidence(self, evidence: Evidence | Mapping[str, Any], content: bytes, *, at: str) -> str:
        """Keep a file and say what it shows.

        Parameters
        ----------
        evidence : names the file by its SHA-256, and the subject that it is about.
        content : the file's bytes, at most ``limits.file_mb`` of the settings.

        Raises
        ------
        RegisterError
            When the content is not the file that `evidence` names, or too large.
        """
        record = record_of("evidence", evidence)
        check_content(record, content, self._reading.settings.most_evidence)
        return self._write("evidence", record, at, content)

    def accept(self, target: str, *, at: str) -> str:
        """Say that a saying of the other side, `target`, is good: of evidence, that it is kept."""
        return self._write("accept", Accept(target=self._reading.named(target)), at)

    def dispute(self, target: str, reason: MText, *, at: str) -> str:
        """Say that something the other side said, `target`, is not so, and why."""
        body = Dispute(target=self._reading.named(target), reason=reason)
        return self._write("dispute", body, at)

    def rotate(self, new_keys: Sequence[str | MText] | Keys, *, threshold: int = 1, at: str) -> str:
        """Replace the keys of this side, signed by the old ones and the new ones.

        Parameters
        ----------
        new_keys : offices, for which keys are made here; or a policy of keys made elsewhere, whose
            number is replaced by the next one.
        threshold : of offices: how many of them must sign a binding entry.
        """
        with self._folder.working():
            held = self._reading.logs_now()
            number = held.logs[self.side].chain.highest + 1
            keys, pages = opening.renewed(new_keys, threshold, number, self._passphrase)
            self._ring.update(opening.opened(pages, self._passphrase))
            return self._write_all([("policy", keys)], at, Change(put=pages))[0]

    def append_many(self, bodies: Sequence[Said], *, at: str) -> tuple[str, ...]:
        """Write many entries at once, all of them or none; gives their ids in the same order.

        Parameters
        ----------
        bodies : type and body of each; of an ``offer``, its kind (``project``) and core.

        Raises
        ------
        RegisterError
            Also when some would have to wait for signatures and others not: those may name what
            only waits.
        """
        said = [
            (kind, body) if kind in BODIES else ("offer", NewOffer(kind, body, "", "", None))
            for kind, body in bodies
        ]
        with self._folder.working():
            self._reading.logs_now()
            return self._write_all(said, at, Change())

    def sign_pending(self, path: Path | str, *, at: str) -> str:
        """Add the signatures of the keys that are here to what waits, and enter it if they suffice.

        Parameters
        ----------
        path : one of `pending`, or a copy of it that comes back from another office.
        at : moment of the entry; not before the statement was drafted.

        Returns
        -------
        The entry's id when it is in the log now; empty while more are needed: the file holds them.

        Raises
        ------
        InputError
            When there is no such file.
        RegisterError
            When the keys have changed since, the list refuses it now, or a signature is wrong.
        """
        with self._folder.working():
            signer = (self._ring, self.ask)
            return pending.sign_more(self._folder, self._reading, signer, Path(path), at)

    def drop_pending(self, path: Path | str) -> None:
        """Give up what waits for signatures: the file of `pending` with this name."""
        with self._folder.working():
            self._folder.carry_out(Change(removed=(f"pending/{Path(path).name}",)))

    def state(self, today: str) -> JointState:
        """The joint list on a day.

        Parameters
        ----------
        today : ``2026-11-23``: what is overdue, lapsed or silent is counted up to it.

        Raises
        ------
        RegisterError
            When there is no pair yet, or a log holds an entry that does not belong there.
        """
        return self._reading.state(today)

    def find(self, name: str, today: str) -> lookup.Named:
        """What is called so on a day: a project, commitment or decision by its id, else an entry.

        Raises
        ------
        InputError
            When nothing is, or more than one entry begins so.
        """
        return lookup.find(self.state(today), name)

    def find_entry(self, beginning: str, today: str) -> Revision | Saying:
        """The text or saying whose entry's id begins so; raises as `find` does."""
        return lookup.find_entry(self.state(today), beginning)

    def find_offer(self, beginning: str, today: str) -> Revision:
        """The text whose entry's id begins so; raises as `find` does, and for a saying."""
        return lookup.find_offer(self.state(today), beginning)

    def last_at(self, side: Side) -> str:
        """When the newest entry of a side's log here was written; empty of a log without any."""
        entries = self._reading.logs_now().logs[side].entries
        return entries[-1][1].at if entries else ""

    def shared_state(self, today: str) -> JointState:
        """The joint list on a day as far as the other side has shown that it has it.

        What a partner may see: the own log only up to the last entry that theirs names as seen.
        """
        return self._reading.shared_state(today)

    def status(self, today: str) -> Status:
        """What waits for whom, what is overdue, what contradicts on a day.

        Answered from the database when that was made from these logs and for this day; else from
        the logs, and the database is made anew.
        """
        return self._reading.status(today)

    def export(self, target: Path | str, *, at: str, whole: bool = False) -> Path:
        """Write a bundle of what the other side has not confirmed yet.

        Parameters
        ----------
        target : a folder, or the bundle's own path.
        whole : everything of both logs, for a side that has lost its own.

        Returns
        -------
        The bundle's path; its name tells pair, side, entries and the beginning of its fingerprint.

        Raises
        ------
        RegisterError
            When no key of this side is here to sign the manifest.
        StorageError
            When the disk refuses.
        """
        return self._reading.steadily(
            lambda: bundle.export(self._desk(), Path(target), at, whole=whole)
        )

    def import_(
        self, source: Path | str, *, at: str, opener: Any = None, proxy: str = ""
    ) -> Imported:
        """Take in a bundle, every bundle of a folder, or one from an address: all of it or nothing.

        Parameters
        ----------
        source : path of a bundle or of a folder of them, or an ``https://`` address.
        at : moment of this side's receipt.
        opener : what opens addresses, an `urllib.request.OpenerDirector`; None for the system's.
        proxy : through which an address is asked (``http://host:3128``); empty for none.

        Raises
        ------
        RegisterError
            Naming what is wrong; the bundle is kept in quarantine, and nothing of it was applied.
        InputError
            When it cannot be reached, or is not a bundle.
        """
        self._folder.settle_down()
        self._reading.logs_as_far()
        most = self._reading.settings.limits.bundle
        return intake.take_in(self._at_work, most, str(source), at, opener, proxy)

    @contextmanager
    def _at_work(self) -> Iterator[ExchangeInputs]:
        with self._folder.working():
            self._reading.forget()  # Lost entries may have to be brought back.
            yield self._desk()

    def _desk(self) -> ExchangeInputs:
        return ExchangeInputs(
            self._folder, self._reading.settings, self._reading.logs_as_far(), self._ring
        )

    def verify(self) -> tuple[Finding, ...]:
        """Check every byte of the folder; empty when all is as it was signed and sealed."""
        return self._reading.steadily(lambda: findings(self._folder, self._passphrase))

    def _write(self, kind: EntryType, body: Any, at: str, content: bytes | None = None) -> str:
        with self._folder.working():
            self._reading.logs_now()
            if content is None:
                return self._write_all([(kind, body)], at, Change())[0]
            sha256, _ = self._folder.stage([content], self._reading.settings.most_evidence)
            try:
                return self._write_all([(kind, body)], at, Change(staged=(sha256,)))[0]
            except KeruenError:
                self._folder.unstage([sha256])
                raise

    def _write_all(self, said: Sequence[Said], at: str, change: Change) -> tuple[str, ...]:
        """Check, sign and write; the caller holds the lock."""
        held = self._reading.logs_to_write()
        guard.check_may_write(self._folder, held, self.side)
        today = at[:10]
        view = rules.view_of(self._reading.state_to_write(today), self.side)
        bodies = [(kind, body_of(view, kind, body)) for kind, body in said]
        first = held.logs[self.side].head.seq + 1
        problems = rules.problems_together(view, bodies, first)
        if problems:
            raise RegisterError(problems)
        asking.settle(self.ask, view, bodies, first)
        seen = held.logs[OTHER_SIDE[self.side]].head
        log = held.logs[self.side].grown()
        made: list[Written] = []
        for kind, record in bodies:
            written = writing.signed(log, writing.built(log, seen, kind, record, at), self._ring)
            made.append(written)
            if not written.missing:
                log.add(written.chain, written.name, written.entry, written.line)
        if any(one.missing for one in made):
            change = both(change, pending.left_waiting(self._folder, held, made))
            self._folder.carry_out(opening.with_heads(self._folder, change, []))
            return tuple(one.name for one in made)
        change = both(change, change_of(self.side, made))
        self._folder.carry_out(opening.with_heads(self._folder, change, held.with_grown(log)))
        self._reading.take(log)
        return tuple(one.name for one in made)
