"""Who pays and who gains: parties by name, each on one side, and the accounts of the sides.

Knows which party belongs where; knows no amount. Side A is Kostanay with Kazakhstan, side B Hefei
with China; whoever is of neither is *third*. Within a side the region is told apart from the rest
of its country: what the railway of a country gains, its region does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Account = Literal["A", "B", "third"]
ACCOUNTS: Final[tuple[Account, ...]] = ("A", "B", "third")
"""In the order in which they are told and summed: floating-point sums depend on it."""
Scope = Literal["region", "country", "beyond"]
"""The region itself, the rest of its country, or neither side's."""


@dataclass(frozen=True, slots=True)
class Party:
    """Someone who pays or gains.

    Parameters
    ----------
    key : its name in files.
    account : the side that it belongs to.
    scope : ``region`` or ``country`` within a side, ``beyond`` of a third.
    """

    key: str
    account: Account
    scope: Scope

    def __post_init__(self) -> None:
        assert (self.account == "third") == (self.scope == "beyond"), self.key


PARTIES: Final[Mapping[str, Party]] = {
    party.key: party
    for party in (
        Party("akimat", "A", "region"),
        Party("company", "A", "region"),
        Party("shippers-a", "A", "region"),
        Party("ktz", "A", "country"),
        Party("budget-a", "A", "country"),
        Party("hefei", "B", "region"),
        Party("shippers-b", "B", "region"),
        Party("china-railway", "B", "country"),
        Party("budget-b", "B", "country"),
        Party("third", "third", "beyond"),
    )
}
"""The akimat, the company of the dry port and the shippers are of region A, KTZ and the state
budget of its country; likewise B. `third` is everybody else, for example whose trains share a
border."""
