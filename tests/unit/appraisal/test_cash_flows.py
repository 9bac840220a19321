"""Money by side: transfers cancel in the joint account, and an unknown split is never invented."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keruen.appraisal.cash_flows import (
    AppraisalYears,
    OwnLine,
    Payment,
    PriceBasis,
    ResourceShare,
    SideFlows,
    SplitUnknown,
    accounts_of,
)
from keruen.appraisal.indicators import CommonValue, common_values, joint_value, own_value
from keruen.appraisal.sides import ACCOUNTS, PARTIES

KZT = PriceBasis("KZT", 2025)
THREE_YEARS = AppraisalYears(first_year=2028, n_years=3, basis=KZT)


def own(party: str, *amounts: float) -> OwnLine:
    return OwnLine(key="own", party=party, basis=KZT, amounts=np.array(amounts, float))


def pays(payer: str, payee: str, share: float | None, *amounts: float) -> Payment:
    known = None if share is None else ResourceShare(low=0, value=share, high=1)
    return Payment(
        key="fee",
        payer=payer,
        payee=payee,
        basis=KZT,
        amounts=np.array(amounts, float),
        resource_share=known,
    )


def flows_of(*lines: OwnLine | Payment) -> SideFlows:
    found = accounts_of(lines, THREE_YEARS)
    assert isinstance(found, SideFlows)
    return found


def test_a_price_takes_from_the_payer_and_leaves_the_payee_what_is_not_used_up() -> None:
    """Shippers of B pay KTZ 100, of which 30 are used up: B −100, A +70, together −30."""
    flows = flows_of(pays("shippers-b", "ktz", 0.3, 0, 100, 0))
    assert flows.by_account["B"].tolist() == [0, -100, 0]
    assert flows.by_account["A"].tolist() == pytest.approx([0, 70, 0])
    assert flows.by_account["third"].tolist() == [0, 0, 0]
    assert flows.joint.tolist() == pytest.approx([0, -30, 0])


def test_what_the_railway_of_a_country_gains_its_region_does_not() -> None:
    """Akimat and KTZ are both of side A, the one of its region, the other of its country."""
    flows = flows_of(own("akimat", -5, 0, 0), own("ktz", 0, 7, 0))
    assert flows.by_scope["A", "region"].tolist() == [-5, 0, 0]
    assert flows.by_scope["A", "country"].tolist() == [0, 7, 0]
    assert flows.by_account["A"].tolist() == [-5, 7, 0]


def test_a_transfer_without_resources_leaves_the_joint_account_alone() -> None:
    """At a share of nought the price is a pure transfer."""
    assert flows_of(pays("budget-a", "china-railway", 0.0, 9, 9, 9)).joint.tolist() == [0, 0, 0]


def test_without_a_resource_share_there_is_no_split() -> None:
    """The price is named, and the joint account lies between all and nothing of it used up."""
    found = accounts_of(
        [pays("shippers-a", "ktz", None, 0, 40, -10), own("ktz", 1, 1, 1)], THREE_YEARS
    )
    assert isinstance(found, SplitUnknown)
    assert found.prices == ("fee",)
    assert found.joint_low.tolist() == [1, -39, 1]
    assert found.joint_high.tolist() == [1, 1, 11]


def test_other_money_or_other_years_are_refused() -> None:
    """Prices of another year are no amounts of this account."""
    old = OwnLine(key="old", party="ktz", basis=PriceBasis("KZT", 2024), amounts=np.zeros(3))
    with pytest.raises(ValueError, match="KZT2025"):
        accounts_of([old], THREE_YEARS)
    with pytest.raises(ValueError, match="3 years"):
        accounts_of([own("ktz", 1, 2)], THREE_YEARS)


AMOUNT = st.integers(-10_000, 10_000)
PARTY = st.sampled_from(sorted(PARTIES))


@given(
    lines=st.lists(
        st.tuples(PARTY, PARTY, st.sampled_from([0.0, 0.25, 0.5, 1.0]), AMOUNT, AMOUNT, AMOUNT),
        min_size=1,
        max_size=8,
    ),
    rate=st.sampled_from([0.03, 0.08, 0.12]),
)
def test_sides_sum_to_the_joint_account(
    lines: list[tuple[str, str, float, int, int, int]], rate: float
) -> None:
    """Yearly, undiscounted, and at one common rate; the joint loses just the resources used."""
    flows = flows_of(*(pays(*line) for line in lines))
    used = sum(share * np.array(amounts) for _, _, share, *amounts in lines)
    assert flows.joint.tolist() == pytest.approx((-used).tolist())
    by_hand = sum(amount / (1 + rate) ** year for year, amount in enumerate(-used))
    values = common_values(flows, rate)
    assert joint_value(values).amount == pytest.approx(by_hand, abs=1e-6)
    assert sum(values[account].amount for account in ACCOUNTS) == pytest.approx(by_hand, abs=1e-6)


def test_values_at_rates_of_their_own_have_no_sum() -> None:
    """Types refuse it before anything runs, and Python does when it runs."""
    flows = flows_of(pays("shippers-b", "ktz", 0.0, 0, 100, 100))
    a, b = own_value(flows, "A", 0.09), own_value(flows, "B", 0.08)
    with pytest.raises(TypeError):
        a + b  # type: ignore[operator]
    with pytest.raises(TypeError):
        common_values(flows, 0.08)["A"] + a  # type: ignore[operator]
    assert a.amount + b.amount != pytest.approx(0), "at different rates a transfer does not cancel"


def test_values_of_different_rates_or_money_have_no_sum() -> None:
    """A common value adds only to others of the same rate in the same money."""
    one = CommonValue(amount=1, rate=0.08, basis=KZT)
    for other in (
        CommonValue(amount=1, rate=0.09, basis=KZT),
        CommonValue(amount=1, rate=0.08, basis=PriceBasis("KZT", 2024)),
    ):
        with pytest.raises(ValueError, match="no sum"):
            one + other
    assert (one + one).amount == 2
