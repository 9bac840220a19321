"""What each line of an account is worth to whom: the parts that a side's value is the sum of.

Knows lines as `results` tells them; asks nothing of any run. Of a price without a resource share
nobody knows who keeps how much: its two ends are told, and no side's part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keruen.appraisal.cash_flows import Yearly
from keruen.appraisal.indicators import present_value
from keruen.appraisal.sides import ACCOUNTS, PARTIES, Account
from keruen.study.appraising.results import AccountLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWorth:
    """A line's present value.

    Parameters
    ----------
    line : which.
    by_account : of each side; None where the split of the price is not known.
    joint_low, joint_high : of the joint account; equal where the split is known.
    """

    line: AccountLine
    by_account: dict[Account, float] | None
    joint_low: float
    joint_high: float


def line_worths(lines: Sequence[AccountLine], rate: float) -> tuple[LineWorth, ...]:
    """Every line of an account at a rate, in the order given; each side's sum is its ENPV."""
    return tuple(_worth(line, rate) for line in lines)


def joint_flows(line: AccountLine) -> tuple[Yearly, Yearly]:
    """What a line adds to the joint account by year: all of an unknown price used up, or none."""
    amounts = np.array(line.amounts)
    if not line.payee:
        return amounts, amounts
    if line.resource_share is None:
        return np.minimum(-amounts, 0.0), np.maximum(-amounts, 0.0)
    used = -amounts * line.resource_share
    return used, used


def account_flows(line: AccountLine) -> dict[Account, Yearly] | None:
    """What a line adds to the account of each side by year; None where its split is not known."""
    amounts = np.array(line.amounts)
    found: dict[Account, Yearly] = {account: np.zeros(len(amounts)) for account in ACCOUNTS}
    if not line.payee:
        found[PARTIES[line.party].account] = amounts
        return found
    if line.resource_share is None:
        return None
    payer, payee = PARTIES[line.party].account, PARTIES[line.payee].account
    found[payer] = found[payer] - amounts
    found[payee] = found[payee] + amounts * (1.0 - line.resource_share)
    return found


def _worth(line: AccountLine, rate: float) -> LineWorth:
    low, high = (present_value(flows, rate) for flows in joint_flows(line))
    sides = account_flows(line)
    return LineWorth(
        line=line,
        by_account=None
        if sides is None
        else {account: present_value(flows, rate) for account, flows in sides.items()},
        joint_low=low,
        joint_high=high,
    )
