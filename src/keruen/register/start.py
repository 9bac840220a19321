"""From nothing to an agreed project: which step is next, and the step itself.

Knows the order of the steps and the folder whose files are carried between the two sides; asks
nobody and prints nothing: any face may ask what a step needs. Every step may be taken again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from keruen.domain.joint import OTHER_SIDE, MText, Project, Side
from keruen.domain.joint_state import JointState, Revision
from keruen.errors import InputError
from keruen.register import asking, opening
from keruen.register.exchange import bundle
from keruen.register.installation import Register
from keruen.register.joint_list.fold import waiting
from keruen.register.record.canonical import fingerprint
from keruen.register.record.entries import SideCard
from keruen.store import JointFolder

StartStep = Literal["begin", "wait_card", "join", "offer", "sign", "wait_answer", "agreed"]
CARD: Final = "card.json"


@dataclass(slots=True)
class GuidedStart:
    """One side on its way to the first agreed project.

    Parameters
    ----------
    folder : of this side's register; it need not be there yet.
    mail : folder with ``from-a`` and ``from-b``: each side writes into its own and reads the other
        one, whose files somebody carries over.
    passphrase : of the private keys; None leaves new ones open.
    ask : whom to ask what must be meant before it is signed; None refuses it.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> GuidedStart(Path(mkdtemp()) / "register", Path(mkdtemp())).step("2026-11-29")
    'begin'
    """

    folder: Path
    mail: Path
    passphrase: str | None = None
    ask: asking.Ask | None = None

    def step(self, today: str) -> StartStep:
        """What is to be done next.

        Parameters
        ----------
        today : ``2026-11-29``: an offer may have lapsed.

        Returns
        -------
        ``begin``: make keys and card. ``wait_card``: the other side's card has not come.
        ``join``: it is here. ``offer``: nobody has offered a project. ``sign``: offers of the other
        side wait for this one. ``wait_answer``: an own offer waits for the other side.
        ``agreed``: both have signed a project.
        """
        if not (self.folder / "register.toml").is_file():
            return "begin"
        register = self.register()
        if not register.pair:
            card = self._inbox(register.side) / CARD
            return "join" if card.is_file() else "wait_card"
        state = register.state(today)
        if self.offers(today):
            return "sign"
        if any(project.agreed is not None for project in state.projects.values()):
            return "agreed"
        return "wait_answer" if _has_open_offer(state) else "offer"

    def register(self) -> Register:
        """The register as it lies in the folder now."""
        register = Register.open(self.folder, self.passphrase)
        register.ask = self.ask
        return register

    def begin(
        self, side: Side, name: MText, offices: Sequence[str | MText], threshold: int
    ) -> None:
        """Make keys and card, and lay the card out; raises as `Register.init`."""
        register = Register.init(
            self.folder,
            side=side,
            name=name,
            offices=offices,
            threshold=threshold,
            passphrase=self.passphrase,
        )
        outbox = self.outbox(register.side)
        outbox.mkdir(parents=True, exist_ok=True)
        card = JointFolder(self.folder).read(opening.CARD) or b""
        (outbox / CARD).write_bytes(card)

    def card(self) -> SideCard:
        """The other side's card, whose fingerprints a person compares with the paper.

        Raises
        ------
        InputError
            When it has not come.
        RegisterError
            When it is none.
        """
        path = self._inbox(self.register().side) / CARD
        if not path.is_file():
            raise InputError("error.card_unreadable", path=str(path), reason="–")
        return opening.read_card(path.read_bytes(), str(path))

    def join(self, card: SideCard, pair_name: str, at: str) -> None:
        """Become a pair with the side of a card that was compared; raises as `Register.join`.

        Raises
        ------
        InputError
            When the other side's bundle is here and is of a pair with another name: two pairs are
            for ever, and neither takes in a bundle of the other.
        """
        register = self.register()
        settings = opening.settings_in(JointFolder(self.folder))
        pair = fingerprint(opening.paired(settings, register.card, card, pair_name))
        for path in sorted(self._inbox(register.side).glob("*.jlb")):
            if bundle.pair_told(path, settings.limits) not in {"", pair}:
                raise InputError("error.start_other_pair", path=str(path), name=pair_name)
        register.join(card, pair_name=pair_name, at=at)

    def take_in(self, at: str) -> int:
        """Take in every bundle that has come; gives the number of new entries.

        Raises
        ------
        InputError
            Naming what is wrong with a bundle.
        """
        register = self.register()
        inbox = self._inbox(register.side)
        if not register.pair or not list(inbox.glob("*.jlb")):
            return 0
        return register.import_(inbox, at=at).applied

    def offer(self, project: Project, at: str) -> str:
        """Offer a project; gives the entry's id; raises as `Register.offer`."""
        return self.register().offer("project", project, at=at)

    def offers(self, today: str) -> tuple[Revision, ...]:
        """The other side's texts that wait for this side's signature, the oldest first."""
        register = self.register()
        state = register.state(today)
        named = {one.entry: one for one in state.all_revisions()}
        tasks = waiting(state, register.side)
        return tuple(named[one.entry] for one in tasks if one.kind == "countersign")

    def sign(self, entry: str, at: str) -> str:
        """Countersign one of `offers`; gives the entry's id; raises as `Register.countersign`."""
        return self.register().countersign(entry, at=at)

    def send(self, at: str) -> Path:
        """Lay out a bundle for the other side; raises as `Register.export`."""
        register = self.register()
        return register.export(self.outbox(register.side), at=at)

    def outbox(self, side: Side) -> Path:
        """Where a side lays what is to be carried to the other one."""
        return self.mail / f"from-{side.lower()}"

    def _inbox(self, side: Side) -> Path:
        return self.outbox(OTHER_SIDE[side])


def _has_open_offer(state: JointState) -> bool:
    return any(
        revision.status == "offered"
        for project in state.projects.values()
        for revision in project.revisions
    )
