"""What a project costs and brings, by party and year, in real prices of one year.

Knows payments and their sums; knows no rate (`indicators`) and nothing of where an amount comes
from. Each line is a change against the base, undiscounted. What one side pays another is a
transfer: it stands in both accounts and leaves the joint one alone, but for the resources that the
payee uses up for it.

A price is no cost. Of each the *resource share* is named: how much of it pays for people, energy
and wear that are really used. Without it nobody can say what the payee keeps, so there is no split
by side; `SplitUnknown` names those prices and the ends of the joint account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.sides import ACCOUNTS, PARTIES, Account, Party, Scope

Yearly = NDArray[np.float64]
"""Amounts of money, shape (n_years,), the first of the year in which the flows begin."""


@dataclass(frozen=True, slots=True)
class PriceBasis:
    """In which money amounts are told: ``KZT`` at the prices of 2025."""

    currency: str
    price_year: int

    @property
    def unit(self) -> str:
        """As a scenario writes it: ``KZT2025``."""
        return f"{self.currency}{self.price_year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalYears:
    """The years of an appraisal, one after the other, and the money it is told in."""

    first_year: int
    n_years: int
    basis: PriceBasis

    @property
    def years(self) -> range:
        """All years, the first one first."""
        return range(self.first_year, self.first_year + self.n_years)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """What a party itself gains (above nought) or uses up (below).

    Parameters
    ----------
    key : what it is, for example ``capital``.
    party : who.
    basis : money of the amounts.
    amounts : by year.
    """

    key: str
    party: str
    basis: PriceBasis
    amounts: Yearly = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceShare:
    """How much of a price pays for resources that are used up, with its range; 0 … 1."""

    low: float
    value: float
    high: float

    def __post_init__(self) -> None:
        assert 0 <= self.low <= self.value <= self.high <= 1, self


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A price that one party pays another, by year.

    Parameters
    ----------
    key : which price.
    payer, payee : keys of parties.
    basis : money of the amounts.
    amounts : what is paid, by year; below nought where the project makes it less.
    resource_share : of the price; None where nobody knows it.
    """

    key: str
    payer: str
    payee: str
    basis: PriceBasis
    amounts: Yearly = field(compare=False)
    resource_share: ResourceShare | None


Line = OwnLine | Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFlows:
    """Net flows by side and year; the joint account is their sum, year by year.

    Parameters
    ----------
    period : years and money.
    by_account : flows of each side and of third parties.
    by_scope : of sides A and B the same flows, region and rest of the country apart.
    """

    period: AppraisalYears
    by_account: Mapping[Account, Yearly]
    by_scope: Mapping[tuple[Account, Scope], Yearly]

    @property
    def joint(self) -> Yearly:
        """The joint account, undiscounted: accounts summed in their fixed order."""
        total = np.zeros(self.period.n_years)
        for account in ACCOUNTS:
            total = total + self.by_account[account]
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitUnknown:
    """What can still be said when the resource share of some price is not known.

    Parameters
    ----------
    period : years and money.
    prices : keys of those prices, sorted: these are to be found out.
    joint_low, joint_high : ends of the joint account by year: all of each price used up, or none.
    """

    period: AppraisalYears
    prices: tuple[str, ...]
    joint_low: Yearly
    joint_high: Yearly


def accounts_of(
    lines: Sequence[Line], period: AppraisalYears, parties: Mapping[str, Party] = PARTIES
) -> SideFlows | SplitUnknown:
    """The accounts of the sides, or why they cannot be told apart.

    Parameters
    ----------
    lines : all that changes against the base; keys may repeat.
    period : years and money of every line.
    parties : by key.

    Returns
    -------
    SideFlows, or SplitUnknown when some payment has no resource share.

    Raises
    ------
    ValueError
        When a line is of other money or of another number of years.
    """
    for line in lines:
        if line.basis != period.basis or line.amounts.shape != (period.n_years,):
            raise ValueError(f"{line.key}: not in {period.basis.unit} over {period.n_years} years")
    unknown = {ln.key for ln in lines if isinstance(ln, Payment) and ln.resource_share is None}
    if unknown:
        return _unknown(lines, period, tuple(sorted(unknown)))
    by_scope: dict[tuple[Account, Scope], Yearly] = {
        (party.account, party.scope): np.zeros(period.n_years) for party in parties.values()
    }
    for line in lines:
        for key, amounts in _entries(line):
            party = parties[key]
            place = party.account, party.scope
            by_scope[place] = by_scope[place] + amounts
    by_account: dict[Account, Yearly] = {}
    for account in ACCOUNTS:
        total = np.zeros(period.n_years)
        for owner, scope in sorted(by_scope):
            total = total + by_scope[owner, scope] if owner == account else total
        by_account[account] = total
    return SideFlows(period=period, by_account=by_account, by_scope=by_scope)


def _entries(line: Line) -> tuple[tuple[str, Yearly], ...]:
    """Whom a line touches, and by how much each year."""
    if isinstance(line, OwnLine):
        return ((line.party, line.amounts),)
    assert line.resource_share is not None, "asked of a price whose split is unknown"
    kept = line.amounts * (1.0 - line.resource_share.value)
    return (line.payer, -line.amounts), (line.payee, kept)


def _unknown(
    lines: Sequence[Line], period: AppraisalYears, prices: tuple[str, ...]
) -> SplitUnknown:
    low, high = np.zeros(period.n_years), np.zeros(period.n_years)
    for line in lines:
        if isinstance(line, OwnLine):
            low, high = low + line.amounts, high + line.amounts
        elif line.resource_share is None:
            low = low + np.minimum(-line.amounts, 0)
            high = high + np.maximum(-line.amounts, 0)
        else:
            used = -line.amounts * line.resource_share.value
            low, high = low + used, high + used
    return SplitUnknown(period=period, prices=prices, joint_low=low, joint_high=high)
